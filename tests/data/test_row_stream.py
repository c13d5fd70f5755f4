from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stirfry.data.stream import Stored, Stream, in_batches, joined
from stirfry.errors import DataError


class Counted(Stored):
    """Rows in memory that say how often, and by whom, they are read."""

    def __init__(self, array: NDArray[np.float64], threads: int = 1, fails_at: int | None = None) -> None:
        super().__init__(array, threads)
        object.__setattr__(self, "asked", [])
        object.__setattr__(self, "readers", set())
        object.__setattr__(self, "fails_at", fails_at)

    def read(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        self.asked.append(rows.tolist())
        self.readers.add(threading.current_thread())
        if self.fails_at in rows:
            raise DataError("source.bad_image", path="a.png")
        return super().read(rows)


def counted(count: int = 20, **more: int) -> tuple[Counted, Stream]:
    source = Counted(np.arange(float(count)), **more)
    return source, Stream(source)


def singly(count: int = 20) -> list[NDArray[np.int64]]:
    return [np.array([row]) for row in range(count)]


@settings(max_examples=40)
@given(st.lists(st.lists(st.integers(0, 19), max_size=5), max_size=9), st.integers(1, 5), st.integers(1, 3))
def test_batches_come_in_order_whatever_is_read_ahead(
    batches: list[list[int]], depth: int, threads: int
) -> None:
    _, stream = counted(threads=threads)
    wanted = [np.array(batch, dtype=np.int64) for batch in batches]
    assert [found.tolist() for found in stream.ahead(wanted, depth)] == batches


def test_it_stands_for_an_array() -> None:
    array = np.arange(24, dtype=np.uint8).reshape(6, 2, 2)
    stream = Stream(Stored(array))
    assert (len(stream), stream.shape, stream.ndim) == (6, (6, 2, 2), 3)
    assert (stream.dtype, stream.size, stream.nbytes) == (np.uint8, 24, 24)
    assert np.array_equal(stream[1:3], array[1:3])
    assert np.array_equal(stream[np.array([5, 0])], array[[5, 0]])
    assert np.array_equal(np.asarray(stream), array)
    mask = np.array([True, False, True, False, False, True])
    some = stream.only(mask).only(np.array([2, 0]))
    assert np.array_equal(some.take(np.array([0, 1])), array[[5, 0]])
    assert np.array_equal(some.take(np.array([False, True])), array[[0]])


def test_no_more_is_read_than_a_few_batches_ahead() -> None:
    source, stream = counted()
    taken = 0

    def batches() -> Iterator[NDArray[np.int64]]:
        nonlocal taken
        for rows in singly():
            taken += 1
            yield rows

    read = stream.ahead(batches(), depth=3)
    next(read)
    assert taken == 3
    next(read)
    assert taken == 4
    read.close()
    assert len(source.asked) <= 4


def test_what_goes_wrong_is_raised_when_its_turn_comes() -> None:
    _, stream = counted(fails_at=2)
    read = stream.ahead(singly(), depth=4)
    assert [next(read).tolist(), next(read).tolist()] == [[0.0], [1.0]]
    with pytest.raises(DataError, match=r"a\.png"):
        next(read)
    assert not list(read)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, GeneratorExit, RuntimeError])
def test_an_interruption_leaves_no_thread_behind(interruption: type[BaseException]) -> None:
    source, stream = counted(threads=2)
    read = stream.ahead(singly(), depth=4)
    next(read)
    with pytest.raises(interruption):
        read.throw(interruption())
    assert not any(reader.is_alive() for reader in source.readers)
    assert threading.current_thread() not in source.readers


def test_blocks_are_bounded() -> None:
    stream = Stream(Stored(np.zeros((10, 4), dtype=np.float64)))
    assert [len(block) for block in stream.blocks(most=100)] == [3, 3, 3, 1]
    assert [len(block) for block in stream.blocks(most=1)] == [1] * 10
    assert np.array_equal(np.concatenate(stream.blocks(64)), np.arange(10))
    assert Stream(Stored(np.zeros((0, 4)))).blocks() == []


def test_a_function_is_worked_out_as_rows_are_read() -> None:
    source, stream = counted()
    half = stream.only(np.arange(4, 20)).mapped(lambda rows: rows[:, None] / 2, (1,), np.float32)
    assert half.shape == (16, 1) and half.dtype == np.float32
    assert not source.asked
    assert half.take(np.array([2, 0])).tolist() == [[3.0], [2.0]]
    assert source.asked == [[6, 4]]
    assert np.array_equal(half.marks(), stream.marks()[4:])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=1, max_size=4), st.data())
def test_parts_joined_are_as_arrays_joined(parts: list[tuple[bool, int]], data: st.DataObject) -> None:
    arrays = [np.arange(float(size)) + 10 * place for place, (_, size) in enumerate(parts)]
    mixed = [Stream(Stored(a)) if streams else a for a, (streams, _) in zip(arrays, parts, strict=True)]
    whole, found = np.concatenate(arrays), joined(mixed)
    assert isinstance(found, Stream) == any(streams for streams, _ in parts)
    rows = np.array(
        data.draw(st.lists(st.integers(0, max(0, len(whole) - 1)), max_size=6 if len(whole) else 0))
    )
    assert np.array_equal(found[rows.astype(np.int64)], whole[rows.astype(np.int64)])
    if isinstance(found, Stream):
        assert np.array_equal(found.marks(), Stream(Stored(whole)).marks())


def test_a_hash_is_of_what_is_stored() -> None:
    one = Stream(Stored(np.arange(5.0)))
    assert one.sha256() == Stream(Stored(np.arange(5.0))).sha256()
    assert one.sha256() != one.only(np.array([1, 0, 2, 3, 4])).sha256()
    assert one.sha256() != Stream(Stored(np.arange(5.0) + 1)).sha256()


@pytest.mark.parametrize("streams", [False, True])
def test_an_epoch_of_batches(streams: bool) -> None:
    array, order = np.arange(7) * 10, np.array([3, 1, 6, 0, 2, 5, 4])
    inputs = Stream(Stored(array)) if streams else array
    found = [(rows.tolist(), x.tolist()) for rows, x in in_batches(inputs, order, 3)]
    assert found == [([3, 1, 6], [30, 10, 60]), ([0, 2, 5], [0, 20, 50]), ([4], [40])]
    assert [x.tolist() for _, x in in_batches(inputs, None, 3, first=2)] == [[60]]
