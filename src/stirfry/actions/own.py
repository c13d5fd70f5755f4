"""A user's own network and loss, and what is found out about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from stirfry.engine.contract import Job
from stirfry.engine.given import Given, GivenLoss, given_loss, given_module
from stirfry.engine.losses import Reads
from stirfry.engine.own import OwnNetwork
from stirfry.notice import Notice
from stirfry.spec.network import Network
from stirfry.spec.plan import Loss


@dataclass(frozen=True, eq=False)
class Own:
    """What a user brings along; at least one of the two is there.

    Args:
        module: the network; None takes the recipe's.
        loss: the loss; None takes the plan's.
    """

    module: Given | None = None
    loss: GivenLoss | None = None


@dataclass(frozen=True)
class Found:
    """What a rehearsal has decided.

    Args:
        network: the network of the job.
        loss: the plan's loss; of a user's own, the one whose form of targets it takes.
        reads: how outputs are read.
        notices: what is said about it.
    """

    network: Network | OwnNetwork
    loss: Loss
    reads: Reads
    notices: tuple[Notice, ...]


def own_of(module: Any, loss: Any) -> Own | None:
    """Return what a user brings along, checked as far as that goes without data; None where it is nothing.

    Raises:
        UsageError: it is no module, or no loss.
    """
    if module is None and loss is None:
        return None
    return Own(None if module is None else given_module(module), None if loss is None else given_loss(loss))


def with_found(job: Job, own: Own, found: Found) -> Job:
    """Return a job with the user's loss, and with how its outputs are read."""
    return replace(job, loss=None if own.loss is None else own.loss.function, reads=found.reads)


def origin_of(own: Own | None) -> dict[str, Any]:
    """Return where a user's network and loss come from, for the record of a run."""
    found: dict[str, Any] = {}
    if own is not None and own.module is not None:
        found["module"] = {"path": own.module.path, "sha256": own.module.sha256}
    if own is not None and own.loss is not None:
        found["loss"] = own.loss.path
    return found
