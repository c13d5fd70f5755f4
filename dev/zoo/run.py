"""Runs the zoo: how often an ill run gets its verdict, and how often a healthy one is accused.

    python dev/zoo/run.py tune              the part on which thresholds are set
    python dev/zoo/run.py judge             the one that was run twice, and changed verdicts in between
    python dev/zoo/run.py held_out          the one that was run once, and that later changes have looked at
    python dev/zoo/run.py fresh             the one that was run once after it, and is looked at by now
    python dev/zoo/run.py last              the one that was run once, after the last change
    python dev/zoo/run.py last --write      writes the table into the documents too
    python dev/zoo/run.py last --check      which cases are what they are meant to be, without a verdict

A verdict counts where it stands first or second. A healthy run is accused where it gets a serious verdict
or a warning.
"""

from __future__ import annotations

import argparse
import json
import math
import pickle
import resource
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from cases import ACCEPTED, PARTS, SETTLED, Case, Settings, cases, others, source
from words import CHINESE, WORDS

from stirfry.actions import train as training
from stirfry.actions.request import TrainRequest
from stirfry.actions.run import Run
from stirfry.actions.train import train
from stirfry.errors import TrainingError
from stirfry.judge.finding import Finding
from stirfry.judge.intervals import wilson
from stirfry.judge.verdicts import family
from stirfry.spec.network import NetworkSpec
from stirfry.spec.options import nested
from stirfry.spec.recipe import recipe_from

#: How much worse than its twin an ill run must be, and how much better another may be than a healthy one, by
#: what a constant answer has.
WORSE, BETTER = 0.1, 0.05
#: A run on a plateau is no better than this.
STUCK = 0.9
#: The rates of the sweep that suggested rates are compared with.
GRID = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
#: Runs whose suggested rate is compared with a sweep's, at most.
SWEPT = 16
ROOT = Path(__file__).parent.parent.parent
BEGIN, END = "<!-- zoo: written by dev/zoo/run.py -->", "<!-- end of zoo -->"
#: Which cases are what they are meant to be, by part; written and committed before any verdict is asked for.
CHECKED = {part: Path(__file__).parent / f"{part}.json" for part in SETTLED}
CNN = (
    {"type": "Conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1},
    {"type": "ReLU"},
    {"type": "MaxPool2d", "kernel_size": 2},
    {"type": "Flatten"},
    {"type": "Linear", "out_features": 24},
    {"type": "ReLU"},
)


#: Whether a case is what it is meant to be, and the two merits that say so.
Checked = tuple[bool, float, float]


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

    @property
    def right(self) -> bool:
        """Whether the verdict is one of the first two; of a healthy run, whether it isn't accused."""
        if self.case.cause == "healthy":
            return not self.found
        return any(code in self.case.accepted for code in self.found[:2])


def see(case: Case, checked: Checked | None = None) -> Seen:
    """Train a case, and its twin unless that was done before, and return what its verdicts are."""
    rows = source(case)
    with tempfile.TemporaryDirectory() as folder:
        run, findings = _trained(case, rows, case.settings, Path(folder))
    # On another machine a run may come out otherwise than when it was checked; then it is checked anew.
    if checked is None or not math.isclose(checked[1], _merit(run), rel_tol=1e-3, abs_tol=1e-4):
        checked = _checked(case, rows, run)
    valid, own, best = checked
    accusing = [finding for finding in findings if finding.severity in ("serious", "warning")]
    return Seen(case, valid, tuple(family(each.code) for each in accusing), findings, (own, best))


def check(case: Case) -> Checked:
    """Return whether a case is what it is meant to be, with nobody asked for a verdict."""
    rows = source(case)
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(training, "verdicts_of", lambda *given: ()),
    ):
        run, _ = _trained(case, rows, case.settings, Path(folder))
        return _checked(case, rows, run)


def _checked(case: Case, rows: Any, run: Run | None) -> Checked:
    own = _merit(run)
    if case.cause == "healthy":
        best = min(_worth(case, rows, case.settings | other) for other in others(case))
        return own - best < BETTER and own < 0.95, own, best
    if case.cause in ("no better than chance", "parts disagree"):
        best = own if run is None else _merit(run, "test")
        return case.cause != "parts disagree" or best - own > 2 * WORSE, own, best
    twin = replace(case, special=case.special.replace("dead", ""))
    best = _worth(twin, rows, case.settings | case.repair)
    return own - best > WORSE and (case.cause != "plateau" or own > STUCK), own, best


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


def _worth(case: Case, rows: Any, settings: Settings) -> float:
    """Return the merit of other settings; what verdicts say about them is nobody's business."""
    with mock.patch.object(training, "verdicts_of", lambda *given: ()):
        return _merit(_trained(case, rows, settings)[0])


def _form(case: Case, rows: Any, settings: Settings) -> Settings:
    if case.special == "pictures":
        classes = len(np.unique(rows[1]))
        return {"layers": [*CNN, {"type": "Linear", "out_features": classes if classes > 2 else 1}]}
    if case.special == "shifted":
        return {"target": "y", "split": "column", "split_column": "part"}
    return {"target": "y"}


def _with_dead_units(request: TrainRequest, folder: Path) -> TrainRequest:
    """Return a request that goes on from a model whose first biases are far below 0."""
    plan = request.recipe.plan.model_copy(update={"epochs": 1, "lr": 1e-6})
    model = train(replace(request, recipe=request.recipe.model_copy(update={"plan": plan}))).model
    weights = model.weights | {"0.bias": model.weights["0.bias"] - 40}
    replace(model, weights=weights).save(folder / "dead.safetensors")
    recipe = request.recipe.model_copy(update={"network": NetworkSpec()})
    return replace(request, start_from=folder / "dead.safetensors", recipe=recipe)


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


def confusion(seen: list[Seen]) -> list[tuple[str, int, int, Counter[str]]]:
    """Return for each cause how many runs there are, how many got the right verdict, and what stood first."""
    found = []
    for cause in ACCEPTED:
        members = [each for each in seen if each.case.cause == cause]
        firsts = Counter(each.found[0] if each.found else "healthy" for each in members)
        found.append((cause, len(members), sum(each.right for each in members), firsts))
    return found


def figures(seen: list[Seen]) -> dict[str, tuple[int, int]]:
    """Return how many ill runs got their verdict, and how many healthy ones were accused, of how many."""
    ill = [each for each in seen if each.case.cause != "healthy"]
    healthy = [each for each in seen if each.case.cause == "healthy"]
    return {
        "ill": (sum(each.right for each in ill), len(ill)),
        "healthy": (sum(not each.right for each in healthy), len(healthy)),
    }


def about_rates(seen: list[Seen]) -> list[tuple[Case, Finding]]:
    """Return some of the runs that were rightly told another rate, with what they were told."""
    named = [
        (each.case, told[0])
        for each in seen
        if each.case.cause in ("rate too low", "rate too high") and each.right and not each.case.special
        if (told := [finding for finding in each.findings if "rate" in finding.facts])
    ]
    return named[:: max(1, -(-len(named) // SWEPT))]


def off_the_sweep(case: Case, verdict: Finding) -> tuple[bool, float, float]:
    """Return how far a suggested rate is from a sweep's pick.

    Returns:
        Whether trials made it, the distance in powers of ten, and how much higher the validation loss is than
        at the sweep's pick, by what a constant answer has.
    """
    given, rows = verdict.facts["rate"], source(case)
    losses = {rate: _worth(case, rows, case.settings | {"lr": rate}) for rate in (*GRID, given)}
    best = min(GRID, key=lambda rate: losses[rate])
    tried = verdict.code.endswith(("_tried", "diverged"))
    return tried, math.log10(given / best), losses[given] - min(losses.values())


def share(count: int, of: int, language: str) -> str:
    """Return a share with its interval."""
    low, high = wilson(count, of)
    interval = WORDS[language]["interval"].format(low=100 * low, high=100 * high)
    return f"{100 * count / of:.1f}%{interval}"


def page(seen: list[Seen], found: list[tuple[bool, float, float]], language: str) -> str:
    """Return what the documents say about a part: figures, table, rates."""
    words = WORDS[language]
    (right, ill), (accused, healthy) = figures(seen).values()
    engines = Counter(each.case.engine for each in seen)
    lines = [
        words["figures"].format(
            ill=ill,
            right=share(right, ill, language),
            healthy=healthy,
            accused=share(accused, healthy, language),
            **engines,
        ),
        "",
        words["head"],
        "| --- | --- | --- | --- |",
    ]
    for cause, count, hits, firsts in confusion(seen):
        if count:
            said = words["comma"].join(f"`{name}` {times}" for name, times in firsts.most_common())
            name = cause if language == "en" else CHINESE[cause]
            lines.append(f"| {name} | {count} | {share(hits, count, language)} | {said} |")
    for tried in (True, False):
        those = [each for each in found if each[0] == tried]
        if those:
            off = sorted(abs(each[1]) for each in those)
            lost = sorted(each[2] for each in those)
            facts = {
                "count": len(those),
                "factor": f"{10 ** off[len(off) // 2]:.1f}",
                "most": f"{10 ** off[int(0.9 * len(off))]:.0f}",
                "lost": f"{lost[len(lost) // 2]:.3f}",
            }
            lines += ["", words["tried" if tried else "estimated"].format(**facts)]
    return "\n".join(lines)


def write(seen: list[Seen], found: list[tuple[bool, float, float]]) -> None:
    """Write the figures into both documents, between the marks."""
    for language in WORDS:
        path = ROOT / "docs" / language / "verdicts.md"
        text = path.read_text(encoding="utf-8")
        before, begin, rest = text.partition(BEGIN)
        _, end, after = rest.partition(END)
        path.write_text(f"{before}{begin}\n{page(seen, found, language)}\n{end}{after}", encoding="utf-8")


def note_checks(part: str, those: list[Case], checked: list[Checked]) -> None:
    """Write which cases are what they are meant to be, and say how many of each cause."""
    lines = [
        json.dumps([case.cause, case.problem, case.seed, valid, round(own, 6), round(best, 6)])
        for case, (valid, own, best) in zip(those, checked, strict=True)
    ]
    CHECKED[part].write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    for cause in ACCEPTED:
        known = [each[0] for case, each in zip(those, checked, strict=True) if case.cause == cause]
        print(f"{cause}: {sum(known)} of {len(known)}")


def checks_of(part: str, those: list[Case]) -> list[Checked | None]:
    """Return what is known of a part's cases: nothing, unless they were checked beforehand."""
    if part not in CHECKED or not CHECKED[part].exists():
        return [None] * len(those)
    rows = json.loads(CHECKED[part].read_text())
    known = {(cause, problem, seed): tuple(rest) for cause, problem, seed, *rest in rows}
    return [known[case.cause, case.problem, case.seed] for case in those]


def main() -> None:
    """Run a part, and say what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--keep", type=Path, help="where what was seen is kept, for questions asked later")
    parser.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args()
    if asked.check and asked.part not in CHECKED:
        parser.error(f"--check is for {' and '.join(CHECKED)}.")
    started = time.perf_counter()
    everything = cases(asked.part)
    with ProcessPoolExecutor(asked.processes) as pool:
        if asked.check:
            note_checks(asked.part, everything, list(pool.map(check, everything)))
            return
        checked = checks_of(asked.part, everything)
        counted = [
            (case, known) for case, known in zip(everything, checked, strict=True) if not known or known[0]
        ]
        seen = [each for each in pool.map(see, *zip(*counted, strict=True)) if each.valid]
        if asked.keep:
            asked.keep.write_bytes(pickle.dumps(seen))
        print(page(seen, [], "en"), "\n", flush=True)
        found = list(pool.map(off_the_sweep, *zip(*about_rates(seen), strict=True)))
    print(page(seen, found, "en").partition("healthy |")[2])
    print(f"\n{len(seen)} of {len(everything)} are what they were meant to be.", end=" ")
    spent = sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"{time.perf_counter() - started:.0f} s, {spent:.0f} s of processor time.")
    if asked.write:
        write(seen, found)


if __name__ == "__main__":
    main()
