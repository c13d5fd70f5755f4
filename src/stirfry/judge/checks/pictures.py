"""Images with nothing on them."""

from __future__ import annotations

import numpy as np

from stirfry.data.stream import Stream
from stirfry.data.table import Images
from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding

#: One blank image in a hundred or more has a cause: a failed download, a wrong folder, a broken conversion.
MANY = 0.01


def blank_images(subject: Subject) -> list[Finding]:
    """Find images all of whose pixels are the same; those that stay on disk aren't looked at."""
    dataset = subject.described.dataset
    if not isinstance(dataset, Images) or isinstance(dataset.pixels, Stream):
        return []
    rows = np.sort(subject.training)
    pixels = dataset.pixels
    # Most images differ in a few of their pixels already; only the others are looked at whole.
    some = pixels.reshape(len(pixels), -1)
    step = max(1, some.shape[1] // 16)
    near = some[rows, ::step]
    rows = rows[(near == near[:, :1]).all(axis=1)]
    blank = rows[(some[rows] == some[rows, :1]).all(axis=1)]
    if not len(blank):
        return []
    share = len(blank) / len(subject.training)
    facts = {"count": len(blank), "rows": len(subject.training), "first": int(blank[0]) + 1}
    return [Finding("checks.blank_images", "warning" if share >= MANY else "remark", facts)]
