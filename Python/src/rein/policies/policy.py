"""Acting with a policy that was trained."""

from __future__ import annotations

import os
from typing import Any, Optional, Tuple, Union

import numpy as np

from .action_values import ActionValues
from .checkpoint import read_policy_state
from .distributions import read_distribution
from .network import Network, Pass
from .normalizer import ObservationNormalizer
from .observations import ObservationEncoding, mask_rows
from .randomness import RandomStream
from .spaces import ActionSpace, Box, Discrete, read_action_space
from .tensors import read_state

#: A discrete action, or an array: choices, elements of a continuous action, or many actions.
Action = Union[int, np.ndarray]

_KEYS = [
    "version", "observationSpace", "actionSpace", "actionTransform", "distribution",
    "explorationRate", "network", "noise", "observationNormalizer", "rewardScaler", "learner",
    "masksActions", "observationEncoding", "rllib",
]  # fmt: skip


class Policy:
    """A policy that acts in NumPy, from the files of a checkpoint alone.

        policy = rein.Policy("runs/HalfCheetah-v5-ppo-seed0")
        action = policy.action(observation)

    Observations come as one (of the shape of the space, or flat) or as many, along a first axis;
    the answer is one or many in the same way. Where observations of the environment are indices,
    arrays of integers are indices, and arrays of floats the rows of 0 and 1 that they make.

    Outputs are those of ``rein predict`` up to 1e-6 of the largest. A policy with memory takes a
    ``state``, begun with ``initial_state`` for every episode, which each call takes one observation
    further, in place; without one it acts as at the start of an episode.
    """

    def __init__(self, path: Union[str, os.PathLike[str]], policy: Optional[str] = None) -> None:
        """Reads a policy.

        ``path`` is the directory of a run (then its newest checkpoint), of the checkpoint of an
        algorithm, or of one of a policy; ``policy`` is the id where there are several. Raises
        CheckpointError when it is missing, damaged or of a kind that is not read.
        """
        data, self.path, self.id = read_policy_state(os.fspath(path), policy)
        root = read_state(data, self.path)
        root.child("version").integer(1, 1)
        root.require_keys(_KEYS)
        #: The space of observations.
        self.observation_space: Box = Box.read(root.child("observationSpace"))
        #: The space of actions.
        self.action_space: ActionSpace = read_action_space(root.child("actionSpace"))
        space = root.optional("distribution")
        self._distribution = read_distribution(space, self.action_space)
        values = self._distribution
        is_dueling = isinstance(values, ActionValues) and values.is_dueling
        node = root.child("network")
        self._network = Network(node, needs_values=is_dueling)
        if self._network.inputs != self.observation_space.count:
            raise node.error(
                f"the network reads {self._network.inputs} numbers, the observation space has "
                f"{self.observation_space.count}"
            )
        values.require(space or node, self.action_space, self._network)
        transform = root.child("actionTransform")
        self._transform = transform.word(["none", "clip", "rescale"], "action transform")
        if self._transform != "none" and not isinstance(self.action_space, Box):
            raise transform.error('discrete actions cannot be transformed; use "none"')
        normalizer = root.optional("observationNormalizer")
        self._normalizer = (
            None
            if normalizer is None
            else ObservationNormalizer(normalizer, self.observation_space.count)
        )
        rate = root.optional("explorationRate")
        self._rate = 0.0 if rate is None else rate.number()
        if rate is not None and not 0 <= self._rate <= 1:
            raise rate.error("an exploration rate is a probability")
        self._encoding = ObservationEncoding.read(
            root.optional("observationEncoding"), self.observation_space
        )
        self._random = RandomStream(0)

    @property
    def state_width(self) -> int:
        """The number of floats that acting carries between observations; 0 without memory."""
        return self._network.state_width

    def initial_state(self, rows: Optional[int] = None) -> np.ndarray:
        """The state at the start of an episode; of ``rows`` episodes, ``[rows, state_width]``."""
        shape = [self.state_width] if rows is None else [rows, self.state_width]
        return np.zeros(shape, dtype=np.float32)

    def outputs(self, observation: Any, state: Optional[np.ndarray] = None) -> np.ndarray:
        """The policy's raw numbers: logits, values, or means and then log standard deviations.

        Raises ValueError for an observation or a state of another shape, or that is not finite.
        """
        heads, is_single = self._heads(observation, state)
        outputs = self._distribution.outputs(heads)
        return outputs[0] if is_single else outputs

    def action(
        self, observation: Any, mask: Any = None, state: Optional[np.ndarray] = None
    ) -> Action:
        """The most likely action, as the environment takes it.

        ``mask`` says which actions are valid, with an entry for each, or for each choice of every
        component. Raises ValueError as ``outputs`` does, and for a mask that leaves none.
        """
        return self._act(observation, mask, state, is_drawn=False)

    def sample(
        self,
        observation: Any,
        mask: Any = None,
        state: Optional[np.ndarray] = None,
        seed: Optional[int] = None,
    ) -> Action:
        """An action drawn at random, as in training.

        With a ``seed`` the draws begin anew, and are those of ``rein predict --explore --seed``;
        without, they go on. Raises ValueError as ``action`` does.
        """
        if seed is not None:
            self._random = RandomStream(seed)
        return self._act(observation, mask, state, is_drawn=True)

    def __repr__(self) -> str:
        name = f", policy={self.id!r}" if self.id is not None else ""
        return f"rein.Policy({os.path.dirname(self.path)!r}{name})"

    def _act(
        self, observation: Any, mask: Any, state: Optional[np.ndarray], is_drawn: bool
    ) -> Action:
        space = self.action_space
        counts = [] if isinstance(space, Box) else space.counts
        # The mask before the heads, which move the state on.
        rows, is_single = self._rows(observation)
        allowed = mask_rows(mask, len(rows), counts)
        heads = self._pass(rows, state, is_single)
        if is_drawn:
            actions = self._distribution.sample(heads, allowed, self._rate, self._random)
        else:
            actions = self._distribution.modes(heads, allowed)
        if isinstance(space, Discrete):
            numbers = actions[:, 0].astype(np.int64) + space.start
            return int(numbers[0]) if is_single else numbers
        if isinstance(space, Box):
            actions = self._transformed(actions, space).reshape(len(rows), *space.shape)
        result: np.ndarray = actions[0] if is_single else actions
        return result

    def _heads(self, observation: Any, state: Optional[np.ndarray]) -> Tuple[Pass, bool]:
        rows, is_single = self._rows(observation)
        return self._pass(rows, state, is_single), is_single

    def _rows(self, observation: Any) -> Tuple[np.ndarray, bool]:
        rows, is_single = self._encoding.rows(observation, self.observation_space)
        return (rows if self._normalizer is None else self._normalizer(rows)), is_single

    def _pass(self, rows: np.ndarray, state: Optional[np.ndarray], is_single: bool) -> Pass:
        """Computes the heads, and moves the state on if one is kept."""
        if state is None:
            return self._network(rows, self.initial_state(len(rows)))
        if self.state_width == 0:
            raise ValueError("state: the policy has no memory; leave it out")
        shape = (self.state_width,) if is_single else (len(rows), self.state_width)
        if not isinstance(state, np.ndarray) or state.shape != shape or state.dtype != np.float32:
            raise ValueError(
                f"state: expected an array of 32-bit floats of shape {list(shape)}, as "
                "initial_state makes it"
            )
        if not np.isfinite(state).all():
            raise ValueError("state: has numbers that are not finite")
        heads = self._network(rows, state.reshape(len(rows), -1))
        state[...] = heads.states.reshape(shape)
        return heads

    def _transformed(self, actions: np.ndarray, space: Box) -> np.ndarray:
        """Elements as they go to the environment, in single precision."""
        if self._transform == "none":
            return actions
        if self._transform == "rescale":
            with np.errstate(over="ignore", invalid="ignore"):
                distance = space.high - space.low
                stretched = space.low + (actions + np.float32(1)) * np.float32(0.5) * distance
            actions = np.where(np.isfinite(distance), stretched, actions)
        limited: np.ndarray = np.clip(actions, space.low, space.high)
        return limited
