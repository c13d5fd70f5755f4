from __future__ import annotations

from types import SimpleNamespace

import pytest
from matplotlib import font_manager

from stirfry.report import fonts


@pytest.fixture
def installed(monkeypatch):
    """Let matplotlib know only these families; gives the function that sets them."""
    fonts.chinese_font.cache_clear()

    def have(*families, file=__file__):
        known = SimpleNamespace(ttflist=[SimpleNamespace(name=family, fname=file) for family in families])
        known.addfont = lambda path: known.ttflist.append(SimpleNamespace(name="SimHei", fname=path))
        monkeypatch.setattr(font_manager, "fontManager", known)
        monkeypatch.setattr(font_manager, "findSystemFonts", list)

    yield have
    fonts.chinese_font.cache_clear()


def test_the_preferred_family_is_taken(installed):
    installed("DejaVu Sans", "SimHei", "Microsoft YaHei")
    assert fonts.chinese_font() == "Microsoft YaHei"


def test_there_may_be_none(installed):
    installed("DejaVu Sans", "Comic Neue")
    assert fonts.chinese_font() is None


def test_a_family_whose_file_is_gone_isnt_taken(installed, tmp_path):
    installed("SimHei", file=str(tmp_path / "simhei.ttf"))
    assert fonts.chinese_font() is None


def test_a_font_installed_after_matplotlibs_list_is_found(installed, monkeypatch, tmp_path):
    installed("DejaVu Sans")
    path = tmp_path / "SimHei.ttf"
    path.touch()
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(tmp_path / "Comic.ttf"), str(path)])
    assert fonts.chinese_font() == "SimHei"


def test_what_no_font_has_becomes_a_question_mark():
    assert (
        fonts.showable("R² a<b −1 \N{OLD ITALIC LETTER A}\N{CJK UNIFIED IDEOGRAPH-51C6}", [fonts.LATIN])[:9]
        == "R² a<b −1"
    )
    assert fonts.showable("\N{CJK UNIFIED IDEOGRAPH-51C6}", [fonts.LATIN]) == "?"
