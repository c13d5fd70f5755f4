"""Which engine runs a job, and why."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from stirfry.data.stream import Stream
from stirfry.engine import native
from stirfry.engine.card import may_have_gpu
from stirfry.engine.contract import Engine, Job
from stirfry.engine.native_program import extension, has_bfloat16, lacking, only_moves, over_images
from stirfry.engine.own import OwnNetwork
from stirfry.engine.threads import multiplications
from stirfry.errors import UsageError
from stirfry.notice import Notice
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan

#: Multiplications in one row's forward pass from which PyTorch's matrix products are the faster ones; see
#: dev/LOG.md for the measurement.
NATIVE_BELOW = 3_000_000
#: The same where convolutions or pooling lie in front.
IMAGES_BELOW = 100_000_000


@dataclass(frozen=True)
class Choice:
    """An engine and the reason for it."""

    engine: Engine
    reason: Notice


def engine_for(job: Job) -> Choice:
    """Return the engine for a job: that for its network and plan, which must take its data and loss as well.

    Raises:
        UsageError: the plan asks for an engine that can't do this.
    """
    streams = isinstance(job.arrays.train.inputs, Stream)
    if streams and job.processes.several:
        raise UsageError("engine.streams_alone", processes=job.processes.count)
    if streams and job.plan.engine in ("torch", "native"):
        raise UsageError("engine.cannot_stream", engine=job.plan.engine)
    if streams:
        return _torch(Notice("engine.streamed"))
    if job.processes.several:
        if job.plan.engine in ("native", "torch"):
            raise UsageError(
                "engine.one_process_engine", engine=job.plan.engine, processes=job.processes.count
            )
        return _torch(Notice("engine.several_processes", processes=job.processes.count))
    if job.loss is None or job.plan.engine in ("torch", "torch_fast"):
        return choose(job.network, job.plan)
    reason = Notice("engine.own_loss")
    if job.plan.engine == "native":
        raise UsageError("engine.native_cannot", reason=str(reason))
    return _torch(reason)


def choose(network: Network | OwnNetwork, plan: Plan | None = None) -> Choice:
    """Return the engine for a network.

    Chains of layers that the native engine has go there, as far as it is the faster one; everything else goes
    to the fast PyTorch engine, a user's own networks too unless they are such a chain. The plain PyTorch loop
    runs where it is asked for.

    Args:
        network: the network.
        plan: the plan that it is trained with, whose `engine` and `device` count; None for prediction.

    Raises:
        UsageError: the plan asks for an engine that can't do this.
    """
    wanted = "auto" if plan is None else plan.engine
    extras = [] if plan is None else _extras(plan)
    if wanted == "torch" and extras:
        raise UsageError("engine.torch_cannot", settings=extras)
    if wanted in ("torch", "torch_fast"):
        return _torch(Notice("engine.asked_for", engine=wanted), plain=wanted == "torch")
    against = _against_native(network, plan, extras)
    if wanted == "native":
        if against is not None:
            raise UsageError("engine.native_cannot", reason=str(against))
        return Choice(native, Notice("engine.asked_for", engine="native"))
    if against is not None:
        return _torch(against)
    chain = network.chain if isinstance(network, OwnNetwork) else network
    assert chain is not None, "what the native engine can do is a chain"
    images = over_images(chain)
    count = multiplications(network)
    to_card = plan is not None and images and plan.device == "auto" and may_have_gpu()
    large = count >= (IMAGES_BELOW if images else NATIVE_BELOW)
    if (to_card or large) and find_spec("torch") is not None:
        facts = {"multiplications": count, "things": "images" if images else "rows"}
        return _torch(Notice("engine.graphics_card") if to_card else Notice("engine.large", **facts))
    return Choice(native, Notice("engine.native_images" if images else "engine.native"))


def _torch(reason: Notice, plain: bool = False) -> Choice:
    """Choose PyTorch. Its engines are loaded here: a run on the native one has no use for them."""
    from stirfry.engine import torch_fast, torch_loop

    return Choice(torch_loop if plain else torch_fast, reason)


def _extras(plan: Plan) -> list[str]:
    """Return the settings that the plain loop doesn't know."""
    asked = {
        "augment": plan.augment.any,
        "ema_decay": plan.ema_decay is not None,
        "precision": plan.precision == "bfloat16",
    }
    return [name for name, is_asked in asked.items() if is_asked]


def _against_native(network: Network | OwnNetwork, plan: Plan | None, extras: list[str]) -> Notice | None:
    """Return why the native engine can't do this, or None."""
    if isinstance(network, OwnNetwork):
        if network.chain is None:
            return Notice("engine.not_a_chain")
        network = network.chain
    if extension() is None:
        return Notice("engine.not_built")
    if missing := lacking(network):
        return Notice("engine.layers_missing", layers=missing)
    if "augment" in extras and plan is not None and only_moves(plan.augment) and over_images(network):
        extras = [name for name in extras if name != "augment"]
    if others := [name for name in extras if name != "precision"]:
        return Notice("engine.settings_missing", settings=others)
    if plan is not None and plan.device not in ("auto", "cpu"):
        return Notice("engine.other_device", device=plan.device)
    if "precision" in extras and over_images(network):
        return Notice("engine.no_bfloat16_images")
    if "precision" in extras and not has_bfloat16():
        return Notice("engine.no_bfloat16")
    return None
