"""A small part of the zoo: one run of each cause, and healthy ones, each told what it should be."""

from __future__ import annotations

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


def test_the_halves_share_neither_data_nor_seeds(zoo: Any) -> None:
    tune, judge = ({case.problem for case in zoo.cases(half)} - {"pictures"} for half in ("tune", "judge"))
    assert not tune & judge
    seeds = [{case.seed for case in zoo.cases(half)} for half in ("tune", "judge")]
    assert not seeds[0] & seeds[1]
    assert len(zoo.cases("tune")) + len(zoo.cases("judge")) >= 500
