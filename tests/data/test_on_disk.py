"""Tables that are too large for the memory: the same rows, the same numbers, in temporary files."""

from __future__ import annotations

import errno
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import stirfry
from stirfry.data.encode_table import fit_table
from stirfry.data.on_disk import empty_on_disk, lies_on_disk, moved_to_disk
from stirfry.data.prepare import describe
from stirfry.data.read.parquet import read_parquet
from stirfry.data.sources import load
from stirfry.errors import DataError
from stirfry.spec.recipe import DataSpec, SplitSpec

QUICK: dict[str, Any] = {"epochs": 3, "hidden": [4], "seed": 1}


def frame(rows: int = 90) -> pl.DataFrame:
    """Return rows of every kind of column, with gaps."""
    draw = np.random.default_rng(0)
    numbers = draw.normal(size=rows)
    return pl.DataFrame(
        {
            "x": np.where(draw.random(rows) < 0.1, np.nan, numbers),
            "count": [None if row % 17 == 0 else row % 9 for row in range(rows)],
            "city": [None if row % 13 == 0 else "abc"[row % 3] for row in range(rows)],
            "kind": pl.Series(["u" if row % 2 else "v" for row in range(rows)], dtype=pl.Categorical),
            "wet": [row % 4 == 0 for row in range(rows)],
            "day": [date(2020, 1, 1) + timedelta(days=3 * row) for row in range(rows)],
            "told": [f"2021-{row % 12 + 1:02}-03" for row in range(rows)],
            "label": ["yes" if value > 0 else "no" for value in numbers],
        }
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    frame().write_parquet(tmp_path / "table.parquet")
    return tmp_path / "table.parquet"


def test_the_table_is_the_same(path: Path) -> None:
    whole, parted = read_parquet(path), read_parquet(path, 1000)
    assert not whole.on_disk
    assert all(lies_on_disk(column.values) for column in parted.columns)
    assert parted.sha256() == whole.sha256()
    assert [notice.code for notice in parted.notices] == ["source.table_on_disk_asked"]
    assert "5.8 kB" in str(parted.notices[0])


def test_little_free_memory_is_enough_of_a_reason(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stirfry.data.read.room.free_memory", lambda: 3000)
    table = read_parquet(path)
    assert table.on_disk
    assert [notice.code for notice in table.notices] == ["source.table_on_disk"]


def test_encoded_rows_are_the_same_and_lie_there_too(path: Path) -> None:
    spec = DataSpec(target="label")
    rows = np.arange(60)[::-1]
    found = []
    for table in (read_parquet(path), read_parquet(path, 1000)):
        described = describe(table, spec)
        assert described.schema is not None
        encoder = fit_table(table, described.schema, rows, "standard")
        found.append(encoder.transform(table, rows))
    assert [lies_on_disk(each) for each in found] == [False, True]
    assert found[0].tobytes() == found[1].tobytes()


@pytest.mark.parametrize("engine", ["native", "torch_fast", "torch"])
def test_a_run_is_the_same(path: Path, engine: str) -> None:
    runs = [stirfry.train(path, engine=engine, memory=memory, **QUICK) for memory in (None, "2kB")]
    for name, weight in runs[0].model.weights.items():
        assert runs[1].model.weights[name].tobytes() == weight.tobytes(), name
    assert runs[0].metrics == runs[1].metrics
    assert runs[0].data_sha256 == runs[1].data_sha256
    answers = [stirfry.train(path, memory="2kB", folds=3, **QUICK).model.predict(path) for _ in range(2)]
    assert answers[0].tolist() == answers[1].tolist()


def test_rows_without_a_label_leave_the_others_there(tmp_path: Path) -> None:
    few = frame().with_columns(label=pl.when(pl.col("count") == 3).then(None).otherwise(pl.col("label")))
    few.write_parquet(tmp_path / "few.parquet")
    whole, parted = (
        describe(read_parquet(tmp_path / "few.parquet", memory), DataSpec(target="label"))
        for memory in (None, 1000)
    )
    assert parted.rows == whole.rows < 90
    assert parted.dataset.on_disk  # type: ignore[union-attr]
    assert parted.dataset.sha256() == whole.dataset.sha256()


def test_parts_in_files_of_their_own_lie_there_together(path: Path, tmp_path: Path) -> None:
    frame(30).write_parquet(tmp_path / "test.parquet")
    split = SplitSpec(test_file=str(tmp_path / "test.parquet"))
    whole, parted = (load(str(path), DataSpec(memory=memory, split=split)) for memory in (None, "1kB"))
    assert parted.on_disk  # type: ignore[union-attr]
    assert parted.sha256() == whole.sha256()


@pytest.mark.skipif(os.name == "nt", reason="a file that is open has a name there")
def test_no_file_is_to_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    values = moved_to_disk(np.arange(1000.0))
    assert list(tmp_path.iterdir()) == []
    assert values.sum() == 499500


@pytest.mark.parametrize(("shape", "size"), [((0, 3), 0), ((2, 0), 0), ((2, 3), 6)])
def test_arrays_of_any_size(shape: tuple[int, int], size: int) -> None:
    values = empty_on_disk(shape, np.float32)
    assert values.shape == shape and values.size == size and not values.any()


def test_a_full_disk_is_told_before_anything_is_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int, start: int, size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(DataError) as caught:
        read_parquet(path, 1000)
    assert caught.value.code == "data.disk_full"
    assert "TMPDIR" in str(caught.value)


def test_a_file_system_that_cannot_reserve_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(file: int, start: int, size: int) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "posix_fallocate", unable, raising=False)
    assert moved_to_disk(np.arange(5)).tolist() == [0, 1, 2, 3, 4]


def test_other_faults_of_the_disk_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(file: int, start: int, size: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "posix_fallocate", broken, raising=False)
    with pytest.raises(OSError, match="Input"):
        empty_on_disk((3,), np.float32)
