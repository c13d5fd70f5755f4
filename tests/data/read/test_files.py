from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stirfry.data.read import files
from stirfry.data.read.files import reading, unpacked
from stirfry.errors import DataError


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 64), st.integers(1, 64))
def test_gzip_files_one_after_another_are_unpacked_as_the_gzip_module_does(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes], piece: int, most: int
) -> None:
    path = tmp_path_factory.mktemp("gzip") / "a"
    path.write_bytes(b"".join(gzip.compress(body) for body in bodies) + b"\0" * (piece % 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_PIECE", max(2, piece))
        patch.setattr(files, "_MOST", most)
        pieces = list(unpacked(path))
    assert b"".join(pieces) == b"".join(bodies) == gzip.decompress(path.read_bytes())
    assert max(map(len, pieces), default=0) <= most


def test_a_file_that_is_not_packed_comes_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for body in (b"", b"\x1f", b"plain" * 100_000):
        path.write_bytes(body)
        assert b"".join(unpacked(path)) == body


@pytest.mark.parametrize("spoil", [slice(0, -1), slice(0, -12), slice(0, 11)])
def test_a_cut_file_is_damaged(tmp_path: Path, spoil: slice) -> None:
    path = tmp_path / "a"
    path.write_bytes(gzip.compress(b"some text, and more of it")[spoil])
    with pytest.raises(DataError) as caught, reading(path):
        list(unpacked(path))
    assert caught.value.code == "source.bad_gzip"


def test_a_wrong_sum_is_damage(tmp_path: Path) -> None:
    body = bytearray(gzip.compress(b"some text"))
    body[-6] ^= 1
    path = tmp_path / "a"
    path.write_bytes(bytes(body))
    with pytest.raises(DataError), reading(path):
        list(unpacked(path))
