"""What a person reads: lines of 80 columns, in both languages, with the numbers that matter in them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import stirfry
from stirfry import lang
from stirfry.explain.explanation import Explanation
from stirfry.explain.grid import Line, distinct, grid, numbers, shortened, wrapped
from stirfry.explain.text import TOPICS, sections
from stirfry.explain.text_answer import share
from stirfry.explain.text_layers import BACKWARD, FORWARD
from stirfry.explain.text_row import image_lines
from stirfry.explain.text_update import formulas
from stirfry.spec import layers
from stirfry.spec.plan import Plan

NAMES = ["花萼长度（厘米）", "花萼宽度（厘米）", "a very long name of a column that goes on and on", "b"]


def made(kind: str) -> Explanation:
    random = np.random.default_rng(1)
    rows: dict[str, list[Any]] = {name: random.normal(size=50).tolist() for name in NAMES}
    rows[NAMES[0]][2] = None
    rows["word"] = random.choice(["一", "two", "three"], 50).tolist()
    total = [(first or 0) * 1000 for first in rows[NAMES[0]]]
    rows["结果"] = total if kind == "number" else ["正" if value > 0 else "负" for value in total]
    settings: dict[str, Any] = {"hidden": [6], "epochs": 2, "seed": 1}
    if kind == "deep":
        settings = {"layers": DEEP, "epochs": 2, "seed": 1, "clip_norm": 1e-3}
    return stirfry.train(rows, target="结果", **settings).explain(3)


DEEP = [
    {"type": "Linear", "out_features": 5},
    {"type": "BatchNorm1d"},
    {"type": "LeakyReLU"},
    {"type": "Dropout"},
    {"type": "Linear", "out_features": 40, "bias": False},
    {"type": "LayerNorm"},
    {"type": "ELU"},
    {"type": "Linear", "out_features": 1},
]
ALL = {kind: made(kind) for kind in ("number", "classes", "deep")}
ALL["image"] = stirfry.train("digits", hidden=[30], epochs=1, seed=1).explain(2)
ALL["flower"] = stirfry.train("iris", hidden=[3], epochs=200, seed=1, optimizer="sgd", lr=0.3).explain(51)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_line_fits_a_terminal_of_80_columns(kind: str, language: lang.Language) -> None:
    with lang.speaking(language):
        found = sections(ALL[kind])
        text = str(ALL[kind])
    for section in found:
        for line in section.lines:
            assert cell_len(line) <= 80, line
            assert line == line.rstrip()
    assert {section.topic for section in found} == set(TOPICS)
    if language == "zh":
        assert not re.search(r"\b(the|row|of|each)\b", re.sub(r"a very long.*", "", text))


def test_a_row_is_shown_from_its_values_to_its_answer() -> None:
    text = str(ALL["flower"])
    assert "Row 51 of iris" in text
    assert re.search(r"species +versicolor +\(the target\)", text)
    assert "Forward: 0 Linear\n  Z = X Wᵀ + b\n  shapes: X 4, W 3×4, b 3, Z 3" in text
    assert "petal leng…" in text and "W → setosa" in text
    assert "A = max(0, Z)" in text
    assert re.search(r"The model says versicolor with \d\d\.\d%\. The row says versicolor: right\.", text)
    assert re.search(r"L = −ln p\(versicolor\) = −ln 0\.\d{4} = \d\.\d{3}", text)
    assert "Backward: 2 Linear\n  dW = dZᵀ X    db = dZ    dX = dZ W" in text
    assert "sgd, step 1 on this row alone" in text and "w ← w − η g" in text


def test_the_numbers_in_the_text_are_the_explanations() -> None:
    found = ALL["flower"]
    text = str(found)
    for number in found.forward[0].y[0].tolist():
        assert f"{number:.4f}" in text
    for number in found.gradients["2.bias"].tolist():
        assert numbers([number])[0] in text or f"{number:.4f}" in text
    assert found.update is not None
    for number in found.update.tensors[0].new_weight.ravel().tolist():
        assert f"{number:.5f}" in text


def test_gaps_images_and_clipping_are_told() -> None:
    assert re.search(r"花萼长度（厘米） +missing", str(ALL["number"]))
    assert "(median)" in str(ALL["number"])
    assert "██" in str(ALL["image"]) and "`decision`" in str(ALL["image"])
    deep = str(ALL["deep"])
    assert (
        "each is multiplied by" in deep and "Dropout is off" in deep and "BatchNorm1d takes the mean" in deep
    )
    assert "40×5" in deep and "  Z = X Wᵀ\n" in deep


def test_every_layer_has_its_formulas() -> None:
    kinds = {
        kind for kind in vars(layers).values() if isinstance(kind, type) and issubclass(kind, layers.Layer)
    }
    names = {kind.__name__ for kind in kinds if kind is not layers.Layer and kind.__name__[0] != "_"} - {
        "Softmax"
    }
    assert set(FORWARD) == set(BACKWARD) == names


@pytest.mark.parametrize(
    ("plan", "lines"),
    [
        (Plan(optimizer="sgd"), ["w ← w − η g"]),
        (Plan(optimizer="sgd", momentum=0.9), ["v ← μ v + g", "w ← w − η v"]),
        (Plan(optimizer="sgd", momentum=0.9, nesterov=True), ["v ← μ v + g", "w ← w − η (g + μ v)"]),
        (
            Plan(optimizer="rmsprop", weight_decay=0.1),
            ["g ← g + λ w", "s ← α s + (1 − α) g²", "w ← w − η g / (√s + ε)"],
        ),
        (
            Plan(optimizer="rmsprop", momentum=0.1),
            ["s ← α s + (1 − α) g²", "v ← μ v + g / (√s + ε)", "w ← w − η v"],
        ),
    ],
)
def test_the_optimizers_formula_leaves_out_what_is_off(plan: Plan, lines: list[str]) -> None:
    assert formulas(plan) == lines


def test_adams_formulas_say_where_the_decay_goes() -> None:
    assert formulas(Plan(optimizer="adam", weight_decay=0.1))[0] == "g ← g + λ w"
    assert formulas(Plan(optimizer="adamw", weight_decay=0.1))[0] == "w ← w − η λ w"
    assert formulas(Plan(optimizer="adamw"))[0].startswith("m ←")


WORDS = st.text(st.sampled_from("abcd efg 中文列名（）,.-_"), max_size=60)


@given(st.lists(WORDS, min_size=1, max_size=12), st.integers(1, 4))
def test_a_grid_lines_up_and_fits_whatever_the_names(names: list[str], rows: int) -> None:
    lines = [Line(name, ["1.5"] * len(names)) for name in names[:rows]]
    found = grid(names, lines)
    assert all(cell_len(line) <= 80 for line in found)
    ends = [cell_len(line) for line in found if line.endswith("1.5")]
    assert len(found) >= len(lines) and ends


@given(WORDS, st.integers(3, 20), st.sampled_from([0, 2]))
def test_a_shortened_name_fits(text: str, most: int, tail: int) -> None:
    found = shortened(text, max(most, 6), tail)
    assert cell_len(found) <= max(most, 6)
    assert found == text or "…" in found


def test_shortened_names_stay_different() -> None:
    assert len(set(distinct(["petal length (cm)", "petal width (cm)"], 11))) == 2
    assert len(set(distinct([f"measurement number {n}" for n in range(12)], 11))) == 12


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=20))
def test_numbers_are_right_to_the_digits_shown(values: list[float]) -> None:
    largest = max(map(abs, values))
    for value, text in zip(values, numbers(values), strict=True):
        assert len(text) <= 11
        assert abs(float(text) - value) <= max(1e-3 * largest, 1e-3 * abs(value))


@given(st.text(st.sampled_from("ab cd 中文，。"), max_size=200))
def test_wrapping_keeps_every_character_that_is_no_space(text: str) -> None:
    found = wrapped("  " + text)
    assert all(cell_len(line) <= 80 for line in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.9712, "97.1%"), (0.99999, "> 99.9%"), (1.0, "100%"), (0.0001, "< 0.1%"), (0.0, "0%")],
)
def test_a_share_is_never_rounded_to_certainty(value: float, text: str) -> None:
    assert share(value) == text


def test_a_large_image_is_drawn_smaller() -> None:
    lines = image_lines(np.full((3, 100, 90), 255, dtype=np.uint8))
    assert max(map(cell_len, lines)) <= 80 and set("".join(lines)) == {" ", "█"}
    assert image_lines(np.zeros((1, 8, 8), dtype=np.uint8)) == [""]
