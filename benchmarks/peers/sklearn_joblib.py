"""Many networks by scikit-learn, spread over processes by joblib; the threads are its processes."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from peers import Done
from peers.sklearn_mlp import estimator, last_loss, rows
from peers.works import Work

NAME = "joblib over scikit-learn"
PACKAGES = ("scikit-learn", "joblib")
TOLERANCE = 0.02
AT = frozenset({"many"})
OUTSIDE = True
PROCESSES = int(os.environ["OMP_NUM_THREADS"])


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the networks, two a process at least; the processes stand already."""
    jobs = work.jobs()[: max(2 * PROCESSES, round(share * work.networks))]
    ready = [estimator(job, job.plan.epochs) for job in jobs]
    x, y = rows(work.job)
    parallel = Parallel(n_jobs=PROCESSES)
    parallel(delayed(fitted)(each.set_params(max_iter=1), x, y) for each in ready[:PROCESSES])
    for each in ready:
        each.set_params(max_iter=work.job.plan.epochs)

    def go() -> Done:
        losses = parallel(delayed(fitted)(each, x, y) for each in ready)
        return Done(len(jobs) / work.networks, work.job.plan.epochs, np.array(losses))

    return go


def fitted(made: Any, x: Any, y: Any) -> float:
    """Fit an estimator in another process and return its last loss."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return last_loss(made.fit(x, y))
