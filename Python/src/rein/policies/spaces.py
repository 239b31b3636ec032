"""Spaces of observations and actions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import List, Tuple, Union

import numpy as np

from .tree import Node

#: The largest number of choices, and of numbers in a box.
LIMIT = 1 << 24
_LARGEST = np.finfo(np.float32).max


@dataclass(frozen=True, eq=False)
class Box:
    """Arrays of 32-bit floats between bounds, which may be infinite."""

    #: The lower bound of each element, ``[count]``, row-major.
    low: np.ndarray
    #: The upper bound of each element, ``[count]``.
    high: np.ndarray
    #: The length of each axis; empty for a single number.
    shape: Tuple[int, ...]

    @property
    def count(self) -> int:
        """The number of elements."""
        return int(self.low.size)

    @staticmethod
    def read(node: Node) -> Box:
        """Reads the space that a file has."""
        node.require_keys(["type", "low", "high", "shape"])
        node.child("type").word(["box"], "type of space")
        shape = tuple(node.child("shape").integers(1, LIMIT))
        low, high = node.child("low").numbers(), node.child("high").numbers()
        count = math.prod(shape)
        if not low.size == high.size == count:
            raise node.error(
                f"a box of shape {list(shape)} has {count} elements, but {low.size} lower and "
                f"{high.size} upper bounds"
            )
        if not (low <= high).all() or (low == np.inf).any() or (high == -np.inf).any():
            raise node.error("bounds between which there is no number")
        low[low == -_LARGEST] = -np.inf
        high[high == _LARGEST] = np.inf
        return Box(low, high, shape)


@dataclass(frozen=True)
class Discrete:
    """One of ``count`` actions, the first of which is called ``start``."""

    count: int
    start: int

    @property
    def counts(self) -> List[int]:
        """The number of choices of the only component."""
        return [self.count]


@dataclass(frozen=True)
class MultiDiscrete:
    """One of ``counts[i]`` choices for each component i."""

    counts: List[int]


ActionSpace = Union[Discrete, MultiDiscrete, Box]


def read_action_space(node: Node) -> ActionSpace:
    """Reads the space of actions that a file has."""
    kind = node.child("type").word(["discrete", "multiDiscrete", "box"], "type of space")
    if kind == "box":
        return Box.read(node)
    if kind == "multiDiscrete":
        node.require_keys(["type", "counts"])
        return MultiDiscrete(read_counts(node.child("counts")))
    node.require_keys(["type", "count", "start"])
    start = node.optional("start")
    return Discrete(
        node.child("count").integer(1, LIMIT),
        start.integer(-(1 << 63)) if start is not None else 0,
    )


def read_counts(node: Node) -> List[int]:
    """Numbers of choices, at least one of them, at most 2^24 in all."""
    counts = node.integers(1, LIMIT)
    if not counts or sum(counts) > LIMIT:
        raise node.error(f"{sum(counts)} choices of {len(counts)} components")
    return counts
