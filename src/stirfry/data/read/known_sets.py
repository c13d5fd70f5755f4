"""The sets that have a name but don't come with stirfry: where they lie, their files, and their classes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.files import reading


class Published(NamedTuple):
    """What is known of a file beforehand: its size in bytes and its MD5 sum."""

    size: int
    md5: str


@dataclass(frozen=True)
class KnownSet:
    """A set in four IDX files.

    Args:
        name: what it is called as a source.
        title: what people call it.
        files: the files as they were published, gzipped.
        mirrors: the addresses of folders that have these files, tried in order.
        installed: where a package of the system puts them, if there is one.
        classes: the names of the classes 0, 1, 2, ...; empty where the numbers are their names.
        labels: the SHA-256 sums of the labels' bytes: they tell the set, whatever its folder is called.
    """

    name: str
    title: str
    files: dict[str, Published]
    mirrors: tuple[str, ...]
    installed: Path | None = None
    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


#: As Y. LeCun, C. Cortes and C. Burges published it; the same sums stand in torchvision.
MNIST = KnownSet(
    name="mnist",
    title="MNIST",
    files={
        "train-images-idx3-ubyte.gz": Published(9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        "train-labels-idx1-ubyte.gz": Published(28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
        "t10k-images-idx3-ubyte.gz": Published(1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
        "t10k-labels-idx1-ubyte.gz": Published(4_542, "ec29112dd5afa0611ce80d1b7f02629c"),
    },
    mirrors=(
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ),
)

#: H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST", arXiv:1708.07747; the same sums stand in torchvision.
#: Debian's package `dataset-fashion-mnist` holds the same numbers, gzipped anew without names and dates.
FASHION_MNIST = KnownSet(
    name="fashion-mnist",
    title="Fashion-MNIST",
    files={
        "train-images-idx3-ubyte.gz": Published(26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        "train-labels-idx1-ubyte.gz": Published(29_515, "25c81989df183df01b3e8a0aad5dffbe"),
        "t10k-images-idx3-ubyte.gz": Published(4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
        "t10k-labels-idx1-ubyte.gz": Published(5_148, "bb300cfdad3c16e7a12a480ee83cd310"),
    },
    mirrors=(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ),
    installed=Path("/usr/share/datasets/fashion-mnist"),
    classes=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    labels=(
        "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
        "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
    ),
)

#: By the name that a source has.
SETS = {known.name: known for known in (MNIST, FASHION_MNIST)}


def find_set(known: KnownSet, folder: Path | None = None) -> Path | None:
    """Return the folder that holds a set's files; None where there is none.

    Args:
        known: the set.
        folder: where to look: in a subfolder of the set's name, then here. None looks in a folder of that
            name, then where a package of the system puts it.
    """
    if folder is not None:
        places = [folder / known.name, folder]
    else:
        places = [Path(known.name), *([known.installed] if known.installed else [])]
    return next((place for place in places if _holds_images(place)), None)


def _holds_images(folder: Path) -> bool:
    with reading(folder):
        return folder.is_dir() and any("idx3" in entry.name for entry in folder.iterdir())


def classes_of(labels: list[NDArray[Any]]) -> KnownSet | None:
    """Return the set that the labels of all parts belong to, where its classes have names.

    Args:
        labels: of each part, in the order of its file.
    """
    sums = {hashlib.sha256(np.ascontiguousarray(part).data).hexdigest() for part in labels}
    return next((known for known in SETS.values() if sums and sums <= set(known.labels)), None)
