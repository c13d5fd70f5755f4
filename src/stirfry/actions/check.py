"""Check: everything that `train` does before training, and what the checks say about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stirfry.actions.findings import checks_of
from stirfry.actions.listener import Listener, Nobody, Remembering
from stirfry.actions.ready import get_ready
from stirfry.actions.request import CheckRequest
from stirfry.data.table import Images
from stirfry.judge.finding import SEVERITIES, Finding, Severity
from stirfry.lang import say
from stirfry.notice import Notice
from stirfry.spec.plan import Task


@dataclass(frozen=True)
class Checks:
    """What the checks found: iterate over it, or print it.

    Args:
        name: what the data are called.
        rows: how many rows have a label.
        columns: how many columns are learned from, or pixels times channels.
        task: the task.
        classes: how many classes; 0 in regression.
        parts: how many rows each part has.
        findings: what was found, the most serious first.
        notices: what was decided on the way.
        image: the shape of an image; empty where the rows are none.
    """

    name: str
    rows: int
    columns: int
    task: Task
    classes: int
    parts: dict[str, int]
    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...] = ()
    image: tuple[int, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of one severity."""
        return tuple(finding for finding in self.findings if finding.severity == severity)

    def as_json(self) -> dict[str, Any]:
        """Return the checks as JSON values, their words in the language of the moment."""
        return {
            "name": self.name,
            "rows": self.rows,
            "columns": self.columns,
            "task": self.task,
            "classes": self.classes,
            "parts": self.parts,
            "findings": [finding.as_json() for finding in self.findings],
            "notices": [str(notice) for notice in self.notices],
        }

    def about(self) -> str:
        """Return what was looked at, in a line of words."""
        kind = "images" if self.image else "regression" if self.task == "regression" else "classes"
        things = "images" if self.image else "rows"
        parts = [
            say(f"actions.checked_{name}", rows=rows, things=things) for name, rows in self.parts.items()
        ]
        facts = {"name": self.name, "rows": self.rows, "columns": self.columns, "classes": self.classes}
        facts["shape"] = self.image
        return say(f"actions.checked_{kind}", **facts, parts=parts)

    def __repr__(self) -> str:
        lines = [self.about()]
        for severity in SEVERITIES:
            for finding in self.of(severity):
                facts = {"severity": say(f"actions.severity.{severity}"), "seen": finding.seen}
                lines.append(say("actions.finding", **facts, do=finding.do))
        return "\n  ".join([*lines, *([] if self.findings else [say("actions.nothing_found")])])


def check(request: CheckRequest, listener: Listener | None = None) -> Checks:
    """Read the data, make the job, and say what the checks find. Nothing is trained, nothing is written.

    Args:
        request: what would be trained.
        listener: who hears what is decided on the way.

    Raises:
        StirfryError: whatever `train` would refuse.
    """
    hearing = Remembering(listener or Nobody())
    ready = get_ready(request.train, hearing)
    parts, dataset = ready.prepared.split, ready.described.dataset
    sizes = {"train": len(parts.train), "validation": len(parts.validation), "test": len(parts.test)}
    return Checks(
        name=dataset.name,
        rows=ready.described.rows,
        columns=ready.described.columns,
        task=ready.described.task,
        classes=len(ready.prepared.target.labels),
        parts={name: rows for name, rows in sizes.items() if rows},
        findings=checks_of(ready, request.train),
        notices=tuple(hearing.notices),
        image=tuple(dataset.pixels.shape[1:]) if isinstance(dataset, Images) else (),
    )
