"""PyTorch's CPU random streams without PyTorch, and scikit-learn's orders of rows.

PyTorch's CPU generator is mt19937 started as the reference `init_genrand`; NumPy's `RandomState` gives the
same stream of 32-bit words. `RandomState` is frozen by NumPy's policy (NEP 19), so an order drawn today is
the order drawn in ten years.

Sources: `randperm_cpu` in PyTorch's `aten/src/ATen/native/TensorFactories.cpp`; `random_split` in
`torch/utils/data/dataset.py`; `ShuffleSplit` in `sklearn/model_selection/_split.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

#: From here on PyTorch draws 64 bits a row.
_RANDPERM_LIMIT = (2**32 - 1) // 20
#: Elements of the mask that is compared with PyTorch's.
_TRIED = 1000


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


class Stream:
    """PyTorch's CPU generator after `torch.manual_seed(seed)`: the same draws in the same order.

    Args:
        seed: any whole number; only its low 32 bits matter.
        words: gives the generator's next words, so many at a time, where they come from elsewhere; None takes
            them from NumPy's generator of the same name.

    Sources: `uniform_real` and `normal_distribution` in PyTorch's `aten/src/ATen/core/DistributionsHelper.h`;
    `normal_fill` in `aten/src/ATen/native/cpu/DistributionTemplates.h`.
    """

    def __init__(self, seed: int, words: Callable[[int], NDArray[np.uint32]] | None = None) -> None:
        self.words = words or _numpy_words(seed & 0xFFFFFFFF)
        self._second: float | None = None  # of a pair of normal draws, not asked for yet

    def rand(self, *shape: int) -> NDArray[np.float32]:
        """Return `torch.rand(shape)`.

        Example:
            >>> [round(float(x), 4) for x in Stream(0).rand(2)]
            [0.4963, 0.7682]
        """
        return self.uniform(shape, 0.0, 1.0)

    def uniform(self, shape: tuple[int, ...], low: float, high: float) -> NDArray[np.float32]:
        """Return `torch.empty(shape).uniform_(low, high)`, to one unit in the last place."""
        share = (self.words(math.prod(shape)) & 0xFFFFFF) * 2.0**-24
        # In PyTorch one fused multiply-add of float32 numbers; float64 rounds it but once too.
        start, width = np.float64(np.float32(low)), np.float64(np.float32(high) - np.float32(low))
        found = (share * width + start).astype(np.float32)
        found[found == np.float32(high)] = np.float32(
            low
        )  # the end that rounding may reach isn't in the range
        return found.reshape(shape)

    def normal(self, shape: tuple[int, ...], mean: float = 0.0, std: float = 1.0) -> NDArray[np.float32]:
        """Return `torch.empty(shape).normal_(mean, std)`, to 1e-6 of `std`."""
        count = math.prod(shape)
        drawn = self._few_normal(count) if count < 16 else self._many_normal(count)
        return (drawn * std + mean).astype(np.float32).reshape(shape)

    def randn(self, *shape: int) -> NDArray[np.float32]:
        """Return `torch.randn(shape)`, to 1e-6."""
        return self.normal(shape)

    def integer(self) -> int:
        """Return `torch.empty((), dtype=torch.int64).random_()`."""
        return int(self._wide(1)[0] & np.uint64(2**63 - 1))

    def shuffled(self, n: int) -> Rows:
        """Return the order of an epoch's rows in `DataLoader(shuffle=True)`, after its workers' seed."""
        self.integer()
        return randperm(n, self.integer())

    def keep_mask(self, shape: tuple[int, ...], p: float) -> NDArray[np.bool_]:
        """Return which elements `torch.nn.functional.dropout(x, p)` keeps, for x of this shape.

        So it is on the CPU where `dropout_is_exact()`.
        """
        share = (self._wide(math.prod(shape)) & np.uint64(2**53 - 1)) * 2.0**-53
        return (share < 1 - p).reshape(shape)

    def _wide(self, count: int) -> NDArray[np.uint64]:
        """Return 64-bit words: of two words of 32 bits the first is the high one."""
        pairs = self.words(2 * count).astype(np.uint64)
        return (pairs[::2] << np.uint64(32)) | pairs[1::2]

    def _few_normal(self, count: int) -> NDArray[np.float64]:
        """Draw one by one in float64; the second of a pair waits for the next call."""
        drawn = [] if self._second is None else [self._second]
        pairs = (count - len(drawn) + 1) // 2 if count else 0
        words = self.words(4 * pairs).tolist() if pairs else []
        wide = ((high << 32 | low) & 2**53 - 1 for high, low in zip(words[::2], words[1::2], strict=True))
        shares = [each * 2.0**-53 for each in wide]
        for first, second in zip(shares[::2], shares[1::2], strict=True):
            radius, angle = math.sqrt(-2 * math.log1p(-second)), 2 * math.pi * first
            drawn += [radius * math.cos(angle), radius * math.sin(angle)]
        self._second = drawn[count] if len(drawn) > count else None
        return np.array(drawn[:count])

    def _many_normal(self, count: int) -> NDArray[np.float64]:
        """Draw in groups of 16; where a few are left over, the last 16 are drawn again."""
        shares = (self.words(count) & 0xFFFFFF) * 2.0**-24
        whole = count - count % 16
        drawn = np.empty(count)
        drawn[:whole] = _box_muller(shares[:whole])
        if whole < count:
            drawn[-16:] = _box_muller((self.words(16) & 0xFFFFFF) * 2.0**-24)
        return drawn


def _numpy_words(seed: int) -> Callable[[int], NDArray[np.uint32]]:
    state = np.random.RandomState(seed)
    return lambda count: state.randint(0, 2**32, size=count, dtype=np.uint32)


def _box_muller(shares: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return normal numbers: of every 16 the first 8 give the radius, the others the angle."""
    first, second = shares.reshape(-1, 2, 8).transpose(1, 0, 2)
    # PyTorch computes in float32; rounding the angle as it does is what brings the rest within 1e-6.
    radius = np.sqrt(-2 * np.log(1 - first))
    angle = (np.float32(2 * np.pi) * second.astype(np.float32)).astype(np.float64)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)


def dropout_is_exact() -> bool:
    """Return whether PyTorch's dropout draws from this stream on this machine, by a trial.

    Without PyTorch there is nothing to differ from. PyTorch 2.13 draws from it on AMD's and on Intel's
    processors; a build that draws Bernoulli numbers with Intel's MKL would not.
    """
    try:
        import torch
    except (ImportError, OSError):  # OSError: a library that it needs is missing
        return True
    kept = torch.empty(_TRIED).bernoulli_(0.75, generator=torch.Generator().manual_seed(1))
    return (kept > 0).tolist() == Stream(1).keep_mask((_TRIED,), 0.25).tolist()
