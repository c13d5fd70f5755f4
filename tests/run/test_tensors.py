"""Model files and checkpoints: what was written comes back, and nothing else is believed."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from stirfry.errors import ModelFileError
from stirfry.run.tensors import LONGEST_HEADER, pack, unpack

TENSORS = {"0.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "n": np.array(3, dtype=np.int64)}
FACTS = {"a": [1, 2.5, None], "é": "中", "labels": [True, "x"]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "m.safetensors"
    path.write_bytes(pack("model", TENSORS, FACTS))
    return path


def test_what_was_written_comes_back(path: Path) -> None:
    file = unpack(path, "model")
    assert file.facts == FACTS
    for name, value in TENSORS.items():
        np.testing.assert_array_equal(file.tensors[name], value)
        np.testing.assert_array_equal(load_file(path)[name], value)


def test_a_cut_file_is_refused_at_every_length(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError):
            unpack(path, "model")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_an_altered_byte_is_refused(path: Path, data: st.DataObject) -> None:
    whole = bytearray(pack("model", TENSORS, FACTS))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(whole))
    try:
        file = unpack(path, "model")
    except ModelFileError as error:
        assert str(error)
    else:  # white space in the header carries nothing
        assert file.facts == FACTS and all((file.tensors[name] == TENSORS[name]).all() for name in TENSORS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_bytes_are_a_traceback(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ModelFileError):
        unpack(path, "model")


def header(size: int, text: bytes = b"{}") -> bytes:
    return struct.pack("<Q", size) + text


@pytest.mark.parametrize("size", [2**63, LONGEST_HEADER + 1, 10**9, 3])
def test_a_header_of_an_absurd_size_is_refused_unread(path: Path, size: int) -> None:
    path.write_bytes(header(size))
    with pytest.raises(ModelFileError, match="not a model file"):
        unpack(path, "model")


def test_tensors_of_absurd_sizes_are_refused(path: Path) -> None:
    file = json.loads(pack("model", TENSORS, FACTS)[8:].split(b"}}")[0] + b"}}")
    entry = {"dtype": "F32", "shape": [10**9, 10**9], "data_offsets": [0, 4 * 10**18]}
    text = json.dumps({"__metadata__": file["__metadata__"], "w": entry}).encode()
    path.write_bytes(header(len(text), text) + b"0" * 64)
    with pytest.raises(ModelFileError):
        unpack(path, "model")


def test_deeply_nested_json_is_refused(path: Path) -> None:
    text = b'{"__metadata__":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    path.write_bytes(header(len(text), text))
    with pytest.raises(ModelFileError):
        unpack(path, "model")


def test_another_kind_a_newer_format_and_a_missing_file_are_told_apart(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="not a stirfry checkpoint"):
        unpack(path, "checkpoint")
    save_file({"w": np.zeros(3, dtype=np.float32)}, path)
    with pytest.raises(ModelFileError, match="not a stirfry model"):
        unpack(path, "model")
    content = pack("model", TENSORS, FACTS).replace(b'"stirfry.format":"1"', b'"stirfry.format":"9"')
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="newer stirfry"):
        unpack(path, "model")
    with pytest.raises(ModelFileError, match="no file"):
        unpack(tmp_path / "none", "model")
    with pytest.raises(ModelFileError, match="can't be read"):
        unpack(tmp_path, "model")
