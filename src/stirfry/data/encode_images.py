"""From pixels to the numbers that a network sees. The mean and spread come from training rows only.

Letters: N images, C channels, H height, W width.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from stirfry.data.table import Images
from stirfry.errors import DataError
from stirfry.notice import Notice

#: Images whose sums are taken at once; bounds the memory of fitting.
AT_ONCE = 4096


class ImageEncoder(BaseModel):
    """Pixels from 0 to 1, less a mean and divided by a spread, for each channel.

    Args:
        channels: C.
        height: H.
        width: W.
        mean: what is subtracted from each channel.
        std: what each channel is divided by.
        whole: whether pixels come as uint8 and are divided by 255 first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: int
    height: int
    width: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    whole: bool

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one encoded image."""
        return (self.channels, self.height, self.width)

    def check(self, images: Images) -> tuple[Notice, ...]:
        """Return remarks about images: those of another size or colour are converted.

        Raises:
            DataError: images of floats where the model takes 0 to 255, or the other way, can't be converted.
        """
        shape = images.pixels.shape[1:]
        if shape == self.input_shape:
            return ()
        if images.pixels.dtype != np.uint8:
            raise DataError("data.image_shape", found=tuple(shape), wanted=self.input_shape)
        return (Notice("data.images_converted", found=list(shape), wanted=list(self.input_shape)),)

    def transform(self, images: Images, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the encoded images, shape (N, C, H, W).

        Args:
            images: raw images.
            rows: which of them, by index; None takes all.
        """
        pixels = images.pixels if rows is None else images.pixels[rows]
        if pixels.shape[1:] != self.input_shape:
            pixels = _converted(pixels, self.input_shape)
        factor = 255.0 if pixels.dtype == np.uint8 else 1.0
        encoded = pixels.astype(np.float32)
        # Two operations in place: the scale of 255 and the spread together, then the mean.
        encoded *= np.float32(1 / factor)
        encoded -= np.array(self.mean, dtype=np.float32).reshape(-1, 1, 1)
        encoded /= np.array(self.std, dtype=np.float32).reshape(-1, 1, 1)
        return encoded

    def to_json(self) -> dict[str, Any]:
        """Return the encoder as JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> ImageEncoder:
        """Return the encoder that `to_json` wrote."""
        return cls.model_validate(values)


def fit_images(
    images: Images, rows: NDArray[np.int64], mean: tuple[float, ...] | None, std: tuple[float, ...] | None
) -> ImageEncoder:
    """Return the encoder for images, fitted on some of them.

    Args:
        images: all images.
        rows: the training rows, by index.
        mean: for each channel, instead of the training rows' own.
        std: for each channel, instead of the training rows' own.

    Raises:
        DataError: there are not as many means as channels.
    """
    channels, height, width = images.pixels.shape[1:]
    if mean is None or std is None:
        mean, std = _mean_and_std(images.pixels, rows)
    if len(mean) != channels or len(std) != channels:
        raise DataError("data.channel_count", channels=channels, found=len(mean))
    whole = images.pixels.dtype == np.uint8
    return ImageEncoder(channels=channels, height=height, width=width, mean=mean, std=std, whole=whole)


def _mean_and_std(
    pixels: NDArray[Any], rows: NDArray[np.int64]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    total, squares, count = 0.0, 0.0, 0
    for start in range(0, len(rows), AT_ONCE):
        block = pixels[rows[start : start + AT_ONCE]].astype(np.float64)
        total = total + block.sum(axis=(0, 2, 3))
        squares = squares + (block**2).sum(axis=(0, 2, 3))
        count += block.size // block.shape[1]
    factor = 255.0 if pixels.dtype == np.uint8 else 1.0
    mean = np.asarray(total) / count
    spread = np.sqrt(np.maximum(np.asarray(squares) / count - mean**2, 0))
    spread = np.where(spread > 0, spread, factor)
    return tuple((mean / factor).tolist()), tuple((spread / factor).tolist())


def _converted(pixels: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return images in another size and with another number of channels."""
    from stirfry.data.read.images import resized

    channels, height, width = shape
    if pixels.shape[1] != channels:
        grey = pixels[:, :3].astype(np.float32).mean(axis=1, keepdims=True).round().astype(np.uint8)
        pixels = np.repeat(grey, channels, axis=1)
    return resized(pixels, (height, width)) if pixels.shape[2:] != (height, width) else pixels
