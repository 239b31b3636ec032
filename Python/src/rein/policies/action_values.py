"""Discrete actions by their values."""

from __future__ import annotations

from typing import Optional

import numpy as np

from .distribution import Distribution, masked, require_head, softmax
from .network import Network, Pass
from .randomness import RandomStream
from .spaces import ActionSpace, Discrete
from .tree import Node


class ActionValues(Distribution):
    """The values of actions: plain numbers, or the means of distributions over atoms."""

    def __init__(self, count: int, atoms: int, low: float, high: float, is_dueling: bool) -> None:
        self.count = count
        self.atoms = atoms
        self.is_dueling = is_dueling
        self.head_width = count * atoms
        low32 = np.float32(low)
        spacing = (np.float32(high) - low32) / np.float32(max(atoms - 1, 1))
        self._support = low32 + np.arange(atoms, dtype=np.float32) * spacing

    def require(self, node: Node, space: ActionSpace, network: Network) -> None:
        if not isinstance(space, Discrete) or space.count != self.count:
            raise node.error(
                f"the values of {self.count} actions are not those of the action space"
            )
        require_head(node, network, self.head_width)
        if network.memory is not None:
            raise node.error("action values are of networks without memory")
        if self.is_dueling and (network.value == "none" or network.value_outputs != self.atoms):
            raise node.error(f"dueling action values need a value head of width {self.atoms}")

    def outputs(self, heads: Pass) -> np.ndarray:
        values = heads.head.reshape(-1, self.count, self.atoms).astype(np.float64)
        if self.is_dueling:
            assert heads.values is not None
            values = values - values.mean(axis=1, keepdims=True) + heads.values[:, None, :]
        if self.atoms > 1:
            values = softmax(values.astype(np.float32)) @ self._support.astype(np.float64)
        result: np.ndarray = values.reshape(-1, self.count).astype(np.float32)
        return result

    def modes(self, heads: Pass, mask: Optional[np.ndarray]) -> np.ndarray:
        actions: np.ndarray = masked(self.outputs(heads), mask, -np.inf).argmax(axis=1)
        return actions[:, None]

    def sample(
        self, heads: Pass, mask: Optional[np.ndarray], rate: float, random: RandomStream
    ) -> np.ndarray:
        actions = self.modes(heads, mask)
        for row in range(len(actions) if rate > 0 else 0):
            if random.double() < rate:
                valid = np.arange(self.count) if mask is None else np.flatnonzero(mask[row])
                actions[row, 0] = valid[random.below(len(valid))]
        return actions
