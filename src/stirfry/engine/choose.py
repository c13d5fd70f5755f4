"""Which engine runs a job, and why."""

from __future__ import annotations

from dataclasses import dataclass

from stirfry.engine import torch_loop
from stirfry.engine.contract import Engine
from stirfry.notice import Notice
from stirfry.spec.network import Network


@dataclass(frozen=True)
class Choice:
    """An engine and the reason for it."""

    engine: Engine
    reason: Notice


def choose(network: Network) -> Choice:
    """Return the engine for a network. PyTorch's loop runs every one."""
    return Choice(torch_loop, Notice("engine.chosen_only"))
