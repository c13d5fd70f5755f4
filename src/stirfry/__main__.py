"""`stirfry` and `python -m stirfry`: the command line as a process."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from stirfry.cli import main


def run() -> None:
    """Run the process's own command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a letter gets its code, and not a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())


if __name__ == "__main__":
    run()
