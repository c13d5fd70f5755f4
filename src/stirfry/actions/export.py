"""Export: a run as a PyTorch script or a notebook, a model as a graph.

Each kind is one entry of `KINDS`: the name of its file, and a function from a `Subject` to what the file
holds. That is made in `stirfry.export.KIND` by a function `write_KIND(model)` or `write_KIND(told)`, which
knows nothing of files. A new kind also needs a text `cli.export_KIND`: what to do with the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from stirfry.actions.again import told_from_folder, told_of
from stirfry.actions.request import ExportRequest
from stirfry.actions.run import Run
from stirfry.data.read.embedded import embedded_bytes
from stirfry.errors import OutputError, UsageError
from stirfry.model.file import load
from stirfry.model.model import Model
from stirfry.notice import Notice
from stirfry.paths import expanded
from stirfry.run import folder as folders
from stirfry.run.atomic import write_atomic
from stirfry.spec.faults import nearest

if TYPE_CHECKING:
    from stirfry.export.told import Told

Content = bytes | str
Say = Callable[[Notice], None]


@dataclass(frozen=True)
class Subject:
    """What is exported; model and run are read when a kind asks for them.

    Args:
        model: gives the model.
        told: gives the run that made it, with its data read again.
        place: the file that will be written.
    """

    model: Callable[[], Model]
    told: Callable[[], Told]
    place: Path


def _no_files(subject: Subject) -> dict[str, bytes]:
    return {}


@dataclass(frozen=True)
class Kind:
    """One form to export to.

    Args:
        file: what the file is called in a run folder.
        write: gives the file's content.
        beside: gives the content of other files that it needs in its folder, by name.
    """

    file: str
    write: Callable[[Subject], Content]
    beside: Callable[[Subject], dict[str, bytes]] = _no_files


def _script(subject: Subject) -> str:
    from stirfry.export.script import write_script

    return write_script(subject.told())


def _notebook(subject: Subject) -> str:
    from stirfry.export.notebook import write_notebook

    return write_notebook(subject.told(), subject.place.parent)


def _digits(subject: Subject) -> dict[str, bytes]:
    """Return the embedded images, which a script can have from nowhere else."""
    if subject.told().recipe.data.source != "digits":
        return {}
    return {"digits.npz": embedded_bytes("digits.npz")}


def _onnx(subject: Subject) -> bytes:
    from stirfry.export.onnx import write_onnx

    return write_onnx(subject.model())


def _pt2(subject: Subject) -> bytes:
    from stirfry.export.pt2 import write_pt2

    return write_pt2(subject.model())


#: What a run or a model can be exported to.
KINDS: dict[str, Kind] = {
    "script": Kind("script.py", _script, _digits),
    "notebook": Kind("notebook.ipynb", _notebook, _digits),
    "onnx": Kind("model.onnx", _onnx),
    "pt2": Kind("model.pt2", _pt2),
}


def export(request: ExportRequest, say: Say) -> Path:
    """Write a run or a model in another form.

    Args:
        request: what, to which kind, and where.
        say: hears the remarks.

    Returns:
        The file that was written: in the run folder or beside the model file, where no place is named.

    Raises:
        UsageError: no such kind or run, or a run that can't be written in this form.
        ModelFileError: the model can't be read.
        OutputError: the file is there already, or can't be written.
    """
    kind = _kind(request.kind)
    path = expanded(request.path)
    subject = partial(
        Subject,
        cache(lambda: load(path, request.module, say)),
        cache(lambda: told_from_folder(run_folder(path))),
    )
    return _write(kind, subject, request.output, _default(path, kind))


def export_run(run: Run, kind: str, output: Path | None) -> Path:
    """Write a run that is in memory in another form; see `export`."""
    found = _kind(kind)
    if output is None and run.folder is None:
        raise UsageError("export.no_place", kind=kind)
    default = None if run.folder is None else run.folder / found.file
    subject = partial(Subject, lambda: run.model, cache(lambda: told_of(run)))
    return _write(found, subject, output, default)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        near = nearest(name, list(KINDS))
        code = "export.unknown_kind_near" if near else "export.unknown_kind"
        raise UsageError(code, kind=name, near=near, known=list(KINDS))
    return KINDS[name]


def run_folder(path: Path) -> Path:
    """Return the folder of a run, by itself or by the model file in it.

    Example:
        >>> str(run_folder(Path("runs/iris-001/model.safetensors")))
        'runs/iris-001'
    """
    return path.parent if path.name == folders.MODEL and not path.is_dir() else path


def _default(path: Path, kind: Kind) -> Path | None:
    """Return where a file goes that no place is named for; a place of ours may be written anew."""
    place = run_folder(path)
    if place.is_dir():
        return place / kind.file
    return path.with_suffix(Path(kind.file).suffix)


def _write(kind: Kind, subject: Callable[[Path], Subject], output: Path | None, default: Path | None) -> Path:
    place = default if output is None else expanded(output)
    assert place is not None, "without a folder there is a place"
    ours = output is None and place.name == kind.file
    if place.exists() and not ours:
        raise OutputError("export.exists", path=str(place))
    found = subject(place)
    content, others = kind.write(found), kind.beside(found)
    for name, other in others.items():
        write_atomic(place.with_name(name), other)
    write_atomic(place, content)
    return place
