"""A run as a plain PyTorch script: data, split, scaling, network, loop, scores, from top to bottom."""

from __future__ import annotations

from collections.abc import Callable

from stirfry.data.table import Table
from stirfry.export.columns import columns_section
from stirfry.export.lines import WIDTH, Section, folded, joined, remark, spelled, width
from stirfry.export.parts import split_section
from stirfry.export.pictures import pictures_section, pixels_section
from stirfry.export.tables import looked_at, table_section
from stirfry.export.told import Told
from stirfry.export.training import network_section, scores_section, training_section
from stirfry.lang import together
from stirfry.paths import expanded

#: Packages that are imported under another name than that on PyPI.
_PACKAGES = {"PIL": "pillow", "sklearn": "scikit-learn"}
#: Python's own modules.
_OWN = {"copy", "gzip", "pathlib"}

#: A script with as many lines is told with fewer blank ones.
MOST_LINES = 80

Place = Callable[[str], str]


def write_script(told: Told) -> str:
    """Return the script of a run.

    Args:
        told: the run.

    Raises:
        UsageError: something in the run has no short form in PyTorch; the text names it.
        DataError: the data can't be read any more.
    """
    sections = sections_of(told, _as_typed)
    head = [remark("export.head", name=told.name), remark("export.needs", packages=packages_of(sections))]
    if width(" ".join(head)) <= WIDTH - 2:
        head = [together(*head)]
    lines = [f"# {line}" for text in head for line in folded(text, WIDTH - 2)]
    lines += ["", *import_lines(sections)]
    for section in sections:
        lines += ["", *(f"# {line}" for line in folded(section.title, WIDTH - 2)), *section.lines]
    lines = tidied(lines)
    if len(lines) >= MOST_LINES:
        lines = _tight(lines)
    return "\n".join(lines) + "\n"


def _tight(lines: list[str]) -> list[str]:
    """Return the lines without the blank ones below the imports, so that a script stays short."""
    last = max(place for place, line in enumerate(lines) if line.startswith(("import ", "from ")))
    return [line for place, line in enumerate(lines) if line or place <= last]


def sections_of(told: Told, place: Place) -> list[Section]:
    """Return the steps of a run, in order.

    Args:
        told: the run.
        place: from a source's path to the expression of it.
    """
    if isinstance(told.described.dataset, Table):
        founds = looked_at(told)
        reading, encoding = table_section(told, founds, place), columns_section(told, founds)
    else:
        reading, encoding = pictures_section(told, place), pixels_section(told)
    training = [network_section(told), training_section(told), scores_section(told)]
    return [reading, split_section(told), encoding, *training]


def import_lines(sections: list[Section]) -> list[str]:
    """Return the imports of all sections: the standard library's first, then the others'."""
    every = _merged(set().union(*(section.imports for section in sections)))
    own = [line for line in every if line.split()[1] in _OWN]
    others = [line for line in every if line not in own]
    return [*own, *([""] if own else []), *others]


def _merged(lines: set[str]) -> list[str]:
    """Return import lines in order; several names of one module in one line."""
    names: dict[str, list[str]] = {}
    for line in sorted(lines):
        head, _, name = line.partition(" import ")
        names.setdefault(head, []).append(name)
    merged = [f"{head} import {', '.join(own)}" if own != [""] else head for head, own in names.items()]
    return sorted(merged, key=_import_key)


def _import_key(line: str) -> tuple[bool, str]:
    word, module = line.split()[:2]
    return word == "from", module.casefold()


def packages_of(sections: list[Section]) -> str:
    """Return what has to be installed, as the words behind `pip install`."""
    modules = {line.split()[1].partition(".")[0] for section in sections for line in section.imports}
    modules |= set[str]().union(*(section.needs for section in sections))
    return " ".join(sorted(_PACKAGES.get(module, module) for module in modules - _OWN))


def tidied(lines: list[str]) -> list[str]:
    """Return lines with never two blank ones together, nor any at the end."""
    tidy: list[str] = []
    for line in joined([line.split("\n") for line in lines]):
        if line or tidy[-1:] != [""]:
            tidy.append(line)
    while tidy and not tidy[-1]:
        tidy.pop()
    return tidy


def _as_typed(source: str) -> str:
    """Return the path of a file as the run was given it; what comes with the script lies beside it."""
    if source == "digits.npz":
        return 'Path(__file__).with_name("digits.npz")'
    return spelled(str(expanded(source)) if source.startswith("~") else source)
