from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.data.read.make_png import chunk

from stirfry.data.read import png
from stirfry.data.read.image_file import examine, fill
from stirfry.data.read.images import decode, survey
from stirfry.errors import DataError

pytest.importorskip("stirfry._native")


def made(lines: bytes, width: int, height: int, colour: int, *more: bytes, cuts: int = 1) -> bytes:
    """Return a PNG of filtered lines, deflated and cut into so many pieces, with more chunks before them."""
    packed = zlib.compress(lines)
    size = -(-len(packed) // cuts)
    pieces = [chunk(b"IDAT", packed[start : start + size]) for start in range(0, len(packed), size)]
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    return png.SIGNATURE + head + b"".join([*more, *pieces]) + chunk(b"IEND", b"")


def random_lines(seed: int, width: int, height: int, channels: int) -> bytes:
    random = np.random.default_rng(seed)
    lines = random.integers(0, 256, (height, 1 + width * channels), dtype=np.uint8)
    lines[:, 0] = random.integers(0, 5, height)
    return lines.tobytes()


def with_pillow(path: Path, mode: str) -> np.ndarray:
    with Image.open(path) as image:
        pixels = np.asarray(image.convert(mode))
    return pixels[None] if mode == "L" else pixels.transpose(2, 0, 1)


@settings(max_examples=40)
@given(
    st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 40), st.sampled_from([0, 2]), st.integers(1, 4)
)
def test_plain_files_are_read_as_pillow_reads_them(
    tmp_path_factory: pytest.TempPathFactory, seed: int, width: int, height: int, colour: int, cuts: int
) -> None:
    path = tmp_path_factory.mktemp("png") / "a.png"
    lines = random_lines(seed, width, height, 3 if colour else 1)
    path.write_bytes(made(lines, width, height, colour, chunk(b"gAMA", b"\0\0\xb1\x8f"), cuts=cuts))
    head, known = examine(path)
    assert head.plain and known is not None
    pixels, _ = decode([path])
    assert np.array_equal(pixels[0], with_pillow(path, "RGB" if colour else "L"))
    again = np.zeros_like(pixels)  # what isn't in memory any more is read anew
    fill(again[0], path, head)
    assert np.array_equal(again, pixels)


@pytest.mark.parametrize("mode", ["P", "RGBA", "LA", "1", "I;16"])
def test_what_is_not_plain_is_left_to_pillow(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.png"
    Image.new(mode, (3, 2)).save(path)
    assert png.plain(path.read_bytes()) is None
    assert decode([path])[0].shape[2:] == (2, 3)


@pytest.mark.parametrize("kind", [b"tRNS", b"eXIf", b"acTL", b"PLTE"])
def test_a_chunk_that_changes_the_image_is_left_to_pillow(kind: bytes) -> None:
    lines = random_lines(0, 3, 2, 3)
    assert png.plain(made(lines, 3, 2, 2)) is not None
    assert png.plain(made(lines, 3, 2, 2, chunk(kind, b"\0" * 6))) is None


def test_damage_is_left_to_pillow(tmp_path: Path) -> None:
    body = made(random_lines(0, 3, 2, 3), 3, 2, 2)
    assert png.plain(body) is not None
    for end in (0, 5, 12, 33, 40, len(body) - 1):
        assert png.plain(body[:end]) is None
    broken = bytearray(body)
    broken[45] ^= 1
    assert png.plain(bytes(broken)) is None


@pytest.mark.parametrize("lines", [b"\0" * 5, b"\0" * 7, b"\5\0\0\0\0\0"])
def test_lines_that_are_wrong_under_right_sums_are_refused_with_the_path(
    tmp_path: Path, lines: bytes
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(made(lines, 2, 2, 0))
    image = png.plain(path.read_bytes())
    assert image is not None
    assert not png.fill(np.empty((1, 2, 2), dtype=np.uint8), image)
    try:
        decode([path])  # Pillow takes lines that are too many
    except DataError as error:
        assert str(path) in str(error)


def test_without_the_extension_the_pixels_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(made(random_lines(1, 9, 8, 3), 9, 8, 2))
    pixels, _ = decode([path])
    monkeypatch.setattr(png, "is_usable", lambda: False)
    assert not examine(path)[0].plain
    assert np.array_equal(decode([path])[0], pixels)


def test_a_file_that_changes_between_two_looks_is_read_as_it_is_then(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(made(random_lines(1, 4, 4, 1), 4, 4, 0))
    found = survey([path])
    found.kept.clear()
    Image.new("RGB", (6, 5), (9, 9, 9)).save(path)
    assert np.array_equal(found.stack()[0], np.full((1, 1, 4, 4), 9, dtype=np.uint8))
