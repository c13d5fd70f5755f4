from __future__ import annotations

from pathlib import Path

import pytest

from stirfry.data.read import room
from stirfry.data.read.room import free_memory, room_for, size_text
from stirfry.errors import SpecError
from stirfry.spec.recipe import DataSpec, recipe_from


def test_there_is_some_memory() -> None:
    free = free_memory()
    assert free is None or 0 < free < 1 << 60


def test_the_smaller_of_system_and_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    (tmp_path / "meminfo").write_text("MemTotal: 99 kB\nMemAvailable:    3000 kB\n")
    monkeypatch.setattr(room, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(room, "_CGROUP", tmp_path)
    assert free_memory() == 3_072_000
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("500\n")
    assert free_memory() == 3_072_000
    (tmp_path / "memory.max").write_text("1500\n")
    assert free_memory() == 1000
    assert room_for(None) == 333
    assert room_for(7) == 7


def test_sizes_are_written_as_people_read_them() -> None:
    assert [size_text(n) for n in (0, 999, 1000, 2_500_000, 10**12)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "2.5 MB",
        "1.0 TB",
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2GB", 2 * 10**9),
        ("1.5 GiB", 1_610_612_736),
        ("500mb", 5 * 10**8),
        ("64 KiB", 65_536),
        ("12B", 12),
        (" 1TB ", 10**12),
    ],
)
def test_a_size_with_a_unit(text: str, count: int) -> None:
    assert DataSpec(memory=text).memory_bytes == count


@pytest.mark.parametrize("text", ["", "2", "much", "-1GB", "1e3GB", "2 GBs", "2gib2"])
def test_what_is_no_size_is_a_fault(text: str) -> None:
    with pytest.raises(SpecError, match="memory"):
        recipe_from({"data": {"memory": text}})
