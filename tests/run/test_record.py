from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.errors import UsageError
from stirfry.notice import Notice
from stirfry.run.record import as_csv, as_json, machine, read, said, versions


@given(st.lists(st.floats(), min_size=1, max_size=20))
def test_a_history_keeps_every_digit(values: list[float]) -> None:
    text = as_csv({"epoch": np.arange(1.0, len(values) + 1), "loss": np.array(values)})
    rows = list(csv.DictReader(io.StringIO(text)))
    np.testing.assert_array_equal([float(row["loss"]) for row in rows], values)
    assert [row["epoch"] for row in rows] == [str(index + 1) for index in range(len(values))]


@given(
    st.lists(
        st.floats()
        | st.floats(1e-6, 1e-3)
        | st.floats(1e15, 1e17)
        | st.floats(-100.0, 100.0, width=32)
        | st.integers(-(2**54), 2**54).map(float)
        | st.sampled_from([0.0, -0.0, 1e-4, 1e16, 2.0**53, 5e-324, 1e22]),
        max_size=20,
    ),
    st.sampled_from(["float64", "float32", "int64"]),
)
def test_numbers_are_written_as_python_writes_them(values: list[float], kind: str) -> None:
    if kind == "int64":
        values = [value for value in values if abs(value) <= 2**54]
    with np.errstate(over="ignore"):
        column = np.array(values, dtype=kind)
    whole = bool(np.all(np.abs(column) < 2**53) and np.all(column == np.floor(column)))
    expected = [str(int(each)) if whole else repr(each).removesuffix(".0") for each in column.tolist()]
    assert as_csv({"loss": column}) == "".join(f"{line}\n" for line in ["loss", *expected])


def test_json_holds_numpy_numbers_and_no_nan() -> None:
    record = {
        "a": np.float32(0.5),
        "b": [np.int64(3), float("nan")],
        "c": (1, 2),
        "d": float("inf"),
        "é": "中",
    }
    assert json.loads(as_json(record)) == {"a": 0.5, "b": [3, None], "c": [1, 2], "d": None, "é": "中"}


def test_the_machine_is_described_without_names() -> None:
    import getpass
    import platform

    text = json.dumps(machine())
    assert platform.node() not in text or platform.node() in platform.machine()
    assert getpass.getuser() not in machine()["processor"]
    assert {"python", "stirfry", "numpy", "torch"} <= versions().keys()


def test_remarks_keep_code_facts_and_words() -> None:
    (remark,) = said((Notice("data.rows_dropped", rows=np.int64(2)),))
    assert remark == {
        "code": "data.rows_dropped",
        "facts": {"rows": 2},
        "text": "2 rows without a label dropped.",
    }


def test_a_record_is_read_back_or_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="finished run"):
        read(tmp_path)
    for content in ("{", "[]", '{"format": "1"}'):
        (tmp_path / "run.json").write_text(content)
        with pytest.raises(UsageError, match="can't be read"):
            read(tmp_path)
    (tmp_path / "run.json").write_text('{"format": 999}')
    with pytest.raises(UsageError, match="999"):
        read(tmp_path)
    (tmp_path / "run.json").write_text('{"format": 1, "name": "a"}')
    assert read(tmp_path)["name"] == "a"


def test_a_run_that_was_cut_off_is_told_how_it_goes_on(tmp_path: Path) -> None:
    place = tmp_path / "my run"
    place.mkdir()
    (place / "checkpoint.safetensors").touch()
    with pytest.raises(UsageError, match=f"stirfry train --resume '{place}'"):
        read(place)
