"""Images changed at random, a batch at a time.

Letters: B images, C channels, H height, W width.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from stirfry.engine.build import import_torch
from stirfry.spec.augment import Augment

if TYPE_CHECKING:
    import torch


def augmented(x: torch.Tensor, how: Augment) -> torch.Tensor:
    """Return normalised images, each changed in its own way; what comes in from outside repeats the edge.

    Args:
        x: shape (B, C, H, W), normalised, so that 0 is the mean of all images.
        how: what may change, and by how much.
    """
    x = _moved(x, int(how.shift), how.flip) if how.whole_pixels else _warped(x, how)
    return _erased(x, how.erase) if how.erase else x


def _uniform(x: torch.Tensor, *shape: int) -> torch.Tensor:
    """Return numbers from -1 to 1."""
    return import_torch().rand(*shape, device=x.device) * 2 - 1


def _moved(x: torch.Tensor, pixels: int, flip: bool) -> torch.Tensor:
    """Return images moved by whole pixels and mirrored: places are looked up, and no number is changed."""
    if not pixels and not flip:
        return x
    torch = import_torch()
    count, channels, height, width = x.shape
    rows = torch.arange(height, device=x.device).expand(count, height)
    columns = torch.arange(width, device=x.device).expand(count, width)
    if pixels:
        moves = torch.randint(-pixels, pixels + 1, (2, count, 1), device=x.device)
        rows, columns = (rows + moves[0]).clamp_(0, height - 1), (columns + moves[1]).clamp_(0, width - 1)
    if flip:
        mirrored = torch.randint(0, 2, (count, 1), device=x.device)
        columns = torch.where(mirrored == 1, columns.flip(1), columns)
    places = (rows[:, :, None] * width + columns[:, None, :]).view(count, 1, height * width)
    flat = x.reshape(count, channels, height * width)
    moved = flat.gather(2, places.expand(-1, channels, -1)).view(x.shape)
    return moved.contiguous(memory_format=_format(x))


def _warped(x: torch.Tensor, how: Augment) -> torch.Tensor:
    """Return images turned, stretched, mirrored and moved in one sampling (Jaderberg et al., 2015)."""
    torch = import_torch()
    count, _, height, width = x.shape
    angle = _uniform(x, count) * math.radians(how.rotate)
    # As much larger as smaller: the logarithm of the factor is uniform.
    stretch = torch.exp(_uniform(x, count) * math.log1p(how.scale))
    mirror = 1.0 - 2.0 * (torch.rand(count, device=x.device) < 0.5).float() if how.flip else 1.0
    sine, cosine = torch.sin(angle) * stretch, torch.cos(angle) * stretch
    theta = torch.empty(count, 2, 3, device=x.device)
    theta[:, 0, 0], theta[:, 0, 1] = cosine * mirror, -sine * height / width
    theta[:, 1, 0], theta[:, 1, 1] = sine * mirror * width / height, cosine
    # Plain numbers only: a recorded step can't take tensors over from the processor.
    moves = _uniform(x, count, 2)
    theta[:, 0, 2], theta[:, 1, 2] = (
        moves[:, 0] * (2 * how.shift / width),
        moves[:, 1] * (2 * how.shift / height),
    )
    grid = torch.nn.functional.affine_grid(theta, list(x.shape), align_corners=False)
    return torch.nn.functional.grid_sample(x, grid, padding_mode="border", align_corners=False)


def _erased(x: torch.Tensor, size: int) -> torch.Tensor:
    """Return images with a square at a random place set to 0 (DeVries and Taylor, 2017)."""
    torch = import_torch()
    count, _, height, width = x.shape
    top = torch.randint(-(size // 2), height - size // 2, (count, 1), device=x.device)
    left = torch.randint(-(size // 2), width - size // 2, (count, 1), device=x.device)
    rows, columns = torch.arange(height, device=x.device), torch.arange(width, device=x.device)
    in_rows = (rows >= top) & (rows < top + size)
    in_columns = (columns >= left) & (columns < left + size)
    return x.masked_fill((in_rows[:, :, None] & in_columns[:, None, :])[:, None], 0.0)


def _format(x: torch.Tensor) -> torch.memory_format:
    torch = import_torch()
    last = x.is_contiguous(memory_format=torch.channels_last)
    return torch.channels_last if last else torch.contiguous_format
