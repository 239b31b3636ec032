"""Rewards and ends of episodes as environments give them."""

from __future__ import annotations

from typing import Any

import numpy as np

from rein_worker.errors import Fault

RUNNING, TERMINATED, TRUNCATED = 0, 1, 2


def reset_parts(result: Any) -> tuple[Any, Any]:
    """What a reset gave: an observation and an info."""
    # An observation alone may be an array or a Dict of two, and come apart as well.
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise Fault(f"reset gave {_shape(result)}, not (observation, info)")
    return result[0], result[1]


def step_parts(result: Any) -> tuple[Any, Any, Any, Any, Any]:
    """What a step gave: observation, reward, terminated, truncated, info."""
    if not isinstance(result, (tuple, list)) or len(result) != 5:
        raise Fault(f"step gave {_shape(result)}, not (observation, reward, terminated, "
                    "truncated, info)")
    return result[0], result[1], result[2], result[3], result[4]


def _shape(result: Any) -> str:
    """What a call gave, in a few words."""
    kind = type(result).__name__
    return f"a {kind} of {len(result)}" if isinstance(result, (tuple, list)) else f"a {kind}"


def ended(value: Any, name: str) -> bool:
    """Whether an end is true: a bool, numpy's, or an array without dimensions of them."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind == "b":
        return bool(value)
    raise Fault(f"{name}: {value!r:.80} ({type(value).__name__}) is no bool")


def status(terminated: Any, truncated: Any) -> int:
    """How a step ended. Beyond a termination lies nothing, truncated or not."""
    over, cut = ended(terminated, "terminated"), ended(truncated, "truncated")
    return TERMINATED if over else TRUNCATED if cut else RUNNING


def number(value: Any) -> float:
    """A reward: a Python or numpy number, or an array without dimensions."""
    plain = isinstance(value, (float, int, np.floating, np.integer, np.bool_))
    if not plain and isinstance(value, np.ndarray):
        plain = value.shape == () and value.dtype.kind in "fiub"
    if plain:
        try:
            return float(value)
        except OverflowError:
            raise Fault("reward: an integer that is too large") from None
    raise Fault(f"reward: {value!r:.80} ({type(value).__name__}) is no number")
