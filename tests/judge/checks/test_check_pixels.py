"""Pixels that mean and spread don't fit, and pixels that use little of 0 to 255."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.judge.checks.looking import found

import stirfry

LABELS = np.arange(200) % 4
PIXELS = {"pixel_scale", "pixel_range"}


def images(high: int = 255, channels: int = 1, low: int = 0) -> NDArray[np.uint8]:
    shape = (200, channels, 8, 8)
    return np.random.default_rng(0).integers(low, high + 1, shape).astype(np.uint8)


def about_pixels(pixels: NDArray[Any], **settings: Any) -> dict[str, Any]:
    said = found((pixels, LABELS), None, hidden=[4], **settings)
    return {code: finding for code, finding in said.items() if code in PIXELS}


@pytest.mark.parametrize("high", [1, 16, 63])
def test_a_small_part_of_the_range_is_remarked(high: int) -> None:
    said = about_pixels(images(high))
    assert set(said) == {"pixel_range"}
    assert said["pixel_range"].severity == "remark"
    assert (said["pixel_range"].facts["low"], said["pixel_range"].facts["high"]) == (0, high)
    assert said["pixel_range"].facts["factor"] == 255 // high


def test_bright_images_of_little_contrast_are_remarked() -> None:
    assert about_pixels(images(230, low=200))["pixel_range"].facts["low"] == 200


def test_with_a_mean_and_a_spread_for_the_whole_range_it_is_a_warning() -> None:
    said = about_pixels(images(16), mean=[0.5], std=[0.5])
    assert set(said) == {"pixel_scale"}
    facts = said["pixel_scale"].facts
    assert facts["spread"] == pytest.approx(images(16).std() / 255 / 0.5, rel=0.05)
    assert facts["middle"] == pytest.approx((8 / 255 - 0.5) / 0.5, rel=0.05)
    assert facts["own_mean"] == [pytest.approx(8 / 255, rel=0.05)]
    assert (facts["low"], facts["high"]) == (0, 16)


def test_a_mean_and_a_spread_in_units_of_255_are_told() -> None:
    assert set(about_pixels(images(channels=3), mean=[123.7, 116.3, 103.5], std=[58.4, 57.1, 57.4])) == {
        "pixel_scale"
    }


def test_fractions_that_go_to_255_with_a_mean_and_a_spread_for_0_to_1_are_told() -> None:
    assert set(about_pixels(images().astype(np.float32), mean=[0.5], std=[0.3])) == {"pixel_scale"}
    assert not about_pixels(images().astype(np.float32))
    assert not about_pixels(images().astype(np.float32) / 255, mean=[0.5], std=[0.3])


@pytest.mark.parametrize(
    ("mean", "std"), [(None, None), ([0.5], [0.5]), ([0.1307], [0.3081]), ([0.0], [1.0]), ([0.486], [0.229])]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_ordinary_images_are_left_in_peace(mean: Any, std: Any, channels: int) -> None:
    assert not about_pixels(images(channels=channels), mean=mean, std=std)


def test_a_few_bright_images_among_dark_ones_are_no_fault() -> None:
    """Those that are looked at first are all dark. All of them fit, as mean and spread are theirs."""
    pixels = np.tile(images(3), (10, 1, 1, 1))
    pixels[7] = 255
    assert not found((pixels, np.tile(LABELS, 10)), None, hidden=[4], split="in_order").keys() & PIXELS


def test_one_channel_that_fits_is_enough() -> None:
    pixels = images(channels=3)
    pixels[:, :2] = 0
    assert not about_pixels(pixels, mean=[0.5], std=[0.3])


def test_images_of_one_colour_are_another_checks() -> None:
    assert not about_pixels(np.full((200, 1, 8, 8), 7, np.uint8))


def test_the_pixels_of_another_model_are_told(tmp_path: Path) -> None:
    first = stirfry.train((images(), LABELS), hidden=[4], epochs=1, repeats=1, out=tmp_path)
    then = stirfry.train((images(4), LABELS), epochs=1, repeats=1, start_from=first.folder)
    assert "checks.pixel_scale" in {finding.code for finding in then.checks}
