"""PyTorch's CPU random streams for orders of rows, without PyTorch, and scikit-learn's.

PyTorch's CPU generator is mt19937 started as the reference `init_genrand`; NumPy's `RandomState` gives the
same stream of 32-bit words. `RandomState` is frozen by NumPy's policy (NEP 19), so an order drawn today is
the order drawn in ten years.

Sources: `randperm_cpu` in PyTorch's `aten/src/ATen/native/TensorFactories.cpp`; `random_split` in
`torch/utils/data/dataset.py`; `ShuffleSplit` in `sklearn/model_selection/_split.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

#: From here on PyTorch draws 64 bits a row.
_RANDPERM_LIMIT = (2**32 - 1) // 20


def words(count: int, seed: int) -> NDArray[np.uint32]:
    """Return the first words of PyTorch's CPU stream.

    Args:
        count: how many.
        seed: any whole number; as in `torch.manual_seed`, only its low 32 bits matter.

    Returns:
        The 32-bit words, shape (count,).
    """
    stream = np.random.RandomState(seed & 0xFFFFFFFF)
    return stream.randint(0, 2**32, size=count, dtype=np.uint32)


def randperm(n: int, seed: int) -> Rows:
    """Return `torch.randperm(n, generator=torch.Generator().manual_seed(seed))`.

    Args:
        n: how many rows, 0 to below (2^32 - 1) / 20.
        seed: any whole number; only its low 32 bits matter.

    Returns:
        The numbers 0 to n - 1 in PyTorch's order, shape (n,).

    Raises:
        ValueError: `n` is out of range.

    Example:
        >>> randperm(5, seed=0).tolist()
        [4, 0, 1, 3, 2]
    """
    if not 0 <= n < _RANDPERM_LIMIT:
        raise ValueError(f"n must be from 0 to below {_RANDPERM_LIMIT}; found {n}")
    order = list(range(n))
    if n > 1:
        steps = words(n - 1, seed) % np.arange(n, 1, -1, dtype=np.uint32)
        for i, step in enumerate(steps.tolist()):
            order[i], order[i + step] = order[i + step], order[i]
    return np.array(order, dtype=np.int64)


def split_lengths(n: int, fractions: Sequence[float]) -> list[int]:
    """Return how many rows PyTorch's `random_split` gives to each fraction.

    Every part gets its share rounded down; the rows that are left over go one by one to the parts,
    beginning with the first.

    Args:
        n: how many rows.
        fractions: the parts' shares, which add up to 1.

    Example:
        >>> split_lengths(768, [0.7, 0.3])
        [538, 230]
    """
    lengths = [math.floor(n * fraction) for fraction in fractions]
    for i in range(n - sum(lengths)):
        lengths[i % len(lengths)] += 1
    return lengths


def random_split(lengths: Sequence[int], seed: int) -> list[Rows]:
    """Return the rows of PyTorch's `random_split` with a generator of this seed.

    Args:
        lengths: rows in each part (see `split_lengths` for fractions).
        seed: any whole number; only its low 32 bits matter.

    Returns:
        The rows of each part, in PyTorch's order.

    Example:
        >>> [part.tolist() for part in random_split([3, 2], seed=0)]
        [[4, 0, 1], [3, 2]]
    """
    return np.split(randperm(sum(lengths), seed), np.cumsum(lengths)[:-1])


def train_test_split(n: int, test: int, seed: int) -> tuple[Rows, Rows]:
    """Return the rows of scikit-learn's `train_test_split(test_size=test, random_state=seed)`.

    Args:
        n: how many rows.
        test: how many of them are test rows.
        seed: 0 to 2^32 - 1.

    Returns:
        Training rows and test rows, in scikit-learn's order.

    Example:
        >>> train, test = train_test_split(5, test=2, seed=0)
        >>> train.tolist(), test.tolist()
        ([1, 3, 4], [2, 0])
    """
    order = np.random.RandomState(seed).permutation(n).astype(np.int64)
    return order[test:], order[:test]
