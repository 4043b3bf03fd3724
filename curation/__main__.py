"""``curate``, and ``python -m curation``: before all is loaded, ^C is heard and streams are sound."""

import gc
import io
import os
import signal
import sys
import threading
import time
from types import FrameType


def main() -> None:
    """Run the command line; whenever it is interrupted, no traceback is seen."""
    # Where it is ignored, as behind nohup, it stays so.
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heard:
        signal.signal(signal.SIGINT, _before_all)
    _sound_streams()
    # Documents make millions of small objects and no circles, and Python would look for circles in
    # all of them again and again.
    gc.set_threshold(50_000, 20, 10)
    from curation.cli import main as run

    if heard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _knock_again()
    try:
        run()
    finally:
        if heard:  # all is said and done
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _sound_streams() -> None:
    """
    Data is UTF-8, whatever the terminal's language; a closed stream is a stream that refuses.

    Else Python has None in its place, and the next file that is opened gets its number.
    """
    for number, mode in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # it takes the lowest number that is free
    sys.stdin = sys.stdin or os.fdopen(0)
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(2, "w")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def _before_all(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Nothing is begun yet, so that nothing has to be tidied up."""
    os.write(2, b"Interrupted; run the same command again to finish it.\n")
    os._exit(130)


def _knock_again() -> None:
    """
    See to it that ^C is heard at once.

    Python looks for signals between its own steps. One that comes after the last look before a
    long wait, for a server's answer, say, would be heard when the wait is over; another
    signal ends the wait, and nothing else.
    """
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.signal(signal.SIGURG, lambda *_: None)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    main_thread = threading.get_ident()

    def knock() -> None:
        while came := os.read(read, 1):
            if came[0] == signal.SIGINT:
                time.sleep(0.1)
                signal.pthread_kill(main_thread, signal.SIGURG)

    threading.Thread(target=knock, daemon=True).start()


if __name__ == "__main__":
    main()
