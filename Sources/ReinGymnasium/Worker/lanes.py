"""The lanes of a worker whose environments are made one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

import numpy as np

from rein_worker import survey
from rein_worker.agents import Agent
from rein_worker.errors import Moment, UseFault
from rein_worker.factory import Factory, is_several, takes_turns
from rein_worker.gymnasium_lane import Lane, gymnasium_lane
from rein_worker.rows import Rows


class EnvironmentLanes:
    """Makes environments, and binds one to each lane.

    Environments stay for the next `begin`: making them may take seconds.
    """

    def __init__(self, factory: Factory, scale_images: bool) -> None:
        self.factory = factory
        self.environments: list[Any] = []
        self.agents: list[Agent] = []
        self.several = self.turns = False
        self.scale_images = scale_images
        self.lanes: list[Lane] = []
        # The seed of every lane's episode.
        self.seeds: list[Optional[int]] = []

    def first(self) -> Any:
        """The environment that is looked at before there are lanes."""
        if not self.environments:
            self.environments.append(self.factory.make(check=True))
        return self.environments[0]

    def fresh(self) -> Any:
        """An environment that no lane has, for checks."""
        return self.factory.make()

    def survey(self, moment: Moment) -> dict[str, Any]:
        """What the trainer hears: the spaces of the first environment, and what it does."""
        environment = self.first()
        moment.at("spaces")
        self.several, self.turns = is_several(environment), takes_turns(environment)
        if self.several:
            from rein_worker import players_survey
            self.agents = self._agents(environment)
            seconds = players_survey.look(self.agents, environment, self.turns, moment)
        else:
            self.agents = self._agents(environment)
            seconds = survey.look(self.agents[0], environment, moment)
        return survey.description(
            self.agents, environment, self.factory.id, seconds,
            several=self.several, turns=self.turns)

    def make(self, count: int) -> None:
        """Makes environments until there are `count`."""
        while len(self.environments) < count:
            made = self.factory.make()
            self._compare(made)
            self.environments.append(made)

    def bind(self, rows: Rows, blocks: list[list[int]]) -> tuple[list[Callable], list[Callable]]:
        """Binds environments to the rows: functions that step each block, and that reset it."""
        self.seeds = [None] * rows.lanes
        self.lanes = [self._lane(rows, lane) for lane in range(rows.lanes)]
        steps = [_all([lane.step for lane in self.lanes[start:end]]) for start, end in blocks]
        resets = [_all([lane.reset for lane in self.lanes[start:end]]) for start, end in blocks]
        return steps, resets

    def replay(self, lane: int, seed: int, actions: np.ndarray) -> tuple[int, bool]:
        """Begins a lane's episode anew and takes steps; how many, and whether it is over."""
        return self.lanes[lane].replay(seed, actions)

    def release(self) -> None:
        """Forgets the lanes; the environments stay."""
        self.lanes = []

    def close(self) -> None:
        """Closes all environments, whatever they say to it."""
        for environment in self.environments:
            try:
                environment.close()
            except Exception:
                pass
        self.environments = []

    def _agents(self, environment: Any) -> list[Agent]:
        """The layouts of an environment's agents."""
        if self.several:
            from rein_worker import players_survey
            return players_survey.agents(environment, self.scale_images)
        observation, action = environment.observation_space, environment.action_space
        return [survey.layouts("", None, observation, action, self.scale_images)]

    def _compare(self, environment: Any) -> None:
        """Refuses an environment that another lane has, or that is not like the first."""
        if any(_inner(environment) is _inner(other) for other in self.environments):
            raise UseFault(f"{self.factory.id} made the same environment twice; each lane needs "
                           "its own")
        agents = self._agents(environment)
        same = [agent.key for agent in agents] == [agent.key for agent in self.agents]
        if not same or not all(map(Agent.is_like, agents, self.agents)):
            raise UseFault(f"{self.factory.id} made an environment with other spaces than before")

    def _lane(self, rows: Rows, lane: int) -> Lane:
        environment = self.environments[lane]
        if not self.several:
            return gymnasium_lane(environment, self.agents[0], rows, lane, self.seeds)
        if self.turns:
            from rein_worker.sequential_lane import sequential_lane
            return sequential_lane(environment, self.agents, rows, lane, self.seeds)
        from rein_worker.parallel_lane import parallel_lane
        return parallel_lane(environment, self.agents, rows, lane, self.seeds)


def _inner(environment: Any) -> Any:
    """An environment without its wrappers."""
    return getattr(environment, "unwrapped", environment)


def _all(functions: list[Callable[[], None]]) -> Callable[[], None]:
    """A function that calls all of them in order."""
    if len(functions) == 1:
        return functions[0]

    def call() -> None:
        for function in functions:
            function()
    return call
