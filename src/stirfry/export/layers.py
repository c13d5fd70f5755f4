"""A network, its loss, its optimizer and its schedule as lines of PyTorch."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from stirfry.export.lines import WIDTH, beside, listed, spelled, width
from stirfry.export.told import Told
from stirfry.spec.layers import BatchNorm1d, BatchNorm2d, Conv2d, Dropout, Layer, LayerNorm, Linear, Shape
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan
from stirfry.spec.schedule import Constant, Cosine, Exponential, OneCycle, Step, Warmup

#: What a layer is made from beside its settings: the size that comes in.
_SIZED = (Linear, Conv2d, BatchNorm1d, BatchNorm2d)
#: Settings that stand without their names, in their order.
_PLAIN = ("out_features", "out_channels", "kernel_size", "p")
_INITS = {
    "xavier_uniform": "xavier_uniform_(layer.weight)",
    "xavier_normal": "xavier_normal_(layer.weight)",
    "he_uniform": 'kaiming_uniform_(layer.weight, nonlinearity="relu")',
    "he_normal": 'kaiming_normal_(layer.weight, nonlinearity="relu")',
    "normal": "normal_(layer.weight)",
    "zeros": "zeros_(layer.weight)",
}


def network_lines(network: Network, channels_last: bool) -> list[str]:
    """Return the `nn.Sequential`, a line for each layer with weights and what follows it.

    Args:
        network: the network.
        channels_last: whether its convolutions lie so in memory, which moves the last digits of their sums.
    """
    lines, weighs = [""], False
    for layer, shape in zip(network.layers, network.shapes, strict=False):
        call = f"{layer_call(layer, shape)},"
        again = weighs and isinstance(layer, Linear | Conv2d)
        if lines[-1] and (again or width(f"    {lines[-1]} {call}") > WIDTH):
            lines.append(call)
            weighs = False
        else:
            lines[-1] = f"{lines[-1]} {call}".strip()
        weighs = weighs or isinstance(layer, Linear | Conv2d)
    end = beside(").to(memory_format=torch.channels_last)", "export.say_layout") if channels_last else [")"]
    return ["model = nn.Sequential(", *(f"    {line}" for line in lines), *end, *_init_lines(network)]


def layer_call(layer: Layer, shape: Shape) -> str:
    """Return a layer as the call that makes it, for an input of this shape.

    Example:
        >>> layer_call(Conv2d(out_channels=8, kernel_size=3, padding=1), (1, 28, 28))
        'nn.Conv2d(1, 8, 3, padding=1)'
    """
    settings = layer.model_dump(
        exclude={"type", "in_features", "in_channels", "num_features"}, exclude_defaults=True
    )
    settings |= {"p": layer.p} if isinstance(layer, Dropout) else {}
    words = [spelled(shape[0])] if isinstance(layer, _SIZED) else []
    words += [spelled(shape if len(shape) > 1 else shape[0])] if isinstance(layer, LayerNorm) else []
    words += [spelled(settings.pop(key)) for key in _PLAIN if key in settings]
    words += [f"{key}={spelled(value)}" for key, value in settings.items()]
    return f"nn.{layer.name}({', '.join(words)})"


def _init_lines(network: Network) -> list[str]:
    if network.init == "default":
        return []
    kinds = [kind for kind in (Linear, Conv2d) if any(isinstance(layer, kind) for layer in network.layers)]
    named = [f"nn.{kind.__name__}" for kind in kinds]
    biases = any(getattr(layer, "bias", False) for layer in network.layers)
    which = named[0] if len(named) == 1 else f"({', '.join(named)})"
    all_biased = all(layer.bias for layer in network.layers if isinstance(layer, Linear | Conv2d))
    lines = ["for layer in model:", f"    if isinstance(layer, {which}):"]
    lines.append(f"        nn.init.{_INITS[network.init]}")
    if biases and not all_biased:
        lines.append("        if layer.bias is not None:")
    if biases:
        lines.append(f"        {'' if all_biased else '    '}nn.init.zeros_(layer.bias)")
    return lines


def loss_lines(told: Told) -> list[str]:
    """Return the line that makes the loss, and those that its class weights take."""
    plan = told.recipe.plan
    settings = []
    lines: list[str] = []
    if told.class_weights is not None:
        lines, weight = _weight_lines(told)
        settings.append(weight)
    if plan.label_smoothing:
        settings.append(f"label_smoothing={spelled(plan.label_smoothing)}")
    if plan.loss == "huber" and plan.huber_delta != 1:
        settings.append(f"delta={spelled(plan.huber_delta)}")
    return [*lines, f"loss_function = nn.{_LOSSES[str(plan.loss)]}({', '.join(settings)})"]


_LOSSES = {
    "cross_entropy": "CrossEntropyLoss",
    "bce_with_logits": "BCEWithLogitsLoss",
    "mse": "MSELoss",
    "l1": "L1Loss",
    "huber": "HuberLoss",
}


def _weight_lines(told: Told) -> tuple[list[str], str]:
    """Return the lines of the class weights, and how they go to the loss."""
    plan, classes = told.recipe.plan, len(told.prepared.target.labels)
    assert told.class_weights is not None, "there are weights"
    if plan.class_weights == "balanced":
        column = "y[train, 0].long()" if plan.loss == "bce_with_logits" else "y[train]"
        counts = f"torch.bincount({column})"
        if len(np.unique(told.prepared.train.targets)) < classes:
            counts = f"torch.bincount({column}, minlength={classes}).clamp(min=1)"
        lines = beside(f"weights = len(train) / ({classes} * {counts})", "export.say_balanced")
    else:
        lines = listed("weights = torch.tensor([", told.class_weights, "])")
    if plan.loss == "bce_with_logits":
        return lines, "pos_weight=weights[1:] / weights[:1]"
    return lines, "weight=weights"


def optimizer_line(plan: Plan) -> str:
    """Return the line that makes the optimizer; settings that are PyTorch's own defaults are left out."""
    name = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}[plan.optimizer]
    asked: dict[str, Any] = {"lr": plan.lr}
    if plan.optimizer in ("sgd", "rmsprop") and plan.momentum:
        asked["momentum"] = plan.momentum
    if plan.optimizer == "sgd" and plan.nesterov:
        asked["nesterov"] = True
    if plan.optimizer == "rmsprop" and plan.alpha != 0.99:
        asked["alpha"] = plan.alpha
    if plan.optimizer in ("adam", "adamw") and plan.betas != (0.9, 0.999):
        asked["betas"] = plan.betas
    if plan.optimizer != "sgd" and plan.eps != 1e-8:
        asked["eps"] = plan.eps
    if plan.weight_decay or plan.optimizer == "adamw":
        asked["weight_decay"] = plan.weight_decay
    settings = ", ".join(f"{key}={spelled(value)}" for key, value in asked.items())
    return f"optimizer = torch.optim.{name}(model.parameters(), {settings})"


def schedule_lines(plan: Plan, steps: int) -> list[str]:
    """Return the lines that make the scheduler; none where the rate stays the same.

    Args:
        plan: the plan.
        steps: how many steps an epoch has.
    """
    schedule = plan.schedule
    if isinstance(schedule, Constant):
        return []
    if not isinstance(schedule, Warmup):
        return [f"scheduler = {_scheduler(schedule, plan, plan.epochs, steps)}"]
    factor, epochs = spelled(schedule.start_factor), spelled(schedule.epochs)
    rise = f"LinearLR(optimizer, start_factor={factor}, total_iters={epochs})"
    if _only_rises(schedule, plan):
        return [f"scheduler = {rise}"]
    then = _scheduler(schedule.then, plan, plan.epochs - schedule.epochs, steps)
    return [
        f"rise = {rise}",
        f"fall = {then}",
        f"scheduler = SequentialLR(optimizer, [rise, fall], milestones=[{epochs}])",
    ]


def schedule_imports(plan: Plan) -> set[str]:
    """Return the import lines of the scheduler."""
    lines = schedule_lines(plan, 1)
    names = re.findall(r"= (\w+)\(", "\n".join(lines))
    return {f"from torch.optim.lr_scheduler import {name}" for name in names}


def _only_rises(schedule: Warmup, plan: Plan) -> bool:
    return schedule.epochs >= plan.epochs or isinstance(schedule.then, Constant)


def _scheduler(schedule: Any, plan: Plan, epochs: int, steps: int) -> str:
    if isinstance(schedule, Step):
        return f"StepLR(optimizer, step_size={schedule.step_size}, gamma={spelled(schedule.gamma)})"
    if isinstance(schedule, Exponential):
        return f"ExponentialLR(optimizer, gamma={spelled(schedule.gamma)})"
    if isinstance(schedule, Cosine):
        low = f", eta_min={spelled(schedule.final * plan.lr)}" if schedule.final else ""
        return f"CosineAnnealingLR(optimizer, T_max={spelled(epochs)}{low})"
    assert isinstance(schedule, OneCycle), "these are all schedules"
    settings = {"max_lr": plan.lr, "total_steps": epochs * steps}
    settings |= schedule.model_dump(exclude={"name"}, exclude_defaults=True)
    words = [f"{key}={spelled(value)}" for key, value in settings.items()]
    return f"OneCycleLR(optimizer, {', '.join(words)}, cycle_momentum=False)"


def steps_by_step(plan: Plan) -> bool:
    """Whether the rate moves with every step, and not once an epoch."""
    return isinstance(plan.schedule, OneCycle)
