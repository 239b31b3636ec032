"""A lane with one of PettingZoo's turn-taking environments (AEC): one agent acts at a time."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from rein_worker.agents import Agent
from rein_worker.errors import Fault
from rein_worker.gymnasium_lane import Lane
from rein_worker.players import Side, agent_status, place_of, player_lane
from rein_worker.rows import Rows
from rein_worker.values import RUNNING, TRUNCATED, number


def sequential_lane(
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
    # Whether each agent is in play, and whose turn it is.
    alive = [False] * count
    turn = steps = 0

    def begin(seed: int, side: Side) -> None:
        nonlocal steps, turn
        seeds[lane] = seed
        steps = 0
        header[0], header[1] = lane, 0
        environment.reset(seed=seed)
        alive[:] = [False] * count
        for key in environment.agents:
            alive[place_of(places, key)] = True
            if environment.terminations[key] or environment.truncations[key]:
                raise Fault(f"{key}: has left already at the reset")
        if not environment.agents:
            raise Fault("reset left no agent in play")
        turn = place_of(places, environment.agent_selection)
        show(side)

    def settle(ends: list[int]) -> bool:
        """Walks over the steps of those who left until one in play is to act; whether one is.

        `ends` takes how agents left. A dead agent's step is `step(None)`.
        """
        nonlocal turn
        for _ in range(2 * count + 2):
            leave(ends)
            if not environment.agents:
                return False
            turn = place_of(places, environment.agent_selection)
            if alive[turn]:
                return True
            environment.step(None)
            add_rewards()
        raise Fault(f"{agents[turn].name}: its turn comes again and again, though it has left")

    def leave(ends: list[int]) -> None:
        """Notes who has left, and what those see who were truncated."""
        terminations, truncations = environment.terminations, environment.truncations
        listed = environment.agents
        for place, agent in enumerate(agents):
            if alive[place] and agent.key not in listed:
                raise Fault(f"{agent.name}: no longer among agents, but neither terminated nor "
                            "truncated")
        for key in listed:
            place = place_of(places, key)
            end = agent_status(key, terminations[key], truncations[key])
            if end == RUNNING or not alive[place]:
                # One that was not there before has joined.
                alive[place] = end == RUNNING
                continue
            alive[place] = False
            statuses[place] = end
            ends.append(end)
            if end == TRUNCATED:
                info = environment.infos.get(key, {})
                now.show(place, environment.observe(key), info, final=True)

    def add_rewards() -> None:
        for key, reward in environment.rewards.items():
            place = place_of(places, key)
            try:
                rewards[place] += reward if type(reward) is float else number(reward)
            except Fault as fault:
                raise Fault(f"{key}: {fault}") from None

    def show(side: Side) -> None:
        """Writes what the agent sees whose turn it is."""
        side.clear()
        for place in range(count):
            side.in_play[place] = alive[place]
        side.acts[turn] = 1
        key = agents[turn].key
        side.show(turn, environment.observe(key), environment.infos.get(key, {}))

    def take(decode: list[Callable[[], Any]]) -> list[int]:
        """Takes a step and writes its results: how the last agents left when nobody is left."""
        nonlocal steps
        steps += 1
        header[0], header[1] = lane, steps
        rewards[:] = no_rewards
        statuses[:] = running
        environment.step(decode[turn]())
        add_rewards()
        ends: list[int] = []
        if settle(ends):
            show(now)
            return []
        now.clear()
        return ends

    return player_lane(agents, rows, lane, (now, following), begin, take)
