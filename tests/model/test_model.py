"""A trained model: its file works without stirfry, and raw rows of any form give the same answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import stirfry
from stirfry.data.table import Images
from stirfry.errors import DataError, ModelFileError, UsageError
from stirfry.run.tensors import pack, unpack

QUICK: dict[str, Any] = {"epochs": 5, "hidden": [6], "seed": 1}


def messy(rows: int = 80) -> dict[str, list[Any]]:
    random = np.random.default_rng(3)
    size = random.normal(size=rows).round(3).tolist()
    colour = random.choice(["red", "green", "blue"], rows).tolist()
    day = [f"2024-01-{1 + index % 28:02d}" for index in range(rows)]
    size[3] = None
    colour[5] = None
    label = [
        "yes" if (value or 0) > 0 or name == "red" else "no" for value, name in zip(size, colour, strict=True)
    ]
    return {"size": size, "colour": colour, "day": day, "label": label}


@pytest.fixture(scope="module")
def run() -> stirfry.Run:
    return stirfry.train(messy(), target="label", **QUICK)


@pytest.fixture(scope="module")
def flowers() -> stirfry.Run:
    return stirfry.train("iris", **QUICK)


def test_the_file_is_a_state_dict_that_pytorch_loads_without_us(flowers: stirfry.Run, tmp_path: Path) -> None:
    flowers.save(tmp_path / "m.safetensors")
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3))
    model.load_state_dict(load_file(tmp_path / "m.safetensors"))
    table = stirfry.load(tmp_path / "m.safetensors")
    rows = np.random.default_rng(0).uniform(0, 7, size=(20, 4))
    inputs = table.encoder.transform(table.read(rows))
    expected = model(torch.from_numpy(inputs)).softmax(dim=1).detach().numpy()
    np.testing.assert_allclose(table.predict_proba(rows), expected, atol=1e-6)


def test_a_loaded_model_is_the_saved_one(run: stirfry.Run, tmp_path: Path) -> None:
    run.save(tmp_path / "m.safetensors")
    again = stirfry.load(tmp_path / "m.safetensors")
    assert again.encoder == run.model.encoder
    assert again.schema == run.model.schema and again.target == run.model.target
    assert again.scores == run.model.scores and list(again.weights) == list(run.model.weights)
    np.testing.assert_array_equal(again.predict_proba(messy()), run.model.predict_proba(messy()))


def test_rows_of_every_form_give_the_same_answers(run: stirfry.Run, tmp_path: Path) -> None:
    rows = {name: values for name, values in messy().items() if name != "label"}
    expected = run.model.predict_proba(rows)
    frame = pd.DataFrame(rows)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    listed = [dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)]
    turned = frame[["day", "colour", "size"]].assign(extra=1.5)
    for form in (
        frame,
        pl.DataFrame(rows),
        tmp_path / "rows.csv",
        str(tmp_path / "rows.csv"),
        listed,
        turned,
    ):
        np.testing.assert_allclose(run.model.predict_proba(form), expected, rtol=1e-12)
    assert run.model.predict(listed[0]).shape == (1,)
    assert run.model.predict(listed[0])[0] == run.model.predict(rows)[0]


def test_extra_columns_are_said_and_missing_ones_are_named(run: stirfry.Run) -> None:
    said: list[str] = []
    run.model.predict({**messy(), "extra": [1] * 80}, say=lambda notice: said.append(str(notice)))
    assert said == ["Ignored, as the model doesn't know them: extra."]
    with pytest.raises(DataError, match="missing: size, day"):
        run.model.predict({"colour": ["red"]})


def test_new_levels_and_gaps_are_predicted(run: stirfry.Run) -> None:
    rows = {
        "size": [0.1, None, None],
        "colour": ["purple", None, "red"],
        "day": [None, "2030-01-01", "2024-02-01"],
    }
    shares = run.model.predict_proba(rows)
    assert shares.shape == (3, 2) and np.isfinite(shares).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_text_in_a_number_column_is_refused_with_its_row(run: stirfry.Run) -> None:
    with pytest.raises(DataError, match="row 2 has the text big"):
        run.model.predict({"size": ["1", "big"], "colour": ["red"] * 2, "day": ["2024-01-01"] * 2})


def test_a_rows_answer_does_not_depend_on_its_neighbours(flowers: stirfry.Run) -> None:
    rows = np.random.default_rng(0).uniform(0, 7, size=(70, 4))
    together = flowers.model.predict_proba(rows)
    alone = np.concatenate([flowers.model.predict_proba(row.reshape(1, -1)) for row in rows])
    np.testing.assert_allclose(together, alone, rtol=1e-9, atol=1e-12)


def test_evaluation_is_scored_against_the_labels(run: stirfry.Run) -> None:
    found = run.model.evaluate(messy())
    right = np.mean(run.model.predict(messy()) == np.array(messy()["label"]))
    assert found.metrics["accuracy"].value == pytest.approx(right)
    assert found.rows == 80
    with pytest.raises(DataError, match="label"):
        run.model.evaluate({"size": [1.0], "colour": ["red"], "day": ["2024-01-01"]})
    wrong = {**messy(), "label": ["maybe"] * 80}
    with pytest.raises(DataError, match="maybe"):
        run.model.evaluate(wrong)


def test_regression_predicts_in_the_targets_own_unit() -> None:
    random = np.random.default_rng(0)
    inputs = random.normal(size=(200, 3))
    targets = 5000 + 300 * inputs[:, 0] - 200 * inputs[:, 1]
    run = stirfry.train((inputs, targets), hidden=[], optimizer="adam", lr=0.05, epochs=100)
    assert run.model.task == "regression"
    assert run.metrics["test"].metrics["r2"].value > 0.99
    assert abs(run.model.predict(inputs).mean() - targets.mean()) < 30
    with pytest.raises(UsageError, match="predict_proba"):
        run.model.predict_proba(inputs)


@pytest.mark.parametrize("labels", [[-5, 1000], [True, False], ["no", "yes"], [0.0, 3.0]])
def test_labels_of_any_kind_come_back_as_they_went_in(labels: list[Any]) -> None:
    inputs = np.random.default_rng(0).normal(size=(60, 2))
    answers = [labels[int(value > 0)] for value in inputs[:, 0]]
    model = stirfry.train({"a": inputs[:, 0], "b": inputs[:, 1], "y": answers}, target="y", **QUICK).model
    assert set(model.labels) == set(labels)
    assert set(model.predict({"a": inputs[:, 0], "b": inputs[:, 1]}).tolist()) <= set(labels)


def test_images_of_another_size_are_converted_and_said() -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 255, size=(60, 1, 8, 8), dtype=np.uint8)
    pixels[:30, :, :4] = 0
    run = stirfry.train((pixels, ["dark"] * 30 + ["light"] * 30), epochs=3, hidden=[8])
    assert isinstance(run.model.read(pixels), Images)
    said: list[str] = []
    larger = pixels.repeat(2, axis=2).repeat(2, axis=3)
    shares = run.model.predict_proba(larger, say=lambda notice: said.append(notice.code))
    assert said == ["data.images_converted"]
    np.testing.assert_allclose(shares, run.model.predict_proba(pixels), atol=0.2)
    with pytest.raises(DataError, match="takes images"):
        run.model.predict({"a": [1]})


def test_a_file_whose_tensors_are_not_the_networks_is_refused(flowers: stirfry.Run, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    flowers.save(path)
    file = unpack(path, "model")
    for change in ({"0.weight": np.zeros((6, 5), np.float32)}, {"extra": np.zeros(1, np.float32)}):
        path.write_bytes(pack("model", {**file.tensors, **change}, file.facts))
        with pytest.raises(ModelFileError, match="tensors are not those"):
            stirfry.load(path)
    for broken in ({}, {**file.facts, "network": 3}, {**file.facts, "encoder": {"parts": "x"}}):
        path.write_bytes(pack("model", file.tensors, broken))
        with pytest.raises(ModelFileError, match="damaged"):
            stirfry.load(path)


def test_nothing_in_the_package_pickles() -> None:
    source = Path(stirfry.__file__).parent
    for path in source.rglob("*.py"):
        assert "import pickle" not in path.read_text(encoding="utf-8"), path


def test_a_model_with_batch_normalisation_comes_back(tmp_path: Path) -> None:
    layers = [
        {"type": "Linear", "out_features": 5},
        {"type": "BatchNorm1d"},
        {"type": "Linear", "out_features": 3},
    ]
    run = stirfry.train("iris", layers=layers, epochs=1)
    run.save(tmp_path / "m.safetensors")
    again = stirfry.load(tmp_path / "m.safetensors")
    assert again.weights["1.num_batches_tracked"].shape == ()
    assert again.predict("iris").tolist() == run.model.predict("iris").tolist()
