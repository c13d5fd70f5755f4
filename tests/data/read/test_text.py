from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.data.read import text
from stirfry.data.read.text import examine
from stirfry.errors import DataError

CHINESE = "城市,人口\n北京,2154\n上海,2424\n"


def written(folder: Path, body: bytes) -> Path:
    path = folder / "a.csv"
    path.write_bytes(body)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    file = examine(written(tmp_path, CHINESE.encode(encoding)))
    assert b"".join(file.chunks()).decode() == CHINESE
    with file.open() as stream:
        assert stream.read() == CHINESE


def test_big_endian_utf16(tmp_path: Path) -> None:
    file = examine(written(tmp_path, b"\xfe\xff" + CHINESE.encode("utf-16-be")))
    assert b"".join(file.chunks()).decode() == CHINESE


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    assert b"".join(examine(written(tmp_path, gzip.compress(b"a\n1\n"))).chunks()) == b"a\n1\n"


@pytest.mark.parametrize("cut", [5, 20, -3])
def test_a_cut_gzip_file(tmp_path: Path, cut: int) -> None:
    body = gzip.compress(CHINESE.encode() * 50)
    with pytest.raises(DataError) as caught:
        examine(written(tmp_path, body[:cut]))
    assert caught.value.code == "source.bad_gzip"


@pytest.mark.parametrize("word", ["café", "Straße", "naïve", "été", "Åse"])
def test_western_encodings_are_refused_with_the_line(tmp_path: Path, word: str) -> None:
    with pytest.raises(DataError) as caught:
        examine(written(tmp_path, f"a,b\n1,2\n3,{word}\n".encode("latin-1")))
    assert (caught.value.code, caught.value.facts["line"]) == ("source.bad_encoding", 3)


def test_a_cut_utf16_file(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        examine(written(tmp_path, CHINESE.encode("utf-16")[:-1]))
    assert (caught.value.code, caught.value.facts["line"]) == ("source.bad_encoding", 3)


def test_zero_bytes_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        examine(written(tmp_path, b"a,b\n1,2\n\x00\x01\n"))
    assert (caught.value.code, caught.value.facts["line"]) == ("source.binary", 3)


def test_a_binary_file_with_a_wrong_suffix(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        examine(written(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"))
    assert caught.value.code == "source.binary"


@pytest.mark.parametrize("body", [b"", b"\n\n", b" \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_nothing_to_read(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(DataError) as caught:
        examine(written(tmp_path, body))
    assert caught.value.code == "source.empty"


def test_lines_that_end_in_carriage_returns_alone(tmp_path: Path) -> None:
    file = examine(written(tmp_path, b"a,b\r1,2\r"))
    assert b"".join(file.chunks()) == b"a,b\n1,2\n"
    assert file.most_lines >= 2


def test_a_system_error_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        examine(tmp_path)
    assert caught.value.code == "source.is_a_folder"
    with pytest.raises(DataError) as caught:
        examine(tmp_path / "none.csv")
    assert caught.value.code == "source.no_file"
    assert "none.csv" in str(caught.value)


@given(st.text(alphabet="aé北\n", min_size=1, max_size=30).filter(str.strip), st.integers(1, 7))
def test_where_chunks_end_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, body: str, size: int
) -> None:
    path = written(tmp_path_factory.mktemp("text"), body.encode())
    before = text.CHUNK
    text.CHUNK = size
    try:
        assert b"".join(examine(path).chunks()).decode() == body
    finally:
        text.CHUNK = before


def test_a_character_that_is_cut_before_plain_ascii(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "CHUNK", 1)
    with pytest.raises(DataError) as caught:
        examine(written(tmp_path, b"a,\xe5\x8cb\n1,2\n"))
    assert (caught.value.code, caught.value.facts["line"]) == ("source.bad_encoding", 1)


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_refused(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    try:
        examine(written(tmp_path_factory.mktemp("text"), body))
    except DataError as error:
        assert str(error)
