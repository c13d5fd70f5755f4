"""The defaults: what a run without options does, as one function of rows, columns and task.

They were chosen by the validation loss on the tables named in dev/LOG.md; the test parts chose nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stirfry.spec.layers import AnyLayer, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU
from stirfry.spec.network import NetworkSpec
from stirfry.spec.plan import Plan, Task
from stirfry.spec.recipe import DataSpec, Recipe, Scale


@dataclass(frozen=True)
class Facts:
    """What the defaults depend on.

    Args:
        rows: how many rows can be used, all parts together.
        columns: how many values an encoded row has.
        task: the task.
        outputs: how many values the network gives for a row.
        images: whether rows are images.
    """

    rows: int
    columns: int
    task: Task
    outputs: int
    images: bool = False


def scale_of(data: DataSpec) -> Scale:
    """Return how number columns are scaled: standard, where nothing else is asked for."""
    return data.scale or "standard"


def scales_target(data: DataSpec, task: Task) -> bool:
    """Return whether the target is standardised: in regression, unless scaling is off altogether."""
    if data.scale_target is not None:
        return data.scale_target and task == "regression"
    return task == "regression" and scale_of(data) != "none"


def fill(recipe: Recipe, facts: Facts) -> Recipe:
    """Return the recipe with every open setting filled in.

    A setting that was written stays; one that wasn't follows the rules here:

    - tables: two hidden layers of 64 and 32, ReLU, dropout 0.1; images: two convolutions, then 128.
    - AdamW at 0.003 (images 0.001) with weight decay 0.01.
    - batches of about a fiftieth of the rows, a power of two from 32 to 256; for images 64.
    - at most 300 epochs for small tables, fewer for large ones (about 20,000 steps), 10 for images.
    - a stop after 40 epochs without a better validation loss (5 for images), and the best weights.

    Args:
        recipe: the recipe as written.
        facts: what the data are like.

    Example:
        >>> from stirfry.spec.recipe import Recipe
        >>> fill(Recipe(), Facts(150, 4, "multiclass", 3)).network.hidden
        (64, 32)
    """
    return recipe.model_copy(
        update={"network": _network(recipe.network, facts), "plan": _plan(recipe.plan, facts)}
    )


def _network(spec: NetworkSpec, facts: Facts) -> NetworkSpec:
    if spec.layers is not None or spec.hidden is not None:
        return spec
    if facts.images and not {"activation", "dropout"} & spec.model_fields_set:
        return NetworkSpec(layers=_small_cnn(facts.outputs), init=spec.init)
    open_settings: dict[str, Any] = {"hidden": (64, 32)}
    if "dropout" not in spec.model_fields_set:
        open_settings["dropout"] = 0.1
    return spec.model_copy(update=open_settings)


def _small_cnn(outputs: int) -> tuple[AnyLayer, ...]:
    return (
        Conv2d(out_channels=16, kernel_size=3, padding=1),
        ReLU(),
        MaxPool2d(kernel_size=2),
        Conv2d(out_channels=32, kernel_size=3, padding=1),
        ReLU(),
        MaxPool2d(kernel_size=2),
        Flatten(),
        Linear(out_features=128),
        ReLU(),
        Dropout(p=0.5),
        Linear(out_features=outputs),
    )


def _plan(plan: Plan, facts: Facts) -> Plan:
    batch_size = min(256, max(32, _power_of_two(facts.rows // 50))) if not facts.images else 64
    steps = max(1, facts.rows // batch_size)
    open_settings = {
        "optimizer": "adamw",
        "lr": 0.001 if facts.images else 0.003,
        "weight_decay": 0.01,
        "batch_size": batch_size,
        "epochs": 10 if facts.images else max(10, min(300, 20_000 // steps)),
        "patience": 5 if facts.images else 40,
    }
    if "optimizer" in plan.model_fields_set:
        # Another optimizer is used as its own documentation has it.
        del open_settings["weight_decay"]
        open_settings["lr"] = {"sgd": 0.01, "rmsprop": 0.01}.get(plan.optimizer, 0.001)
    given = plan.model_fields_set
    return plan.model_copy(update={key: value for key, value in open_settings.items() if key not in given})


def _power_of_two(value: int) -> int:
    return 1 << max(0, value.bit_length() - 1)
