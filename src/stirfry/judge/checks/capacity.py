"""More columns or parameters than the rows can hold."""

from __future__ import annotations

import math

from stirfry.engine.own import OwnNetwork
from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding
from stirfry.spec.layers import Dropout

#: A network with twenty parameters a row learns its rows by heart where nothing holds it back, with a hundred
#: it is on the edge even where a validation part stops it. The defaults have 27 a row on iris.
FREE, HELD = 20, 100
#: Weight decay under this holds nothing back.
DECAY = 1e-3
#: Fewer epochs than this don't suffice to learn by heart.
EPOCHS = 100
#: Parameters a row of the network that is proposed, and its width.
PROPOSED, NARROWEST, WIDEST = 5, 4, 32


def capacity(subject: Subject) -> list[Finding]:
    """Find tables that are wider than long, and networks that are large for their rows."""
    rows, columns = len(subject.prepared.split.train), subject.described.columns
    if subject.table is not None and columns > subject.described.rows:
        wide = {"columns": columns, "rows": subject.described.rows}
        return [Finding("checks.wide", "warning", wide, change={"weight_decay": 0.1})]
    parameters = subject.network.n_parameters
    free = not _held(subject) and subject.plan.epochs >= EPOCHS
    if parameters < (FREE if free else HELD) * rows:
        return []
    change = _change(subject, rows)
    (name, value), *_ = change.items()
    written = ",".join(str(each) for each in value) if isinstance(value, tuple) else str(value)
    facts = {
        "parameters": parameters,
        "rows": rows,
        "ratio": parameters // rows,
        "option": f"--{name.replace('_', '-')} {written}",
    }
    return [Finding("checks.capacity", "warning" if free else "remark", facts, change=change)]


def _held(subject: Subject) -> bool:
    """Whether anything keeps the network from learning its rows by heart."""
    plan, network = subject.plan, subject.network
    stops = "validation" in subject.parts and (isinstance(plan.patience, int) or plan.keep == "best")
    chain = network.chain if isinstance(network, OwnNetwork) else network
    drops = chain is None or any(isinstance(layer, Dropout) and layer.p > 0 for layer in chain.layers)
    return stops or drops or plan.weight_decay >= DECAY or plan.augment.any


def _change(subject: Subject, rows: int) -> dict[str, object]:
    """Return what to try: a narrower network, altered images, or weights that are held back."""
    network = subject.network
    if len(network.input_shape) == 3 and not subject.plan.augment.any:
        return {"augment": "shift=2"}
    if isinstance(network, OwnNetwork) or len(network.input_shape) != 1:
        return {"weight_decay": 0.1}
    inputs, outputs = math.prod(network.input_shape), math.prod(network.output_shape)
    width = PROPOSED * rows // (inputs + outputs + 1)
    return {"hidden": (min(WIDEST, max(NARROWEST, width)),)}
