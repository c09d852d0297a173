"""What holds for all tests.

Tests send interrupts. A shell that runs them in the background has switched these off, for all that they start. And no
test fails for being slow: machines are busy.
"""

import signal

from hypothesis import settings

signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("oile", deadline=None)
settings.load_profile("oile")
