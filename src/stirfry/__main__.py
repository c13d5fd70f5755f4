"""`stirfry` and `python -m stirfry`: the command line as a process."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper

from stirfry.cli import main

#: Objects between two looks for garbage. Nearly all that a start makes stay to the end, and to look through
#: them time and again was a sixteenth of it.
SELDOM = 100_000


def run() -> None:
    """Run the process's own command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a letter gets its code, and not a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    gc.set_threshold(SELDOM)
    # pydantic looks through all packages for plugins to validation; ours needs none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # NumPy's threads spin before they sleep, on cores that the training wants; 2^4 turns are the fewest.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
    code = main()
    # The end of a process looks through everything for garbage, several times; frozen, it is let go as it is.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    run()
