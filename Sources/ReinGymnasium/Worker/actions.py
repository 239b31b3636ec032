"""Actions from rows of numbers: what the environment's `step` is called with.

Discrete actions stand as indices without their start. Values are made anew for every step, in the
types that `action_space.sample()` has: environments may keep them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces

from rein_worker.errors import UseFault
from rein_worker.spaces import Path, bounds, place, refuse

Decoder = Callable[[], Any]
# Discrete actions up to this number are made once.
TABLE_LIMIT = 65_536


class ActionForm:
    """An action space as a row of `width` numbers, with `counts` choices each when discrete."""

    def __init__(self, space: Any) -> None:
        self.space = space
        if isinstance(space, spaces.Box):
            self.kind, self.counts, self.starts = "box", [], []
            self.shape = tuple(int(size) for size in space.shape)
            self.width = int(np.prod(self.shape, dtype=int))
            if space.dtype.kind != "f":
                advice = "images cannot be chosen" if space.dtype == np.uint8 else \
                    "MultiDiscrete has numbers to choose from"
                raise UseFault(f"action: a Box of {space.dtype}; {advice}")
            if self.width == 0:
                raise UseFault(f"action: a box of shape {self.shape} is empty")
        else:
            self.kind = "discrete" if isinstance(space, spaces.Discrete) else "multiDiscrete"
            pairs = _choices((), space)
            self.counts, self.starts = [count for count, _ in pairs], [start for _, start in pairs]
            self.width = len(pairs)
            if self.width == 0:
                raise UseFault("action: a space without parts")

    def description(self) -> dict[str, Any]:
        """The form as the trainer hears of it."""
        if self.kind == "box":
            low, high = bounds(self.space.low), bounds(self.space.high)
            return {"kind": "box", "shape": list(self.shape), "low": low, "high": high}
        return {"kind": self.kind, "counts": self.counts, "starts": self.starts}

    def decoder(self, row: np.ndarray) -> Decoder:
        """A function that makes the action that stands in a row."""
        return _decoder(self.space, row)


def _choices(path: Path, space: Any) -> list[tuple[int, int]]:
    """Count and start of every discrete number of a space."""
    if isinstance(space, spaces.Discrete):
        return [(int(space.n), int(space.start))]
    if isinstance(space, spaces.MultiDiscrete):
        counts = space.nvec.ravel().tolist()
        start = getattr(space, "start", None)
        return list(zip(counts, [0] * len(counts) if start is None else np.ravel(start).tolist()))
    if isinstance(space, spaces.MultiBinary):
        return [(2, 0)] * int(np.prod(space.shape, dtype=int))
    if isinstance(space, (spaces.Dict, spaces.Tuple)):
        parts = [_choices(path + (str(key),), part) for key, part in _members(space)]
        return [choice for part in parts for choice in part]
    if isinstance(space, spaces.Box):
        raise UseFault(f"{place('action', path)}: a Box within a {'Dict or Tuple'} of actions; "
                       "only discrete actions can stand side by side")
    raise refuse(space, place("action", path))


def _members(space: Any) -> list[tuple[Any, Any]]:
    """The parts of a Dict or Tuple in the order of the space object."""
    inner = space.spaces
    return list(inner.items()) if isinstance(space, spaces.Dict) else list(enumerate(inner))


def _decoder(space: Any, row: np.ndarray) -> Decoder:
    if isinstance(space, spaces.Discrete):
        return _discrete(space, row)
    if isinstance(space, spaces.MultiDiscrete):
        return _multi_discrete(space, row)
    if isinstance(space, spaces.MultiBinary):
        dtype, shape = space.dtype, space.shape
        return lambda: row.astype(dtype).reshape(shape)
    if isinstance(space, spaces.Box):
        return _box(space, row)
    decoders, base = [], 0
    for key, part in _members(space):
        width = len(_choices((), part))
        decoders.append((key, _decoder(part, row[base:base + width])))
        base += width
    if isinstance(space, spaces.Dict):
        return lambda: {key: decode() for key, decode in decoders}
    return lambda: tuple(decode() for _, decode in decoders)


def _discrete(space: spaces.Discrete, row: np.ndarray) -> Decoder:
    number = np.dtype(space.dtype).type
    count, start = int(space.n), int(space.start)
    numbers = memoryview(row)
    if count > TABLE_LIMIT:
        return lambda: number(int(numbers[0]) + start)
    table = [number(start + choice) for choice in range(count)]
    return lambda: table[int(numbers[0])]


def _multi_discrete(space: spaces.MultiDiscrete, row: np.ndarray) -> Decoder:
    dtype, shape = space.dtype, space.nvec.shape
    start = getattr(space, "start", None)
    if start is None or not np.any(start):
        return lambda: row.astype(dtype).reshape(shape)
    return lambda: row.astype(dtype).reshape(shape) + start


def _box(space: spaces.Box, row: np.ndarray) -> Decoder:
    dtype, shape, low, high = space.dtype, space.shape, space.low, space.high
    flat = len(shape) == 1
    if dtype == np.float32:
        return row.copy if flat else lambda: row.copy().reshape(shape)
    # A bound in single precision may lie just outside of the space.
    with np.errstate(over="ignore"):
        outside = (low.astype(np.float32) < low).any() or (high.astype(np.float32) > high).any()
    if outside or dtype.itemsize < 4:
        return lambda: np.clip(row.reshape(shape), low, high).astype(dtype)
    return lambda: row.astype(dtype).reshape(shape)
