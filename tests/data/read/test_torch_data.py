from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import Dataset, Subset, TensorDataset

from stirfry.data.read.torch_data import from_dataset
from stirfry.data.table import Images, Table
from stirfry.errors import DataError, UsageError


class Items(Dataset[Any]):
    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Any:
        return self.items[index]


def test_a_tensor_dataset() -> None:
    data = from_dataset(TensorDataset(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([0, 1])))
    assert isinstance(data, Table)
    assert data.column("x1").values.tolist() == [2.0, 4.0]
    assert data.column("target").values.dtype == np.int64


def test_a_subset_is_what_it_holds() -> None:
    whole = TensorDataset(torch.arange(6.0).reshape(3, 2), torch.tensor([5, 6, 7]))
    data = from_dataset(Subset(whole, [2, 0]))
    assert isinstance(data, Table)
    assert data.column("target").values.tolist() == [7, 5]


def test_images_of_pillow_with_number_labels() -> None:
    data = from_dataset(Items([(Image.new("L", (3, 2), shade), shade) for shade in (1, 2)]))
    assert isinstance(data, Images)
    assert data.pixels.shape == (2, 1, 2, 3)
    assert data.pixels[:, 0, 0, 0].tolist() == [1, 2]


def test_texts_as_labels() -> None:
    data = from_dataset(Items([(torch.zeros(1, 2, 2), "cat"), (torch.ones(1, 2, 2), "dog")]))
    assert isinstance(data, Images)
    assert data.labels is not None
    assert data.labels.texts() == ["cat", "dog"]


@pytest.mark.parametrize(
    ("items", "error", "code"),
    [
        ([], DataError, "source.no_rows"),
        ([torch.zeros(2)], UsageError, "source.not_pairs"),
        ([(1, 2, 3)], UsageError, "source.not_pairs"),
        ([5], UsageError, "source.not_pairs"),
        ([(torch.zeros(2), 0), (torch.zeros(3), 1)], DataError, "source.uneven_rows"),
    ],
)
def test_bad_datasets(items: list[Any], error: type[Exception], code: str) -> None:
    with pytest.raises(error) as caught:
        from_dataset(Items(items))
    assert caught.value.code == code
    assert str(caught.value)


def test_a_tensor_dataset_of_one_tensor() -> None:
    with pytest.raises(UsageError):
        from_dataset(TensorDataset(torch.zeros(2, 2)))
