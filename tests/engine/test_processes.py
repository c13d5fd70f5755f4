"""Several processes: what torchrun says, and that they come to the losses of one process."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests import launching
from tests.engine.native_jobs import job
from tests.engine.shared_jobs import jobs

from stirfry.engine import torch_fast
from stirfry.engine.choose import engine_for
from stirfry.engine.processes import ALONE, Processes, joined, launched, own_device
from stirfry.engine.together import Shares
from stirfry.engine.torch_tensors import Tensors
from stirfry.errors import ProcessLost, UsageError

#: What torchrun writes into the environment of its second process.
SAID = {
    "TORCHELASTIC_RUN_ID": "1",
    "RANK": "1",
    "WORLD_SIZE": "3",
    "LOCAL_RANK": "1",
    "LOCAL_WORLD_SIZE": "3",
    "TORCHELASTIC_RESTART_COUNT": "2",
    "TORCHELASTIC_MAX_RESTARTS": "3",
    "TORCHELASTIC_ERROR_FILE": "/tmp/launch/attempt_2/1/error.json",
}
TWO = Processes(rank=1, count=2, local_rank=1, local_count=2)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return what each of two processes came to."""
    launching.skip_without_gloo()
    place = tmp_path_factory.mktemp("processes") / "found.json"
    code, _, said = launching.ended(launching.start("-m", "tests.engine.shared_jobs", str(place)))
    assert code == 0, said
    return [json.loads(place.with_suffix(f".{rank}").read_text(encoding="utf-8")) for rank in range(2)]


def test_torchrun_s_words_are_understood_and_without_them_there_is_one_process() -> None:
    assert launched({"RANK": "1", "WORLD_SIZE": "2"}) == ALONE and not ALONE.several and ALONE.leads
    processes = launched(SAID)
    assert (processes.rank, processes.count, processes.restart, processes.restarts) == (1, 3, 2, 3)
    assert processes.memory == Path("/tmp/launch") and processes.several and not processes.leads
    assert processes.cores >= 1


@pytest.mark.parametrize("name", list(jobs()))
def test_two_processes_come_to_the_losses_of_one(found: list[dict[str, Any]], name: str) -> None:
    trained = torch_fast.train(jobs()[name])
    expected = trained.history | {f"step {key}": values for key, values in trained.steps.items()}
    assert found[0][name] == found[1][name], "the books of all processes are the same, to the last bit"
    assert found[0][name].keys() == expected.keys()
    for column, values in expected.items():
        np.testing.assert_allclose(found[0][name][column], values, rtol=1e-5, atol=1e-5, err_msg=column)


def test_batch_normalisation_trains_and_all_have_the_same_books(found: list[dict[str, Any]]) -> None:
    assert found[0]["batch norm"] == found[1]["batch norm"]
    losses = found[0]["batch norm"]["train_loss"]
    assert len(losses) == 3 and np.isfinite(losses).all()


def test_with_dropout_a_resumed_run_is_the_same_run(found: list[dict[str, Any]]) -> None:
    for each in found:
        assert each["dropout"]["again"] == each["dropout"]["whole"]


def test_what_one_is_asked_to_do_all_do(found: list[dict[str, Any]]) -> None:
    assert [each["stopped"] for each in found] == ["interrupted", "interrupted"]


def test_a_loss_that_is_no_mean_over_rows_is_refused(found: list[dict[str, Any]]) -> None:
    assert [each["refused"] for each in found] == ["engine.loss_no_mean"] * 2


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("total", [1, 2, 7, 15])
def test_shares_are_even_and_each_row_counts_once(count: int, total: int) -> None:
    one = job(class_weights=(1.0, 2.0, 3.0))
    data = Tensors("train", one.arrays.train, one, "cpu")
    weight = torch.tensor([1.0, 2.0, 3.0])
    order = torch.randperm(data.rows)[:total]
    for rows in (order, slice(3, 3 + total)):
        shares = [Shares(Processes(rank, count), weight).of(rows, data) for rank in range(count)]
        assert sum(float(share.part) for share in shares) == pytest.approx(1)
        assert sum(share.kept for share in shares) == total
        assert max(share.kept for share in shares) - min(share.kept for share in shares) <= 1
        kept = torch.cat([data.targets[share.rows][: share.kept] for share in shares])
        assert kept.tolist() == data.targets[rows].tolist()
        assert all(len(data.targets[share.rows]) == max(share.kept, 1) for share in shares)


def test_only_the_fast_pytorch_engine_trains_in_several_processes() -> None:
    choice = engine_for(replace(job(), processes=TWO))
    assert choice.engine is torch_fast and "2 processes" in str(choice.reason)
    for engine in ("native", "torch"):
        with pytest.raises(UsageError, match="one process"):
            engine_for(replace(job(engine=engine), processes=TWO))


def test_processes_compute_on_processors_or_on_a_card_each(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_device("cpu", "auto", TWO) == "cpu"
    assert own_device("mps", "auto", ALONE) == "mps"
    assert own_device("mps", "auto", TWO) == "cpu"
    with pytest.raises(UsageError, match="mps"):
        own_device("mps", "mps", TWO)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(UsageError, match="--nproc-per-node 1"):
        own_device("cuda", "auto", TWO)


@pytest.mark.parametrize(
    ("restarts", "said"), [(0, "doesn't start them again"), (3, r"starts all of them again \(1 of 3\)")]
)
def test_a_process_that_is_lost_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch, restarts: int, said: str
) -> None:
    monkeypatch.setattr(torch.distributed, "init_process_group", lambda *_, **__: None)
    with pytest.raises(ProcessLost, match=said), joined(replace(TWO, restarts=restarts)):
        raise RuntimeError("[pair.cc:1] Connection closed by peer")
    with pytest.raises(RuntimeError, match="a bug"), joined(TWO):
        raise RuntimeError("a bug")
