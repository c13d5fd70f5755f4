from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import stirfry
from stirfry.data.encode_images import ImageEncoder, sample_of
from stirfry.data.prepare import Prepared, describe, prepare
from stirfry.data.read import images as module
from stirfry.data.read import room
from stirfry.data.repeats import groups_of
from stirfry.data.sources import load, load_rows
from stirfry.data.stream import Stream
from stirfry.data.table import Images
from stirfry.errors import DataError
from stirfry.spec.recipe import DataSpec, SplitSpec

MEMORY = DataSpec(memory="1kB")


def write(folder: Path, count: int = 24, seed: int = 0) -> Path:
    random = np.random.default_rng(seed)
    for index in range(count):
        place = folder / ("cat", "dog")[index % 2]
        place.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 256, (6, 5, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(place / f"{index:02d}.{('png', 'bmp')[index % 3 == 0]}")
    return folder


def both(folder: Path, spec: DataSpec = MEMORY) -> tuple[Images, Images]:
    """Return a folder's images in memory and as a stream."""
    found = load(folder, DataSpec(image_size=spec.image_size)), load(folder, spec)
    assert isinstance(found[0], Images) and isinstance(found[1], Images)
    assert isinstance(found[1].pixels, Stream) and not isinstance(found[0].pixels, Stream)
    return found


def prepared(data: Images) -> Prepared:
    return prepare(describe(data, MEMORY), MEMORY, "standard", False, SplitSpec())


def test_images_that_do_not_fit_stay_on_disk_and_are_the_same(tmp_path: Path) -> None:
    held, streamed = both(write(tmp_path))
    assert streamed.pixels.shape == held.pixels.shape == (24, 3, 6, 5)
    assert np.array_equal(np.asarray(streamed.pixels), held.pixels)
    rows = np.array([7, 3, 3, 20])
    assert np.array_equal(streamed.take(rows).pixels[:], held.take(rows).pixels)
    assert streamed.labels is not None and held.labels is not None
    assert streamed.labels.texts() == held.labels.texts()
    notice = streamed.notices[0]
    assert notice.facts == {"size": "2.2 kB", "room": "1.0 kB"}
    assert "memory" in str(notice)


def test_free_memory_is_the_limit_where_none_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    monkeypatch.setattr(room, "free_memory", lambda: 3000)
    data = load(tmp_path, DataSpec())
    assert isinstance(data, Images) and isinstance(data.pixels, Stream)
    assert data.notices[0].code == "source.images_streamed"
    monkeypatch.setattr(room, "free_memory", lambda: None)
    data = load(tmp_path, DataSpec())
    assert isinstance(data, Images) and not isinstance(data.pixels, Stream)


def test_split_encoder_and_encoded_rows_are_those_in_memory(tmp_path: Path) -> None:
    held, streamed = (prepared(data) for data in both(write(tmp_path)))
    assert streamed.encoder == held.encoder
    for name in ("train", "validation", "test"):
        assert np.array_equal(getattr(streamed.split, name), getattr(held.split, name))
        one, other = getattr(streamed, name), getattr(held, name)
        assert isinstance(one.inputs, Stream)
        assert one.inputs.dtype == np.uint8 and one.normal == other.normal
        assert np.array_equal(np.asarray(one.inputs), other.inputs)
        assert np.array_equal(one.targets, other.targets)
        batches = one.inputs.ahead([np.array([1, 0]), np.array([2])])
        assert np.array_equal(np.concatenate(list(batches)), other.inputs[[1, 0, 2]])


def test_pixels_become_the_same_floats(tmp_path: Path) -> None:
    held, streamed = both(write(tmp_path))
    encoder = prepared(held).encoder
    assert isinstance(encoder, ImageEncoder)
    floats = encoder.transform(streamed)
    assert isinstance(floats, Stream) and floats.dtype == np.float32
    assert np.array_equal(np.asarray(floats), encoder.transform(held))
    grey = encoder.model_copy(update={"channels": 1, "mean": (0.5,), "std": (0.5,)})
    rows = np.array([5, 2])
    pixels = grey.whole_pixels(streamed, rows)
    assert isinstance(pixels, Stream) and pixels.shape == (2, 1, 6, 5)
    assert np.array_equal(np.asarray(pixels), grey.whole_pixels(held, rows))


def test_mean_and_spread_of_many_images_are_those_of_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stirfry.data.encode_images.SAMPLE", 5)
    monkeypatch.setattr("stirfry.data.prepare.SAMPLE", 5)
    rows = np.arange(100, 124)
    assert len(sample_of(rows)) == 5 and set(sample_of(rows)) <= set(rows)
    assert np.array_equal(sample_of(rows), sample_of(rows))
    _, streamed = both(write(tmp_path))
    found = prepared(streamed)
    assert found.notices[-1].facts == {"rows": 5}
    given = MEMORY.model_copy(update={"mean": (0.5,), "std": (0.25,)})
    said = prepare(describe(streamed, given), given, "standard", False, SplitSpec()).notices
    assert "data.moments_of_sample" not in [notice.code for notice in said]


def test_the_hash_is_of_the_files(tmp_path: Path) -> None:
    write(tmp_path)
    first, again = (both(tmp_path)[1] for _ in range(2))
    assert first.sha256() == again.sha256()
    Image.new("RGB", (5, 6)).save(tmp_path / "cat" / "02.png")
    assert both(tmp_path)[1].sha256() != first.sha256()


def test_files_that_are_the_same_are_kept_together(tmp_path: Path) -> None:
    write(tmp_path)
    assert groups_of(both(tmp_path)[1]) is None
    (tmp_path / "cat" / "zz.png").write_bytes((tmp_path / "cat" / "02.png").read_bytes())
    (tmp_path / "dog" / "zz.png").write_bytes((tmp_path / "cat" / "02.png").read_bytes())
    held, streamed = both(tmp_path)
    expected, found = groups_of(held), groups_of(streamed)
    assert expected is not None and found is not None
    assert np.array_equal(found, expected)  # another label is another row


def test_parts_from_two_folders_are_joined(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a"), write(tmp_path / "b", 10, seed=1)
    spec = MEMORY.model_copy(update={"split": SplitSpec(test_file=str(second))})
    data = load(first, spec)
    assert isinstance(data, Images) and isinstance(data.pixels, Stream)
    held = load(second, DataSpec())
    assert isinstance(held, Images)
    assert np.array_equal(data.pixels[24:34], held.pixels)


def test_a_file_that_is_damaged_is_named_when_it_is_read(tmp_path: Path) -> None:
    _, streamed = both(write(tmp_path))
    path = tmp_path / "dog" / "01.png"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"01\.png"):
        list(streamed.pixels.ahead(streamed.pixels.blocks()))


def test_large_images_are_read_by_several_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.os, "cpu_count", lambda: 4)
    _, streamed = both(write(tmp_path))
    assert isinstance(streamed.pixels, Stream) and streamed.pixels.source.threads == 1
    held, streamed = both(tmp_path, MEMORY.model_copy(update={"image_size": (96, 100)}))
    assert isinstance(streamed.pixels, Stream) and streamed.pixels.source.threads == 4
    found = streamed.pixels.ahead([np.arange(6), np.arange(6, 24)])
    assert np.array_equal(np.concatenate(list(found)), held.pixels)


def test_a_model_predicts_a_folder_that_does_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "train")
    run = stirfry.train(folder, hidden=[4], epochs=1, validation=0.0)
    held = run.model.predict(folder)
    monkeypatch.setattr(room, "free_memory", lambda: 900)
    monkeypatch.setattr(Stream, "blocks", lambda stream: [np.arange(7), np.arange(7, len(stream))])
    data = load_rows(folder)
    assert isinstance(data, Images) and isinstance(data.pixels, Stream)
    assert np.array_equal(run.model.predict(folder), held)
    assert run.model.evaluate(folder).metrics.keys()
