"""Which precision products and convolutions are computed in, and whether the hardware gains by it."""

from __future__ import annotations

import time
from functools import cache
from typing import Literal

from stirfry.engine.build import import_torch
from stirfry.spec.plan import Plan

Precision = Literal["float32", "bfloat16"]

#: How much faster products must be in bfloat16 for `auto` to take it: the conversions cost something too.
WORTH_IT = 1.3
#: Rows and columns of the matrices that are multiplied to find out, and how often.
_SIZE, _TIMES = 512, 7
#: The first NVIDIA generation with bfloat16 (Ampere).
_AMPERE = (8, 0)


def choose_precision(plan: Plan, device: str, convolves: bool) -> Precision:
    """Return the precision for a run.

    `auto` is float32 unless the network convolves images and the device computes bfloat16 in hardware, by
    a measurement at least `WORTH_IT` times as fast. The weights are float32 in any case, and every score
    is computed in float32.

    Args:
        plan: the plan.
        device: `cpu`, `cuda` or `mps`.
        convolves: whether the network has convolutions; small products gain nothing.
    """
    if plan.precision != "auto":
        return plan.precision
    return "bfloat16" if convolves and bfloat16_gain(device) >= WORTH_IT else "float32"


@cache
def bfloat16_gain(device: str) -> float:
    """Return how many times as fast bfloat16 products are; 0 where the hardware doesn't have them.

    It is measured once a process, both in turns; on the processor with one thread, which waits for no other
    on a busy machine.
    """
    torch = import_torch()
    if not _in_hardware(device):
        return 0.0
    matrices = [
        torch.ones(_SIZE, _SIZE, dtype=dtype, device=device) for dtype in (torch.float32, torch.bfloat16)
    ]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        seconds = [[_timed(matrix, device) for matrix in matrices] for _ in range(_TIMES)]
    finally:
        torch.set_num_threads(threads)
    single, half = (min(times) for times in zip(*seconds, strict=True))
    return single / half


def _timed(a: object, device: str) -> float:
    torch = import_torch()
    started = time.perf_counter()
    torch.mm(a, a)
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - started


def _in_hardware(device: str) -> bool:
    torch = import_torch()
    if device == "cuda":
        return bool(torch.cuda.get_device_capability() >= _AMPERE or torch.version.hip)
    if device != "cpu":
        return False
    # PyTorch emulates bfloat16 on a processor without it, many times slower than float32.
    asks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")  # PyTorch 2.5 and later
    return any(getattr(torch.cpu, ask)() for ask in asks if hasattr(torch.cpu, ask))
