"""One catalogue for everything a person reads, in English and Chinese.

A text is found by its key and filled with facts:

    >>> with speaking("en"):
    ...     say("data.rows_dropped", rows=1)
    '1 row without a label dropped.'

The language is the one set with `use`, else `STIRFRY_LANG`, else that of the locale; anything that
isn't Chinese is English.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from string import Formatter
from typing import Any, Literal, get_args

from stirfry.lang.text import Text

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_chosen: Language | None = None

#: Stands at both ends of a fact in a Chinese text until what is beside it is known. No text has it itself.
_EDGE = "\ufdd0"
_HAN, _LATIN = "\u4e00-\u9fff", "0-9A-Za-z²"
_ROW = re.compile(r"\brow(?=s?\b)")
_TOUCHING = re.compile(f"(?<=[{_HAN}]){_EDGE}(?=[{_LATIN}])|(?<=[{_LATIN}]){_EDGE}(?=[{_HAN}])")


def use(language: Language | None) -> None:
    """Speak this language from now on; None goes back to the environment's."""
    global _chosen
    _chosen = language


@contextmanager
def speaking(language: Language | None) -> Iterator[None]:
    """Speak a language inside a `with` block; None leaves it as it is."""
    before = _chosen
    use(language or before)
    try:
        yield
    finally:
        use(before)


def language() -> Language:
    """Return the language of the moment, `"en"` or `"zh"`."""
    return _chosen or _from_environment()


def _from_environment() -> Language:
    for name in ("STIRFRY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


@cache
def catalogue() -> dict[str, Text]:
    """Return every text by its key, gathered from the files in `texts/`."""
    from stirfry.lang import texts

    return texts.gather()


def say(key: str, /, **facts: Any) -> str:
    """Return the text of a key in the language of the moment, filled with facts.

    Placeholders are those of `str.format`, with four additions: a list is joined as a list of
    words, a tuple of sizes as a shape ("1×28×28"), `{rows:row|rows}` counts ("1 row", "1,234 rows"), and
    `{part:@judge.part}` says the text `judge.part.test` for the value `test`. In Chinese a placeholder
    without spaces gets them where Latin letters would touch Chinese characters: "R² 为", but "准确率为".

    Where the data are images, the fact `things="images"` goes with the others: `{things:each row|each image}`
    then says the second, and rows are counted as images.

    Args:
        key: a key of the catalogue.
        facts: the values of the placeholders.

    Raises:
        KeyError: the key isn't in the catalogue, or a placeholder has no value.
    """
    text = catalogue()[key]
    facts = {"things": "rows", **facts}
    words = _Words(facts["things"] == "images")
    if language() == "en":
        return words.vformat(text.en, (), facts)
    return _TOUCHING.sub(" ", words.vformat(text.zh, (), facts)).replace(_EDGE, "")


def shape_text(shape: Iterable[int]) -> str:
    """Return a shape as it is read, "1×28×28"; that of a single number is "1"."""
    return "×".join(map(str, shape)) or "1"


def seconds_text(value: float) -> str:
    """Return a time in seconds; a short one has more digits, and none is shown as 0."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 0.1 else f"{max(value, 0.001):.3f}"


def together(*sentences: str) -> str:
    """Return sentences as one paragraph; Chinese puts no space between them."""
    return ("" if language() == "zh" else " ").join(sentences)


class _Words(Formatter):
    def __init__(self, of_images: bool) -> None:
        self._of_images = of_images

    def format_field(self, value: Any, format_spec: str) -> str:
        edge = _EDGE if language() == "zh" else ""
        return f"{edge}{self._plain(value, format_spec)}{edge}"

    def _plain(self, value: Any, format_spec: str) -> str:
        if isinstance(value, tuple) and all(isinstance(size, int) for size in value):
            return shape_text(value)
        if isinstance(value, list | tuple):
            return ("、" if language() == "zh" else ", ").join(str(item) for item in value)
        if format_spec.startswith("@"):
            return say(f"{format_spec[1:]}.{value}")
        if "|" in format_spec and isinstance(value, str):
            return format_spec.split("|")[self._of_images]
        if "|" in format_spec:
            one, many = (_ROW.sub("image", format_spec) if self._of_images else format_spec).split("|")
            return f"{value:,} {one if value == 1 else many}"
        return str(format(value, format_spec))
