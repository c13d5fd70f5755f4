"""The native engine beside PyTorch: the same weights, batches and losses, on every instruction set."""

from __future__ import annotations

import dataclasses
import platform
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.native_jobs import SETS, assert_same_gradients, assert_same_weights, job

from stirfry.data.encode_images import Normal
from stirfry.engine import native, torch_loop
from stirfry.engine.contract import Arrays, Job, Part, State
from stirfry.engine.native_program import extension, instruction_set
from stirfry.errors import TrainingError, UsageError
from stirfry.spec.layers import (
    ELU,
    GELU,
    BatchNorm1d,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    LeakyReLU,
    Linear,
    ReLU,
    Sigmoid,
    SiLU,
    Tanh,
)
from stirfry.spec.network import Network


def linear(width: int, bias: bool = True) -> Linear:
    return Linear(out_features=width, bias=bias)


def test_the_extension_is_built() -> None:
    assert {"baseline", "naive"} <= set(SETS) or {"neon", "naive"} <= set(SETS)


RUNS: dict[str, Job] = {
    "relu": job(linear(10), ReLU()),
    "full batch": job(linear(10), ReLU(), batch_size="full"),
    "in order": job(linear(10), ReLU(), shuffle=False, drop_last=True),
    "one row": job(linear(4), Tanh(), batch_size=1, epochs=2, optimizer="sgd"),
    "sgd": job(linear(10), Sigmoid(), linear(7), Tanh(), optimizer="sgd", momentum=0.9, nesterov=True),
    "plain sgd": job(linear(10), ReLU(), optimizer="sgd", weight_decay=0.01),
    "adamw": job(linear(40), GELU(), linear(33), SiLU(), optimizer="adamw", weight_decay=0.1),
    "rmsprop": job(
        linear(12), ELU(), linear(9, bias=False), LeakyReLU(), optimizer="rmsprop", momentum=0.5, lr=0.001
    ),
    "adam l2": job(linear(12), LeakyReLU(negative_slope=0.2), weight_decay=0.05),
    "dropout": job(linear(20), ReLU(), Dropout(p=0.3), linear(50), Sigmoid(), Dropout(p=0.1)),
    "layer norm": job(linear(20), LayerNorm(), ReLU(), optimizer="sgd"),
    "batch norm": job(linear(20, bias=False), BatchNorm1d(), ReLU(), optimizer="sgd"),
    "batch norm, full": job(
        linear(9, bias=False), BatchNorm1d(), Dropout(p=0.2), batch_size="full", rows=700
    ),
    "far apart": job(
        linear(800), ReLU(), linear(270), ReLU(), rows=40, batch_size=40, epochs=1, optimizer="sgd"
    ),
    "clipping": job(linear(20), ReLU(), clip_norm=0.1, optimizer="sgd"),
    "class weights": job(linear(20), ReLU(), class_weights=(1.0, 2.0, 0.5), label_smoothing=0.1),
    "smoothing": job(linear(20), ReLU(), label_smoothing=0.2),
    "logits": job(linear(20), ReLU(), classes=2, loss="bce_with_logits", class_weights=(1.0, 3.0)),
    "mse on classes": job(linear(20), ReLU(), loss="mse"),
    "regression": job(linear(20), ReLU(), regression=True),
    "l1": job(linear(20), ReLU(), regression=True, loss="l1", optimizer="sgd"),
    "huber": job(linear(20), ReLU(), regression=True, loss="huber", huber_delta=0.7),
    "wide": job(
        linear(200), ReLU(), linear(100), ReLU(), columns=70, rows=300, batch_size=64, optimizer="sgd"
    ),
    "one cycle": job(linear(8), ReLU(), schedule="one_cycle"),
    "cosine": job(linear(8), ReLU(), schedule="cosine"),
    "he normal": job(linear(8), ReLU(), init="he_normal"),
    "many rows": job(linear(12), ReLU(), Dropout(p=0.2), linear(7), rows=5001, batch_size=4500, epochs=3),
    "steps": job(linear(8), ReLU(), history="step", patience=3, lr=0.3),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_pytorchs(name: str, isa: str) -> None:
    expected, found = torch_loop.train(RUNS[name]), native.train(RUNS[name])
    assert found.history.keys() == expected.history.keys()
    for column, values in expected.history.items():
        np.testing.assert_allclose(found.history[column], values, atol=2e-5, err_msg=column)
    assert (found.best_epoch, found.stopped) == (expected.best_epoch, expected.stopped)
    assert_same_weights(found, expected)
    assert found.steps.keys() == expected.steps.keys()
    for column, values in expected.steps.items():
        np.testing.assert_allclose(found.steps[column], values, atol=2e-5)


WIDTHS = st.integers(1, 70)
BETWEEN = st.sampled_from(
    [ReLU(), LeakyReLU(negative_slope=0.1), Sigmoid(), Tanh(), GELU(), SiLU(), ELU(alpha=0.7), LayerNorm()]
)


@st.composite
def networks(draw: st.DrawFn) -> list[Layer]:
    layers: list[Layer] = []
    for _ in range(draw(st.integers(0, 3))):
        width = draw(WIDTHS)
        layers.append(linear(width, draw(st.booleans())))
        between = draw(st.lists(BETWEEN, max_size=2))
        # Of one or two features LayerNorm makes 0 or 1 and -1: what is left of the gradient is rounding.
        layers += [each for each in between if width > 2 or not isinstance(each, LayerNorm)]
    return layers


@settings(max_examples=40, deadline=None)
@given(
    hidden=networks(),
    rows=st.integers(1, 300),
    columns=WIDTHS,
    isa=st.sampled_from(SETS),
    seed=st.integers(0, 1000),
    kind=st.sampled_from(["cross_entropy", "bce_with_logits", "mse", "huber"]),
)
def test_gradients_are_autograds(
    hidden: list[Layer], rows: int, columns: int, isa: str, seed: int, kind: str
) -> None:
    # One step of plain SGD at a large rate leaves the gradient as the difference of the weights.
    lr = 1e4
    two = kind == "bce_with_logits"
    given_job = job(
        *hidden, rows=rows, columns=columns, classes=2 if two else 3, loss=kind, seed=seed, validation=False,
        epochs=1, batch_size="full", optimizer="sgd", lr=lr,
    )  # fmt: skip
    assert_same_gradients(given_job, isa, 5e-8)


@pytest.mark.parametrize("name", ["dropout", "batch norm", "adamw", "steps", "full batch"])
@pytest.mark.parametrize("at_once", [1, 7])
def test_a_run_goes_on_as_if_nothing_had_happened(
    name: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = native.train(RUNS[name])
    monkeypatch.setattr(native, "STEPS_AT_ONCE", at_once)
    kept = _Stopping()
    first = native.train(RUNS[name], kept)
    assert first.stopped == "interrupted"
    assert kept.state is not None
    again = native.train(dataclasses.replace(RUNS[name], resume=kept.state))
    for key, value in whole.weights.items():
        assert np.array_equal(again.weights[key], value), key
    for column, values in whole.history.items():
        assert np.array_equal(again.history[column], values), column
    assert again.steps.keys() == whole.steps.keys()


class _Stopping:
    """Stops at the first question, and keeps the state."""

    state: State | None = None

    def stop(self) -> bool:
        return True

    def due(self) -> bool:
        return True

    def show(self, progress: Any) -> None:
        self.shown = progress

    def keep(self, state: State) -> None:
        self.state = state


LONG: dict[str, Job] = {
    "narrow": job(linear(30), ReLU(), Dropout(p=0.1), linear(30), rows=40_000, batch_size=30_000, epochs=2),
    "wide": job(linear(200), ReLU(), Dropout(p=0.1), columns=80, rows=3000, batch_size=2500, epochs=2),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_step_is_left_in_its_midst_and_taken_up_again(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = native.train(LONG[name])
    monkeypatch.setattr(native, "TICK", 1e-9)
    kept = _Stopping()
    assert native.train(LONG[name], kept).stopped == "interrupted"
    assert kept.state is not None and kept.state.facts["epoch"] == kept.state.facts["step"] == 0
    for again in (native.train(dataclasses.replace(LONG[name], resume=kept.state)), native.train(LONG[name])):
        assert np.array_equal(again.history["train_loss"], whole.history["train_loss"])
        assert all(np.array_equal(again.weights[key], value) for key, value in whole.weights.items())


def test_the_last_progress_is_the_whole_run() -> None:
    watcher = _Following()
    trained = native.train(RUNS["relu"], watcher)
    assert watcher.shown.share == 1
    assert watcher.shown.row["validation_loss"] == trained.history["validation_loss"][-1]


class _Following(_Stopping):
    def stop(self) -> bool:
        return False

    def due(self) -> bool:
        return False


def test_the_number_of_threads_changes_nothing(isa: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = job(linear(301), ReLU(), linear(203), Sigmoid(), columns=151, rows=256, batch_size=128, epochs=2)
    for each in (wide, RUNS["many rows"]):
        runs = []
        for threads in (1, 2, 3, 4):
            monkeypatch.setattr(native, "cores", lambda threads=threads: threads)
            runs.append(native.train(each))
        assert [run.threads for run in runs] == [1, 2, 3, 4]
        for run in runs[1:]:
            assert all(np.array_equal(run.weights[key], value) for key, value in runs[0].weights.items())
            assert np.array_equal(run.history["train_loss"], runs[0].history["train_loss"])


@pytest.mark.parametrize("layer", [ReLU(), Sigmoid(), Tanh(), GELU(), ELU(), Dropout(p=0.2)])
def test_the_gradients_of_wide_layers_are_pytorchs(layer: Layer, isa: str) -> None:
    # Wide enough for a gradient in two halves: see `shared_from`.
    hidden = (linear(300), layer, linear(200), layer, linear(90))
    one = job(*hidden, columns=150, rows=128, batch_size="full", epochs=1, optimizer="sgd", lr=1e4)
    assert_same_gradients(dataclasses.replace(one, arrays=Arrays(one.arrays.train)), isa, 3e-9)


def test_few_rows_and_weights_take_narrower_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STIRFRY_ISA", raising=False)
    lanes = extension().lanes
    assert lanes(instruction_set(1, 999)) <= 4
    assert lanes(instruction_set(8, 9_999)) <= 8
    assert {instruction_set(), instruction_set(9, 10), instruction_set(8, 10_000)} == {SETS[0]}
    monkeypatch.setenv("STIRFRY_ISA", SETS[0])
    assert instruction_set(1, 999) == SETS[0], "what is asked for is taken"


@pytest.mark.parametrize("shape", [(1, 5, 5), (3, 4, 6), (2, 1, 37)])
def test_pixels_are_looked_up_as_their_rows_are_picked(shape: tuple[int, int, int], isa: str) -> None:
    draw = np.random.RandomState(0)
    normal = Normal(mean=(0.1, 0.2, 0.3)[: shape[0]], std=(0.5, 0.6, 0.7)[: shape[0]])
    pixels = draw.randint(0, 256, (75, *shape)).astype(np.uint8)
    classes = draw.randint(0, 3, 75).astype(np.int64)
    one = dataclasses.replace(
        job(batch_size=32, epochs=3),
        network=Network((Flatten(), linear(20), ReLU(), linear(3)), shape),
        arrays=Arrays(Part(pixels, classes, normal), Part(pixels[:21], classes[:21], normal)),
    )
    floats = Arrays(Part(normal.floats(pixels), classes), Part(normal.floats(pixels[:21]), classes[:21]))
    found, expected = native.train(one), native.train(dataclasses.replace(one, arrays=floats))
    assert all(np.array_equal(found.weights[key], value) for key, value in expected.weights.items())
    assert np.array_equal(found.history["validation_loss"], expected.history["validation_loss"])


def test_denormal_numbers_count_as_zero_and_only_here(isa: str) -> None:
    one = job(linear(70), Sigmoid(), linear(70), Sigmoid(), columns=70, optimizer="sgd", epochs=2)
    weights = native.initial_weights(one.network, native.Stream(0))
    one = dataclasses.replace(one, initial=weights | {"4.weight": weights["4.weight"] * np.float32(1e-38)})
    assert_same_weights(native.train(one), torch_loop.train(one))
    # Nothing moves the weights of a unit that is always idle, but denormal ones are gone.
    idle = job(linear(4), ReLU(), optimizer="sgd", epochs=1)
    start = native.initial_weights(idle.network, native.Stream(0))
    start["0.weight"][0], start["0.bias"][0] = 1e-40, -100
    found = native.train(dataclasses.replace(idle, initial=start)).last_weights["0.weight"][0]
    if platform.machine().lower() in ("x86_64", "amd64"):
        assert (found == 0).all()
    assert np.float32(1e-40) * np.float32(2) > 0, "what comes after counts as it did"


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rmsprop"])
def test_a_gradient_spent_where_it_is_made_is_the_same_step(optimizer: str, isa: str) -> None:
    # A limit that is never reached wants the whole gradient first, and changes nothing else.
    plain, clipped = (
        job(
            *(linear(90), ReLU(), linear(70), ReLU(), linear(1), ReLU(), linear(70, bias=False), Sigmoid()),
            **{"columns": 80, "optimizer": optimizer, "weight_decay": 0.01, "batch_size": 64, **more},
        )
        for more in ({}, {"clip_norm": 1e9})
    )
    found, expected = native.train(plain), native.train(clipped)
    assert all(np.array_equal(found.weights[key], value) for key, value in expected.weights.items())


def test_many_runs_are_each_like_a_run_alone() -> None:
    jobs = [
        dataclasses.replace(each, plan=each.plan.model_copy(update={"seed": seed}))
        for seed in range(3)
        for each in (RUNS["relu"], RUNS["dropout"])
    ]
    for threads in (1, 2):
        found = native.train_many(jobs, threads=threads)
        for each, one in zip(jobs, found, strict=True):
            alone = native.train(each)
            assert not isinstance(one, TrainingError) and one is not None
            assert all(np.array_equal(one.weights[key], value) for key, value in alone.weights.items())


def test_among_many_runs_a_failed_one_is_only_its_own_failure() -> None:
    bad = job(linear(10), ReLU(), regression=True, optimizer="sgd", lr=1e30)
    found = native.train_many([RUNS["relu"], bad])
    assert isinstance(found[1], TrainingError)
    assert not isinstance(found[0], TrainingError)


def test_a_loss_that_is_not_finite_stops_the_run(isa: str) -> None:
    with pytest.raises(TrainingError) as caught:
        native.train(job(linear(10), ReLU(), regression=True, optimizer="sgd", lr=1e30))
    assert caught.value.facts["epoch"] == 1


def test_a_missing_value_is_not_hidden(isa: str) -> None:
    given_job = RUNS["relu"]
    part = given_job.arrays.train
    inputs = part.inputs.copy()
    inputs[3, 1] = np.nan
    arrays = dataclasses.replace(given_job.arrays, train=Part(inputs, part.targets))
    for hidden in (ReLU(), Sigmoid(), Tanh(), GELU(), SiLU(), ELU(), LeakyReLU()):
        network = Network((linear(6), hidden, linear(3)), (5,))
        with pytest.raises(TrainingError):
            native.train(dataclasses.replace(given_job, arrays=arrays, network=network))


def test_outputs_are_pytorchs_and_do_not_depend_on_the_rows_beside(isa: str) -> None:
    trained = native.train(RUNS["batch norm"])
    network, inputs = RUNS["batch norm"].network, RUNS["batch norm"].arrays.train.inputs
    found = native.outputs(network, trained.weights, inputs)
    np.testing.assert_allclose(found, torch_loop.outputs(network, trained.weights, inputs), atol=1e-5)
    for row in (0, 17, 129):
        assert np.array_equal(native.outputs(network, trained.weights, inputs[row : row + 1])[0], found[row])


def test_a_predictor_takes_one_row_and_refuses_another_width() -> None:
    network = Network((linear(2),), (3,))
    weights = native.initial_weights(network, native.Stream(0))
    predict = native.predictor(network, weights)
    row = np.array([1, 2, 3], dtype=np.float32)
    expected = weights["0.weight"] @ row + weights["0.bias"]
    np.testing.assert_allclose(predict(row), expected, rtol=1e-6)
    assert predict(np.zeros((0, 3), dtype=np.float32)).shape == (0, 2)
    with pytest.raises(ValueError, match="inputs"):
        predict(np.zeros(4, dtype=np.float32))


def test_probes_see_gradients_updates_and_dead_units() -> None:
    given_job = job(linear(6), ReLU(), validation=False, epochs=1, batch_size="full", optimizer="sgd", lr=0.5)
    start = native.initial_weights(given_job.network, native.Stream(0))
    start["0.bias"][:2] = -100
    found = native.train(dataclasses.replace(given_job, initial=start))
    assert found.probes["1.idle_share"].tolist() == [pytest.approx(2 / 6)]
    update = np.sqrt(
        sum(((found.weights[k] - start[k]).astype(np.float64) ** 2).sum() for k in ("2.weight", "2.bias"))
    )
    assert found.probes["2.update_norm"][0] == pytest.approx(update, rel=1e-4)
    assert found.probes["2.gradient_norm"][0] == pytest.approx(update / 0.5, rel=1e-4)


@pytest.mark.parametrize(
    ("epochs", "batch", "times"), [(250, "full", 20), (5_000, "full", 100), (250, 4, 84)]
)
def test_a_long_run_is_probed_at_most_a_hundred_times(epochs: int, batch: Any, times: int) -> None:
    given = job(linear(3), ReLU(), epochs=epochs, batch_size=batch, keep="last", patience="never")
    found = native.train(given).probes["epoch"]
    assert len(found) == times
    assert len(set(np.diff(found))) == 1, "probes lie at equal distances"


def test_an_unknown_instruction_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIRFRY_ISA", "sse9")
    with pytest.raises(UsageError, match="sse9"):
        native.train(RUNS["relu"])
