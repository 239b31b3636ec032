"""Continuous actions by their means."""

from __future__ import annotations

from typing import List, Optional

import numpy as np

from .distribution import Distribution, require_head
from .network import Network, Pass
from .randomness import RandomStream
from .spaces import ActionSpace, Box
from .tree import Node


class Gaussian(Distribution):
    """A mean of each dimension, and where its log standard deviation comes from.

    ``deviations`` is ``"constant"`` (parameters of the network), ``"head"`` (behind the means),
    ``"features"`` (what the head reads, by a log standard deviation for each feature), ``"none"``.
    """

    def __init__(
        self,
        count: int,
        deviations: str,
        is_squashed: bool = False,
        bounds: Optional[List[float]] = None,
        mean_limit: Optional[float] = None,
        feature_count: Optional[int] = None,
    ) -> None:
        self.count = count
        self.deviations = deviations
        self.is_squashed = is_squashed
        self.head_width = 2 * count if deviations == "head" else count
        self._bounds = bounds
        self._mean_limit = mean_limit
        self._feature_count = feature_count
        self._logs: Optional[np.ndarray] = None

    def require(self, node: Node, space: ActionSpace, network: Network) -> None:
        if not isinstance(space, Box) or space.count != self.count:
            raise node.error(f"{self.count} dimensions are not those of the action space")
        require_head(node, network, self.head_width)
        shapes = {"constant": (self.count,), "features": (self._feature_count, self.count)}
        logs = network.log_deviations
        if (None if logs is None else logs.shape) != shapes.get(self.deviations):
            raise node.error("the network's log standard deviations are not those of this kind")
        self._logs = None if logs is None else logs.astype(np.float64)

    def outputs(self, heads: Pass) -> np.ndarray:
        if self.deviations in ("head", "none"):
            return heads.head
        if self.deviations == "features":
            logs = 0.5 * np.log(self._variances(heads) + 1e-6)
        else:
            assert self._logs is not None
            logs = np.broadcast_to(self._logs, heads.head.shape)
        return np.concatenate([heads.head, logs.astype(np.float32)], axis=1)

    def modes(self, heads: Pass, mask: Optional[np.ndarray]) -> np.ndarray:
        return self._squashed(self._means(heads))

    def sample(
        self, heads: Pass, mask: Optional[np.ndarray], rate: float, random: RandomStream
    ) -> np.ndarray:
        if self.deviations == "none":
            return self.modes(heads, mask)
        means = self._means(heads)
        if self.deviations == "features":
            deviations = np.sqrt(self._variances(heads))
        else:
            chosen = heads.head[:, self.count :] if self.deviations == "head" else self._logs
            logs = np.asarray(chosen, np.float64)
            if self._bounds is not None:
                logs = np.clip(logs, self._bounds[0], self._bounds[1])
            deviations = np.broadcast_to(np.exp(logs), means.shape)
        noise = np.array([random.normal() for _ in range(means.size)]).reshape(means.shape)
        return self._squashed(means + deviations * noise)

    def _means(self, heads: Pass) -> np.ndarray:
        means = heads.head[:, : self.count].astype(np.float64)
        if self._mean_limit is None:
            return means
        return np.clip(means, -self._mean_limit, self._mean_limit)

    def _squashed(self, actions: np.ndarray) -> np.ndarray:
        return (np.tanh(actions) if self.is_squashed else actions).astype(np.float32)

    def _variances(self, heads: Pass) -> np.ndarray:
        assert self._logs is not None
        variances: np.ndarray = np.square(heads.features) @ np.exp(2 * self._logs)
        return variances
