"""From pixels to the numbers that a network sees. The mean and spread come from training rows only.

Letters: N images, C channels, H height, W width.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from stirfry.data.convert_images import converted, is_convertible
from stirfry.data.kept import Kept
from stirfry.data.stream import Stream
from stirfry.data.table import Images
from stirfry.errors import DataError, UsageError
from stirfry.lang import shape_text
from stirfry.notice import Notice

Pixels = NDArray[Any]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Size = Annotated[int, Field(ge=1)]

#: Images that are computed with at once; bounds the memory of fitting.
AT_ONCE = 1024
#: Images of a stream that mean and spread are found on at most; with 1,000 their error is 1 % already.
SAMPLE = 10_000
#: The largest value of whole pixels.
WHITE = 255


@dataclass(frozen=True)
class Normal:
    """What turns pixels into a network's inputs: from 0 to 1, less a mean and divided by a spread.

    Args:
        mean: one for each channel.
        std: one for each channel, above 0.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def floats(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return inputs, shape (N, C, H, W), for uint8 from 0 to 255 or floats from 0 to 1.

        Example:
            >>> Normal((0.5,), (0.5,)).floats(np.array([[[[0, 255]]]], dtype=np.uint8)).tolist()
            [[[[-1.0, 1.0]]]]
        """
        inputs = np.empty(pixels.shape, dtype=np.float32)
        for channel in range(pixels.shape[1]):
            inputs[:, channel] = self._channel(pixels[:, channel], channel)
        return inputs

    def _channel(self, pixels: Pixels, channel: int) -> NDArray[np.float32]:
        whole = pixels.dtype == np.uint8
        # Whole pixels have only 256 values: each is worked out once and looked up.
        values = np.arange(WHITE + 1, dtype=np.float32) / np.float32(WHITE) if whole else pixels
        mean, std = np.float32(self.mean[channel]), np.float32(self.std[channel])
        values = (values.astype(np.float32) - mean) / std
        return values[pixels] if whole else values


class ImageEncoder(Kept):
    """Pixels from 0 to 1, less a mean and divided by a spread, for each channel.

    Args:
        channels: C.
        height: H.
        width: W.
        mean: what is subtracted from each channel.
        std: what each channel is divided by, above 0.
        whole: whether training had whole pixels from 0 to 255, which are divided by 255 first.
    """

    rows: Literal["images"] = "images"
    channels: Size
    height: Size
    width: Size
    mean: tuple[Finite, ...]
    std: tuple[Annotated[Finite, Field(gt=0)], ...]
    whole: bool

    @model_validator(mode="after")
    def _one_for_each_channel(self) -> ImageEncoder:
        if not self.channels == len(self.mean) == len(self.std):
            raise ValueError("each channel has one mean and one std")
        return self

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one encoded image."""
        return (self.channels, self.height, self.width)

    def check(self, images: Images) -> tuple[Notice, ...]:
        """Return remarks about images: those of another size or colour are converted.

        Raises:
            DataError: images that can't be converted, or pixels that aren't finite.
        """
        shape = tuple(images.pixels.shape[1:])
        if not is_convertible(shape, self.input_shape):
            raise DataError("data.image_shape", found=shape, wanted=self.input_shape)
        check_pixels(images.pixels)
        notices = []
        if shape != self.input_shape:
            facts = {"found": shape_text(shape), "wanted": shape_text(self.input_shape)}
            notices.append(Notice("data.images_converted", **facts))
        if self.whole != (images.pixels.dtype == np.uint8):
            notices.append(Notice("data.pixels_whole" if self.whole else "data.pixels_fractions"))
        return tuple(notices)

    def transform(
        self, images: Images, rows: NDArray[np.int64] | None = None
    ) -> NDArray[np.float32] | Stream:
        """Return the encoded images, shape (N, C, H, W), to the last bit as torchvision's `Normalize` does.

        Args:
            images: raw images.
            rows: which of them, by index; None takes all.

        Returns:
            An array; a stream for images that are one, which encodes them as they are read.

        Raises:
            DataError: images that can't be converted.
        """
        if not is_convertible(tuple(images.pixels.shape[1:]), self.input_shape):
            raise DataError("data.image_shape", found=images.pixels.shape[1:], wanted=self.input_shape)
        if isinstance(images.pixels, Stream):
            picked = images.pixels if rows is None else images.pixels.only(rows)
            return picked.mapped(self._encoded, self.input_shape, np.float32)
        count = len(images) if rows is None else len(rows)
        encoded = np.empty((count, *self.input_shape), dtype=np.float32)
        for start in range(0, count, AT_ONCE):
            block = slice(start, start + AT_ONCE)
            pixels = converted(images.pixels[block if rows is None else rows[block]], self.input_shape)
            encoded[block] = self.normal.floats(pixels)
        return encoded

    def _encoded(self, pixels: Pixels) -> NDArray[np.float32]:
        encoded = self.transform(Images("", pixels, None))
        assert not isinstance(encoded, Stream), "an array's encoding is an array"
        return encoded

    @property
    def normal(self) -> Normal:
        """What turns pixels of the right shape into inputs."""
        return Normal(self.mean, self.std)

    def whole_pixels(self, images: Images, rows: NDArray[np.int64]) -> NDArray[np.uint8] | Stream | None:
        """Return images in the right shape and as whole pixels, a quarter of their size as inputs.

        Args:
            images: raw images.
            rows: which of them, by index.

        Returns:
            uint8 of shape (N, C, H, W), a view where the rows follow one another; a stream for images that
            are one; None where the images aren't whole pixels.
        """
        if images.pixels.dtype != np.uint8:
            return None
        if isinstance(images.pixels, Stream):
            stream = images.pixels.only(rows)
            if stream.shape[1:] == self.input_shape:
                return stream
            return stream.mapped(partial(converted, shape=self.input_shape), self.input_shape, np.uint8)
        one_run = len(rows) > 0 and bool((np.diff(rows) == 1).all())
        picked = images.pixels[rows[0] : rows[-1] + 1] if one_run else images.pixels[rows]
        return converted(picked, self.input_shape)


def fit_images(
    images: Images,
    rows: NDArray[np.int64],
    mean: tuple[float, ...] | None = None,
    std: tuple[float, ...] | None = None,
) -> ImageEncoder:
    """Return the encoder for images, fitted on some of them.

    Args:
        images: all images.
        rows: the training rows, by index.
        mean: one for each channel or one for all, instead of the training rows' own.
        std: one for each channel or one for all, instead of the training rows' own.

    Raises:
        UsageError: there are neither one nor as many means as channels.

    Example:
        >>> pixels = np.array([0, 255], dtype=np.uint8).reshape(2, 1, 1, 1)
        >>> fit_images(Images("two", pixels, None), np.array([0, 1])).mean
        (0.5,)
    """
    channels, height, width = (int(size) for size in images.pixels.shape[1:])
    pixels = images.pixels
    if mean is None or std is None:
        if isinstance(pixels, Stream):
            mean, std = _mean_and_std_of_stream(pixels.only(sample_of(rows)))
        else:
            mean, std = _mean_and_std(pixels, rows)
    for given in (mean, std):
        if len(given) not in (1, channels):
            raise UsageError("data.channel_count", channels=channels, found=len(given))
    return ImageEncoder(
        channels=channels,
        height=height,
        width=width,
        mean=mean * (channels // len(mean)),
        std=std * (channels // len(std)),
        whole=images.pixels.dtype == np.uint8,
    )


def shifted_copies(inputs: NDArray[np.float32], pixels: int) -> list[NDArray[np.float32]]:
    """Return images and their copies moved up, down, left and right; the edge is repeated.

    Args:
        inputs: shape (N, C, H, W).
        pixels: how far; 0 returns the images alone.

    Example:
        >>> [copy[0, 0, 0].tolist() for copy in shifted_copies(np.array([[[[1, 2]]]]), 1)]
        [[1, 2], [1, 2], [1, 2], [2, 2], [1, 1]]
    """
    if not pixels:
        return [inputs]
    height, width = inputs.shape[2:]
    wide = np.pad(inputs, ((0, 0), (0, 0), (pixels, pixels), (pixels, pixels)), mode="edge")
    moves = ((0, 0), (pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels))
    return [
        np.ascontiguousarray(wide[:, :, pixels + y : pixels + y + height, pixels + x : pixels + x + width])
        for y, x in moves
    ]


def sample_of(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows that mean and spread are found on where the images are a stream: `SAMPLE` at most."""
    if len(rows) <= SAMPLE:
        return rows
    return np.sort(np.random.default_rng(0).choice(rows, SAMPLE, replace=False))


def check_pixels(pixels: Pixels | Stream) -> None:
    """Refuse pixels that aren't finite.

    Raises:
        DataError: with the first such image, counted from 1.
    """
    if isinstance(pixels, Stream) or pixels.dtype.kind != "f":  # files hold whole numbers
        return
    for start in range(0, len(pixels), AT_ONCE):
        finite = np.isfinite(pixels[start : start + AT_ONCE]).all(axis=(1, 2, 3))
        if not finite.all():
            raise DataError("data.bad_pixels", row=start + int(np.argmin(finite)) + 1)


def _mean_and_std(pixels: Pixels, rows: NDArray[np.int64]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return each channel's mean and standard deviation, of pixels from 0 to 1; 1 where it never changes."""
    moments = _whole_moments if pixels.dtype == np.uint8 else _float_moments
    found = [moments(pixels, rows, channel) for channel in range(pixels.shape[1])]
    return tuple(mean for mean, _ in found), tuple(std if std > 0 else 1.0 for _, std in found)


def _mean_and_std_of_stream(stream: Stream) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the same in one pass, with a few blocks of images in memory."""
    counts = np.zeros((stream.shape[1], WHITE + 1))
    for block in stream.ahead(stream.blocks()):
        for channel, row in enumerate(counts):
            row += np.bincount(block[:, channel].ravel(), minlength=WHITE + 1)
    found = [_moments(row) for row in counts]
    return tuple(mean for mean, _ in found), tuple(std if std > 0 else 1.0 for _, std in found)


def _whole_moments(pixels: Pixels, rows: NDArray[np.int64], channel: int) -> tuple[float, float]:
    counts = np.zeros(WHITE + 1)
    for start in range(0, len(rows), AT_ONCE):
        block = pixels[rows[start : start + AT_ONCE], channel]
        counts += np.bincount(block.ravel(), minlength=WHITE + 1)
    return _moments(counts)


def _moments(counts: NDArray[np.float64]) -> tuple[float, float]:
    """Return mean and standard deviation of pixels from 0 to 1, of which there are so many of each value."""
    shares, values = counts / counts.sum(), np.arange(WHITE + 1) / WHITE
    mean = float(shares @ values)
    return mean, float(np.sqrt(shares @ (values - mean) ** 2)) if (counts > 0).sum() > 1 else 0.0


def _float_moments(pixels: Pixels, rows: NDArray[np.int64], channel: int) -> tuple[float, float]:
    """Return mean and standard deviation in two passes, which loses no digits."""
    blocks = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
    count = len(rows) * pixels.shape[2] * pixels.shape[3]
    mean = sum(float(pixels[block, channel].sum(dtype=np.float64)) for block in blocks) / count
    squares = sum(float(((pixels[block, channel].astype(np.float64) - mean) ** 2).sum()) for block in blocks)
    return mean, float(np.sqrt(squares / count))
