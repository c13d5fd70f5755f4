"""Training in several processes: what can be asked for there, and where a run goes on after a restart."""

from __future__ import annotations

from dataclasses import replace

from stirfry.actions.ready import Ready, wants_two
from stirfry.actions.request import TrainRequest
from stirfry.engine.choose import engine_for
from stirfry.engine.processes import Processes, shared
from stirfry.errors import Fault, SpecError, UsageError
from stirfry.run import folder as folders
from stirfry.run import launch


def restarted(request: TrainRequest) -> TrainRequest:
    """Return the request of a run that torchrun has started again: to go on from its last checkpoint.

    Args:
        request: what was asked for; one that has no checkpoint yet begins anew.
    """
    processes = request.processes
    if processes.restart == 0 or request.resume is not None:
        return request
    place = launch.place_of(processes.memory) if processes.leads else None
    if place is not None and not (place / folders.CHECKPOINT).is_file():
        place = None
    place = shared(processes, place)
    return request if place is None else replace(request, resume=place)


def check_request(request: TrainRequest) -> None:
    """Refuse what several processes don't do together.

    Raises:
        UsageError: other seeds or folds are asked for.
    """
    asked = {"--repeats": (request.repeats or 1) > 1, "--folds": request.folds is not None}
    found = [option for option, is_asked in asked.items() if is_asked]
    if request.processes.several and found:
        raise UsageError("actions.one_process", options=found, processes=request.processes.count)


def in_processes(ready: Ready, processes: Processes) -> Ready:
    """Return the job as one of several processes has it.

    Raises:
        SpecError: a share of a batch would be one row, and the network can't be trained on one.
        UsageError: the processes have read different data, or another engine is asked for.
    """
    if not processes.several:
        return ready
    sha256 = ready.prepared.data_sha256
    if sha256 != shared(processes, sha256):
        raise UsageError("actions.different_data", rank=processes.rank)
    job = replace(ready.job, processes=processes)
    engine_for(job)  # refused before a folder is made
    rows = len(job.arrays.train)
    size = rows if job.plan.batch_size == "full" else min(rows, job.plan.batch_size)
    last = size if job.plan.drop_last or rows % size == 0 else rows % size
    if wants_two(job.network) and last // processes.count < 2:
        facts = {"rows": last, "processes": processes.count}
        raise SpecError((Fault("plan.batch_size", "actions.share_of_one", **facts),))
    return replace(ready, job=job)
