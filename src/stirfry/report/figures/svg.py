"""From matplotlib's SVG to one that can stand in a page: themed, small, and with its texts in both languages.

- Colours of the palette become variables of the page's style, so a figure follows light and dark.
- Texts are drawn as marks that stand for them, and become text elements in each language.
- What refers to parts of the drawing gets names that are the figure's own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stirfry.lang import say
from stirfry.report.page.html import Html, both, each, plain, tag

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The palette: what matplotlib draws with, and the variable that the page's style has for it.
INK, SOFT, LINE, AXIS, PAPER, ACCENT = "#1d2129", "#6b7280", "#e7e9ec", "#b8bec7", "#fefefe", "#0b63b0"
TRAIN, VALIDATION, TEST = "#0072b2", "#d55e00", "#009e73"
PLUS, MINUS = "#2563ad", "#c2410c"
CLASSES = (
    "#0173b2", "#de8f05", "#029e73", "#cc78bc", "#ca9161",
    "#d55e01", "#56b4e9", "#949494", "#b8a500", "#7a5195",
)  # fmt: skip

_VARIABLES = {
    INK: "ink", SOFT: "soft", LINE: "line", AXIS: "axis", PAPER: "paper", ACCENT: "accent",
    TRAIN: "train", VALIDATION: "validation", TEST: "test", PLUS: "plus", MINUS: "minus",
    **{colour: f"class-{number}" for number, colour in enumerate(CLASSES)},
}  # fmt: skip

#: A text in the drawing: its place among the labels.
_MARK = "@@{}@@"


def class_colour(number: int) -> str:
    """Return the colour of a class; after ten they come again."""
    return CLASSES[number % len(CLASSES)]


def class_variable(number: int) -> str:
    """Return the same colour as the page's style names it."""
    return f"var(--class-{number % len(CLASSES)})"


class Labels:
    """The texts of one figure, each drawn as a mark until the figure is written."""

    def __init__(self) -> None:
        self._texts: list[Html] = []
        self._by_language: list[dict[str, Html] | None] = []

    def say(self, key: str, /, **facts: Any) -> str:
        """Return the mark of a text of the catalogue."""
        return self.both(lambda: say(key, **facts))

    def both(self, text: Callable[[], str]) -> str:
        """Return the mark of a text in both languages."""
        found = each(text)
        if len(set(found.values())) == 1:
            return self.name(found["en"])
        self._by_language.append({language: plain(said) for language, said in found.items()})
        self._texts.append(both(text, "tspan"))
        return _MARK.format(len(self._texts) - 1)

    def name(self, text: object, longest: float = 28) -> str:
        """Return the mark of a text out of the data, cut where it is too long."""
        self._by_language.append(None)
        self._texts.append(plain(cut(str(text), longest)))
        return _MARK.format(len(self._texts) - 1)

    def put(self, svg: str) -> str:
        """Return an SVG with the texts in the places of their marks."""
        return re.sub(r"<text ([^>]*)>@@(\d+)@@</text>", self._element, svg)

    def _element(self, found: re.Match[str]) -> str:
        number = int(found[2])
        versions = self._by_language[number]
        if versions is None:
            return f"<text {found[1]}>{self._texts[number]}</text>"
        return "".join(f'<text lang="{key}" {found[1]}>{said}</text>' for key, said in versions.items())


def width_of(text: str) -> float:
    """Return how wide a text is, in letters; a Chinese one is as wide as two."""
    return sum(2.0 if ord(letter) > 0x2E7F else 1.0 for letter in text)


def cut(text: str, longest: float) -> str:
    """Return a text that isn't wider than so many letters.

    Example:
        >>> cut("petal length", 8), cut("花瓣的长度", 8)
        ('petal l…', '花瓣的…')
    """
    text = " ".join(text.split())
    if width_of(text) <= longest:
        return text
    kept = ""
    for letter in text:
        if width_of(kept + letter) > longest - 1:
            break
        kept += letter
    return kept + "…"


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with matplotlib's defaults and ours, whatever the caller has set, and put theirs back."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {"svg.fonttype": "none", "svg.hashsalt": "stirfry", "path.simplify": False}
        )
        yield


def inline(figure: Figure, name: str, labels: Labels, described_by: str | None = None) -> Html:
    """Return a figure as an SVG element of a page.

    Args:
        figure: the figure, in points that are the page's pixels.
        name: the figure's own name in the page.
        labels: the texts that were drawn.
        described_by: the name of the element that says what is seen; None hides it from screen readers.
    """
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    width, height = (size * 72 for size in figure.get_size_inches())
    text = buffer.getvalue().decode()
    body = _cleaned(text[text.index('<g id="figure_1"') : text.rindex("</svg>")], name)
    seen = {"role": "img", "aria_labelledby": described_by} if described_by else {"aria_hidden": "true"}
    return tag("svg", Html(labels.put(body)), viewBox=f"0 0 {width:g} {height:g}", class_="plot", **seen)


def _cleaned(svg: str, name: str) -> str:
    svg = re.sub(r"\s*\n\s*", " ", svg)
    svg = re.sub(r' (?:d|x|y)="[^"]*"', _rounded, svg)
    svg = svg.replace("xlink:href", "href")
    svg = re.sub(r'(url\(#|href="#|<(?:clipPath|path|symbol) id=")(\w+)', rf"\1{name}-\2", svg)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r"font-family: [^\"]*?sans-serif;? ?", "", svg)
    svg = re.sub(r' transform="rotate\(-?0 [^)]*\)"', "", svg)
    svg = re.sub(r"#[0-9a-f]{6}\b", _variable, svg)
    svg = re.sub(r"(?<=[;:]) | (?=/?>)", "", re.sub(r">\s+<", "><", svg))
    svg = re.sub(r"<g>(<text[^>]*>[^<]*</text>|<path[^>]*/>)</g>", r"\1", svg)
    return svg.replace("<g></g>", "")


def _rounded(found: re.Match[str]) -> str:
    """Return an attribute of coordinates with a tenth of a pixel."""
    return re.sub(r"\.0\b", "", re.sub(r"(\d\.\d)\d+", r"\1", found[0]))


def _variable(found: re.Match[str]) -> str:
    variable = _VARIABLES.get(found[0])
    return found[0] if variable is None else f"var(--{variable})"
