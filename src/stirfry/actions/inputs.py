"""Which data go into a user's own network as they are, and as which kind of numbers: the network is asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_inputs import InputsEncoder
from stirfry.data.prepare import Encoder
from stirfry.data.read.arrays import as_array
from stirfry.data.read.inputs import pair_of, read_inputs, several
from stirfry.data.table import Inputs
from stirfry.engine.given import Given
from stirfry.notice import Notice

#: Rows that the network is asked with.
ROWS = 4


def as_inputs(source: Any, module: Given) -> Inputs | None:
    """Return a source as arrays as they are; None where it is better read as a table or as images.

    They are taken as they are where there are several of them, where one has three axes and the network runs
    on it so, and where it has whole numbers that the network only takes as such. Anything else is read as for
    any other network.

    Args:
        source: what training is asked for.
        module: the user's network.

    Raises:
        DataError: several arrays whose lengths differ.
    """
    if isinstance(source, str | Path):
        source = _archive(Path(source))
    pair = pair_of(source)
    if pair is None:
        return None
    features, target = pair
    if several(features):
        found = read_inputs(features, target)
        whole = _kinds(found, module)
        if whole is None and found.names and all(values.ndim == 1 for values in found.arrays):
            return None  # the columns of a table
        return _with_kinds(found, whole or (False,) * len(found.arrays))
    if not hasattr(features, "dtype") or len(features.shape) in (0, 1, 4):
        return None
    values = as_array(features)
    if values.dtype.kind not in "biuf" or (values.ndim == 3 and values.dtype == np.uint8):
        return None
    found = read_inputs(features, target)
    kinds = _kinds(found, module)
    if kinds is None:
        return _with_kinds(found, (False,)) if values.ndim > 4 else None
    if values.ndim == 2 and not kinds[0]:
        return None
    return _with_kinds(found, kinds)


def scaling_notices(encoder: Encoder) -> tuple[Notice, ...]:
    """Return what is said about the scaling of arrays that are taken as they are."""
    if not isinstance(encoder, InputsEncoder):
        return ()
    count = sum(len(part.centers) for part in encoder.parts)
    return (Notice("data.inputs_scaled", count=count),) if count else ()


def _with_kinds(found: Inputs, whole: tuple[bool, ...]) -> Inputs:
    names = found.names or tuple(str(number) for number in range(1, len(whole) + 1))
    chosen = [name for name, each in zip(names, whole, strict=True) if each]
    notices = (Notice("data.inputs_whole", inputs=chosen),) if chosen else ()
    return replace(found, whole=whole, notices=(*found.notices, *notices))


def _kinds(found: Inputs, module: Given) -> tuple[bool, ...] | None:
    """Return which inputs the network takes as whole numbers; None where it runs on none of the ways.

    Integers are tried as such first, floats that are whole as floats first.
    """
    from stirfry.engine.rehearsal import runs

    first = [values[:ROWS] for values in found.arrays]
    options = [_options(values) for values in first]
    for whole in product(*options):
        typed = tuple(
            values.astype(np.int64 if each else np.float32) for values, each in zip(first, whole, strict=True)
        )
        if runs(module, typed if len(typed) > 1 else typed[0], found.names):
            return whole
    return None


def _options(values: NDArray[Any]) -> tuple[bool, ...]:
    if values.dtype.kind == "i":
        return (True, False)
    return (False, True) if not (values % 1 != 0).any() else (False,)


def _archive(path: Path) -> Any:
    """Return the arrays of an `.npz` file by their names; None for any other source."""
    if path.suffix != ".npz" or not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError):
        return None  # the reader of such files says what is wrong with it
