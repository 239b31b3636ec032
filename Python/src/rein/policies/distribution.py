"""What becomes of the numbers of a policy head: what a program is shown, and actions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Optional

import numpy as np

from .network import Network, Pass
from .randomness import RandomStream
from .spaces import ActionSpace
from .tree import Node


class Distribution(ABC):
    """How heads are turned into actions, before any transform.

    Heads are ``[rows, head_width]``, actions ``[rows, width]``: indices from 0, or elements. Masks
    are ``[rows, mask width]``, None for none.
    """

    #: The numbers that a head must have.
    head_width: int

    @abstractmethod
    def require(self, node: Node, space: ActionSpace, network: Network) -> None:
        """Raises CheckpointError unless space and network are such as this needs."""

    @abstractmethod
    def outputs(self, heads: Pass) -> np.ndarray:
        """The numbers that a program is shown."""

    @abstractmethod
    def modes(self, heads: Pass, mask: Optional[np.ndarray]) -> np.ndarray:
        """The most likely actions."""

    @abstractmethod
    def sample(
        self, heads: Pass, mask: Optional[np.ndarray], rate: float, random: RandomStream
    ) -> np.ndarray:
        """Drawn actions. ``rate`` is the probability of a uniform one, for action values."""


def require_head(node: Node, network: Network, width: int) -> None:
    """Raises CheckpointError unless a network's head has as many numbers as are needed."""
    if network.outputs != width:
        raise node.error(
            f"the policy head has {network.outputs} outputs, the action space needs {width}"
        )


def masked(values: np.ndarray, mask: Optional[np.ndarray], instead: float) -> np.ndarray:
    """Values, in which invalid actions have another."""
    return values if mask is None else np.where(mask, values, np.float32(instead))


def softmax(logits: np.ndarray) -> np.ndarray:
    """The likelihoods that logits along the last axis stand for."""
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    likelihoods: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
    return likelihoods
