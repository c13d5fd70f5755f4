"""The answers that were furthest from the truth.

Letters: N rows, K classes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stirfry.report.contents import Judged

#: How many are shown.
SHOWN = 10


@dataclass(frozen=True)
class Worst:
    """The answers that are shown.

    Args:
        places: where they stand among the judged rows, the worst first.
        wrong: how many of all judged rows have the wrong class; None in regression.
    """

    places: NDArray[np.int64]
    wrong: int | None


def worst(judged: Judged, most: int = SHOWN) -> Worst:
    """Return the wrong answers with the greatest loss; where all are right, those that were least sure.

    Example:
        >>> shares = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
        >>> truth = np.array([0, 0, 0])
        >>> worst(Judged("test", np.arange(3), truth, shares.argmax(axis=1), shares)).places.tolist()
        [1, 2]
    """
    if judged.shares is None:
        return Worst(_greatest(np.abs(judged.answers - judged.truth), most), None)
    own = judged.shares[np.arange(len(judged.truth)), judged.truth]
    wrong = np.flatnonzero(judged.answers != judged.truth)
    if len(wrong):
        return Worst(wrong[_greatest(-own[wrong], most)], len(wrong))
    return Worst(_greatest(-own, most), 0)


def _greatest(values: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """Return the places of the greatest values, the first of them first."""
    if len(values) > most:
        bound = np.partition(values, -most)[-most]
        places = np.flatnonzero(values >= bound)
    else:
        places = np.arange(len(values))
    return places[np.argsort(-values[places], kind="stable")][:most]
