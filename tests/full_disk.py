"""A disk that is full, as a process sees it."""

import resource
import signal
import sys
from contextlib import contextmanager


@contextmanager
def room(size):
    """
    No file may grow beyond *size* bytes, which is what a full disk looks like to who writes.

    Python itself writes no compiled modules meanwhile: it would leave halves of them to all
    processes that come later.
    """
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    compiles, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
        sys.dont_write_bytecode = compiles
        signal.signal(signal.SIGXFSZ, heard)
