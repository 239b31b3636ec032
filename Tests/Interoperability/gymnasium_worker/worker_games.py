"""Small games for several agents in PettingZoo's two forms, for the tests.

Seeds of 1000 or more arm their faults.
"""

import numpy as np
from gymnasium import spaces


class Race:
    """Parallel. Agent i leaves after 3 + i steps: the first terminates, others are truncated."""

    metadata = {"name": "race"}

    def __init__(self, agents=3, fault=None, render_mode=None):
        self.render_mode = render_mode
        self.possible_agents = [f"runner_{place}" for place in range(agents)]
        self.fault = fault

    def observation_space(self, agent):
        return spaces.Box(-100, 100, (2 + self.possible_agents.index(agent),))

    def action_space(self, agent):
        if agent == "runner_1":
            return spaces.Box(-1, 1, (2,))
        return spaces.Discrete(3, start=1) if agent == "runner_0" else spaces.MultiDiscrete([2, 3])

    def see(self, agent):
        place = self.possible_agents.index(agent)
        return np.full(2 + place, self.time + 10 * place + self.luck, np.float32)

    def info(self, agent):
        return (
            {"action_mask": np.array([1, self.time % 2, 1], np.int8)} if agent == "runner_0" else {}
        )

    def reset(self, seed=None, options=None):
        self.armed = seed >= 1000
        self.luck = float(np.random.default_rng(seed).random())
        self.time, self.gone = 0, set()
        self.agents = list(self.possible_agents)
        return {agent: self.see(agent) for agent in self.agents}, {
            a: self.info(a) for a in self.agents
        }

    def step(self, actions):
        live = [a for a in self.agents if a not in self.gone]
        assert set(actions) == set(live), (actions, live)
        for agent, action in actions.items():
            assert self.action_space(agent).contains(action), (agent, action)
        self.time += 1
        before = self.agents
        ended = {a: self.time >= 3 + self.possible_agents.index(a) for a in before}
        terminated = {a: ended[a] and a == "runner_0" for a in before}
        truncated = {a: ended[a] and a != "runner_0" for a in before}
        rewards = {a: float(np.sum(actions.get(a, 0))) for a in before}
        self.agents = [a for a in before if not ended[a]]
        seen, infos = {a: self.see(a) for a in before}, {a: self.info(a) for a in before}
        if self.armed and self.fault == "unknown" and self.time == 2:
            rewards["stranger"] = 1.0
        if self.armed and self.fault == "unseen" and self.time == 2:
            del seen["runner_1"]
        if self.armed and self.fault == "vanish" and self.time == 2:
            self.agents.remove("runner_1")
        if self.armed and self.fault == "raise" and self.time == 2:
            raise ValueError("the race is off")
        if self.fault == "lists":
            # Some leave those in the list who have left, until all have.
            self.gone = {a for a in before if ended[a]}
            self.agents = before if self.agents else []
        return seen, rewards, terminated, truncated, infos

    def render(self):
        return np.full((16, 32, 3), self.time, np.uint8)

    def close(self):
        pass


class Circle:
    """Agents in turn (AEC). Each acts until its own time is up; the second is truncated."""

    metadata = {"name": "circle"}
    render_mode = None

    def __init__(self, fault=None):
        self.possible_agents = [0, 1, 2]
        self.fault = fault

    def observation_space(self, agent):
        return spaces.Dict(
            {"observation": spaces.Box(-100, 100, (2,)), "action_mask": spaces.MultiBinary(4)}
        )

    def action_space(self, agent):
        return spaces.Discrete(4)

    def agent_iter(self, limit=2**62):
        while self.agents and limit:
            limit -= 1
            yield self.agent_selection

    def observe(self, agent):
        mask = np.roll(np.array([1, 1, 0, 1], np.int8), self.time + agent)
        return {
            "observation": np.array([agent, self.time + self.luck], np.float32),
            "action_mask": mask,
        }

    def last(self):
        agent = self.agent_selection
        return (
            self.observe(agent),
            0.0,
            self.terminations[agent],
            self.truncations[agent],
            self.infos[agent],
        )

    def reset(self, seed=None, options=None):
        self.armed = seed >= 1000
        self.luck = float(np.random.default_rng(seed).random())
        self.time, self.turns = 0, {0: 0, 1: 0, 2: 0}
        self.agents = list(self.possible_agents)
        self.agent_selection = 0
        self.rewards = {a: 0.0 for a in self.agents}
        self.terminations = {a: self.fault == "dead" and self.armed and a == 1 for a in self.agents}
        self.truncations = {a: False for a in self.agents}
        self.infos = {a: {} for a in self.agents}

    def step(self, action):
        agent = self.agent_selection
        if self.terminations[agent] or self.truncations[agent]:
            assert action is None
            following = self.after(agent)
            self.agents.remove(agent)
            for table in (self.rewards, self.terminations, self.truncations, self.infos):
                del table[agent]
            # A step of one that has left still pays the others.
            self.rewards = {a: 0.5 for a in self.agents}
            self.agent_selection = following if self.agents else None
            return
        due = self.armed and self.fault == "raise" or self.fault == "always"
        if due and self.time == 2:
            raise ValueError("the circle is broken")
        assert self.observe(agent)["action_mask"][action] or self.time == 0
        self.time += 1
        self.turns[agent] += 1
        self.rewards = {a: float(action) if a == agent else -1.0 for a in self.agents}
        if self.turns[agent] == 2 + agent:
            self.terminations[agent], self.truncations[agent] = agent != 1, agent == 1
        # One that has left is stepped before the others go on.
        if not (self.terminations[agent] or self.truncations[agent]):
            self.agent_selection = self.after(agent)

    def after(self, agent):
        order = (
            self.agents[self.agents.index(agent) + 1 :] + self.agents[: self.agents.index(agent)]
        )
        return order[0] if order else agent

    def close(self):
        pass
