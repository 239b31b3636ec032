"""The first look at an environment with several agents: spaces, masks, how long a step takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from rein_worker.agents import Agent
from rein_worker.errors import Fault, Moment, UseFault
from rein_worker.masks import MASK_KEY, mask_writer, player_mask
from rein_worker.survey import SECONDS, STEPS, choose, layouts, mean_seconds
from rein_worker.values import reset_parts, step_parts


def agents(environment: Any, scale: bool) -> list[Agent]:
    """The layouts of all agents that may ever appear, in the environment's order."""
    keys = list(environment.possible_agents)
    if not keys:
        raise UseFault("possible_agents is empty")
    found = []
    for key in keys:
        try:
            observation, action = environment.observation_space(key), environment.action_space(key)
            found.append(layouts(str(key), key, observation, action, scale))
        except UseFault as fault:
            raise UseFault(f"{key}: {fault}") from None
    return found


def look(players: list[Agent], environment: Any, turns: bool, moment: Moment) -> float:
    """Takes random steps: finds the agents' masks, and how long a step takes."""
    generator = np.random.default_rng(0)
    by_key = {agent.key: agent for agent in players}
    durations: list[float] = []
    rows = {agent.key: np.zeros(agent.action.width, np.float32) for agent in players}
    decoders = {agent.key: agent.action.decoder(rows[agent.key]) for agent in players}
    writers = {
        agent.key: agent.observation.writer(np.zeros(agent.observation.width, np.float32))
        for agent in players
    }
    allowed = {agent.key: np.ones(sum(agent.action.counts), np.bool_) for agent in players}
    seen: set[Any] = set()

    def action(key: Any, observation: Any, info: Any) -> Any:
        agent = by_key.get(key)
        if agent is None:
            raise Fault(f"agent {key!r:.80} is not one of possible_agents")
        try:
            if key not in seen:
                seen.add(key)
                if not agent.mask_source and agent.action.counts and info.get(MASK_KEY) is not None:
                    agent.mask_source = "info"
            writers[key](observation)
            if agent.mask_source:
                mask_writer(allowed[key])(player_mask(agent.mask_source, observation, info))
        except Fault as fault:
            raise Fault(f"{agent.name}: {fault}") from None
        choose(agent.action, allowed[key], generator, rows[key])
        return decoders[key]()

    until = time.perf_counter() + SECONDS
    walk = _walk_in_turns if turns else _walk_together
    for seed in range(STEPS):
        if not _more(durations, until):
            break
        moment.at("reset", seed=seed, step=0)
        walk(environment, seed, action, durations, until, moment)
    return mean_seconds(durations)


def _more(durations: list[float], until: float) -> bool:
    """Whether another step is to be timed."""
    return len(durations) < STEPS and time.perf_counter() < until


def _walk_together(
    environment: Any, seed: int, action: Callable, durations: list[float], until: float,
    moment: Moment,
) -> None:
    """One episode of a parallel environment, or less."""
    observations, infos = reset_parts(environment.reset(seed=seed))
    moment.at("step", seed=seed, step=0)
    live = list(environment.agents)
    while live and _more(durations, until):
        actions = {}
        for key in live:
            if key not in observations:
                raise Fault(f"{key}: in play, but without an observation")
            actions[key] = action(key, observations[key], infos.get(key, {}))
        moment.step += 1
        start = time.perf_counter()
        result = environment.step(actions)
        durations.append(time.perf_counter() - start)
        observations, _, terminations, truncations, infos = step_parts(result)
        live = [
            key for key in environment.agents
            if not (terminations.get(key, False) or truncations.get(key, False))
        ]


def _walk_in_turns(
    environment: Any, seed: int, action: Callable, durations: list[float], until: float,
    moment: Moment,
) -> None:
    """One episode of an environment whose agents take turns, or less."""
    environment.reset(seed=seed)
    moment.at("step", seed=seed, step=0)
    while environment.agents and _more(durations, until):
        key = environment.agent_selection
        observation, _, terminated, truncated, info = environment.last()
        chosen = None if terminated or truncated else action(key, observation, info)
        moment.step += 1
        start = time.perf_counter()
        environment.step(chosen)
        durations.append(time.perf_counter() - start)
