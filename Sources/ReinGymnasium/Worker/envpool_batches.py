"""Batches of observations and actions, as EnvPool gives and takes them, and a block's rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

import numpy as np
from gymnasium import spaces

from rein_worker.agents import Agent


def batch_writer(agent: Agent, block: np.ndarray) -> Callable[[Any, np.ndarray], None]:
    """A function that writes a batch of observations into rows of a block, `[lanes, width]`."""
    writers = [agent.observation.writer(row) for row in block]

    def write(observations: Any, order: np.ndarray) -> None:
        for position, lane in enumerate(order.tolist()):
            writers[lane](element(observations, position))

    parts = agent.observation.parts
    if agent.observation.named or parts[0]["kind"] != "box":
        return write
    check = agent.observation.root
    if check.divisor != 1:
        return write
    view = block.reshape((len(block),) + check.shape)

    def write_boxes(observations: Any, order: np.ndarray) -> None:
        check.array(observations[0])
        view[order] = observations
    return write_boxes


def batch_decoder(space: Any, block: np.ndarray) -> Callable[[], np.ndarray]:
    """A function that makes a batch of actions of a block's rows."""
    count = len(block)
    if isinstance(space, spaces.Discrete):
        start, dtype = int(space.start), space.dtype
        return lambda: block[:, 0].astype(dtype) + dtype.type(start)
    dtype, shape = space.dtype, (count,) + tuple(space.shape)
    start = getattr(space, "start", None)
    if start is not None and np.any(start):
        return lambda: block.astype(dtype).reshape(shape) + start
    return lambda: block.astype(dtype).reshape(shape)


def element(batch: Any, place: int) -> Any:
    """One observation of a batch."""
    if isinstance(batch, dict):
        return {key: element(part, place) for key, part in batch.items()}
    if isinstance(batch, tuple):
        return tuple(element(part, place) for part in batch)
    return batch[place]


class SingleOfPool:
    """A pool of one as an environment, for looking at it."""

    def __init__(self, pool: Any) -> None:
        self.pool = pool
        self.observation_space, self.action_space = pool.observation_space, pool.action_space

    def reset(self, seed: Optional[int] = None) -> tuple[Any, dict[str, Any]]:
        observations, _ = self.pool.reset()
        return element(observations, 0), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        observations, rewards, terminated, truncated, _ = self.pool.step(
            np.asarray(action)[None], np.zeros(1, np.int32))
        ends = bool(terminated[0]), bool(truncated[0])
        return (element(observations, 0), float(rewards[0]), *ends, {})

    def close(self) -> None:
        self.pool.close()
