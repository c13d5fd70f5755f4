from __future__ import annotations

import errno
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from stirfry.errors import OutputError
from stirfry.run.atomic import write_atomic


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomic(path, "é")
    assert path.read_bytes() == "é".encode()
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_what_was_there_stays_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="no room left"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="can't be written"):
        write_atomic(tmp_path / "file" / "a.txt", "x")


def test_a_real_limit_on_the_disk_leaves_nothing(tmp_path: Path) -> None:
    """The operating system refuses to let the file grow, as a full disk would."""
    program = f"""
import resource, signal
from pathlib import Path
from stirfry.errors import OutputError
from stirfry.run.atomic import write_atomic
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_atomic(Path({str(tmp_path)!r}) / "a", b"x" * 5000)
except OutputError as error:
    print(error.code)
"""
    assert resource.RLIMIT_FSIZE is not None
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "run.disk_full"
    assert list(tmp_path.iterdir()) == []
