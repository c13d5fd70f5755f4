"""A process for one peer, from the near end: nothing that others import or set disturbs it.

Requests and answers are pickles over the process's standard input and output; `serve.py` is the far end.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import common

from peers import Done

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class Missing(Exception):
    """A peer couldn't do a work; the message says why."""


@dataclass(frozen=True)
class Timed:
    """One run.

    Args:
        spent: what the run took, of its share.
        done: what it did.
    """

    spent: common.Spent
    done: Done

    def whole(self) -> common.Spent:
        """Return what the whole work would have taken."""
        return common.Spent(self.spent.wall / self.done.share, self.spent.cpu / self.done.share)


@dataclass(frozen=True)
class Card:
    """What a peer says of itself (see `peers/__init__.py`).

    Args:
        peer: its file.
        name: as a reader knows it.
        at: on which works it is measured.
        tolerance: by what share its losses may differ from ours.
        whole: whether only the whole work makes sense.
        outside: whether it works in processes of its own, whose processor time isn't seen.
        own_order: whether it shuffles batches by its own random numbers.
        missing: what isn't installed; empty where all is.
    """

    peer: str
    name: str = ""
    at: frozenset[str] = frozenset()
    tolerance: float = 0.0
    whole: bool = False
    outside: bool = False
    own_order: bool = False
    missing: str = ""


class Worker:
    """A process that does a peer's work on request."""

    def __init__(self, peer: str, threads: int, shrink: float, data_dir: str | None) -> None:
        environment = os.environ | {name: str(threads) for name in THREADS}
        environment |= {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "PYTHONWARNINGS": "ignore"}
        command = [sys.executable, "-m", "peers.serve", peer, str(threads), str(shrink)]
        command += [data_dir] if data_dir else []
        pipe = subprocess.PIPE
        self.threads = threads
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, env=environment, cwd=Path(__file__).parents[1]
        )
        self.card = self._card(peer)

    def run(self, work: str, share: float = 1.0) -> Timed:
        """Do a share of a work.

        Raises:
            Missing: the peer can't do it.
        """
        try:
            pickle.dump((work, share), self.process.stdin)
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Missing("its process has ended") from None
        return self._answer()

    def _card(self, peer: str) -> Card:
        try:
            return self._answer()
        except Missing as reason:
            return Card(peer, missing=str(reason))

    def _answer(self) -> Any:
        try:
            answer = pickle.load(self.process.stdout)
        except EOFError:
            raise Missing(f"its process ended with status {self.process.wait()}") from None
        if isinstance(answer, str):
            raise Missing(answer)
        return answer

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
