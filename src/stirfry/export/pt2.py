"""A model as a PyTorch program, which `torch.export.load` reads without stirfry.

Letters: N rows, D columns, C channels, H height, W width, K classes.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from stirfry.data.encode_images import ImageEncoder
from stirfry.data.encode_table import TableEncoder
from stirfry.engine.build import build, import_torch
from stirfry.engine.given import USERS_FAULTS, made
from stirfry.engine.own import OwnNetwork
from stirfry.engine.torch_parts import as_tensors, own_random_state
from stirfry.errors import UsageError
from stirfry.export.description import KEY, as_json, description
from stirfry.model.model import Model

if TYPE_CHECKING:
    import torch

#: Rows of the example that a program is made from; PyTorch takes 0 and 1 for sizes that never change.
EXAMPLE = 2


def write_pt2(model: Model) -> bytes:
    """Return a model as the content of a `.pt2` file.

    A table is one tensor, float64 of shape (N, D): its columns in the model's order, dates in seconds since
    1970, a category as its level's position, NaN where a value is missing. Images are uint8 of shape
    (N, C, H, W). Arrays are what they are. Out come probabilities (N, K), or numbers (N, 1), in float64. What
    each column, level and label is stands in the file's `stirfry.json`.

    Args:
        model: the model.

    Raises:
        UsageError: it is a user's own network that `torch.export` can't follow.
        MissingExtra: PyTorch isn't installed.

    Example:
        >>> import io, stirfry, torch
        >>> content = write_pt2(stirfry.train("iris", epochs=1).model)
        >>> program = torch.export.load(io.BytesIO(content)).module()
        >>> program(torch.tensor([[5.1, 3.5, 1.4, 0.2]], dtype=torch.float64)).shape
        torch.Size([1, 3])
    """
    torch = import_torch()
    example = _example(model)
    rows = torch.export.Dim("rows")
    module = _module(model).eval().requires_grad_(False)
    shapes = {"inputs": tuple({0: rows} for _ in example)}
    try:
        with warnings.catch_warnings():
            # PyTorch's own recurrent layers keep their weights in a list besides, which it warns of.
            warnings.filterwarnings("ignore", message="The tensor attributes? .* assigned during export")
            program = torch.export.export(module, example, dynamic_shapes=shapes)
    except USERS_FAULTS as error:
        if not isinstance(model.network, OwnNetwork):
            raise
        reason = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0].rstrip('.')}"
        raise UsageError("graph.not_exportable", module=model.network.given.path, reason=reason) from error
    _forget_where_it_was_made(program)
    file = io.BytesIO()
    torch.export.save(program, file, extra_files={KEY: as_json(_facts(model))})
    return file.getvalue()


def _facts(model: Model) -> dict[str, Any]:
    facts = description(model)
    return facts | {"output": "prediction" if model.task == "regression" else "probabilities"}


def _example(model: Model) -> tuple[torch.Tensor, ...]:
    torch, encoder = import_torch(), model.encoder
    if isinstance(encoder, TableEncoder):
        return (torch.zeros(EXAMPLE, len(encoder.columns), dtype=torch.float64),)
    if isinstance(encoder, ImageEncoder):
        dtype = torch.uint8 if encoder.whole else torch.float32
        return (torch.zeros(EXAMPLE, *encoder.input_shape, dtype=dtype),)
    return tuple(
        torch.zeros(EXAMPLE, *part.shape, dtype=torch.int64 if part.whole else torch.float64)
        for part in encoder.parts
    )


def _module(model: Model) -> torch.nn.Module:
    """Return preprocessing, network and answers as one module."""
    from stirfry.export import pt2_program as program

    answer = program.Values(model.target) if model.task == "regression" else program.Shares(model.loss)
    network, encoder = _network(model), model.encoder
    if isinstance(encoder, ImageEncoder):
        if model.test_shift:
            network = program.Shifted(network, model.test_shift)
        return program.Program(program.Pixels(encoder), network, answer)
    # Rows are computed in double precision, as in `predict`; a user's own network in its own.
    double = not isinstance(model.network, OwnNetwork)
    encode = program.Table(encoder) if isinstance(encoder, TableEncoder) else program.Arrays(encoder)
    return program.Program(encode, program.Double(network) if double else network, answer)


def _network(model: Model) -> torch.nn.Module:
    """Return the network with its weights."""
    from stirfry.export.pt2_program import Own

    network = model.network
    with own_random_state("cpu"):
        module = made(network.given) if isinstance(network, OwnNetwork) else build(network)
    module.load_state_dict(as_tensors(model.tensors))
    if isinstance(network, OwnNetwork):
        return Own(module, network.input_names, network.adds_axis)
    return module


def _forget_where_it_was_made(program: torch.export.ExportedProgram) -> None:
    """Take out the paths and lines of the source that made each operation."""
    for module in program.graph_module.modules():
        for node in getattr(getattr(module, "graph", None), "nodes", ()):
            node.meta.pop("stack_trace", None)
