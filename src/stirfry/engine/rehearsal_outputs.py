"""What a user's outputs look like: finite, each row by itself, and without what the loss does again.

Letters: N rows, K outputs.
"""

from __future__ import annotations

from typing import Any

from stirfry.engine.build import import_torch
from stirfry.engine.recognise import last_function
from stirfry.engine.rehearsal_loss import Goal, Reading
from stirfry.engine.seen import see
from stirfry.errors import Fault, SpecError

#: Outputs that differ by more than this, of their own size, depend on the rows beside them.
ALONE = 1e-3
#: By how much inputs are stretched to see whether outputs stay between 0 and 1.
STRETCH = 30.0
#: With fewer rows than this, outputs between 0 and 1 are no sign of a sigmoid.
SURE_ROWS = 8

#: The function that each loss applies itself.
_WITHIN = {"cross_entropy": ("softmax", "log_softmax", "sigmoid"), "bce_with_logits": ("sigmoid", "softmax")}


def check_finite(outputs: Any) -> None:
    """Refuse outputs that aren't finite before anything was learned.

    Raises:
        SpecError: with how many they are.
    """
    wrong = int((~outputs.isfinite()).sum())
    if wrong:
        raise SpecError(
            (Fault("network", "engine.outputs_not_finite", wrong=wrong, outputs=outputs.numel()),)
        )


def check_rows_alone(module: Any, rows: Any, outputs: Any) -> None:
    """Refuse outputs that depend on the rows beside them: a recurrent layer that takes time for rows, say.

    Raises:
        SpecError: with the recurrent layer that is the likely reason.
    """
    nn = import_torch().nn
    count = len(outputs)
    if count < 3:
        return
    # The last rows: what takes rows for time has let the first ones see nothing but themselves.
    few = tuple(each[-2:] for each in rows) if isinstance(rows, tuple) else rows[-2:]
    with import_torch().no_grad():
        seen = see(module, few)
    if seen.failure is not None or tuple(seen.outputs.shape) != (2, *outputs.shape[1:]):
        return
    difference = (seen.outputs - outputs[-2:]).abs().max()
    if difference <= ALONE * (1e-3 + outputs.abs().max()):
        return
    recurrent = [
        name for name, each in module.named_modules() if isinstance(each, nn.RNNBase) and not each.batch_first
    ]
    if recurrent:
        raise SpecError((Fault("network", "engine.rows_mixed_in_time", name=recurrent[0]),))
    raise SpecError((Fault("network", "engine.rows_mixed"),))


def check_output_function(module: Any, rows: Any, outputs: Any, reading: Reading, goal: Goal) -> None:
    """Refuse a softmax or sigmoid at the output that the loss applies again.

    Where the module can be traced its last operation tells; elsewhere the outputs do.

    Raises:
        SpecError: with the function, where it stands, and the loss.
    """
    if goal.own is not None or reading.loss not in _WITHIN:
        return
    function, where = last_function(module)
    if function is None:
        function, where = _by_looks(module, rows, outputs), type(module).__name__
    if function in _WITHIN[reading.loss]:
        facts = {"function": function, "where": where, "loss": reading.loss}
        code = "engine.log_softmax_twice" if function == "log_softmax" else "engine.applied_twice"
        raise SpecError((Fault("network", code, **facts),))


def _by_looks(module: Any, rows: Any, outputs: Any) -> str | None:
    if outputs.shape[1] > 1:
        if (outputs >= 0).all() and ((outputs.sum(dim=1) - 1).abs() < 1e-4).all():
            return "softmax"
        if (outputs <= 0).all() and ((outputs.exp().sum(dim=1) - 1).abs() < 1e-4).all():
            return "log_softmax"
        return None
    if len(outputs) < SURE_ROWS or not _between(outputs):
        return None
    inputs = rows if isinstance(rows, tuple) else (rows,)
    stretched = tuple(each * STRETCH if each.is_floating_point() else each for each in inputs)
    with import_torch().no_grad():
        seen = see(module, stretched if isinstance(rows, tuple) else stretched[0])
    return "sigmoid" if seen.failure is None and _between(seen.outputs) else None


def _between(outputs: Any) -> bool:
    return bool((outputs >= 0).all() and (outputs <= 1).all())
