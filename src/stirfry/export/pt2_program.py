"""Preprocessing, network and answers as one `nn.Module`, for `torch.export`.

Only tensors go in and come out. Nothing of this outlives the export: a program holds PyTorch's operations.

Letters: N rows, D columns, E encoded columns, K classes or outputs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import get_args

import torch
from torch import Tensor, nn
from torch.nn import functional

from stirfry.data.encode_images import WHITE, ImageEncoder
from stirfry.data.encode_inputs import InputPart, InputsEncoder
from stirfry.data.encode_parts import DAY, FARTHEST, Calendar, CategoryPart, DatePart, NumberPart
from stirfry.data.encode_table import TableEncoder
from stirfry.data.numbers import LARGEST
from stirfry.data.target import Target
from stirfry.engine.losses import Reads
from stirfry.export.calendar import weekday, year_month_day
from stirfry.export.layout import order_of, starts_of


class Program(nn.Module):
    """From raw rows to answers."""

    def __init__(self, encode: nn.Module, network: nn.Module, answer: nn.Module) -> None:
        super().__init__()
        self.encode, self.network, self.answer = encode, network, answer

    def forward(self, *inputs: Tensor) -> Tensor:
        """Return probabilities, shape (N, K), or numbers, shape (N, 1)."""
        return self.answer(self.network(self.encode(*inputs)))


class Table(nn.Module):
    """What `TableEncoder.transform` does with rows of numbers, where a category is its level's position.

    All columns of a kind go through it together: PyTorch takes its time over each operation of a program.
    """

    order: Tensor | None

    def __init__(self, encoder: TableEncoder) -> None:
        super().__init__()
        numbers = [part for part in encoder.parts if isinstance(part, NumberPart)]
        dates = [part for part in encoder.parts if isinstance(part, DatePart)]
        categories = [part for part in encoder.parts if isinstance(part, CategoryPart)]
        kinds: list[Numbers | Dates | Categories] = []
        kinds += [Numbers(numbers)] if numbers else []
        kinds += [Dates(dates)] if dates else []
        kinds += [Categories(categories)] if categories else []
        self.kinds, starts = nn.ModuleList(kinds), starts_of(encoder)
        self.columns = [[encoder.columns.index(name) for name in kind.names] for kind in kinds]
        order = order_of(
            [starts[kind.names[owner]] + place for kind in kinds for owner, place in kind.places]
        )
        self.register_buffer("order", None if order is None else _whole(order))

    def forward(self, rows: Tensor) -> Tensor:
        """Return encoded rows, shape (N, E), for float64 of shape (N, D) with NaN for what is missing."""
        blocks = [encode(rows[:, columns]) for encode, columns in zip(self.kinds, self.columns, strict=True)]
        encoded = torch.cat(blocks, dim=1)
        return encoded if self.order is None else encoded[:, self.order]


class Scaled(nn.Module):
    """What `scaled` does with columns, or with the values along an array's last axis."""

    centers: Tensor
    scales: Tensor

    def __init__(self, centers: Sequence[float], scales: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("centers", _double(centers))
        # Divided by infinity, columns that never differed become 0.
        self.register_buffer("scales", _double([scale or math.inf for scale in scales]))

    def forward(self, values: Tensor) -> Tensor:
        """Return float32 for float64, of the same shape."""
        return ((values - self.centers) / self.scales).clamp(-LARGEST, LARGEST).float()


class Numbers(nn.Module):
    """What `NumberPart.fill` does, for several columns.

    `names` has the columns, and `places` for each encoded column which of them it is of, and its place there.
    """

    medians: Tensor

    def __init__(self, parts: Sequence[NumberPart]) -> None:
        super().__init__()
        self.names = [part.name for part in parts]
        self.flagged = [owner for owner, part in enumerate(parts) if part.missing]
        self.places = [(owner, 0) for owner in range(len(parts))] + [(owner, 1) for owner in self.flagged]
        self.register_buffer("medians", _double([part.median for part in parts]))
        self.scaled = Scaled([part.center for part in parts], [part.scale for part in parts])

    def forward(self, given: Tensor) -> Tensor:
        """Return scaled numbers, and indicators for those of the parts that have them."""
        gaps = given.isnan()
        scaled = self.scaled(torch.where(gaps, self.medians, given))
        return torch.cat([scaled, gaps[:, self.flagged].float()], dim=1)


class Dates(nn.Module):
    """What `DatePart.fill` does with seconds since 1970, for several columns."""

    medians: Tensor

    def __init__(self, parts: Sequence[DatePart]) -> None:
        super().__init__()
        self.names = [part.name for part in parts]
        found = [(owner, place) for owner, part in enumerate(parts) for place in range(len(part.calendar))]
        names = get_args(Calendar)
        #: Where each wanted calendar part stands among all parts of all dates.
        self.wanted = [
            names.index(parts[owner].calendar[place]) * len(parts) + owner for owner, place in found
        ]
        self.flagged = [owner for owner, part in enumerate(parts) if part.missing]
        self.places = found + [(owner, len(parts[owner].calendar)) for owner in self.flagged]
        self.register_buffer("medians", _double([part.median for part in parts]))
        self.scaled = Scaled(
            [parts[owner].centers[place] for owner, place in found],
            [parts[owner].scales[place] for owner, place in found],
        )

    def forward(self, given: Tensor) -> Tensor:
        """Return scaled calendar parts, and indicators for those of the dates that have them."""
        gaps = given.isnan()
        seconds = torch.where(gaps, self.medians, given)
        near = seconds.clamp(-FARTHEST, FARTHEST)
        days = (near / DAY).floor()
        year, month, day = year_month_day(days.long())
        found = {"seconds": seconds, "year": year, "month": month, "day": day}
        found |= {"weekday": weekday(days.long()), "hour": (near - days * DAY) / 3600}
        every = torch.cat([found[name].double() for name in get_args(Calendar)], dim=1)
        return torch.cat([self.scaled(every[:, self.wanted]), gaps[:, self.flagged].float()], dim=1)


class Categories(nn.Module):
    """What `CategoryPart.fill` does with the positions of levels, for several columns."""

    positions: Tensor
    owners: Tensor

    def __init__(self, parts: Sequence[CategoryPart]) -> None:
        super().__init__()
        self.names = [part.name for part in parts]
        levels = [(owner, place) for owner, part in enumerate(parts) for place in range(len(part.levels))]
        self.flagged = [owner for owner, part in enumerate(parts) if part.missing]
        missing = [(owner, len(parts[owner].levels)) for owner in self.flagged]
        new = [(owner, len(part.outputs) - 1) for owner, part in enumerate(parts)]
        self.places = levels + missing + new
        self.register_buffer("owners", _whole([owner for owner, _ in levels + missing]))
        self.register_buffer("positions", _double([place for _, place in levels]))

    def forward(self, given: Tensor) -> Tensor:
        """Return a 1 for each row's level, for a gap or for what is neither; 0 elsewhere."""
        levels = given[:, self.owners[: len(self.positions)]].eq(self.positions)
        known = torch.cat([levels, given.isnan()[:, self.flagged]], dim=1).float()
        new = 1 - torch.zeros_like(given, dtype=torch.float32).index_add(1, self.owners, known)
        return torch.cat([known, new], dim=1)


class Pixels(nn.Module):
    """What `Normal.floats` does, in the same precision."""

    mean: Tensor
    std: Tensor

    def __init__(self, encoder: ImageEncoder) -> None:
        super().__init__()
        self.whole = encoder.whole
        self.register_buffer("mean", torch.tensor(encoder.mean).reshape(-1, 1, 1))
        self.register_buffer("std", torch.tensor(encoder.std).reshape(-1, 1, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the network's inputs, shape (N, C, H, W), for uint8, or for floats from 0 to 1."""
        fractions = pixels.float() / WHITE if self.whole else pixels
        return (fractions - self.mean) / self.std


class Shifted(nn.Module):
    """A network that sees each image and four copies moved by some pixels; the mean of its outputs."""

    def __init__(self, network: nn.Module, by: int) -> None:
        super().__init__()
        self.network, self.by = network, by

    def forward(self, images: Tensor) -> Tensor:
        """Return outputs, shape (N, K)."""
        by, (height, width) = self.by, images.shape[2:]
        wide = functional.pad(images, (by, by, by, by), mode="replicate")
        corners = ((by, by), (2 * by, by), (0, by), (by, 2 * by), (by, 0))
        copies = [wide[:, :, top : top + height, left : left + width] for top, left in corners]
        return torch.stack([self.network(copy) for copy in copies]).mean(dim=0)


class Arrays(nn.Module):
    """What `InputsEncoder.transform` does."""

    def __init__(self, encoder: InputsEncoder) -> None:
        super().__init__()
        self.parts = nn.ModuleList(Array(part) for part in encoder.parts)

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """Return the network's input, or all of them."""
        found = tuple(encode(values) for encode, values in zip(self.parts, inputs, strict=True))
        return found[0] if len(found) == 1 else found


class Array(nn.Module):
    """What `InputPart.encode` does."""

    def __init__(self, part: InputPart) -> None:
        super().__init__()
        self.whole = part.whole
        self.scaled = Scaled(part.centers, part.scales) if part.centers else None

    def forward(self, values: Tensor) -> Tensor:
        """Return the network's input: int64 as it is, or float32 for float64."""
        if self.whole:
            return values
        return values.float() if self.scaled is None else self.scaled(values)


class Double(nn.Module):
    """A network in double precision."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network.double()

    def forward(self, encoded: Tensor) -> Tensor:
        """Return outputs, shape (N, K)."""
        return self.network(encoded.double())


class Own(nn.Module):
    """A user's own network, called as it wants to be."""

    def __init__(self, module: nn.Module, names: tuple[str, ...], adds_axis: bool) -> None:
        super().__init__()
        self.module, self.names, self.adds_axis = module, names, adds_axis

    def forward(self, encoded: Tensor | tuple[Tensor, ...]) -> Tensor:
        """Return outputs, shape (N, K)."""
        inputs = encoded if isinstance(encoded, tuple) else (encoded,)
        named = dict(zip(self.names, inputs, strict=True)) if self.names else {}
        outputs = self.module(**named) if named else self.module(*inputs)
        return outputs.unsqueeze(1) if self.adds_axis else outputs


class Values(nn.Module):
    """What `Target.values` does, but for the shape."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self.mean, self.std = target.mean, target.std

    def forward(self, outputs: Tensor) -> Tensor:
        """Return numbers in the target's own unit, shape (N, 1)."""
        return outputs.double() * self.std + self.mean


class Shares(nn.Module):
    """What `engine.losses.probabilities` does."""

    def __init__(self, loss: Reads) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, outputs: Tensor) -> Tensor:
        """Return the classes' probabilities, shape (N, K)."""
        values = outputs.double()
        if self.loss == "cross_entropy":
            return values.softmax(dim=1)
        if self.loss in ("bce_with_logits", "share"):
            second = values.sigmoid() if self.loss == "bce_with_logits" else values.clamp(0, 1)
            return torch.cat([1 - second, second], dim=1)
        clipped = values.clamp(0, 1)
        total = clipped.sum(dim=1, keepdim=True)
        # Where no class has a share, all have the same.
        return torch.where(total > 0, clipped / torch.where(total > 0, total, 1.0), 1 / values.shape[1])


def _double(values: Sequence[float]) -> Tensor:
    return torch.tensor(list(values), dtype=torch.float64)


def _whole(values: Sequence[int]) -> Tensor:
    return torch.tensor(list(values), dtype=torch.int64)
