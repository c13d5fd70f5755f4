"""The documents are true: what they show runs, where they point is there, both languages say the same.

`dev/make_output.py` runs the blocks, and says how they are marked.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import stirfry
from stirfry import errors
from stirfry.spec import layers
from stirfry.spec.defaults import Facts, fill
from stirfry.spec.options import PLACES
from stirfry.spec.recipe import Recipe

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def load(name: str) -> ModuleType:
    """Import a script of `dev/`, which is no package."""
    sys.path.insert(0, str(ROOT / "dev"))
    try:
        return __import__(name)
    finally:
        sys.path.remove(str(ROOT / "dev"))


output, reference = load("make_output"), load("make_reference")
PAGES: list[Path] = output.pages()
#: The lessons' blocks are run in `tests/test_lessons.py`.
PLAYED = [page for page in PAGES if page not in output.lessons()]
#: Written in one language, and without blocks that run.
OTHERS = [ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]


def names(pages: list[Path]) -> list[str]:
    return [str(page.relative_to(ROOT)) for page in pages]


def text_of(language: str) -> str:
    pages = (page for page in PAGES if output.language_of(page) == language)
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def without_blocks(page: Path) -> list[str]:
    """Return a page's lines, those of its blocks empty."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for block in output.blocks_of("\n".join(lines)):
        for at in range(block.line - 2, block.line + len(block.body)):
            lines[at] = ""
    return lines


def headings(page: Path) -> list[tuple[int, str]]:
    found = (re.fullmatch(r"(#+) (.*)", line) for line in without_blocks(page))
    return [(len(heading[1]), heading[2]) for heading in found if heading]


def anchor(heading: str) -> str:
    """Return what GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.slow
@pytest.mark.parametrize("page", PLAYED, ids=names(PLAYED))
def test_what_a_page_shows_is_what_happens(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for shown in output.play(page):
        assert shown.agrees, (
            f"{page.relative_to(ROOT)}, line {shown.line}: run dev/make_output.py.\n"
            + "\n".join(shown.written)
        )


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_python_block_is_closed_and_parses(page: Path) -> None:
    for block in output.blocks_of(page.read_text(encoding="utf-8")):
        if block.language == "python":
            ast.parse("\n".join(block.body))


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=names([*PAGES, *OTHERS]))
def test_links_lead_somewhere(page: Path) -> None:
    broken = [link for link in links(page) if not leads_somewhere(page, link)]
    assert not broken


def links(page: Path) -> Iterator[str]:
    for line in without_blocks(page):
        yield from re.findall(r"\]\(([^)]+)\)", re.sub(r"`[^`]*`", "", line))


def leads_somewhere(page: Path, link: str) -> bool:
    if link.startswith(("https://", "http://")):
        return True
    name, _, place = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not place:
        return target.exists()
    return target.exists() and place in {anchor(title) for _, title in headings(target)}


@pytest.mark.parametrize(("folder", "at_least"), [(DOCS, 8), (output.LEARN, 2)], ids=["docs", "lessons"])
def test_both_languages_have_the_same_pages(folder: Path, at_least: int) -> None:
    english, chinese = (sorted(page.name for page in (folder / name).glob("*.md")) for name in ("en", "zh"))
    assert english == chinese
    assert len(english) >= at_least


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (ROOT / "README.md", ROOT / "README.zh-CN.md"),
        *((page, page.parent.parent / "zh" / page.name) for page in PAGES if page.parent.name == "en"),
    ],
    ids=lambda page: page.name,
)
def test_both_languages_have_the_same_parts(english: Path, chinese: Path) -> None:
    assert outline(english) == outline(chinese)


def outline(page: Path) -> list[Any]:
    """Return headings by level, blocks by language, and how many rows the tables have."""
    text = page.read_text(encoding="utf-8")
    blocks = [(block.language, block.comment.partition(":")[0]) for block in output.blocks_of(text)]
    rows = sum(line.lstrip().startswith("|") for line in without_blocks(page))
    return [[level for level, _ in headings(page)], blocks, rows]


def test_what_is_made_from_the_code_is_fresh() -> None:
    assert not names(reference.stale()), "run dev/make_reference.py"


def classes(module: ModuleType, base: type) -> list[str]:
    """Return the names of the public classes in a module that come from a base."""
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, base)]
    return [kind.__name__ for kind in kinds if kind is not layers.Layer and kind.__name__[0] != "_"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("what", "wanted"),
    [
        ("public names", stirfry.__all__),
        ("errors", classes(errors, errors.StirfryError)),
        ("settings", list(PLACES)),
        ("layers", classes(layers, layers.Layer)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_everything_is_mentioned(language: str, what: str, wanted: list[str]) -> None:
    text = text_of(language)
    code = " ".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    words = set(re.findall(r"\w+", code))
    assert not [name for name in wanted if name not in words]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_of_defaults_is_true(language: str) -> None:
    page = (DOCS / language / "network-and-plan.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip(" `") for cell in line.split("|")[1:-1]] for line in page.splitlines() if line[:1] == "|"
    ]
    shown = {row[0]: row[1:] for row in reversed(rows)}
    table = fill(Recipe(), Facts(1_000_000, 4, "multiclass", 3))
    small = fill(Recipe(), Facts(20, 4, "multiclass", 3))
    images = fill(Recipe(), Facts(1_000, 784, "multiclass", 3, images=True))
    numbers = [re.findall(r"[\d.,]*\d", cell) for cell in shown["epochs"]]
    assert shown["lr"] == [str(table.plan.lr), str(images.plan.lr)]
    assert shown["patience"] == [str(table.plan.patience), str(images.plan.patience)]
    assert numbers == [["20,000", str(table.plan.epochs), str(small.plan.epochs)], [str(images.plan.epochs)]]
    sizes = [re.findall(r"\d+", cell) for cell in shown["batch_size"]]
    assert sizes[0][-2:] == [str(small.plan.batch_size), str(table.plan.batch_size)]
    assert sizes[1] == [str(images.plan.batch_size)]
    optimizer, decay = shown["优化器" if language == "zh" else "optimizer"][0], str(table.plan.weight_decay)
    assert optimizer.lower().startswith(str(table.plan.optimizer)) and decay in optimizer
    network = shown["网络" if language == "zh" else "network"][0]
    sizes = [*(table.network.hidden or ()), table.network.dropout]
    assert re.findall(r"\d+(?:\.\d+)?", network) == [str(size) for size in sizes]


def test_blocks_are_found_with_what_stands_before_them() -> None:
    page = "<!-- exit code 2 -->\n```console\n$ stirfry\n```\n\n```text\n```\ntext\n```python\nx\n```\n"
    first, second, third = output.blocks_of(page)
    assert (first.line, first.language, first.body) == (3, "console", ("$ stirfry",))
    assert first.comment == "exit code 2"
    assert (second.body, second.comment, second.follows) == ((), "", True)
    assert (third.language, third.line, third.follows) == ("python", 10, False)


@pytest.mark.parametrize(
    ("shown", "written", "agrees"),
    [
        (["loss 0.5", "3 rows"], ["loss  1.25e-3", "1,000 rows"], True),
        (["loss 0.5"], ["loss 0.5", "more"], False),
        (["a", "…", "z"], ["a", "b", "z"], True),
        (["a", "…", "z"], ["a", "z"], True),
        (["a", "…", "z"], ["a", "b"], False),
        (["a", "…"], ["a", "b", "c"], True),
        (["a", "b", "…", "b", "c"], ["a", "b", "c"], False),
        (["?"], ["a"], False),
    ],
)
def test_output_agrees_whatever_the_numbers(shown: list[str], written: list[str], agrees: bool) -> None:
    assert output.Output(1, tuple(shown), tuple(written)).agrees is agrees


def test_what_is_left_out_stays_left_out_when_output_is_renewed() -> None:
    renewed = output.Output(1, ("a", "…", "z 1"), ("a", "b", "c", "z 2")).renewed
    assert renewed == ("a", "…", "z 2")


def test_another_exit_code_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("```console\n$ stirfry train iirs\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="exit code 2"):
        output.play(page)
