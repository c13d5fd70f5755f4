"""A run as a plain PyTorch script."""

from __future__ import annotations

from stirfry.export.told import Told


def write_script(told: Told) -> str:
    """Return the script of a run."""
    return told.name
