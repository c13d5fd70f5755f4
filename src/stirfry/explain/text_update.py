"""The optimizer's step as text: its formula, what is remembered, and every weight before and after."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stirfry.explain.explanation import TensorUpdate, Update
from stirfry.explain.grid import Line, exact, grid, number, numbers
from stirfry.lang import say, shape_text
from stirfry.spec.plan import Plan

#: A tensor of so many numbers is listed whole; of a larger one the first few.
MOST_LISTED, FIRST_LISTED = 40, 4
#: And so it is while all tensors together have no more numbers than this.
MOST_WEIGHTS = 200


def update_lines(update: Update, things: str = "rows") -> list[str]:
    """Return one step of the optimizer.

    Args:
        update: the step.
        things: what it is made on one of: `rows` or `images`.
    """
    plan = update.plan
    lines = ["  " + say("explain.step", optimizer=plan.optimizer, step=update.step, things=things)]
    lines += [f"  {text}" for text in formulas(plan)]
    lines.append("  " + "    ".join(settings(update)))
    lines.append("  " + _norm(update))
    remembers: list[str] = [letter for letter in ("v", "m", "s") if letter in update.tensors[0].after]
    empty = not update.tensors[0].before
    small = sum(each.weight.size for each in update.tensors) <= MOST_WEIGHTS
    if remembers and update.of_run:
        lines.append("  " + say("explain.goes_on", steps=update.of_run, letters=remembers))
    elif remembers and empty:
        lines.append("  " + say("explain.nothing_remembered", letters=remembers))
        if update.kept is not None:
            best, last = update.kept
            lines.append("  " + say("explain.other_weights", best=best, last=last))
    for each in update.tensors:
        lines += _tensor_lines(each, remembers, empty, small)
    return lines


def _norm(update: Update) -> str:
    norm = number(update.norm)
    if update.factor < 1:
        return say(
            "explain.clipped", norm=norm, most=exact(update.plan.clip_norm or 0), factor=number(update.factor)
        )
    return say("explain.not_clipped", norm=norm)


def formulas(plan: Plan) -> list[str]:
    """Return the optimizer's step, line by line, without what its settings switch off."""
    found = ["g ← g + λ w"] if plan.weight_decay and plan.optimizer != "adamw" else []
    if plan.optimizer == "sgd":
        if not plan.momentum:
            return [*found, "w ← w − η g"]
        step = "w ← w − η (g + μ v)" if plan.nesterov else "w ← w − η v"
        return [*found, "v ← μ v + g", step]
    if plan.optimizer == "rmsprop":
        found.append("s ← α s + (1 − α) g²")
        if plan.momentum:
            return [*found, "v ← μ v + g / (√s + ε)", "w ← w − η v"]
        return [*found, "w ← w − η g / (√s + ε)"]
    if plan.optimizer == "adamw" and plan.weight_decay:
        found.append("w ← w − η λ w")
    return [
        *found,
        "m ← β₁ m + (1 − β₁) g    m̂ = m / (1 − β₁ᵗ)",
        "s ← β₂ s + (1 − β₂) g²   ŝ = s / (1 − β₂ᵗ)",
        "w ← w − η m̂ / (√ŝ + ε)",
    ]


def settings(update: Update) -> Iterator[str]:
    """Yield the letters of the formulas with their values."""
    plan = update.plan
    yield f"η = {exact(update.lr)}"
    if plan.weight_decay:
        yield f"λ = {exact(plan.weight_decay)}"
    if plan.momentum and plan.optimizer in ("sgd", "rmsprop"):
        yield f"μ = {exact(plan.momentum)}"
    if plan.optimizer == "rmsprop":
        yield f"α = {exact(plan.alpha)}"
    if plan.optimizer in ("adam", "adamw"):
        yield from (f"β₁ = {exact(plan.betas[0])}", f"β₂ = {exact(plan.betas[1])}", f"t = {update.step}")
    if plan.optimizer != "sgd":
        yield f"ε = {exact(plan.eps)}"


def _tensor_lines(each: TensorUpdate, remembers: list[str], empty: bool, small: bool) -> list[str]:
    count = each.weight.size
    shown = count if count <= (MOST_LISTED if small else FIRST_LISTED) else FIRST_LISTED
    columns = [("g", numbers(each.gradient.ravel()[:shown]))]
    for letter in remembers:
        if not empty:
            head = say("explain.before", letter=letter)
            columns.append((head, numbers(each.before[letter].ravel()[:shown])))
        columns.append((letter, numbers(each.after[letter].ravel()[:shown])))
    # A step is small: the weights need more digits to show it. Beside two memories there is no room for Δw.
    columns.append(("w", numbers(each.weight.ravel()[:shown], decimals=5)))
    if empty or len(remembers) < 2:
        columns.append(("Δw", numbers(each.change.ravel()[:shown])))
    columns.append((say("explain.new_weight"), numbers(each.new_weight.ravel()[:shown], decimals=5)))
    heads, texts = [head for head, _ in columns], [cells for _, cells in columns]
    places = list(np.ndindex(each.weight.shape))[:shown]
    rows = [Line(_place(place), [column[row] for column in texts]) for row, place in enumerate(places)]
    lines = [f"  {each.name} {shape_text(each.weight.shape)}", *grid(heads, rows)]
    if count > shown:
        largest = number(float(np.abs(each.change).max()))
        lines.append("  " + say("explain.more_weights", count=count - shown, largest=largest))
    return lines


def _place(place: tuple[int, ...]) -> str:
    """Return where a number stands in its tensor, counted from 1."""
    return "[" + ",".join(str(index + 1) for index in place) + "]"
