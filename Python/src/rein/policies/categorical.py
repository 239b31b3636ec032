"""Discrete actions by their logits."""

from __future__ import annotations

from typing import List, Optional

import numpy as np

from .distribution import Distribution, masked, require_head, softmax
from .network import Network, Pass
from .randomness import RandomStream
from .spaces import ActionSpace, Box
from .tree import Node

#: The logit of an invalid action, beside which any other leaves it no likelihood.
_MASKED = -1e9


class MultiCategorical(Distribution):
    """A logit for each choice of every component, one component after the other."""

    def __init__(self, counts: List[int]) -> None:
        self.counts = counts
        self.head_width = sum(counts)

    def require(self, node: Node, space: ActionSpace, network: Network) -> None:
        if isinstance(space, Box) or space.counts != self.counts:
            raise node.error(f"choices {self.counts} are not those of the action space")
        require_head(node, network, self.head_width)

    def outputs(self, heads: Pass) -> np.ndarray:
        return heads.head

    def modes(self, heads: Pass, mask: Optional[np.ndarray]) -> np.ndarray:
        logits = masked(heads.head, mask, -np.inf)
        parts = np.split(logits, np.cumsum(self.counts)[:-1], axis=1)
        return np.stack([part.argmax(axis=1) for part in parts], axis=1)

    def sample(
        self, heads: Pass, mask: Optional[np.ndarray], rate: float, random: RandomStream
    ) -> np.ndarray:
        logits = masked(heads.head, mask, _MASKED)
        parts = np.split(logits, np.cumsum(self.counts)[:-1], axis=1)
        likelihoods = [softmax(part) for part in parts]
        actions = np.empty((len(logits), len(self.counts)), dtype=np.int64)
        for row in range(len(logits)):
            base = 0
            for component, count in enumerate(self.counts):
                allowed = None if mask is None else mask[row, base : base + count]
                actions[row, component] = _inverse(
                    likelihoods[component][row], allowed, random.single()
                )
                base += count
        return actions


def _inverse(likelihoods: np.ndarray, mask: Optional[np.ndarray], uniform: float) -> int:
    """The action that a uniform number selects by inversion of the cumulative distribution."""
    possible = likelihoods > 0 if mask is None else (likelihoods > 0) & mask
    total = np.cumsum(np.where(possible, likelihoods, 0))
    chosen = int(np.searchsorted(total, uniform, side="right"))
    if chosen < len(total):
        return chosen
    # Rounding left the sum just below the uniform number.
    return int(np.flatnonzero(possible)[-1])
