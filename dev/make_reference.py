"""Makes the parts of the documentation that follow from the code.

    python dev/make_reference.py            writes them
    python dev/make_reference.py --check    ends with 1 where one is stale, and names it

They are the pages of the command line, the list of errors in `errors.md`, and the JSON Schema of recipes.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click

from stirfry import errors, lang
from stirfry.cli.app import program
from stirfry.cli.commands import Option
from stirfry.cli.help import SECTIONS
from stirfry.lang import Language, say
from stirfry.spec.recipe import schema

DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- made by dev/make_reference.py -->", "<!-- end of what is made -->"

_HEADS = {
    "en": (
        "# The command line",
        "This page is made from the program by `dev/make_reference.py`; it says what `--help` says.\n\n"
        "Every command ends with an exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted "
        "(see [errors](errors.md)). Results go to stdout. Progress, remarks and errors go to stderr. "
        "`NO_COLOR` takes the colours away.",
        ("option", "what it does"),
        ("argument", "what it is"),
        "Options of every command",
    ),
    "zh": (
        "# 命令行",
        "本页由 `dev/make_reference.py` 根据程序生成，内容与 `--help` 相同。\n\n"
        "每条命令结束时都有退出码：0 完成，1 失败，2 用法有误，130 被中断（见[错误](errors.md)）。"
        "结果写到标准输出，进度、提示和错误写到标准错误。设置 `NO_COLOR` 可去掉颜色。",
        ("选项", "作用"),
        ("参数", "含义"),
        "所有命令通用的选项",
    ),
}

#: When each error is raised, for the Chinese page; the English one takes the classes' own words.
_CHINESE = {
    "StirfryError": "stirfry 所有错误的基类：一个代码，加上该代码的文字所需的事实。",
    "UsageError": "命令或调用的写法有误。",
    "SpecError": "配方、网络或训练计划有一处或多处错误，一次全部列出。",
    "DataError": "数据无法读取，或无法使用。",
    "ModelFileError": "模型文件被截断、被改动、版本过新，或不是模型文件。",
    "NoModelFile": "指定的位置没有模型文件。",
    "TrainingError": "训练无法继续。",
    "ProcessLost": "共同训练的另一个进程已终止，torchrun 会重新启动所有进程。",
    "VerdictError": "训练已完成，但在得出结论时遇到 stirfry 自身的错误。",
    "MissingExtra": "所需的可选包没有安装。",
    "OutputError": "文件夹或文件无法写入。",
}

_BASE = "The base of them all: a code, and the facts that its text needs."

_ERROR_HEADS = {
    "en": ("class", "when", "is also a", "exit code"),
    "zh": ("类", "何时出现", "同时也是", "退出码"),
}


def made() -> dict[Path, str]:
    """Return every file that is made, whole, by its path."""
    found = {DOCS / "recipe.schema.json": json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"}
    for language in lang.LANGUAGES:
        with lang.speaking(language):
            found[DOCS / language / "command-line.md"] = _command_line(language)
            page = DOCS / language / "errors.md"
            if page.exists():
                found[page] = _replaced(page.read_text(encoding="utf-8"), _errors(language))
    return found


def _command_line(language: Language) -> str:
    title, about, option_heads, argument_heads, common = _HEADS[language]
    alone, shared = _general()
    parts = [title, about, f"## {common}", _options(shared, option_heads)]
    parts += ["## stirfry", say("help.program"), _options(alone, option_heads)]
    context = click.Context(program, info_name="stirfry")
    for name in program.list_commands(context):
        own = click.Context(program.commands[name], parent=context, info_name=name)
        parts += _command(own, option_heads, argument_heads)
    return "\n\n".join(parts) + "\n"


def _general() -> tuple[list[Option], list[Option]]:
    """Return the options that only the program has, and those that all of its commands share."""
    first = next(iter(program.commands.values()))
    shared = [each for each in first.params if isinstance(each, Option) and each.section == "general"]
    names = {each.name for each in shared}
    own = [each for each in program.params if isinstance(each, Option) and each.name not in names]
    return own, shared


def _command(
    context: click.Context, option_heads: tuple[str, str], argument_heads: tuple[str, str]
) -> Iterator[str]:
    command = context.command
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    yield f"## stirfry {command.name}"
    yield say(f"help.command.{command.name}.long")
    metavars = [argument.make_metavar(context) for argument in arguments]
    yield "```text\n" + " ".join([context.command_path, *metavars, "…"]) + "\n```"
    yield re.sub(r"(stirfry .*)", r"`\1`", say(f"help.command.{command.name}.example"))
    if arguments:
        rows = [
            (f"`{metavar}`", say(f"help.argument.{argument.name}"))
            for metavar, argument in zip(metavars, arguments, strict=True)
        ]
        yield _table(argument_heads, rows)
    options = [each for each in command.params if isinstance(each, Option) and each.section != "general"]
    options.sort(key=lambda each: SECTIONS.index(each.section))
    for section, members in groupby(options, key=lambda each: each.section):
        yield f"### {say(f'help.section.{section}')}"
        yield _options(list(members), option_heads)


def _options(options: list[Option], heads: tuple[str, str]) -> str:
    return _table(heads, [(_written(option), say(str(option.help))) for option in options])


def _written(option: Option) -> str:
    value = "" if option.is_flag else f" {option.metavar or str(option.name).upper()}"
    return f"`{', '.join(option.opts)}{value}`"


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _errors(language: Language) -> str:
    rows = []
    for kind in _error_classes():
        bases = [f"`{base.__name__}`" for base in kind.__bases__ if base is not Exception]
        joined = ("、" if language == "zh" else ", ").join(bases)
        rows.append((f"`{kind.__name__}`", _when(kind, language), joined, str(kind.exit_code)))
    tree = "\n".join(_branch(errors.StirfryError, "", ""))
    return f"```text\n{tree}\n```\n\n{_table(_ERROR_HEADS[language], rows)}"


def _when(kind: type[errors.StirfryError], language: Language) -> str:
    if language == "zh":
        return _CHINESE[kind.__name__]
    return _BASE if kind is errors.StirfryError else (inspect.getdoc(kind) or "").splitlines()[0]


def _error_classes() -> list[type[errors.StirfryError]]:
    """Return the errors in the order of the file."""
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.StirfryError)
    ]


def _branch(kind: type[errors.StirfryError], lead: str, below: str) -> Iterator[str]:
    yield lead + kind.__name__
    children = [each for each in _error_classes() if each.__bases__[0] is kind]
    for child in children:
        last = child is children[-1]
        yield from _branch(child, below + ("└── " if last else "├── "), below + ("    " if last else "│   "))


def _replaced(page: str, text: str) -> str:
    """Return a page with what stands between the two marks replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def stale() -> list[Path]:
    """Return the files that aren't what the code gives."""
    return [
        path for path, text in made().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main() -> int:
    """Write what is stale, or only name it."""
    found = stale()
    if "--check" not in sys.argv:
        for path, text in made().items():
            path.write_text(text, encoding="utf-8")
    for path in found:
        print(f"{path.relative_to(DOCS.parent)} {'is stale' if '--check' in sys.argv else 'written'}")
    return 1 if found and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
