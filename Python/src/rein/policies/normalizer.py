"""The scaling of observations by the moments that a policy was trained with."""

from __future__ import annotations

from typing import Optional

import numpy as np

from .tree import Node

_EPSILON = 1e-8


class ObservationNormalizer:
    """Scales rows of observations, then limits them.

    The formula of Gymnasium is in single precision, ``(x - shift) * scale``; those of
    Stable-Baselines3 and RLlib are in double, ``(x - offset) / divisor``.
    """

    def __init__(self, node: Node, width: int) -> None:
        """Reads moments, limit and formula that a file has, for rows of ``width`` numbers."""
        node.require_keys(["limit", "moments", "formula"])
        limit = np.float32(node.child("limit").number())
        if not limit > 0:
            raise node.child("limit").error("the limit must be positive")
        moments = node.child("moments")
        moments.require_keys(["count", "mean", "squaredDistances"])
        count = moments.child("count").integer(0, 1 << 53)
        mean = moments.child("mean").tensor("F64", [width])
        squares = moments.child("squaredDistances").tensor("F64", [width])
        if (squares < 0).any():
            raise moments.child("squaredDistances").error("has negative numbers")
        self._limit = limit
        self._is_single = False
        variance = squares / count if count > 0 else np.ones(width)
        formula = node.optional("formula")
        self._offset, self._divisor = mean, np.ones(width)
        kind = _kind(formula)
        if formula is None or kind is None:
            self._is_single = True
            shift = mean if count > 0 else np.zeros(width)
            scale = 1 / np.sqrt(variance + _EPSILON) if count > 0 else np.ones(width)
            self._shift, self._scale = shift.astype(np.float32), scale.astype(np.float32)
        elif kind == "standardScore":
            formula.require_keys(["type", "epsilon"])
            epsilon = formula.child("epsilon").number()
            if not 0 <= epsilon < np.inf:
                raise formula.child("epsilon").error("must be finite and not negative")
            self._divisor = np.sqrt(variance + epsilon)
        else:
            formula.require_keys(["type", "subtractsMean", "dividesByDeviation"])
            if not formula.child("subtractsMean").boolean():
                self._offset = np.zeros(width)
            if formula.child("dividesByDeviation").boolean():
                sample = squares / (count - 1) if count > 1 else mean * mean
                root = np.sqrt(sample.astype(np.float32)) + np.float32(1e-6)
                self._divisor = root.astype(np.float64)

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Scaled rows, as 32-bit floats."""
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            if self._is_single:
                scaled = (rows - self._shift) * self._scale
            else:
                scaled = ((rows.astype(np.float64) - self._offset) / self._divisor).astype(
                    np.float32
                )
            limited: np.ndarray = np.clip(scaled, -self._limit, self._limit)
        return limited


def _kind(formula: Optional[Node]) -> Optional[str]:
    if formula is None:
        return None
    return formula.child("type").word(
        ["standardScore", "meanStdFilter"], "formula of normalisation"
    )
