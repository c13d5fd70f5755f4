"""A table's columns as lines that turn them into the numbers that the network sees.

Means, medians and levels are worked out by the script itself, from the training rows, in the encoder's way.
"""

from __future__ import annotations

import numpy as np

from stirfry.data.encode_parts import CategoryPart, DatePart, NumberPart, Part
from stirfry.data.encode_table import TableEncoder
from stirfry.data.table import Column, Table
from stirfry.errors import UsageError
from stirfry.export.csv_reading import Found, date_options
from stirfry.export.lines import WIDTH, Section, beside, listed, remark, spelled, width, wrapped
from stirfry.export.tables import is_whole_iris
from stirfry.export.told import Told
from stirfry.spec.defaults import scale_of
from stirfry.spec.recipe import Scale

_PANDAS, _NUMPY = "import pandas as pd", "import numpy as np"
#: Scaled, it makes no difference from when and in what unit the time is counted.
_CALENDAR = {
    "seconds": 'dates.astype("int64")',
    "year": "dates.dt.year",
    "month": "dates.dt.month",
    "day": "dates.dt.day",
    "weekday": "dates.dt.day_of_week",
    "hour": "dates.dt.hour + dates.dt.minute / 60 + dates.dt.second / 3600",
}
_FLAG = "columns += [values.isna()] if values[train].isna().any() else []"
#: What the function that scales says.
_BY = {
    "standard": "export.say_standard",
    "minmax": "export.say_minmax",
    "robust": "export.say_robust",
}
_SECONDS = "(dates - pd.Timestamp(0)).dt.total_seconds()"
#: Of a whole matrix.
_SCALED: dict[Scale, list[str]] = {
    "standard": ["mean, std = X[train].mean(axis=0), X[train].std(axis=0)", "X = (X - mean) / std"],
    "minmax": [
        "low, high = X[train].min(axis=0), X[train].max(axis=0)",
        "X = (X - low) / (high - low)",
    ],
    "robust": [
        "first, median, third = np.percentile(X[train], [25, 50, 75], axis=0)",
        "X = (X - median) / (third - first)",
    ],
    "none": [],
}


def columns_section(told: Told, founds: list[Found]) -> Section:
    """Return the lines from `table` and `y` to the tensors `X` and `y`.

    Args:
        told: the run.
        founds: what was found in its files.

    Raises:
        UsageError: a column that a script can't encode alike.
    """
    encoder, dataset = told.prepared.encoder, told.described.dataset
    assert isinstance(encoder, TableEncoder) and isinstance(dataset, Table), "a table's encoder is one"
    scale = scale_of(told.recipe.data)
    plain = all(_is_plain(part, dataset) for part in encoder.parts) and not _needs_care(encoder, scale, told)
    if plain:
        lines, imports = _matrix(dataset, encoder, scale, is_whole_iris(told)), set[str]()
    else:
        lines, imports = _column_by_column(dataset, encoder, scale, told, founds)
    targets, more = target_lines(told)
    matrix = "X" if plain else "np.column_stack(columns)"
    lines += with_targets(f"torch.tensor({matrix}, dtype=torch.float32)", targets)
    key = f"export.columns_{scale}" if plain else "export.columns_mixed"
    title = remark(key, columns=told.prepared.features)
    return Section(title, lines, imports | more | {"import torch"})


def _is_plain(part: Part, table: Table) -> bool:
    return isinstance(part, NumberPart) and not table.column(part.name).missing.any()


def _needs_care(encoder: TableEncoder, scale: Scale, told: Told) -> bool:
    """Whether a column is constant in the training rows, or needs another spread than the others."""
    return any(_is_constant(part) for part in encoder.parts) or _robust_falls_back(encoder, scale, told)


def _is_constant(part: Part) -> bool:
    if isinstance(part, NumberPart):
        return part.scale == 0
    return isinstance(part, DatePart) and 0 in part.scales


def _robust_falls_back(encoder: TableEncoder, scale: Scale, told: Told) -> bool:
    """Whether half of a column's training values are the same, so that its quartiles are."""
    if scale != "robust":
        return False
    inputs = np.asarray(told.prepared.train.inputs)
    quartiles = np.percentile(inputs, [25, 75], axis=0)
    return bool((quartiles[0] == quartiles[1]).any())


def _matrix(table: Table, encoder: TableEncoder, scale: Scale, whole: bool) -> list[str]:
    """Return the lines for a table of plain numbers: all columns at once."""
    if whole:
        return list(_SCALED[scale])
    names = list(encoder.columns)
    dropped = [name for name in table.names if name not in names]
    kept = [name for name in table.names if name in names]
    if kept == names and len(str(dropped)) < len(str(names)):
        lines = listed("X = table.drop(columns=[", dropped, "]).to_numpy(float)")
    else:
        lines = listed("X = table[[", names, "]].to_numpy(float)")
    return [*lines, *_SCALED[scale]]


def _column_by_column(
    table: Table, encoder: TableEncoder, scale: Scale, told: Told, founds: list[Found]
) -> tuple[list[str], set[str]]:
    """Return one loop over all columns, with a branch for each kind that there is."""
    for part in encoder.parts:
        _check(part, table.column(part.name), bool(founds), told)
    numbers = [part for part in encoder.parts if isinstance(part, NumberPart)]
    categories = [part for part in encoder.parts if isinstance(part, CategoryPart)]
    dates = [part for part in encoder.parts if isinstance(part, DatePart)]
    lines = _scaled_function(encoder, scale, told) if scale != "none" and (numbers or dates) else []
    branches = []
    if categories:
        branches.append((_among(categories), "export.say_category", _category_lines(categories, table)))
    for date in dates:
        column, options = table.column(date.name), date_options(founds, date.name)
        body = _date_lines(date, column, scale, options)
        branches.append((f"name == {spelled(date.name)}", "export.say_date", body))
    if numbers:
        branches.append(("", "export.say_number", _number_lines(numbers, table, scale)))
    lines += ["columns = []", *_loop_head(table, encoder), "    values = table[name]"]
    for place, (test, key, body) in enumerate(branches):
        last = place == len(branches) - 1
        if len(branches) == 1:
            lines += [f"    # {remark(key)}", *(f"    {line}" for line in body)]
            continue
        word = "else:" if last else f"{'elif' if place else 'if'} {test}:"
        lines += [*beside(f"    {word}", key), *(f"        {line}" for line in body)]
    imports = {_NUMPY} | ({_PANDAS} if dates else set[str]())
    return lines, imports


def _among(parts: list[CategoryPart]) -> str:
    if len(parts) == 1:
        return f"name == {spelled(parts[0].name)}"
    return f"name in {spelled([part.name for part in parts])}"


def _loop_head(table: Table, encoder: TableEncoder) -> list[str]:
    names = list(encoder.columns)
    dropped = [name for name in table.names if name not in names]
    if [name for name in table.names if name in names] == names and len(str(dropped)) < len(str(names)):
        return listed("for name in table.columns.drop([", dropped, "]):")
    return listed("for name in [", names, "]:")


def _check(part: Part, column: Column, from_text: bool, told: Told) -> None:
    """Refuse the rare column that pandas would give other values.

    Raises:
        UsageError: dates taken as categories, or not found in a file, or training rows of gaps only.
    """
    rows = told.prepared.split.train
    odd = column.kind == "date" and (isinstance(part, CategoryPart) or not from_text)
    if odd or bool(column.missing[rows].all()):
        raise UsageError("export.odd_column", name=told.name, column=part.name)


def _scaled_function(encoder: TableEncoder, scale: Scale, told: Told) -> list[str]:
    """Return the function that scales a column by its training rows."""
    lines = beside("def scaled(values):", _BY[scale])
    if any(_is_constant(part) for part in encoder.parts):
        lines += beside("    if np.ptp(values[train]) == 0:", "export.say_constant")
        lines.append("        return 0 * values")
    if scale == "robust":
        otherwise = " or values[train].std(ddof=0)" if _robust_falls_back(encoder, scale, told) else ""
        lines.append("    first, median, third = np.percentile(values[train], [25, 50, 75])")
        lines.append(f"    return (values - median) / (third - first{otherwise})")
    elif scale == "minmax":
        lines.append(
            "    return (values - values[train].min()) / (values[train].max() - values[train].min())"
        )
    else:
        lines.append("    return (values - values[train].mean()) / values[train].std(ddof=0)")
    return [*lines, ""]


def _number_lines(parts: list[NumberPart], table: Table, scale: Scale) -> list[str]:
    columns = [table.column(part.name) for part in parts]
    flags = [part.missing for part in parts]
    lines, values = [], "values"
    if any(column.kind == "boolean" for column in columns):
        values = "values.astype(float)"
    if any(column.missing.any() for column in columns):
        if values != "values":
            lines.append(f"values = {values}")
            values = "values"
        values = f"{values}.fillna({values}[train].median())"
    lines.append(f"columns.append({values if scale == 'none' else f'scaled({values})'})")
    if all(flags):
        lines.append("columns.append(values.isna())")
    elif any(flags):
        lines.append(_FLAG)
    return lines


def _category_lines(parts: list[CategoryPart], table: Table) -> list[str]:
    texts = all(table.column(part.name).kind == "text" for part in parts)
    flags = [part.missing for part in parts]
    levels = f"sorted(values[train].dropna().unique(){'' if texts else ', key=str'})"
    if not any(flags):
        return [
            f"levels = {levels}",
            "columns += [*(values == level for level in levels), ~values.isin(levels)]",
        ]
    # A gap is a level where training had gaps, and else one that training never saw.
    lines = [f"levels = [*{levels}, np.nan]"]
    if not all(flags):
        lines = [f"levels = {levels}", "levels += [np.nan] if values[train].isna().any() else []"]
    both = "columns += [*(values.isin([level]) for level in levels), ~values.isin(levels)]"
    return [*lines, both]


def _date_lines(part: DatePart, column: Column, scale: Scale, options: str) -> list[str]:
    lines = [f"dates = pd.to_datetime({', '.join(['values', *([options] if options else [])])})"]
    if "utc" in options:
        lines[-1] += ".dt.tz_localize(None)"
    if column.missing.any():
        lines.append("dates = dates.fillna(dates[train].median())")
    calendar = _CALENDAR | ({"seconds": _SECONDS} if scale == "none" else {})
    lines += wrapped("parts = [", [calendar[each] for each in part.calendar], "]")
    each = "part.astype(float)" if scale == "none" else "scaled(part.astype(float))"
    if part.missing:
        return [*lines, f"columns += [*({each} for part in parts), values.isna()]"]
    return [*lines, f"columns += [{each} for part in parts]"]


def with_targets(inputs: str, targets: list[str]) -> list[str]:
    """Return the lines that make `X` and `y`: one, where both are short."""
    both = f"X, y = {inputs}, {targets[0].removeprefix('y = ')}"
    if len(targets) == 1 and width(both) <= WIDTH:
        return [both]
    return [f"X = {inputs}", *targets]


def target_lines(told: Told) -> tuple[list[str], set[str]]:
    """Return the lines that turn `y` into the tensor that the loss takes."""
    target, loss = told.prepared.target, told.recipe.plan.loss
    if target.task == "regression":
        if (target.mean, target.std) == (0.0, 1.0):
            return ["y = torch.tensor(y, dtype=torch.float32).reshape(-1, 1)"], set()
        moments = beside("y_mean, y_std = y[train].mean(), y[train].std()", "export.say_target")
        scaled = "y = torch.tensor((y - y_mean) / y_std, dtype=torch.float32).reshape(-1, 1)"
        return [*moments, scaled], set()
    if loss == "bce_with_logits":
        return ["y = torch.tensor(y, dtype=torch.float32).reshape(-1, 1)"], set()
    if loss == "cross_entropy":
        return ["y = torch.tensor(y)"], set()
    line = f"y = nn.functional.one_hot(torch.tensor(y), {len(target.labels)}).float()"
    return [line], {"from torch import nn"}
