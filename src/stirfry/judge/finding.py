"""What a check found before a run, or a verdict after it: one shape for both, in words and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from stirfry.lang import say

#: From what spoils a run, over what weakens it, to what is good to know; `good` is for a healthy run.
Severity = Literal["serious", "warning", "remark", "good"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True)
class Finding:
    """One finding: what was seen, why it matters, what to do.

    The catalogue has a text for each: under `code` what was seen, under `code.why` and `code.do` the rest;
    all three are filled with the same facts.

    Args:
        code: such as `"checks.leak"` or `"verdicts.overfitting"`.
        severity: how much it matters.
        facts: the evidence, as JSON values.
        confidence: how sure it is, 0 to 1; None where it is a plain fact.
        change: the settings to try next, by their names in a plan, a network or the data.
        command: one command to try next; empty where there is none.
    """

    code: str
    severity: Severity
    facts: dict[str, Any] = field(default_factory=dict)
    confidence: float | None = None
    change: dict[str, Any] = field(default_factory=dict)
    command: str = ""

    @property
    def seen(self) -> str:
        """What was seen, in words."""
        return say(self.code, **self.facts)

    @property
    def why(self) -> str:
        """Why it matters; empty for good news."""
        return "" if self.severity == "good" else say(f"{self.code}.why", **self.facts)

    @property
    def do(self) -> str:
        """What to do; empty for good news."""
        return "" if self.severity == "good" else say(f"{self.code}.do", **self.facts)

    def __str__(self) -> str:
        return self.seen

    def as_json(self) -> dict[str, Any]:
        """Return the finding as JSON values, its words in the language of the moment."""
        return {
            "code": self.code,
            "severity": self.severity,
            "confidence": self.confidence,
            "seen": self.seen,
            "why": self.why,
            "do": self.do,
            "command": self.command,
            "facts": self.facts,
        }


def by_severity(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings with the most serious first; those of one severity keep their order."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))
