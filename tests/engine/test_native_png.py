"""The filters of PNG, undone by the native extension, beside the plainest way to do it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

_native = pytest.importorskip("stirfry._native")


def undone(lines: bytes, height: int, width: int, channels: int) -> NDArray[np.uint8]:
    """Undo filters byte by byte, as the specification has it; shape (C, H, W)."""
    size = width * channels
    done = np.zeros(
        (height + 1, size + channels), dtype=int
    )  # a line above and a pixel to the left, of zeros
    for row in range(1, height + 1):
        kind, *line = lines[(row - 1) * (size + 1) : row * (size + 1)]
        for place, value in enumerate(line, start=channels):
            left, above = done[row, place - channels], done[row - 1, place]
            corner = done[row - 1, place - channels]
            estimate = left + above - corner
            nearest = min((left, above, corner), key=lambda one: abs(estimate - one))
            done[row, place] = (value + (0, left, above, (left + above) // 2, nearest)[kind]) % 256
    return done[1:, channels:].reshape(height, width, channels).transpose(2, 0, 1).astype(np.uint8)


@settings(max_examples=50)
@given(st.integers(1, 5), st.integers(1, 7), st.sampled_from([1, 3]), st.data())
def test_filters_are_undone_as_specified(height: int, width: int, channels: int, data: st.DataObject) -> None:
    rows = [
        bytes([data.draw(st.integers(0, 4))])
        + data.draw(st.binary(min_size=width * channels, max_size=width * channels))
        for _ in range(height)
    ]
    lines = b"".join(rows)
    expected = undone(lines, height, width, channels)
    found = np.empty((channels, height, width), dtype=np.uint8)
    assert _native.unfilter(lines, channels, found)
    assert np.array_equal(found, expected)
    if channels == 1:
        coloured = np.empty((3, height, width), dtype=np.uint8)
        assert _native.unfilter(lines, 1, coloured)
        assert np.array_equal(coloured, expected.repeat(3, axis=0))


def test_a_large_image_gives_the_same(seed: int = 3) -> None:
    # Large enough for the interpreter to be let go meanwhile.
    random = np.random.default_rng(seed)
    lines = random.integers(0, 256, (130, 1 + 200 * 3), dtype=np.uint8)
    lines[:, 0] = random.integers(0, 3, 130)
    found = np.empty((3, 130, 200), dtype=np.uint8)
    assert _native.unfilter(lines.tobytes(), 3, found)
    assert np.array_equal(found, undone(lines.tobytes(), 130, 200, 3))


def test_an_unknown_filter_is_said() -> None:
    assert not _native.unfilter(b"\5\0\0", 1, np.empty((1, 1, 2), dtype=np.uint8))


@pytest.mark.parametrize(
    ("lines", "channels", "shape"),
    [(b"\0\0", 1, (1, 1, 2)), (b"\0" * 4, 3, (1, 1, 1)), (b"\0\0\0", 2, (2, 1, 1)), (b"\0\0", 1, (2, 1, 1))],
)
def test_sizes_that_do_not_fit_are_refused(lines: bytes, channels: int, shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="lines must be"):
        _native.unfilter(lines, channels, np.empty(shape, dtype=np.uint8))
