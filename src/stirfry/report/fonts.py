"""Fonts for pictures: which one on this machine has Chinese, and what the chosen ones can't show."""

from __future__ import annotations

from functools import cache
from pathlib import Path

#: matplotlib brings this one along.
LATIN = "DejaVu Sans"

#: Families with simplified Chinese, in the order they are preferred in, and how their files' names begin.
_CHINESE = {
    "Noto Sans CJK SC": "notosanscjk",
    "Noto Sans SC": "notosanssc",
    "Source Han Sans SC": "sourcehansans",
    "Source Han Sans CN": "sourcehansans",
    "PingFang SC": "pingfang",
    "Hiragino Sans GB": "hiragino sans gb",
    "Microsoft YaHei": "msyh",
    "WenQuanYi Micro Hei": "wqy-microhei",
    "WenQuanYi Zen Hei": "wqy-zenhei",
    "SimHei": "simhei",
    "DengXian": "deng",
    "Heiti SC": "stheiti",
    "Noto Sans CJK JP": "notosanscjk",
    "Droid Sans Fallback": "droidsansfallback",
    "Arial Unicode MS": "arial unicode",
    "SimSun": "simsun",
}

#: What an SVG asks its viewer for: the viewer's fonts count, not those of the machine that drew it.
SVG_FAMILIES = (
    "'Helvetica Neue', 'Segoe UI', Roboto, Arial, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)


@cache
def chinese_font() -> str | None:
    """Return the family of an installed font with Chinese, as matplotlib knows it; None without one."""
    return _known() or _newly_installed()


def _known() -> str | None:
    from matplotlib.font_manager import fontManager

    families = {font.name for font in fontManager.ttflist if Path(font.fname).is_file()}
    return next((family for family in _CHINESE if family in families), None)


def _newly_installed() -> str | None:
    """Look for fonts that were installed after matplotlib wrote its list, which it never does again."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    beginnings = tuple(_CHINESE.values())
    for path in sorted(findSystemFonts()):
        if Path(path).name.lower().startswith(beginnings):
            fontManager.addfont(path)
    return _known()


def showable(text: str, families: list[str]) -> str:
    """Return a text with a question mark for each character that none of the fonts has.

    A font draws what it lacks as an empty box, which tells less.
    """
    known = frozenset[int]().union(*(_characters(family) for family in families))
    return "".join(letter if ord(letter) in known else "?" for letter in text)


@cache
def _characters(family: str) -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties(family=[family]))).get_charmap())
