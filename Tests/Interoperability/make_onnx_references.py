"""Makes a small ONNX graph for each kind of policy with onnx's own library and records what onnxruntime makes of it.

    python make_onnx_references.py DIRECTORY

Writes DIRECTORY/NAME.json for each graph: its weights by their names (those of layers are [inputs, outputs]), its
operators, inputs, and outputs, which are the same for a row alone and in a batch. Needs onnx, onnxruntime and NumPy
(Scripts/make-python-environments). Its results for Tests/ReinExportTests/Fixtures/ONNXReference are committed.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

OPSET, FORMAT = 17, 8
UNITS = 6


def floats(numbers):
    """In single precision."""
    return np.asarray(numbers, np.float32)


def stream(seed):
    """Random numbers."""
    return np.random.default_rng(seed)


class Graph:
    """A graph that is put together node by node; every method returns the name of what it adds."""

    def __init__(self, name, seed):
        self.name, self.random = name, stream(seed)
        self.nodes, self.constants, self.inputs, self.outputs, self.weights = [], [], [], [], {}

    def constant(self, name, values):
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        self.weights[name] = np.asarray(values).tolist()
        return name

    def node(self, operator, inputs, output, **attributes):
        outputs = [output] if isinstance(output, str) else output
        self.nodes.append(helper.make_node(operator, inputs, outputs, **attributes))
        return output

    def input(self, name, *shape, kind=TensorProto.FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, kind, ["batch", *shape]))
        return name

    def output(self, name, *shape, kind=TensorProto.FLOAT):
        self.outputs.append(helper.make_tensor_value_info(name, kind, ["batch", *shape]))

    def dense(self, x, inputs, outputs, name, output, scale=0.6):
        """A layer without a nonlinearity."""
        weight = self.constant(f"{name}.weight", floats(self.random.normal(0, scale, (inputs, outputs))))
        bias = self.constant(f"{name}.bias", floats(self.random.normal(0, 0.3, outputs)))
        return self.node("Gemm", [x, weight, bias], output)

    def layers(self, x, widths, activation, name):
        """Layers with a nonlinearity each."""
        operators = {"tanh": "Tanh", "relu": "Relu", "elu": "Elu", "leakyReLU": "LeakyRelu"}
        for index, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
            place = f"{name}.{index}"
            total = self.dense(x, inputs, outputs, place, f"{place}.sum")
            if activation == "silu":
                x = self.node("Mul", [total, self.node("Sigmoid", [total], f"{place}.sigmoid")], f"{place}.out")
            else:
                x = self.node(operators[activation], [total], f"{place}.out")
        return x

    def choose(self, values):
        """The action of the largest value."""
        self.node("ArgMax", [values], "action", axis=1, keepdims=0)
        self.output("action", kind=TensorProto.INT64)

    def record(self, directory, feeds, note):
        """Checks the graph, runs it and writes what came of it."""
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=FORMAT)
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        results = session.run(None, feeds)
        for row in range(len(feeds["obs"])):
            alone = session.run(None, {name: value[row : row + 1] for name, value in feeds.items()})
            assert all(np.allclose(a, b[row : row + 1], atol=1e-6) for a, b in zip(alone, results)), self.name
        recorded = {
            "note": note, "opset": OPSET, "ir_version": FORMAT, "operators": [node.op_type for node in self.nodes],
            "weights": self.weights, "inputs": {name: value.tolist() for name, value in feeds.items()},
            "outputs": {value.name: result.tolist() for value, result in zip(session.get_outputs(), results)},
        }
        (directory / f"{self.name}.json").write_text(json.dumps(recorded))


def categorical(directory, observations):
    """Logits, with every nonlinearity, and with a mask."""
    for seed, activation in enumerate(["tanh", "relu", "silu", "elu", "leakyReLU"]):
        graph = Graph(f"categorical_{activation}", seed)
        graph.dense(graph.layers(graph.input("obs", 4), [4, 8, 8], activation, "hidden"), 8, 2, "policy", "output")
        graph.output("output", 2)
        graph.choose("output")
        graph.record(
            directory, {"obs": observations}, f"PPO, discrete, {activation}: logits and most likely action")
    graph = Graph("categorical_mask", 10)
    obs, mask = graph.input("obs", 4), graph.input("action_mask", 3, kind=TensorProto.BOOL)
    graph.dense(graph.layers(obs, [4, 8], "tanh", "hidden"), 8, 3, "policy", "logits")
    graph.node("Where", [mask, "logits", graph.constant("mask.low", floats(-1e9))], "output")
    graph.output("output", 3)
    graph.choose("output")
    masks = np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], bool)
    graph.record(
        directory, {"obs": observations, "action_mask": masks}, "logits with a mask: invalid entries become -1e9")
    graph = Graph("multi_discrete", 15)
    graph.dense(graph.layers(graph.input("obs", 4), [4, 8], "tanh", "hidden"), 8, 5, "policy", "output")
    graph.node("Split", ["output", graph.constant("counts", np.array([2, 3]))], ["logits0", "logits1"], axis=1)
    for index in 0, 1:
        graph.node("ArgMax", [f"logits{index}"], f"choice{index}", axis=1, keepdims=1)
    graph.node("Concat", ["choice0", "choice1"], "action", axis=1)
    graph.output("output", 5)
    graph.output("action", 2, kind=TensorProto.INT64)
    graph.record(directory, {"obs": observations}, "MultiDiscrete [2, 3]")


def action_values(directory, observations):
    """Dueling values, and distributions over atoms."""
    graph = Graph("dueling", 11)
    features = graph.layers(graph.input("obs", 4), [4, 8], "relu", "trunk")
    graph.dense(features, 8, 3, "advantage", "advantages")
    graph.dense(features, 8, 1, "value", "value")
    graph.node("Sub", ["advantages", graph.node("ReduceMean", ["advantages"], "mean", axes=[1], keepdims=1)], "centred")
    graph.node("Add", ["centred", "value"], "output")
    graph.output("output", 3)
    graph.choose("output")
    graph.record(directory, {"obs": observations}, "dueling: value + advantage - mean advantage")
    graph, atoms = Graph("distributional", 12), 5
    features = graph.layers(graph.input("obs", 4), [4, 8], "relu", "trunk")
    graph.dense(features, 8, 3 * atoms, "advantage", "heads")
    graph.node("Reshape", ["heads", graph.constant("shape", np.array([-1, 3, atoms]))], "logits")
    graph.node("Softmax", ["logits"], "probabilities", axis=2)
    support = graph.constant("support", floats(np.linspace(-10, 10, atoms)))
    graph.node("MatMul", ["probabilities", support], "output")
    graph.output("output", 3)
    graph.choose("output")
    graph.record(directory, {"obs": observations}, "C51: expectation over fixed atoms")


def continuous(directory):
    """A Gaussian whose observations are normalised and whose actions are clipped, and one of tanh."""
    graph = Graph("gaussian_normalised", 13)
    obs = graph.input("obs", 3)
    graph.node("Sub", [obs, graph.constant("normaliser.shift", floats([0.5, -1, 100]))], "shifted")
    graph.node("Mul", ["shifted", graph.constant("normaliser.scale", floats([2, 0.5, 0.01]))], "scaled")
    low, high = graph.constant("normaliser.low", floats(-10)), graph.constant("normaliser.high", floats(10))
    x = graph.node("Clip", ["scaled", low, high], "x")
    graph.dense(graph.layers(x, [3, 8], "tanh", "hidden"), 8, 2, "policy", "mean", 3.0)
    graph.node("Max", ["mean", graph.constant("low", floats([-1, -2]))], "atLeast")
    graph.node("Min", ["atLeast", graph.constant("high", floats([1, 0.5]))], "action")
    graph.output("mean", 2)
    graph.output("action", 2)
    observations = floats(stream(8).normal(0, 1, (5, 3)) * [1, 5, 3000])
    note = "PPO, continuous: normaliser with clip (some rows hit it), mean, clipped to bounds per element"
    graph.record(directory, {"obs": observations}, note)
    graph = Graph("squashed_gaussian", 14)
    graph.dense(graph.layers(graph.input("obs", 3), [3, 8, 8], "relu", "hidden"), 8, 4, "policy", "output")
    bounds = [graph.constant(name, np.array([value])) for name, value in [("start", 0), ("end", 2), ("axis", 1)]]
    graph.node("Tanh", [graph.node("Slice", ["output", *bounds], "mean")], "squashed")
    low, high = floats([-2, 0]), floats([2, 3])
    graph.node("Mul", ["squashed", graph.constant("half", (high - low) / 2)], "scaled")
    graph.node("Add", ["scaled", graph.constant("middle", (high + low) / 2)], "action")
    graph.output("output", 4)
    graph.output("action", 2)
    note = "SAC: mean and log deviation; tanh of the mean scaled to the bounds"
    graph.record(directory, {"obs": floats(stream(9).normal(0, 1, (5, 3)))}, note)


def recurrent(directory, observations, kind):
    """A step of an LSTM or a GRU."""
    is_lstm = kind == "lstm"
    graph, gates = Graph(kind, 16 if is_lstm else 17), 4 if is_lstm else 3
    names = ["h", "c"] if is_lstm else ["h"]
    obs = graph.input("obs", 4)
    states = [graph.input(f"state_in_{index}", UNITS) for index in range(len(names))]
    axis = graph.constant("axis0", np.array([0]))
    x, *before = [
        graph.node("Unsqueeze", [value, axis], name) for value, name in zip([obs, *states], ["x", "h0", "c0"])]
    draw = lambda scale, *shape: floats(graph.random.normal(0, scale, (1, *shape)))
    weights = [
        graph.constant("core.W", draw(0.5, gates * UNITS, 4)),
        graph.constant("core.R", draw(0.5, gates * UNITS, UNITS)),
        graph.constant("core.B", draw(0.2, 2 * gates * UNITS)),
    ]
    settings = {"hidden_size": UNITS} | ({} if is_lstm else {"linear_before_reset": 1})
    graph.node(kind.upper(), [x, *weights, "", *before], ["", *(f"{name}1" for name in names)], **settings)
    for index, name in enumerate(names):
        graph.node("Squeeze", [f"{name}1", axis], f"state_out_{index}")
    graph.dense("state_out_0", UNITS, 2, "policy", "output")
    graph.output("output", 2)
    graph.choose("output")
    feeds = {"obs": observations}
    for index, name in enumerate(states):
        graph.output(f"state_out_{index}", UNITS)
        feeds[name] = floats(stream(18 + index).normal(0, 0.5, (5, UNITS)))
    notes = {
        "lstm": "one LSTM step, ONNX gate order i, o, f, c",
        "gru": "one GRU step, gate order z, r, h, linear_before_reset = 1 (PyTorch)",
    }
    graph.record(directory, feeds, notes[kind])


def main(directory):
    """All graphs."""
    directory.mkdir(parents=True, exist_ok=True)
    observations = floats(stream(7).normal(0, 1, (5, 4)))
    categorical(directory, observations)
    action_values(directory, observations)
    continuous(directory)
    recurrent(directory, observations, "lstm")
    recurrent(directory, observations, "gru")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
