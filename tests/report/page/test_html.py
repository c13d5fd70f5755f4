from __future__ import annotations

import base64
import html
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from stirfry.lang import say
from stirfry.notice import Notice
from stirfry.report.figures.svg import cut, width_of
from stirfry.report.page.html import both, plain, t, tag
from stirfry.report.page.numbers import percent, score, short
from stirfry.report.page.pictures import LARGEST, over, png, signed


@given(st.text())
def test_any_text_comes_back_and_is_never_an_element(text: str) -> None:
    found = plain(text)
    assert "<" not in found and ">" not in found and '"' not in found
    kept = "".join(
        letter
        for letter in text
        if letter in "\t\n\r" or not ("\x00" <= letter < "\x20" or "\x7f" <= letter <= "\x9f")
    )
    kept = kept.replace("\ufffe", "").replace("\uffff", "")
    assert html.unescape(found) == kept


def test_an_attribute_can_not_be_left() -> None:
    assert tag("i", title='" onclick="x') == '<i title="&quot; onclick=&quot;x"></i>'
    assert tag("i", hidden=True, title=None, lang=False) == "<i hidden></i>"


def test_a_fact_is_said_in_the_language_of_its_sentence() -> None:
    found = t("report.caption_strip", metric=Notice("judge.accuracy"), part=Notice("report.test"))
    assert "accuracy on the test part" in found and "测试部分的准确率" in found


def test_a_text_that_is_the_same_in_both_stands_once() -> None:
    assert t("report.curve_r2") == "R²"
    assert both(lambda: say("report.loss"), "tspan").count("<tspan") == 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.5, "0.5000"), (-0.00001, "0.0000"), (123456.7, "123,457"), (None, "–"), (float("nan"), "–")],
)
def test_scores(value: float | None, shown: str) -> None:
    assert score(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0%"), (1.0, "100%"), (0.99996, ">99.9%"), (0.0001, "<0.1%"), (0.12345, "12.3%"), (None, "–")],
)
def test_percentages_never_claim_certainty(value: float | None, shown: str) -> None:
    assert percent(value) == shown


@given(st.floats(-1e300, 1e300))
def test_short_numbers_are_close(value: float) -> None:
    found = float(short(value).replace("−", "-").replace(",", ""))
    assert found == pytest.approx(value, rel=1e-3, abs=1e-300)


@given(st.text(max_size=40), st.integers(2, 30))
def test_a_text_is_cut_to_its_width(text: str, longest: int) -> None:
    found = cut(text, longest)
    assert width_of(found) <= max(longest, 1)
    assert found == " ".join(text.split()) or found.endswith("…")


@pytest.mark.parametrize("shape", [(1, 5, 7), (3, 8, 4), (4, 3, 3), (2, 3, 3), (3, 500, 20)])
def test_a_picture_is_what_it_was(shape: tuple[int, int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, size=shape).astype(np.uint8)
    image = np.asarray(Image.open(io.BytesIO(png(pixels))))
    step = -(-max(shape[1:]) // LARGEST)
    corners = [range(0, size, step) for size in shape[1:]]
    squares = [[pixels[:, y : y + step, x : x + step] for x in corners[1]] for y in corners[0]]
    wanted = np.array([[np.rint(square.mean(axis=(1, 2))) for square in row] for row in squares])
    np.testing.assert_array_equal(image, wanted[..., :3] if shape[0] >= 3 else wanted[..., 0])


def shown(element: str) -> np.ndarray:
    """Return the pixels of an image element."""
    found = re.search(r'src="data:image/png;base64,([^"]+)"', element)
    assert found is not None
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(found[1]))))


def test_numbers_on_both_sides_of_0_are_blue_and_orange_and_0_is_the_page() -> None:
    left, middle, right = shown(signed(np.array([[-2.0, 0.0, 1.0]]), 2.0, "numbers"))[0].tolist()
    assert left[2] > left[0] and left[3] == 255
    assert middle[3] == 0
    assert right[0] > right[2] and right[3] == pytest.approx(128, abs=5)


def test_numbers_over_an_image_cover_it() -> None:
    pixels, amounts = np.array([[[1.0, 1.0, 0.0]]]), np.array([[3.0, 0.0, 0.0]])
    moved, image, nothing = shown(over(pixels, amounts, "both"))[0].tolist()
    assert moved[0] > moved[2] and moved[3] == 255
    assert image[:3] == [128, 128, 128] and image[3] == 128
    assert nothing[3] == 0


def test_a_picture_hardly_above_black_is_made_visible() -> None:
    for values, wanted in (([0, 8, 16], [0, 120, 240]), ([0, 8, 32], [0, 8, 32]), ([0, 0, 0], [0, 0, 0])):
        image = np.asarray(Image.open(io.BytesIO(png(np.array([[values]], dtype=np.uint8)))))
        assert image.tolist() == [wanted]


def test_a_picture_of_floats() -> None:
    image = np.asarray(Image.open(io.BytesIO(png(np.array([[[0.0, 0.5, 1.0]]], dtype=np.float32)))))
    assert image.tolist() == [[0, 128, 255]]
    stretched = np.asarray(Image.open(io.BytesIO(png(np.array([[[-2.0, 0.0, 2.0, np.nan]]])))))
    assert stretched.tolist() == [[0, 128, 255, 128]]
