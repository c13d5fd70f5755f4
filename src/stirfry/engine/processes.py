"""Several processes that train one network: what torchrun's environment says, and the group that they form.

A run without torchrun is one process: it pays nothing for this and imports nothing for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stirfry.errors import ProcessLost, UsageError

#: Words of PyTorch's errors for a lost connection; those of gloo have no class of their own.
_NETWORK = ("gloo", "connection", "broken pipe")


@dataclass(frozen=True)
class Processes:
    """Which of how many processes this is.

    Args:
        rank: its number, from 0; the process with 0 writes and speaks for all.
        count: how many there are.
        local_rank: its number on this machine.
        local_count: how many there are on this machine.
        restart: how often torchrun has started all of them again.
        restarts: how often it does so at most.
        memory: a folder that torchrun keeps over its restarts; None without torchrun.
    """

    rank: int = 0
    count: int = 1
    local_rank: int = 0
    local_count: int = 1
    restart: int = 0
    restarts: int = 0
    memory: Path | None = None

    @property
    def several(self) -> bool:
        """Whether there are others."""
        return self.count > 1

    @property
    def leads(self) -> bool:
        """Whether this is the one that writes and speaks."""
        return self.rank == 0

    @property
    def cores(self) -> int:
        """This process's share of the machine's free cores."""
        from stirfry.engine.threads import free_cores

        return max(1, free_cores() // self.local_count)


ALONE = Processes()


def launched(environment: Mapping[str, str] | None = None) -> Processes:
    """Return what torchrun has written into the environment; one process where it hasn't.

    Args:
        environment: the variables; None takes the process's own.

    Example:
        >>> launched({}).count
        1
    """
    found = os.environ if environment is None else environment
    if "TORCHELASTIC_RUN_ID" not in found:
        return ALONE

    # FOLDER/attempt_N/RANK/error.json is where an error is to be written; FOLDER belongs to the launch.
    place = found.get("TORCHELASTIC_ERROR_FILE")
    return Processes(
        rank=int(found.get("RANK", 0)),
        count=int(found.get("WORLD_SIZE", 1)),
        local_rank=int(found.get("LOCAL_RANK", 0)),
        local_count=int(found.get("LOCAL_WORLD_SIZE", 1)),
        restart=int(found.get("TORCHELASTIC_RESTART_COUNT", 0)),
        restarts=int(found.get("TORCHELASTIC_MAX_RESTARTS", 0)),
        memory=Path(place).parents[2] if place else None,
    )


@contextmanager
def joined(processes: Processes) -> Iterator[None]:
    """Let the processes reach each other inside a `with` block.

    Raises:
        ProcessLost: one of the others has ended.
    """
    if not processes.several:
        yield
        return
    distributed: Any = _torch().distributed
    try:
        distributed.init_process_group(_backend(), **_meeting_place(processes))
        yield
    except RuntimeError as error:
        if not _of_the_network(error):
            raise
        facts = {"restart": processes.restart + 1, "restarts": processes.restarts}
        last = processes.restart >= processes.restarts
        code = "engine.process_lost_at_last" if last else "engine.process_lost"
        raise ProcessLost(code, **facts) from error
    # After an error the group is left as it is: to take leave of a process that isn't there may take forever.
    distributed.destroy_process_group()


def shared(processes: Processes, value: Any) -> Any:
    """Return the value that the leading process has, a small one, in all of them."""
    if not processes.several:
        return value
    values = [value]
    _torch().distributed.broadcast_object_list(values, src=0)
    return values[0]


def own_device(device: str, wanted: str, processes: Processes) -> str:
    """Return the device where several processes train, and take this process's own card.

    Args:
        device: what one process would take.
        wanted: what the plan asks for.
        processes: which process this is.

    Raises:
        UsageError: there are fewer cards than processes, or the device is none that processes can share.
    """
    if not processes.several or device == "cpu":
        return device
    if device == "cuda":
        cuda = _torch().cuda
        if processes.local_count > cuda.device_count():
            raise UsageError(
                "engine.too_few_cards", processes=processes.local_count, cards=cuda.device_count()
            )
        cuda.set_device(processes.local_rank)
        return device
    if wanted == "auto":
        return "cpu"
    raise UsageError("engine.one_process_device", device=device, processes=processes.count)


def _torch() -> Any:
    # The command line reads this file before anything else, and `stirfry --help` needs no network.
    from stirfry.engine.build import import_torch

    return import_torch()


def _backend() -> str:
    torch = _torch()
    cards = torch.cuda.is_available() and torch.distributed.is_nccl_available()
    return "cpu:gloo,cuda:nccl" if cards else "gloo"


def _meeting_place(processes: Processes) -> dict[str, Any]:
    """Return where the processes find each other.

    torchrun keeps its store over restarts, with the addresses of processes that are gone, and PyTorch doesn't
    tell the attempts apart (pytorch/pytorch#135712): the new processes would wait for the old ones.
    """
    if os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != "True":
        return {}
    distributed: Any = _torch().distributed
    store = distributed.TCPStore(os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]), is_master=False)
    store = distributed.PrefixStore(f"stirfry/{processes.restart}", store)
    return {"store": store, "rank": processes.rank, "world_size": processes.count}


def _of_the_network(error: RuntimeError) -> bool:
    distributed: Any = _torch().distributed
    text = str(error).lower()
    return isinstance(error, distributed.DistError) or any(word in text for word in _NETWORK)
