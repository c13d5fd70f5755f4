"""A model as one ordinary `.safetensors` file.

The tensors are the `nn.Sequential`'s `state_dict`, so `safetensors.torch.load_file` and `load_state_dict`
work on it without stirfry. Network, preprocessing, schema, labels and scores are JSON in the metadata.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from stirfry.data.encode_images import ImageEncoder
from stirfry.data.encode_table import TableEncoder
from stirfry.data.schema import Schema
from stirfry.data.target import Target
from stirfry.engine.contract import Weights
from stirfry.errors import ModelFileError, SpecError
from stirfry.model.model import Model
from stirfry.run.atomic import write_atomic
from stirfry.run.folder import MODEL
from stirfry.run.tensors import pack, unpack
from stirfry.spec.network import Network, NetworkSpec

KIND = "model"


def save(model: Model, path: Path) -> None:
    """Write a model to a file, whole or not at all.

    Args:
        model: the model.
        path: the file; its folder exists.

    Raises:
        OutputError: it can't be written.
    """
    write_atomic(path, pack(KIND, model.weights, facts_of(model)))


def load(path: str | Path) -> Model:
    """Return the model in a file.

    Args:
        path: a `model.safetensors`, or the run folder that holds one.

    Raises:
        ModelFileError: it is missing, cut, altered, newer than this version, or of another kind.

    Example:
        >>> import stirfry, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "iris.safetensors"
        >>> stirfry.train("iris", epochs=1).save(path)
        >>> load(path).labels
        ('setosa', 'versicolor', 'virginica')
    """
    path = Path(path).expanduser()
    path = path / MODEL if path.is_dir() else path
    file = unpack(path, KIND)
    try:
        return _model(path, file.tensors, file.facts)
    except (KeyError, TypeError, ValidationError, SpecError) as error:
        raise ModelFileError("model.damaged", path=str(path)) from error


def facts_of(model: Model) -> dict[str, Any]:
    """Return everything but the tensors, as JSON values."""
    layers = [layer.model_dump(exclude_none=True) for layer in model.network.layers]
    return {
        "network": {"layers": layers, "input_shape": model.network.input_shape, "init": model.network.init},
        "rows": "table" if isinstance(model.encoder, TableEncoder) else "images",
        "encoder": model.encoder.to_json(),
        "schema": None if model.schema is None else model.schema.to_json(),
        "target": model.target.to_json(),
        "loss": model.loss,
        "frequencies": model.frequencies,
        "scores": model.scores,
        "origin": model.origin,
        "test_shift": model.test_shift,
    }


def _model(path: Path, tensors: Weights, facts: dict[str, Any]) -> Model:
    written = facts["network"]
    spec = NetworkSpec.model_validate({"layers": written["layers"], "init": written["init"]})
    network = Network(spec.layers or (), tuple(written["input_shape"]), spec.init)
    _check_tensors(path, network, tensors)
    encoder = TableEncoder if facts["rows"] == "table" else ImageEncoder
    return Model(
        network=network,
        weights={name: tensors[name] for name in network.state_shapes},
        encoder=encoder.from_json(facts["encoder"]),
        schema=None if facts["schema"] is None else Schema.from_json(facts["schema"]),
        target=Target.from_json(facts["target"]),
        loss=facts["loss"],
        frequencies=tuple(facts["frequencies"]),
        scores=facts["scores"],
        origin=facts["origin"],
        test_shift=int(facts.get("test_shift", 0)),  # files of version 0.1.0 had none
    )


def _check_tensors(path: Path, network: Network, tensors: Weights) -> None:
    """Refuse tensors that aren't the network's own, before anything of their size is made."""
    wanted = network.state_shapes
    wrong = sorted(wanted.keys() ^ tensors.keys())
    wrong += [name for name in wanted.keys() & tensors.keys() if tensors[name].shape != tuple(wanted[name])]
    wrong += [name for name, value in tensors.items() if value.dtype not in (np.float32, np.int64)]
    if wrong:
        raise ModelFileError("model.wrong_tensors", path=str(path), names=wrong[:5])
