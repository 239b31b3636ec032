"""The lanes of EnvPool, which steps a block's environments at once on threads of its own.

A pool is made for every block, and anew whenever the block is reset: EnvPool takes seeds only when
a pool is made. Each lane's first episode has the seed asked for; later ones follow from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

import numpy as np
from gymnasium import spaces

from rein_worker import survey
from rein_worker.agents import Agent
from rein_worker.envpool_batches import SingleOfPool, batch_decoder, batch_writer
from rein_worker.errors import Fault, Moment, UseFault
from rein_worker.hints import nearest
from rein_worker.rows import Rows
from rein_worker.values import RUNNING, TERMINATED, TRUNCATED

NOTE = ("EnvPool takes seeds only when a pool is made: episodes after a lane's first have none, "
        "and cannot be replayed; a run that is resumed begins new ones")


class EnvPoolLanes:
    """Makes pools, one for each block of lanes."""

    def __init__(self, id: str, options: dict[str, Any], render: bool, scale_images: bool) -> None:
        import envpool
        if render:
            raise UseFault("EnvPool's environments are not recorded; take gymnasium's")
        known = envpool.list_all_envs()
        if id not in known:
            raise UseFault(f"EnvPool has no {id}{nearest(id, known)}")
        self.id, self.options, self.scale_images = id, options, scale_images
        self.several = self.turns = False
        self.agents: list[Agent] = []
        self.seeds: list[Optional[int]] = []
        self.pools: list[Any] = []
        self.lists_of_seeds = True
        self.probe: Any = None

    def pool(self, seeds: list[int]) -> Any:
        """A pool with one environment for each seed."""
        import envpool
        # Older versions take one seed, and count on from it.
        seed = seeds if self.lists_of_seeds else seeds[0]
        return envpool.make_gymnasium(self.id, num_envs=len(seeds), seed=seed, **self.options)

    def first(self) -> Any:
        """The pool of one environment that is looked at before there are lanes."""
        if self.probe is None:
            try:
                self.probe = self.pool([0])
            except (TypeError, RuntimeError, ValueError):
                self.lists_of_seeds = False
                self.probe = self.pool([0])
        return self.probe

    def fresh(self) -> Any:
        """The environment for checks: one of a pool."""
        return SingleOfPool(self.pool([0]))

    def survey(self, moment: Moment) -> dict[str, Any]:
        """What the trainer hears."""
        probe = self.first()
        moment.at("spaces")
        config, space = probe.config, probe.action_space
        players = config.get("max_num_players", 1)
        if players > 1:
            raise UseFault(f"{self.id} has {players} players; EnvPool's are stepped for one")
        if isinstance(space, (spaces.Dict, spaces.Tuple)):
            raise UseFault(f"{self.id}: actions of several parts")
        agent = survey.layouts("", None, probe.observation_space, space, self.scale_images)
        seconds = survey.look(agent, SingleOfPool(probe), moment)
        self.agents = [agent]
        answer = survey.description(self.agents, probe, self.id, seconds, replays=False)
        limit, threshold = config.get("max_episode_steps"), config.get("reward_threshold")
        answer.update(
            id=self.id, notes=[NOTE],
            timeLimit=int(limit) if limit and 0 < limit < 1 << 30 else None,
            rewardThreshold=float(threshold) if survey.is_finite(threshold) else None)
        return answer

    def make(self, count: int) -> None:
        """Nothing: pools are made when their blocks are reset, with the seeds they get then."""

    def bind(self, rows: Rows, blocks: list[list[int]]) -> tuple[list[Callable], list[Callable]]:
        """Functions that step each block, and that reset it."""
        self.seeds = [None] * rows.lanes
        self.pools = [None] * len(blocks)
        bound = [self._block(rows, place, start, end) for place, (start, end) in enumerate(blocks)]
        return [step for step, _ in bound], [reset for _, reset in bound]

    def _block(
        self, rows: Rows, place: int, start: int, end: int,
    ) -> tuple[Callable[[], None], Callable[[], None]]:
        agent, space, count = self.agents[0], self.probe.action_space, end - start
        write = batch_writer(agent, rows.observations[start:end])
        write_finals = batch_writer(agent, rows.finals[start:end])
        decode = batch_decoder(space, rows.actions[start:end])
        header, rewards, statuses = rows.header, rows.rewards, rows.statuses
        everyone = np.arange(count, dtype=np.int32)
        steps = np.zeros(count, np.int64)

        def reset() -> None:
            header[0], header[1] = start, 0
            seeds = list(rows.next_seeds[start:end])
            if self.pools[place] is not None:
                self.pools[place].close()
            self.pools[place] = self.pool(seeds)
            self.seeds[start:end] = seeds
            observations, info = self.pools[place].reset()
            write(observations, info["env_id"])
            statuses[start:end] = bytes(count)
            steps[:] = 0

        def step() -> None:
            header[0], header[1] = start, int(steps[0]) + 1
            pool = self.pools[place]
            if pool is None:
                raise Fault("a step before the first reset")
            observations, given, terminated, truncated, info = pool.step(decode(), everyone)
            order = info["env_id"]
            rewards_of = given.tolist()
            over = terminated | truncated
            for position, lane in enumerate(order.tolist()):
                rewards[start + lane] = rewards_of[position]
                statuses[start + lane] = RUNNING if not over[position] else \
                    TERMINATED if terminated[position] else TRUNCATED
            steps[:] += 1
            if not over.any():
                write(observations, order)
                return
            write(observations, order)
            ended = np.sort(order[over])
            write_finals(observations, order)
            steps[ended] = 0
            for lane in ended.tolist():
                self.seeds[start + lane] = None
            header[0], header[1] = start + int(ended[0]), 0
            observations, info = pool.reset(ended.astype(np.int32))
            write(observations, info["env_id"])

        return step, reset

    def replay(self, lane: int, seed: int, actions: np.ndarray) -> tuple[int, bool]:
        raise UseFault(NOTE)

    def release(self) -> None:
        """Closes the pools of the blocks."""
        for pool in self.pools:
            if pool is not None:
                pool.close()
        self.pools = []

    def close(self) -> None:
        self.release()
        if self.probe is not None:
            self.probe.close()
            self.probe = None
