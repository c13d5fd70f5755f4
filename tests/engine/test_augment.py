"""Images changed at random: what may change, and what may not."""

from __future__ import annotations

import math

import pytest
import torch

from stirfry.engine.augment import augmented
from stirfry.spec.augment import Augment


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


def one_dot(count: int = 400, size: int = 9) -> torch.Tensor:
    x = torch.zeros(count, 1, size, size)
    x[:, :, size // 2, size // 2] = 1
    return x


def places(x: torch.Tensor) -> set[tuple[int, int]]:
    """Where the dots are, from the middle."""
    middle = x.shape[-1] // 2
    at = x.flatten(1).argmax(dim=1)
    return {(int(place) // x.shape[-1] - middle, int(place) % x.shape[-1] - middle) for place in at}


def test_shifts_reach_every_place_in_the_square_and_none_outside() -> None:
    moved = augmented(one_dot(), Augment(shift=2))
    assert places(moved) == {(y, x) for y in range(-2, 3) for x in range(-2, 3)}
    assert moved.sum() == len(moved), "no number is changed"


def test_what_comes_in_from_outside_repeats_the_edge() -> None:
    x = torch.arange(4.0).view(1, 1, 1, 4).expand(50, 2, 3, 4)
    moved = augmented(x, Augment(shift=1))
    assert moved.shape == x.shape
    assert {tuple(row) for row in moved[:, 0, 0].tolist()} == {(0, 0, 1, 2), (0, 1, 2, 3), (1, 2, 3, 3)}
    torch.testing.assert_close(moved[:, 0], moved[:, 1], rtol=0, atol=0)


def test_half_of_the_images_are_mirrored() -> None:
    x = torch.rand(1, 2, 6, 5).expand(300, 2, 6, 5)
    flipped = augmented(x, Augment(flip=True))
    same = (flipped == x).flatten(1).all(dim=1)
    mirrored = (flipped == x.flip(3)).flatten(1).all(dim=1)
    assert (same ^ mirrored).all()
    assert 100 < int(same.sum()) < 200


def test_mirrored_images_are_shifted_by_whole_pixels_too() -> None:
    x = torch.zeros(600, 1, 9, 9)
    x[:, :, 4, 2] = 1
    moved = augmented(x, Augment(shift=1, flip=True))
    assert places(moved) == {(y, x) for y in range(-1, 2) for x in (-3, -2, -1, 1, 2, 3)}
    assert moved.sum() == len(moved), "no number is changed"


def test_turned_images_are_mirrored_too() -> None:
    x = torch.zeros(300, 1, 41, 41)
    x[:, :, 20, 35] = 1
    across = augmented(x, Augment(rotate=5, flip=True)).flatten(1).argmax(dim=1) % 41 - 20
    assert 100 < int((across > 10).sum()) < 200
    assert 100 < int((across < -10).sum()) < 200


def test_turning_moves_a_point_on_its_circle() -> None:
    x = torch.zeros(500, 1, 41, 41)
    x[:, :, 20, 35] = 1
    found = augmented(x, Augment(rotate=30)).flatten(1).argmax(dim=1)
    y, across = found // 41 - 20, found % 41 - 20
    radius = torch.sqrt(y.float() ** 2 + across.float() ** 2)
    angle = torch.rad2deg(torch.atan2(y.float(), across.float()))
    assert ((radius - 15).abs() < 1.5).all()
    assert angle.abs().max() <= 34
    assert angle.min() < -20
    assert angle.max() > 20


def test_scaling_and_shifting_by_parts_of_a_pixel_stay_in_their_limits() -> None:
    x = torch.zeros(400, 1, 41, 41)
    x[:, :, 20, 36] = 1
    across = augmented(x, Augment(scale=0.25)).flatten(1).argmax(dim=1) % 41 - 20
    assert across.min() >= math.floor(16 / 1.25)
    assert across.max() <= 20
    assert across.float().std() > 1
    shifted = augmented(one_dot(), Augment(shift=1.5))
    assert {abs(step) for place in places(shifted) for step in place} <= {0, 1, 2}


def test_erasing_sets_a_square_to_the_mean() -> None:
    x = torch.ones(300, 3, 8, 8)
    erased = augmented(x, Augment(erase=4))
    holes = (erased == 0).all(dim=1).flatten(1).sum(dim=1)
    assert holes.max() == 16
    assert holes.min() >= 4, "a square that leaves the image by half on both sides is a quarter"
    assert ((erased == 0) | (erased == 1)).all()


def test_the_memory_format_stays() -> None:
    x = torch.rand(4, 3, 8, 8).contiguous(memory_format=torch.channels_last)
    assert augmented(x, Augment(shift=1)).is_contiguous(memory_format=torch.channels_last)
