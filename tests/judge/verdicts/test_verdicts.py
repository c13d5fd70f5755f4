"""Each verdict on evidence made by hand: said where it should be, not where it shouldn't."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judge.verdicts.evidence_for_tests import EPOCHS, LAYERS, evidence, falling, history, probes, scores

from stirfry.judge.activity import Activity
from stirfry.judge.finding import Finding
from stirfry.judge.scores import PartScores, Score
from stirfry.judge.spread import spread
from stirfry.judge.verdicts import VERDICTS, family, verdicts
from stirfry.judge.verdicts.candidate import above, below
from stirfry.judge.verdicts.divergence import rate_after_divergence, rates_below
from stirfry.judge.verdicts.evidence import Evidence, Looks, Other, Reference, Trial, slope
from stirfry.judge.verdicts.healthy import healthy
from stirfry.judge.verdicts.looks import rates_to_try
from stirfry.judge.verdicts.rate import best_trial, likely_rate, rates_around, written
from stirfry.lang import catalogue, speaking
from stirfry.spec.plan import Plan

ILL: dict[str, dict[str, Any]] = {
    "overfitting": {
        "plan": Plan(loss="bce_with_logits", keep="last", epochs=EPOCHS),
        "history": history(
            falling(0.69, 0.01), np.concatenate([falling(0.69, 0.3, 20), np.linspace(0.3, 0.9, EPOCHS - 20)])
        ),
    },
    "overfitting_gap": {
        "history": history(falling(0.69, 0.01), None),
        "scores": {"train": scores(1.0), "test": scores(0.7, 0.66, 0.74)},
    },
    "underfitting": {
        "history": history(falling(0.69, 0.5, speed=30), falling(0.69, 0.5, speed=30)),
        "scores": {"train": scores(0.7), "test": scores(0.7, 0.66, 0.74)},
        "reference": Reference("accuracy", 0.95, 250),
    },
    "still_improving": {"history": history(np.linspace(0.69, 0.4, EPOCHS), np.linspace(0.69, 0.42, EPOCHS))},
    "rate_too_low": {
        "history": history(np.linspace(0.69, 0.6, EPOCHS), np.linspace(0.69, 0.61, EPOCHS)),
        "probes": probes(move=2e-4),
    },
    "rate_too_high": {
        "history": history(np.full(EPOCHS, 1.2) + 0.5 * (np.arange(EPOCHS) % 2), np.full(EPOCHS, 1.4)),
        "probes": probes(move=1.5),
    },
    "batch_too_large": {
        "plan": Plan(loss="bce_with_logits", batch_size="full", epochs=EPOCHS),
        "history": history(np.linspace(0.69, 0.4, EPOCHS), np.linspace(0.69, 0.42, EPOCHS)),
    },
    "dead_units": {
        "units": {"1": Activity(1.0, 1.0)},
        "history": history(falling(0.69, 0.65), falling(0.69, 0.66)),
    },
    "saturated_units": {
        "layers": (LAYERS[0], replace(LAYERS[1], kind="Sigmoid"), LAYERS[2]),
        "units": {"1": Activity(0.0, 0.95)},
        "history": history(falling(0.69, 0.4), falling(0.69, 0.42)),
    },
    "vanishing_gradients": {
        "probes": probes(first=1e-5),
        "history": history(np.full(EPOCHS, 0.69), np.full(EPOCHS, 0.69)),
    },
    "exploding_gradients": {
        "probes": probes(first=900.0, move=1e-4),
        "history": history(np.linspace(90, 60, EPOCHS), np.linspace(90, 60, EPOCHS)),
    },
    "no_better": {
        "history": history(falling(0.69, 0.5), np.full(EPOCHS, 0.7)),
        "stopped": "patience",
        "scores": {
            "train": scores(0.7),
            "validation": scores(0.51, 0.45, 0.58),
            "test": scores(0.49, 0.43, 0.56),
        },
    },
    "plateau": {"history": history(np.full(EPOCHS, 0.694), np.full(EPOCHS, 0.695)), "probes": {}},
    "parts_disagree": {
        "scores": {
            "train": scores(0.99),
            "validation": scores(0.97, 0.94, 0.99),
            "test": scores(0.7, 0.64, 0.76),
        }
    },
}


def said(found: Evidence) -> list[str]:
    return [family(each.code) for each in verdicts(found)]


def test_a_run_that_went_well_is_accused_of_nothing() -> None:
    assert said(evidence()) == []
    words = healthy(evidence())
    assert words.severity == "good" and words.facts["value"] == 0.97


@pytest.mark.parametrize("cause", ILL)
def test_a_cause_is_said_first_or_second(cause: str) -> None:
    found = said(evidence(**ILL[cause]))
    assert cause in found[:2], found


@pytest.mark.parametrize("cause", ILL)
def test_every_verdict_can_be_said_in_both_languages(cause: str) -> None:
    for each in verdicts(evidence(**ILL[cause])):
        finding = Finding(each.code, each.severity, each.facts)
        words = {}
        for language in ("en", "zh"):
            with speaking(language):  # type: ignore[arg-type]
                words[language] = (finding.seen, finding.why, finding.do)
        assert all(all(texts) for texts in words.values())
        assert words["en"] != words["zh"]


def test_what_a_cause_explains_is_not_said_beside_it() -> None:
    ill = ILL["dead_units"] | {"reference": Reference("accuracy", 0.95, 250)}
    stuck = {"train": scores(0.5), "test": scores(0.5, 0.44, 0.56)}
    assert said(evidence(**ill, scores=stuck)) == ["dead_units"]


def test_overfitting_names_the_epoch_at_which_it_began() -> None:
    found = next(each for each in verdicts(evidence(**ILL["overfitting"])) if "overfitting" in each.code)
    assert abs(found.facts["epoch"] - 20) <= 3
    assert found.facts["low"] < found.facts["last"] and found.facts["after"] < found.facts["before"]
    assert found.change["keep"] == "best"


def test_a_run_that_stopped_in_time_and_kept_the_best_has_not_overfitted() -> None:
    stopped = ILL["overfitting"] | {"plan": Plan(loss="bce_with_logits", keep="best"), "stopped": "patience"}
    assert "overfitting" not in said(evidence(**stopped))


def test_overfitting_after_which_the_best_weights_were_kept_is_a_remark() -> None:
    kept = ILL["overfitting"] | {"plan": Plan(loss="bce_with_logits", keep="best", epochs=EPOCHS)}
    (found,) = verdicts(evidence(**kept))
    assert (found.code, found.severity) == ("verdicts.overfitting_kept", "remark")


def test_a_run_of_few_steps_still_improves_and_does_not_underfit() -> None:
    begun = evidence(
        history=history(np.linspace(0.69, 0.68, 5), np.linspace(0.69, 0.68, 5)),
        scores={"train": scores(0.6), "test": scores(0.7, 0.66, 0.74)},
        reference=Reference("accuracy", 0.95, 250),
        rows={"train": 300, "test": 100, "validation": 100},
    )
    assert said(begun)[0] == "still_improving" and "underfitting" not in said(begun)


def test_of_trials_that_gain_nearly_as_much_the_lowest_rate_is_taken() -> None:
    trials = (Trial(0.01, 10, 0.3, 0.14), Trial(0.03, 10, 0.3, 0.12), Trial(0.3, 10, 0.3, 0.11))
    slow = evidence(**ILL["rate_too_low"], trials=trials)
    assert verdicts(slow)[0].change == {"lr": 0.01}


@pytest.mark.parametrize("own", [np.inf, np.nan])
@pytest.mark.parametrize("tried", [np.inf, 0.4])
def test_trials_and_runs_whose_losses_overflow_can_be_compared(own: float, tried: float) -> None:
    validation = np.full(EPOCHS, own)
    stuck = evidence(
        history=history(np.full(EPOCHS, 0.7), validation), trials=(Trial(0.0003, 2, 0.5, tried),)
    )
    with np.errstate(invalid="ignore"):
        assert best_trial(stuck) is (None if tried == np.inf else stuck.trials[0])


def test_a_first_epoch_that_was_rough_is_no_rate_too_high_where_the_run_got_further_in_the_end() -> None:
    rough = np.concatenate([[1.0], falling(0.4, 0.1, EPOCHS - 1)])
    trial = (Trial(0.0003, 1, 0.6, 0.6),)
    assert "rate_too_high" not in said(evidence(history=history(rough, rough), trials=trial))
    stuck = np.concatenate([[1.0], np.full(EPOCHS - 1, 0.65)])
    assert "rate_too_high" not in said(evidence(history=history(stuck, stuck)))
    assert said(evidence(history=history(stuck, stuck), trials=(Trial(0.0003, 1, 0.5, 0.5),)))[0] == (
        "rate_too_high"
    )


def test_the_rate_that_tells_most_is_tried_first() -> None:
    thrown = history(np.full(EPOCHS, 5.0), np.full(EPOCHS, 5.0))
    assert rates_to_try(evidence(plan=Plan(loss="bce_with_logits", lr=1.0), history=thrown))[0] == 0.003
    slow = evidence(**ILL["rate_too_low"])
    assert rates_to_try(slow)[0] > slow.plan.lr
    assert rates_to_try(evidence()) == ()


def test_closer_looks_are_taken_only_where_they_can_tell_something() -> None:
    taken: list[str] = []

    def looks(name: str, found: Any) -> Any:
        return lambda *given: (taken.append(name), found)[1]

    every = Looks(*(looks(name, found) for name, found in (("units", {}), ("reference", None))))
    verdicts(replace(evidence(), looks=every))
    assert taken == []
    verdicts(replace(evidence(**ILL["rate_too_low"]), looks=every))
    assert taken == ["units"], "no reference where a cause was found that explains underfitting"
    verdicts(replace(evidence(**ILL["underfitting"]), looks=every))
    assert taken == ["units", "units", "reference"]


def test_labels_left_to_chance_are_no_underfitting() -> None:
    noisy = ILL["underfitting"] | {"reference": Reference("accuracy", 0.69, 250)}
    assert "underfitting" not in said(evidence(**noisy))


def test_a_trial_at_a_higher_rate_shows_that_the_rate_was_too_low() -> None:
    slow = evidence(**ILL["rate_too_low"], trials=(Trial(0.03, 10, 0.1, 0.12), Trial(0.3, 10, None)))
    found = verdicts(slow)[0]
    assert found.code == "verdicts.rate_too_low_tried"
    assert found.change == {"lr": 0.03} and found.facts["trial"] == 0.12


def balanced(accuracy: float, mean: float, low: float | None = None, high: float | None = None) -> PartScores:
    """Scores of a run with weighted classes: less accuracy than a constant answer, for the rare class."""
    metrics = {
        "accuracy": Score(accuracy, accuracy - 0.04, accuracy + 0.04, "wilson", 0.95),
        "balanced_accuracy": Score(mean, low, high, None if low is None else "bootstrap", 0.5),
    }
    return PartScores(metrics, None, rows=200)


WEIGHTED: dict[str, Any] = {
    "plan": Plan(loss="bce_with_logits", class_weights="balanced", epochs=EPOCHS),
    "history": history(falling(0.69, 0.3, speed=30), falling(0.69, 0.3, speed=30)),
    "scores": {
        "train": balanced(0.8, 0.9),
        "validation": balanced(0.8, 0.85, 0.78, 0.92),
        "test": balanced(0.8, 0.84, 0.77, 0.91),
    },
}


def test_balanced_classes_are_judged_by_the_balanced_accuracy() -> None:
    reference = Reference("balanced_accuracy", 0.91, 250, worth=40.0)
    run = evidence(**WEIGHTED, reference=reference)
    assert said(run) == []
    assert healthy(run).facts["metric"] == "balanced_accuracy" and healthy(run).facts["value"] == 0.84
    poor = WEIGHTED["scores"] | {"train": balanced(0.8, 0.6)}
    (found,) = verdicts(evidence(**WEIGHTED | {"scores": poor}, reference=reference))
    assert found.code == "verdicts.underfitting" and found.facts["metric"] == "balanced_accuracy"
    few = replace(reference, worth=4.0)
    assert said(evidence(**WEIGHTED | {"scores": poor}, reference=few)) == [], "four rows tell nothing"


def test_a_target_that_has_moved_is_told_so_where_the_network_is_worse_than_its_mean() -> None:
    def r2(value: float, low: float, high: float, baseline: float) -> PartScores:
        return PartScores({"r2": Score(value, low, high, "bootstrap", baseline)}, None, rows=80)

    moved = {"train": r2(0.5, 0.4, 0.6, 0.0), "test": r2(-1.1, -1.3, -0.98, -1.8)}
    drifted = evidence(task="regression", classes=0, plan=Plan(loss="mse", epochs=EPOCHS), scores=moved)
    assert "verdicts.no_better_of_mean" in [each.code for each in verdicts(drifted)]
    level = {"train": r2(0.5, 0.4, 0.6, 0.0), "test": r2(-0.2, -0.5, 0.1, -0.01)}
    assert "verdicts.no_better" in [each.code for each in verdicts(replace(drifted, scores=level))]


def test_a_healthy_run_shows_a_score_that_is_better_than_a_constant_answers() -> None:
    metrics = {
        "accuracy": Score(0.97, 0.95, 0.98, "wilson", 0.97),
        "roc_auc": Score(0.83, 0.75, 0.9, "bootstrap", 0.5),
    }
    rare = evidence(scores={"test": PartScores(metrics, None, rows=400)})
    assert (healthy(rare).facts["metric"], healthy(rare).facts["value"]) == ("roc_auc", 0.83)


def test_of_one_row_no_score_is_told() -> None:
    one = PartScores({"r2": Score(None, None, None, None, None)}, None, rows=1)
    found = healthy(
        evidence(task="regression", classes=0, plan=Plan(loss="mse", epochs=EPOCHS), scores={"test": one})
    )
    assert found.severity == "good" and "1 row" in Finding(found.code, found.severity, found.facts).seen


def test_two_parts_that_are_a_little_better_each_are_better_together() -> None:
    little = dict.fromkeys(("validation", "test"), scores(0.56, 0.49, 0.63))
    healthy = {"train": scores(0.7), **little}
    assert "no_better" not in said(evidence(scores=healthy))
    chance = {"train": scores(0.7), **dict.fromkeys(("validation", "test"), scores(0.51, 0.44, 0.58))}
    assert "no_better" in said(evidence(scores=chance))


def test_units_that_die_at_once_from_steps_too_large_are_the_rates_fault() -> None:
    plain = evidence(**ILL["dead_units"])
    moves = {key: values.copy() for key, values in plain.probes.items()}
    for key, values in moves.items():
        if key.endswith("update_norm"):
            values[0] *= 100
    burst = plain.history["train_loss"].copy()
    burst[0] = 50.0
    found = verdicts(replace(plain, probes=moves, history=plain.history | {"train_loss": burst}))
    assert [family(each.code) for each in found[:2]] == ["rate_too_high", "dead_units"]
    assert "lr" in found[1].change and "lr" not in verdicts(plain)[0].change


def test_a_trial_that_is_no_better_than_the_run_accuses_nobody() -> None:
    assert said(evidence(trials=(Trial(0.03, 10, 0.4, 0.45), Trial(0.0003, 10, 0.6, 0.65)))) == []


def test_the_likely_rate_follows_from_the_size_of_the_steps() -> None:
    sgd = evidence().plan.model_copy(update={"optimizer": "sgd"})
    assert likely_rate(evidence(probes=probes(move=2e-4), plan=sgd)) == pytest.approx(0.3)
    assert likely_rate(evidence(probes=probes(move=2e-5), plan=sgd)) == pytest.approx(0.3), (
        "nobody tried more"
    )
    assert likely_rate(evidence(probes=probes(move=2e-4))) == pytest.approx(0.03)
    assert likely_rate(evidence(probes=probes(move=2.0))) == pytest.approx(1e-4)
    assert likely_rate(evidence(probes={})) == 0.003


@given(st.floats(1e-8, 1e4), st.sampled_from([0.01, 0.1, 10, 300]))
def test_a_sweep_goes_around_the_likely_rate_and_leaves_out_the_runs_side(
    tried: float, factor: float
) -> None:
    rates = rates_around(written(tried * factor), tried)
    assert 1 <= len(rates) <= 7 and list(rates) == sorted(rates)
    assert all((rate > tried) == (factor > 1) for rate in rates)


@given(st.floats(1e-8, 1e4))
def test_a_written_rate_has_one_digit_and_is_near(rate: float) -> None:
    near = written(rate)
    assert 0.5 < near / rate < 2.0
    assert f"{near:e}"[0] in "13" and float(f"{near:.0e}") == near


def test_a_diverged_run_is_told_the_rate_that_went_best() -> None:
    assert max(rates_below(1.0)) < 1.0
    assert rate_after_divergence(1.0, [Trial(0.3, 5, None), Trial(0.1, 5, 0.4), Trial(0.01, 5, 0.6)]) == 0.1
    assert rate_after_divergence(1.0, []) == 0.1


def test_seed_noise_needs_another_run_and_a_spread() -> None:
    seeds = {"test": {"accuracy": spread([0.95, 0.97, 0.99])}}
    assert said(evidence(other=Other("iris-001", 0.96))) == []
    assert said(evidence(other=Other("iris-001", 0.96), spread=seeds, seeds=3)) == ["seed_noise"]
    assert said(evidence(other=Other("iris-001", 0.6), spread=seeds, seeds=3)) == []


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(1e-6, 1e6))
def test_a_strength_is_always_between_0_and_1(value: float, threshold: float) -> None:
    assert 0 <= above(value, threshold) <= 1
    assert 0 <= below(value, threshold) <= 1


losses = st.lists(st.floats(0, 1e30) | st.just(float("inf")) | st.just(float("nan")), min_size=1, max_size=40)


@given(losses, st.floats(0, 1e12), st.floats(0, 1e12))
def test_no_curve_makes_a_verdict_fail(values: list[float], gradient: float, move: float) -> None:
    train = np.nan_to_num(np.array(values), nan=1.0, posinf=1e30)
    odd = evidence(history=history(train, np.array(values)), probes=probes(gradient, gradient, move, 1))
    odd = replace(odd, probes={**odd.probes, "epoch": np.ones(1)})
    assert all(0 <= each.strength <= 1 for each in verdicts(odd))


@given(st.integers(2, 300), st.floats(0.001, 10))
def test_a_straight_fall_is_seen_for_what_it_is(points: int, by: float) -> None:
    fall, sure = slope(by * (1 - np.arange(points) / points))
    assert fall == pytest.approx(by / 2, rel=1e-6)
    assert sure > 100


def test_every_verdict_has_its_three_texts() -> None:
    codes = {key for key in catalogue() if key.startswith("verdicts.") and key.endswith(".why")}
    assert {key.removesuffix(".why") + ".do" for key in codes} <= set(catalogue())
    assert {key.removesuffix(".why") for key in codes} <= set(catalogue())
    assert len(VERDICTS) == 14
