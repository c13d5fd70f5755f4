"""A PyTorch program gives a model's own answers, and is loaded where there is no stirfry."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.export.random_models import NUMBER, THREE, TWO, fitted, random_model
from tests.export.test_onnx import IMAGE, IMAGE_LAYERS, ROW, ROW_LAYERS, chain, column, tables

import stirfry
from stirfry import lang
from stirfry.data.encode_inputs import InputPart, InputsEncoder
from stirfry.data.encode_parts import CategoryPart
from stirfry.data.encode_table import TableEncoder
from stirfry.data.levels import MISSING, match
from stirfry.data.table import Inputs, Table
from stirfry.data.target import Target
from stirfry.errors import MissingExtra, UsageError
from stirfry.export.pt2 import write_pt2
from stirfry.export.pt2_program import Table as EncodedTable
from stirfry.model.model import Model


@lru_cache(maxsize=1)
def program_of(model: Model) -> Any:
    return torch.export.load(io.BytesIO(write_pt2(model))).module()


def run(model: Model, *inputs: Any) -> Any:
    """Load the program and return what it gives."""
    return program_of(model)(*(torch.from_numpy(each) for each in inputs)).numpy()


def assert_same(model: Model, data: Any, *inputs: Any) -> None:
    found = run(model, *inputs)
    assert found.dtype == np.float64
    if model.task == "regression":
        assert found.shape == (len(data), 1)
        np.testing.assert_allclose(found[:, 0], model.predict(data), rtol=1e-5, atol=1e-5 * model.target.std)
    else:
        np.testing.assert_allclose(found, model.predict_proba(data), atol=1e-5)


def as_given(model: Model, table: Table) -> Any:
    """Raw rows as one tensor: a category is its level's position."""
    assert isinstance(model.encoder, TableEncoder)
    columns = []
    for part in model.encoder.parts:
        values = table.column(part.name).values.astype(np.float64)
        if isinstance(part, CategoryPart):
            places = match(table.column(part.name), part.levels)
            values = np.where(places == MISSING, np.nan, places)
        columns.append(values)
    return np.stack(columns, axis=1)


def messy(rows: int, seed: int) -> Table:
    """Numbers, truths, dates and categories in turn, with gaps, and with levels that depend on the seed."""
    random = np.random.default_rng(seed)

    def gaps(values: Any) -> list[Any]:
        return [
            None if missing else value
            for value, missing in zip(values, random.random(rows) < 0.2, strict=True)
        ]

    return Table(
        "messy",
        (
            column("number", "n 1", gaps(random.normal(5, 300, rows).tolist())),
            column("text", "颜色", gaps(random.choice(["a", "b", f"c{seed}"], rows).tolist())),
            column("date", "day", gaps((random.uniform(-1, 1, rows) * 3e9).tolist())),
            column("number", "whole", random.integers(-5, 5, rows).tolist()),
            column("boolean", "flag", gaps(random.integers(0, 2, rows).tolist())),
            column("number", "same", [7.0] * rows),
            column("text", "always", random.choice(["x", f"y{seed}"], rows).tolist()),
        ),
    )


@pytest.mark.parametrize(
    ("scale", "target", "loss"),
    [
        ("standard", THREE, "cross_entropy"),
        ("minmax", TWO, "bce_with_logits"),
        ("robust", NUMBER, "mse"),
    ],
)
def test_a_messy_table_gets_the_models_answers(scale: Any, target: Target, loss: Any) -> None:
    layers = [{"type": "Tanh"}, {"type": "Linear", "out_features": 4}, {"type": "ReLU"}]
    model = random_model(fitted(messy(30, seed=0), scale), target, loss, layers)
    for seed in (0, 1):
        table = messy(30, seed)
        assert_same(model, table, as_given(model, table))


@given(tables(), st.sampled_from(["standard", "minmax", "robust", "none"]))
def test_encoded_rows_are_the_encoders_to_the_last_bit(made: tuple[Table, Table], scale: Any) -> None:
    model = random_model(fitted(made[0], scale))
    for table in made:
        rows = torch.from_numpy(as_given(model, table))
        expected = model.encoder.transform(table)  # type: ignore[arg-type]
        np.testing.assert_array_equal(EncodedTable(model.encoder)(rows).numpy(), expected)  # type: ignore[arg-type]


def test_a_table_without_numbers() -> None:
    table = Table("t", messy(20, 0).columns[1:3])
    model = random_model(fitted(table))
    assert_same(model, table, as_given(model, table))


@pytest.mark.parametrize(
    "layers", [ROW_LAYERS[1], ROW_LAYERS[2], ROW_LAYERS[8]], ids=lambda layers: layers[0]["type"]
)
def test_layers_on_rows(layers: list[dict[str, Any]]) -> None:
    model = random_model(ROW, layers=[{"type": "Linear", "out_features": 5}, *layers])
    rows = np.random.default_rng(1).normal(size=(30, 4)) * 3
    assert_same(model, rows, rows)


@pytest.mark.parametrize("loss", ["bce_with_logits", "share", "cross_entropy", "mse"])
def test_each_loss(loss: Any) -> None:
    model = random_model(ROW, TWO, loss)
    rows = np.random.default_rng(1).normal(size=(40, 4)) * 2
    assert_same(model, rows, rows)


def test_where_no_class_has_a_share_all_have_the_same() -> None:
    model = random_model(ROW, THREE, "mse", [])
    model = dataclasses.replace(model, weights={name: -abs(value) for name, value in model.weights.items()})
    np.testing.assert_allclose(run(model, np.ones((2, 4))), 1 / 3)


def test_any_number_of_rows() -> None:
    program = program_of(random_model(ROW))
    for rows in (0, 1, 2, 7):
        assert program(torch.zeros(rows, 4, dtype=torch.float64)).shape == (rows, 3)


@pytest.mark.parametrize("shift", [0, 2])
@pytest.mark.parametrize("whole", [True, False])
def test_images_are_given_as_pixels_and_averaged_over_shifted_copies(shift: int, whole: bool) -> None:
    layers = [*IMAGE_LAYERS[1], {"type": "Flatten"}, {"type": "Tanh"}]
    model = random_model(IMAGE.model_copy(update={"whole": whole}), layers=layers, test_shift=shift)
    pixels = np.random.default_rng(1).integers(0, 256, (9, 2, 6, 7), dtype=np.uint8)
    inputs = pixels if whole else (pixels / 255).astype(np.float32)
    assert_same(model, inputs, inputs)


class Pair(torch.nn.Module):
    """Takes numbers and words by name, and gives outputs without an axis."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.last = torch.nn.Embedding(10, 3), torch.nn.Linear(5, 1)

    def forward(self, sizes: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        return self.last(torch.cat([sizes, self.words(words).mean(dim=1)], dim=1)).squeeze(-1)


class Residual(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = torch.nn.Linear(4, 4), torch.nn.Linear(4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(x + self.first(x))


class Recurrent(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.steps, self.last = torch.nn.LSTM(3, 5, batch_first=True), torch.nn.Linear(5, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.steps(x)[0][:, -1])


class Branching(Residual):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.isnan().any():
            raise ValueError("a gap")
        return self.last(self.first(x))


@pytest.mark.parametrize("make", [Residual, chain])
def test_a_network_of_ones_own(make: Any) -> None:
    model = stirfry.train("iris", network=make, epochs=2).model
    rows = np.random.default_rng(1).uniform(0, 7, size=(20, 4))
    assert_same(model, rows, rows)


def test_a_network_with_several_inputs() -> None:
    random = np.random.default_rng(0)
    sizes, words = random.normal(size=(60, 2)), random.integers(0, 10, (60, 4))
    model = stirfry.train(({"sizes": sizes, "words": words}, sizes[:, 0] * 3), network=Pair, epochs=2).model
    assert_same(model, Inputs("x", (sizes, words), ("sizes", "words"), whole=(False, True)), sizes, words)


def test_a_recurrent_network_of_ones_own() -> None:
    series = np.random.default_rng(0).normal(size=(40, 6, 3))
    model = stirfry.train((series, series[:, 0, 0] > 0), network=Recurrent, epochs=1).model
    assert_same(model, series[:1], series[:1])
    assert_same(model, series, series)


@pytest.mark.parametrize("shape", [(4,), (2, 3)])
def test_arrays_as_they_are(shape: tuple[int, ...]) -> None:
    part = InputPart(
        shape=shape, whole=False, centers=(0.5,) * shape[-1], scales=(2.0,) * (shape[-1] - 1) + (0.0,)
    )
    model = random_model(InputsEncoder(parts=(part,)), layers=[{"type": "Flatten"}])
    values = np.random.default_rng(1).normal(size=(9, *shape))
    assert_same(model, Inputs("x", (values,)), values)


def test_a_forward_that_cant_be_followed_is_refused_in_both_languages() -> None:
    model = stirfry.train("iris", network=Branching, epochs=1).model
    with pytest.raises(
        UsageError, match=r"can't turn .*Branching into a program: .*torch.export wants"
    ) as caught:
        write_pt2(model)
    assert "\n" not in str(caught.value)
    with lang.speaking("zh"):
        assert "无法把" in str(caught.value)


def test_the_file_says_what_goes_in_and_what_comes_out_and_nothing_of_this_machine() -> None:
    table = messy(30, seed=0)
    model = random_model(fitted(Table("t", table.columns[:2])))
    content = write_pt2(model)
    extra = {"stirfry.json": ""}
    torch.export.load(io.BytesIO(content), extra_files=extra)
    facts = json.loads(extra["stirfry.json"])
    assert facts["columns"][1] == {"name": "颜色", "kind": "category", "levels": ["a", "b", "c0"]}
    assert facts["labels"] == ["ant", "bee", "猫"] and facts["output"] == "probabilities"
    assert str(Path(stirfry.__file__).parent).encode() not in content
    assert write_pt2(model) == content


@pytest.mark.slow
def test_it_is_loaded_and_run_without_stirfry(tmp_path: Path) -> None:
    model = random_model(ROW)
    (tmp_path / "model.pt2").write_bytes(write_pt2(model))
    program = (
        "import sys; sys.modules['stirfry'] = None\n"
        "import torch\n"
        "program = torch.export.load('model.pt2').module()\n"
        "print(program(torch.ones(1, 4, dtype=torch.float64)).tolist())"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    np.testing.assert_allclose(json.loads(done.stdout), model.predict_proba(np.ones((1, 4))), atol=1e-5)


def test_without_pytorch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(ROW)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"stirfry\[torch\]"):
        write_pt2(model)
