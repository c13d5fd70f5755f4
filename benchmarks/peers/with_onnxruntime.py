"""onnxruntime on the same network, its graph written by hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from peers import Done
from peers.torch_eager import trained_once
from peers.works import Work

NAME = "onnxruntime"
PACKAGES = ("onnxruntime",)
TOLERANCE = 1e-4
AT = frozenset({"predict"})
CALLS = 2000


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return many predictions of one row."""
    session = _session(trained_once(work.job))
    row = work.job.arrays.train.inputs[:1]

    def go() -> Done:
        for _ in range(CALLS):
            outputs = session.run(None, {"x": row})[0]
        return Done(CALLS, 1, outputs[0])

    return go


def _session(model: Any) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ["OMP_NUM_THREADS"])
    return onnxruntime.InferenceSession(_graph(model), options, providers=["CPUExecutionProvider"])


def _graph(model: Any) -> bytes:
    """Return a chain of Linear and ReLU layers as a serialised graph."""
    nodes, tensors, name = [], [], "x"
    for index, module in enumerate(model):
        if hasattr(module, "weight"):
            inputs = [name, f"{index}.weight", f"{index}.bias"]
            for key, value in module.state_dict().items():
                tensors.append(numpy_helper.from_array(value.numpy(), f"{index}.{key}"))
            nodes.append(helper.make_node("Gemm", inputs, [f"y{index}"], transB=1))
        else:
            nodes.append(helper.make_node("Relu", [name], [f"y{index}"]))
        name = f"y{index}"
    first, last = model[0].in_features, model[-1].out_features
    ends = [("x", first), (name, last)]
    given, found = (helper.make_tensor_value_info(end, TensorProto.FLOAT, [1, size]) for end, size in ends)
    graph = helper.make_graph(nodes, "network", [given], [found], tensors)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return made.SerializeToString()
