"""Run a command while no other run holds a lock: two builds in one folder would take each other's files away.

    python tools/alone.py LOCK COMMAND     waits, and says so, for as long as another one is at work

The lock goes with the command and all that it has started, however they end: nobody has to clear it away.
"""

import fcntl
import os
import sys
from pathlib import Path


def main(lock, command):
    """Take the lock and become the command."""
    Path(lock).parent.mkdir(parents=True, exist_ok=True)
    held = os.open(lock, os.O_CREAT | os.O_WRONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another build is at work here: waiting for its end.", file=sys.stderr, flush=True)
        fcntl.flock(held, fcntl.LOCK_EX)
    os.set_inheritable(held, True)
    os.execv("/bin/sh", ["sh", "-c", command])


if __name__ == "__main__":
    main(*sys.argv[1:])
