"""`stirfry train`: builds the request, shows the run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from stirfry.actions.command import check_command
from stirfry.actions.keep import engine_of, scores_of
from stirfry.actions.population import Population
from stirfry.actions.recipes import recipe_for
from stirfry.actions.request import TrainRequest
from stirfry.actions.run import Run
from stirfry.actions.train import InterruptedLate, train
from stirfry.cli import INTERRUPTED
from stirfry.cli.progress import Follower
from stirfry.cli.screen import Screen, write
from stirfry.cli.settings import naming_options, settings_of_own
from stirfry.cli.tables import number, score_table, spread_table, with_spread
from stirfry.cli.verdicts import show_verdicts
from stirfry.engine.processes import launched
from stirfry.errors import OutputError, UsageError, VerdictError
from stirfry.lang import say, seconds_text, together
from stirfry.paths import expanded
from stirfry.run import folder, launch
from stirfry.spec.options import quoted, refuse_both


def run(screen: Screen, options: dict[str, Any]) -> int:
    """Train as the options say, show the scores, draw the curves; one process does so for all."""
    processes = launched()
    if not processes.leads:
        screen = Screen(quiet=True)
    if processes.several:
        # Before PyTorch is there: each process would remark that no parameter of a network was left unused.
        os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    with naming_options():
        request = _request(options)
        with Follower(screen, options["log_every"], check_command(request)) as follower:
            finished, fault = _trained(request, follower)
    code = INTERRUPTED if finished.interrupted else 0
    if finished.interrupted:
        launch.end(processes.memory, code)
    if not processes.leads:
        return code
    _show(screen, finished)
    if not options["no_plots"] and not isinstance(fault, InterruptedLate):
        try:
            _draw(screen, finished)
        except (KeyboardInterrupt, OutputError):
            _show_files(screen, finished)  # without its pictures the run is whole
            raise
    _show_files(screen, finished)
    screen.object(_object(finished))
    if fault is not None:
        raise fault
    return code


def _draw(screen: Screen, finished: Run) -> None:
    from stirfry.actions.draw import draw
    from stirfry.actions.report import write_report

    # Both need the same package, whose absence is said once.
    for notice in dict.fromkeys((*draw(finished), *write_report(finished))):
        screen.notice(notice)


def _trained(request: TrainRequest, follower: Follower) -> tuple[Run, VerdictError | InterruptedLate | None]:
    """Train; where only what comes after it failed the run is shown as ever, and that comes last."""
    try:
        return train(request, follower), None
    except (VerdictError, InterruptedLate) as error:
        return error.run, error


def _request(options: dict[str, Any]) -> TrainRequest:
    settings, module, loss = settings_of_own(options)
    if module is not None:
        refuse_both(settings.get("network", ()))
    every, resume = options["checkpoint_every"], options["resume"]
    if resume is not None:
        others = options["repeats"] or options["folds"]
        if settings or options["source"] or options["recipe"] or options["start_from"] or others:
            raise UsageError("cli.resume_alone")
        return TrainRequest(
            recipe_for(None),
            resume=Path(resume),
            checkpoint_every=every,
            module=module,
            loss=loss,
            processes=launched(),
        )
    data_dir = options["data_dir"] and expanded(options["data_dir"])
    recipe = recipe_for(
        options["recipe"], options["variant"], settings, options["source"], data_dir, options["download"]
    )
    return TrainRequest(
        recipe,
        out=expanded(options["out"]),
        checkpoint_every=every,
        start_from=options["start_from"] and expanded(options["start_from"]),
        repeats=options["repeats"],
        folds=options["folds"],
        module=module,
        loss=loss,
        processes=launched(),
    )


def _show(screen: Screen, finished: Run) -> None:
    if screen.speaks:
        screen.results.print(score_table(finished))
        write(screen.results, str(next(iter(finished.metrics.values())).methods), style="dim")
        stopped = say(f"cli.stopped.{finished.stopped}", epochs=len(finished.history.get("epoch", ())))
        kept = say("cli.kept_epoch", epoch=finished.best_epoch)
        time = say(
            "cli.took",
            seconds=seconds_text(finished.seconds["train"]),
            engine=finished.engine,
            device=finished.device,
        )
        write(screen.results, together(stopped, kept, time))
        for others in (finished.repeats, finished.folds):
            if others is not None:
                _show_others(screen, others)
        show_verdicts(screen, finished.verdicts)


def _show_others(screen: Screen, found: Population) -> None:
    """Show the spread over seeds or folds: as a table, or as one line where nobody had asked for it."""
    facts = {"count": len(found.members), "seconds": seconds_text(found.seconds)}
    if found.by_default:
        part = list(found.scores)[-1]
        metric, score = next(iter(found.scores[part].items()))
        facts |= {"part": say(f"cli.part.{part}"), "metric": say(f"judge.{metric}")}
        span = f"{number(score.lowest)} … {number(score.highest)}"
        write(screen.results, say("cli.spread", **facts, value=with_spread(score), span=span))
    else:
        screen.results.print()
        write(screen.results, say(f"cli.over_{found.kind}", **facts), style="bold")
        if found.scores:
            screen.results.print(spread_table(found))
    if found.diverged:
        write(screen.results, say(f"cli.{found.kind}_diverged", members=list(found.diverged)))


def _show_files(screen: Screen, finished: Run) -> None:
    if finished.folder is None or not screen.speaks:
        return
    names = (folder.REPORT, folder.MODEL, folder.CURVES_SVG, folder.CURVES_PNG, folder.HISTORY, folder.RUN)
    written = [name for name in names if (finished.folder / name).exists()]
    write(screen.results, say("cli.written", folder=str(finished.folder), files=written))
    model = finished.folder / folder.MODEL
    write(screen.results, say("cli.predict_next", model=quoted(str(model)), things=finished.model.things))


def _object(finished: Run) -> dict[str, Any]:
    assert finished.folder is not None, "the command line always has a folder"
    return {
        "run": str(finished.folder),
        "model": str(finished.folder / folder.MODEL),
        "engine": engine_of(finished),
        "seconds": finished.seconds["all"],
        "seed": finished.recipe.plan.seed,
        "task": finished.model.task,
        "epochs": len(finished.history.get("epoch", ())),
        "best_epoch": finished.best_epoch,
        "stopped": finished.stopped,
        "parts": finished.parts,
        "scores": scores_of(finished),
        "repeats": finished.repeats and finished.repeats.as_json(),
        "folds": finished.folds and finished.folds.as_json(),
        "checks": [finding.as_json() for finding in finished.checks],
        "verdicts": [finding.as_json() for finding in finished.verdicts],
        "notices": [str(notice) for notice in finished.notices],
    }
