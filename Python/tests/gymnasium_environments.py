"""Environments that need Gymnasium."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

import gymnasium
import numpy as np
from gymnasium import spaces


class Parts(gymnasium.Env):  # type: ignore[misc,type-arg]
    """Observations with parts; the reward is for choosing what one of them says."""

    def __init__(self, colors: int = 3) -> None:
        self.observation_space = spaces.Dict(
            {
                "position": spaces.Box(-1, 1, (2,), np.float32),
                "goal": spaces.Dict({"color": spaces.Discrete(colors, start=1)}),
                "flags": spaces.MultiBinary(2),
            }
        )
        self.action_space = spaces.Discrete(colors, start=1)
        self._step = 0

    def reset(
        self, *, seed: Optional[int] = None, options: Optional[Dict[str, Any]] = None
    ) -> Tuple[Any, Dict[str, Any]]:
        """A new episode."""
        super().reset(seed=seed)
        self._step = 0
        return self._observation(), {}

    def step(self, action: Any) -> Tuple[Any, float, bool, bool, Dict[str, Any]]:
        """A step; the last one is the tenth."""
        reward = float(action == self._color)
        self._step += 1
        return self._observation(), reward, False, self._step == 10, {}

    def _observation(self) -> Dict[str, Any]:
        colors = self.action_space.n
        self._color = int(self.np_random.integers(1, colors + 1))
        return {
            "position": self.np_random.uniform(-1, 1, 2).astype(np.float32),
            "goal": {"color": np.int64(self._color)},
            "flags": self.np_random.integers(0, 2, 2, dtype=np.int8),
        }


class Broken(Parts):
    """Fails in the middle of an episode, after many steps."""

    def __init__(self, steps: int = 0) -> None:
        super().__init__()
        self._rest = steps

    def step(self, action: Any) -> Tuple[Any, float, bool, bool, Dict[str, Any]]:
        """Steps as long as it may."""
        self._rest -= 1
        if self._rest < 0 and self._step == 4:
            raise RuntimeError("the gripper is stuck")
        return super().step(action)


def make_parts(colors: int = 2) -> Parts:
    """Makes the first one."""
    return Parts(colors)
