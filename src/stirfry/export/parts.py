"""The split as lines that give the same rows in the same order."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stirfry import rng
from stirfry.data.split import kept_together, method_of, own_parts
from stirfry.data.table import TEST, TRAIN, VALIDATION, Table
from stirfry.errors import UsageError
from stirfry.export.lines import WIDTH, Section, beside, listed, remark, spelled, width
from stirfry.export.told import Told

Rows = NDArray[np.int64]

#: Rows that repeat another and are named one by one, at most; and those that a script can hold at all.
FEW, MOST = 40, 600
#: Of these, rows of a part that are named within its line.
SHOWN = 8
_NAMES = {TRAIN: "train", VALIDATION: "validation", TEST: "test"}
_NUMPY = "import numpy as np"
#: The first rows of each class go to the one part, the next to the other.
_CUTS = {
    1: ["rows[:n] for rows, n in zip(of_class, sizes)"],
    2: [
        "rows[:n] for rows, (n, _) in zip(of_class, sizes)",
        "rows[n : n + m] for rows, (n, m) in zip(of_class, sizes)",
    ],
}


def split_section(told: Told) -> Section:
    """Return the lines that give `train`, and `validation` and `test` where there are such parts.

    Raises:
        UsageError: rows that repeat others are too many to be written down.
    """
    split, dataset = told.recipe.data.split, told.described.dataset
    method = method_of(dataset, split)
    rows = len(dataset)
    if method in ("given", "column"):
        lines, imports = _own(told)
    elif method == "train_test_split":
        lines, imports = _scikit_learn(rows, split.test, split.validation, split.seed)
    elif method == "random_split":
        shares = [share for share in (split.validation, split.test) if share > 0]
        lengths = rng.split_lengths(rows, [round(1 - sum(shares), 12), *shares])
        parts = ", ".join(part_names(told))
        lines = [
            f"generator = torch.Generator().manual_seed({split.seed})",
            f"parts = random_split(range({spelled(rows)}), {spelled(lengths)}, generator)",
            f"{parts} = (part.indices for part in parts)" if len(lengths) > 1 else "train = parts[0].indices",
        ]
        imports = {"import torch", "from torch.utils.data import random_split"}
    elif method == "in_order":
        lines, imports = _in_order(told)
    else:
        lines, imports = _drawn(told, method == "stratified", None)
    return Section(_title(told, method), lines, imports)


def part_names(told: Told) -> list[str]:
    """Return the names of the parts that there are, in their order."""
    split = told.prepared.split
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    return [name for name, rows in parts.items() if len(rows)]


def _title(told: Told, method: str) -> str:
    split = told.prepared.split
    counts = {"train": len(split.train), "validation": len(split.validation), "test": len(split.test)}
    if not counts["validation"] and not counts["test"]:
        return remark("export.split_none", train=counts["train"])
    which = "three" if counts["validation"] and counts["test"] else "test" if counts["test"] else "validation"
    return remark(f"export.split_{which}", **counts)


def _scikit_learn(rows: int, test: float, validation: float, seed: int) -> tuple[list[str], set[str]]:
    lines, rest = [], f"np.arange({spelled(rows)})"
    if test:
        size = math.ceil(rows * test)
        lines.append(
            f"train, test = train_test_split({rest}, test_size={spelled(size)}, random_state={seed})"
        )
        rest = "train"
    if validation:
        size = math.ceil(round(rows * validation, 9))
        lines.append(
            f"train, validation = train_test_split({rest}, test_size={spelled(size)}, random_state={seed})"
        )
    if not lines:
        # Without a test part the rows still stand in the order of the lot.
        return [f"train = np.random.RandomState({seed}).permutation({spelled(rows)})"], {_NUMPY}
    return lines, {_NUMPY, "from sklearn.model_selection import train_test_split"}


def _in_order(told: Told) -> tuple[list[str], set[str]]:
    split = told.prepared.split
    names = part_names(told)
    stops = np.cumsum([len(getattr(split, name)) for name in names]).tolist()
    ranges = [
        f"np.arange({_range(start, stop)})" for start, stop in zip([0, *stops[:-1]], stops, strict=True)
    ]
    return [f"{', '.join(names)} = {', '.join(ranges)}"], {_NUMPY}


def _range(start: int, stop: int) -> str:
    return spelled(stop) if start == 0 else f"{spelled(start)}, {spelled(stop)}"


def _own(told: Told) -> tuple[list[str], set[str]]:
    """Return the lines of parts that the source has; those that it lacks are drawn from the training rows."""
    dataset, spec = told.described.dataset, told.recipe.data.split
    parts = own_parts(dataset, spec)
    theirs = [part for part in (TRAIN, VALIDATION, TEST) if (parts == part).any()]
    lines: list[str] = []
    if spec.method != "given" and spec.column is not None:
        assert isinstance(dataset, Table), "only tables have columns"
        lines += _by_column(dataset, spec.column, parts, theirs)
    elif (np.diff(parts.astype(int)) != 0).sum() == len(theirs) - 1:
        ends = {part: np.flatnonzero(parts == part)[[0, -1]] for part in theirs}
        ranges = [f"np.arange({_range(int(first), int(last) + 1)})" for first, last in ends.values()]
        lines.append(f"{', '.join(_NAMES[part] for part in theirs)} = {', '.join(ranges)}")
    else:
        numbers = told.recipe.data.source == "digits"
        for part in theirs:
            wanted = str(part) if numbers else spelled(_NAMES[part])
            lines.append(f"{_NAMES[part]} = np.flatnonzero(part == {wanted})")
    lacking = [name for name in part_names(told) if name not in {_NAMES[part] for part in theirs}]
    if lacking:
        drawn, _ = _drawn(told, found_classes(told) is not None, np.flatnonzero(parts == TRAIN))
        lines += drawn
    return lines, {_NUMPY}


def _by_column(table: Table, name: str, parts: NDArray[np.int8], theirs: list[int]) -> list[str]:
    column, lines = table.column(name), []
    for part in theirs:
        codes = np.unique(column.values[parts == part])
        words = [column.levels[code] for code in codes.tolist()]
        test = f"== {spelled(words[0])}" if len(words) == 1 else f".isin({spelled(words)})"
        gap = " " if len(words) == 1 else ""
        lines.append(f"{_NAMES[part]} = np.flatnonzero(table[{spelled(name)}]{gap}{test})")
    return lines


def found_classes(told: Told) -> Rows | None:
    """Return each row's class number; None in regression."""
    target = told.prepared.target
    return None if target.task == "regression" else target.encode(told.described.target)


def _drawn(told: Told, by_class: bool, within: Rows | None) -> tuple[list[str], set[str]]:
    """Return the lines of a lot, class by class where there are classes, with repeated rows together.

    Args:
        told: the run.
        by_class: whether every class goes to every part in proportion.
        within: the rows that are drawn from; None is all of them.
    """
    split, spec = told.prepared.split, told.recipe.data.split
    dataset = told.described.dataset
    drawn = np.arange(len(dataset)) if within is None else within
    parts = {"test": split.test, "validation": split.validation}
    asked = {name: rows for name, rows in parts.items() if len(rows) and np.isin(rows, drawn).all()}
    groups, _ = kept_together(dataset if within is None else dataset.take(within), _names(told))
    repeated = np.empty(0, dtype=np.int64)
    if groups is not None:
        repeated = drawn[np.bincount(groups)[groups] > 1]
    table = isinstance(dataset, Table) and within is None
    if len(repeated) > (MOST if table else FEW):
        raise UsageError("export.repeats", name=told.name, rows=len(repeated), most=MOST if table else FEW)
    source = spelled(len(drawn)) if within is None else "train"
    lines = [f"order = np.random.RandomState({spec.seed}).permutation({source})"]
    if not asked:
        return [lines[0].replace("order =", "train =")], {_NUMPY}
    single = "order"
    if len(repeated):
        if len(repeated) <= FEW:
            others = listed("single = order[~np.isin(order, [", repeated.tolist(), "])]")
        else:
            others = _duplicates(told)
        lines += [*beside(others[0], "export.say_repeats"), *others[1:]]
        single = "single"
    classes = found_classes(told) if by_class else None
    lines += _quota_lines(asked, repeated, classes, single)
    words = ", ".join(f"*{name}" for name in asked)
    only = next(iter(asked)) if len(asked) == 1 else f"[{words}]"
    lines.append(f"train = order[~np.isin(order, {only})]")
    return lines, {_NUMPY}


def _names(told: Told) -> set[str] | None:
    schema = told.described.schema
    return None if schema is None else {schema.target, *(column.name for column in schema.features)}


def _duplicates(told: Told) -> list[str]:
    """Return the lines that leave out of the lot the rows that are equal to another."""
    schema = told.described.schema
    assert schema is not None, "a table has a schema"
    used = _names(told) or set()
    others = [column.name for column in schema.columns if column.name not in used]
    compared = f"table.drop(columns={spelled(others)})" if others else "table"
    return [f"single = order[~{compared}.duplicated(keep=False).to_numpy()[order]]"]


def _quota_lines(asked: dict[str, Rows], repeated: Rows, classes: Rows | None, single: str) -> list[str]:
    """Return the lines that give the first rows of the lot to the test part, the next to validation."""
    lines: list[str] = []
    singles = {name: rows[~np.isin(rows, repeated)] for name, rows in asked.items()}
    also: dict[str, str] = {}
    for name, rows in asked.items():
        own = rows[np.isin(rows, repeated)].tolist()
        if len(own) > SHOWN:
            lines += listed(f"{name}_too = [", own, "]")
        also[name] = "" if not own else f"{name}_too" if len(own) > SHOWN else spelled(own)
    if classes is None:
        return lines + _cuts(singles, also, single)
    count = int(classes.max()) + 1
    lines.append(f"of_class = [{single}[y[{single}] == label] for label in range({count})]")
    quotas = [np.bincount(classes[rows], minlength=count).tolist() for rows in singles.values()]
    if any(len(set(quota)) > 1 for quota in quotas):
        sizes = quotas[0] if len(quotas) == 1 else list(zip(*quotas, strict=True))
        lines += listed("sizes = [", sizes, "]")
        cuts = _CUTS[len(quotas)]
    else:
        first, *second = (quota[0] for quota in quotas)
        cuts = [f"rows[:{first}] for rows in of_class"]
        cuts += [f"rows[{first}:{first + each}] for rows in of_class" for each in second]
    for name, cut in zip(singles, cuts, strict=True):
        whole = f"{name} = np.concatenate([*({cut}), {also[name]}])"
        if also[name] and width(whole) <= WIDTH:
            lines.append(whole)
            continue
        lines.append(f"{name} = np.concatenate([{cut}])")
        lines += [f"{name} = np.append({name}, {also[name]})"] if also[name] else []
    return lines


def _unpacked(rows: str) -> str:
    """Return a list's spelling as it stands within another list."""
    return rows[1:-1] if rows.startswith("[") else f"*{rows}"


def _cuts(singles: dict[str, Rows], also: dict[str, str], single: str) -> list[str]:
    lines, start = [], 0
    for name, rows in singles.items():
        stop = start + len(rows)
        cut = f"{single}[{spelled(start) if start else ''}:{spelled(stop)}]"
        lines.append(f"{name} = " + (f"[*{cut}, {_unpacked(also[name])}]" if also[name] else cut))
        start = stop
    return lines
