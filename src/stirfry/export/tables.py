"""A table's file as lines that read it with pandas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from stirfry.data.read.arrays import _PARTS as ARRAY_PARTS
from stirfry.data.read.arrays import _WHOLE as WHOLE_ARRAYS
from stirfry.data.read.embedded import WEIGHTS
from stirfry.data.read.files import kind_of
from stirfry.data.schema import Schema
from stirfry.data.table import Table
from stirfry.errors import UsageError
from stirfry.export.csv_reading import Found, look_at, missing_options, text_options
from stirfry.export.frame_reading import frame_lines, is_frame
from stirfry.export.lines import Section, beside, call, joined, listed, remark, spelled
from stirfry.export.told import Told
from stirfry.paths import expanded

_PANDAS = "import pandas as pd"
_NUMPY = "import numpy as np"
_DELIMITED = (".csv", ".tsv", ".txt", ".data")


def files_of(told: Told) -> list[str]:
    """Return the source and the files of parts beside it, in the order in which their rows were joined."""
    split = told.recipe.data.split
    paths = (told.recipe.data.source, split.validation_file, split.test_file)
    return [path for path in paths if path is not None]


def looked_at(told: Told) -> list[Found]:
    """Return what was found in the text files of a table; nothing where it comes from elsewhere.

    Raises:
        DataError: one of them can't be read any more.
    """
    dataset = told.described.dataset
    if not isinstance(dataset, Table) or told.recipe.data.source in _EMBEDDED:
        return []
    paths = [expanded(path) for path in files_of(told)]
    if not {kind_of(path) for path in paths} <= set(_DELIMITED):
        return [Found({}, typed=True)] if len(paths) == 1 and is_frame(paths[0]) else []
    return [look_at(path, dataset.columns) for path in paths]


def table_section(told: Told, founds: list[Found], place: Callable[[str], str]) -> Section:
    """Return the lines from the file to `table` and `y`.

    Args:
        told: the run.
        founds: what was found in its files.
        place: from a source's path to the expression of it in the script.

    Raises:
        UsageError: the source is of a kind that a script can't read.
    """
    schema, target = told.prepared.schema, told.prepared.target
    assert schema is not None, "a table has a schema"
    dataset = told.described.dataset
    assert isinstance(dataset, Table), "a schema is a table's"
    if is_whole_iris(told):
        lines = ["iris = load_iris()", "X, y = iris.data, iris.target"]
        return Section(_title(told, schema), lines, {"from sklearn.datasets import load_iris"})
    needs = {"pandas"} if told.recipe.data.source == "iris" else set[str]()
    if founds and founds[0].typed:
        used = [column for column in dataset.columns if column.name in _used(schema)]
        lines, imports, needs = frame_lines(told, used, place)
    else:
        lines, imports = _reading(told, founds, dataset, schema, place)
    name = spelled(schema.target)
    if told.recipe.data.source not in _EMBEDDED and _lacks_labels(told):
        dropped = f"table = table.dropna(subset=[{name}], ignore_index=True)"
        lines += beside(dropped, "export.say_unlabelled")
    if target.task == "regression":
        return Section(_title(told, schema), [*lines, f"y = table[{name}].to_numpy(float)"], imports, needs)
    lines.append(f"labels, y = np.unique(table[{name}], return_inverse=True)")
    return Section(_title(told, schema), lines, imports | {_NUMPY}, needs)


def is_whole_iris(told: Told) -> bool:
    """Whether a run learned the species from all four measures, so that two arrays are all it needs."""
    schema = told.prepared.schema
    return (
        told.recipe.data.source == "iris"
        and len(files_of(told)) == 1
        and schema is not None
        and schema.target == "species"
        and [column.role for column in schema.features] == ["number"] * 4
    )


def _title(told: Told, schema: Schema) -> str:
    facts = {"rows": told.described.rows, "target": schema.target}
    if told.prepared.target.task == "regression":
        return remark("export.data_regression", **facts)
    return remark("export.data_classes", **facts, classes=len(told.prepared.target.labels))


def _lacks_labels(told: Told) -> bool:
    return any(notice.code == "data.rows_dropped" for notice in told.described.notices)


def _reading(
    told: Told, founds: list[Found], dataset: Table, schema: Schema, place: Callable[[str], str]
) -> tuple[list[str], set[str]]:
    source, paths = str(told.recipe.data.source), files_of(told)
    if source in _EMBEDDED and len(paths) == 1:
        return _EMBEDDED[source](told)
    if founds:
        return _delimited(paths, founds, dataset, schema, place), {_PANDAS}
    if kind_of(Path(source)) == ".npz" and len(paths) == 1:
        return _arrays(source, dataset, place), {_PANDAS, _NUMPY}
    raise UsageError("export.source_kind", source=source, name=told.name)


def _delimited(
    paths: list[str], founds: list[Found], dataset: Table, schema: Schema, place: Callable[[str], str]
) -> list[str]:
    used = [column for column in dataset.columns if column.name in _used(schema)]
    shared = missing_options(founds) | text_options(used)
    alike = all(found.options == founds[0].options for found in founds)
    calls = [
        _read_csv("path" if alike and len(paths) > 1 else place(path), found, shared)
        for path, found in zip(paths, founds, strict=True)
    ]
    if len(paths) == 1:
        lines = call(f"table = {calls[0]}")
    elif alike:
        words = ", ".join(place(path) for path in paths)
        lines = call(f"parts = [{calls[0]} for path in [{words}]]")
        lines.append("table = pd.concat(parts, ignore_index=True)")
    else:
        lines = [*joined([call(f"part_{i} = {each}") for i, each in enumerate(calls, 1)])]
        parts = ", ".join(f"part_{i}" for i in range(1, len(calls) + 1))
        lines.append(f"table = pd.concat([{parts}], ignore_index=True)")
    spaced = set().union(*(found.spaced for found in founds)) & _used(schema)
    return lines + _stripped(sorted(spaced))


def _used(schema: Schema) -> set[str]:
    return {schema.target, *(column.name for column in schema.features)}


def _stripped(names: list[str]) -> list[str]:
    if not names:
        return []
    if len(names) == 1:
        return [f"table[{spelled(names[0])}] = table[{spelled(names[0])}].str.strip()"]
    lines = listed("for name in [", names, "]:")
    return [*lines, "    table[name] = table[name].str.strip()"]


def _read_csv(path: str, found: Found, shared: dict[str, Any]) -> str:
    options = [f"{key}={_option(key, value)}" for key, value in (found.options | shared).items()]
    return f"pd.read_csv({', '.join([path, *options])})"


def _option(key: str, value: Any) -> str:
    if key == "sep" and value == r"\s+":
        return 'r"\\s+"'
    return spelled(value)


def _iris(told: Told) -> tuple[list[str], set[str]]:
    line = 'table = load_iris(as_frame=True).frame.rename(columns={"target": "species"})'
    return [line], {"from sklearn.datasets import load_iris"}


def _simplex(told: Told) -> tuple[list[str], set[str]]:
    data = told.recipe.data
    lines = [
        f"points = np.random.default_rng({data.split.seed}).random(({spelled(data.rows or 10_000)}, 3))",
        'table = pd.DataFrame(points, columns=["x1", "x2", "x3"])',
        "sums = points.sum(axis=1)",
        'table["region"] = np.where(sums < 1, "below", np.where(sums <= 2, "between", "above"))',
    ]
    return lines, {_NUMPY, _PANDAS}


def _weights(told: Told) -> tuple[list[str], set[str]]:
    data = told.recipe.data
    count = data.columns or 4
    names = [f"x{number}" for number in range(1, count + 1)]
    size = f"({spelled(data.rows or 10)}, {count})"
    lines = [
        f"rows = np.random.default_rng({data.split.seed}).integers(1, 101, {size})",
        f"table = pd.DataFrame(rows, columns={spelled(names)})",
        f'table["y"] = rows @ {spelled(list(WEIGHTS[:count]))}',
    ]
    return lines, {_NUMPY, _PANDAS}


_EMBEDDED: dict[str, Callable[[Told], tuple[list[str], set[str]]]] = {
    "iris": _iris,
    "simplex": _simplex,
    "weights": _weights,
}


def _arrays(path: str, dataset: Table, place: Callable[[str], str]) -> list[str]:
    features, target = array_lines(path, place)
    names = [name for name in dataset.names if name != dataset.target]
    one_hot = any(notice.code == "source.one_hot" for notice in dataset.notices)
    answer = f"{target}.argmax(axis=1)" if one_hot else f"{target}.ravel()"
    return [
        *listed("names = [", names, "]"),
        features[0],
        f"    table = pd.DataFrame({features[1]}, columns=names)",
        f"    table[{spelled(dataset.target)}] = {answer}",
    ]


def array_lines(path: str, place: Callable[[str], str]) -> tuple[list[str], str]:
    """Return for an `.npz` archive the line that opens it, the features' expression, and the target's."""
    import numpy as np

    with np.load(expanded(path)) as archive:
        keys = list(archive.files)
    opening = f"with np.load({place(path)}) as data:"
    for features, target in WHOLE_ARRAYS:
        if features in keys and target in keys:
            return [opening, f'data["{features}"]'], f'data["{target}"]'
    lower = {key.lower(): key for key in keys}
    parts = [suffix for suffix, _ in ARRAY_PARTS if f"x_{suffix}" in lower and f"y_{suffix}" in lower]
    both = [", ".join(f'data["{lower[f"{letter}_{suffix}"]}"]' for suffix in parts) for letter in ("x", "y")]
    return [opening, f"np.concatenate([{both[0]}])"], f"np.concatenate([{both[1]}])"
