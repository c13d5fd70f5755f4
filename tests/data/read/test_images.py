from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.data.read.make_png import chunk

from stirfry.data.read.images import decode, resized
from stirfry.errors import DataError, MissingExtra

RED = (255, 0, 0)


def save(
    folder: Path, name: str, mode: str, size: tuple[int, int] = (3, 2), colour: object = None, **more: object
) -> Path:
    path = folder / name
    Image.new(mode, size, 100 if colour is None else colour).save(path, **more)
    return path


def codes(paths: list[Path], size: tuple[int, int] | None = None) -> list[str]:
    return [notice.code for notice in decode(paths, size)[1]]


@pytest.mark.parametrize("suffix", ["png", "jpg", "jpeg", "bmp", "gif", "webp", "tif"])
def test_every_kind_of_file(tmp_path: Path, suffix: str) -> None:
    pixels, _ = decode([save(tmp_path, f"a.{suffix}", "RGB", (9, 7), (10, 200, 90))])
    assert pixels.shape == (1, 3, 7, 9)
    assert pixels.dtype == np.uint8
    assert np.abs(pixels[0, :, 3, 4].astype(int) - [10, 200, 90]).max() <= 6


def test_grey_images_have_one_channel(tmp_path: Path) -> None:
    paths = [save(tmp_path, "a.png", "L"), save(tmp_path, "b.png", "1", colour=1)]
    pixels, notices = decode(paths)
    assert pixels.shape == (2, 1, 2, 3)
    assert pixels[:, 0, 0, 0].tolist() == [100, 255]
    assert not notices


def test_grey_beside_colour_is_converted_and_said(tmp_path: Path) -> None:
    paths = [save(tmp_path, "a.png", "L"), save(tmp_path, "b.png", "RGB", colour=RED)]
    pixels, notices = decode(paths)
    assert pixels[:, :, 0, 0].tolist() == [[100, 100, 100], [255, 0, 0]]
    assert [str(notice) for notice in notices] == [
        "1 of 2 images were grey and were given three channels like the others."
    ]


def test_transparency_is_laid_on_white_and_said(tmp_path: Path) -> None:
    paths = [
        save(tmp_path, "a.png", "RGBA", colour=(255, 0, 0, 0)),
        save(tmp_path, "b.png", "RGB", colour=RED),
    ]
    pixels, notices = decode(paths)
    assert pixels[:, :, 0, 0].tolist() == [[255, 255, 255], [255, 0, 0]]
    assert [notice.code for notice in notices] == ["source.images_composited"]


def test_transparent_grey_stays_grey(tmp_path: Path) -> None:
    pixels, _ = decode([save(tmp_path, "a.png", "LA", colour=(0, 128))])
    assert pixels.shape == (1, 1, 2, 3)
    assert pixels[0, 0, 0, 0] in (126, 127, 128)


def test_a_palette_is_looked_up(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (3, 2), RED).convert("P", palette=Image.Palette.ADAPTIVE).save(path)
    assert decode([path])[0][0, :, 0, 0].tolist() == [255, 0, 0]


def test_sixteen_bits_are_scaled_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(np.array([[0, 257, 51200, 65535]], dtype=np.uint16)).save(path)
    pixels, notices = decode([path])
    assert pixels[0, 0].tolist() == [[0, 1, 199, 255]]
    assert [notice.code for notice in notices] == ["source.images_sixteen_bits"]


def test_the_commonest_size_wins_and_the_others_are_said(tmp_path: Path) -> None:
    paths = [
        save(tmp_path, f"{number}.png", "L", size) for number, size in enumerate([(4, 5), (6, 7), (4, 5)])
    ]
    pixels, notices = decode(paths)
    assert pixels.shape == (3, 1, 5, 4)
    assert notices[0].facts == {"count": 1, "total": 3, "size": "5×4"}


def test_a_size_that_is_asked_for(tmp_path: Path) -> None:
    pixels, notices = decode([save(tmp_path, "a.png", "L", (4, 5))], (8, 9))
    assert pixels.shape == (1, 1, 8, 9)
    assert notices[0].facts["count"] == 1


@pytest.mark.parametrize("suffix", ["jpg", "webp", "png"])
def test_the_cameras_orientation_is_followed(tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the top row of the file is the right side of the picture
    path = tmp_path / f"a.{suffix}"
    stripes = np.zeros((16, 32), dtype=np.uint8)
    stripes[:8] = 255
    Image.fromarray(stripes).save(path, exif=exif)
    pixels, notices = decode([path])
    assert pixels.shape[2:] == (32, 16)
    assert pixels[0, 0, :, 12:].min() > 200
    assert pixels[0, 0, :, :4].max() < 50
    assert "source.images_resized" not in [notice.code for notice in notices]


def test_a_cut_file_is_refused_with_its_path(tmp_path: Path) -> None:
    good = save(tmp_path, "a.png", "RGB", (50, 50))
    for suffix in ("png", "jpg", "gif", "bmp", "webp", "tif"):
        bad = tmp_path / f"bad.{suffix}"
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (50, 50, 3), dtype=np.uint8)).save(bad)
        bad.write_bytes(bad.read_bytes()[: bad.stat().st_size // 2])
        with pytest.raises(DataError) as caught:
            decode([good, bad])
        assert caught.value.code == "source.bad_image"
        assert str(bad) in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"no image at all"])
def test_what_is_no_image(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(body)
    with pytest.raises(DataError) as caught:
        decode([path])
    assert caught.value.code == "source.bad_image"


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path, side: int) -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")
    )
    with pytest.raises(DataError) as caught:
        decode([path])
    assert caught.value.code == "source.image_too_large"


def test_a_missing_file_is_a_system_error(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        decode([tmp_path / "a.png"])
    assert caught.value.code == "source.no_file"


def test_without_pillow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtra) as caught:
        decode([tmp_path / "a.png"])
    assert "stirfry[images]" in str(caught.value)


def test_a_stack_is_resized_as_files_are(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 3, 6, 8), dtype=np.uint8)
    paths = [tmp_path / "0.png", tmp_path / "1.png"]
    for path, image in zip(paths, pixels, strict=True):
        Image.fromarray(image.transpose(1, 2, 0)).save(path)
    assert np.array_equal(resized(pixels, (5, 4)), decode(paths, (5, 4))[0])


@settings(max_examples=60)
@given(st.sampled_from(["png", "gif", "bmp", "tif", "jpg"]), st.integers(0, 300), st.integers(0, 255))
def test_a_changed_byte_is_decoded_or_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, place: int, value: int
) -> None:
    path = save(tmp_path_factory.mktemp("images"), f"a.{suffix}", "RGB", (5, 5), RED)
    body = bytearray(path.read_bytes())
    body[place % len(body)] = value
    path.write_bytes(body)
    try:
        decode([path], (5, 5))
    except DataError as error:
        assert str(path) in str(error)
