"""What observation and action spaces have in common: names of places, bounds, refusals."""

from __future__ import annotations

from typing import Any, Union

import numpy as np
from gymnasium import spaces

from rein_worker.errors import UseFault

Path = tuple[str, ...]


def place(kind: str, path: Path) -> str:
    """A part of a space as Python writes it: `observation["camera"][0]`.

    Names of a Dict are quoted; a Tuple's parts go by their index.
    """
    return kind + "".join(f"[{step}]" if step.isdigit() else f'["{step}"]' for step in path)


def bounds(values: np.ndarray, scale: float = 1.0) -> Union[float, list, None]:
    """Bounds as JSON: one number where all are the same; null for infinite ones.

    They are rounded as the rows are, to single precision.
    """
    with np.errstate(over="ignore"):
        rounded = (np.asarray(values, np.float64).ravel() / scale).astype(np.float32)
    if (rounded == rounded[0]).all():
        rounded = rounded[:1]
    numbers = [float(value) + 0.0 if np.isfinite(value) else None for value in rounded]
    return numbers if len(numbers) > 1 else numbers[0]


def refuse(space: Any, name: str) -> UseFault:
    """Why a space cannot become a row of numbers of fixed width."""
    reasons = {
        spaces.Sequence: "Sequence has no fixed size",
        spaces.Graph: "Graph has no fixed size",
        spaces.Text: "Text is no number",
    }
    for kind, reason in reasons.items():
        if isinstance(space, kind):
            return UseFault(f"{name}: {reason}")
    if isinstance(space, getattr(spaces, "OneOf", ())):
        return UseFault(f"{name}: OneOf has no fixed size")
    module = type(space).__module__
    if module.partition(".")[0] == "gym":
        return UseFault(f"{name}: a space of the old package gym; gymnasium's are needed")
    return UseFault(f"{name}: {module}.{type(space).__name__} cannot be made into numbers")
