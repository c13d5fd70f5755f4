"""An explanation as text for people, in lines of 80: the row, layer by layer, the answer, back, the step.

Formulas are the same in every language; everything else is the catalogue's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from stirfry.explain.explanation import Explanation
from stirfry.explain.grid import wrapped
from stirfry.explain.text_answer import answer_lines, loss_lines, moved_lines
from stirfry.explain.text_layers import backward_lines, forward_lines, forward_title
from stirfry.explain.text_row import input_lines, raw_lines, row_title
from stirfry.explain.text_update import update_lines
from stirfry.lang import say

#: What an explanation consists of.
Topic = Literal["row", "forward", "answer", "backward", "update", "moved"]
TOPICS: tuple[Topic, ...] = get_args(Topic)


@dataclass(frozen=True)
class Section:
    """A part of the text.

    Args:
        topic: what it belongs to.
        title: its heading.
        lines: what stands under it.
    """

    topic: Topic
    title: str
    lines: list[str]


def sections(found: Explanation) -> list[Section]:
    """Return an explanation as text, part by part."""
    things = found.data.things
    made = [Section("row", row_title(found), raw_lines(found))]
    made.append(Section("row", say("explain.title.inputs"), input_lines(found)))
    made += [
        Section(
            "forward", say("explain.title.forward", layer=forward_title(step)), forward_lines(found, step)
        )
        for step in found.forward
    ]
    made.append(Section("answer", say("explain.title.answer"), answer_lines(found)))
    if found.loss is not None:
        made.append(Section("answer", say("explain.title.loss"), loss_lines(found)))
        made += [
            Section(
                "backward", say("explain.title.back", layer=forward_title(step)), backward_lines(found, step)
            )
            for step in found.backward
        ]
    if found.update is not None:
        made.append(Section("update", say("explain.title.update"), update_lines(found.update, things)))
    moved = moved_lines(found.attributions, things == "images")
    made.append(Section("moved", say("explain.title.moved"), moved))
    return [replace(each, lines=[part for line in each.lines for part in wrapped(line)]) for each in made]
