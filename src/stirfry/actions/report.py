"""A run's report: what stands in it is gathered here, and drawn in the room `report`."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stirfry.actions.keep import recipe_values
from stirfry.actions.ready import Ready
from stirfry.actions.report_images import seen_in
from stirfry.actions.run import Run
from stirfry.errors import MissingExtra, UsageError
from stirfry.lang import LANGUAGES, speaking
from stirfry.notice import Notice
from stirfry.run import folder, record
from stirfry.run.atomic import write_atomic
from stirfry.spec.network import Network
from stirfry.spec.toml import as_toml

if TYPE_CHECKING:
    from stirfry.report.contents import Contents, Importance, Judged, Others, Walk


#: Networks that multiply more often than this for a row are not shown number by number.
_LONGEST_WALK = 500_000


def write_report(run: Run) -> tuple[Notice, ...]:
    """Write `report.html` beside the run's model.

    Args:
        run: a run with a folder.

    Returns:
        A remark where the report could not be drawn, because matplotlib is missing.

    Raises:
        OutputError: it can't be written.
    """
    assert run.folder is not None, "a run without a folder has no place for a report"
    if not run.metrics:
        return ()
    try:
        page = report_of(run)
    except MissingExtra as missing:
        return (Notice(missing.code, **missing.facts),)
    write_atomic(run.folder / folder.REPORT, page)
    return ()


def report_again(place: Path, output: Path | None = None, module: Any = None) -> Path:
    """Write the report of the run in a folder once more, in today's form and language.

    Args:
        place: the run's folder.
        output: the file; None is `report.html` in the folder.
        module: the user's own network that the run was trained with, where it needs one.

    Returns:
        The file that was written.

    Raises:
        UsageError: it isn't the folder of a finished run, or its data were in memory.
        DataError: the data are gone, or no longer what they were.
        MissingExtra: matplotlib isn't installed.
        OutputError: the file can't be written.
    """
    from stirfry.actions.restore import restored

    path = place / folder.REPORT if output is None else output
    write_atomic(path, report_of(restored(place, module)))
    return path


def report_of(run: Run) -> str:
    """Return a run's report as one page of HTML, in both languages.

    Raises:
        MissingExtra: matplotlib isn't installed.
        UsageError: the run no longer has its data.
    """
    from stirfry.report.curves import needs_matplotlib
    from stirfry.report.page.whole import page

    needs_matplotlib()
    return page(contents_of(run))


def contents_of(run: Run) -> Contents:
    """Gather everything that stands in a run's report.

    Raises:
        UsageError: the run no longer has its data.
    """
    from stirfry.report.contents import Contents

    if run.ready is None:
        raise UsageError("report.not_ready")
    judged = _judged(run, run.ready)
    whole = recipe_values(run.recipe)
    asked = None if run.asked is None else record.asked_of(run.asked)
    own = any(key in run.model.origin for key in ("module", "loss"))
    fallback = "" if run.recipe.data.source is None or own else "stirfry train --recipe run.toml"
    return Contents(
        name=run.name,
        recipe=run.recipe,
        asked=asked,
        command=run.command or fallback,
        toml=as_toml(whole),
        model=run.model,
        described=run.ready.described,
        prepared=run.ready.prepared,
        metrics=run.metrics,
        history=run.history,
        parts=run.parts,
        best_epoch=run.best_epoch,
        stopped=run.stopped,
        engine={"name": run.engine, "device": run.device, "precision": run.precision, "threads": run.threads},
        reason=run.reason,
        seconds=run.seconds,
        checks=run.checks,
        verdicts=run.verdicts,
        notices=run.notices,
        others=_others(run),
        judged=judged,
        importance=_importance(run),
        walk=_walk(run, judged),
        seen=seen_in(run, judged),
        versions=record.versions(),
        machine=record.machine(),
    )


def _others(run: Run) -> tuple[Others, ...]:
    from stirfry.report.contents import Others

    found = [each for each in (run.repeats, run.folds) if each is not None and each.scores]
    return tuple(Others(each.kind, len(each.members), each.scores, each.diverged) for each in found)


def _judged(run: Run, ready: Ready) -> Judged | None:
    """Return the answers on the test part, or on the part that takes its place."""
    from stirfry.report.contents import Judged

    prepared = ready.prepared
    parts = {"test": prepared.test, "validation": prepared.validation, "train": prepared.train}
    name = next((name for name, part in parts.items() if part is not None and name in run.metrics), None)
    part = None if name is None else parts[name]
    if name is None or part is None:
        return None
    rows: NDArray[np.int64] = getattr(prepared.split, name)
    outputs = run.model.outputs_of(part.inputs) if run.outputs is None else run.outputs
    if run.model.task == "regression":
        values = run.model.target.values(part.targets)
        return Judged(name, rows, values, run.model.answers(outputs), None)
    shares = run.model.shares(outputs)
    return Judged(name, rows, part.targets, shares.argmax(axis=1), shares)


def _walk(run: Run, judged: Judged | None) -> Walk | None:
    """Return the way of the worst mistake through the network, where it can be seen and isn't too long."""
    from stirfry.engine.threads import multiplications
    from stirfry.explain.text import sections
    from stirfry.report.contents import Passage, Walk
    from stirfry.report.measures.mistakes import worst

    network = run.model.network
    if judged is None or not len(judged.rows) or not isinstance(network, Network):
        return None
    if multiplications(network) > _LONGEST_WALK:
        return None
    row = int(judged.rows[worst(judged).places[0]]) + 1
    explanation = run.explain(row)
    told: dict[str, Any] = {}
    for language in LANGUAGES:
        with speaking(language):
            told[language] = sections(explanation)
    passages = []
    for versions in zip(*told.values(), strict=True):
        # Of an image this names a picture that the page hasn't.
        if versions[0].topic == "moved" and run.model.things == "images":
            continue
        titles = {language: each.title for language, each in zip(told, versions, strict=True)}
        texts = {
            language: dedent("\n".join(each.lines)) for language, each in zip(told, versions, strict=True)
        }
        passages.append(Passage(versions[0].topic, titles, texts))
    return Walk(row, tuple(passages))


def _importance(run: Run) -> Importance | None:
    """Return which columns matter; None where there are none, or nothing to judge them by."""
    from stirfry.actions.explain import importance_of
    from stirfry.report.contents import Importance

    found = importance_of(run) if max(run.parts.values(), default=0) > 1 else None
    if found is None:
        return None
    return Importance(found.names, found.drops, found.low, found.high, found.metric)
