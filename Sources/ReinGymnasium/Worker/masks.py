"""Which actions are allowed: found at the first reset, and the same way ever after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

import numpy as np

from rein_worker.errors import Fault
from rein_worker.observations import MASK_KEY

MaskWriter = Callable[[Any], None]


def mask_method(environment: Any) -> Optional[Callable[[], Any]]:
    """The method `action_masks` of an environment, of a wrapper, or of what is wrapped."""
    for owner in (environment, getattr(environment, "unwrapped", None)):
        method = getattr(owner, "action_masks", None)
        if callable(method):
            return method
    if hasattr(environment, "has_wrapper_attr") and environment.has_wrapper_attr("action_masks"):
        method = environment.get_wrapper_attr("action_masks")
        return method if callable(method) else None
    return None


def mask_reader(source: str, environment: Any) -> Callable[[Any, Any], Any]:
    """A function that finds the mask of (observation, info); nothing where there is none."""
    if source == "observation":
        return lambda observation, info: observation.get(MASK_KEY)
    if source == "info":
        return lambda observation, info: info.get(MASK_KEY)
    method = mask_method(environment)
    if method is None:
        raise Fault("the environment has no method action_masks(), as another of its kind had")
    return lambda observation, info: method()


def player_mask(source: Optional[str], observation: Any, info: Any) -> Any:
    """The mask of one of several agents; nothing where there is none."""
    if source == "observation":
        return observation.get(MASK_KEY)
    return info.get(MASK_KEY) if source == "info" else None


def mask_writer(row: np.ndarray) -> MaskWriter:
    """A function that writes a mask into a row of booleans."""
    shape = row.shape

    def write(mask: Any) -> None:
        if type(mask) is not np.ndarray or mask.shape != shape:
            mask = flat_mask(mask)
            if mask.shape != shape:
                raise Fault(
                    f"action mask: {mask.size} numbers, the actions have {shape[0]} choices")
        if mask.dtype.kind not in "biuf":
            raise Fault(f"action mask: numbers of {mask.dtype}")
        row[...] = mask
    return write


def flat_mask(mask: Any) -> np.ndarray:
    """A mask in several parts (one for each number of the action) as one, in their order."""
    if mask is None:
        raise Fault("action mask: there is none, and there was one at the first reset")
    if isinstance(mask, dict):
        mask = tuple(mask.values())
    if isinstance(mask, (tuple, list)):
        if any(isinstance(part, dict) or np.ndim(part) for part in mask):
            return np.concatenate([flat_mask(part) for part in mask])
    return np.ravel(np.asarray(mask))
