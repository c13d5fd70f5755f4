"""What a network of convolutions has seen: the image that it was given, and the maps that it made of it.

Letters: C channels, H height, W width of an image; O maps, P and Q their height and width.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_images import ImageEncoder
from stirfry.data.prepare import Encoder
from stirfry.explain.activations import is_activation
from stirfry.explain.passes import Forward
from stirfry.spec.layers import BatchNorm2d, Conv2d

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Maps:
    """What a convolution made of an image.

    Args:
        index: the convolution's number in the chain of layers.
        name: its name, and those of the layers that follow and belong to it.
        values: shape (O, P, Q), after the last of them.
    """

    index: int
    name: str
    values: Floats


def pixels_seen(encoder: Encoder, encoded: Floats) -> Floats:
    """Return an image as the network sees it, shape (C, H, W), from 0 to 1.

    Args:
        encoder: the model's; one of images.
        encoded: what it made of the image, shape (C, H, W).
    """
    assert isinstance(encoder, ImageEncoder), "images have an image encoder"
    wide = (-1, 1, 1)
    pixels: Floats = encoded * np.reshape(encoder.std, wide) + np.reshape(encoder.mean, wide)
    return np.clip(pixels, 0, 1)


def maps_of(steps: list[Forward] | tuple[Forward, ...]) -> list[Maps]:
    """Return what each convolution made of the first row.

    A normalisation and an activation that follow belong to it: what they give is what the next layer takes.

    Args:
        steps: what `forward` gave.
    """
    found = []
    for place, step in enumerate(steps):
        if not isinstance(step.layer, Conv2d):
            continue
        last, names = step, [step.layer.name]
        for after in steps[place + 1 :]:
            if not (isinstance(after.layer, BatchNorm2d) or is_activation(after.layer)):
                break
            last = after
            names.append(after.layer.name)
        found.append(Maps(step.index, " + ".join(names), last.y[0]))
    return found
