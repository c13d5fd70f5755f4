"""Writes what `stirfry reproduce` measured into the recipe pages.

    stirfry reproduce iris-mlp --json > iris-mlp.json
    python dev/fill_results.py iris-mlp.json …

The tables go between the `<!-- results:NAME -->` and `<!-- /results -->` marks of docs/en/recipes.md and
docs/zh/recipes.md.
"""

from __future__ import annotations

import argparse
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from stirfry.run.record import machine, versions

PAGES = {
    "en": (
        "quantity | published | median | lowest … highest | rank | verdict",
        {"reproduced": "inside the range", "outside": "outside the range", "reported": "–"},
        "{variant}Seeds: {seeds}. {date}, {processor}, {cores} cores, {engine}.",
        "Variant `{variant}`. ",
        "{rank} of {count}",
        {"native": "native engine"},
    ),
    "zh": (
        "量 | 发表值 | 中位数 | 最小 … 最大 | 名次 | 结论",
        {"reproduced": "在范围内", "outside": "不在范围内", "reported": "–"},
        "{variant}{seeds} 个种子，{date}，{processor}，{cores} 核，{engine}。",
        "变体 `{variant}`：",
        "第 {rank} / {count}",
        {"native": "原生引擎"},
    ),
}


def number(value: float | None) -> str:
    """Return a number as the tables show it."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4f}"


def table(found: dict[str, Any], language: str) -> str:
    """Return one recipe or variant as Markdown."""
    heading, verdicts, source, variant_words, rank_words, engines = PAGES[language]
    _, _, variant = found["name"].partition("/")
    about = machine()
    seeds = len(found["measured"][0]["values"])
    lines = [
        source.format(
            variant=variant_words.format(variant=variant) if variant else "",
            seeds=seeds,
            date=date.today().isoformat(),
            processor=about["processor"],
            cores=about["cores"],
            engine=engines.get(found["engine"], f"PyTorch {versions()['torch']}"),
        ),
        "",
        f"| {heading} |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for each in found["measured"]:
        name = each["quantity"] + (f" @ {each['epoch']:,}" if each["epoch"] else "")
        ranked = each["rank"] is not None and seeds > 1
        rank = rank_words.format(rank=each["rank"], count=seeds + 1) if ranked else "–"
        spread = f"{number(each['lowest'])} … {number(each['highest'])}"
        cells = (f"`{name}`", number(each["published"]), number(each["median"]), spread, rank)
        lines.append(f"| {' | '.join(cells)} | {verdicts[each['verdict']]} |")
    return "\n".join(lines)


def main() -> None:
    """Fill the pages from the files that are named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    docs = Path(__file__).parent.parent / "docs"
    for path in parser.parse_args().files:
        recipes = json.loads(path.read_text(encoding="utf-8"))["recipes"]
        name = recipes[0]["name"]
        for language in PAGES:
            page = docs / language / "recipes.md"
            text = page.read_text(encoding="utf-8")
            block = "\n\n".join(table(found, language) for found in recipes)
            pattern = rf"(<!-- results:{re.escape(name)} -->\n).*?(\n<!-- /results -->)"
            written = r"\g<1>" + block.replace("\\", r"\\") + r"\g<2>"
            filled, count = re.subn(pattern, written, text, flags=re.DOTALL)
            if count != 1:
                raise SystemExit(f"{page} has {count} blocks for {name}")
            page.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    main()
