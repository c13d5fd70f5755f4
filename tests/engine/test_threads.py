from __future__ import annotations

from stirfry.engine.threads import free_cores, multiplications, threads_for
from stirfry.spec.layers import Conv2d, Flatten, Linear
from stirfry.spec.network import Network, NetworkSpec


def test_multiplications_are_counted_layer_by_layer() -> None:
    assert multiplications(NetworkSpec(hidden=(10,)).resolve((4,), 3)) == 4 * 10 + 10 * 3
    layers = (Conv2d(out_channels=2, kernel_size=3), Flatten(), Linear(out_features=5))
    assert multiplications(Network(layers, (1, 8, 8))) == 2 * 9 * 36 + 72 * 5


def test_small_work_gets_one_thread_and_large_work_every_core() -> None:
    small, large = (
        NetworkSpec(hidden=(10,)).resolve((4,), 3),
        NetworkSpec(hidden=(4096, 4096)).resolve((784,), 10),
    )
    assert threads_for(small, 120) == 1
    assert threads_for(large, 4096) == free_cores() >= 1
