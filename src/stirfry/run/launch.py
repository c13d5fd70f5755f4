"""What the processes of one torchrun remember from start to start, in the folder that it keeps for them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_PLACE, _ENDED, _LOST = "stirfry-place", "stirfry-ended", "stirfry-lost-{restart}"


def keep_place(memory: Path | None, place: Path) -> None:
    """Remember where the run's folder is; without a memory nothing is remembered."""
    if memory is not None:
        with suppress(OSError):
            (memory / _PLACE).write_text(str(place), encoding="utf-8")


def place_of(memory: Path | None) -> Path | None:
    """Return the folder of the run that was made before a restart, where it is still there."""
    text = _read(memory, _PLACE)
    place = None if text is None else Path(text)
    return place if place is not None and place.is_dir() else None


def end(memory: Path | None, code: int) -> bool:
    """Remember that the run has ended, so that a restart doesn't begin it again.

    Args:
        memory: the launch's folder.
        code: the exit code.

    Returns:
        Whether this process was the first to say so, and is the one that tells why.
    """
    return _first(memory, _ENDED, str(code))


def ended_with(memory: Path | None) -> int | None:
    """Return the exit code of a run that has ended; None where it goes on."""
    text = _read(memory, _ENDED)
    return int(text) if text else None


def first_to_notice(memory: Path | None, restart: int) -> bool:
    """Return whether this process is the first that misses another one since the last restart."""
    return _first(memory, _LOST.format(restart=restart), "")


def _first(memory: Path | None, name: str, text: str) -> bool:
    """Write a file that isn't there, and return whether it wasn't."""
    if memory is None:
        return True
    try:
        with (memory / name).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError:
        return True
    return True


def _read(memory: Path | None, name: str) -> str | None:
    if memory is None:
        return None
    try:
        return (memory / name).read_text(encoding="utf-8")
    except OSError:
        return None
