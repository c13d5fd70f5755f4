"""A text in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """The same sentence in English and in Chinese; neither can be left out."""

    en: str
    zh: str
