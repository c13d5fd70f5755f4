"""The layers that look at images: convolution and pooling.

All three look through a window that moves over height and width in strides. `windows` lays out what is seen
at each place; the rest is sums over it.

Letters: N rows, C channels, H height, W width of the input; O output channels, P output height, Q output
width; I and J, height and width of the window.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Window(NamedTuple):
    """A window: its size, how far it moves, and how many rows and columns are laid around the image."""

    size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]


def windows(x: Floats, window: Window, fill: float = 0.0) -> Floats:
    """Return what is seen at each place, shape (N, C, P, Q, I, J), a view.

    Args:
        x: shape (N, C, H, W).
        window: how it moves.
        fill: what is laid around the image.
    """
    high, wide = window.padding
    padded = np.pad(x, ((0, 0), (0, 0), (high, high), (wide, wide)), constant_values=fill)
    seen = np.lib.stride_tricks.sliding_window_view(padded, window.size, axis=(2, 3))
    return seen[:, :, :: window.stride[0], :: window.stride[1]]


def put_back(seen: Floats, shape: tuple[int, ...], window: Window) -> Floats:
    """Add up, at each place of an image, what the windows that saw it hold; `windows` backwards.

    Args:
        seen: shape (N, C, P, Q, I, J).
        shape: the image's, (N, C, H, W).
        window: how it moved.
    """
    high, wide = window.padding
    down, right = window.stride
    padded = np.zeros((*shape[:2], shape[2] + 2 * high, shape[3] + 2 * wide))
    places_down, places_right = seen.shape[2:4]
    for i, j in np.ndindex(window.size):
        rows = slice(i, i + down * places_down, down)
        columns = slice(j, j + right * places_right, right)
        padded[:, :, rows, columns] += seen[..., i, j]
    return padded[:, :, high : high + shape[2], wide : wide + shape[3]]


def convolution(x: Floats, weight: Floats, bias: Floats | None, window: Window) -> Floats:
    """Return `Z[n,o,p,q] = Σ X[n, c, s·p+i, s·q+j] W[o,c,i,j] + b[o]`, the sum over c, i and j.

    Args:
        x: shape (N, C, H, W).
        weight: shape (O, C, I, J).
        bias: shape (O,), or None.
        window: how it moves.

    Example:
        >>> image = np.arange(9.0).reshape(1, 1, 3, 3)
        >>> convolution(image, np.ones((1, 1, 2, 2)), None, Window((2, 2), (1, 1), (0, 0))).tolist()
        [[[[8.0, 12.0], [20.0, 24.0]]]]
    """
    z = np.tensordot(windows(x, window), weight, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
    return z if bias is None else z + bias[:, None, None]


def convolution_gradients(x: Floats, dz: Floats, window: Window) -> dict[str, Floats]:
    """Return `dW[o,c,i,j] = Σ dZ[n,o,p,q] X[n, c, s·p+i, s·q+j]`, over n, p and q, and `db = Σ dZ`."""
    weight = np.tensordot(dz, windows(x, window), axes=([0, 2, 3], [0, 2, 3]))
    return {"weight": weight, "bias": dz.sum(axis=(0, 2, 3))}


def convolution_input_gradient(x: Floats, dz: Floats, weight: Floats, window: Window) -> Floats:
    """Return dX: at each place, the sum of dZ · W over the windows that saw it."""
    seen = np.tensordot(dz, weight, axes=([1], [0])).transpose(0, 3, 1, 2, 4, 5)
    return put_back(seen, x.shape, window)


def max_pooling(x: Floats, window: Window) -> Floats:
    """Return the largest value of each window, shape (N, C, P, Q)."""
    return windows(x, window, fill=-np.inf).max(axis=(4, 5))


def max_pooling_gradient(x: Floats, dy: Floats, window: Window) -> Floats:
    """Return dX: each window hands its gradient to its largest value, the first where there are several."""
    seen = windows(x, window, fill=-np.inf)
    flat = seen.reshape(*seen.shape[:4], -1)
    is_first_largest = np.arange(flat.shape[4]) == flat.argmax(axis=4)[..., None]
    handed = (is_first_largest * dy[..., None]).reshape(seen.shape)
    return put_back(handed, x.shape, window)


def mean_pooling(x: Floats, window: Window) -> Floats:
    """Return the mean of each window, shape (N, C, P, Q); what is laid around the image counts as 0."""
    return windows(x, window).mean(axis=(4, 5))


def mean_pooling_gradient(x: Floats, dy: Floats, window: Window) -> Floats:
    """Return dX: each window hands its gradient to all of its values in equal shares."""
    high, wide = window.size
    seen = np.broadcast_to(dy[..., None, None] / (high * wide), (*dy.shape, high, wide))
    return put_back(seen, x.shape, window)
