"""Pixels that mean and spread don't fit, or that use little of their range.

Letters: N images, C channels, P places of an image.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_images import WHITE, ImageEncoder, fit_images
from stirfry.data.stream import Stream
from stirfry.data.table import Images
from stirfry.judge.checks.subject import SEED, Rows, Subject
from stirfry.judge.finding import Finding

#: Images and places in them that are looked at first; all are, where these are suspicious.
IMAGES, PLACES = 256, 64
#: Whole pixels that differ by less than this use less than a quarter of 0 to 255.
QUARTER = 64
#: A network on 8 by 8 digits had 2.5 times the loss where its inputs' spread was a quarter, and 2.7 times
#: where they were 3 spreads off, after as many epochs. Large spreads up to 16 did no harm; 64 did.
SMALL, LARGE, OFF = 0.25, 50.0, 3.0


def pixels(subject: Subject) -> list[Finding]:
    """Find pixels that mean and spread don't fit, or that use little of 0 to 255; none of images on disk."""
    dataset, encoder = subject.described.dataset, subject.prepared.encoder
    if not isinstance(dataset, Images) or isinstance(dataset.pixels, Stream):
        return []
    assert isinstance(encoder, ImageEncoder), "images have an encoder of images"
    some = _some(dataset.pixels, subject.training[:IMAGES])
    whole = dataset.pixels.dtype == np.uint8
    unit = WHITE if whole else 1
    fits = _fits(encoder, some.mean(axis=(0, 2)) / unit, some.std(axis=(0, 2)) / unit)
    if not fits and (found := _unfit(subject, dataset, encoder)):
        return found
    if not whole or np.ptp(some) >= QUARTER:
        return []
    low, high = map(int, _ends(dataset.pixels, subject.training))
    if not 0 < high - low < QUARTER:
        return []
    facts = {"low": low, "high": high, "factor": WHITE // (high - low)}
    return [Finding("checks.pixel_range", "remark", facts)]


def _some(pixels: NDArray[Any], rows: Rows) -> NDArray[Any]:
    """Return pixels at places drawn by lot: a pattern would meet the images' own. Shape: (N, C, P)."""
    flat = pixels.reshape(*pixels.shape[:2], -1)
    places = np.random.default_rng(SEED).integers(0, flat.shape[2], PLACES)
    return flat[rows[:, None, None], np.arange(flat.shape[1])[:, None], places]


def _fits(encoder: ImageEncoder, mean: NDArray[np.float64], std: NDArray[np.float64]) -> bool:
    """Whether a channel with this mean and spread becomes an ordinary input. Shapes: (C,) each."""
    spread, middle = std / encoder.std, (mean - encoder.mean) / encoder.std
    return bool(((spread >= SMALL) & (spread <= LARGE) & (np.abs(middle) <= OFF)).any())


def _unfit(subject: Subject, images: Images, encoder: ImageEncoder) -> list[Finding]:
    """Look at all training images: an encoder that was fitted on them fits, whatever a few of them say."""
    own = fit_images(images, subject.prepared.split.train)
    mean, std = np.array(own.mean), np.array(own.std)
    if _fits(encoder, mean, std):
        return []
    low, high = _ends(images.pixels, subject.training)
    facts = {
        "mean": list(encoder.mean),
        "std": list(encoder.std),
        "low": low,
        "high": high,
        "middle": (own.mean[0] - encoder.mean[0]) / encoder.std[0],
        "spread": own.std[0] / encoder.std[0],
        "own_mean": [float(f"{value:.3g}") for value in own.mean],
        "own_std": [float(f"{value:.3g}") for value in own.std],
    }
    return [Finding("checks.pixel_scale", "warning", facts)]


def _ends(pixels: Any, rows: Rows) -> tuple[float, float]:
    """Return the smallest and the largest pixel, a block of images at a time."""
    blocks = (pixels[rows[start : start + IMAGES]] for start in range(0, len(rows), IMAGES))
    ends = [(float(block.min()), float(block.max())) for block in blocks]
    return min(low for low, _ in ends), max(high for _, high in ends)
