"""A layer as text: forward with its weights, backward with its gradients.

A small Linear layer is one table: a row for each output, with its weights under the inputs' names, its bias
and its weighted sum. What is larger is summarised.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from stirfry.explain.activations import is_activation
from stirfry.explain.explanation import Explanation
from stirfry.explain.grid import Line, grid, numbers, summary
from stirfry.explain.passes import Backward, Forward
from stirfry.lang import say, shape_text
from stirfry.model.model import Model
from stirfry.spec.layers import Linear

#: A matrix is shown whole with so many rows, columns and numbers, at most.
MOST_ROWS, MOST_COLUMNS, MOST_NUMBERS = 24, 24, 240

FORWARD = {
    "Linear": "Z = X Wᵀ + b",
    "Conv2d": "Z[o,p,q] = Σ X[c, s·p+i, s·q+j] W[o,c,i,j] + b[o]",
    "MaxPool2d": "Y[c,p,q] = max X[c, s·p+i, s·q+j]",
    "AvgPool2d": "Y[c,p,q] = mean X[c, s·p+i, s·q+j]",
    "Flatten": "Y = X[c,h,w]",
    "BatchNorm1d": "Y = γ (X − μ) / √(σ² + ε) + β",
    "BatchNorm2d": "Y = γ (X − μ) / √(σ² + ε) + β",
    "LayerNorm": "Y = γ (X − mean) / √(var + ε) + β",
    "Dropout": "Y = X",
    "ReLU": "A = max(0, Z)",
    "LeakyReLU": "A = Z > 0 ? Z : {negative_slope} Z",
    "Sigmoid": "A = 1 / (1 + exp(−Z))",
    "Tanh": "A = tanh(Z)",
    "GELU": "A = Z Φ(Z)",
    "SiLU": "A = Z / (1 + exp(−Z))",
    "ELU": "A = Z > 0 ? Z : {alpha} (exp(Z) − 1)",
}
BACKWARD = {
    "Linear": "dW = dZᵀ X    db = dZ    dX = dZ W",
    "Conv2d": "dW[o,c,i,j] = Σ dZ[o,p,q] X[c, s·p+i, s·q+j]    db[o] = Σ dZ[o,p,q]",
    "MaxPool2d": "dX = dY at each window's largest value, 0 elsewhere",
    "AvgPool2d": "dX = dY / (I·J)",
    "Flatten": "dX[c,h,w] = dY",
    "BatchNorm1d": "dγ = dY X̂    dβ = dY    dX = γ dY / √(σ² + ε)",
    "BatchNorm2d": "dγ = Σ dY X̂    dβ = Σ dY    dX = γ dY / √(σ² + ε)",
    "LayerNorm": "dX̂ = γ dY    dX = (dX̂ − mean(dX̂) − X̂ mean(dX̂ X̂)) / √(var + ε)",
    "Dropout": "dX = dY",
    "ReLU": "dZ = dA · (Z > 0)",
    "LeakyReLU": "dZ = dA · (Z > 0 ? 1 : {negative_slope})",
    "Sigmoid": "dZ = dA · A (1 − A)",
    "Tanh": "dZ = dA · (1 − A²)",
    "GELU": "dZ = dA · (Φ(Z) + Z φ(Z))",
    "SiLU": "dZ = dA · (σ(Z) + Z σ(Z) (1 − σ(Z)))",
    "ELU": "dZ = dA · (Z > 0 ? 1 : A + {alpha})",
}
#: Letters for a normalisation's tensors, and for those of the other layers.
_NORMS = {"weight": "γ", "bias": "β", "running_mean": "μ", "running_var": "σ²"}
_LETTERS = {"weight": "W", "bias": "b"}


def forward_title(step: Forward | Backward) -> str:
    """Return a layer's number and name."""
    return f"{step.index} {step.layer.name}"


def formula(step: Forward | Backward, formulas: dict[str, str]) -> str:
    """Return a layer's formula with its settings in it."""
    text = formulas[step.layer.name]
    if isinstance(step.layer, Linear) and not step.layer.bias:
        text = text.replace(" + b", "").replace("db = dZ    ", "")
    return text.format(**step.layer.model_dump()) if "{" in text else text


def forward_lines(found: Explanation, step: Forward) -> list[str]:
    """Return what a layer did."""
    letters = _letters(step)
    tensors = {letters[name]: value for name, value in step.tensors.items() if name in letters}
    given, taken = ("A", "Z") if is_activation(step.layer) else ("Y", "X")
    given = "Z" if step.layer.name in ("Linear", "Conv2d") else given
    shapes = {taken: step.x[0], **tensors, given: step.y[0]}
    lines = [f"  {formula(step, FORWARD)}", "  " + _shapes(shapes)]
    if step.layer.name in ("Flatten", "Dropout"):
        return lines
    if isinstance(step.layer, Linear) and _is_small(step.tensors["weight"]):
        return lines + _linear_grid(found, step)
    for name, value in tensors.items():
        lines += _tensor(name, value, _unit_names(found.model, step, value))
    return lines + _tensor(given, step.y[0], _unit_names(found.model, step, step.y[0]))


def backward_lines(found: Explanation, step: Backward) -> list[str]:
    """Return what went back through a layer."""
    given = "A" if is_activation(step.layer) else "Z" if step.layer.name in ("Linear", "Conv2d") else "Y"
    taken = "Z" if given == "A" else "X"
    lines = [f"  {formula(step, BACKWARD)}"]
    if step.layer.name in ("Flatten", "Dropout"):
        return lines
    if isinstance(step.layer, Linear) and _is_small(step.gradients["weight"]):
        return lines + _linear_gradient_grid(found, step)
    letters = _letters(step)
    if step.index == len(found.forward) - 1:
        lines += _tensor(f"d{given}", step.dy[0], _unit_names(found.model, step, step.dy[0]))
    for name, value in step.gradients.items():
        lines += _tensor(f"d{letters[name]}", value, _unit_names(found.model, step, value))
    return lines + _tensor(f"d{taken}", step.dx[0], _unit_names(found.model, step, step.dx[0]))


def _letters(step: Forward | Backward) -> dict[str, str]:
    return _NORMS if step.layer.name in ("BatchNorm1d", "BatchNorm2d", "LayerNorm") else _LETTERS


def _shapes(tensors: dict[str, NDArray[Any]]) -> str:
    return say(
        "explain.shapes", shapes=[f"{name} {shape_text(value.shape)}" for name, value in tensors.items()]
    )


def _is_small(values: NDArray[Any]) -> bool:
    rows, columns = values.shape if values.ndim == 2 else (1, values.size)
    return rows <= MOST_ROWS and columns <= MOST_COLUMNS and values.size <= MOST_NUMBERS


def _linear_grid(found: Explanation, step: Forward) -> list[str]:
    """Return a Linear layer whole: X above, then W, b and Z, a row for each output."""
    weight = step.tensors["weight"]
    bias = step.tensors.get("bias")
    columns = [numbers(weight[:, place]) for place in range(weight.shape[1])]
    texts = [list(row) for row in zip(*columns, strict=True)]
    heads = [*input_names(found, step.index, weight.shape[1]), *([] if bias is None else ["b"]), "Z"]
    above = [*numbers(step.x[0]), *([] if bias is None else [""]), ""]
    lines = [Line("X", above)]
    tails = [] if bias is None else [numbers(bias)]
    tails.append(numbers(step.y[0]))
    names = output_names(found.model, step.index, len(weight))
    for place, name in enumerate(names):
        cells = [*texts[place], *(tail[place] for tail in tails)]
        lines.append(Line(say("explain.weights_of", name=name), cells))
    return grid(heads, lines)


def _linear_gradient_grid(found: Explanation, step: Backward) -> list[str]:
    """Return a Linear layer's gradients whole: dZ and dW, a row for each output, and dX below."""
    gradient = step.gradients["weight"]
    columns = [numbers(gradient[:, place]) for place in range(gradient.shape[1])]
    texts = [list(row) for row in zip(*columns, strict=True)]
    heads = ["dZ = db" if "bias" in step.gradients else "dZ"]
    heads += input_names(found, step.index, gradient.shape[1])
    names = output_names(found.model, step.index, len(gradient))
    slopes = numbers(step.dy[0])
    lines = [
        Line(say("explain.gradients_of", name=name), [slopes[place], *texts[place]])
        for place, name in enumerate(names)
    ]
    return grid(heads, [*lines, Line("dX", ["", *numbers(step.dx[0])])])


def _tensor(name: str, values: NDArray[Any], names: list[str]) -> list[str]:
    """Return a vector whole where it is small, anything else as a summary."""
    if values.ndim == 1 and _is_small(values):
        return grid(names, [Line(name, numbers(values))])
    return summary(name, values)


def _unit_names(model: Model, step: Forward | Backward, values: NDArray[Any]) -> list[str]:
    last = isinstance(step.layer, Linear) or values.shape != model.network.output_shape
    if not last and step.index == len(model.network.table()) - 1:
        return output_names(model, step.index, values.size)
    return [str(place + 1) for place in range(values.size)]


def input_names(found: Explanation, index: int, count: int) -> list[str]:
    """Return what a layer's inputs are called: the row's inputs at the first layer, else units by number."""
    if index == 0 and found.inputs:
        return [each.name for each in found.inputs]
    return [str(place + 1) for place in range(count)]


def output_names(model: Model, index: int, count: int) -> list[str]:
    """Return what a layer's outputs are called: the classes or the target at the end, else numbers."""
    if index == len(model.network.table()) - 1:
        if len(model.labels) == count:
            return [str(label) for label in model.labels]
        if count == 1:
            target = model.schema.target if model.schema else "1"
            return [str(model.labels[1]) if model.labels else target]
    return [str(place + 1) for place in range(count)]
