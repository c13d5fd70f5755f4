"""This machine's float32 peak of one core, as far as matrix products show it.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m peers.peak

Prints a library and its best rate in operations a second, one a line: a product of two square matrices
that fit in the second-level cache or the third, the median of many. It is a lower bound of the true peak.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # what takes no notice of the variables

import numpy as np

SIZES, SECONDS = (256, 512, 1024), 0.3


def rate(multiply: Callable[[Any, Any], Any], convert: Callable[[Any], Any]) -> float:
    """Return the best rate of a matrix product, over sizes, in operations a second."""
    best = 0.0
    for size in SIZES:
        a = convert(np.random.default_rng(0).normal(size=(size, size)).astype(np.float32))
        multiply(a, a)
        until = time.perf_counter() + SECONDS
        times = []
        while time.perf_counter() < until:
            begun = time.perf_counter()
            multiply(a, a)
            times.append(time.perf_counter() - begun)
        best = max(best, 2 * size**3 / statistics.median(times))
    return best


def main() -> None:
    """Print each library's rate."""
    print("NumPy", rate(np.matmul, lambda a: a))
    import torch

    print("PyTorch", rate(torch.matmul, torch.from_numpy))
    try:
        import jax
    except ImportError:
        return
    product = jax.jit(lambda a, b: a @ b)
    print("JAX", rate(lambda a, b: product(a, b).block_until_ready(), jax.numpy.asarray))


if __name__ == "__main__":
    main()
