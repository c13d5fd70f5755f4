from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.data.read.make_idx import CODES, idx, write_part

from stirfry.data.read.idx import is_idx_folder, read_idx, read_idx_folder
from stirfry.data.table import TEST, TRAIN
from stirfry.errors import DataError


@pytest.mark.parametrize("dot", ["-", "."])
@pytest.mark.parametrize("pack", [False, True])
def test_a_complete_set(tmp_path: Path, dot: str, pack: bool) -> None:
    write_part(tmp_path, "train", 5, dot, pack)
    write_part(tmp_path, "t10k", 2, dot, pack)
    assert is_idx_folder(tmp_path)
    data = read_idx_folder(tmp_path)
    assert data.pixels.shape == (7, 1, 2, 3)
    assert data.pixels.dtype == np.uint8
    assert data.pixels[:, 0, 1, 2].tolist() == [0, 1, 2, 3, 4, 0, 1]
    assert data.labels is not None
    assert data.labels.values.dtype == np.int64
    assert data.labels.values.tolist() == [0, 1, 2, 3, 4, 0, 1]
    assert data.parts is not None
    assert data.parts.tolist() == [TRAIN] * 5 + [TEST] * 2
    assert data.notices[0].facts == {"train": 5, "validation": 0, "test": 2}


@pytest.mark.parametrize("part", ["train", "t10k"])
def test_one_part_alone(tmp_path: Path, part: str) -> None:
    write_part(tmp_path, part, 3)
    data = read_idx_folder(tmp_path)
    assert (len(data), data.parts) == (3, None)
    assert data.notices[0].facts == {"part": part, "count": 3}


def test_images_without_labels(tmp_path: Path) -> None:
    write_part(tmp_path, "t10k", 3)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    assert read_idx_folder(tmp_path, need_target=False).labels is None
    with pytest.raises(DataError) as caught:
        read_idx_folder(tmp_path)
    assert caught.value.facts["missing"] == "t10k-labels-idx1-ubyte"


def test_labels_without_images(tmp_path: Path) -> None:
    write_part(tmp_path, "train", 3)
    (tmp_path / "train-images-idx3-ubyte").unlink()
    with pytest.raises(DataError) as caught:
        read_idx_folder(tmp_path)
    assert caught.value.facts["missing"] == "train-images-idx3-ubyte"


def test_labels_of_another_number(tmp_path: Path) -> None:
    write_part(tmp_path, "train", 3)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(4)))
    with pytest.raises(DataError) as caught:
        read_idx_folder(tmp_path)
    assert caught.value.code == "source.idx_labels"


@pytest.mark.parametrize("array", [np.zeros(4), np.zeros((0, 2, 2)), np.zeros((4, 3))])
def test_images_that_are_none(tmp_path: Path, array: np.ndarray) -> None:
    write_part(tmp_path, "train", 3)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(array))
    with pytest.raises(DataError) as caught:
        read_idx_folder(tmp_path)
    assert caught.value.code == "source.idx_no_images"


def test_parts_of_different_sizes(tmp_path: Path) -> None:
    write_part(tmp_path, "train", 3)
    write_part(tmp_path, "t10k", 1)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(np.zeros((1, 4, 4))))
    with pytest.raises(DataError) as caught:
        read_idx_folder(tmp_path)
    assert caught.value.code == "source.images_differ"


@given(
    st.sampled_from(sorted(CODES)).flatmap(
        lambda dtype: st.tuples(
            st.just(dtype),
            hnp.arrays(dtype, hnp.array_shapes(max_dims=4, max_side=4), elements={"allow_nan": False})
            if "f" in dtype
            else hnp.arrays(dtype, hnp.array_shapes(max_dims=4, max_side=4)),
        )
    ),
    st.booleans(),
)
def test_every_type_and_shape(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[str, np.ndarray], pack: bool
) -> None:
    dtype, array = case
    path = tmp_path_factory.mktemp("idx") / "a"
    path.write_bytes(gzip.compress(idx(array, dtype)) if pack else idx(array, dtype))
    found = read_idx(path)
    assert np.array_equal(found, array)
    assert found.dtype.isnative
    assert found.flags.writeable


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"\0\0", "source.not_idx"),
        (b"\0\0\x07\x01\0\0\0\0", "source.not_idx"),
        (b"\1\0\x08\x01\0\0\0\0", "source.not_idx"),
        (b"\0\0\x08\x00", "source.not_idx"),
        (b"\0\0\x08\x03\0\0\0\1", "source.idx_cut"),
        (idx(np.zeros((2, 2, 2)))[:-1], "source.idx_cut"),
        (b"\0\0\x0e\x04" + b"\xff" * 16, "source.idx_cut"),
        (idx(np.zeros((2, 2, 2))) + b"\0", "source.idx_too_long"),
        (idx(np.zeros(2)) + b"\0" * 10_000_000, "source.idx_too_long"),
    ],
)
def test_bad_files(tmp_path: Path, body: bytes, code: str, pack: bool) -> None:
    path = tmp_path / "a"
    path.write_bytes(gzip.compress(body) if pack else body)
    with pytest.raises(DataError) as caught:
        read_idx(path)
    assert caught.value.code == code
    assert str(path) in str(caught.value)


def test_a_file_that_is_refused_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    plain = Path.open

    def watched(path: Path, *words: Any, **settings: Any) -> Any:
        opened.append(plain(path, *words, **settings))
        return opened[-1]

    (tmp_path / "a").write_bytes(b"\1\0\x08\x01\0\0\0\0")
    monkeypatch.setattr(Path, "open", watched)
    with pytest.raises(DataError) as caught:  # which holds the traceback, and all that is in it
        read_idx(tmp_path / "a")
    assert caught.tb is not None and [file.closed for file in opened] == [True]


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(DataError) as caught:
        read_idx(tmp_path / "a")
    assert caught.value.code == "source.not_idx"


def test_a_cut_gzip_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(idx(np.arange(5000) % 251))[:-30])
    with pytest.raises(DataError) as caught:
        read_idx(path)
    assert caught.value.code == "source.bad_gzip"


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("idx") / "a"
    path.write_bytes(body)
    try:
        read_idx(path)
    except DataError as error:
        assert str(error)
