"""Draw a run's curves into its folder."""

from __future__ import annotations

from stirfry.actions.run import Run
from stirfry.errors import MissingExtra
from stirfry.notice import Notice
from stirfry.report.curves import draw_curves
from stirfry.run import folder
from stirfry.run.atomic import write_atomic


def draw(run: Run) -> tuple[Notice, ...]:
    """Write `curves.svg` and `curves.png` beside the run's model.

    Args:
        run: a run with a folder.

    Returns:
        A remark where the pictures could not be drawn: matplotlib is missing, or no epoch was finished.

    Raises:
        OutputError: a picture can't be written.
    """
    assert run.folder is not None, "a run without a folder has no place for pictures"
    if not run.history:
        return (Notice("actions.no_curves"),)
    try:
        svg, png = draw_curves(run.history, title=run.name, best_epoch=run.best_epoch)
    except MissingExtra as missing:
        return (Notice(missing.code, **missing.facts),)
    assert svg is not None and png is not None
    write_atomic(run.folder / folder.CURVES_SVG, svg)
    write_atomic(run.folder / folder.CURVES_PNG, png)
    return ()
