"""Images changed at random, and looked at from several sides, as lines of PyTorch."""

from __future__ import annotations

from stirfry.export.lines import beside, call, spelled
from stirfry.export.told import Told
from stirfry.spec.augment import Augment
from stirfry.spec.layers import Shape


def augment_lines(told: Told) -> list[str]:
    """Return the function `augmented`, with the changes that the plan asks for and no others."""
    how = told.recipe.plan.augment
    shape = told.model.network.input_shape
    lines = beside("def augmented(images):", "export.say_augment")
    if not how.whole_pixels:
        lines += _warp_lines(how, shape)
    elif how.shift or how.flip:
        lines += _move_lines(int(how.shift), how.flip, shape)
    if how.erase:
        lines += _erase_lines(how.erase, shape)
    lines[-1] = lines[-1].replace("images = ", "return ", 1)
    return [*lines, ""]


def _move_lines(pixels: int, flip: bool, shape: Shape) -> list[str]:
    """Return the lines of `stirfry.engine.augment`'s moves, which draw in the same order."""
    _, height, width = shape
    lines = []
    if pixels:
        lines = [
            f"    moves = torch.randint(-{pixels}, {pixels + 1}, (2, len(images), 1))",
            f"    rows = (torch.arange({height}) + moves[0]).clamp(0, {height - 1})",
            f"    columns = (torch.arange({width}) + moves[1]).clamp(0, {width - 1})",
            "    each = torch.arange(len(images))[:, None, None]",
            "    images = images[each, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)",
        ]
    if flip:
        lines += [
            "    mirrored = torch.randint(0, 2, (len(images), 1, 1, 1)) == 1",
            "    images = torch.where(mirrored, images.flip(3), images)",
        ]
    return lines


def _warp_lines(how: Augment, shape: Shape) -> list[str]:
    """Return the lines of `stirfry.engine.augment`'s warp, which draws in the same order."""
    _, height, width = shape
    tall, wide = ("", "") if height == width else (f" * {height} / {width}", f" * {width} / {height}")
    size = spelled(width) if height == width else f"torch.tensor([{width}, {height}])"
    share = f"({_short(2 * how.shift)} / {size})"  # as one number, so that it rounds as the run's
    mirror = " * mirror" if how.flip else ""
    parts = f"[cosine{mirror}, -sine{tall}, x, sine{mirror}{wide}, cosine, y]"
    return [
        "    count = len(images)",
        f"    angle = (torch.rand(count) * 2 - 1) * np.radians({_short(how.rotate)})",
        f"    stretch = torch.exp((torch.rand(count) * 2 - 1) * np.log1p({_short(how.scale)}))",
        *(["    mirror = 1 - 2 * (torch.rand(count) < 0.5).float()"] if how.flip else []),
        "    sine, cosine = torch.sin(angle) * stretch, torch.cos(angle) * stretch",
        f"    x, y = ((torch.rand(count, 2) * 2 - 1) * {share}).T",
        *call(f"    theta = torch.stack({parts}, 1).view(-1, 2, 3)"),
        "    grid = F.affine_grid(theta, images.shape, align_corners=False)",
        '    images = F.grid_sample(images, grid, padding_mode="border", align_corners=False)',
    ]


def _short(value: float) -> str:
    return spelled(int(value) if float(value).is_integer() else value)


def _erase_lines(size: int, shape: Shape) -> list[str]:
    _, height, width = shape
    half = size // 2
    return [
        f"    top = torch.randint(-{half}, {height - half}, (len(images), 1))",
        f"    left = torch.randint(-{half}, {width - half}, (len(images), 1))",
        f"    rows, columns = torch.arange({height}), torch.arange({width})",
        f"    in_rows = (rows >= top) & (rows < top + {size})",
        f"    in_columns = (columns >= left) & (columns < left + {size})",
        "    images = images.masked_fill((in_rows[:, :, None] & in_columns[:, None, :])[:, None], 0)",
    ]


def shifted_lines(model: str, pixels: int, shape: Shape) -> list[str]:
    """Return the function `shifted`: a network's outputs, averaged over an image and its shifted copies."""
    _, height, width = shape
    p = pixels
    places = [(p, p), (2 * p, p), (0, p), (p, 2 * p), (p, 0)]
    return [
        *beside("def shifted(images):", "export.say_shifted"),
        f'    wide = F.pad(images, [{p}] * 4, mode="replicate")',
        f"    views = [wide[..., y : y + {height}, x : x + {width}] for y, x in {spelled(places)}]",
        f"    return sum({model}(view) for view in views) / {len(places)}",
        "",
    ]
