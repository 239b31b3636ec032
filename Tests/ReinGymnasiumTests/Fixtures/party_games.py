"""Games for several agents in PettingZoo's two forms."""

import os
import signal
import time

import numpy as np
from gymnasium import spaces
from pettingzoo import AECEnv, ParallelEnv


def make_trouble(trouble, file):
    """Makes trouble while the file is there, which is taken away."""
    try:
        os.remove(file)
    except FileNotFoundError:
        # Another worker may have taken it at the same time.
        return
    if trouble == "raise":
        raise ValueError("the baton fell")
    if trouble == "kill":
        os.kill(os.getpid(), signal.SIGKILL)


class Relay(ParallelEnv):
    """All act at once. Runner i leaves after 2 + 3 i steps, and is back after one more if it is the first.

    The first one terminates, and the others are truncated. Runners have different spaces; the first
    has a mask. What an agent sees depends on the actions of all, and on luck.
    """

    metadata = {"name": "relay"}

    def __init__(self, agents=3, trouble="", when=4, file=""):
        self.possible_agents = [f"runner_{place}" for place in range(agents)]
        self.trouble, self.when, self.file = trouble, when, file

    def observation_space(self, agent):
        return spaces.Box(-np.inf, np.inf, (2 + self.possible_agents.index(agent),), np.float64)

    def action_space(self, agent):
        place = self.possible_agents.index(agent)
        if place == 0:
            return spaces.Discrete(3, start=1)
        return spaces.Box(-1, 1, (2,)) if place == 1 else spaces.MultiDiscrete([2, 3])

    def see(self, agent):
        place = self.possible_agents.index(agent)
        sight = np.full(2 + place, self.luck + place + self.time)
        sight[-1] = self.sum
        return sight

    def info(self, agent):
        return {"action_mask": np.array([1, self.time % 2, 1])} if agent == "runner_0" else {}

    def reset(self, seed=None, options=None):
        generator = np.random.default_rng(seed)
        if self.trouble == "clock":
            generator = np.random.default_rng(time.perf_counter_ns())
        self.generator, self.luck = generator, generator.random()
        self.time, self.sum = 0, 0.0
        self.agents = list(self.possible_agents)
        return {key: self.see(key) for key in self.agents}, {key: self.info(key) for key in self.agents}

    def step(self, actions):
        assert set(actions) == set(self.agents), (actions, self.agents)
        self.time += 1
        if self.time == self.when:
            make_trouble(self.trouble, self.file)
        for key, action in actions.items():
            assert self.action_space(key).contains(action), (key, action)
            self.sum += float(np.sum(action)) * self.generator.random()
        before = list(self.agents)
        ends = {key: 2 + 3 * self.possible_agents.index(key) == self.time for key in before}
        self.agents = [key for key in before if not ends[key]]
        shown = before + ["runner_0"] * (self.time == 3)
        if self.time == 3:
            self.agents.insert(0, "runner_0")
        if self.time == 6 and "runner_0" in self.agents:
            ends["runner_0"] = True
            self.agents.remove("runner_0")
        return (
            {key: self.see(key) for key in shown},
            {key: self.sum + self.possible_agents.index(key) for key in before},
            {key: ends[key] and key == "runner_0" for key in before},
            {key: ends[key] and key != "runner_0" for key in before},
            {key: self.info(key) for key in shown},
        )


class Dice(AECEnv):
    """Agents in turn: the one who throws six is out, and the last one is truncated.

    Those whose turn it is not have a mask without a choice, as in PettingZoo's classic games.
    """

    metadata = {"name": "dice"}

    def __init__(self, agents=3, trouble="", file=""):
        super().__init__()
        self.possible_agents = [f"player_{place}" for place in range(agents)]
        self.trouble, self.file = trouble, file
        self.render_mode = None

    def observation_space(self, agent):
        return spaces.Dict({
            "observation": spaces.Box(0, 1000, (3,), np.float32),
            "action_mask": spaces.Box(0, 1, (4,), np.int8),
        })

    def action_space(self, agent):
        return spaces.Discrete(4)

    def observe(self, agent):
        mask = np.zeros(4, np.int8)
        if agent == self.agent_selection:
            mask[self.dice % 2:] = 1
        seen = np.array([self.possible_agents.index(agent), self.dice, self.sum], np.float32)
        return {"observation": seen, "action_mask": mask}

    def reset(self, seed=None, options=None):
        self.generator = np.random.default_rng(seed)
        self.agents = list(self.possible_agents)
        self.agent_selection = self.agents[0]
        self.dice = self.sum = 0
        self.rewards = dict.fromkeys(self.agents, 0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self.infos = {key: {} for key in self.agents}

    def step(self, action):
        agent = self.agent_selection
        if self.terminations[agent] or self.truncations[agent]:
            self._was_dead_step(action)
            return
        make_trouble(self.trouble, self.file)
        self._cumulative_rewards[agent] = 0
        self.dice = int(self.generator.integers(1, 7)) + int(action)
        self.sum += self.dice
        self.rewards = {key: float(self.dice) if key == agent else -1.0 for key in self.agents}
        following = self.agents[(self.agents.index(agent) + 1) % len(self.agents)]
        if self.dice >= 6:
            self.terminations[agent] = True
            others = [key for key in self.agents if key != agent]
            if len(others) == 1:
                self.truncations[others[0]] = True
        self._accumulate_rewards()
        self.agent_selection = following
        if self.dice >= 6:
            self._deads_step_first()


def relay(**options):
    return Relay(**options)


def dice(**options):
    return Dice(**options)
