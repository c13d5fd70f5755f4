from __future__ import annotations

import numpy as np
from tests.report import made_runs

import stirfry
from stirfry.data.table import Column, Table
from stirfry.report.measures.regions import GRID, numeric, region


def test_a_region_is_what_the_model_predicts() -> None:
    run = made_runs.iris()
    assert run.ready is not None
    table = run.ready.described.dataset
    assert isinstance(table, Table)
    found = region(run.model, table, "petal width (cm)", "sepal width (cm)")
    assert found is not None
    assert found.answers.shape == (GRID, GRID, 3)
    fixed = dict(found.fixed)
    row = {name: float(value) for name, value in fixed.items()}
    row |= {"petal width (cm)": float(found.x[7]), "sepal width (cm)": float(found.y[30])}
    np.testing.assert_allclose(run.model.predict_proba(row)[0], found.answers[30, 7], atol=1e-6)
    assert float(fixed["petal length (cm)"]) == np.median(table.column("petal length (cm)").values)


def test_every_kind_of_column_has_a_middle() -> None:
    run = made_runs.evil()
    assert run.ready is not None
    table = run.ready.described.dataset
    assert isinstance(table, Table)
    names = numeric(run.model, table)
    assert names == [made_runs.EVIL, table.names[1], "with gaps"]
    found = region(run.model, table, names[0], names[1])
    assert found is not None
    assert set(dict(found.fixed)) == {"with gaps", "group", "day", "flag"}
    assert dict(found.fixed)["day"].startswith("2024-") and dict(found.fixed)["flag"] in ("true", "false")


def test_a_column_that_never_changes_has_no_region() -> None:
    run = made_runs.numbers()
    still = Column("a", "number", np.full(9, 3.0))
    others = [Column(name, "number", np.arange(9.0)) for name in ("b", "c")]
    assert region(run.model, Table("t", (still, *others)), "a", "b") is None


def test_groups_have_no_direction() -> None:
    columns = {"few": np.arange(60.0) % 3, "many": np.arange(60.0) ** 1.5, "y": np.arange(60.0) * 2}
    run = stirfry.train(columns, "y", task="regression", hidden=[], epochs=1)
    assert run.ready is not None and isinstance(run.ready.described.dataset, Table)
    assert numeric(run.model, run.ready.described.dataset) == ["many"]
