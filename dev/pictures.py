"""The pictures of the lessons: how they are drawn, what is written of them, and when two are the same.

A lesson's code saves its pictures beside itself, as any tutorial's would: `figure.savefig("name.svg")`. They
are kept in the lesson's folder `images`. `dev/make_output.py` uses this.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

STYLE = Path(__file__).parent.parent / "docs" / "learn" / "lessons.mplstyle"

#: The date of drawing and what drew it, the fonts of the drawing machine, and turns by nothing.
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_FONT = re.compile(r"font-family: [^;\"]+(; )?")
_NO_TURN = re.compile(r" transform=\"rotate\(-?0 [^\"]*\)\"")
#: The same mark again and again, each with the whole of its style.
_MARKS = re.compile(
    r"(\s*)<use xlink:href=\"(#\w+)\" x=\"[^\"]*\" y=\"[^\"]*\" style=\"([^\"]*)\"/>"
    r"(?:\s*<use xlink:href=\"\2\" x=\"[^\"]*\" y=\"[^\"]*\" style=\"\3\"/>)+"
)
#: Attributes that hold places, and numbers finer than a hundredth of a point, which nobody sees.
_PLACES = re.compile(r"\b(d|x|y|transform|points)=\"[^\"]*\"")
_FINE = re.compile(r"-?\d+\.\d{3,}")
_NUMBER = re.compile(r"-?\d[\d,.]*")
_MINUS = "\N{MINUS SIGN}"


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with matplotlib's defaults and the lessons' style, and put the caller's settings back."""
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.style.use(STYLE)
        # A reader's first run shows no warning either.
        warnings.simplefilter("error")
        # The SVG's viewer chooses its own fonts: what ours lacks here costs an inexact width at most.
        warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
        try:
            yield
        finally:
            import matplotlib.pyplot as plt

            plt.close("all")


def kept_form(svg: str) -> str:
    """Return a picture as it is kept: without dates, in the viewer's fonts, places to a hundredth."""
    from stirfry.report.fonts import SVG_FAMILIES

    plain = _NO_TURN.sub("", _FONT.sub("", _METADATA.sub("", svg)))
    plain = plain.replace("</style>", f" text{{font-family: {SVG_FAMILIES}}}</style>", 1)
    plain = _MARKS.sub(_gathered, plain)
    plain = _PLACES.sub(lambda place: _FINE.sub(lambda number: _coarse(number[0]), place[0]), plain)
    return "\n".join(line.rstrip() for line in plain.splitlines()) + "\n"


def _gathered(marks: re.Match[str]) -> str:
    style = f' style="{marks[3]}"'
    return f"{marks[1]}<g{style}>{marks[0].replace(style, '')}</g>"


def _coarse(number: str) -> str:
    return f"{round(float(number), 2) + 0:g}" if abs(float(number)) < 1e4 else number


def contents_of(svg: str) -> tuple[list[str], Counter[str]]:
    """Return the words of a picture, and how many elements of each kind it has beside its axes' ticks.

    Two machines add up in different orders, so their curves, and now and then a tick, differ in what nobody
    sees. A picture that another code has drawn differs in its words, or in the number of its lines.
    """
    root = ElementTree.fromstring(svg)
    texts = ["".join(element.itertext()) for element in root.iter() if _kind(element) == "text"]
    words = [" ".join(_NUMBER.sub("#", text.replace(_MINUS, "-")).split()) for text in texts]
    return [text for text in words if any(map(str.isalpha, text))], Counter(_kinds(root))


def _kinds(element: ElementTree.Element) -> Iterator[str]:
    """Yield the kinds of what is drawn, without ticks and what only holds others together."""
    if element.get("id", "").startswith(("xtick", "ytick")):
        return
    if _kind(element) not in ("g", "defs"):
        yield _kind(element)
    for part in element:
        yield from _kinds(part)


def _kind(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
