"""HTML by functions: what comes from data is escaped where an element is made, in one place for all of them.

A page holds both languages. A text of the catalogue becomes two elements, of which the page's style shows
the one of the chosen language; a text that is the same in both becomes one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from typing import Any, NewType

from stirfry.lang import LANGUAGES, say, speaking

#: A piece of a page. Only the functions here make one out of text.
Html = NewType("Html", str)

NOTHING = Html("")
#: Between two sentences; Chinese has nothing there.
GAP = Html('<span lang="en"> </span>')
#: Characters that no page may hold, and halves of characters.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_EMPTY = frozenset({"br", "img", "meta", "link", "hr", "input"})


def plain(text: object) -> Html:
    """Return text as it is, escaped; what no page can hold is left out.

    Example:
        >>> plain("<b> & 'c'")
        '&lt;b&gt; &amp; &#x27;c&#x27;'
    """
    return Html(html.escape(_UNPRINTABLE.sub("", str(text))))


def tag(name: str, /, *children: Html, **attributes: str | bool | None) -> Html:
    """Return an element.

    Args:
        name: its name.
        children: what it holds.
        attributes: by name; `class_` is the class, `_` in others is `-`. None and False leave one out.

    Example:
        >>> tag("p", plain("1 < 2"), class_="lead")
        '<p class="lead">1 &lt; 2</p>'
    """
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{plain(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    closing = "" if name in _EMPTY else f"</{name}>"
    return Html(f"<{name}{given}>{''.join(children)}{closing}")


def joined(pieces: Iterable[Html], between: str = "") -> Html:
    """Return pieces one after another."""
    return Html(plain(between).join(pieces))


def both(text: Callable[[], str], name: str = "span") -> Html:
    """Return a text in both languages.

    Args:
        text: gives it in the language of the moment.
        name: the element that holds each of them.

    Example:
        >>> both(lambda: say("report.loss"))
        '<span lang="en">loss</span><span lang="zh">损失</span>'
    """
    found = each(text)
    if len(set(found.values())) == 1:
        return plain(found["en"])
    return joined(tag(name, plain(said), lang=language) for language, said in found.items())


def t(key: str, /, **facts: Any) -> Html:
    """Return a text of the catalogue in both languages; a fact that is a `Notice` is said in each of them."""
    return both(lambda: say(key, **facts))


def each(text: Callable[[], str]) -> dict[str, str]:
    """Return a text by language."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with speaking(language):
            found[language] = text()
    return found


def table(head: Iterable[Html], rows: Iterable[Iterable[Html]], class_: str = "", names: int = 1) -> Html:
    """Return a table that scrolls by itself where it is wider than the page.

    Args:
        head: the headings.
        rows: the cells, row by row.
        class_: its class.
        names: how many of the first columns are names; the others are numbers, to the right.
    """
    cells = [tag("th", each, scope="col", class_=_side(at, names)) for at, each in enumerate(head)]
    body = [
        tag("tr", *(tag("td", each, class_=_side(at, names)) for at, each in enumerate(row))) for row in rows
    ]
    inner = tag("table", tag("thead", tag("tr", *cells)), tag("tbody", *body), class_=class_ or None)
    return tag("div", inner, class_="scroll", tabindex="0")


def _side(at: int, names: int) -> str | None:
    return None if at < names else "n"
