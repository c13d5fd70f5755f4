"""What is said here."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {}
