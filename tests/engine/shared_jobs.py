"""Jobs for the tests of several processes; as a program, what one process of torchrun does with them."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from tests.engine.native_jobs import job as table_job
from tests.engine.test_torch_fast import image_job, images

from stirfry.engine import torch_fast
from stirfry.engine.contract import Arrays, Job, Progress, State
from stirfry.engine.processes import joined, launched
from stirfry.errors import UsageError
from stirfry.spec.layers import Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan


def mean_of_squares(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return ((outputs - targets) ** 2).mean()


def sum_of_squares(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return ((outputs - targets) ** 2).sum()


def regression(**settings: Any) -> Job:
    return table_job(Linear(out_features=7), ReLU(), regression=True, **settings)


def classes(**settings: Any) -> Job:
    return table_job(Linear(out_features=7), ReLU(), **settings)


def pictures() -> Job:
    layers = (Conv2d(out_channels=4, kernel_size=3), ReLU(), MaxPool2d(kernel_size=2), Flatten())
    network = Network((*layers, Linear(out_features=3)), (1, 12, 12))
    plan = Plan(loss="cross_entropy", epochs=2, batch_size=16, lr=0.003, seed=5, ema_decay=0.9)
    return Job(Arrays(images(), images(30, seed=1)), network, plan, "multiclass")


def jobs() -> dict[str, Job]:
    """Return the jobs whose losses don't depend on how many processes there are."""
    return {
        # 129 rows in batches of 32 leave a batch of one row over, and one process without any.
        "a row left over": classes(rows=129, history="step"),
        "class weights": classes(class_weights=(1.0, 5.0, 0.2), label_smoothing=0.1, clip_norm=0.5),
        "one output": classes(classes=2, loss="bce_with_logits", class_weights=(1.0, 2.0)),
        "regression": regression(optimizer="sgd", momentum=0.9, schedule="one_cycle"),
        "in order": regression(shuffle=False, batch_size=31),
        "full batch": classes(batch_size="full", patience=1, epochs=200, lr=0.3),
        "own loss": replace(regression(), loss=mean_of_squares),
        "pictures": pictures(),
    }


class Keeping:
    """Keeps a checkpoint of the step at which it was first asked, and stops somewhere later."""

    def __init__(self, stops: bool = False) -> None:
        self.states: list[State] = []
        self.stops = stops

    def stop(self) -> bool:
        return self.stops

    def show(self, progress: Progress) -> None:
        """Show nothing."""

    def due(self) -> bool:
        return len(self.states) < 2

    def keep(self, state: State) -> None:
        self.states.append(state)


def main(place: Path) -> None:
    """Train all jobs, and write down what came out."""
    processes = launched()
    torch.use_deterministic_algorithms(False)
    found: dict[str, Any] = {}
    with joined(processes):
        for name, one in jobs().items():
            trained = torch_fast.train(replace(one, processes=processes))
            steps = {f"step {key}": values for key, values in trained.steps.items()}
            found[name] = {key: values.tolist() for key, values in (trained.history | steps).items()}
        found["refused"] = refused(replace(regression(), loss=sum_of_squares, processes=processes))

        # Batch normalisation and changed images differ from one process, and are the same in all.
        trained = torch_fast.train(replace(image_job(augment={"shift": 1}), processes=processes))
        found["batch norm"] = {key: values.tolist() for key, values in trained.history.items()}

        # Dropout: the same again from a checkpoint, in as many processes.
        dropout = table_job(Linear(out_features=7), Dropout(p=0.5), epochs=4)
        watcher = Keeping()
        whole = torch_fast.train(replace(dropout, processes=processes), watcher)
        states = watcher.states
        if not processes.leads:
            states = [State({}, {})] * 2
        torch.distributed.broadcast_object_list(states, src=0)
        again = torch_fast.train(replace(dropout, processes=processes, resume=states[-1]))
        found["dropout"] = {"whole": whole.history["train_loss"].tolist()}
        found["dropout"]["again"] = again.history["train_loss"].tolist()

        # Only the last process is asked to stop.
        stops = processes.rank == processes.count - 1
        found["stopped"] = torch_fast.train(replace(dropout, processes=processes), Keeping(stops)).stopped
    place.with_suffix(f".{processes.rank}").write_text(json.dumps(found), encoding="utf-8")


def refused(job: Job) -> str:
    try:
        torch_fast.train(job)
    except UsageError as error:
        return error.code
    return ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
