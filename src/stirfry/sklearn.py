"""stirfry's networks as scikit-learn estimators.

They work in a `Pipeline`, in `GridSearchCV` and in `cross_val_score`, and pass scikit-learn's own
`check_estimator`. Missing numbers (NaN) are allowed; a DataFrame may hold text, dates and categories too.

Letters: N rows, D columns, K classes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.errors import DataError, MissingExtra

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
except ImportError:
    raise MissingExtra("actions.no_sklearn") from None
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_feature_names,
    _check_n_features,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from stirfry.actions.fit import fit
from stirfry.data.prepare import Described
from stirfry.data.schema import ColumnSchema, Reason, Schema, infer
from stirfry.data.sources import load_rows
from stirfry.data.table import Column, Table
from stirfry.notice import Notice
from stirfry.spec.options import nested
from stirfry.spec.plan import Task
from stirfry.spec.recipe import DataSpec, Recipe, recipe_from

#: The target's name in the table that is trained on; no column of a DataFrame is called so.
TARGET = "\0target"
#: With fewer validation rows than this no early stop is worth its noise, and all rows train.
FEWEST_VALIDATED = 5

#: Parameters of the estimators that are settings of a recipe, by the same name.
_SETTINGS: tuple[str, ...] = ("hidden", "activation", "dropout", "init", "loss", "optimizer", "lr")
_SETTINGS += ("momentum", "nesterov", "weight_decay", "schedule", "epochs", "batch_size", "patience")
_SETTINGS += ("clip_norm", "class_weights", "scale", "device")


class _Network(BaseEstimator):  # type: ignore[misc]
    """What both estimators share: parameters, the way from X to a table, and fitting."""

    def __init__(
        self,
        hidden: Any = None,
        activation: str | None = None,
        dropout: float | None = None,
        init: str | None = None,
        loss: str | None = None,
        optimizer: str | None = None,
        lr: float | None = None,
        momentum: float | None = None,
        nesterov: bool | None = None,
        weight_decay: float | None = None,
        schedule: Any = None,
        epochs: int | None = None,
        batch_size: Any = None,
        patience: int | None = None,
        clip_norm: float | None = None,
        class_weights: Any = None,
        scale: str | None = None,
        device: str | None = None,
        validation: float = 0.1,
        random_state: Any = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.dropout = dropout
        self.init = init
        self.loss = loss
        self.optimizer = optimizer
        self.lr = lr
        self.momentum = momentum
        self.nesterov = nesterov
        self.weight_decay = weight_decay
        self.schedule = schedule
        self.epochs = epochs
        self.batch_size = batch_size
        self.patience = patience
        self.clip_norm = clip_norm
        self.class_weights = class_weights
        self.scale = scale
        self.device = device
        self.validation = validation
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.non_deterministic = False
        return tags

    def _recipe(self, rows: int, smallest: int) -> Recipe:
        """Return the parameters as a recipe; the validation part is left out where it would say nothing."""
        settings = {name: getattr(self, name) for name in _SETTINGS}
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        enough = rows * self.validation >= FEWEST_VALIDATED and smallest >= 2
        parts = {"test": 0.0, "validation": self.validation if enough else 0.0, "split_seed": seed}
        return recipe_from(nested({**settings, **parts, "seed": seed}))

    def _learn(self, table: Table, target: Column, task: Task, labels: tuple[int, ...]) -> None:
        """Train on a table whose columns have their roles already."""
        schema = self._schema(table, task)
        features = Table(table.name, (*table.columns, target), target=TARGET)
        smallest = len(target) if task == "regression" else int(np.bincount(target.values).min())
        described = Described(
            dataset=features,
            target=target,
            schema=schema,
            task=task,
            labels=labels,
            rows=len(target),
            columns=len(schema.features),
            data_sha256=features.sha256(),
            notices=(),
        )
        self.model_, trained = fit(described, self._recipe(len(target), smallest))
        self.history_ = trained.history
        self.n_iter_ = len(trained.history.get("epoch", ()))

    def _schema(self, table: Table, task: Task) -> Schema:
        """Return the roles: what a DataFrame's columns look like, or numbers all of them in an array."""
        why = Notice("data.why_asked")
        if self.mixed_:
            placeholder = Column(TARGET, "number", np.arange(len(table), dtype=np.float64))
            return infer(Table(table.name, (*table.columns, placeholder)), DataSpec(), TARGET, why, task)
        reason = Reason(code=why.code)
        roles = [ColumnSchema(name=name, kind="number", role="number", reason=reason) for name in table.names]
        roles.append(ColumnSchema(name=TARGET, kind="number", role="target", reason=reason))
        return Schema(columns=tuple(roles), target=TARGET, task=task)

    def _table(self, X: Any, y: Any = None, *, fitting: bool, numeric: bool = False) -> tuple[Table, Any]:  # noqa: N803
        """Return checked rows as a table, and the checked target."""
        if fitting:
            self.mixed_ = _is_mixed(X)
        if self.mixed_ and hasattr(X, "columns"):
            _check_feature_names(self, X, reset=fitting)
            _check_n_features(self, X, reset=fitting)
            if fitting:
                check_consistent_length(X, y)
            rows = load_rows(X)
            assert isinstance(rows, Table), "a DataFrame is a table"
            return rows, y
        checks = {"dtype": np.float64, "ensure_all_finite": "allow-nan"}
        if fitting:
            X, y = validate_data(self, X, y, y_numeric=numeric, ensure_min_samples=2, **checks)  # noqa: N806
        else:
            X = validate_data(self, X, reset=False, **checks)  # noqa: N806
        columns = tuple(Column(f"x{index}", "number", X[:, index]) for index in range(X.shape[1]))
        return Table("data", columns), y

    def _outputs(self, X: Any) -> NDArray[Any]:  # noqa: N803
        check_is_fitted(self)
        table, _ = self._table(X, fitting=False)
        return self.model_.raw_outputs(table)


class Classifier(ClassifierMixin, _Network):  # type: ignore[misc]
    """A multilayer perceptron, or a linear model, that predicts classes.

    Args:
        hidden: widths of the hidden layers; `()` is a linear model; None is stirfry's default.
        activation: what follows each hidden layer.
        dropout: the share of hidden units dropped in training, 0 to below 1.
        init: how the weights start.
        loss: `cross_entropy`, `bce_with_logits` (two classes), `mse`, `l1` or `huber`.
        optimizer: `sgd`, `adam`, `adamw` or `rmsprop`.
        lr: the learning rate, above 0.
        momentum: for `sgd` and `rmsprop`.
        nesterov: Nesterov's momentum, for `sgd`.
        weight_decay: the L2 penalty.
        schedule: the learning rate's schedule.
        epochs: how often every row is seen, at most.
        batch_size: rows in a step, or `"full"`.
        patience: epochs without a better validation loss before training stops.
        clip_norm: the largest norm of all gradients together.
        class_weights: `"balanced"`, or one weight a class.
        scale: how numbers are scaled.
        device: `auto`, `cpu`, `cuda` or `mps`.
        validation: the share of the rows that stops training and chooses the best epoch; 0 is none. Where it
            would be fewer than 5 rows, all rows train.
        random_state: what fixes split, weights and batches.

    Attributes:
        classes_: the classes, shape (K,).
        model_: the trained `stirfry.Model`; its labels are the positions in `classes_`.
        history_: columns by name, one row an epoch.
        mixed_: whether it was fitted on a DataFrame with columns that aren't numbers.
        n_iter_: epochs trained.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> X, y = load_iris(return_X_y=True)
        >>> Classifier(hidden=(10,), epochs=50, random_state=0).fit(X, y).score(X, y) > 0.8
        True
    """

    def fit(self, X: Any, y: Any) -> Classifier:  # noqa: N803
        """Train on rows and their classes.

        Args:
            X: numbers of shape (N, D), NaN where missing, or a DataFrame.
            y: classes of shape (N,).

        Raises:
            ValueError: rows or classes can't be learned from.
        """
        table, y = self._table(X, y, fitting=True)
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise DataError("actions.one_class", found=str(self.classes_[0]))
        task: Task = "binary" if len(self.classes_) == 2 else "multiclass"
        labels = tuple(range(len(self.classes_)))
        self._learn(table, Column(TARGET, "number", codes.astype(np.int64)), task, labels)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """Return the probability of each class, shape (N, K), in the order of `classes_`."""
        outputs = self._outputs(X)
        return self.model_.shares(outputs)

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Return the most probable class of each row, shape (N,)."""
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]


class Regressor(RegressorMixin, _Network):  # type: ignore[misc]
    """A multilayer perceptron, or a linear model, that predicts numbers.

    Args and attributes are those of `Classifier`, without the classes; `loss` is `mse`, `l1` or `huber`.

    Example:
        >>> from sklearn.datasets import load_diabetes
        >>> X, y = load_diabetes(return_X_y=True)
        >>> Regressor(hidden=(), epochs=100, random_state=0).fit(X, y).score(X, y) > 0.3
        True
    """

    def fit(self, X: Any, y: Any) -> Regressor:  # noqa: N803
        """Train on rows and their values.

        Args:
            X: numbers of shape (N, D), NaN where missing, or a DataFrame.
            y: numbers of shape (N,).

        Raises:
            ValueError: rows or values can't be learned from.
        """
        table, y = self._table(X, y, fitting=True, numeric=True)
        y = column_or_1d(y, warn=True, dtype=np.float64)
        self._learn(table, Column(TARGET, "number", np.asarray(y)), "regression", ())
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """Return the predicted numbers, shape (N,)."""
        outputs = self._outputs(X)
        return self.model_.answers(outputs)


def _is_mixed(X: Any) -> bool:  # noqa: N803
    """Whether rows are a DataFrame with columns that aren't numbers."""
    if not hasattr(X, "columns") or not hasattr(X, "dtypes"):
        return False
    kinds = X.dtypes.values() if isinstance(X.dtypes, dict) else X.dtypes
    return not all(_is_number(kind) for kind in kinds)


def _is_number(kind: Any) -> bool:
    numeric = getattr(kind, "is_numeric", None)
    if callable(numeric):
        return bool(numeric())
    return getattr(kind, "kind", "O") in "iufb"
