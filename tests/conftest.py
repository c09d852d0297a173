"""Tests send interrupts. A shell that runs them in the background has switched these off, for all that they start."""

import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
