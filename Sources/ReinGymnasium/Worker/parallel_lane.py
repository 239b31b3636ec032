"""A lane with one of PettingZoo's parallel environments: all agents in play act at once."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from rein_worker.agents import Agent
from rein_worker.errors import Fault
from rein_worker.gymnasium_lane import Lane
from rein_worker.players import Side, agent_status, place_of, player_lane
from rein_worker.rows import Rows
from rein_worker.values import RUNNING, TRUNCATED, number, reset_parts, step_parts


def parallel_lane(
    environment: Any, agents: list[Agent], rows: Rows, lane: int, seeds: list[Any],
) -> Lane:
    """Binds an environment to the rows of a lane. `seeds[lane]` is the seed of its episode."""
    count = len(agents)
    places = {agent.key: place for place, agent in enumerate(agents)}
    header = rows.header
    rewards = rows.rewards[lane * count:(lane + 1) * count]
    statuses = rows.statuses[lane * count:(lane + 1) * count]
    no_rewards, running = memoryview(array("d", [0.0] * count)), bytes(count)
    now, following = Side(agents, rows, lane, False), Side(agents, rows, lane, True)
    # Places and names of those who act next.
    acting: list[tuple[int, Any]] = []
    steps = 0

    def begin(seed: int, side: Side) -> None:
        nonlocal steps, acting
        seeds[lane] = seed
        steps = 0
        header[0], header[1] = lane, 0
        observations, infos = reset_parts(environment.reset(seed=seed))
        acting = [(place_of(places, key), key) for key in environment.agents]
        if not acting:
            raise Fault("reset left no agent in play")
        show(side, observations, infos)

    def show(side: Side, observations: Any, infos: Any) -> None:
        """Writes what those see who act next."""
        side.clear()
        for place, key in acting:
            if key not in observations:
                raise Fault(f"{key}: in play, but without an observation")
            side.show(place, observations[key], infos.get(key, {}))
            side.acts[place] = side.in_play[place] = 1

    def take(decode: list[Callable[[], Any]]) -> list[int]:
        """Takes a step and writes its results: how the last agents left when nobody is left."""
        nonlocal steps, acting
        steps += 1
        header[0], header[1] = lane, steps
        result = environment.step({key: decode[place]() for place, key in acting})
        observations, given, terminations, truncations, infos = step_parts(result)
        rewards[:] = no_rewards
        statuses[:] = running
        for key, reward in given.items():
            place = place_of(places, key)
            try:
                rewards[place] = reward if type(reward) is float else number(reward)
            except Fault as fault:
                raise Fault(f"{key}: {fault}") from None
        live, ends, before = [], [], dict(acting)
        for place, key in acting:
            end = agent_status(key, terminations.get(key, False), truncations.get(key, False))
            if end != RUNNING:
                ends.append(end)
                statuses[place] = end
            elif key not in environment.agents:
                raise Fault(f"{key}: no longer among agents, but neither terminated nor truncated")
        for key in environment.agents:
            # One that ended may be listed still; one that was not there before has joined.
            if not (terminations.get(key, False) or truncations.get(key, False)):
                live.append((place_of(places, key), key))
        acting = live
        show(now, observations, infos)
        for place, key in before.items():
            if statuses[place] == TRUNCATED:
                if key not in observations:
                    raise Fault(f"{key}: truncated, but without an observation")
                now.show(place, observations[key], infos.get(key, {}), final=True)
        return [] if live else ends

    return player_lane(agents, rows, lane, (now, following), begin, take)
