"""Runs the zoo: how often an ill run gets its verdict, and how often a healthy one is accused.

    python dev/zoo/run.py tune           the half on which thresholds are set
    python dev/zoo/run.py judge          the other one, from which the figures come
    python dev/zoo/run.py judge --write  writes the table into the documents too

A verdict counts where it stands first or second. A healthy run is accused where it gets a serious verdict or a
warning.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from cases import HALVES, Case, Settings, cases, others, source

from stirfry.actions.request import TrainRequest
from stirfry.actions.run import Run
from stirfry.actions.train import train
from stirfry.errors import TrainingError
from stirfry.judge.finding import Finding
from stirfry.judge.intervals import wilson
from stirfry.judge.verdicts import family
from stirfry.spec.options import nested
from stirfry.spec.recipe import recipe_from

#: How much worse than its twin an ill run must be, and how much better another may be than a healthy one, by
#: what a constant answer has.
WORSE, BETTER = 0.1, 0.1
CNN = (
    {"type": "Conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1},
    {"type": "ReLU"},
    {"type": "MaxPool2d", "kernel_size": 2},
    {"type": "Flatten"},
    {"type": "Linear", "out_features": 24},
    {"type": "ReLU"},
)


@dataclass(frozen=True)
class Seen:
    """What came of a case.

    Args:
        case: the case.
        valid: whether it is what it was meant to be.
        found: the verdicts that accuse it, by family, the likeliest first.
        findings: all of them.
        merit: how good the run is, and the twin, or the best of the others.
    """

    case: Case
    valid: bool
    found: tuple[str, ...]
    findings: tuple[Finding, ...]
    merit: tuple[float, float]
    run: Run | None = None

    @property
    def right(self) -> bool:
        """Whether the verdict is one of the first two; of a healthy run, whether it isn't accused."""
        if self.case.cause == "healthy":
            return not self.found
        return any(code in self.case.accepted for code in self.found[:2])


def see(case: Case) -> Seen:
    """Train a case and its twin, and return what its verdicts are."""
    rows = source(case)
    with tempfile.TemporaryDirectory() as folder:
        run, findings = _trained(case, rows, case.settings, Path(folder))
        own = _merit(run)
        if case.cause == "healthy":
            best = min(_merit(_trained(case, rows, case.settings | other)[0]) for other in others(case))
            valid = own - best < BETTER and own < 0.95
        elif case.cause in ("no better than chance", "parts disagree"):
            best = own if run is None else _merit(run, "test")
            valid = case.cause != "parts disagree" or best - own > 2 * WORSE
        else:
            twin = replace(case, special=case.special.replace("dead", ""))
            best = _merit(_trained(twin, rows, case.settings | case.repair)[0])
            valid = own - best > WORSE
    accusing = [finding for finding in findings if finding.severity in ("serious", "warning")]
    return Seen(case, valid, tuple(family(each.code) for each in accusing), findings, (own, best), run)


def _trained(
    case: Case, rows: Any, settings: Settings, folder: Path | None = None
) -> tuple[Run | None, tuple[Finding, ...]]:
    """Return a run and its verdicts; no run where it diverged."""
    settings = {**settings, "seed": case.seed, **_form(case, rows, settings)}
    request = TrainRequest(recipe_from(nested(settings)), data=rows)
    try:
        if case.special == "dead" and folder is not None:
            request = _with_dead_units(request, folder)
        run = train(request)
    except TrainingError as error:
        return None, error.verdicts
    return run, run.verdicts


def _form(case: Case, rows: Any, settings: Settings) -> Settings:
    if case.special == "pictures":
        outputs = len(np.unique(rows[1]))
        return {"layers": [*CNN, {"type": "Linear", "out_features": outputs}]}
    if case.special == "shifted":
        return {"target": "y", "split": "column", "split_column": "part"}
    return {"target": "y"}


def _with_dead_units(request: TrainRequest, folder: Path) -> TrainRequest:
    """Return a request that goes on from a model whose first biases are far below 0."""
    plan = request.recipe.plan.model_copy(update={"epochs": 1, "lr": 1e-6})
    model = train(replace(request, recipe=request.recipe.model_copy(update={"plan": plan}))).model
    weights = model.weights | {"0.bias": model.weights["0.bias"] - 40}
    replace(model, weights=weights).save(folder / "dead.safetensors")
    network = type(request.recipe.network)()
    data = request.recipe.data.model_copy()
    return replace(
        request,
        start_from=folder / "dead.safetensors",
        recipe=request.recipe.model_copy(update={"network": network, "data": data}),
    )


def _merit(run: Run | None, part: str | None = None) -> float:
    """Return how bad a run's kept weights are by what a constant answer has: 0 is best, 1 the baseline."""
    if run is None:
        return 10.0
    part = part or next(name for name in ("validation", "test") if name in run.metrics)
    scores = run.metrics[part].metrics
    if "r2" in scores:
        return 1.0 - (scores["r2"].value or 0.0)
    loss = scores["log_loss"]
    assert loss.value is not None and loss.baseline
    return loss.value / loss.baseline


def table(seen: list[Seen]) -> list[list[str]]:
    """Return the confusion table: causes down, the first verdict across, and how often the right one is there."""
    rows = []
    by_cause: dict[str, list[Seen]] = defaultdict(list)
    for each in seen:
        by_cause[each.case.cause].append(each)
    for cause, members in by_cause.items():
        firsts = Counter(each.found[0] if each.found else "none" for each in members)
        said = ", ".join(f"{name} {count}" for name, count in firsts.most_common())
        right = sum(each.right for each in members)
        rows.append([cause, str(len(members)), f"{right}", share(right, len(members)), said])
    return rows


def share(count: int, of: int) -> str:
    """Return a share with its interval."""
    low, high = wilson(count, of)
    return f"{100 * count / of:.1f}% ({100 * low:.1f} to {100 * high:.1f})"


def figures(seen: list[Seen]) -> dict[str, tuple[int, int]]:
    """Return how many ill runs got their verdict, and how many healthy ones were accused, of how many."""
    ill = [each for each in seen if each.case.cause != "healthy"]
    healthy = [each for each in seen if each.case.cause == "healthy"]
    return {
        "ill": (sum(each.right for each in ill), len(ill)),
        "healthy": (sum(not each.right for each in healthy), len(healthy)),
    }


def main() -> None:
    """Run a half, and say what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("half", choices=HALVES)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--cause")
    parser.add_argument("--detail", action="store_true")
    asked = parser.parse_args()
    started = time.perf_counter()
    all_seen = [see(case) for case in cases(asked.half) if asked.cause in (None, case.cause)]
    seen = [each for each in all_seen if each.valid]
    for line in table(seen):
        print(" | ".join(line))
    for name, (count, of) in figures(seen).items():
        if of:
            print(name, count, of, share(count, of))
    engines = Counter(each.case.engine for each in seen)
    print(
        f"{len(seen)} of {len(all_seen)} are what they were meant to be; {dict(engines)}; {time.perf_counter() - started:.0f} s"
    )
    if asked.detail and asked.half == "tune":
        for each in all_seen:
            if not each.right or not each.valid:
                line = {f.code: f.confidence for f in each.findings}
                print(
                    "OUT " if not each.valid else "MISS",
                    each.case.cause,
                    each.case.problem,
                    each.case.rows,
                    each.case.engine,
                    {k: v for k, v in each.case.settings.items() if k != "layers"},
                    [round(m, 3) for m in each.merit],
                    json.dumps(line),
                )


if __name__ == "__main__":
    main()
