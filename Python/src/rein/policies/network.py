"""Networks: a recurrent layer if there is one, shared layers, and the layers of the heads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional, Tuple

import numpy as np

from .tree import Node

_WIDTHS = (1, 65_536)
_erf = np.vectorize(math.erf, otypes=[np.float64])


def _sigmoid(x: np.ndarray) -> np.ndarray:
    result: np.ndarray = 0.5 * (1 + np.tanh(0.5 * x))
    return result


def _gelu(x: np.ndarray) -> np.ndarray:
    result: np.ndarray = 0.5 * x * (1 + _erf(x * math.sqrt(0.5)))
    return result


_ACTIVATIONS: Dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": lambda x: x,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "silu": lambda x: x * _sigmoid(x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "leakyReLU": lambda x: np.where(x > 0, x, 0.01 * x),
    "gelu": _gelu,
    "sigmoid": _sigmoid,
}


class Layer:
    """A fully connected layer, ``activation(x @ weight + bias)``, in double precision."""

    def __init__(self, node: Node, inputs: int, outputs: int, activation: str = "identity") -> None:
        node.require_keys(["weight", "bias"])
        self._weight = node.child("weight").tensor("F32", [inputs, outputs]).astype(np.float64)
        self._bias = node.child("bias").tensor("F32", [outputs]).astype(np.float64)
        self._activation = _ACTIVATIONS[activation]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self._activation(x @ self._weight + self._bias)


class Memory:
    """A recurrent layer, its gates in PyTorch's order: i, f, g, o of an LSTM; r, z, n of a GRU."""

    def __init__(self, node: Node, kind: str, inputs: int, width: int) -> None:
        node.require_keys(["input", "hidden"])
        self._is_lstm = kind == "lstm"
        gates = (4 if self._is_lstm else 3) * width
        self._input = Layer(node.child("input"), inputs, gates)
        self._hidden = Layer(node.child("hidden"), width, gates)
        self.width = width
        #: The number of floats that are carried from step to step: h, then c of an LSTM.
        self.state_width = (2 if self._is_lstm else 1) * width

    def __call__(self, x: np.ndarray, state: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
        """Outputs ``[rows, width]`` and the states after them, ``[rows, state_width]``."""
        hidden = state[:, : self.width]
        mine, theirs = self._input(x), self._hidden(hidden)
        if self._is_lstm:
            i, f, g, o = np.split(mine + theirs, 4, axis=1)
            cell = _sigmoid(f) * state[:, self.width :] + _sigmoid(i) * np.tanh(g)
            output = _sigmoid(o) * np.tanh(cell)
            return output, np.concatenate([output, cell], axis=1)
        (ri, zi, ni), (rh, zh, nh) = np.split(mine, 3, axis=1), np.split(theirs, 3, axis=1)
        update = _sigmoid(zi + zh)
        candidate = np.tanh(ni + _sigmoid(ri + rh) * nh)
        output = candidate + update * (hidden - candidate)
        return output, output


@dataclass(frozen=True, eq=False)
class Pass:
    """What a network computes for some rows."""

    #: The numbers of the policy head, ``[rows, outputs]``, as 32-bit floats.
    head: np.ndarray
    #: What the last layer of the policy reads, ``[rows, features]``.
    features: np.ndarray
    #: The numbers of the value head, where these are asked for.
    values: Optional[np.ndarray]
    #: The states after the rows, ``[rows, state width]``, as 32-bit floats.
    states: np.ndarray


class Network:
    """The part of an actor-critic network that acts."""

    def __init__(self, node: Node, needs_values: bool) -> None:
        """Reads the network that a file has; the layers of values only if they are needed."""
        node.require_keys(["architecture", "parameters"])
        shape, tensors = node.child("architecture"), node.child("parameters")
        tensors.require_keys(
            ["trunk", "policy", "logDeviation", "value", "core", "policyCore", "valueCore"]
        )
        shape.require_keys([
            "inputs", "outputs", "hidden", "activation", "value", "valueOutputs", "headHidden",
            "headActivation", "hasLogDeviation", "hasLogDeviationPerFeature", "recurrent",
        ])  # fmt: skip
        self.inputs = shape.child("inputs").integer(*_WIDTHS)
        self.outputs = shape.child("outputs").integer(*_WIDTHS)
        self.value = shape.child("value").word(["separate", "shared", "none"], "value network")
        value_outputs = shape.optional("valueOutputs")
        self.value_outputs = 1 if value_outputs is None else value_outputs.integer(*_WIDTHS)
        hidden = shape.child("hidden").integers(*_WIDTHS)
        head_hidden_node = shape.optional("headHidden")
        head_hidden = [] if head_hidden_node is None else head_hidden_node.integers(*_WIDTHS)
        activation = shape.child("activation").word(_ACTIVATIONS, "activation")
        head_node = shape.optional("headActivation")
        head_activation = (
            activation if head_node is None else head_node.word(_ACTIVATIONS, "activation")
        )
        is_shared = self.value == "shared"
        width = self.inputs
        self.memory = self._memory(shape, tensors)
        if self.memory is not None:
            width = self.memory.width
        trunk = [(size, activation) for size in hidden] if is_shared else []
        own = [] if is_shared else [(size, activation) for size in hidden]
        own += [(size, head_activation) for size in head_hidden]
        self._trunk, width = _layers(tensors, "trunk", width, trunk)
        head = [*own, (self.outputs, "identity")]
        self._policy, _ = _layers(tensors, "policy", width, head)
        self._value: List[Layer] = []
        if needs_values and self.value != "none":
            self._value, _ = _layers(
                tensors, "value", width, [*own, (self.value_outputs, "identity")]
            )
        #: The width of what the last layer of the policy reads.
        self.feature_count = own[-1][0] if own else width
        self.log_deviations: Optional[np.ndarray] = None
        if shape.child("hasLogDeviation").boolean():
            per_feature = shape.optional("hasLogDeviationPerFeature")
            has_each = per_feature is not None and per_feature.boolean()
            sizes = [self.feature_count, self.outputs] if has_each else [self.outputs]
            self.log_deviations = tensors.child("logDeviation").tensor("F32", sizes)

    def _memory(self, shape: Node, tensors: Node) -> Optional[Memory]:
        recurrent = shape.optional("recurrent")
        if recurrent is None:
            return None
        recurrent.require_keys(["kind", "width"])
        kind = recurrent.child("kind").word(["lstm", "gru"], "recurrent layer")
        width = recurrent.child("width").integer(*_WIDTHS)
        name = "policyCore" if self.value == "separate" else "core"
        return Memory(tensors.child(name), kind, self.inputs, width)

    @property
    def state_width(self) -> int:
        """The number of floats that are carried from step to step; 0 without memory."""
        return 0 if self.memory is None else self.memory.state_width

    def __call__(self, rows: np.ndarray, states: np.ndarray) -> Pass:
        """Computes the heads of rows ``[n, inputs]``."""
        x = rows.astype(np.float64)
        if self.memory is not None:
            x, states = self.memory(x, states.astype(np.float64))
        for layer in self._trunk:
            x = layer(x)
        features = x
        for layer in self._policy[:-1]:
            features = layer(features)
        values = x
        for layer in self._value:
            values = layer(values)
        return Pass(
            self._policy[-1](features).astype(np.float32),
            features,
            values if self._value else None,
            states.astype(np.float32),
        )


def _layers(
    tensors: Node, name: str, width: int, sizes: List[Tuple[int, str]]
) -> Tuple[List[Layer], int]:
    """The layers of a part of the network, and the width of what they make."""
    layers: List[Layer] = []
    if sizes:
        part = tensors.child(name)
        part.require_keys([str(index) for index in range(len(sizes))])
        for index, (size, activation) in enumerate(sizes):
            layers.append(Layer(part.child(str(index)), width, size, activation))
            width = size
    return layers, width
