"""A step from the list of its operators is the step to the last bit; what can't be repeated isn't."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from tests.engine.own_modules import MODULES, Sequence, Skipping
from tests.engine.shared_jobs import Keeping, jobs
from torch import nn
from torch.nn import functional

from stirfry.engine import operators, torch_fast
from stirfry.engine.contract import Arrays, Job, Part, Trained
from stirfry.engine.given import given_module
from stirfry.engine.rehearsal import rehearse
from stirfry.engine.rehearsal_loss import Goal
from stirfry.engine.written_step import COMPARED, LEAST_STEPS, Written
from stirfry.spec.plan import Plan


def own_job(module: Any, rows: int = 70, columns: int = 12, loss: Any = None, **plan: Any) -> Job:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(rows, columns)).astype(np.float32)
    y = draw.integers(0, 3, rows)
    settings = {"epochs": 4, "batch_size": 16, "lr": 0.01, "seed": 2, "device": "cpu"} | plan
    made = Plan(loss="cross_entropy", **settings)
    network = rehearse(given_module(module), x, y, Goal("multiclass", 3, "cross_entropy", None), 2).network
    return Job(Arrays(Part(x, y), Part(x[:20], y[:20])), network, made, "multiclass", loss=loss)


def assert_same(found: Trained, expected: Trained) -> None:
    """Check that two runs are equal to the last bit."""
    for name, weight in expected.weights.items():
        assert found.weights[name].tobytes() == weight.tobytes(), name
    for columns, others in ((found.history, expected.history), (found.steps, expected.steps)):
        assert columns.keys() == others.keys()
        for name in columns:
            assert columns[name].tobytes() == others[name].tobytes(), name


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Callable[[Job], tuple[int, Trained, Trained]]:
    """Return a function that trains with and without the list, and how many steps came from it."""
    repeated: list[int] = []
    original = operators.Operators.repeat

    def counted(self: Any) -> None:
        repeated.append(1)
        original(self)

    monkeypatch.setattr(operators.Operators, "repeat", counted)
    always(monkeypatch)

    def both(job: Job) -> tuple[int, Trained, Trained]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(torch_fast, "repeatable", lambda model, loss: False)
            usual = torch_fast.train(job)
        assert not repeated
        found = torch_fast.train(job)
        return len(repeated), found, usual

    return both


def always(patch: pytest.MonkeyPatch) -> None:
    """Write down short runs too, and keep lists that are no faster: these tests are about numbers."""
    patch.setattr(torch_fast, "LEAST_STEPS", 0)
    patch.setattr(Written, "_gains", lambda self: True)


Both = Callable[[Job], tuple[int, Trained, Trained]]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_from_its_list_is_the_module(name: str, trained: Both) -> None:
    repeated, found, usual = trained(own_job(MODULES[name], history="step"))
    # Of 4 epochs of 4 whole batches: two to warm up, one to write it down, and those with probes.
    assert repeated >= 10
    assert_same(found, usual)


@pytest.mark.parametrize(
    "plan",
    [
        {"optimizer": "sgd"},
        {"optimizer": "sgd", "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
        {"optimizer": "adamw", "weight_decay": 0.1, "clip_norm": 0.5},
        {"optimizer": "adam", "schedule": "one_cycle"},
        {"optimizer": "sgd", "momentum": 0.5, "schedule": "cosine", "clip_norm": 0.1},
        {"optimizer": "rmsprop", "clip_norm": 1.0},
        {"label_smoothing": 0.1, "history": "step"},
        {"batch_size": "full", "epochs": 12},
        {"ema_decay": 0.9, "patience": 2},
        {"batch_size": 1, "epochs": 1},
    ],
    ids=str,
)
def test_a_plan_from_the_list_is_the_plan(plan: dict[str, Any], trained: Both) -> None:
    repeated, found, usual = trained(own_job(Skipping, **plan))
    assert repeated >= 5
    assert_same(found, usual)


@pytest.mark.parametrize("name", jobs())
def test_a_network_from_its_list_is_the_network(name: str, trained: Both) -> None:
    repeated, found, usual = trained(jobs()[name])
    assert (repeated > 0) is (name != "in order")
    assert_same(found, usual)


def test_rates_that_the_list_cannot_take_end_it(trained: Both) -> None:
    """RMSprop's rate goes into several operators."""
    repeated, found, usual = trained(own_job(Skipping, optimizer="rmsprop", schedule="one_cycle"))
    assert repeated == 0
    assert_same(found, usual)


class Reading(Skipping):
    """Looks at a number."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x if x.sum() > 0 else -x)


class Choosing(Skipping):
    """Takes as many rows as it finds."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        outputs = super().forward(x)
        if self.training:
            outputs = outputs + outputs[x[:, 0] > 0].sum() * 0.01
        return outputs


class Drawing(Skipping):
    """Draws from another generator."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x) * (1 + random.random() if self.training else 1)


class Counting(Skipping):
    """Counts its calls."""

    calls = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls += self.training
        return super().forward(x) * (1 + self.calls % 7)


@pytest.mark.parametrize("module", [Reading, Choosing, Drawing, Counting])
def test_what_cannot_be_repeated_is_taken_as_usual(
    module: type[nn.Module], trained: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the code isn't looked at: the operators, or the compared steps, show it."""
    monkeypatch.setattr(torch_fast, "repeatable", lambda model, loss: True)
    repeated, found, usual = trained(own_job(module))
    assert repeated <= 1
    if module is not Drawing:  # it draws other numbers in each run
        assert_same(found, usual)
    assert found.history["train_loss"][-1] < found.history["train_loss"][0]


class Sparse(Skipping):
    """Computes with a tensor that has no memory of the usual form."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.sparse.mm(torch.eye(len(x)).to_sparse(), super().forward(x))


class Frozen(Skipping):
    """Makes memory that nobody may write to later."""

    def __init__(self) -> None:
        super().__init__()
        self.fixed = nn.Linear(12, 12).requires_grad_(False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            x = self.fixed(x) * 2
        return super().forward(x.clone())


class Negative(Skipping):
    """Gives outputs that are the negative of their memory."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = super().forward(x)
        return torch.complex(x, x).conj().imag


class Kept(Skipping):
    """Has memory that nobody can write to, or compare as NumPy's."""

    def __init__(self) -> None:
        super().__init__()
        with torch.inference_mode():
            self.register_buffer("inferred", torch.ones(3), persistent=False)
        self.register_buffer("expanded", torch.ones(1).expand(3), persistent=False)
        self.count = torch.zeros(3, dtype=torch.bfloat16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            self.count.add_(1)
        return super().forward(x)


class SparseKept(Skipping):
    """Has a sparse buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("sparse", torch.eye(3).to_sparse(), persistent=False)


class Lengths(nn.Module):
    """Sequences of which a few are shorter; PyTorch reads their lengths unseen."""

    def __init__(self) -> None:
        super().__init__()
        self.cells, self.last = nn.GRU(3, 6, batch_first=True), nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        lengths = 4 - (x[:, 0] > 2).long()
        x, pack = x.view(-1, 4, 3), nn.utils.rnn.pack_padded_sequence
        packed = pack(x, lengths, batch_first=True, enforce_sorted=False)
        return self.last(self.cells(packed)[1][0])


def long_short() -> nn.Module:
    return Sequence(nn.LSTM)


def by_lengths(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """CTC of sequences whose lengths the targets say."""
    size, ones = len(targets), torch.ones(len(targets), dtype=torch.long)
    places = functional.log_softmax(outputs, 1).repeat(4, 1, 1)
    return functional.ctc_loss(places, ones[:, None], torch.full((size,), 4) - targets.long() % 2, ones)


@pytest.mark.parametrize(
    ("module", "loss", "repeats"),
    [
        (Sparse, None, 0),
        (Lengths, None, 0),
        (long_short, None, 0),
        (Skipping, by_lengths, 0),
        (Frozen, None, 1),
        (Kept, None, 13),
        (SparseKept, None, 0),
        (Negative, None, 13),
    ],
)
def test_memory_of_another_form_is_no_fault_of_the_users(
    module: Any,
    loss: Any,
    repeats: int,
    trained: Both,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even where the code isn't looked at, the list has it or is given up, without a word."""
    monkeypatch.setattr(torch_fast, "repeatable", lambda model, loss: True)
    repeated, found, usual = trained(own_job(module, loss=loss))
    assert repeated == repeats
    assert_same(found, usual)
    assert not capfd.readouterr().err


def test_a_check_of_numbers_is_repeated() -> None:
    """`cholesky` looks whether its result is one, in an operator that gives nothing."""
    matrix, written = torch.eye(3), operators.Operators()
    with written.written_down():
        torch.linalg.cholesky(matrix)
    written.repeat()
    matrix[1, 1] = -1.0
    with pytest.raises(torch.linalg.LinAlgError):
        written.repeat()


def test_a_step_of_much_memory_is_not_written_down(monkeypatch: pytest.MonkeyPatch, trained: Both) -> None:
    monkeypatch.setattr(operators, "MOST_BYTES", 1000)
    repeated, found, usual = trained(own_job(Skipping))
    assert repeated == 0
    assert_same(found, usual)


def test_a_difference_in_one_bit_ends_the_list(monkeypatch: pytest.MonkeyPatch, trained: Both) -> None:
    counted = operators.Operators.repeat

    def off(self: Any) -> None:
        counted(self)
        with torch.no_grad():
            weight = self.written[-1].view(-1)[:1]
            weight.copy_(torch.nextafter(weight, torch.tensor(9.0)))

    monkeypatch.setattr(operators.Operators, "repeat", off)
    repeated, found, usual = trained(own_job(Skipping))
    assert repeated == 1
    assert_same(found, usual)


def test_a_list_that_gains_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch, trained: Both) -> None:
    monkeypatch.setattr(Written, "_gains", lambda self: False)
    repeated, found, usual = trained(own_job(Skipping))
    assert repeated == COMPARED
    assert_same(found, usual)


def test_only_runs_of_many_steps_are_worth_a_list() -> None:
    short, long = (
        own_job(Skipping, batch_size=35, epochs=2),
        own_job(Skipping, batch_size=35, epochs=LEAST_STEPS),
    )
    made = [torch_fast._Run(each, "cpu").take for each in (short, long)]
    assert [isinstance(each, Written) for each in made] == [False, True]


def test_a_run_that_goes_on_is_the_whole_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint is written between two steps from the list, and read before one is there."""
    always(monkeypatch)
    job = own_job(Skipping, schedule="cosine", history="step")
    keeping = Keeping()
    whole = torch_fast.train(job, keeping)
    assert len(keeping.states) == 2
    assert_same(torch_fast.train(replace(job, resume=keeping.states[-1])), whole)


def test_a_step_that_cannot_be_watched_is_taken_again(monkeypatch: pytest.MonkeyPatch, trained: Both) -> None:
    """Some of PyTorch's operators refuse to be watched, after others have moved what they move."""
    original = operators.Operators._note

    def refusing(self: Any, operator: Any, *rest: Any) -> None:
        original(self, operator, *rest)
        if operator.namespace == "aten" and "_fused_adam_" in operator.name():
            raise NotImplementedError("no rule for this operator")

    monkeypatch.setattr(operators.Operators, "_note", refusing)
    repeated, found, usual = trained(own_job(Skipping))
    assert repeated == 0
    assert_same(found, usual)
