"""From pixels to numbers, to the bit as torchvision's transforms; other sizes and colours are converted."""

from __future__ import annotations

import builtins
import json
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from pydantic import ValidationError
from tests.data.make_tables import images

from stirfry.data import encode_images
from stirfry.data.convert_images import converted
from stirfry.data.encode_images import ImageEncoder, check_pixels, fit_images
from stirfry.errors import DataError, MissingExtra, UsageError

RANDOM = np.random.RandomState(0)
COLOUR = RANDOM.randint(0, 256, (5, 3, 8, 6)).astype(np.uint8)
GREY = COLOUR[:, :1]
FLOATS = RANDOM.random_sample((5, 3, 8, 6)).astype(np.float32)


def test_whole_pixels_are_normalised_to_the_bit_as_torchvision_does() -> None:
    mean, std = (0.1307, 0.5, 0.25), (0.3081, 0.5, 0.125)
    encoder = fit_images(images(COLOUR), np.arange(3), mean, std)
    expected = torch.from_numpy(COLOUR).to(torch.float32).div(255)
    expected = expected.sub_(torch.tensor(mean).view(3, 1, 1)).div_(torch.tensor(std).view(3, 1, 1))
    np.testing.assert_array_equal(encoder.transform(images(COLOUR)), expected.numpy())


def test_floats_are_not_divided_by_255() -> None:
    encoder = fit_images(images(FLOATS), np.arange(3), (0.5,), (0.5,))
    np.testing.assert_array_equal(
        encoder.transform(images(FLOATS)), (FLOATS - np.float32(0.5)) / np.float32(0.5)
    )


@pytest.mark.parametrize("pixels", [COLOUR, FLOATS])
def test_mean_and_spread_are_those_of_the_training_rows(pixels: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode_images, "AT_ONCE", 2)
    rows = np.array([4, 0, 2])
    encoder = fit_images(images(pixels), rows)
    values = pixels[rows] / (255 if pixels.dtype == np.uint8 else 1)
    np.testing.assert_allclose(encoder.mean, values.mean(axis=(0, 2, 3), dtype=np.float64), rtol=1e-6)
    np.testing.assert_allclose(encoder.std, values.std(axis=(0, 2, 3), dtype=np.float64), rtol=1e-6)
    found = encoder.transform(images(pixels), rows)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.mean(axis=(0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_array_equal(found, encoder.transform(images(pixels))[rows])


def test_a_channel_that_never_changes_becomes_zero() -> None:
    for pixels in (np.full((3, 1, 2, 2), 7, np.uint8), np.full((3, 1, 2, 2), 0.1, np.float32)):
        assert np.abs(fit_images(images(pixels), np.arange(3)).transform(images(pixels))).max() < 1e-6


def test_one_mean_serves_all_channels_and_other_counts_are_refused() -> None:
    assert fit_images(images(COLOUR), np.arange(3), (0.5,), (0.25,)).mean == (0.5, 0.5, 0.5)
    with pytest.raises(UsageError, match="each of 3; found 2"):
        fit_images(images(COLOUR), np.arange(3), (0.5, 0.5), (0.5, 0.5))


def as_pillow(pixels: Any, mode: str, size: tuple[int, int]) -> Any:
    """Convert with Pillow alone: uint8 of shape (N, C, H, W)."""
    stack = []
    for planes in pixels:
        image = Image.fromarray(planes[0] if len(planes) == 1 else planes.transpose(1, 2, 0))
        found = np.asarray(image.convert(mode).resize(size[::-1], Image.Resampling.BILINEAR))
        stack.append(found[None] if found.ndim == 2 else found.transpose(2, 0, 1))
    return np.stack(stack)


@pytest.mark.parametrize(
    ("pixels", "mode", "shape"),
    [
        (COLOUR, "L", (1, 8, 6)),
        (GREY, "RGB", (3, 8, 6)),
        (GREY, "RGBA", (4, 8, 6)),
        (np.concatenate([COLOUR, GREY], axis=1), "RGB", (3, 8, 6)),
        (COLOUR, "RGB", (3, 4, 9)),
        (COLOUR, "L", (1, 16, 16)),
    ],
)
def test_colours_and_sizes_are_converted_as_pillow_does(
    pixels: Any, mode: str, shape: tuple[int, ...]
) -> None:
    np.testing.assert_array_equal(converted(pixels, shape), as_pillow(pixels, mode, shape[1:]))  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", [(1, 8, 6), (3, 4, 9), (1, 16, 16), (4, 8, 6)])
def test_floats_are_converted_as_whole_pixels_are(shape: tuple[int, ...]) -> None:
    whole = converted((FLOATS * 255).round().astype(np.uint8), shape).astype(np.float32) / 255
    found = converted(FLOATS, shape)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, whole, atol=3 / 255)


def test_conversions_are_said_and_impossible_ones_refused() -> None:
    encoder = fit_images(images(GREY), np.arange(3))
    assert encoder.check(images(GREY)) == ()
    (notice,) = encoder.check(images(COLOUR[:, :, :5]))
    assert str(notice) == "Images converted from 3×5×6 to 1×8×6 (channels, height, width)."
    assert encoder.transform(images(COLOUR[:, :, :5])).shape == (5, 1, 8, 6)
    odd = images(COLOUR[:, :2])
    for call in (encoder.check, encoder.transform):
        with pytest.raises(DataError, match=r"1×8×6.*2×8×6"):
            call(odd)


def test_another_kind_of_pixels_is_said() -> None:
    whole, floats = (fit_images(images(pixels), np.arange(3)) for pixels in (COLOUR, FLOATS))
    assert [notice.code for notice in whole.check(images(FLOATS))] == ["data.pixels_whole"]
    assert [notice.code for notice in floats.check(images(COLOUR))] == ["data.pixels_fractions"]


def test_pixels_that_are_not_finite_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode_images, "AT_ONCE", 2)
    pixels = FLOATS.copy()
    pixels[3, 1, 0, 0] = np.nan
    with pytest.raises(DataError, match="image 4"):
        check_pixels(pixels)
    check_pixels(FLOATS)


def test_resizing_without_pillow_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_pillow(name: str, *arguments: Any, **facts: Any) -> Any:
        if name.partition(".")[0] == "PIL":
            raise ImportError(name)
        return found(name, *arguments, **facts)

    found = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", without_pillow)
    for pixels in (FLOATS, COLOUR):
        with pytest.raises(MissingExtra, match="images"):
            converted(pixels, (3, 4, 4))


def test_an_encoder_survives_strict_json() -> None:
    encoder = fit_images(images(COLOUR), np.arange(3))
    assert encoder.input_shape == (3, 8, 6)
    assert ImageEncoder.from_json(json.loads(json.dumps(encoder.to_json(), allow_nan=False))) == encoder


@pytest.mark.parametrize(
    "change",
    [{"std": [0.0, 1.0, 1.0]}, {"mean": [0.5]}, {"channels": 0}, {"mean": [float("inf")] * 3}, {"x": 1}],
)
def test_an_encoders_file_is_checked(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ImageEncoder.from_json(fit_images(images(COLOUR), np.arange(3)).to_json() | change)
