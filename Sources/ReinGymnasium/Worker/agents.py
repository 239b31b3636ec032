"""What the worker knows of one agent: how its observations, actions and masks become numbers."""

from __future__ import annotations

from typing import Any, Optional

from rein_worker.actions import ActionForm
from rein_worker.observations import ObservationLayout


class Agent:
    """An agent's layouts. An environment for one agent has one without a name."""

    def __init__(self, name: str, key: Any, observation: ObservationLayout, action: ActionForm):
        self.name = name
        # What the environment calls the agent, which need not be text.
        self.key = key
        self.observation = observation
        self.action = action
        self.mask_source: Optional[str] = observation.mask_key and "observation"

    @property
    def mask_width(self) -> int:
        """One for every choice of every discrete action; 0 without masks."""
        return sum(self.action.counts) if self.mask_source else 0

    def is_like(self, other: Agent) -> bool:
        """Whether another agent's observations and actions have the same layout."""
        mine, others = self.observation, other.observation
        return (mine.parts == others.parts and mine.mask_key == others.mask_key
                and self.action.description() == other.action.description())

    def description(self) -> dict[str, Any]:
        """The agent as the trainer hears of it."""
        return {
            "name": self.name,
            "observation": self.observation.parts,
            "action": self.action.description(),
            "maskWidth": self.mask_width,
            "maskSource": self.mask_source,
        }
