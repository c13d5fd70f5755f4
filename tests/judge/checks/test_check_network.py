"""Networks that are too large, images that are empty, arrays as they are."""

from __future__ import annotations

import numpy as np
import pytest
from tests.judge.checks.looking import found, healthy, measured

RANDOM = np.random.default_rng(3)


def test_more_columns_than_rows_are_said() -> None:
    data = {f"x{place}": RANDOM.normal(size=90) for place in range(120)}
    got = found({**data, "y": RANDOM.normal(size=90)})
    assert got["wide"].severity == "warning" and "capacity" not in got
    assert "wide" not in found(measured(600))


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        (
            {"hidden": [256], "patience": "never", "keep": "last", "epochs": 2000, "weight_decay": 0.0},
            "warning",
        ),
        ({"hidden": [256], "epochs": 5, "patience": "never", "keep": "last", "weight_decay": 0.0}, None),
        ({"hidden": [256, 128], "patience": 20}, "remark"),
        ({"hidden": [8]}, None),
        ({}, None),
    ],
)
def test_a_network_is_too_large_for_its_rows(settings: dict[str, object], severity: str | None) -> None:
    got = found(measured(100), **settings)
    assert (got["capacity"].severity if severity else None) == severity
    if severity:
        assert found(measured(100), **{**settings, **got["capacity"].change}).get("capacity") is None
    else:
        assert "capacity" not in got


def test_few_images_are_to_be_altered() -> None:
    pixels = RANDOM.integers(0, 256, (90, 28, 28), dtype=np.uint8)
    got = found((pixels, np.arange(90) % 3), None)["capacity"]
    assert got.severity == "remark" and "--augment shift=2" in got.do


def test_blank_images_are_found() -> None:
    pixels = RANDOM.integers(0, 256, (600, 8, 8), dtype=np.uint8)
    labels = np.arange(600) % 3
    assert "blank_images" not in found((pixels, labels), None)
    pixels[::10] = 255
    got = found((pixels, labels), None)["blank_images"]
    assert got.severity == "warning" and got.facts["rows"] == 360


def test_one_blank_image_of_many_is_a_remark() -> None:
    pixels = RANDOM.integers(0, 256, (600, 8, 8), dtype=np.uint8)
    pixels[7] = 0
    found_ones = [found((pixels, np.arange(600) % 3), None, seed=seed) for seed in range(3)]
    assert {one["blank_images"].severity for one in found_ones if "blank_images" in one} == {"remark"}


def test_arrays_for_a_network_of_ones_own_are_checked_as_far_as_it_goes() -> None:
    torch = pytest.importorskip("torch")

    class Net(torch.nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(6, 2)

        def forward(self, steps):  # type: ignore[no-untyped-def]
            return self.layer(steps.reshape(len(steps), -1))

    steps = RANDOM.normal(size=(600, 3, 2)).astype(np.float32)
    steps[300:] = steps[:300]
    labels = (RANDOM.random(600) < 0.05).astype(int)
    got = found((steps, labels), None, network=Net)
    assert {"repeats", "imbalance"} <= set(got)
    assert got["repeats"].command == "", "data in memory have no command"


def test_a_table_is_checked_after_it_was_read_from_a_model(tmp_path) -> None:  # type: ignore[no-untyped-def]
    import stirfry

    first = stirfry.train(healthy(), "y", epochs=2, hidden=[4])
    first.save(tmp_path / "model.safetensors")
    again = stirfry.train(healthy(seed=1), "y", epochs=2, start_from=tmp_path / "model.safetensors")
    assert again.checks == ()
