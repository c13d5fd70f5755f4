"""Rows that are in training and in another part as well.

Rows are compared in what the network sees of them, so the same row with another label counts too.

Letters: N rows, D columns.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.repeats import Hashes, column_hashes, row_hashes
from stirfry.data.statistics import distinct, is_among
from stirfry.data.stream import Stream
from stirfry.data.table import Column, Images, Inputs
from stirfry.judge.checks.subject import SAMPLE, SEED, Rows, Subject
from stirfry.judge.finding import Finding, Severity

#: From one row in two on, the part measures memory; from one in twenty, scores move by more than their spread
#: over seeds.
HALF, SOME = 0.5, 0.05
#: In a table of few categories rows are equal by chance. Only what is twice as common as that counts.
CHANCE = 2.0
#: ... by more than so many standard deviations of such a count.
SURE = 3.0
#: How often the columns are dealt, and how many rows in all.
DEALS, DEALT = 8, 20_000
#: Fewer repeats than this may be chance even where dealing makes none.
FEW = 3
#: Of fewer rows nothing can be dealt.
POOL = 20
#: Values above which it pays to look at one column first.
LARGE = 100_000
#: Rows by which it is seen how many different values a column has.
ROWS = 256


def repeats(subject: Subject) -> list[Finding]:
    """Find rows of the test part, or else of the validation part, that are in the training part too."""
    for part, code in (("test", "checks.repeats"), ("validation", "checks.repeats_validation")):
        rows = subject.parts.get(part)
        facts = None if rows is None else _facts(subject, rows)
        if facts is not None:
            share = facts["share"]
            some = share >= SOME and facts["count"] >= FEW
            severity: Severity = "serious" if some and share >= HALF else "warning" if some else "remark"
            return [Finding(code, severity, facts)]
    return []


def _facts(subject: Subject, rows: Rows) -> dict[str, Any] | None:
    """Return how many rows are in training too; None where they are no more than chance would make."""
    if len(rows) > SAMPLE:
        rows = np.sort(np.random.default_rng(SEED).choice(rows, SAMPLE, replace=False))
    again = _again(subject, subject.prepared.split.train, rows)
    share = len(again) / len(rows)
    if not len(again):
        return None
    expected = _by_chance(subject, rows, again)
    if len(again) <= CHANCE * expected + SURE * sqrt(expected):
        return None
    return {"count": len(again), "rows": len(rows), "share": share, "first": int(again.min()) + 1}


def _again(subject: Subject, train: Rows, rows: Rows) -> Rows:
    """Return those of some rows that are in training too."""
    dataset = subject.described.dataset
    if isinstance(dataset, Images):
        return _again_pixels(dataset, train, rows)
    if isinstance(dataset, Inputs):
        whole = row_hashes(dataset.arrays)
        return rows[is_among(whole[rows], whole[train])]
    return _again_table(subject, train, rows)


def _again_table(subject: Subject, train: Rows, rows: Rows) -> Rows:
    columns = [column for column, _ in subject.features]
    if len(train) * len(columns) > LARGE:
        train, rows = _sifted(subject, columns, train, rows)
    if not len(rows):
        return rows
    left, right = (column_hashes([column.take(side) for column in columns]) for side in (train, rows))
    return rows[is_among(right, left)]


def _sifted(subject: Subject, columns: list[Column], train: Rows, rows: Rows) -> tuple[Rows, Rows]:
    """Keep what is equal in some columns after others, those that tell most rows apart first."""
    different = [len(distinct(column.values[:ROWS])) for column, _ in subject.sample]
    order = np.argsort([-count for count in different], kind="stable").tolist()
    done, step = 0, 1
    while done < len(order) and len(rows):
        some = [columns[place] for place in order[done : done + step]]
        left, right = (column_hashes([column.take(side) for column in some]) for side in (train, rows))
        among, there = _shared(left, right)
        train, rows = train[among], rows[there]
        done, step = done + step, 2 * step
    return train, rows


def _shared(left: Hashes, right: Hashes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which of many rows are among a few others, and which of these are among the many."""
    few, places = np.unique(right, return_inverse=True)
    at = np.searchsorted(few, left)
    at[at == len(few)] = 0
    among = few[at] == left
    there = np.zeros(len(few), dtype=bool)
    there[at[among]] = True
    return among, there[places]


def _again_pixels(dataset: Images, train: Rows, rows: Rows) -> Rows:
    if isinstance(dataset.pixels, Stream):
        marks = dataset.pixels.marks()
        return rows[is_among(marks[rows], marks[train])]
    flat = dataset.pixels.reshape(len(dataset.pixels), -1)
    # A few pixels tell nearly all images apart; only those that are equal there are compared whole.
    few = np.ascontiguousarray(flat[:, _places(flat.shape[1])])
    marks = row_hashes((few,))
    among, there = _shared(marks[train], marks[rows])
    train, rows = train[among], rows[there]
    if not len(rows):
        return rows
    left, right = row_hashes((flat[train],)), row_hashes((flat[rows],))
    return rows[is_among(right, left)]


def _places(pixels: int) -> NDArray[np.int64]:
    """Return 32 pixels that are spread over an image, away from its rim."""
    return distinct(np.linspace(pixels * 0.2, pixels * 0.8, 32).astype(np.int64))


def _by_chance(subject: Subject, rows: Rows, again: Rows) -> float:
    """Return how many rows would be in training too if every column were dealt anew by itself.

    What is dealt are the values of the rows that aren't in training, where there are enough of them: a copy
    brings values along that are in training for certain.
    """
    if not subject.features:
        return 0.0
    others = np.setdiff1d(rows, again)
    pool = others if len(others) >= POOL else rows
    generator = np.random.default_rng(SEED)
    count = min(len(pool), DEALT // DEALS)
    there = column_hashes([column for column, _ in subject.sample])
    found = 0.0
    for _ in range(DEALS):
        dealt = [column.take(generator.permutation(pool)[:count]) for column, _ in subject.features]
        found += float(is_among(column_hashes(dealt), there).mean()) / DEALS
    return found * len(rows)
