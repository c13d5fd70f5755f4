"""A job in the native engine's terms: layers, loss and optimizer as numbers, weights as one run of floats.

Letters: N rows, K outputs.
"""

from __future__ import annotations

import math
import os
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.contract import Job, Part, Weights
from stirfry.engine.losses import targets_for
from stirfry.errors import UsageError
from stirfry.spec.augment import Augment
from stirfry.spec.layers import (
    ELU,
    GELU,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Shape,
    Sigmoid,
    SiLU,
    Tanh,
    pair,
)
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan
from stirfry.spec.schedule import OneCycle, Rates

#: In the order of `Kind` in native/src/program.hpp.
KINDS: tuple[type[Layer], ...] = (
    Linear,
    ReLU,
    LeakyReLU,
    Sigmoid,
    Tanh,
    GELU,
    SiLU,
    ELU,
    Dropout,
    BatchNorm1d,
    LayerNorm,
    Conv2d,
    MaxPool2d,
    AvgPool2d,
)
#: Layers that are another one of `KINDS` over images.
SAME_AS: dict[type[Layer], type[Layer]] = {BatchNorm2d: BatchNorm1d}
LOSSES = ("cross_entropy", "bce_with_logits", "mse", "l1", "huber")
OPTIMIZERS = ("sgd", "adam", "adamw", "rmsprop")
#: Lanes of a register that are enough for batches of as many rows, where a row's way forward has fewer
#: multiplications than this; see dev/LOG.md for the measurement.
NARROW = ((4, 1_000), (8, 10_000))
#: How often a run is probed at most, and the steps for each probe, which takes up to a third of one, as far
#: as that leaves so many.
PROBES, STEPS, FEWEST = 100, 30, 20


@cache
def extension() -> Any:
    """Return the compiled module, or None where it wasn't built."""
    try:
        from stirfry import _native
    except ImportError:
        return None
    return _native


def instruction_set(rows: int | None = None, multiplications: int = 0, bfloat16: bool = False) -> str:
    """Return the instruction set to compute with: the processor's best, or the one in STIRFRY_ISA.

    Rows lie side by side in a register. Where a batch has few of them, and the network few weights, narrow
    registers leave less of it empty.

    Args:
        rows: of a batch; None asks for the best.
        multiplications: of a row's way forward.
        bfloat16: whether the products of Linear layers are in bfloat16, as `has_bfloat16` allows.

    Raises:
        UsageError: this processor doesn't have the one in STIRFRY_ISA.
    """
    there = _sets()
    wanted = os.environ.get("STIRFRY_ISA")
    if wanted and wanted not in there:
        raise UsageError("engine.no_isa", wanted=wanted, there=there)
    if bfloat16:
        return str(extension().in_bfloat16(wanted or there[0]))
    enough = [lanes for lanes, most in NARROW if (rows or math.inf) <= lanes and multiplications < most]
    lanes = min(enough, default=math.inf)
    return str(wanted or next((isa for isa in there if _lanes(isa) <= lanes), there[0]))


def has_bfloat16() -> bool:
    """Whether the instruction set to compute with has products in bfloat16 with sums in float32."""
    return bool(extension().in_bfloat16(instruction_set()))


@cache
def _sets() -> tuple[str, ...]:
    return tuple(extension().instruction_sets())


@cache
def _lanes(isa: str) -> int:
    return int(extension().lanes(isa))


def lacking(network: Network) -> list[str]:
    """Return the layers of a network that the native engine doesn't have, by their names."""
    missing = [layer.name for layer in network.layers if type(layer) not in (*KINDS, *SAME_AS, Flatten)]
    over_images = [
        layer.name
        for layer, shape in zip(network.layers, network.shapes, strict=False)
        if isinstance(layer, LayerNorm) and len(shape) != 1
    ]
    return sorted({*missing, *over_images})


def over_images(network: Network) -> bool:
    """Whether convolutions or pooling lie in front of a network."""
    return any(isinstance(layer, Conv2d | MaxPool2d | AvgPool2d) for layer in network.layers)


def only_moves(how: Augment) -> bool:
    """Whether images are changed in no other way than that each is moved by whole pixels and mirrored."""
    return how.whole_pixels and not how.erase


def native_layers(network: Network) -> list[Any]:
    """Return the chain as native layers. A Flatten does nothing: rows are contiguous as they are."""
    made = []
    for index, layer in enumerate(network.layers):
        if isinstance(layer, Flatten):
            continue
        size_in, size_out = (math.prod(network.shapes[at]) for at in (index, index + 1))
        alpha, p, bias = 0.0, 0.0, True
        if isinstance(layer, Linear | Conv2d):
            bias = layer.bias
        elif isinstance(layer, LeakyReLU):
            alpha = layer.negative_slope
        elif isinstance(layer, ELU):
            alpha = layer.alpha
        elif isinstance(layer, Dropout):
            p = layer.p
        elif isinstance(layer, BatchNorm1d | BatchNorm2d):
            alpha, p = layer.eps, layer.momentum
        elif isinstance(layer, LayerNorm):
            alpha = layer.eps
        kind = KINDS.index(SAME_AS.get(type(layer), type(layer)))
        window = _window(layer, *network.shapes[index : index + 2])
        made.append(extension().Layer(kind, size_in, size_out, bias, alpha, p, window))
    return made


def _window(layer: Layer, shape_in: Shape, shape_out: Shape) -> tuple[int, ...]:
    """Return a `Window` of native/src/program.hpp; of a row, each feature is a channel of one pixel."""
    (channels, *size_in), (channels_out, *size_out) = shape_in, shape_out
    kernel, stride, padding = (1, 1), (1, 1), (0, 0)
    if isinstance(layer, Conv2d | MaxPool2d | AvgPool2d):
        kernel, padding = pair(layer.kernel_size), pair(layer.padding)
        stride = kernel if layer.stride is None else pair(layer.stride)
    height, width = size_in or (1, 1)
    out_height, out_width = size_out or (1, 1)
    return (channels, height, width, *kernel, *stride, *padding, channels_out, out_height, out_width)


def row_size(network: Network) -> int:
    """Return how many numbers a row of input has."""
    return math.prod(network.input_shape)


def native_loss(job: Job) -> Any:
    """Return the job's loss."""
    plan = job.plan
    assert plan.loss is not None, "the job's loss is set before it reaches an engine"
    weights = job.class_weights or ()
    binary = plan.loss == "bce_with_logits"
    positive = weights[1] / weights[0] if binary and weights else 1.0
    by_class = list(weights) if plan.loss == "cross_entropy" else []
    kind = LOSSES.index(plan.loss)
    return extension().Loss(kind, by_class, plan.label_smoothing, positive, plan.huber_delta)


def native_plan(job: Job, by_step: Rates) -> Any:
    """Return the job's plan, with a rate for each epoch, or for each step where the schedule wants it."""
    plan, rows = job.plan, len(job.arrays.train)
    steps = plan.steps_per_epoch(rows)
    full = plan.batch_size == "full"
    made = extension().Plan()
    made.optimizer = _optimizer(plan)
    made.epochs, made.steps = plan.epochs, steps
    made.batch_size = rows if full else plan.batch_size
    made.draws, made.shuffle = not full, plan.shuffle and not full
    made.validates = job.arrays.validation is not None
    made.keep_best, made.keep_steps = plan.keep == "best", plan.history == "step"
    patient = made.validates and isinstance(plan.patience, int)
    made.patience = plan.patience if patient else 0
    made.min_delta = plan.min_delta
    probes = min(PROBES, max(FEWEST, plan.epochs * steps // STEPS))
    made.probe_every = -(-plan.epochs // probes)
    made.shift, made.flip = int(plan.augment.shift), plan.augment.flip
    made.set_rates(np.ascontiguousarray(by_step if isinstance(plan.schedule, OneCycle) else by_step[:, -1:]))
    return made


def _optimizer(plan: Plan) -> Any:
    return extension().Optimizer(
        kind=OPTIMIZERS.index(plan.optimizer),
        momentum=plan.momentum,
        weight_decay=plan.weight_decay,
        beta1=plan.betas[0],
        beta2=plan.betas[1],
        eps=plan.eps,
        alpha=plan.alpha,
        nesterov=plan.nesterov,
        clip_norm=plan.clip_norm or 0.0,
    )


def native_rows(part: Part, job: Job) -> Any:
    """Return a part's rows with the targets in the form that the loss wants."""
    loss = job.plan.loss
    assert loss is not None, "the job's loss is set before it reaches an engine"
    regression = job.task == "regression"
    classes = None if regression else np.ascontiguousarray(part.targets, dtype=np.int32)
    values = None
    if loss != "cross_entropy":
        found = targets_for(loss, job.task, part.targets, job.network.output_shape[0])
        values = np.ascontiguousarray(found, dtype=np.float32)
    spread = 0.0
    if regression:
        apart = part.targets.astype(np.float64).reshape(-1)
        apart -= apart.sum() / len(apart)
        spread = float(np.square(apart, out=apart).sum())
    assert isinstance(job.network, Network), "the native engine trains chains"
    if part.normal is not None and part.inputs.dtype == np.uint8:
        pixels = np.ascontiguousarray(part.inputs)
        return extension().Rows(pixels, _meanings(part), classes, values, spread)
    inputs = np.ascontiguousarray(part.floats(), dtype=np.float32).reshape(len(part), -1)
    return extension().Rows(inputs, None, classes, values, spread)


def _meanings(part: Part) -> NDArray[np.float32]:
    """Return what each pixel becomes, shape (channels, 256)."""
    assert part.normal is not None, "pixels have a normal"
    channels = part.inputs.shape[1]
    every = np.broadcast_to(np.arange(256, dtype=np.uint8)[:, None, None, None], (256, channels, 1, 1))
    return np.ascontiguousarray(part.normal.floats(every)[:, :, 0, 0].T)


def flat_weights(network: Network, weights: Weights) -> NDArray[np.float32]:
    """Return all trained tensors, one after another in the order of the `state_dict`."""
    return _flat([weights[name] for name in network.parameter_shapes])


def flat_buffers(network: Network, weights: Weights) -> NDArray[np.float32]:
    """Return the running means and variances, one after another."""
    return _flat([weights[name] for name in _buffers(network)])


def _flat(arrays: list[NDArray[Any]]) -> NDArray[np.float32]:
    if not arrays:
        return np.zeros(0, dtype=np.float32)
    return np.concatenate([np.asarray(array, dtype=np.float32).ravel() for array in arrays])


def _buffers(network: Network) -> list[str]:
    kept = network.state_shapes.keys() - network.parameter_shapes.keys()
    return [name for name in network.state_shapes if name in kept and not name.endswith(_COUNT)]


_COUNT = "num_batches_tracked"


def named(
    network: Network, weights: NDArray[Any], buffers: NDArray[Any], batches: int, initial: Weights
) -> Weights:
    """Return flat weights and buffers as tensors under their `state_dict` names.

    Args:
        network: the network.
        weights: as from `flat_weights`.
        buffers: as from `flat_buffers`.
        batches: how many batches BatchNorm1d has seen in this run.
        initial: the tensors that the run began with.
    """
    found: Weights = {}
    at = {True: 0, False: 0}
    for name, shape in network.state_shapes.items():
        if name.endswith(_COUNT):
            found[name] = np.asarray(np.int64(initial[name] + batches))
            continue
        trained = name in network.parameter_shapes
        size = math.prod(shape)
        source = weights if trained else buffers
        found[name] = source[at[trained] : at[trained] + size].reshape(shape).copy()
        at[trained] += size
    return found
