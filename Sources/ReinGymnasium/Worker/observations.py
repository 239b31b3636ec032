"""Observations as flat rows: each leaf of the space is written into its own slice.

`gymnasium.spaces.flatten` concatenates, which takes longer than a light environment's step. Here
functions are made once for every lane and row, and a step only calls them.
"""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
from gymnasium import spaces

from rein_worker.errors import Fault, UseFault
from rein_worker.leaves import Numbers, OneHot, OneHots, Writer
from rein_worker.spaces import Path, place, refuse

MASK_KEY = "action_mask"


class Group:
    """A Dict or Tuple: its parts side by side, in the order of the space object."""

    def __init__(self, path: Path, space: Any, mask_key: Optional[str], scale: bool) -> None:
        self.name = place("observation", path)
        self.named = isinstance(space, spaces.Dict)
        members = space.spaces if self.named else dict(enumerate(space.spaces))
        self.keys = list(members)
        self.members = {
            key: node(path + (str(key),), space, scale)
            for key, space in members.items() if key != mask_key
        }
        if not self.members:
            raise UseFault(f"{self.name}: a space without parts")
        self.width = sum(member.width for member in self.members.values())

    @property
    def parts(self) -> list[dict[str, Any]]:
        return [part for member in self.members.values() for part in member.parts]

    def writer(self, row: np.ndarray) -> Writer:
        writers, base = [], 0
        for key, member in self.members.items():
            writers.append((key, member.writer(row[base:base + member.width])))
            base += member.width
        count = len(self.keys)

        def write(value: Any) -> None:
            try:
                complete = len(value) == count
            except TypeError:
                complete = False
            if not complete:
                raise self.mismatch(value)
            for key, write_part in writers:
                try:
                    part = value[key]
                except (TypeError, LookupError):
                    raise self.mismatch(value) from None
                write_part(part)
        return write

    def mismatch(self, value: Any) -> Fault:
        """What is wrong with a value that has not the parts of the space."""
        kind = type(value).__name__
        if not self.named:
            found = f"{kind} of {len(value)}" if isinstance(value, (tuple, list)) else kind
            return Fault(f"{self.name}: {found}, the space is a Tuple of {len(self.keys)}")
        if not hasattr(value, "keys"):
            return Fault(f"{self.name}: {kind}, the space is a Dict")
        for key in self.keys:
            if key not in value:
                return Fault(f'{self.name}: no "{key}", which the space has')
        odd = next((key for key in value if key not in self.keys), None)
        return Fault(f'{self.name}: "{odd}", which the space has not')


def node(path: Path, space: Any, scale: bool, mask_key: Optional[str] = None) -> Any:
    """The leaf or group that writes values of a space; refuses what has no fixed width."""
    if isinstance(space, (spaces.Box, spaces.MultiBinary)):
        return Numbers(path, space, scale)
    if isinstance(space, spaces.Discrete):
        return OneHot(path, space)
    if isinstance(space, spaces.MultiDiscrete):
        return OneHots(path, space)
    if isinstance(space, (spaces.Dict, spaces.Tuple)):
        return Group(path, space, mask_key, scale)
    raise refuse(space, place("observation", path))


class ObservationLayout:
    """An observation space as a row of `width` numbers.

    A Dict with an `action_mask` of the right size gives masks: they are taken out, and an
    `observation` that then stands alone is the observation (PettingZoo's and RLlib's form).
    """

    def __init__(self, space: Any, choices: int, scale: bool) -> None:
        self.mask_key: Optional[str] = None
        self.inner_key: Optional[str] = None
        if isinstance(space, spaces.Dict) and choices and MASK_KEY in space.spaces:
            size = spaces.flatdim(space.spaces[MASK_KEY])
            if size != choices:
                raise UseFault(f'observation["{MASK_KEY}"]: {size} numbers, the actions have '
                               f"{choices} choices")
            self.mask_key = MASK_KEY
            if set(space.spaces) == {MASK_KEY, "observation"}:
                self.inner_key = "observation"
                space = space.spaces["observation"]
        self.root = node((), space, scale, None if self.inner_key else self.mask_key)
        self.width: int = self.root.width
        self.parts: list[dict[str, Any]] = self.root.parts
        self.named = isinstance(space, (spaces.Dict, spaces.Tuple))

    def writer(self, row: np.ndarray) -> Writer:
        """A function that writes an observation into a row of `width` numbers."""
        write, key = self.root.writer(row), self.inner_key
        if key is None:
            return write

        def write_inner(value: Any) -> None:
            try:
                value = value[key]
            except (TypeError, LookupError):
                raise Fault(f'observation: no "{key}", which the space has') from None
            write(value)
        return write_inner
