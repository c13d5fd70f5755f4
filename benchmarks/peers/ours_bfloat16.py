"""stirfry where bfloat16 is asked for: in a process like the command line's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from peers import Done, ours_chosen
from peers.works import Work

NAME = "stirfry with `--precision bfloat16`"
PACKAGES = ("stirfry",)
TOLERANCE = 0.02  # it rounds to 8 bits
AT = frozenset({"mnist", "cnn-64", "cnn-1024"})


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return the whole work, ready to go."""
    plan = work.job.plan.model_copy(update={"precision": "bfloat16"})
    return ours_chosen.begin(replace(work, job=replace(work.job, plan=plan)), share)
