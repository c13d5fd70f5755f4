"""`stirfry` and `python -m stirfry`: the command line as a process."""

from __future__ import annotations

import sys

from stirfry.cli import main


def run() -> None:
    """Run the process's own command line and leave with its exit code."""
    sys.exit(main())


if __name__ == "__main__":
    run()
