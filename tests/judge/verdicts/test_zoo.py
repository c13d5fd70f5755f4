"""A small part of the zoo: one run of each cause, and healthy ones, each told what it should be."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import Any

import pytest

ZOO = Path(__file__).parents[3] / "dev" / "zoo"


@pytest.fixture(scope="module")
def zoo() -> Any:
    """The zoo's scripts, which are no package."""
    before = {name: sys.modules.get(name) for name in ("run", "cases", "data", "words")}
    sys.path.insert(0, str(ZOO))
    try:
        for name in before:
            sys.modules.pop(name, None)
        import run

        yield run
    finally:
        sys.path.remove(str(ZOO))
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


#: Cause, problem, and which of the cases with both.
CHOSEN = [
    ("healthy", "blobs", 0),
    ("healthy", "halves", 0),
    ("healthy", "friedman", 1),
    ("rate too low", "spirals", 0),
    ("rate too high", "friedman", 0),
    ("too few epochs", "moons", 0),
    ("batch too large", "moons", 0),
    ("underfitting", "spirals", 0),
    ("overfitting", "diabetes", 0),
    ("dead ReLUs", "wine", 0),
    ("saturated", "xor", 0),
    ("vanishing gradients", "xor", 0),
    ("exploding gradients", "wine", 0),
    ("plateau", "xor", 0),
    ("no better than chance", "chance", 0),
    ("parts disagree", "moons", 0),
]


@pytest.mark.parametrize(("cause", "problem", "place"), CHOSEN)
def test_a_run_is_told_what_is_wrong_with_it(zoo: Any, cause: str, problem: str, place: int) -> None:
    known = [case for case in zoo.cases("tune") if case.cause == cause and case.problem == problem]
    seen = zoo.see(known[place])
    assert seen.valid, seen.merit
    assert seen.right, seen.found


def test_the_parts_share_neither_data_nor_seeds(zoo: Any) -> None:
    parts = {part: zoo.cases(part) for part in ("tune", "judge", "held_out", "fresh", "last")}
    for one, other in itertools.combinations(parts.values(), 2):
        assert not {case.problem for case in one} & {case.problem for case in other}
        assert not {case.seed for case in one} & {case.seed for case in other}
    assert sum(map(len, parts.values())) >= 1500


@pytest.mark.parametrize("part", ["held_out", "fresh", "last"])
def test_every_case_of_a_settled_part_was_checked_beforehand(zoo: Any, part: str) -> None:
    those = zoo.cases(part)
    assert None not in zoo.checks_of(part, those)
    assert len(zoo.checks_of(part, those)) == len(those)
