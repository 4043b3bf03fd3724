"""``curate``, and ``python -m curation``: ^C is heard before anything else is loaded."""

import os
import signal
from types import FrameType


def main() -> None:
    """Run the command line; whenever it is interrupted, no traceback is seen."""
    # Where it is ignored, as behind nohup, it stays so.
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heard:
        signal.signal(signal.SIGINT, _before_all)
    from curation.cli import main as run

    if heard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        run()
    finally:
        if heard:  # all is said and done
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _before_all(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Nothing is begun yet, so that nothing has to be tidied up."""
    os.write(2, b"Interrupted; run the same command again to finish it.\n")
    os._exit(130)


if __name__ == "__main__":
    main()
