"""What a report shows of a network that looks at images: which images, their maps, what moved the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.report import made_runs

import stirfry
from stirfry.actions import report_images
from stirfry.actions.report import report_of
from stirfry.actions.report_images import seen_in
from stirfry.actions.run import Run
from stirfry.explain.rows import encoded, row_of
from stirfry.report.contents import Judged, Seen

#: What a report may weigh, in bytes.
HEAVIEST = 1_500_000


def judged_of(run: Run, everything_right: bool = False) -> Judged:
    assert run.ready is not None and run.outputs is not None
    prepared = run.ready.prepared
    assert prepared.test is not None
    shares = run.model.shares(run.outputs)
    said = shares.argmax(axis=1)
    truth = said if everything_right else prepared.test.targets
    return Judged("test", prepared.split.test, truth, said, shares)


def seen(run: Run) -> tuple[Seen, ...]:
    return seen_in(run, judged_of(run))


def torch_network(run: Run) -> torch.nn.Sequential:
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3, stride=2), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(338, 10)
    )
    network.load_state_dict({name: torch.from_numpy(value) for name, value in run.model.tensors.items()})
    return network.double()


def inputs_of(run: Run, each: Seen) -> torch.Tensor:
    assert run.ready is not None
    row = row_of(run.ready.described.dataset, int(judged_of(run).rows[each.place]) + 1)
    return torch.from_numpy(encoded(run.model, row))


def test_one_that_is_right_and_the_two_worst_mistakes() -> None:
    run = made_runs.images()
    judged = judged_of(run)
    places = [each.place for each in seen(run)]
    assert len(places) == 3
    right = judged.answers == judged.truth
    assert [bool(right[place]) for place in places] == [True, False, False]
    assert judged.shares is not None
    given = judged.shares[np.arange(len(judged.truth)), judged.truth]
    assert given[places[1]] == given[~right].min() and given[places[1]] <= given[places[2]]


def test_where_all_are_right_the_least_sure_are_shown() -> None:
    run = made_runs.images()
    judged = judged_of(run, everything_right=True)
    found = seen_in(run, judged)
    assert judged.shares is not None
    assert judged.shares[found[1].place].max() == judged.shares.max(axis=1).min()
    assert len({each.place for each in found}) == 3


def test_maps_are_torchs() -> None:
    run = made_runs.images()
    for each in seen(run):
        wanted = torch_network(run)[:2](inputs_of(run, each))[0].detach().numpy()
        assert [(maps.index, maps.name, maps.count) for maps in each.maps] == [(0, "Conv2d + ReLU", 2)]
        np.testing.assert_allclose(each.maps[0].values, wanted, atol=1e-6)


def test_what_the_pixels_added_is_what_the_answer_rose_by() -> None:
    run = made_runs.images()
    judged = judged_of(run)
    assert judged.shares is not None
    for each in seen(run):
        assert each.moved is not None and each.moved.quantity == "probability"
        assert each.moved.end == pytest.approx(judged.shares[each.place].max(), abs=1e-4)
        assert each.moved.amounts.sum() == pytest.approx(each.moved.end - each.moved.start, abs=0.02)


def test_a_large_network_shows_its_maps_alone_and_a_larger_one_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = made_runs.images()
    monkeypatch.setattr(report_images, "_BUDGET", 200_000)
    assert [(each.moved, len(each.maps)) for each in seen(run)] == [(None, 1)] * 3
    page = report_of(run)
    assert "would take too long to work out here" in page and "From a black image" not in page
    monkeypatch.setattr(report_images, "_BUDGET", 1_000)
    assert seen(run) == ()
    assert 'id="seen"' not in report_of(run)


def test_tables_arrays_and_runs_without_rows_have_no_images() -> None:
    assert seen_in(made_runs.default_iris(), None) == ()
    assert seen(made_runs.arrays()) == ()
    assert seen_in(replace(made_runs.images(), ready=None), judged_of(made_runs.images())) == ()


def test_a_report_on_large_noisy_photographs_is_bounded() -> None:
    """Noise can't be packed: no photograph weighs more."""
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, size=(60, 3, 96, 96)).astype(np.uint8)
    layers = [
        {"type": "Conv2d", "out_channels": 80, "kernel_size": 3, "stride": 2, "padding": 1},
        {"type": "BatchNorm2d"},
        {"type": "Tanh"},
        *({"type": "Conv2d", "out_channels": 20, "kernel_size": 1} for _ in range(4)),
        {"type": "Flatten"},
        {"type": "Linear", "out_features": 1},
    ]
    run = stirfry.train((pixels, np.arange(60) % 2), layers=layers, epochs=1, batch_size=30)
    found = seen_in(run, judged_of(run))
    assert [maps.name for maps in found[0].maps] == ["Conv2d + BatchNorm2d + Tanh", *["Conv2d"] * 2]
    assert [len(maps.values) for maps in found[0].maps] == [16] * 3
    assert len(report_of(run).encode()) < HEAVIEST
