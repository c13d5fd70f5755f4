from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_iris

from stirfry.data.read.embedded import NAMES, WEIGHTS, read_embedded
from stirfry.data.table import TEST, TRAIN, Images, Table
from stirfry.errors import UsageError
from stirfry.spec.recipe import DataSpec, SplitSpec


def table(name: str, **spec: object) -> Table:
    data = read_embedded(name, DataSpec(**spec))
    assert isinstance(data, Table)
    return data


def seeded(seed: int) -> SplitSpec:
    return SplitSpec(seed=seed)


def test_iris_is_that_of_scikit_learn() -> None:
    data, oracle = table("iris"), load_iris()
    assert data.names == [*oracle.feature_names, "species"]
    assert data.target == "species"
    assert np.array_equal(np.stack([column.values for column in data.columns[:4]], axis=1), oracle.data)
    assert data.column("species").texts() == oracle.target_names[oracle.target].tolist()
    assert all(column.kind == "number" for column in data.columns[:4])


def test_iris_needs_no_data_frame_library() -> None:
    code = (
        "import sys; from stirfry.data.sources import load; from stirfry.spec.recipe import DataSpec;"
        "load('iris', DataSpec());"
        "print([name for name in ('polars', 'pandas', 'torch', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_digits_are_stratified_and_in_two_parts() -> None:
    data = read_embedded("digits", DataSpec())
    assert isinstance(data, Images)
    assert data.pixels.shape == (6000, 1, 28, 28)
    assert data.pixels.dtype == np.uint8
    assert data.parts is not None
    assert data.labels is not None
    for part, count in ((TRAIN, 5000), (TEST, 1000)):
        labels = data.labels.values[data.parts == part]
        assert len(labels) == count
        assert np.bincount(labels, minlength=10).min() > 0.08 * count
    # real digits: an empty border, ink in the middle
    assert data.pixels[:, :, 0].max() == 0
    assert 70 < data.pixels[:, 0, 10:18, 10:18].mean() < 170


def test_simplex_classes_follow_from_the_sum() -> None:
    data = table("simplex")
    sums = sum(data.column(name).values for name in ("x1", "x2", "x3"))
    expected = np.where(sums < 1, "below", np.where(sums > 2, "above", "between"))
    assert len(data) == 10_000
    assert data.column("region").texts() == expected.tolist()
    assert (data.target, data.names) == ("region", ["x1", "x2", "x3", "region"])
    shares = {level: np.mean(expected == level) for level in ("below", "between", "above")}
    assert shares == pytest.approx({"below": 1 / 6, "between": 2 / 3, "above": 1 / 6}, abs=0.015)


@pytest.mark.parametrize("count", [None, 1, 7])
def test_weights_are_a_weighted_sum(count: int | None) -> None:
    data = table("weights", columns=count)
    width = count or 4
    features = np.stack([data.column(f"x{number + 1}").values for number in range(width)], axis=1)
    assert len(data) == 10
    assert features.min() >= 1
    assert features.max() <= 100
    assert np.array_equal(data.column("y").values, features @ np.array(WEIGHTS[:width]))


def test_whole_numbers_from_1_to_100() -> None:
    values = table("weights", rows=5000, columns=1).column("x1").values
    assert set(values.tolist()) == set(range(1, 101))


def test_more_columns_than_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        table("weights", columns=8)
    assert caught.value.facts["most"] == 7


@pytest.mark.parametrize("name", ["simplex", "weights"])
def test_synthetic_sets_follow_the_seed_and_the_size(name: str) -> None:
    hashes = [table(name, rows=50, split=seeded(seed)).sha256() for seed in (0, 0, 1)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert len(table(name, rows=50)) == 50


def test_every_name_is_read_and_named() -> None:
    assert [read_embedded(name, DataSpec()).name for name in NAMES] == list(NAMES)
