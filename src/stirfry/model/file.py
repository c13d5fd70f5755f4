"""A model as one ordinary `.safetensors` file.

The tensors are the `nn.Sequential`'s `state_dict`, so `safetensors.torch.load_file` and `load_state_dict`
work on it without stirfry. Network, preprocessing, schema, labels and scores are JSON in the metadata.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from stirfry.data.encode_images import ImageEncoder
from stirfry.data.encode_inputs import InputsEncoder
from stirfry.data.encode_table import TableEncoder
from stirfry.data.schema import Schema
from stirfry.data.target import Target
from stirfry.engine.contract import Weights
from stirfry.engine.own import OwnNetwork
from stirfry.errors import ModelFileError, SpecError
from stirfry.model.model import Model
from stirfry.model.own_file import own_facts, own_network
from stirfry.notice import Notice
from stirfry.paths import expanded
from stirfry.run.atomic import write_atomic
from stirfry.run.folder import MODEL
from stirfry.run.tensors import pack, unpack
from stirfry.spec.network import Network, NetworkSpec

KIND = "model"
_ENCODERS: dict[str, Any] = {"table": TableEncoder, "images": ImageEncoder, "inputs": InputsEncoder}

Say = Callable[[Notice], None]


def _warn(notice: Notice) -> None:
    warnings.warn(str(notice), stacklevel=5)


def save(model: Model, path: Path) -> None:
    """Write a model to a file, whole or not at all.

    Args:
        model: the model.
        path: the file; its folder exists.

    Raises:
        OutputError: it can't be written.
    """
    write_atomic(path, pack(KIND, model.weights, facts_of(model)))


def load(path: str | Path, network: Any = None, say: Say = _warn) -> Model:
    """Return the model in a file.

    Args:
        path: a `model.safetensors`, or the run folder that holds one.
        network: the class of the user's own network, where the model needs one; also a function without
            arguments, or a module.
        say: takes the remark that its source is another than it was; warns where nothing is given.

    Raises:
        ModelFileError: it is missing, cut, altered, newer than this version, or of another kind; or its
            tensors aren't those of the class.
        UsageError: the model needs a class, and there is none.

    Example:
        >>> import stirfry, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "iris.safetensors"
        >>> stirfry.train("iris", epochs=1).save(path)
        >>> load(path).labels
        ('setosa', 'versicolor', 'virginica')
    """
    path = expanded(path)
    path = path / MODEL if path.is_dir() else path
    file = unpack(path, KIND)
    try:
        return _model(path, file.tensors, file.facts, network, say)
    except (KeyError, TypeError, ValidationError, SpecError) as error:
        raise ModelFileError("model.damaged", path=str(path)) from error


def facts_of(model: Model) -> dict[str, Any]:
    """Return everything but the tensors, as JSON values."""
    return {
        "network": _network_facts(model),
        "rows": model.encoder.rows,
        "encoder": model.encoder.to_json(),
        "schema": None if model.schema is None else model.schema.to_json(),
        "target": model.target.to_json(),
        "loss": model.loss,
        "frequencies": model.frequencies,
        "scores": model.scores,
        "origin": model.origin,
        "test_shift": model.test_shift,
    }


def _network_facts(model: Model) -> dict[str, Any]:
    network = model.network
    if isinstance(network, OwnNetwork):
        return own_facts(network)
    layers = [layer.model_dump(exclude_none=True) for layer in network.layers]
    found = {"layers": layers, "input_shape": network.input_shape, "init": network.init}
    return found | ({"names": list(model.names.items())} if model.names else {})


def _model(path: Path, tensors: Weights, facts: dict[str, Any], module: Any, say: Say) -> Model:
    written = dict(facts["network"])
    names: dict[str, str] = dict(written.get("names", {}))
    network: Network | OwnNetwork
    if "module" in written:
        network = own_network(path, written, tensors, module, say)
    else:
        spec = NetworkSpec.model_validate({"layers": written["layers"], "init": written["init"]})
        network = Network(spec.layers or (), tuple(written["input_shape"]), spec.init)
        _check_tensors(path, network, {names.get(key, key): value for key, value in tensors.items()})
    order = list(names) or list(network.state_shapes)
    return Model(
        network=network,
        weights={name: tensors[name] for name in order},
        names=names,
        encoder=_ENCODERS[facts["rows"]].from_json(facts["encoder"]),
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
