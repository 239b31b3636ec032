"""Parts of observations: where each stands in an environment's object, and its numbers."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from .spaces import LIMIT
from .tree import Node


@dataclass(frozen=True)
class ObservationPart:
    """A part of an observation.

    ``kind`` is ``"numbers"`` or ``"binary"`` (0 or 1) with a ``shape``, or ``"oneHot"``: indices,
    each of which becomes as many numbers as it has values, 1 at the index and 0 elsewhere;
    ``starts`` is what the environment calls the first value of each.
    """

    path: Tuple[str, ...]
    kind: str
    shape: Tuple[int, ...] = ()
    counts: Tuple[int, ...] = ()
    starts: Tuple[int, ...] = ()

    @staticmethod
    def read(node: Node) -> ObservationPart:
        """Reads a part that a file has."""
        node.require_keys(["path", "kind", "shape", "counts", "starts"])
        path = tuple(name.text() for name in node.child("path").list())
        kind = node.child("kind").word(["numbers", "oneHot", "binary"], "kind of part")
        if kind != "oneHot":
            shape = tuple(node.child("shape").integers(1, LIMIT))
            if len(shape) > 32 or math.prod(shape) > LIMIT:
                raise node.child("shape").error("an impossible shape")
            return ObservationPart(path, kind, shape=shape)
        counts = node.child("counts").integers(1, LIMIT)
        starts = node.child("starts").integers(-(1 << 62), 1 << 62)
        if not counts or sum(counts) > LIMIT or len(starts) != len(counts):
            raise node.error(f"{len(counts)} indices of {sum(counts)} values, {len(starts)} starts")
        return ObservationPart(path, kind, counts=tuple(counts), starts=tuple(starts))

    @property
    def name(self) -> str:
        """The place of the part, for messages."""
        return "/".join(("observation", *self.path))

    @property
    def width(self) -> int:
        """The number of numbers in a row."""
        return sum(self.counts) if self.kind == "oneHot" else math.prod(self.shape)

    @property
    def size(self) -> int:
        """The number of elements that the environment gives."""
        return len(self.counts) if self.kind == "oneHot" else self.width

    def is_one(self, shape: Tuple[int, ...]) -> bool:
        """Whether an array of a shape can be the part of one observation: as it is, or flat."""
        if shape == (self.size,) or (shape == () and self.size == 1):
            return True
        if self.kind != "oneHot":
            return shape == self.shape
        # The axes of nested indices are not known.
        return len(shape) > 1 and shape[0] != 1 and math.prod(shape) == self.size

    def count(self, shape: Tuple[int, ...]) -> Optional[int]:
        """How many observations an array of a shape can be of, along its first axis."""
        return shape[0] if shape and self.is_one(shape[1:]) else None

    def rows(self, values: np.ndarray) -> np.ndarray:
        """The numbers ``[n, width]`` of elements ``[n, size]``. Raises ValueError for others."""
        if self.kind == "oneHot":
            return self._one_hot(values)
        if values.dtype.kind not in "biuf":
            raise ValueError(f"{self.name}: expected numbers, found {values.dtype}")
        rows = finite_rows(values, self.name)
        if self.kind == "binary" and not np.isin(rows, (0, 1)).all():
            raise ValueError(f"{self.name}: expected 0 and 1")
        return rows

    def _one_hot(self, values: np.ndarray) -> np.ndarray:
        if values.dtype.kind not in "iu":
            raise ValueError(f"{self.name}: expected indices, found {values.dtype}")
        starts = np.array(self.starts)
        indices = values.astype(np.int64) - starts
        wrong = (indices < 0) | (indices >= np.array(self.counts))
        if wrong.any():
            words = ", ".join(
                f"{start} to {start + count - 1}" for start, count in zip(self.starts, self.counts)
            )
            found = values[int(np.argmax(wrong.any(axis=1)))].tolist()
            raise ValueError(f"{self.name}: expected indices of {words}, found {found}")
        rows = np.zeros((len(values), self.width), dtype=np.float32)
        bases = np.cumsum([0, *self.counts[:-1]])
        np.put_along_axis(rows, indices + bases, np.float32(1), axis=1)
        return rows


def finite_rows(values: np.ndarray, name: str, is_single: bool = False) -> np.ndarray:
    """Rows as 32-bit floats. Raises ValueError that names the first number that is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        rows: np.ndarray = values.astype(np.float32)
    finite = np.isfinite(rows)
    if not finite.all():
        row, column = np.unravel_index(int(np.argmin(finite)), rows.shape)
        place = f"{name}/{column}" if is_single or len(rows) == 1 else f"{name}/{row}/{column}"
        raise ValueError(f"{place}: {values[row, column]} is not a finite 32-bit number")
    return rows


def part_values(observation: Any, parts: Sequence[ObservationPart]) -> List[np.ndarray]:
    """What an object has for each part. Raises ValueError for names that miss or are unknown."""
    _require_names(observation, [part.path for part in parts], "observation")
    values = []
    for part in parts:
        value = observation
        for name in part.path:
            value = value[name] if isinstance(value, Mapping) else value[int(name)]
        try:
            values.append(np.asarray(value))
        except ValueError as error:
            raise ValueError(f"{part.name}: {error}") from None
    return values


def _require_names(value: Any, paths: List[Tuple[str, ...]], place: str) -> None:
    """Checks that an object has the names that paths begin with, and no others."""
    if paths == [()]:
        return
    names = list(dict.fromkeys(path[0] for path in paths))
    if isinstance(value, Mapping):
        found = list(value)
    elif isinstance(value, (tuple, list)) and all(name.isdigit() for name in names):
        found = [str(index) for index in range(len(value))]
    else:
        wanted = ", ".join(map(repr, names))
        raise ValueError(f"{place}: expected an object with {wanted}, found {type(value).__name__}")
    for name in found:
        if name not in names:
            near = difflib.get_close_matches(str(name), names, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            if name == "action_mask" and not near:
                hint = "; a mask is an argument of its own, mask="
            raise ValueError(f"{place}/{name}: there is no such part{hint}")
    for name in names:
        if name not in found:
            raise ValueError(f"{place}/{name}: is missing")
        below = value[name] if isinstance(value, Mapping) else value[int(name)]
        _require_names(below, [path[1:] for path in paths if path[0] == name], f"{place}/{name}")
