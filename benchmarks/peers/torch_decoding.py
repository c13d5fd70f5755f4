"""PyTorch's eager loop with a Dataset like torchvision's: images decoded and normalised one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from peers import Done, done, epochs_of
from peers.torch_dataloader import train
from peers.torch_parts import batch_size, parts
from peers.works import Work

NAME = "PyTorch eager loop, DataLoader that decodes each image"
PACKAGES = ("torch", "pillow")
TOLERANCE = 1e-4
AT = frozenset({"cnn-64", "cnn-1024"})


class Digits(Dataset[Any]):
    """What `torchvision.datasets.MNIST` with `ToTensor` and `Normalize` does for a digit."""

    def __init__(self, pixels: Any, labels: torch.Tensor, mean: float, std: float) -> None:
        self.pixels, self.labels = torch.from_numpy(np.ascontiguousarray(pixels[:, 0])), labels
        self.mean, self.std = torch.tensor([mean]).view(-1, 1, 1), torch.tensor([std]).view(-1, 1, 1)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image = Image.fromarray(self.pixels[index].numpy())
        tensor = torch.from_numpy(np.array(image, copy=True)).view(image.height, image.width, 1)
        tensor = tensor.permute(2, 0, 1).contiguous().to(torch.float32).div(255)
        return tensor.clone().sub_(self.mean).div_(self.std), int(self.labels[index])


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs."""
    job = work.job
    ready, epochs, train_part = parts(job), epochs_of(share, job.plan.epochs), job.arrays.train
    assert train_part.normal is not None, "digits are whole pixels"
    data = Digits(train_part.inputs, ready.y, train_part.normal.mean[0], train_part.normal.std[0])
    loader = DataLoader(data, batch_size(job), shuffle=job.plan.shuffle)
    return lambda: done(train(ready, loader, epochs), job.plan.epochs)
