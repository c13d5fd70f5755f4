"""The plan of a run: loss, optimizer, schedule, batches, stopping, seed, device."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from stirfry.errors import Fault
from stirfry.spec.augment import Augment, from_text
from stirfry.spec.schedule import Constant, OneCycle, Schedule

Loss = Literal["cross_entropy", "bce_with_logits", "mse", "l1", "huber"]
Optimizer = Literal["sgd", "adam", "adamw", "rmsprop"]
Task = Literal["binary", "multiclass", "regression"]
ScheduleName = Literal["constant", "step", "exponential", "cosine", "one_cycle", "one-cycle", "warmup"]
Beta = Annotated[float, Field(ge=0, lt=1)]

#: Which optimizers a setting belongs to.
BELONGS: dict[str, tuple[Optimizer, ...]] = {
    "momentum": ("sgd", "rmsprop"),
    "nesterov": ("sgd",),
    "betas": ("adam", "adamw"),
    "eps": ("adam", "adamw", "rmsprop"),
    "alpha": ("rmsprop",),
}


def _augment_of(value: Any) -> Any:
    """A text such as `shift=2,flip` is a table of settings."""
    return from_text(value) if isinstance(value, str) else value


class Plan(BaseModel):
    """How a network is trained. What isn't set comes from `stirfry.spec.defaults`.

    Args:
        loss: `cross_entropy`, `bce_with_logits`, `mse`, `l1` or `huber`; None is the task's own.
        optimizer: `sgd`, `adam`, `adamw` or `rmsprop`, each as in `torch.optim`.
        lr: the learning rate, above 0.
        momentum: for `sgd` and `rmsprop`, 0 to below 1.
        nesterov: Nesterov's momentum, for `sgd`.
        weight_decay: the L2 penalty (decoupled in `adamw`), 0 or more.
        betas: for `adam` and `adamw`.
        eps: what keeps the division finite in `adam`, `adamw` and `rmsprop`.
        alpha: the smoothing constant of `rmsprop`.
        label_smoothing: the share of each label that cross-entropy spreads over all classes, 0 to below 1.
        huber_delta: where Huber's loss turns from square to straight.
        schedule: a name or a table with a name (see `stirfry.spec.schedule`).
        epochs: how often every training row is seen, at most.
        batch_size: rows in a step, or `"full"` for all of them.
        shuffle: whether every epoch sees the rows in a new order (never with `"full"`).
        drop_last: leave out the last batch of an epoch where it is smaller than the others.
        patience: stop after this many epochs without a better validation loss; `"never"` doesn't.
        min_delta: by how much a loss must fall to count as better.
        clip_norm: the largest norm of all gradients together; None doesn't clip.
        class_weights: `"balanced"`, or one weight a class in the order of the labels.
        keep: which weights are used: the `best` by validation loss, or the `last`.
        follow_test: evaluate the test part after every epoch too; it chooses nothing.
        history: keep a row for each `epoch`, or for each `step` as well.
        seed: what fixes initial weights, batches and dropout, 0 to 2^63 - 1.
        augment: how training images are changed at random (see `stirfry.spec.augment`).
        ema_decay: use a moving average of the weights, of which each step keeps this share, 0 to below 1;
            None uses the weights themselves.
        test_shift: also look at images shifted by so many pixels up, down, left and right, and average.
        precision: `float32`; `bfloat16` for products and convolutions, with float32 weights; `auto` takes
            bfloat16 where the hardware computes it faster.
        device: `auto`, `cpu`, `cuda` or `mps`.
        engine: `auto` chooses; `native` is the compiled engine, `torch_fast` PyTorch at its best, `torch`
            the plain loop.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    loss: Loss | None = None
    optimizer: Optimizer = "adam"
    lr: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1e-3
    momentum: Beta = 0.0
    nesterov: bool = False
    weight_decay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    betas: tuple[Beta, Beta] = (0.9, 0.999)
    eps: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1e-8
    alpha: Beta = 0.99
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    huber_delta: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    schedule: Schedule = Constant()
    epochs: Annotated[int, Field(ge=1)] = 200
    batch_size: Annotated[int, Field(ge=1)] | Literal["full"] = 32
    shuffle: bool = True
    drop_last: bool = False
    patience: Annotated[int, Field(ge=1)] | Literal["never"] | None = None
    min_delta: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    clip_norm: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    class_weights: Literal["balanced"] | tuple[Annotated[float, Field(gt=0)], ...] | None = None
    keep: Literal["best", "last"] = "best"
    follow_test: bool = False
    history: Literal["epoch", "step"] = "epoch"
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    augment: Annotated[Augment, BeforeValidator(_augment_of)] = Augment()
    ema_decay: Annotated[float, Field(ge=0, lt=1)] | None = None
    test_shift: Annotated[int, Field(ge=0, le=8)] = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    engine: Literal["auto", "native", "torch_fast", "torch"] = "auto"

    @field_validator("schedule", mode="before", json_schema_input_type=Schedule | ScheduleName)
    @classmethod
    def _named(cls, value: Any) -> Any:
        """A name alone is a schedule with its default settings."""
        return {"name": value.replace("-", "_")} if isinstance(value, str) else value

    def faults(self) -> list[Fault]:
        """Return what is wrong between the fields."""
        faults = [
            Fault(
                f"plan.{key}",
                "spec.not_this_optimizer",
                key=key,
                optimizer=self.optimizer,
                owners=list(owners),
            )
            for key, owners in BELONGS.items()
            if key in self.model_fields_set and self.optimizer not in owners and getattr(self, key)
        ]
        if self.nesterov and self.optimizer == "sgd" and not self.momentum:
            faults.append(Fault("plan.nesterov", "spec.nesterov_without_momentum"))
        if self.label_smoothing and self.loss not in (None, "cross_entropy"):
            faults.append(Fault("plan.label_smoothing", "spec.smoothing_without_classes", loss=self.loss))
        if self.class_weights is not None and self.loss not in (None, "cross_entropy", "bce_with_logits"):
            faults.append(Fault("plan.class_weights", "spec.weights_without_classes", loss=self.loss))
        if isinstance(self.schedule, OneCycle) and self.epochs == 1 and self.batch_size == "full":
            faults.append(Fault("plan.schedule", "spec.one_cycle_too_short"))
        return faults

    def steps_per_epoch(self, rows: int) -> int:
        """Return how many steps an epoch over `rows` training rows has."""
        if self.batch_size == "full":
            return 1
        whole, rest = divmod(rows, self.batch_size)
        return whole + (1 if rest and not (self.drop_last and whole) else 0)
