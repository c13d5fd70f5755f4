"""A model as an ONNX graph: from raw, named columns to answers, with the preprocessing inside.

Letters: N rows, C channels, H height, W width, K classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stirfry.data.encode_images import ImageEncoder
from stirfry.data.encode_inputs import InputsEncoder
from stirfry.data.encode_parts import CategoryPart
from stirfry.data.encode_table import TableEncoder
from stirfry.errors import UsageError
from stirfry.export.description import as_json, description, how_to_give, input_names
from stirfry.export.onnx_answers import classes, prediction
from stirfry.export.onnx_graph import FORMAT, ML, ML_OPERATORS, OPERATORS, Graph, Value, import_onnx
from stirfry.export.onnx_images import averaged, encoded_images, shifted
from stirfry.export.onnx_network import outputs_of
from stirfry.export.onnx_table import encoded_array, encoded_table
from stirfry.model.model import Model
from stirfry.spec.layers import AvgPool2d, Conv2d, MaxPool2d, Shape
from stirfry.spec.network import Network

#: What the number of rows is called in the shapes.
ROWS = "rows"
#: Layers that runtimes have in single precision only.
_SINGLE = (Conv2d, MaxPool2d, AvgPool2d)
#: The names of a graph's outputs, and of the input that images are.
LABEL, PROBABILITIES, PREDICTION, PIXELS = "label", "probabilities", "prediction", "pixels"


def write_onnx(model: Model) -> bytes:
    """Return a model as the content of an ONNX file.

    Inputs: one a column under the column's name, shape (N, 1), float64 or text; or `pixels` of shape
    (N, C, H, W). Outputs: `label` (N,) and `probabilities` (N, K), or `prediction` (N, 1).

    Args:
        model: the model.

    Raises:
        UsageError: it is a user's own network that isn't a chain of known layers, or has texts that can't be
            in a graph.
        MissingExtra: `onnx` isn't installed.

    Example:
        >>> import onnx, stirfry
        >>> graph = onnx.load_from_string(write_onnx(stirfry.train("iris", epochs=1).model)).graph
        >>> [each.name for each in graph.input][:2], [each.name for each in graph.output]
        (['sepal length (cm)', 'sepal width (cm)'], ['label', 'probabilities'])
    """
    onnx = import_onnx()
    if not isinstance(model.network, Network):
        raise UsageError("graph.own_network", module=model.network.given.path)
    _check_texts(model)
    inputs = _inputs(model.encoder)
    graph = Graph({each.name for each in inputs})
    outputs = _answers(model, _raw_outputs(graph, model, model.network))
    made = onnx.helper.make_model(
        onnx.helper.make_graph(
            graph.nodes, "stirfry", _described(inputs), _described(outputs), graph.constants
        ),
        opset_imports=[onnx.helper.make_opsetid("", OPERATORS), onnx.helper.make_opsetid(ML, ML_OPERATORS)],
        ir_version=FORMAT,
        producer_name="stirfry",
    )
    found = description(model)
    onnx.helper.set_model_props(
        made, {key: value if isinstance(value, str) else as_json(value) for key, value in found.items()}
    )
    return bytes(made.SerializeToString(deterministic=True))


def _check_texts(model: Model) -> None:
    """Refuse texts that can't be in a graph."""
    texts = [label for label in model.labels if isinstance(label, str)]
    if isinstance(model.encoder, TableEncoder):
        if "" in model.columns:
            raise UsageError("graph.nameless", place=model.columns.index("") + 1)
        texts += model.columns
        texts += [
            level for part in model.encoder.parts if isinstance(part, CategoryPart) for level in part.levels
        ]
    for text in texts:
        if "\0" in text:
            raise UsageError("graph.nul", text=repr(text))


@dataclass(frozen=True)
class _Port:
    """An input or output of the graph.

    Args:
        name: what it is called.
        dtype: its type; `object` is text.
        shape: the shape of one row.
        how: how values are given, or to be read.
    """

    name: str
    dtype: Any
    shape: Shape
    how: str


def _inputs(encoder: TableEncoder | ImageEncoder | InputsEncoder) -> list[_Port]:
    if isinstance(encoder, TableEncoder):
        types = (object if isinstance(part, CategoryPart) else np.float64 for part in encoder.parts)
        return [
            _Port(part.name, dtype, (1,), how_to_give(part))
            for part, dtype in zip(encoder.parts, types, strict=True)
        ]
    if isinstance(encoder, ImageEncoder):
        how = "Pixels from 0 to 255, of this size." if encoder.whole else "Pixels from 0 to 1, of this size."
        return [_Port(PIXELS, np.uint8 if encoder.whole else np.float32, encoder.input_shape, how)]
    part = encoder.parts[0]
    how = "Whole numbers." if part.whole else "Numbers, in the unit of the training data."
    return [_Port(input_names(encoder)[0], np.int64 if part.whole else np.float64, part.shape, how)]


def _raw_outputs(graph: Graph, model: Model, network: Network) -> Value:
    """Add preprocessing and network."""
    encoder, tensors = model.encoder, model.tensors
    if isinstance(encoder, ImageEncoder):
        images = encoded_images(graph, encoder, PIXELS)
        if not model.test_shift:
            return outputs_of(graph, network, tensors, images)
        copies = shifted(images, model.test_shift, encoder.input_shape)
        return averaged(outputs_of(graph, network, tensors, copies), network.output_shape[0])
    if isinstance(encoder, TableEncoder):
        rows = encoded_table(graph, encoder)
    else:
        rows = encoded_array(graph, encoder.parts[0], input_names(encoder)[0])
    return outputs_of(graph, network, tensors, rows.cast(_precision(network)))


def _precision(network: Network) -> Any:
    """Return what rows are computed in: double, as in `predict`, unless runtimes lack a layer in it."""
    return np.float32 if any(isinstance(layer, _SINGLE) for layer in network.layers) else np.float64


def _answers(model: Model, outputs: Value) -> list[_Port]:
    """Add what follows the network, and return the graph's outputs."""
    graph, target = outputs.graph, model.target
    if model.task == "regression":
        name = graph.free_name(PREDICTION)
        prediction(outputs, target, name)
        return [_Port(name, np.float64, (1,), "In the target's own unit.")]
    label, shares = graph.free_name(LABEL), graph.free_name(PROBABILITIES)
    classes(outputs, target, model.loss, label, shares)
    dtype = object if isinstance(target.labels[0], str) else np.array(target.labels).dtype
    return [
        _Port(label, dtype, (), "The likeliest class."),
        _Port(shares, np.float64, (len(target.labels),), "In the order of the labels in the metadata."),
    ]


def _described(given: list[_Port]) -> list[Any]:
    helper = import_onnx().helper
    return [
        helper.make_tensor_value_info(
            each.name, helper.np_dtype_to_tensor_dtype(np.dtype(each.dtype)), [ROWS, *each.shape], each.how
        )
        for each in given
    ]
