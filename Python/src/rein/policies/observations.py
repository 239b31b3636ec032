"""Observations from outside, made into rows of numbers that a policy reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Tuple

import numpy as np

from .parts import ObservationPart, finite_rows, part_values
from .spaces import LIMIT, Box
from .tree import Node


@dataclass(frozen=True)
class ObservationEncoding:
    """How rows are made of an environment's observations."""

    #: The parts of an observation, side by side in a row; one without a name for an observation
    #: that is all of it, and none for arrays of numbers of the space.
    parts: List[ObservationPart]

    @staticmethod
    def read(node: Optional[Node], space: Box) -> ObservationEncoding:
        """Reads the encoding that a file has, if it has one, for rows of a space."""
        if node is None:
            return ObservationEncoding([])
        if isinstance(node.value, list):
            counts = tuple(node.integers(1, LIMIT))
            starts = (0,) * len(counts)
            parts = [ObservationPart((), "oneHot", (), counts, starts)] if counts else []
        else:
            node.require_keys(["parts"])
            parts = [ObservationPart.read(part) for part in node.child("parts").list()]
            _require_paths(node, parts)
        width = sum(part.width for part in parts)
        if parts and width != space.count:
            what = "indices" if isinstance(node.value, list) else "parts"
            raise node.error(f"{what} of {width} numbers, observations of {space.count} numbers")
        return ObservationEncoding(parts)

    @property
    def has_names(self) -> bool:
        """Whether observations are objects."""
        return bool(self.parts) and self.parts[0].path != ()

    def rows(self, observation: Any, space: Box) -> Tuple[np.ndarray, bool]:
        """Rows ``[n, count]`` of 32-bit floats, and whether it was one observation alone.

        Raises ValueError for another shape, and for what is not finite.
        """
        is_tuple = isinstance(observation, tuple) and self.has_names
        if is_tuple and all(part.path[0].isdigit() for part in self.parts):
            return self._rows_of_parts(part_values(observation, self.parts))
        if isinstance(observation, Mapping):
            if not self.has_names:
                raise ValueError(
                    "observation: expected an array of numbers, found an object; give the part of "
                    "it that the policy was trained on"
                )
            return self._rows_of_parts(part_values(observation, self.parts))
        try:
            array = np.asarray(observation)
        except ValueError as error:
            raise ValueError(f"observation: {error}") from None
        if array.dtype.kind not in "biuf":
            raise ValueError(f"observation: expected numbers, found {array.dtype}")
        if len(self.parts) == 1 and not self.has_names:
            part = self.parts[0]
            fits = part.is_one(array.shape) or part.count(array.shape) is not None
            if part.kind == "binary" or (array.dtype.kind in "iu" and fits):
                return self._rows_of_parts([array])
        shape = array.shape
        if shape in (space.shape, (space.count,)):
            is_single = True
        elif len(shape) > 0 and shape[1:] in (space.shape, (space.count,)):
            is_single = False
        else:
            names = "an object, or " if self.has_names else ""
            raise ValueError(
                f"observation: expected {names}the shape {list(space.shape)}, or that behind the "
                f"number of observations, found {list(shape)}"
            )
        return finite_rows(array.reshape(-1, space.count), "observation", is_single), is_single

    def _rows_of_parts(self, values: List[np.ndarray]) -> Tuple[np.ndarray, bool]:
        """The rows of what each part has: of one observation, or of as many everywhere."""
        shapes = [array.shape for array in values]
        is_single = all(part.is_one(shape) for part, shape in zip(self.parts, shapes))
        counts = [1 if is_single else part.count(shape) for part, shape in zip(self.parts, shapes)]
        for part, shape, count in zip(self.parts, shapes, counts):
            if count is None or count != counts[0]:
                expected = list(part.shape) if part.kind != "oneHot" else [part.size]
                raise ValueError(
                    f"{part.name}: expected the shape {expected}, or that behind the number of "
                    f"observations, found {list(shape)}"
                )
        rows = [
            part.rows(array.reshape(count, part.size))
            for part, array, count in zip(self.parts, values, counts)
            if count is not None
        ]
        return np.concatenate(rows, axis=1), is_single


def _require_paths(node: Node, parts: List[ObservationPart]) -> None:
    """Checks that an object can have all parts."""
    paths = {part.path for part in parts}
    if not parts or len(paths) != len(parts):
        raise node.error("no parts, or two of the same path")
    for path in paths:
        if any(path[:length] in paths for length in range(len(path))):
            raise node.error(f"{'/'.join(path)} lies inside a part")


def mask_rows(mask: Any, rows: int, counts: List[int]) -> Optional[np.ndarray]:
    """A mask as ``[rows, sum of counts]``, None where there is none.

    Raises ValueError for another shape, and for one that leaves no choice of a component.
    """
    if mask is None:
        return None
    if not counts:
        raise ValueError("mask: only discrete actions can be masked")
    array = np.asarray(mask)
    width = sum(counts)
    if array.shape not in ((width,), (rows, width)) or (rows > 1 and array.ndim == 1):
        expected = [rows, width] if rows > 1 else [width]
        raise ValueError(f"mask: expected the shape {expected}, found {list(array.shape)}")
    if array.dtype.kind not in "biuf" or not np.isin(array, (0, 1)).all():
        raise ValueError("mask: expected true and false, or 1 and 0")
    array = array.reshape(rows, width).astype(bool)
    base = 0
    for component, count in enumerate(counts):
        if not array[:, base : base + count].any(axis=1).all():
            which = "action" if len(counts) == 1 else f"choice for component {component}"
            raise ValueError(f"mask: a mask must leave at least one valid {which}")
        base += count
    return array
