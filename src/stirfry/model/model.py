"""A trained model: raw rows in, answers out.

Everything that prediction needs is in it: the network and its weights, the encoder fitted on the training
rows, the schema, the labels.

Letters: N rows, K classes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stirfry.data import sources
from stirfry.data.encode_images import ImageEncoder, shifted_copies
from stirfry.data.encode_inputs import InputsEncoder
from stirfry.data.encode_table import TableEncoder
from stirfry.data.read.inputs import rows_of
from stirfry.data.schema import Schema
from stirfry.data.stream import Stream
from stirfry.data.table import Column, Dataset, Images, Table
from stirfry.data.target import Target
from stirfry.engine.choose import choose
from stirfry.engine.contract import Engine, Weights
from stirfry.engine.losses import Reads, probabilities
from stirfry.engine.own import OwnNetwork
from stirfry.errors import DataError, UsageError
from stirfry.judge.scores import PartScores, scores
from stirfry.lang import shape_text
from stirfry.notice import Notice
from stirfry.spec.network import Network
from stirfry.spec.plan import Task

#: Rows that go through a table's network at once.
AT_ONCE = 16_384
#: Images that do; as floats they take four times the memory of whole pixels.
IMAGES_AT_ONCE = 2048

Say = Callable[[Notice], None]
#: See `Model.predictor`.
Predict = Callable[[ArrayLike], NDArray[np.float64]]


def _silently(notice: Notice) -> None:
    """Take a remark and say nothing."""


def _blocks(inputs: NDArray[Any], rows: int) -> Iterator[NDArray[Any]]:
    return (inputs[start : start + rows] for start in range(0, len(inputs), rows))


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model.

    Args:
        network: the network, or a user's own.
        weights: its tensors, under the `state_dict` names of the `nn.Sequential`, or of the user's module.
        encoder: from raw rows to the network's input.
        schema: what each column of the table was; None for images.
        target: the labels, or the scale of a regression's target.
        loss: what it was trained with; it decides how outputs become probabilities.
        frequencies: the classes' shares of the training rows, or the target's mean there.
        scores: the scores of its run, part → metric → value, low, high.
        origin: its run: name, seed, versions, epochs, and those of the runs before it.
        test_shift: images are also seen shifted by so many pixels, and the outputs averaged; 0 doesn't.
        names: where a user's module is a chain of known layers, its tensors' names in `network` by its own.
    """

    network: Network | OwnNetwork
    weights: Weights
    encoder: TableEncoder | ImageEncoder | InputsEncoder
    schema: Schema | None
    target: Target
    loss: Reads
    frequencies: tuple[float, ...]
    scores: dict[str, Any]
    origin: dict[str, Any]
    test_shift: int = 0
    names: dict[str, str] = field(default_factory=dict)

    @property
    def tensors(self) -> Weights:
        """The weights under the names that they have in `network`."""
        if not self.names:
            return self.weights
        return {self.names[own]: value for own, value in self.weights.items()}

    @property
    def task(self) -> Task:
        """`binary`, `multiclass` or `regression`."""
        return self.target.task

    @property
    def labels(self) -> tuple[Any, ...]:
        """The classes, in the order of the probabilities' columns; empty in regression."""
        return self.target.labels

    @property
    def things(self) -> str:
        """What texts call the rows that it takes: `rows` or `images`."""
        return "images" if isinstance(self.encoder, ImageEncoder) else "rows"

    def predict(self, rows: Any, say: Say = _silently) -> NDArray[Any]:
        """Return a label, or a number in regression, for each row.

        Args:
            rows: a file, a DataFrame, a dict of values or of lists, a list of dicts, or an array. Columns
                are found by name, in any order; those the model doesn't know are ignored.
            say: takes the remarks, such as which columns were ignored.

        Returns:
            Labels or numbers of shape (N,).

        Raises:
            DataError: columns are missing, or a value can't be what its column is.

        Example:
            >>> import stirfry
            >>> model = stirfry.train("iris", epochs=1).model
            >>> flower = dict(zip(model.columns, [5.1, 3.5, 1.4, 0.2]))
            >>> model.predict(flower).shape
            (1,)
        """
        return self.answers(self.raw_outputs(self.read(rows), say))

    def predict_proba(self, rows: Any, say: Say = _silently) -> NDArray[np.float64]:
        """Return the probability of each class for each row.

        Args:
            rows: as for `predict`.
            say: takes the remarks.

        Returns:
            Probabilities of shape (N, K), in the order of `labels`; each row adds up to 1.

        Raises:
            UsageError: the model predicts numbers.
            DataError: as for `predict`.
        """
        return self.shares(self.raw_outputs(self.read(rows), say))

    def predictor(self) -> Predict:
        """Return a function for many calls on a few rows of plain numbers, such as in a product.

        It leaves out what `predict` does for a table: names aren't looked up, and gaps aren't filled.

        Returns:
            A function of raw numbers in the order of `columns`, shape (D,) or (N, D). For classes it returns
            probabilities, shape (K,) or (N, K), in the order of `labels`; in regression numbers in the
            target's unit, shape () or (N,). It raises DataError for another shape or a gap, and belongs to
            one thread at a time.

        Raises:
            UsageError: the model takes images, or not all of its columns are numbers that were always there.

        Example:
            >>> import stirfry
            >>> predict = stirfry.train("iris", epochs=1).model.predictor()
            >>> predict([5.1, 3.5, 1.4, 0.2]).shape
            (3,)
        """
        from stirfry.model.plain import predictor

        return predictor(self)

    def shares(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """Return the classes' probabilities, shape (N, K), for raw outputs.

        Raises:
            UsageError: the model predicts numbers.
        """
        if self.task == "regression":
            raise UsageError("model.no_classes")
        return probabilities(self.loss, outputs)

    def evaluate(self, rows: Any, say: Say = _silently) -> PartScores:
        """Return the scores on labelled rows, with their intervals.

        Args:
            rows: as for `predict`, with the target's column (for images: a folder for each class).
            say: takes the remarks.

        Raises:
            DataError: as for `predict`, or the target is missing, or it has a label that training never saw.
        """
        data = self.read(rows)
        labels = self.labels_in(data)
        known = ~labels.missing
        if not known.all():
            say(Notice("data.rows_dropped", rows=int((~known).sum()), things=self.things))
            data, labels = data.take(known), labels.take(known)
        return self.judge(self.target.encode(labels), self.raw_outputs(data, say), intervals=True)

    def judge(self, truth: NDArray[Any], outputs: NDArray[Any], intervals: bool) -> PartScores:
        """Return the scores of raw outputs against encoded targets."""
        if self.task == "regression":
            return scores(
                self.task,
                self.target.values(truth),
                self.answers(outputs),
                intervals=intervals,
                training_mean=self.frequencies[0],
            )
        predicted = probabilities(self.loss, outputs)
        return scores(self.task, truth, predicted, intervals=intervals, training_frequencies=self.frequencies)

    def read(self, rows: Any) -> Dataset:
        """Return raw rows as a table or images, checked for the kind that the model takes."""
        if isinstance(self.encoder, InputsEncoder):
            return rows_of(rows, self.encoder.shapes, self.encoder.input_names)
        data = rows if isinstance(rows, Table | Images) else sources.load_rows(rows, self.columns)
        if isinstance(data, Table) != isinstance(self.encoder, TableEncoder):
            if isinstance(data, Table):
                raise DataError("model.wants_images")
            raise DataError("model.wants_table", names=list(self.columns))
        if len(data) == 0:
            raise DataError("model.no_rows")
        return data

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that a row must have; empty for images."""
        return self.encoder.columns if isinstance(self.encoder, TableEncoder) else ()

    def raw_outputs(self, data: Dataset, say: Say = _silently) -> NDArray[Any]:
        """Return the network's outputs, shape (N, K).

        A table's are computed in the precision in which a row's answer doesn't depend, to any digit that is
        shown, on the rows beside it.
        """
        for notice in self.encoder.check(data):  # type: ignore[arg-type]
            say(notice)
        return self.outputs_of(self.encoder.transform(data))  # type: ignore[arg-type]

    def outputs_of(self, inputs: NDArray[Any] | Stream) -> NDArray[Any]:
        """Return the network's outputs for encoded rows, or for whole pixels of the right shape.

        Those of a stream are read ahead, block by block.
        """
        if isinstance(inputs, Stream):
            return np.concatenate([self.outputs_of(block) for block in inputs.ahead(inputs.blocks())])
        engine = choose(self.network).engine
        if isinstance(self.encoder, ImageEncoder):
            return np.concatenate(
                [self._image_outputs(engine, block) for block in _blocks(inputs, IMAGES_AT_ONCE)]
            )
        if isinstance(self.network, OwnNetwork):
            return engine.outputs(self.network, self.tensors, inputs)
        parts = [
            engine.outputs(self.network, self.tensors, block.astype(engine.predicts_in))
            for block in _blocks(inputs, AT_ONCE)
        ]
        return np.concatenate(parts)

    def _image_outputs(self, engine: Engine, images: NDArray[Any]) -> NDArray[Any]:
        """Return the outputs for images of shape (N, C, H, W), averaged over shifted copies where asked."""
        assert isinstance(self.encoder, ImageEncoder), "images have an image encoder"
        inputs = self.encoder.normal.floats(images) if images.dtype == np.uint8 else images
        copies = shifted_copies(inputs, self.test_shift)
        outputs = [engine.outputs(self.network, self.tensors, copy) for copy in copies]
        return outputs[0] if len(outputs) == 1 else np.mean(outputs, axis=0)

    def answers(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Return labels, or numbers in the target's own unit, for raw outputs."""
        if self.task == "regression":
            return self.target.values(outputs)
        return self.target.decode(probabilities(self.loss, outputs).argmax(axis=1))

    def labels_in(self, data: Dataset) -> Column:
        """Return the target's column of labelled rows; a value may be missing.

        Raises:
            DataError: the rows have no labels.
        """
        if not isinstance(data, Table):
            if data.labels is None:
                raise DataError("model.no_labels")
            return data.labels
        name = self.schema.target if self.schema else ""
        if name not in data.names:
            raise DataError("data.missing_columns", missing=[name], found=data.names)
        return data.column(name)

    def with_scores(self, found: dict[str, Any]) -> Model:
        """Return the same model with its scores."""
        return replace(self, scores=found)

    def save(self, path: str | Path) -> None:
        """Write the model to a `.safetensors` file, whole or not at all.

        Raises:
            OutputError: it can't be written.
        """
        from stirfry.model.file import save

        save(self, Path(path))

    def __repr__(self) -> str:
        shape = shape_text(self.network.input_shape)
        widths = math.prod(self.network.output_shape)
        return f"Model({self.task}, {shape} → {widths}, {self.network.n_parameters:,} parameters)"
