"""A recipe: data, network and plan in one TOML file.

Every fault of a file is reported at once, with its line and key.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stirfry.errors import Fault, SpecError
from stirfry.spec.faults import faults_of
from stirfry.spec.network import NetworkSpec
from stirfry.spec.plan import Plan, Task

Fraction = Annotated[float, Field(ge=0, lt=1)]
Method = Literal["stratified", "random", "train_test_split", "random_split", "in_order", "column", "given"]
Scale = Literal["standard", "minmax", "robust", "none"]


#: A number, the first letter of its unit, and whether that unit counts by 1,024.
_MEMORY = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?) ?(?:([kmgt])(i)?)?b", re.IGNORECASE)


class SplitSpec(BaseModel):
    """How rows are divided into training, validation and test parts.

    Args:
        method: `stratified` (every class in every part; `random` for regression), `random`,
            `train_test_split` (scikit-learn's order), `random_split` (PyTorch's order), `in_order`
            (the first rows train, the last test), `column`, or `given` (the source has its own parts).
        test: the share of all rows in the test part, 0 to below 1.
        validation: the share of all rows in the validation part, 0 to below 1.
        seed: what fixes the order, 0 to 2^32 - 1; the same as `random_state`.
        column: the column that says `train`, `validation` or `test`.
        test_file: a file with the test rows.
        validation_file: a file with the validation rows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Method | None = None
    test: Fraction = 0.2
    validation: Fraction = 0.2
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    column: str | None = None
    test_file: str | None = None
    validation_file: str | None = None

    def faults(self) -> list[Fault]:
        """Return what is wrong between the fields."""
        faults = []
        if self.test + self.validation >= 1:
            faults.append(
                Fault("data.split", "spec.no_rows_to_train", test=self.test, validation=self.validation)
            )
        if (self.method == "column") != (self.column is not None) and self.method is not None:
            faults.append(Fault("data.split.column", "spec.split_column"))
        return faults


class DataSpec(BaseModel):
    """Where the rows come from and what their columns mean.

    Args:
        source: an embedded name, a file or a folder; None where the data are passed in a call.
        target: the column to predict; None lets the schema find it.
        task: `binary`, `multiclass` or `regression`; None lets the target decide.
        drop: columns to leave out.
        category: columns of numbers that are names of groups.
        scale: how number columns are scaled: `standard`, `minmax`, `robust` or `none`.
        scale_target: whether a regression target is standardised for training and put back in
            prediction; None does so unless `scale` is `"none"`.
        mean: for images, what is subtracted from each channel (pixels are 0 to 1); None is the
            training part's.
        std: for images, what each channel is divided by; None is the training part's.
        image_size: (height, width) that images are resized to; None is the commonest size.
        memory: what a folder's images or a Parquet file's values may take in memory, such as `"2GB"`; where
            they would take more, images stay on disk and are read batch by batch, and values lie in
            temporary files. None is a third of what is free.
        rows: how many rows a synthetic source makes; None is its usual number.
        columns: how many columns a synthetic source makes; None is its usual number.
        split: the parts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str | None = None
    target: str | None = None
    task: Task | None = None
    drop: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    scale: Scale | None = None
    scale_target: bool | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[Annotated[float, Field(gt=0)], ...] | None = None
    image_size: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] | None = None
    memory: str | None = None
    rows: Annotated[int, Field(ge=1)] | None = None
    columns: Annotated[int, Field(ge=1)] | None = None
    split: SplitSpec = SplitSpec()

    def faults(self) -> list[Fault]:
        """Return what is wrong between the fields."""
        faults = self.split.faults()
        if (self.mean is None) != (self.std is None):
            faults.append(Fault("data.mean", "spec.mean_and_std"))
        if self.memory is not None and self.memory_bytes is None:
            faults.append(Fault("data.memory", "spec.memory", value=self.memory))
        if self.target is not None and self.target in (*self.drop, *self.category):
            faults.append(Fault("data.target", "spec.target_used_twice", target=self.target))
        return faults

    @property
    def memory_bytes(self) -> int | None:
        """What `memory` says, in bytes; None where it says nothing.

        Example:
            >>> DataSpec(memory="1.5GB").memory_bytes, DataSpec(memory="64 MiB").memory_bytes
            (1500000000, 67108864)
        """
        found = None if self.memory is None else _MEMORY.fullmatch(self.memory.strip())
        if not found:
            return None
        thousand = 1024 if found[3] else 1000
        return int(float(found[1]) * thousand ** " kmgt".index((found[2] or " ").lower()))


class Published(BaseModel):
    """One number that a tutorial gives.

    Args:
        quantity: what it is: a history column (`train_loss`), a score (`test.accuracy`), a weight
            (`weight.0`), `weights_error`, `last_step_loss`, `parameters` or
            `train_seconds`.
        epoch: the epoch of a history column; None is the last one.
        value: the published number; None where we report ours beside nothing.
        exact: the number doesn't depend on the seed, so it must be equal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantity: str
    epoch: Annotated[int, Field(ge=1)] | None = None
    value: float | None = None
    exact: bool = False


class Words(BaseModel):
    """A sentence in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    zh: str


class Recipe(BaseModel):
    """Data, network and plan; for a tutorial, what it published as well.

    Args:
        name: what runs are called after; letters, digits, `-` and `_`.
        title: one line on what it is.
        note: where the tutorial is wrong and what is done instead.
        data: the rows.
        network: the network as written.
        plan: the training.
        published: the tutorial's numbers.
        seeds: how many seeds `reproduce` runs.
        variants: the same recipe with other settings, each with a `name` and what differs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[\w-]+$")] | None = None
    title: Words | None = None
    note: Words | None = None
    data: DataSpec = DataSpec()
    network: NetworkSpec = NetworkSpec()
    plan: Plan = Plan()
    published: tuple[Published, ...] = ()
    seeds: Annotated[int, Field(ge=1)] = 20
    variants: tuple[dict[str, Any], ...] = ()

    def faults(self) -> list[Fault]:
        """Return what is wrong between the fields of every part."""
        return [*self.data.faults(), *self.network.faults(), *self.plan.faults()]


def recipe_from(values: dict[str, Any], origin: str | None = None, text: str | None = None) -> Recipe:
    """Return the recipe that nested values describe.

    Args:
        values: tables `data`, `network`, `plan` and the fields of `Recipe`.
        origin: the file they come from, for messages.
        text: the file's text, to find the line of a fault.

    Raises:
        SpecError: with every fault.

    Example:
        >>> recipe_from({"plan": {"optimizer": "sgd", "lr": 0.01}}).plan.lr
        0.01
    """
    try:
        recipe = Recipe.model_validate(values)
        faults = recipe.faults()
    except ValidationError as error:
        faults = faults_of(error, Recipe, values)
    if not faults:
        return recipe
    if text is not None:
        from stirfry.spec.lines import lines_of, nearest_line

        lines = lines_of(text)
        faults = [fault.at(nearest_line(lines, fault.key)) for fault in faults]
        faults.sort(key=lambda fault: fault.line or 0)
    raise SpecError(tuple(faults), origin)


def recipe_from_toml(text: str, origin: str) -> Recipe:
    """Return the recipe in a TOML text.

    Args:
        text: the TOML.
        origin: what to call it in messages.

    Raises:
        SpecError: the text isn't TOML, or with every fault of it.
    """
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError((Fault("", "spec.not_toml", reason=str(error)),), origin) from None
    return recipe_from(values, origin, text)


def with_changes(recipe: Recipe, changes: dict[str, Any]) -> Recipe:
    """Return a recipe with some values of its tables replaced.

    What was set stays set and what wasn't stays open, so the defaults still fill it in.

    Args:
        recipe: the recipe to start from.
        changes: nested values, as for `recipe_from`.

    Raises:
        SpecError: the result has faults.
    """
    return recipe_from(_merged(recipe.model_dump(exclude_unset=True), changes))


#: Replacing one of these means leaving its rival behind.
_RIVALS = {
    "layers": ("hidden", "activation", "dropout", "bias"),
    "hidden": ("layers",),
    "activation": ("layers",),
}


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    merged = {key: value for key, value in old.items() if key not in _left_behind(new)}
    for key, value in new.items():
        both = isinstance(value, dict) and isinstance(old.get(key), dict) and "name" not in value
        merged[key] = _merged(old[key], value) if both else value
    return merged


def _left_behind(new: dict[str, Any]) -> set[str]:
    return {rival for key in new for rival in _RIVALS.get(key, ())}


def variants_of(recipe: Recipe) -> dict[str, Recipe]:
    """Return a recipe's variants by name, each a whole recipe; the recipe itself is under `""`."""
    base = recipe.model_copy(update={"variants": ()})
    found = {"": base}
    for variant in recipe.variants:
        changes = {key: value for key, value in variant.items() if key != "name"}
        found[variant["name"]] = with_changes(base, {"published": (), **changes})
    return found


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a recipe file, for editors."""
    return Recipe.model_json_schema()
