"""The same model and optimizer in forms that PyTorch computes faster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stirfry.engine.build import build, import_torch
from stirfry.engine.inputs import Inputs
from stirfry.engine.own import OwnNetwork
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan

if TYPE_CHECKING:
    import torch


def place(
    model: torch.nn.Module, network: Network | OwnNetwork, example: Inputs, device: str
) -> tuple[torch.nn.Module, torch.memory_format]:
    """Return the model on the device, and the memory format that its inputs are to have.

    Images go channels-last. A user's module that can't take them so (its `view` asks for the usual order)
    gets the usual order; a chain of ours always can, and isn't tried.

    Args:
        model: the model, on the processor.
        network: what the model was built from.
        example: a few encoded rows.
        device: where to.
    """
    torch = import_torch()
    if (
        isinstance(example, tuple)
        or example.ndim != 4
        or not any(weight.ndim == 4 for weight in model.parameters())
    ):
        return model.to(device), torch.contiguous_format
    moved: Any = model  # PyTorch's own types don't know this form of `to`
    for last in (torch.channels_last, torch.contiguous_format):
        moved.to(memory_format=last)
        if isinstance(network, Network) or _takes(model, example.contiguous(memory_format=last)):
            break
    return model.to(device), last


def _takes(model: torch.nn.Module, inputs: torch.Tensor) -> bool:
    """Whether a model takes inputs in this memory format."""
    training = model.training
    try:
        with import_torch().no_grad():
            model.eval()(inputs)
    except RuntimeError:
        return False
    finally:
        model.train(training)
    return True


def fast_forward(model: torch.nn.Module, network: Network | OwnNetwork) -> torch.nn.Module:
    """Return a module with the same weights that gives the same outputs and gradients sooner.

    In a chain, ReLU before MaxPool2d becomes ReLU after it: the largest of several values, cut off at 0,
    is the largest of the values cut off at 0. Only where a whole window is below 0 do the two choose
    another place, and there the gradient is 0 in both. A user's module that isn't a chain is returned as
    it is.

    Args:
        model: the model; the module that is returned holds its weights, not copies of them.
        network: what the model was built from.
    """
    nn: Any = import_torch().nn
    if isinstance(network, OwnNetwork):
        if network.chain is None:
            return model
        model = _as_chain(model, network)
    layers = list(model.children())
    for index in range(len(layers) - 1):
        if type(layers[index]) is nn.ReLU and type(layers[index + 1]) is nn.MaxPool2d:
            layers[index], layers[index + 1] = layers[index + 1], layers[index]
    quick: torch.nn.Module = nn.Sequential(*layers)
    quick.training = model.training
    return quick


def _as_chain(model: torch.nn.Module, network: OwnNetwork) -> torch.nn.Module:
    """Return the chain that a user's module is, holding the module's own tensors."""
    assert network.chain is not None, "the module is a chain"
    with import_torch().device("meta"):
        chain: torch.nn.Module = build(network.chain)
    held = dict(model.named_parameters()) | dict(model.named_buffers())
    for own, name in network.names.items():
        path, _, attribute = name.rpartition(".")
        layer: Any = chain.get_submodule(path)
        where = layer._parameters if attribute in layer._parameters else layer._buffers
        where[attribute] = held[own]
    return chain.train(model.training)


def quick_settings(plan: Plan, device: str) -> dict[str, Any]:
    """Return the optimizer's settings that move all weights at once.

    Args:
        plan: the plan.
        device: where the weights lie.
    """
    torch = import_torch()
    if device == "cuda":
        rate = torch.tensor(float(plan.lr), device=device)
        if plan.optimizer == "rmsprop":
            return {"foreach": True, "capturable": True, "lr": rate}
        # SGD has nothing that would have to be captured.
        capturable = {} if plan.optimizer == "sgd" else {"capturable": True}
        return {"fused": True, "lr": rate} | capturable
    return {"foreach": True} if plan.optimizer == "rmsprop" or device != "cpu" else {"fused": True}
