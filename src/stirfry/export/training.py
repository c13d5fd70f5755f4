"""The loop and the scores as lines of PyTorch."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stirfry.export.augmenting import augment_lines, shifted_lines
from stirfry.export.halving import autocasts, linear_lines, rounds_factors
from stirfry.export.layers import (
    loss_lines,
    network_lines,
    optimizer_line,
    schedule_imports,
    schedule_lines,
    steps_by_step,
)
from stirfry.export.lines import Section, beside, call, joined, remark, spelled
from stirfry.export.parts import part_names
from stirfry.export.told import Told
from stirfry.spec.layers import Conv2d
from stirfry.spec.network import Network

_TORCH, _NN = "import torch", "from torch import nn"
_FUNCTIONAL = "from torch.nn import functional as F"
#: Rows of images that go through the network at once.
AT_ONCE = 1000
#: Numbers that are printed in one line of the script, the epoch's among them.
MOST_WORDS = 3
#: About how many epochs are printed.
PRINTED = 50


@dataclass(frozen=True)
class _Facts:
    """What the loop depends on, asked once."""

    full: bool
    images: bool
    two_modes: bool
    best: bool
    averaged: bool
    patience: int | None
    followed: tuple[str, ...]


def _facts(told: Told) -> _Facts:
    plan, parts = told.recipe.plan, part_names(told)
    network = told.model.network
    assert isinstance(network, Network), "a user's own network is refused before"
    validates = "validation" in parts
    followed = [
        *(["validation"] if validates else []),
        *(["test"] if plan.follow_test and "test" in parts else []),
    ]
    patience = plan.patience if isinstance(plan.patience, int) else plan.epochs
    return _Facts(
        full=plan.batch_size == "full",
        images=len(network.input_shape) == 3,
        two_modes=any(layer.two_modes for layer in network.layers),
        best=validates and plan.keep == "best",
        averaged=plan.ema_decay is not None,
        patience=patience if validates and patience < plan.epochs else None,
        followed=tuple(followed),
    )


def network_section(told: Told) -> Section:
    """Return the lines that make model, loss, optimizer and scheduler."""
    plan, network = told.recipe.plan, told.model.network
    assert isinstance(network, Network), "a user's own network is refused before"
    steps = plan.steps_per_epoch(len(told.prepared.split.train))
    facts = _facts(told)
    convolves = any(isinstance(layer, Conv2d) for layer in network.layers)
    model = network_lines(network, told.engine == "torch_fast" and convolves)
    if rounds_factors(told):
        model = [*linear_lines(), *(line.replace("nn.Linear(", "Linear(") for line in model)]
    lines = [
        *beside(f"torch.manual_seed({plan.seed})", "export.say_seed"),
        *model,
        *joined([call(line) for line in loss_lines(told)]),
        *call(optimizer_line(plan)),
        *joined([call(line) for line in schedule_lines(plan, steps)]),
        *(["average = copy.deepcopy(model)  # " + remark("export.say_average")] if facts.averaged else []),
    ]
    widths = network.n_parameters
    imports = {_TORCH, _NN, *schedule_imports(plan)} | ({"import copy"} if facts.averaged else set())
    return Section(remark("export.network", parameters=widths), lines, imports)


def training_section(told: Told) -> Section:
    """Return the lines of the loop."""
    plan, facts = told.recipe.plan, _facts(told)
    imports = {_TORCH} if facts.followed or facts.averaged or plan.augment.any else set[str]()
    lines: list[str] = []
    if plan.augment.any:
        lines += augment_lines(told)
        imports.add(_FUNCTIONAL)
    if not facts.full:
        lines += _loader_lines(told)
        imports.add("from torch.utils.data import DataLoader, TensorDataset")
    if facts.averaged:
        lines.append("done = 0")
    if facts.best or facts.patience:
        both = 'best_loss, best_epoch = float("inf"), 0'
        lines.append(both if facts.patience else 'best_loss = float("inf")')
    lines.append(f"for epoch in range(1, {spelled(plan.epochs + 1)}):")
    body = _step_lines(told, facts) if facts.full else _batch_lines(told, facts)
    body += _epoch_lines(told, facts)
    lines += [f"    {line}" if line else "" for line in body]
    if facts.best:
        lines.append(f"{_judged(facts)}.load_state_dict(best)")
    return Section(_title(told, facts), lines, imports)


def _title(told: Told, facts: _Facts) -> str:
    plan = told.recipe.plan
    steps = plan.steps_per_epoch(len(told.prepared.split.train))
    if facts.full:
        return remark("export.training_full", epochs=plan.epochs)
    return remark("export.training", epochs=plan.epochs, steps=steps, batch=plan.batch_size)


def _judged(facts: _Facts) -> str:
    return "average" if facts.averaged else "model"


def _loader_lines(told: Told) -> list[str]:
    plan, rows = told.recipe.plan, len(told.prepared.split.train)
    assert isinstance(plan.batch_size, int), "full batches need no loader"
    settings = f"batch_size={plan.batch_size}" + (", shuffle=True" if plan.shuffle else "")
    if plan.drop_last and rows % plan.batch_size and rows > plan.batch_size:
        settings += ", drop_last=True"
    return [f"loader = DataLoader(TensorDataset(X[train], y[train]), {settings})"]


def _step_lines(told: Told, facts: _Facts) -> list[str]:
    """Return the lines of an epoch that is one step on all rows."""
    lines = ["model.train()"] if facts.two_modes and facts.followed else []
    inputs = "augmented(X[train])" if told.recipe.plan.augment.any else "X[train]"
    lines += ["optimizer.zero_grad()", *_loss_lines(told, inputs, "y[train]"), "loss.backward()"]
    return [*lines, *_move_lines(told, facts), "train_loss = loss.item()"]


def _batch_lines(told: Told, facts: _Facts) -> list[str]:
    """Return the lines of an epoch of several steps."""
    lines = ["model.train()"] if facts.two_modes and facts.followed else []
    inputs = "augmented(inputs)" if told.recipe.plan.augment.any else "inputs"
    inner = ["optimizer.zero_grad()", *_loss_lines(told, inputs, "targets"), "loss.backward()"]
    inner += [*_move_lines(told, facts), "losses.append(loss.item())"]
    lines += ["losses = []", "for inputs, targets in loader:", *(f"    {line}" for line in inner)]
    return [*lines, *(["train_loss = sum(losses) / len(losses)"] if facts.followed else [])]


def _loss_lines(told: Told, inputs: str, targets: str) -> list[str]:
    if not autocasts(told):
        return [f"loss = loss_function(model({inputs}), {targets})"]
    return [
        'with torch.autocast("cpu", torch.bfloat16):',
        f"    outputs = model({inputs})",
        f"loss = loss_function(outputs.float(), {targets})",
    ]


def _move_lines(told: Told, facts: _Facts) -> list[str]:
    """Return the lines from the gradients to the moved weights."""
    plan = told.recipe.plan
    lines = []
    if plan.clip_norm is not None:
        lines.append(f"nn.utils.clip_grad_norm_(model.parameters(), {spelled(plan.clip_norm)})")
    lines.append("optimizer.step()")
    if steps_by_step(plan):
        lines.append("scheduler.step()")
    return [*lines, *(_average_lines(told) if facts.averaged else [])]


def _average_lines(told: Told) -> list[str]:
    lines = [
        "done += 1",
        f"share = 1 - min({spelled(told.recipe.plan.ema_decay)}, (1 + done) / (10 + done))",
        "with torch.no_grad():",
        "    for kept, now in zip(average.parameters(), model.parameters()):",
        "        kept.lerp_(now, share)",
    ]
    if any(layer.buffers((1,)) for layer in told.model.network.layers):  # type: ignore[union-attr]
        lines.append("    for kept, now in zip(average.buffers(), model.buffers()):")
        lines.append("        kept.copy_(now)")
    return lines


def _epoch_lines(told: Told, facts: _Facts) -> list[str]:
    """Return the lines after an epoch's last step: losses, the best weights, the stop, the rate."""
    plan, lines = told.recipe.plan, list[str]()
    if plan.schedule.name != "constant" and not steps_by_step(plan):
        lines.append("scheduler.step()")
    if facts.followed:
        lines += [f"{_judged(facts)}.eval()"] if facts.two_modes else []
        lines.append("with torch.no_grad():")
        for name in facts.followed:
            outputs = _outputs(facts, _judged(facts), f"X[{name}]")
            lines += call(f"    {name}_loss = loss_function({outputs}, y[{name}]).item()")
    every, said = _every(plan.epochs), _said(facts)
    if every > 1:
        lines.append(f"if epoch == 1 or epoch % {every} == 0:")
    lines += [f"    {line}" for line in said] if every > 1 else said
    return [*lines, *_best_lines(told, facts)]


def _said(facts: _Facts) -> list[str]:
    """Return the lines that print an epoch's losses; the training loss is the mean of its steps'."""
    train = "train_loss" if facts.full or facts.followed else "sum(losses) / len(losses)"
    words = ["epoch {epoch}", f"train_loss {{{train}:.6f}}"]
    words += [f"{part}_loss {{{part}_loss:.6f}}" for part in facts.followed]
    if len(words) <= MOST_WORDS:
        return [f'print(f"{"  ".join(words)}")']
    head, tail = "  ".join(words[:2]), "  ".join(words[2:])
    return ["print(", f'    f"{head}  "', f'    f"{tail}"', ")"]


def _best_lines(told: Told, facts: _Facts) -> list[str]:
    plan, lines = told.recipe.plan, list[str]()
    if facts.best or facts.patience:
        less = f" - {spelled(plan.min_delta)}" if plan.min_delta else ""
        lines.append(f"if validation_loss < best_loss{less}:")
        both = "    best_loss, best_epoch = validation_loss, epoch"
        lines.append(both if facts.patience else "    best_loss = validation_loss")
    if facts.best:
        state = f"{_judged(facts)}.state_dict()"
        lines.append(f"    best = {{name: value.clone() for name, value in {state}.items()}}")
    if facts.patience:
        lines.append(f"if epoch - best_epoch >= {facts.patience}:")
        lines.append("    break")
    return lines


def _every(epochs: int) -> int:
    """Return after how many epochs a line is printed: 1, 2 or 5 times a power of ten.

    Example:
        >>> _every(100), _every(300), _every(20_000)
        (1, 10, 500)
    """
    if epochs <= 2 * PRINTED:
        return 1
    least = epochs / PRINTED
    power = 10 ** int(math.log10(least))
    return int(next(power * each for each in (1, 2, 5, 10) if power * each >= least))


def _outputs(facts: _Facts, model: str, rows: str) -> str:
    """Return the expression of a network's outputs; images go through in blocks."""
    if not facts.images:
        return f"{model}({rows})"
    return f"torch.cat([{model}(block) for block in {rows}.split({AT_ONCE})])"


def scores_section(told: Told) -> Section:
    """Return the lines that score every part."""
    facts = _facts(told)
    names = part_names(told)
    lines, imports = [], {_TORCH}
    model = _judged(facts)
    shift = told.model.test_shift
    if shift:
        lines += shifted_lines(model, shift, told.model.network.input_shape)
        imports.add(_FUNCTIONAL)
    if facts.two_modes and not facts.followed:
        lines.append(f"{model}.eval()")
    pairs = ", ".join(f'"{name}": {name}' for name in names)
    lines += ["with torch.no_grad():", *call(f"    for part, rows in {{{pairs}}}.items():")]
    rows = "X[rows]"
    if shift:
        outputs = f"torch.cat([shifted(block) for block in {rows}.split({AT_ONCE})])"
    else:
        outputs = _outputs(facts, model, rows)
    body, more = _metric_lines(told, outputs)
    lines += [f"        {line}" for line in body]
    key = "export.scores_best" if facts.best else "export.scores"
    return Section(remark(key), lines, imports | more)


def _metric_lines(told: Told, outputs: str) -> tuple[list[str], set[str]]:
    target, loss = told.prepared.target, told.recipe.plan.loss
    if target.task == "regression":
        scaled = (target.mean, target.std) != (0.0, 1.0)
        unit = " * y_std" if scaled else ""
        difference = f"({outputs} - y[rows]){unit}" if scaled else f"{outputs} - y[rows]"
        own = "((y[rows] - y[rows].mean()) * y_std)" if scaled else "(y[rows] - y[rows].mean())"
        lines = [
            f"errors = {difference}",
            "rmse, mae = errors.square().mean().sqrt(), errors.abs().mean()",
            f"r2 = 1 - errors.square().sum() / {own}.square().sum()",
            'print(f"{part}  rmse {rmse:.6g}  mae {mae:.6g}  r2 {r2:.6f}")',
        ]
        return lines, set()
    lines = [f"outputs = {outputs}"]
    # The short name is worth its import where it is used more than once.
    functional = "F" if told.model.test_shift else "nn.functional"
    if loss == "bce_with_logits":
        right = "(outputs > 0) == (y[rows] > 0)"
        loss_call = f"{functional}.binary_cross_entropy_with_logits(outputs, y[rows])"
    elif loss == "cross_entropy":
        right = "outputs.argmax(dim=1) == y[rows]"
        loss_call = f"{functional}.cross_entropy(outputs, y[rows])"
    else:
        lines.append("right = outputs.argmax(dim=1) == y[rows].argmax(dim=1)")
        lines.append('print(f"{part}  accuracy {right.double().mean():.6f}")')
        return lines, set()
    lines += [
        f"right = {right}",
        f"log_loss = {loss_call}",
        'print(f"{part}  accuracy {right.double().mean():.6f}  log_loss {log_loss:.6f}")',
    ]
    return lines, {_FUNCTIONAL if functional == "F" else _NN}
