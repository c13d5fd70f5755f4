"""Images and own modules beside PyTorch's loops and frameworks: the same steps, to the same losses, in turns.

    python benchmarks/torch_engine.py --data-dir FOLDER [--runs 7] [--only ROW,ROW] [--dry]

FOLDER holds MNIST's four files (or `mnist/` with them). The peers are files in `peers/`, the rows stand in
`peers/works.py`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import common
from native_engine import Settings, measure_peer
from peers import works
from peers.lines import HEAD, Line

from stirfry.engine.precision import WORTH_IT, bfloat16_gain

PEERS = (
    "torch_dataloader",
    "torch_decoding",
    "torch_eager",
    "torch_tuned",
    "torch_bfloat16",
    "ours_bfloat16",
    "with_skorch",
    "with_lightning",
)
#: Ratios to be reached, by row and by the peer's name.
FLOORS = {
    ("cnn-64", "PyTorch eager loop, DataLoader"): 2.0,
    ("cnn-1024", "PyTorch eager loop, DataLoader"): 2.5,
    ("cnn-64", "PyTorch eager loop, tuned by hand, bfloat16"): 1.3,
    ("module", "PyTorch eager loop"): 1 / 1.02,
    ("module", "skorch"): 3.0,
    ("module", "Lightning"): 3.0,
}


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--only")
    parser.add_argument("--dry", action="store_true")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else [row.name for row in works.TORCH_ROWS]
    rows = tuple(row for row in works.TORCH_ROWS if row.name in names)
    folder = str(Path(arguments.data_dir).expanduser().resolve())
    settings = Settings("ours_chosen", folder, 1.0, 10.0, arguments.runs, rows)
    lines: list[Line] = []
    with settings.worker(settings.ours, common.cores()) as ours:
        for peer in PEERS:
            lines += measure_peer(peer, ours, settings)
    body = _body(lines, arguments.runs)
    if arguments.dry or arguments.only:
        print(body)
    else:
        common.write_section("torch_engine", "Images and own modules beside PyTorch's loops", body)


def _bfloat16() -> str:
    gain = bfloat16_gain("cpu")
    if not gain:
        return "All in float32: this processor doesn't compute bfloat16."
    return f"""This processor computes bfloat16, whose products are {gain:.2f} times as fast as float32's by
`stirfry doctor`'s measurement; from {WORTH_IT} on our PyTorch engine takes it by itself.
The native one is float32."""


def _body(lines: list[Line], runs: int) -> str:
    order = [row.name for row in works.TORCH_ROWS]
    ordered = sorted(lines, key=lambda line: order.index(line.row.name) if line.row else -1)
    cells = [line.cells(FLOORS.get((line.row.name, line.peer)) if line.row else None) for line in ordered]
    return f"""
A ratio is the peer's time over ours for the same steps, pair by pair in turns: the median of {runs} pairs and
their range. Ours is the engine that is chosen by itself: the native one for `mnist-cnn`, PyTorch for the
module. Every peer is a process of its own, with the better of 1 and 2 threads, measured, and our initial
weights, batches and dropout; ours is the command line's process, which keeps its memory. Losses are compared
as in the native engine's table. {_bfloat16()}

{common.table(HEAD, cells)}

{common.machine("torch", "numpy", "skorch", "lightning", "pillow")}.
"""


if __name__ == "__main__":
    main()
