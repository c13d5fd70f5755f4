"""Images read from files into tensors, beside the way torchvision does it.

    python benchmarks/reading.py --data-dir FOLDER [--images 20000] [--pairs 7] [--dry]

FOLDER holds MNIST's four gzipped files. The PNG files, 32 by 32 in colour, are made by the script. Both sides
run in one process each, in turns; files lie in the system's memory after the first turn.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
from collections.abc import Callable
from pathlib import Path

import common
import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from stirfry.data.sources import load
from stirfry.data.table import Images
from stirfry.spec.recipe import DataSpec

SIDE, CLASSES = 32, 10
#: What the figures have to reach: seconds for MNIST, a ratio for the folder.
MNIST_FLOOR, FOLDER_FLOOR = 0.5, 1.8

Tensors = tuple[torch.Tensor, torch.Tensor]


def ours(folder: Path) -> Tensors:
    """Read a source as stirfry does; the pixels stay bytes."""
    data = load(folder, DataSpec())
    assert isinstance(data, Images) and data.labels is not None
    return torch.from_numpy(data.pixels), torch.from_numpy(data.labels.values)


def ours_as_floats(folder: Path) -> Tensors:
    """Read a source as stirfry does, and turn all pixels into floats from 0 to 1."""
    pixels, labels = ours(folder)
    return pixels.to(torch.float32).div_(255), labels


def gzip_module(folder: Path) -> Tensors:
    """Read MNIST with the gzip module, each file at once, as most scripts do."""

    def read(part: str, kind: str, offset: int) -> np.ndarray:
        with gzip.open(folder / f"{part}-{kind}-ubyte.gz") as stream:
            return np.frombuffer(stream.read(), np.uint8, offset=offset)

    pixels = [read(part, "images-idx3", 16).reshape(-1, 1, 28, 28) for part in ("train", "t10k")]
    labels = [read(part, "labels-idx1", 8) for part in ("train", "t10k")]
    return torch.from_numpy(np.concatenate(pixels)), torch.from_numpy(np.concatenate(labels))


class Folder(Dataset):
    """What torchvision's `ImageFolder` with `ToTensor` does, step by step."""

    def __init__(self, folder: Path) -> None:
        classes = sorted(entry.name for entry in folder.iterdir())
        self.samples = [
            (str(path), number)
            for number, name in enumerate(classes)
            for path in sorted((folder / name).iterdir())
        ]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        path, label = self.samples[index]
        with Path(path).open("rb") as file:
            image = Image.open(file).convert("RGB")
        pixels = torch.from_numpy(np.array(image, np.uint8, copy=True))
        pixels = pixels.view(image.size[1], image.size[0], 3).permute((2, 0, 1)).contiguous()
        return pixels.to(torch.float32).div(255), label


def one_process(folder: Path) -> Tensors:
    """Read every image in this process."""
    found = Folder(folder)
    items = [found[index] for index in range(len(found))]
    return torch.stack([item[0] for item in items]), torch.tensor([item[1] for item in items])


def two_workers(folder: Path) -> Tensors:
    """Read every image with PyTorch's DataLoader and two worker processes."""
    batches = list(DataLoader(Folder(folder), batch_size=256, num_workers=2))
    return torch.cat([batch[0] for batch in batches]), torch.cat([batch[1] for batch in batches])


def write_images(folder: Path, count: int) -> None:
    """Write smooth pictures with some noise, in ten classes; the same for the same count."""
    random = np.random.default_rng(0)
    for index in range(count):
        place = folder / f"class{index % CLASSES}"
        place.mkdir(exist_ok=True)
        coarse = Image.fromarray(random.integers(0, 256, (4, 4, 3), dtype=np.uint8))
        smooth = np.asarray(coarse.resize((SIDE, SIDE), Image.Resampling.BILINEAR)).astype(int)
        pixels = (smooth + random.integers(-8, 9, smooth.shape)).clip(0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(place / f"{index:06d}.png")


def same(first: Tensors, second: Tensors) -> None:
    """Make sure that two ways of reading give the same images, bytes or floats from 0 to 1."""
    pixels = [each if each.is_floating_point() else each / 255 for each in (first[0], second[0])]
    if not torch.equal(*pixels) or not torch.equal(first[1].long(), second[1].long()):
        raise SystemExit("The two sides don't give the same images.")


def row(
    work: str, peer: str, slow: Callable[[], Tensors], quick: Callable[[], Tensors], pairs: int
) -> tuple[list[str], common.Summary, common.Summary]:
    """Run two sides in turns; return a line of the table, our seconds and the ratio."""
    same(slow(), quick())
    found = common.paired(slow, quick, pairs)
    theirs, own = (common.summary(getattr(pair, side).wall for pair in found) for side in ("first", "second"))
    ratio = common.ratio(found)
    return [work, peer, f"{theirs.show('.2f')} s", f"{own.show('.2f')} s", ratio.show(".2f")], own, ratio


def verdict(reached: bool) -> str:
    """Return whether a figure was reached, as it stands in the table."""
    return "reached" if reached else "**missed**"


def main() -> None:
    """Measure in turns, print, and write the section of `RESULTS.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--dry", action="store_true", help="only print")
    arguments = parser.parse_args()
    torch.set_num_threads(common.cores())
    mnist, rows = arguments.data_dir, []
    line, own, _ = row(
        "full MNIST, gzipped, bytes",
        "the gzip module",
        lambda: gzip_module(mnist),
        lambda: ours(mnist),
        arguments.pairs,
    )
    rows.append([*line, f"{MNIST_FLOOR} s, {verdict(own.median <= MNIST_FLOOR)}"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_images(folder, arguments.images)
        work = f"{arguments.images:,} PNG files, {SIDE}×{SIDE} in colour"
        line, _, ratio = row(
            f"{work}, floats",
            "as torchvision, one process",
            lambda: one_process(folder),
            lambda: ours_as_floats(folder),
            arguments.pairs,
        )
        rows.append([*line, f"{FOLDER_FLOOR}×, {verdict(ratio.median >= FOLDER_FLOOR)}"])
        line, _, _ = row(
            f"{work}, floats",
            "as torchvision, DataLoader with two workers",
            lambda: two_workers(folder),
            lambda: ours_as_floats(folder),
            arguments.pairs,
        )
        rows.append([*line, ""])
    head = ["work", "beside", "theirs", "ours, one process", "times as fast", "figure"]
    about = (
        f"Median (lowest to highest) of {arguments.pairs} pairs of runs in turns. Ours finds out what the "
        "folder holds, reads, checks and decodes. Both sides were compared and give the same tensors. Ours "
        "needs one thread: what a small file costs is the interpreter's work, which threads can't share."
    )
    machine = common.machine("torch", "numpy", "pillow")
    body = f"{about}\n\n{common.table(head, rows)}\n\n{machine}."
    if arguments.dry:
        print(body)
    else:
        common.write_section("reading", "Images, from files to tensors", body)


if __name__ == "__main__":
    main()
