"""Five modules in five styles train unmodified, each beside the loop that a user would write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from numpy.typing import NDArray
from tests.actions.own_modules import PLAN, by_hand
from torch import nn
from torch.nn import functional

import stirfry
from stirfry.data.encode_images import ImageEncoder
from stirfry.errors import DataError, UsageError
from stirfry.spec.network import Network

RANDOM = np.random.default_rng(2)
ROWS = 80
PICTURES = RANDOM.normal(size=(ROWS, 1, 8, 8)).astype(np.float32)
SEQUENCES = RANDOM.normal(size=(ROWS, 6, 3)).astype(np.float32)
NUMBERS = RANDOM.normal(size=(ROWS, 5)).astype(np.float32)
WORDS = RANDOM.integers(0, 12, size=(ROWS, 4))
CLASSES = (RANDOM.permutation(ROWS) % 3).astype(np.int64)


def in_a_row() -> nn.Module:
    """Sequential."""
    return nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 3))


class Pictures(nn.Module):
    """A `forward` written by hand, as in the tutorials on MNIST."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 8, 3)
        self.fc1 = nn.Linear(8, 6)
        self.fc2 = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = functional.dropout(functional.relu(self.fc1(x)), p=0.2, training=self.training)
        return self.fc2(x)


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.linear = nn.BatchNorm1d(width), nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.linear(self.norm(x).relu())


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(5, 8)
        self.blocks = nn.ModuleList([Block(8), Block(8)])
        self.last = nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return self.last(x)


class Joined(nn.Module):
    """Two inputs: numbers and words."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(12, 4)
        self.numbers = nn.Linear(5, 6)
        self.last = nn.Linear(10, 3)

    def forward(self, numbers: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        return self.last(torch.cat([self.numbers(numbers).relu(), self.table(words).mean(dim=1)], dim=1))


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.memory = nn.LSTM(3, 7, batch_first=True)
        self.last = nn.Linear(7, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        outputs, _ = self.memory(x)
        return self.last(outputs[:, -1])


STYLES: dict[str, tuple[Any, tuple[NDArray[Any], ...]]] = {
    "sequential": (in_a_row, (NUMBERS,)),
    "by hand": (Pictures, (PICTURES,)),
    "residual": (Residual, (NUMBERS,)),
    "two inputs": (Joined, (NUMBERS, WORDS)),
    "recurrent": (Recurrent, (SEQUENCES,)),
}


@pytest.mark.parametrize("style", STYLES)
def test_a_module_trains_unmodified_and_is_saved_and_used(style: str, tmp_path: Path) -> None:
    make, inputs = STYLES[style]
    features = inputs if len(inputs) > 1 else inputs[0]
    plan = dict(PLAN, mean=[0.0], std=[1.0]) if style == "by hand" else PLAN
    torch.manual_seed(3)
    model = make()
    theirs = by_hand(model, inputs, CLASSES, epochs=3)

    run = stirfry.train((features, CLASSES), network=make, epochs=3, engine="torch", **plan)

    assert run.history["train_loss"].tolist() == theirs
    outputs = model.eval()(*map(torch.from_numpy, inputs)).softmax(dim=1).detach().numpy()
    np.testing.assert_allclose(run.model.predict_proba(features), outputs, atol=1e-5)
    run.save(tmp_path / "m.safetensors")
    known = isinstance(run.model.network, Network)
    assert known == (style in ("sequential", "by hand"))
    fast = stirfry.train((features, CLASSES), network=make, epochs=3, engine="torch_fast", **plan)
    np.testing.assert_allclose(fast.history["train_loss"], theirs, rtol=1e-5)
    again = stirfry.load(tmp_path / "m.safetensors", network=None if known else make)
    assert again.predict(features).tolist() == run.model.predict(features).tolist()
    accuracy = again.evaluate((features, CLASSES)).metrics["accuracy"].value
    assert accuracy == pytest.approx((outputs.argmax(axis=1) == CLASSES).mean())


def test_inputs_by_name_go_to_the_arguments_of_that_name() -> None:
    by_place = stirfry.train(((NUMBERS, WORDS), CLASSES), network=Joined, epochs=2, **PLAN)
    by_name = stirfry.train(({"words": WORDS, "numbers": NUMBERS}, CLASSES), network=Joined, epochs=2, **PLAN)
    assert by_place.history["train_loss"].tolist() == by_name.history["train_loss"].tolist()
    rows = {"numbers": NUMBERS[:3], "words": WORDS[:3]}
    assert by_name.model.predict(rows).tolist() == by_place.model.predict((NUMBERS[:3], WORDS[:3])).tolist()
    with pytest.raises(UsageError, match=r"N×4, N×5 \(names: words, numbers\)"):
        by_name.model.predict(NUMBERS)


def test_a_tensor_dataset_of_three_is_two_inputs_and_a_target() -> None:
    tensors = [torch.from_numpy(each) for each in (NUMBERS, WORDS, CLASSES)]
    run = stirfry.train(torch.utils.data.TensorDataset(*tensors), network=Joined, epochs=1)
    assert run.model.network.input_shapes == ((5,), (4,))


def test_floats_are_standardised_by_the_training_rows_along_the_last_axis() -> None:
    shifted = SEQUENCES * np.float32(100) + np.arange(3, dtype=np.float32)
    run = stirfry.train((shifted, CLASSES), network=Recurrent, epochs=1, test=0.2, validation=0)
    encoded = run.model.encoder.transform(run.model.read(shifted))
    assert np.abs(encoded.reshape(-1, 3).mean(axis=0)).max() < 0.2
    np.testing.assert_allclose(encoded.reshape(-1, 3).std(axis=0), 1, atol=0.1)
    assert "data.inputs_scaled" in [notice.code for notice in run.notices]


def test_whole_numbers_that_are_floats_reach_an_embedding_as_whole_numbers() -> None:
    class Text(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table, self.last = nn.EmbeddingBag(12, 4), nn.Linear(4, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(self.table(x))

    run = stirfry.train((WORDS.astype(float), CLASSES), network=Text, epochs=1)
    assert "data.inputs_whole" in [notice.code for notice in run.notices]
    with pytest.raises(DataError, match="takes whole numbers; found fractions"):
        run.model.predict(WORDS + 0.5)


def test_gaps_and_other_shapes_are_refused() -> None:
    broken = SEQUENCES.copy()
    broken[4, 1, 2] = np.nan
    with pytest.raises(DataError, match="row 5 holds a gap"):
        stirfry.train((broken, CLASSES), network=Recurrent)
    with pytest.raises(DataError, match="80"):
        stirfry.train(((NUMBERS, WORDS), CLASSES[:-1]), network=Joined)
    with pytest.raises(UsageError, match="have no columns"):
        stirfry.train((SEQUENCES, CLASSES), network=Recurrent, target="y")


def test_a_regression_on_sequences_with_folds() -> None:
    class Sum(Recurrent):
        def __init__(self) -> None:
            super().__init__()
            self.last = nn.Linear(7, 1)

    y = SEQUENCES[:, :, 0].sum(axis=1) + 0.5
    run = stirfry.train((SEQUENCES, y), network=Sum, epochs=3, folds=2, seed=1)
    assert run.model.task == "regression" and run.folds is not None
    assert run.model.predict(SEQUENCES[:2]).shape == (2,)


@pytest.mark.parametrize("frame", ["pandas", "polars", "dict"])
def test_a_frame_and_a_target_are_a_table(frame: str) -> None:
    columns = {f"c{index}": column for index, column in enumerate(NUMBERS.T)}
    made = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "dict": dict}[frame](columns)
    run = stirfry.train((made, CLASSES), network=Residual, epochs=1)
    assert run.model.columns == tuple(columns)


@pytest.mark.parametrize("pixels", [PICTURES[:, 0], (PICTURES[:, 0] * 20 + 100).astype(np.uint8)])
def test_pictures_without_channels_are_images_where_the_module_wants_channels(pixels: NDArray[Any]) -> None:
    run = stirfry.train((pixels, CLASSES), network=Pictures, epochs=1)
    assert run.model.network.input_shape == (1, 8, 8)
    assert isinstance(run.model.encoder, ImageEncoder)


def test_arrays_in_an_npz_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "steps.npz", X=SEQUENCES, y=CLASSES)
    run = stirfry.train(tmp_path / "steps.npz", network=Recurrent, epochs=1)
    assert run.model.network.input_shape == (6, 3)
