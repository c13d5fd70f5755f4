"""What the checks look at: data, parts, network and plan as they are before training.

Letters: N rows, K classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.numbers import numbers_in
from stirfry.data.prepare import Described, Prepared
from stirfry.data.roles import Role
from stirfry.data.split import method_of
from stirfry.data.table import Column, Table
from stirfry.engine.own import OwnNetwork
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan, Task
from stirfry.spec.recipe import DataSpec, Method, Scale

#: Rows that a check of values looks at. Shares and ranges of 20,000 rows are known to within a hundredth,
#: and a column of so many is sorted in a millisecond.
SAMPLE = 20_000
#: Values of a table that are looked at: a wide one is looked at in fewer rows, though in enough of them.
VALUES, ENOUGH = 2_000_000, 1_000
#: What draws them: the same rows every time.
SEED = 0

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Subject:
    """What the checks look at.

    Args:
        described: the data as they were read.
        prepared: the parts and the encoder.
        data: what was asked about the data.
        scale: how numbers are scaled.
        plan: the training, its defaults filled in.
        network: the network.
        own_loss: whether the loss is the user's own, which takes no weights of classes.
    """

    described: Described
    prepared: Prepared
    data: DataSpec
    scale: Scale
    plan: Plan
    network: Network | OwnNetwork
    own_loss: bool = False

    @property
    def task(self) -> Task:
        """The task."""
        return self.described.task

    @property
    def labels(self) -> tuple[Any, ...]:
        """The classes; empty in regression."""
        return self.prepared.target.labels

    @property
    def target(self) -> Column:
        """The target's column, of all rows."""
        return self.described.target

    @property
    def parts(self) -> dict[str, Rows]:
        """The rows of each part that there is."""
        split = self.prepared.split
        parts = {"train": split.train, "validation": split.validation, "test": split.test}
        return {name: rows for name, rows in parts.items() if len(rows)}

    @property
    def method(self) -> Method:
        """How the rows were divided."""
        return method_of(self.described.dataset, self.data.split)

    @cached_property
    def classes(self) -> Rows | None:
        """Class numbers of all rows, shape (N,); None in regression."""
        return None if self.task == "regression" else self.prepared.target.encode(self.target)

    @cached_property
    def values(self) -> Floats:
        """A regression's target in its own unit, shape (N,)."""
        return numbers_in(self.target, truths=True).astype(np.float64)

    @cached_property
    def training(self) -> Rows:
        """Training rows in the order of a lot, at most `SAMPLE` of them, and fewer of a wide table."""
        train = self.prepared.split.train
        limit = min(SAMPLE, max(ENOUGH, VALUES // max(1, len(self.features))))
        return np.random.default_rng(SEED).permutation(train)[:limit]

    @cached_property
    def table(self) -> Table | None:
        """The data, where they are a table."""
        return self.described.dataset if isinstance(self.described.dataset, Table) else None

    @cached_property
    def features(self) -> list[tuple[Column, Role]]:
        """The columns that the network sees, with all rows, and their roles; none where there is no table."""
        if self.table is None or self.prepared.schema is None:
            return []
        columns = {column.name: column for column in self.table.columns}
        roles = {column.name: column.role for column in self.prepared.schema.features}
        return [(columns[name], role) for name, role in roles.items() if name in columns]

    @cached_property
    def sample(self) -> list[tuple[Column, Role]]:
        """The features at the rows of `training`."""
        return [(column.take(self.training), role) for column, role in self.features]

    @cached_property
    def numbers(self) -> list[tuple[str, Floats]]:
        """The columns of numbers by name, at the rows of `training`, NaN where missing; no booleans."""
        return [
            (column.name, column.values.astype(np.float64, copy=False))
            for column, role in self.sample
            if role == "number" and column.kind == "number"
        ]

    def count(self, part: Rows) -> Rows:
        """Return how many rows of each class a part has, shape (K,)."""
        assert self.classes is not None, "a regression has no classes"
        return np.bincount(self.classes[part], minlength=len(self.labels))
