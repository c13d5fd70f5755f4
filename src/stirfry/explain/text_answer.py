"""The answer, the loss, and what moved the answer, as text."""

from __future__ import annotations

import math

import numpy as np

from stirfry.explain.attributions import Attributions
from stirfry.explain.explanation import Explanation, LossAt
from stirfry.explain.grid import Line, exact, grid, number, numbers, shortened, summary
from stirfry.explain.text_layers import output_names
from stirfry.lang import say, together

#: Classes and columns that are listed, at most.
MOST_LISTED = 12


def share(value: float) -> str:
    """Return a probability as people say it.

    Example:
        >>> share(0.9712), share(0.99999), share(1.0)
        ('97.1%', '> 99.9%', '100%')
    """
    if 0.999 < value < 1:
        return "> 99.9%"
    if 0 < value < 0.001:
        return "< 0.1%"
    return f"{100 * value:.1f}%" if value not in (0, 1) else f"{100 * value:.0f}%"


def answer_lines(found: Explanation) -> list[str]:
    """Return how the outputs became an answer, and the answer in words."""
    if found.probabilities is None:
        return [*_value_lines(found), "  " + _said(found, exact_value(found.answer))]
    chance = share(float(found.probabilities.max()))
    words = say("explain.answer_class", answer=str(found.answer), share=chance)
    return [*_class_lines(found), "  " + _said(found, words)]


def exact_value(value: float) -> str:
    """Return a predicted number with five digits that count."""
    return f"{value:,.5g}" if abs(value) < 1e5 else f"{value:,.0f}"


def _said(found: Explanation, words: str) -> str:
    answer = say("explain.answer", answer=words)
    if found.truth is None:
        return answer
    if found.probabilities is None:
        error = exact_value(found.answer - found.truth)
        return together(answer, say("explain.truth_number", truth=exact(found.truth), error=error))
    right = "right" if found.truth == found.answer else "wrong"
    return together(answer, say(f"explain.truth_{right}", truth=str(found.truth), things=found.data.things))


def _class_lines(found: Explanation) -> list[str]:
    assert found.probabilities is not None, "classes have probabilities"
    loss, labels = found.model.loss, [str(label) for label in found.model.labels]
    shares = [f"{value:.4f}" if value >= 5e-5 else f"{value:.0e}" for value in found.probabilities.tolist()]
    if loss == "cross_entropy":
        formula, heads = "p = exp(z) / Σ exp(z)", ["z", "exp(z)", "p"]
        powers = np.exp(np.minimum(found.outputs, 700))
        columns = [numbers(found.outputs), numbers(powers), shares]
    elif loss in ("bce_with_logits", "share"):
        squashed = "1 / (1 + exp(−z))" if loss == "bce_with_logits" else "z"
        formula, heads = f"p({labels[1]}) = {squashed}", ["z", "p"]
        # The one output that two classes share belongs to the second.
        columns = [["", number(float(found.outputs[0]))], shares]
    else:
        formula, heads = "p = z / Σ z,  0 ≤ z ≤ 1", ["z", "p"]
        columns = [numbers(found.outputs), shares]
    order = np.argsort(-found.probabilities, kind="stable").tolist()[:MOST_LISTED]
    order = sorted(order) if len(labels) <= MOST_LISTED else order
    lines = [Line(labels[place], [column[place] for column in columns]) for place in order]
    more = [] if len(labels) <= MOST_LISTED else ["  " + say("explain.more", count=len(labels) - MOST_LISTED)]
    return [f"  {formula}", *grid(heads, lines), *more]


def _value_lines(found: Explanation) -> list[str]:
    target = found.model.target
    output = number(float(found.outputs[0]))
    if (target.mean, target.std) == (0.0, 1.0):
        return []
    value = exact_value(found.answer)
    return [f"  y = z · std + mean = {output} · {number(target.std)} + {number(target.mean)} = {value}"]


def loss_lines(found: Explanation) -> list[str]:
    """Return the loss with its numbers in the formula, and the gradient that goes back."""
    loss = found.loss
    assert loss is not None, "without a truth there is no loss"
    names = output_names(found.model, len(found.forward) - 1, len(loss.targets))
    count = len(loss.targets)
    lines = _loss_formula(found, loss)
    if count <= 24:
        columns = [numbers(values) for values in (found.outputs, loss.targets, loss.dz[0])]
        rows = [Line(name, cells) for name, *cells in zip(names, *columns, strict=True)]
        lines += grid(["z", "t", "dz"], rows)
    return lines


def _loss_formula(found: Explanation, loss: LossAt) -> list[str]:
    value, plan = number(loss.value), found.update.plan if found.update else None
    smoothing = plan.label_smoothing if plan else 0.0
    lines = []
    if loss.weights is not None:
        labels = [str(label) for label in found.model.labels]
        pairs = [f"{label} {number(weight)}" for label, weight in zip(labels, loss.weights, strict=True)]
        lines.append("  " + say("explain.class_weights", weights=pairs))
    if loss.name == "cross_entropy":
        assert found.probabilities is not None, "classes have probabilities"
        if smoothing:
            lines.append(f"  L = −Σ t′ ln p = {value}    t′ = (1 − ε) t + ε / K    ε = {exact(smoothing)}")
            return [*lines, "  dz = (p Σt′ − t′)" + (" / w" if loss.weights else "")]
        given = float(found.probabilities[int(np.argmax(loss.targets))])
        lines.append(f"  L = −ln p({found.truth}) = −ln {_digits(given)} = {value}")
        return [*lines, "  dz = p − t"]
    if loss.name == "bce_with_logits":
        assert found.probabilities is not None, "classes have probabilities"
        given = float(found.probabilities[int(loss.targets[0])])
        ratio = 1.0 if loss.weights is None else loss.weights[1] / loss.weights[0]
        factor = f"{number(ratio)} · " if ratio != 1 and loss.targets[0] == 1 else ""
        lines.append(f"  L = −{factor}ln p({found.truth}) = −{factor}ln {_digits(given)} = {value}")
        slope = f"{factor}(p − t)" if factor else "p − t"
        return [*lines, f"  dz = {slope}    p = 1 / (1 + exp(−z))"]
    return [*lines, *_distance(found, loss, value, plan.huber_delta if plan else 1.0)]


def _distance(found: Explanation, loss: LossAt, value: str, delta: float) -> list[str]:
    count = len(loss.targets)
    mean = f" / {count}" if count > 1 else ""
    target = found.model.target
    lines = []
    if found.probabilities is None and (target.mean, target.std) != (0.0, 1.0):
        lines.append(
            f"  t = (y − mean) / std = ({exact(found.truth)} − {number(target.mean)}) / {number(target.std)}"
        )
    if loss.name == "mse":
        return [*lines, f"  L = Σ (z − t)²{mean} = {value}", f"  dz = 2 (z − t){mean}"]
    if loss.name == "l1":
        return [*lines, f"  L = Σ |z − t|{mean} = {value}", f"  dz = sign(z − t){mean}"]
    d = exact(delta)
    lines.append(f"  |z − t| ≤ {d}:  L = Σ (z − t)² / 2{mean}")
    lines.append(f"  |z − t| > {d}:  L = Σ {d} (|z − t| − {d} / 2){mean}")
    return [*lines, f"  L = {value}", f"  dz = min(max(z − t, −{d}), {d}){mean}"]


def _digits(value: float) -> str:
    return f"{value:.4f}" if value >= 1e-3 else f"{value:.3e}"


def moved_lines(found: Attributions, is_image: bool) -> list[str]:
    """Return what each column added to the answer."""
    is_share = found.quantity == "probability"
    shown = (lambda value: f"{100 * value:.2f}%") if is_share else exact_value
    what = say(f"explain.follows.{found.quantity}", answer=str(found.answer))
    base = "explain.from_typical" if found.pixels is None else "explain.from_black"
    base = "explain.from_zeros" if found.pixels is not None and not is_image else base
    ends = say(base, what=what, start=shown(found.start), end=shown(found.end))
    if found.pixels is not None:
        return [
            "  " + ends,
            *(["  " + say("explain.moved_pixels")] if is_image else summary("X", found.pixels)),
        ]
    added = [f"{100 * amount:+.2f}%" if is_share else f"{amount:+,.4g}" for amount in found.amounts]
    values = [say("explain.missing") if value is None else shortened(value, 24) for value in found.values]
    largest = max([abs(amount) for amount in found.amounts] or [0.0]) or 1.0
    rows = [
        Line(name, [value, text, _bar(amount / largest)])
        for name, value, text, amount in zip(found.names, values, added, found.amounts, strict=True)
    ]
    more = ["  " + say("explain.more", count=len(rows) - MOST_LISTED)] if len(rows) > MOST_LISTED else []
    heads = [say("explain.value"), say("explain.added"), ""]
    return ["  " + ends, *grid(heads, rows[:MOST_LISTED], left=frozenset({0, 2})), *more]


def _bar(share: float) -> str:
    """Return a bar of up to ten blocks."""
    return "█" * math.floor(10 * abs(share) + 0.5)
