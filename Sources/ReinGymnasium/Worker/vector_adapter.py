"""Environments that exist only as vectors, driven as vectors of one."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np


class SingleOfVector:
    """A lane's environment that is a vector of one.

    A seeded reset of the whole vector begins a new episode whatever its mode of reset, so the
    phantom step of `NEXT_STEP` is never taken.
    """

    def __init__(self, id: str, options: dict[str, Any]) -> None:
        import gymnasium
        self.vector = gymnasium.make_vec(
            id, num_envs=1, vectorization_mode="vector_entry_point", **options)
        self.observation_space = self.vector.single_observation_space
        self.action_space = self.vector.single_action_space
        self.spec = self.vector.spec
        self.metadata = self.vector.metadata
        self.render_mode = self.vector.render_mode
        # Gymnasium 1.0 had no modes, and reset with the next step.
        mode = self.metadata.get("autoreset_mode")
        self.same_step = getattr(mode, "name", mode) == "SAME_STEP"

    @property
    def unwrapped(self) -> Any:
        return self.vector.unwrapped

    def reset(self, seed: Optional[int] = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        observations, infos = self.vector.reset(seed=seed, options=options)
        return self._first(observations), self._first_info(infos)

    def step(self, action: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        batch = self._batch(action)
        observations, rewards, terminated, truncated, infos = self.vector.step(batch)
        if self.same_step and (terminated[0] or truncated[0]):
            observation = infos["final_obs"][0]
            info = self._first_info(infos.get("final_info", {}))
        else:
            observation, info = self._first(observations), self._first_info(infos)
        return observation, rewards[0], bool(terminated[0]), bool(truncated[0]), info

    def render(self) -> Any:
        frames = self.vector.render()
        return None if frames is None else frames[0]

    def close(self) -> None:
        self.vector.close()

    def _first(self, value: Any) -> Any:
        """The first lane of a batch of values."""
        if isinstance(value, dict):
            return {key: self._first(part) for key, part in value.items()}
        if isinstance(value, tuple):
            return tuple(self._first(part) for part in value)
        return np.array(value[0])

    def _first_info(self, infos: dict[str, Any]) -> dict[str, Any]:
        """The first lane of infos: arrays and dictionaries of them; what is neither stays."""
        return {
            key: self._first(value) if isinstance(value, (np.ndarray, dict)) else value
            for key, value in infos.items() if not key.startswith("_")
        }

    def _batch(self, value: Any) -> Any:
        """A batch of one action."""
        if isinstance(value, dict):
            return {key: self._batch(part) for key, part in value.items()}
        if isinstance(value, tuple):
            return tuple(self._batch(part) for part in value)
        return np.asarray(value)[None]
