"""Replays the documents: runs their Python and their commands, and puts what came out into them.

    python dev/make_output.py            rewrites the output in every page
    python dev/make_output.py PAGE …     rewrites it in these

The blocks of a page run one after another in one temporary folder, its Python blocks in one namespace:

- A block of `python` is executed. Where a block of `text` follows it, that is what it prints.
- In a block of `console` or `sh`, a line `$ stirfry …` is run, and so are `$ cat`, `$ head` and `$ ls`; the
  lines under it are what it writes. Where there are none, it may write anything. Other commands are left
  alone.
- A line `…` stands for output that isn't shown. A line `?` is where new output is wanted.
- In a lesson, under `docs/learn`, the SVG files that a block saves are the page's pictures. They are kept in
  its folder `images` (see `dev/pictures.py`).
- A comment before a block changes this: `<!-- not run: why -->`, `<!-- exit code 2 -->` for what is refused,
  and `<!-- file: NAME -->` for a block that is the content of a file.

`tests/test_documents.py` and `tests/test_lessons.py` use the same code to hold the documents to it.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pictures import drawing, kept_form

ROOT = Path(__file__).parent.parent
LEARN = ROOT / "docs" / "learn"
LANGUAGES = ("en", "zh")
#: How wide the terminal is that the documents show.
COLUMNS = "90"

_FENCE = re.compile(r"```(\w*)")
_COMMENT = re.compile(r"<!-- (.*) -->")
_EXIT_CODE = re.compile(r"exit code (\d+)")
_NUMBER = re.compile(r"-?\d[\d,.]*(e-?\d+)?")
#: Progress, which a terminal shows in one place and takes away at the end.
_PROGRESS = re.compile(r"(epoch |第 )[\d,]+/[\d,]+")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Args:
        line: where its first line stands, counted from 1.
        language: what follows the fence.
        body: its lines.
        comment: the comment before it, or nothing.
        follows: whether nothing stands between it and the block before.
    """

    line: int
    language: str
    body: tuple[str, ...]
    comment: str
    follows: bool


@dataclass(frozen=True)
class Output:
    """What a page says is written, and what was.

    Args:
        line: where the documented lines begin, counted from 1.
        shown: the documented lines.
        written: the lines that were written.
    """

    line: int
    shown: tuple[str, ...]
    written: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether both say the same, whatever the numbers."""
        shown, written = (list(map(_without_numbers, lines)) for lines in (self.shown, self.written))
        if "…" not in shown:
            return shown == written
        place = shown.index("…")
        head, tail = shown[:place], shown[place + 1 :]
        fits = len(written) >= len(head) + len(tail)
        return fits and head == written[:place] and tail == written[len(written) - len(tail) :]

    @property
    def renewed(self) -> tuple[str, ...]:
        """What was written, with as much left out as before."""
        if "…" not in self.shown:
            return self.written
        place = self.shown.index("…")
        tail = len(self.shown) - place - 1
        return (*self.written[:place], "…", *self.written[len(self.written) - tail :])


def _without_numbers(line: str) -> str:
    return " ".join(_NUMBER.sub("#", line.replace("ʷ", "")).split())


def pages() -> list[Path]:
    """Return every document whose blocks are run."""
    found = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
    for language in LANGUAGES:
        found += sorted((ROOT / "docs" / language).glob("*.md"))
    return found + lessons()


def lessons() -> list[Path]:
    """Return the pages that teach, whose pictures are made too."""
    return [page for language in LANGUAGES for page in sorted((LEARN / language).glob("*.md"))]


def language_of(page: Path) -> str:
    """Return the language that a page is in."""
    return "zh" if page.parent.name == "zh" or ".zh" in page.name else "en"


def blocks_of(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    lines = text.splitlines()
    at, comment, follows = 0, "", False
    while at < len(lines):
        fence = _FENCE.fullmatch(lines[at])
        if fence:
            end = lines.index("```", at + 1)
            yield Block(at + 2, fence[1], tuple(lines[at + 1 : end]), comment, follows)
            at, comment, follows = end + 1, "", True
            continue
        if lines[at].strip():
            found = _COMMENT.fullmatch(lines[at])
            comment, follows = found[1] if found else "", False
        at += 1


def play(page: Path, pictures: dict[str, str] | None = None) -> list[Output]:
    """Run a page's blocks in a temporary folder, in the page's language.

    Args:
        page: the page.
        pictures: gets the SVG files that the page has drawn, by name, in the form in which they are kept.

    Raises:
        AssertionError: a command ended with another exit code than it should.
    """
    found: list[Output] = []
    printed: tuple[str, ...] | None = None
    names: dict[str, Any] = {"__name__": "__main__"}
    settings = drawing() if page.is_relative_to(LEARN) else nullcontext()
    with tempfile.TemporaryDirectory() as folder, chdir(folder), _speaking(language_of(page)), settings:
        for block in blocks_of(page.read_text(encoding="utf-8")):
            if block.comment.startswith("not run"):
                continue
            if block.comment.startswith("file: "):
                content = "\n".join(block.body) + "\n"
                Path(block.comment.removeprefix("file: ")).write_text(content, encoding="utf-8")
                continue
            if block.language == "python":
                code = compile("\n" * (block.line - 1) + "\n".join(block.body), str(page), "exec")
                with _listening() as heard:
                    exec(code, names)
                printed = tuple(heard.getvalue().splitlines())
                continue
            if block.language == "text" and block.follows and printed is not None:
                found.append(Output(block.line, block.body, printed))
            elif block.language in ("console", "sh"):
                found += _played(block, page)
            printed = None
        if pictures is not None:
            drawn = sorted(Path(folder).glob("*.svg"))
            pictures.update({path.name: kept_form(path.read_text(encoding="utf-8")) for path in drawn})
    return found


def _played(block: Block, page: Path) -> Iterator[Output]:
    """Run a block's commands one after another, and yield what each wrote."""
    expected = _EXIT_CODE.fullmatch(block.comment)
    for at, command, shown in _commands(block):
        words = shlex.split(command)
        with _listening() as heard:
            code = _run(words)
        if code is None:
            continue
        place = f"{page.relative_to(ROOT)}, line {block.line + at}: {command}"
        assert code == (int(expected[1]) if expected else 0), f"{place}\nexit code {code}\n{heard.getvalue()}"
        lines = (line.rstrip() for line in heard.getvalue().strip("\n").splitlines())
        if "--log-every" not in words:
            lines = (line for line in lines if not _PROGRESS.match(line))
        if shown:
            yield Output(block.line + at + command.count("\n") + 1, shown, tuple(lines))


def _commands(block: Block) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Yield where each command of a block stands, the command, and the lines shown under it."""
    starts = [at for at, line in enumerate(block.body) if line.startswith("$ ")]
    for start, end in pairwise([*starts, len(block.body)]):
        stop = start
        while block.body[stop].endswith("\\"):
            stop += 1
        command = "\n".join(block.body[start : stop + 1]).removeprefix("$ ")
        shown = block.body[stop + 1 : end]
        yield start, command, shown[:-1] if shown and not shown[-1] else shown


def _run(words: Sequence[str]) -> int | None:
    """Run one command and return its exit code; None where it isn't one of those that are run."""
    if words[0] == "stirfry":
        from stirfry.cli import main

        return main(words[1:])
    if words[0] in ("cat", "head", "ls"):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        sys.stdout.write(done.stdout + done.stderr)
        return done.returncode
    return None


@contextmanager
def _listening() -> Iterator[io.StringIO]:
    heard = io.StringIO()
    with redirect_stdout(heard), redirect_stderr(heard):
        yield heard


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    """Set the language and the width of the terminal, take what would colour it away, and put all back."""
    before = dict(os.environ)
    os.environ.update({"STIRFRY_LANG": language, "COLUMNS": COLUMNS})
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        os.environ.pop(name, None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def renew(page: Path) -> bool:
    """Write a page's output and a lesson's pictures anew, and return whether any changed."""
    pictures: dict[str, str] = {}
    text = page.read_text(encoding="utf-8")
    lines = text.splitlines()
    for output in reversed(play(page, pictures)):
        start = output.line - 1
        lines[start : start + len(output.shown)] = output.renewed
    renewed = "\n".join(lines) + "\n"
    if renewed != text:
        page.write_text(renewed, encoding="utf-8")
    changed = renewed != text
    for name, picture in pictures.items() if page.is_relative_to(LEARN) else ():
        path = page.parent / "images" / name
        if not path.exists() or path.read_text(encoding="utf-8") != picture:
            path.parent.mkdir(exist_ok=True)
            path.write_text(picture, encoding="utf-8")
            changed = True
    return changed


if __name__ == "__main__":
    for wanted in [Path(name).resolve() for name in sys.argv[1:]] or pages():
        print(f"{wanted.relative_to(ROOT)}: {'renewed' if renew(wanted) else 'as it was'}", flush=True)
