"""Pictures of images, filters and amounts: whole files, text kept as text, bounded, in both languages."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from stirfry import lang
from stirfry.errors import MissingExtra
from stirfry.report import fonts, tiles
from stirfry.report.tiles import MOST_BARS, MOST_TILES, Words, draw_bars, draw_decision, draw_tiles

RANDOM = np.random.default_rng(0)
SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def whole(files: dict[str, bytes]) -> tuple[list[str], np.ndarray]:
    """Return the SVG's texts and the PNG's pixels."""
    assert set(files) == {"svg", "png"}
    return texts(files["svg"]), np.asarray(Image.open(io.BytesIO(files["png"])).convert("RGB"))


def words(count: int = 0) -> Words:
    return Words("Title $x_1$", "a note", tuple(f"n{place}" for place in range(count)))


def test_tiles_have_names_and_one_scale() -> None:
    found, pixels = whole(draw_tiles([np.zeros((4, 4)), np.ones((4, 4))], lambda: words(2)))
    assert {"Title $x_1$", "a note", "n0", "n1"} <= set(found)
    shades = {tuple(shade) for shade in pixels.reshape(-1, 3).tolist()}
    assert (0, 0, 0) in shades and (255, 255, 255) in shades


def test_signed_tiles_are_orange_and_blue() -> None:
    _, pixels = whole(draw_tiles([np.full((3, 3), 2.0), np.full((3, 3), -2.0)], words))
    shades = {tuple(shade) for shade in pixels.reshape(-1, 3).tolist()}
    assert (0xD5, 0x5E, 0x00) in shades and (0x00, 0x72, 0xB2) in shades


def test_only_so_many_tiles_and_bars_are_drawn() -> None:
    many = [RANDOM.normal(size=(3, 3)) for _ in range(MOST_TILES + 9)]
    found, _ = whole(draw_tiles(many, lambda: words(len(many))))
    assert f"n{MOST_TILES - 1}" in found and f"n{MOST_TILES}" not in found
    found, _ = whole(draw_bars(list(range(40)), lambda: words(40)))
    assert f"n{MOST_BARS - 1}" in found and f"n{MOST_BARS}" not in found


@pytest.mark.parametrize("shape", [(6, 6), (6, 6, 3)])
def test_a_decision_has_three_panels(shape: tuple[int, ...]) -> None:
    found, pixels = whole(draw_decision(RANDOM.random(shape), RANDOM.normal(size=(6, 6)), lambda: words(3)))
    assert {"n0", "n1", "n2"} <= set(found)
    assert pixels.shape[1] > 2.5 * pixels.shape[0] * 0.8


def test_an_image_without_any_amount_is_drawn() -> None:
    whole(draw_decision(np.zeros((4, 4)), np.zeros((4, 4)), lambda: words(3)))
    whole(draw_tiles([np.zeros((4, 4))], words))
    whole(draw_bars([0.0], lambda: words(1), [(0.0, 0.0)]))


def test_bars_show_their_intervals_and_names_as_they_are() -> None:
    name = "<b>50% & $more$</b>"
    made = draw_bars([0.3, -0.1], lambda: Words("t", "n", (name, "x" * 60)), [(0.2, 0.4), (-0.3, 0.1)])
    found, _ = whole(made)
    assert name in found and "x" * 25 + "…" in found


def test_the_words_are_in_the_language_that_the_picture_can_be_shown_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[str] = []

    def say() -> Words:
        heard.append(lang.language())
        return Words("标题" if lang.language() == "zh" else "title", "")

    monkeypatch.setattr(fonts, "chinese_font", lambda: None)
    monkeypatch.setattr(tiles, "chinese_font", lambda: None)
    monkeypatch.setattr("stirfry.report.curves.chinese_font", lambda: None)
    with lang.speaking("zh"):
        made = draw_tiles([np.zeros((2, 2))], say)
    assert "标题" in texts(made["svg"])
    assert heard == ["zh", "en"]  # the SVG's viewer has its own fonts; the PNG must do with ours


def test_what_no_font_has_becomes_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Words] = []
    monkeypatch.setattr(tiles, "chinese_font", lambda: None)
    original = tiles._bars

    def spy(amounts: object, given: Words, ends: object) -> object:
        seen.append(given)
        return original(amounts, given, ends)  # type: ignore[arg-type]

    monkeypatch.setattr(tiles, "_bars", spy)
    draw_bars([1.0], lambda: Words("t", "n", ("花",)))
    assert [given.names for given in seen] == [("花",), ("?",)]


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match="plot"):
        draw_tiles([np.zeros((2, 2))], words)
