"""Integrated gradients: what is added up is the difference of both ends, and linear models say so exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stirfry
from stirfry.explain.attributions import attribute, baseline
from stirfry.explain.rows import row_of

ROWS = 80


def table(kind: str) -> dict[str, list[Any]]:
    random = np.random.default_rng(5)
    size = random.normal(50, 10, ROWS).tolist()
    colour = random.choice(["red", "green", "blue"], ROWS).tolist()
    size[2], size[30], size[50], colour[3] = None, None, None, None
    points = [(value or 50) / 10 + 2 * (name == "red") for value, name in zip(size, colour, strict=True)]
    day = [f"2023-{1 + index % 12:02d}-11" for index in range(ROWS)]
    target: list[Any] = points
    if kind == "two":
        target = ["high" if value > 5.5 else "low" for value in points]
    if kind == "three":
        target = ["high" if value > 6 else "low" if value < 5 else "middle" for value in points]
    return {"size": size, "colour": colour, "day": day, "target": target}


def trained(kind: str, **settings: Any) -> stirfry.Run:
    return stirfry.train(
        table(kind), target="target", **{"hidden": [12], "epochs": 60, "seed": 1, **settings}
    )


RUNS = {
    "number": trained("number"),
    "number, unscaled": trained("number", scale="none", hidden=[]),
    "two": trained("two"),
    "two, minmax": trained("two", loss="cross_entropy", scale="minmax", activation="tanh"),
    "three": trained("three", activation="gelu"),
    "three, squared": trained("three", loss="mse"),
}


@settings(max_examples=30)
@given(st.sampled_from(sorted(RUNS)), st.integers(1, ROWS))
def test_the_sum_is_the_difference_of_both_ends(name: str, row: int) -> None:
    run = RUNS[name]
    found = attribute(run.model, row_of(run.model.read(table(name.partition(",")[0])), row))
    assert set(found.names) == {"size", "colour", "day"}
    assert abs(found.left_over) <= 0.01 * abs(found.end - found.start) + 1e-6
    assert list(map(abs, found.amounts)) == sorted(map(abs, found.amounts), reverse=True)


def test_the_end_is_the_models_answer() -> None:
    run = RUNS["two"]
    shares = run.model.predict_proba(table("two"))
    for row in (1, 3, 4, 9):
        found = attribute(run.model, row_of(run.model.read(table("two")), row))
        assert found.quantity == "probability"
        assert found.end == pytest.approx(shares[row - 1].max(), abs=1e-6)
        assert found.answer == run.model.predict(table("two"))[row - 1]
    number = RUNS["number"]
    found = attribute(number.model, row_of(number.model.read(table("number")), 1))
    assert (found.quantity, found.answer) == ("value", None)
    assert found.end == pytest.approx(float(number.model.predict(table("number"))[0]), rel=1e-5)


def test_a_linear_models_amounts_are_weight_times_difference() -> None:
    run = stirfry.train("weights", hidden=[], epochs=50, scale="none", seed=1, test=0, validation=0)
    data = run.model.read("weights")
    found = attribute(run.model, row_of(data, 2))
    x = run.model.encoder.transform(row_of(data, 2))[0] - baseline(run.model.encoder)  # type: ignore[arg-type]
    wanted = run.model.weights["0.weight"][0] * x * run.model.target.std
    amounts = dict(zip(found.names, found.amounts, strict=True))
    np.testing.assert_allclose([amounts[name] for name in run.model.columns], wanted, rtol=1e-5)


def test_a_row_of_medians_moves_nothing() -> None:
    run = stirfry.train("iris", hidden=[4], epochs=10, seed=1)
    medians = {part.name: part.median for part in run.model.encoder.parts}  # type: ignore[union-attr]
    found = attribute(run.model, row_of(run.model.read(medians), 1))
    assert found.start == pytest.approx(found.end) and max(map(abs, found.amounts)) < 1e-6


def test_what_fills_a_gap_adds_nothing_but_its_indicator() -> None:
    run = RUNS["number"]
    size = run.model.encoder.parts[0]  # type: ignore[union-attr]
    assert size.name == "size" and size.missing
    base = baseline(run.model.encoder)
    inputs = run.model.encoder.transform(row_of(run.model.read(table("number")), 3))  # type: ignore[arg-type]
    assert inputs[0, 0] == pytest.approx(base[0]) and (inputs[0, 1], base[1]) == (1, 0)
    colour = run.model.encoder.parts[1]  # type: ignore[union-attr]
    share = base[2 : 2 + len(colour.outputs)].tolist()
    assert share == pytest.approx([1 / 3] * 3 + [0] * (len(share) - 3))


def test_an_image_is_moved_by_its_pixels() -> None:
    run = stirfry.train("digits", hidden=[16], epochs=3, seed=1)
    found = attribute(run.model, row_of(run.model.read("digits"), 5))
    assert found.pixels is not None and found.pixels.shape == (1, 28, 28) and found.names == ()
    assert abs(found.left_over) <= 0.01 * abs(found.end - found.start)
    black = np.asarray(run.model.read("digits").pixels)[4] == 0  # type: ignore[union-attr]
    assert np.abs(found.pixels[black]).max() == 0
