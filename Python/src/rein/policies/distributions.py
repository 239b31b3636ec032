"""The kinds of distributions, by the names that files have for them."""

from __future__ import annotations

from typing import Optional

import numpy as np

from .action_values import ActionValues
from .categorical import MultiCategorical
from .distribution import Distribution
from .gaussian import Gaussian
from .spaces import ActionSpace, Box, read_counts
from .tree import Node


def read_distribution(node: Optional[Node], space: ActionSpace) -> Distribution:
    """The distribution that a file has, that of the space if it has none."""
    if node is None:
        if isinstance(space, Box):
            return Gaussian(space.count, "constant")
        return MultiCategorical(space.counts)
    known = {
        "categorical": ["count"],
        "multiCategorical": ["counts"],
        "diagonalGaussian": ["count"],
        "conditionalGaussian": ["count"],
        "squashedGaussian": ["count", "logDeviationMinimum", "logDeviationMaximum"],
        "deterministic": ["count"],
        "stateDependentGaussian": [
            "count", "featureCount", "isSquashed", "meanLimit", "noiseInterval",
        ],
        "actionValues": ["count", "atoms", "low", "high", "isDueling"],
    }  # fmt: skip
    kind = node.child("type").word(known, "distribution of actions")
    node.require_keys(["type", *known[kind]])
    if kind == "multiCategorical":
        return MultiCategorical(read_counts(node.child("counts")))
    count = node.child("count").integer(1, 1 << 24)
    if kind == "categorical":
        return MultiCategorical([count])
    if kind == "actionValues":
        low, high = node.child("low").number(), node.child("high").number()
        atoms = node.child("atoms").integer(1, 4096)
        if atoms > 1 and not (low < high and np.isfinite(np.float32(high) - np.float32(low))):
            raise node.error(f"{low} to {high} is no interval of 32-bit floats")
        return ActionValues(count, atoms, low, high, node.child("isDueling").boolean())
    if kind == "squashedGaussian":
        bounds = [node.child(f"logDeviation{end}").number() for end in ("Minimum", "Maximum")]
        if not bounds[0] <= bounds[1]:
            raise node.error(f"log standard deviations from {bounds[0]} to {bounds[1]}")
        return Gaussian(count, "head", is_squashed=True, bounds=bounds)
    if kind == "stateDependentGaussian":
        limit = node.optional("meanLimit")
        mean_limit = None if limit is None else limit.number()
        if mean_limit is not None and not 0 < mean_limit < np.inf:
            raise node.error(f"means of at most {mean_limit}")
        features = node.child("featureCount").integer(1, 65_536)
        is_squashed = node.child("isSquashed").boolean()
        return Gaussian(count, "features", is_squashed, None, mean_limit, features)
    if kind == "deterministic":
        return Gaussian(count, "none", is_squashed=True)
    return Gaussian(count, "constant" if kind == "diagonalGaussian" else "head")
