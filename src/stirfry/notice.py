"""What stirfry says about something it noticed or decided, and carried on with."""

from __future__ import annotations

from typing import Any

from stirfry.lang import say


class Notice:
    """One remark: a key of the catalogue and the facts that its text needs.

    Args:
        code: the key of the text in the catalogue, such as `"data.rows_dropped"`.
        facts: what the text names.
    """

    def __init__(self, code: str, /, **facts: Any) -> None:
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return say(self.code, **self.facts)

    def __repr__(self) -> str:
        return f"Notice({self.code!r}, {self.facts!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Notice) and (self.code, self.facts) == (other.code, other.facts)

    def __hash__(self) -> int:
        return hash((self.code, repr(self.facts)))
