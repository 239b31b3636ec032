"""Leaves of observation spaces: functions that write a value into its slice of a row."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

import numpy as np
from gymnasium import spaces

from rein_worker.errors import Fault, UseFault
from rein_worker.spaces import Path, bounds, place

Writer = Callable[[Any], None]


class Leaf:
    """A part of an observation space that is a slice of the row."""

    def __init__(self, path: Path, kind: str, shape: tuple[int, ...], width: int) -> None:
        self.name = place("observation", path)
        self.width = width
        self.part: dict[str, Any] = {
            "path": list(path), "kind": kind, "shape": list(shape),
            "low": None, "high": None, "counts": [], "starts": [],
        }

    @property
    def parts(self) -> list[dict[str, Any]]:
        return [self.part]

    def writer(self, row: np.ndarray) -> Writer:
        """A function that writes a value into the row's slice."""
        raise NotImplementedError


class Numbers(Leaf):
    """A Box or MultiBinary: numbers as they are, in row-major order."""

    def __init__(self, path: Path, space: Any, scale: bool) -> None:
        binary = isinstance(space, spaces.MultiBinary)
        shape = tuple(int(size) for size in space.shape)
        super().__init__(path, "binary" if binary else "box", shape, int(np.prod(shape, dtype=int)))
        self.shape, self.dtype = shape, np.dtype(space.dtype)
        self.kinds = "fiub" if self.dtype.kind == "f" else "iub"
        self.divisor = 255 if scale and not binary and self.dtype == np.uint8 else 1
        if self.width == 0:
            raise UseFault(f"{self.name}: a box of shape {shape} is empty")
        if not binary:
            self.part["low"] = bounds(space.low, self.divisor)
            self.part["high"] = bounds(space.high, self.divisor)

    def array(self, value: Any) -> np.ndarray:
        """The value as an array of the space's shape and kind of number."""
        try:
            array = np.asarray(value)
        except Exception as error:
            raise Fault(f"{self.name}: {type(value).__name__} is no array: {error}") from None
        if array.shape != self.shape:
            raise Fault(f"{self.name}: shape {array.shape}, the space says {self.shape}")
        if array.dtype.kind not in self.kinds:
            raise Fault(f"{self.name}: numbers of {array.dtype}, the space says {self.dtype}")
        return array

    def writer(self, row: np.ndarray) -> Writer:
        view, shape, divisor = row.reshape(self.shape), self.shape, self.divisor
        convert, accepted = self.array, self.dtype

        if divisor != 1:
            def write_scaled(value: Any) -> None:
                np.divide(convert(value), divisor, out=view, dtype=np.float32)
            return write_scaled

        def write(value: Any) -> None:
            nonlocal accepted
            try:
                if value.dtype is accepted and value.shape == shape:
                    view[...] = value
                    return
            except AttributeError:
                pass
            # Not an array, or of another type than the last one: look closer.
            array = convert(value)
            view[...] = array
            accepted = array.dtype
        return write


class OneHot(Leaf):
    """A Discrete: one of its n places is one."""

    def __init__(self, path: Path, space: spaces.Discrete) -> None:
        self.count, self.start = int(space.n), int(space.start)
        super().__init__(path, "oneHot", (), self.count)
        self.part.update(counts=[self.count], starts=[self.start])

    def writer(self, row: np.ndarray) -> Writer:
        name, count, start = self.name, self.count, self.start

        def write(value: Any) -> None:
            try:
                position = index(value) - start
            except TypeError:
                kind = type(value).__name__
                raise Fault(f"{name}: {value!r:.80} ({kind}) is no integer") from None
            if not 0 <= position < count:
                raise Fault(f"{name}: {value!r:.80} is not within {start}..<{start + count}")
            row.fill(0)
            row[position] = 1
        return write


class OneHots(Leaf):
    """A MultiDiscrete: a one-hot of each number, side by side."""

    def __init__(self, path: Path, space: spaces.MultiDiscrete) -> None:
        self.shape = tuple(int(size) for size in space.nvec.shape)
        self.counts = space.nvec.ravel().astype(np.int64)
        starts = getattr(space, "start", np.zeros_like(self.counts))
        self.starts = np.ravel(starts).astype(np.int64)
        super().__init__(path, "oneHot", self.shape, int(self.counts.sum()))
        if self.width == 0:
            raise UseFault(f"{self.name}: a MultiDiscrete without numbers")
        self.part.update(counts=self.counts.tolist(), starts=self.starts.tolist())

    def writer(self, row: np.ndarray) -> Writer:
        name, shape, counts, starts = self.name, self.shape, self.counts, self.starts
        bases = np.cumsum(counts) - counts

        def write(value: Any) -> None:
            try:
                array = np.asarray(value)
            except Exception as error:
                raise Fault(f"{name}: {type(value).__name__} is no array: {error}") from None
            if array.shape != shape:
                raise Fault(f"{name}: shape {array.shape}, the space says {shape}")
            if array.dtype.kind not in "iub":
                raise Fault(f"{name}: numbers of {array.dtype}, the space says integers")
            positions = array.ravel().astype(np.int64) - starts
            if (positions < 0).any() or (positions >= counts).any():
                raise Fault(f"{name}: {array.tolist()!r:.200} is not within the space")
            row.fill(0)
            row[bases + positions] = 1
        return write
