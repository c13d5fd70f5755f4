"""The activity of units beside what PyTorch's modules give."""

from __future__ import annotations

import numpy as np
import torch

from stirfry.engine.build import build
from stirfry.engine.initial import initial_weights
from stirfry.judge.activity import activity_of
from stirfry.rng import Stream
from stirfry.spec.layers import (
    ELU,
    GELU,
    BatchNorm1d,
    Conv2d,
    Dropout,
    Flatten,
    LayerNorm,
    LeakyReLU,
    Linear,
    ReLU,
    Sigmoid,
    SiLU,
    Tanh,
)
from stirfry.spec.network import Network

ROWS = np.random.default_rng(0).normal(0, 2, (50, 1, 2, 3)).astype(np.float32)


def test_every_kind_of_layer_of_a_table() -> None:
    between = [BatchNorm1d(), LayerNorm(), LeakyReLU(), ELU(), SiLU(), GELU(), Dropout(p=0.5)]
    layers = [Flatten(), Linear(out_features=8)]
    for layer in between:
        layers += [
            layer,
            Linear(out_features=8),
            ReLU(),
            Linear(out_features=8),
            Tanh(),
            Linear(out_features=8),
        ]
    network = Network((*layers, Sigmoid(), Linear(out_features=2)), (1, 2, 3))
    weights = initial_weights(network, Stream(3))
    module = build(network).eval()
    module.load_state_dict({name: torch.from_numpy(np.asarray(value)) for name, value in weights.items()})
    found = activity_of(network, weights, ROWS)
    x = torch.from_numpy(ROWS)
    with torch.no_grad():
        for index, layer in enumerate(module):
            x = layer(x)
            if index in found:
                ends = {"ReLU": (0.0, np.inf), "Sigmoid": (0.01, 0.99), "Tanh": (-0.98, 0.98)}
                low, high = ends[type(layer).__name__]
                rests = ((x <= low) | (x >= high)).numpy()
                assert abs(found[index].resting - rests.mean()) < 1e-9
                assert abs(found[index].idle - rests.all(axis=0).mean()) < 1e-9
    assert len(found) == 2 * len(between) + 1


def test_a_network_for_images_is_left_to_the_probes() -> None:
    layers = (Conv2d(out_channels=2, kernel_size=2), ReLU(), Flatten(), Linear(out_features=2))
    network = Network(layers, (1, 2, 3))
    assert activity_of(network, initial_weights(network, Stream(0)), ROWS) == {}
