"""Images as lines that read them and turn their pixels into the network's numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_images import ImageEncoder
from stirfry.data.read.files import open_bytes
from stirfry.data.read.idx import _members, is_idx_folder
from stirfry.data.stream import Stream
from stirfry.data.table import Images
from stirfry.errors import UsageError
from stirfry.export.columns import target_lines, with_targets
from stirfry.export.csv_reading import is_packed
from stirfry.export.lines import Section, comment, remark, spelled
from stirfry.export.tables import array_lines, files_of
from stirfry.export.told import Told
from stirfry.paths import expanded

_NUMPY, _PATH = "import numpy as np", "from pathlib import Path"


def pictures_section(told: Told, place: Callable[[str], str]) -> Section:
    """Return the lines from the source to `pixels` and `y`.

    Raises:
        UsageError: images that were resized or recoloured, or that didn't fit into memory.
    """
    images, source = told.described.dataset, str(told.recipe.data.source)
    assert isinstance(images, Images), "these are images"
    if isinstance(images.pixels, Stream):
        raise UsageError("export.streamed", name=told.name)
    path = expanded(source)
    if len(files_of(told)) > 1:
        raise UsageError("export.source_kind", source=source, name=told.name)
    title = remark(
        "export.data_images",
        rows=told.described.rows,
        shape=images.pixels.shape[1:],
        classes=len(told.prepared.target.labels),
    )
    if source == "digits":
        lines, imports = _digits(place), {_NUMPY}
        imports |= {_PATH} if "Path(" in lines[0] else set()
    elif path.is_dir() and is_idx_folder(path):
        lines, imports = _idx(path, images, place, source)
    elif path.is_dir():
        lines, imports = _folder(path, images, told, place, source)
    elif path.suffix == ".npz":
        lines, imports = _npz(source, images, place)
    else:
        raise UsageError("export.source_kind", source=source, name=told.name)
    return Section(title, lines, imports)


def _digits(place: Callable[[str], str]) -> list[str]:
    return [
        f"with np.load({place('digits.npz')}) as data:",
        '    pixels, y, part = data["images"][:, None], data["labels"].astype(int), data["parts"]',
    ]


def _idx(
    folder: Path, images: Images, place: Callable[[str], str], source: str
) -> tuple[list[str], set[str]]:
    members = _members(folder)
    heads = {path: _head(path) for path in members.values()}
    packed = {is_packed for is_packed, _ in heads.values()}
    parts = [part for part in ("train", "t10k") if (part, "images") in members]
    suffixes = {
        what: {members[part, what].name.removeprefix(part) for part in parts} for what in ("images", "labels")
    }
    plain = all(head in (b"\0\0\x08\x03", b"\0\0\x08\x01") for _, head in heads.values())
    if len(packed) > 1 or not plain or any(len(each) > 1 for each in suffixes.values()):
        raise UsageError("export.source_kind", source=source, name=images.name)
    height, width = images.pixels.shape[2:]
    lines = [f"folder = Path({place(source)})", 'images, labels = b"", b""', f"for part in {spelled(parts)}:"]
    for what, offset in (("images", 16), ("labels", 8)):
        content = f'(folder / f"{{part}}{suffixes[what].pop()}").read_bytes()'
        content = f"gzip.decompress({content})" if packed == {True} else content
        lines.append(f"    {what} += {content}[{offset}:]")
    lines += [
        f"pixels = np.frombuffer(images, np.uint8).reshape(-1, 1, {height}, {width})",
        "y = np.frombuffer(labels, np.uint8).astype(int)",
    ]
    if images.labels is not None and _not_counted(images.labels.values):
        lines[-1] = "labels, y = np.unique(np.frombuffer(labels, np.uint8), return_inverse=True)"
    imports = {_NUMPY, _PATH} | ({"import gzip"} if packed == {True} else set())
    return lines, imports


def _head(path: Path) -> tuple[bool, bytes]:
    """Return whether an IDX file is gzipped, and its first four bytes, which say what it holds."""
    with open_bytes(path) as stream:
        return is_packed(path), stream.read(4)


def _not_counted(values: NDArray[Any]) -> bool:
    """Whether labels aren't just 0, 1, 2 and so on."""
    return not np.array_equal(np.unique(values), np.arange(len(np.unique(values))))


def _folder(
    folder: Path, images: Images, told: Told, place: Callable[[str], str], source: str
) -> tuple[list[str], set[str]]:
    if any(notice.code.startswith("source.image") for notice in images.notices) or _are_odd(folder):
        raise UsageError("export.images_changed", name=told.name)
    channels = images.pixels.shape[1]
    deep = "*/*/*" if images.parts is not None else "*/*"
    mode, axis = ("L", "[:, None]") if channels == 1 else ("RGB", ".transpose(0, 3, 1, 2)")
    lines = [
        f"paths = sorted(path for path in Path({place(source)}).glob({spelled(deep)}) if path.is_file())",
        f'images = [Image.open(path).convert("{mode}") for path in paths]',
        f"pixels = np.stack([np.asarray(image) for image in images]){axis}",
        "labels, y = np.unique([path.parent.name for path in paths], return_inverse=True)",
    ]
    if images.parts is not None:
        lines.append("part = np.array([path.parent.parent.name for path in paths])")
    return lines, {_NUMPY, _PATH, "from PIL import Image"}


def _are_odd(folder: Path) -> bool:
    """Whether a folder holds anything that `sorted(glob(...))` would find otherwise than the run did."""
    from stirfry.data.read.image_folder import _scan

    found = _scan(folder)
    return bool(found.ignored) or found.paths != sorted(found.paths)


def _npz(source: str, images: Images, place: Callable[[str], str]) -> tuple[list[str], set[str]]:
    features, target = array_lines(source, place)
    opening, pixels = features
    codes = {notice.code for notice in images.notices}
    if images.pixels.shape[1] == 1 and "source.channels_last" not in codes:
        pixels += f".reshape(-1, {', '.join(map(str, images.pixels.shape[1:]))})"
    if "source.channels_last" in codes:
        pixels += ".transpose(0, 3, 1, 2)"
    answer = f"{target}.argmax(axis=1)" if "source.one_hot" in codes else f"{target}.ravel()"
    lines = [opening, f"    pixels, answers = {pixels}, {answer}"]
    return [*lines, "labels, y = np.unique(answers, return_inverse=True)"], {_NUMPY}


def pixels_section(told: Told) -> Section:
    """Return the lines from `pixels` and `y` to the tensors `X` and `y`."""
    encoder, data, images = told.prepared.encoder, told.recipe.data, told.described.dataset
    assert isinstance(encoder, ImageEncoder) and isinstance(images, Images), "images have an image encoder"
    lines, share = [], " / 255" if encoder.whole else ""
    if data.mean is not None:
        mean, std = (_channels(values) for values in (encoder.mean, encoder.std))
    else:
        mean, std = "mean", "std"
        lines += _moments(encoder)
    made = "torch.tensor(pixels)" if encoder.whole else "torch.tensor(pixels, dtype=torch.float32)"
    value = f"{made}{share}"
    if (mean, std) == ("0.0", "1.0"):
        lines.append(f"X = {value}")
    else:
        value = value if not share else f"({value} - {mean}) / {std}"
        lines.append(f"X = {value}" if share else f"X = ({value} - {mean}) / {std}")
    targets, imports = target_lines(told)
    lines += with_targets(lines.pop().removeprefix("X = "), targets)
    return Section(remark("export.pixels"), lines, imports | {"import torch"})


def _channels(values: tuple[float, ...]) -> str:
    if len(set(values)) == 1:
        return spelled(values[0])
    return f"torch.tensor({spelled(list(values))}).view(-1, 1, 1)"


def _moments(encoder: ImageEncoder) -> list[str]:
    share = " / 255" if encoder.whole else ""
    if encoder.channels == 1:
        return [f"mean, std = pixels[train].mean(){share}, pixels[train].std(){share}"]
    axes = "axis=(0, 2, 3), keepdims=True"
    return [
        *comment("export.say_channels"),
        *(
            f"{name} = torch.tensor(pixels[train].{name}({axes}){share}, dtype=torch.float32)"
            for name in ("mean", "std")
        ),
    ]
