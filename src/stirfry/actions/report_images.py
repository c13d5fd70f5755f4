"""What a report shows of a network that looks at images: a few of them, what it makes of them, what moved it.

It is the same that `stirfry explain --row N -o FOLDER` draws, for three images and in bounded time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stirfry.actions.run import Run
from stirfry.data.table import Images
from stirfry.explain.attributions import attribute
from stirfry.explain.passes import Forward, forward
from stirfry.explain.rows import encoded, row_of
from stirfry.explain.seen import maps_of, pixels_seen
from stirfry.model.model import Model
from stirfry.spec.network import Network

if TYPE_CHECKING:
    from stirfry.report.contents import Judged, Maps, Moved, Seen

#: Images whose answer is wrong that are shown, at most; one that is right comes before them.
_WRONG = 2
#: Maps of a convolution, and convolutions, that are shown at most.
_MAPS, _CONVOLUTIONS = 16, 3
#: Multiplications that all images together may cost: about half a second of one core in NumPy and float64.
_BUDGET = 1_000_000_000
#: Points on the line from black to an image: fewer than the least make a picture of chance.
_LEAST_POINTS, _MOST_POINTS = 8, 32
#: Forward, and backward by inputs and by weights.
_PASSES = 3


def seen_in(run: Run, judged: Judged | None) -> tuple[Seen, ...]:
    """Return one image that was answered rightly and the two worst mistakes, as the network sees them.

    Args:
        run: a run that still has its rows.
        judged: the answers on the part that judges.

    Returns:
        Nothing where the data are no images, the network is the user's own, or a pass through it is too long.
    """
    from stirfry.engine.threads import multiplications
    from stirfry.report.contents import Seen

    model, network = run.model, run.model.network
    dataset = None if run.ready is None else run.ready.described.dataset
    if judged is None or not isinstance(dataset, Images) or not isinstance(network, Network):
        return ()
    places = _chosen(judged)
    work = multiplications(network) * max(len(places), 1)
    if work > _BUDGET:
        return ()
    points = min(_BUDGET // (work * _PASSES), _MOST_POINTS)
    found = []
    for place in places:
        row = row_of(dataset, int(judged.rows[place]) + 1)
        assert isinstance(row, Images), "a row of images is an image"
        steps = forward(network, model.tensors, encoded(model, row))
        moved = _moved(model, row, points) if points >= _LEAST_POINTS else None
        found.append(Seen(place, pixels_seen(model.encoder, steps[0].x[0]), _maps(steps), moved))
    return tuple(found)


def _chosen(judged: Judged) -> list[int]:
    """Return the first image that was answered rightly, and the worst mistakes."""
    from stirfry.report.measures.mistakes import worst

    found = worst(judged, _WRONG)
    wrong = found.places.tolist()
    right = [place for place in np.flatnonzero(judged.answers == judged.truth).tolist() if place not in wrong]
    return right[:1] + wrong


def _maps(steps: list[Forward]) -> tuple[Maps, ...]:
    from stirfry.report.contents import Maps

    found = maps_of(steps)[:_CONVOLUTIONS]
    return tuple(Maps(each.index, each.name, each.values[:_MAPS], len(each.values)) for each in found)


def _moved(model: Model, row: Images, points: int) -> Moved:
    from stirfry.report.contents import Moved

    found = attribute(model, row, points=points)
    assert found.pixels is not None, "an image's answer is moved by pixels"
    return Moved(found.pixels.sum(axis=0), found.quantity, str(found.answer), found.start, found.end)
