"""Images' preprocessing as ONNX nodes: what `Normal.floats` and `shifted_copies` do.

Letters: N images, C channels, H height, W width, K outputs, S copies.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_images import WHITE, ImageEncoder
from stirfry.export.onnx_graph import Graph, Value
from stirfry.spec.layers import Shape

#: An image as it is, and moved down, up, right and left.
COPIES = 5


def encoded_images(graph: Graph, encoder: ImageEncoder, pixels: str) -> Value:
    """Add the preprocessing of images.

    Args:
        graph: where to.
        encoder: the encoder.
        pixels: the name of the graph's input, uint8 or float32 of shape (N, C, H, W).

    Returns:
        The network's input, float32 of the same shape.
    """
    found = Value(graph, pixels, np.dtype(np.uint8 if encoder.whole else np.float32)).cast(np.float32)
    fractions = found / float(WHITE) if encoder.whole else found
    return (fractions - _channels(encoder.mean)) / _channels(encoder.std)


def shifted(inputs: Value, by: int, shape: Shape) -> Value:
    """Add copies of images moved down, up, right and left; the edge is repeated.

    Args:
        inputs: the network's input, shape (N, C, H, W).
        by: how far, in pixels.
        shape: C, H and W.

    Returns:
        The images, and after them all copies of one kind after the other: shape (S * N, C, H, W).
    """
    graph, size = inputs.graph, np.array(shape[1:], dtype=np.int64)
    axes = graph.constant(np.array([2, 3], dtype=np.int64))
    wide = inputs.then("Pad", graph.constant(np.array([0, 0, by, by] * 2, dtype=np.int64)), mode="edge")
    copies = []
    for move in ((0, 0), (by, 0), (-by, 0), (0, by), (0, -by)):
        corner = np.array(move, dtype=np.int64) + by
        copies.append(wide.then("Slice", graph.constant(corner), graph.constant(corner + size), axes))
    return copies[0].then("Concat", *copies[1:], axis=0)


def averaged(outputs: Value, width: int) -> Value:
    """Add the mean over an image and its copies: shape (N, K) for `shifted`'s (S * N, K).

    Args:
        outputs: the network's outputs for what `shifted` gave.
        width: K.
    """
    form = outputs.graph.constant(np.array([COPIES, -1, width], dtype=np.int64))
    return outputs.then("Reshape", form).then("ReduceMean", axes=[0], keepdims=0)


def _channels(values: tuple[float, ...]) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32).reshape(1, -1, 1, 1)
