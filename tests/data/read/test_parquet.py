from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from stirfry.data.read.parquet import read_parquet
from stirfry.errors import DataError


def written(folder: Path, frame: pl.DataFrame) -> Path:
    path = folder / "rain[1].parquet"
    frame.write_parquet(path)
    return path


def test_columns(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, None], "b": ["x", "y"], "c": [True, False], "d": [date(1970, 1, 2), None]})
    table = read_parquet(written(tmp_path, frame))
    assert table.name == "rain-1"
    assert [column.kind for column in table.columns] == ["number", "text", "boolean", "date"]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (pl.DataFrame({"a": [[1], [2]]}), "source.nested_column"),
        (pl.DataFrame({"a": [{"b": 1}]}), "source.nested_column"),
        (pl.DataFrame({"a": []}), "source.no_rows"),
    ],
)
def test_what_is_refused(tmp_path: Path, frame: pl.DataFrame, code: str) -> None:
    with pytest.raises(DataError) as caught:
        read_parquet(written(tmp_path, frame))
    assert caught.value.code == code


@pytest.mark.parametrize("size", [0, 3, 100, -1])
def test_a_cut_file(tmp_path: Path, size: int) -> None:
    path = written(tmp_path, pl.DataFrame({"a": range(100)}))
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DataError) as caught:
        read_parquet(path)
    assert caught.value.code == "source.bad_parquet"
    assert str(path) in str(caught.value)


def test_text_with_the_wrong_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("a,b\n1,2\n" * 10)
    with pytest.raises(DataError) as caught:
        read_parquet(tmp_path / "a.parquet")
    assert caught.value.code == "source.bad_parquet"


# Places in the footer, counted from the end, where a changed byte makes polars panic or raise. Bytes of the
# pages aren't tried: there are some where polars aborts the process (pola-rs/polars, issue 15342).
@pytest.mark.parametrize("place", [-1, -10, -200, -392, -447, -452, -457])
def test_a_changed_byte_is_read_or_refused(tmp_path: Path, place: int) -> None:
    path = written(tmp_path, pl.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]}))
    body = bytearray(path.read_bytes())
    body[place] ^= 0x7F
    path.write_bytes(body)
    try:
        read_parquet(path)
    except DataError as error:
        assert str(path) in str(error)
