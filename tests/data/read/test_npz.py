from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.data.read.npz import read_npz
from stirfry.data.table import Images, Table
from stirfry.errors import DataError


def saved(folder: Path, **arrays: object) -> Path:
    path = folder / "my data.npz"
    np.savez_compressed(path, allow_pickle=True, **arrays)
    return path


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_npz(path)
    assert str(path) in str(caught.value)
    return caught.value.code


def test_features_and_target(tmp_path: Path) -> None:
    data = read_npz(saved(tmp_path, X=np.asfortranarray([[1, 2, 3], [4, 5, 6]]), y=["a", "b"]))
    assert isinstance(data, Table)
    assert (data.name, data.names) == ("my-data", ["x0", "x1", "x2", "target"])
    assert data.column("x1").values.tolist() == [2, 5]


def test_images_in_parts(tmp_path: Path) -> None:
    arrays = {"x_train": np.zeros((3, 4, 4), np.uint8), "y_train": [0, 1, 0]}
    data = read_npz(saved(tmp_path, **arrays, x_test=np.zeros((1, 4, 4), np.uint8), y_test=[1]))
    assert isinstance(data, Images)
    assert data.parts is not None
    assert data.parts.tolist() == [0, 0, 0, 2]


def test_features_alone(tmp_path: Path) -> None:
    path = saved(tmp_path, X=np.zeros((2, 2)))
    assert len(read_npz(path, need_target=False)) == 2
    assert refused(path) == "source.npz_keys"


def test_other_names_are_listed(tmp_path: Path) -> None:
    path = saved(tmp_path, apples=[1], pears=[2])
    with pytest.raises(DataError) as caught:
        read_npz(path)
    assert caught.value.facts["found"] == ["apples", "pears"]


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    assert refused(saved(tmp_path, X=np.array([{}, []], dtype=object), y=[1, 2])) == "source.npz_objects"


def test_an_array_that_declares_too_much(tmp_path: Path) -> None:
    path = saved(tmp_path, X=np.zeros((2, 2)), y=[0, 1])
    with zipfile.ZipFile(path) as archive:
        body = archive.read("X.npy").replace(b"(2, 2)", b"(2000000000, 2)".ljust(6))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("X.npy", body)
    assert refused(path) == "source.bad_npz"


@pytest.mark.parametrize("body", [b"", b"no archive", b"PK\x03\x04 cut"])
def test_what_is_no_archive(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(body)
    assert refused(path) == "source.bad_npz"


def test_an_archive_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("X.npy", "text")
    assert refused(path) == "source.bad_npz"


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_is_harmless(tmp_path_factory: pytest.TempPathFactory, place: int, value: int) -> None:
    path = saved(tmp_path_factory.mktemp("npz"), X=np.eye(2), y=[0, 1])
    body = bytearray(path.read_bytes())
    body[place % len(body)] = value
    path.write_bytes(body)
    try:
        read_npz(path)
    except DataError as error:
        assert str(error)
