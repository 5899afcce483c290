"""Run as ``python -m loadstar_engine.planner.command``."""

import signal
import sys

from .main import main

if __name__ == "__main__":
    # a reader such as head may close the pipe before the table ends
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
