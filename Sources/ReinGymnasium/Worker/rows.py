"""The memory shared with the trainer, as views of its arrays."""

from __future__ import annotations

import mmap
from typing import Any, Optional

import numpy as np

from rein_worker.agents import Agent


class Rows:
    """Views of the shared arrays: numpy for rows of numbers, memoryviews for single numbers.

    Reading or writing one number through a memoryview takes half of numpy's time.
    """

    def __init__(
        self, descriptor: int, message: dict[str, Any], agents: list[Agent], several: bool,
    ) -> None:
        self.lanes = lanes = int(message["lanes"])
        self.offsets: dict[str, int] = message["offsets"]
        self.mapping = mmap.mmap(descriptor, int(message["size"]))
        blocks = len(message["blocks"])
        action_width = sum(agent.action.width for agent in agents)
        width = sum(agent.observation.width for agent in agents)
        mask_width = sum(agent.mask_width for agent in agents)
        count = len(agents)

        self.header = self._numbers("header", "q", 8, 4)
        self.requests = self._numbers("requests", "Q", 8, blocks)
        self.replies = self._numbers("replies", "Q", 8, blocks)
        self.next_seeds = self._numbers("nextSeeds", "I", 4, lanes)
        self.actions = self._array("actions", np.float32, lanes, action_width)
        self.observations = self._array("observations", np.float32, lanes, width)
        self.masks = self._masks("masks", lanes, mask_width)
        if several:
            self.rewards = self._numbers("rewards", "d", 8, lanes * count)
            self.statuses = self._numbers("statuses", "B", 1, lanes * count)
            self.acts = self._numbers("acts", "B", 1, lanes * count)
            self.in_play = self._numbers("inPlay", "B", 1, lanes * count)
            self.episodes = self._numbers("episodes", "B", 1, lanes)
            self.next_observations = self._array("nextObservations", np.float32, lanes, width)
            self.next_masks = self._masks("nextMasks", lanes, mask_width)
            self.next_acts = self._numbers("nextActs", "B", 1, lanes * count)
            self.next_in_play = self._numbers("nextInPlay", "B", 1, lanes * count)
        else:
            self.rewards = self._numbers("rewards", "d", 8, lanes)
            self.statuses = self._numbers("statuses", "B", 1, lanes)
            self.finals = self._array("finals", np.float32, lanes, width)
            self.final_masks = self._masks("finalMasks", lanes, mask_width)

    def _numbers(self, name: str, form: str, size: int, count: int) -> memoryview:
        """`count` numbers of one kind (a letter of `struct`)."""
        offset = self.offsets[name]
        return memoryview(self.mapping)[offset:offset + size * count].cast(form)

    def _array(self, name: str, kind: type, lanes: int, width: int) -> np.ndarray:
        """Rows of `width` numbers, `[lanes, width]`."""
        array = np.frombuffer(self.mapping, kind, lanes * width, self.offsets[name])
        return array.reshape(lanes, width)

    def _masks(self, name: str, lanes: int, width: int) -> Optional[np.ndarray]:
        """Masks as booleans, which turn every number but zero into one; nothing without masks."""
        return self._array(name, np.bool_, lanes, width) if width else None
