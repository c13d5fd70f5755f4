"""A `.safetensors` file with facts in its metadata and a hash over everything.

Nothing in such a file is executed. Model files and checkpoints are both of this form; they differ in the
`kind` that stands in the metadata.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.errors import ModelFileError, NoModelFile
from stirfry.run.record import plain

Tensors = dict[str, NDArray[Any]]

#: The version of the layout of the facts; a file with a higher one is refused.
FORMAT = 1
#: No header of ours comes near this; the format itself allows 100 MB.
LONGEST_HEADER = 64_000_000


@dataclass(frozen=True)
class TensorFile:
    """What stands in a file."""

    tensors: Tensors
    facts: dict[str, Any]


def pack(kind: str, tensors: Tensors, facts: dict[str, Any]) -> bytes:
    """Return the bytes of a file.

    Args:
        kind: what the file is, such as `"model"`.
        tensors: arrays by name.
        facts: JSON values.
    """
    from safetensors.numpy import save

    text = json.dumps(plain(facts), ensure_ascii=False, allow_nan=False, sort_keys=True)
    metadata = {
        "format": "pt",
        "stirfry.kind": kind,
        "stirfry.format": str(FORMAT),
        "stirfry.facts": text,
        "stirfry.sha256": _hash(kind, str(FORMAT), text, tensors),
    }
    # Not `ascontiguousarray`, which gives a single number an axis.
    return save({name: np.asarray(value, order="C") for name, value in tensors.items()}, metadata)


def unpack(path: Path, kind: str) -> TensorFile:
    """Return what stands in a file, once it has been checked.

    Args:
        path: the file.
        kind: what it must be.

    Raises:
        ModelFileError: it is missing, cut, altered, newer than this version, or of another kind.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    data = _read(path)
    metadata = _metadata(path, data)
    if metadata.get("stirfry.kind") != kind:
        raise ModelFileError("model.other_kind", path=str(path), kind=kind)
    _check_format(path, metadata)
    try:
        tensors = load(data)
        text = metadata["stirfry.facts"]
        whole = metadata["stirfry.sha256"] == _hash(kind, metadata["stirfry.format"], text, tensors)
        facts = json.loads(text) if whole else None
    except (SafetensorError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise ModelFileError("model.damaged", path=str(path)) from error
    if not isinstance(facts, dict):
        raise ModelFileError("model.damaged", path=str(path))
    return TensorFile(tensors, facts)


def fingerprint(tensors: Tensors) -> str:
    """Return a hash over arrays and their names: equal arrays have equal ones."""
    return _hash("", "", "", tensors)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(8)
            size = path.stat().st_size
            length = int.from_bytes(start, "little")
            if len(start) < 8 or length > min(size - 8, LONGEST_HEADER):
                raise ModelFileError("model.not_safetensors", path=str(path), size=size)
            return start + file.read()
    except FileNotFoundError:
        raise NoModelFile("model.missing", path=str(path)) from None
    except OSError as error:
        raise ModelFileError(
            "model.unreadable", path=str(path), reason=error.strerror or str(error)
        ) from None


def _metadata(path: Path, data: bytes) -> dict[str, str]:
    length = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8 : 8 + length])
        metadata = header.get("__metadata__", {})
    except (ValueError, AttributeError, RecursionError) as error:
        raise ModelFileError("model.not_safetensors", path=str(path), size=len(data)) from error
    return metadata if isinstance(metadata, dict) else {}


def _check_format(path: Path, metadata: dict[str, str]) -> None:
    version = metadata.get("stirfry.format", "")
    if not version.isdecimal():
        raise ModelFileError("model.damaged", path=str(path))
    if int(version) > FORMAT:
        raise ModelFileError("model.newer", path=str(path), found=int(version), known=FORMAT)


def _hash(kind: str, version: str, text: str, tensors: Tensors) -> str:
    digest = hashlib.sha256(f"{kind}\0{version}\0{text}\0".encode())
    for name in sorted(tensors):
        value = np.ascontiguousarray(tensors[name])
        digest.update(f"{name}\0{value.dtype.str}\0{value.shape}\0".encode())
        digest.update(value.tobytes())
    return digest.hexdigest()
