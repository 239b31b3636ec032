"""What lanes with several agents have in common: the agents' rows, their ends, their episodes."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import numpy as np

from rein_worker.agents import Agent
from rein_worker.errors import Fault
from rein_worker.gymnasium_lane import Lane
from rein_worker.leaves import Writer
from rein_worker.masks import MaskWriter, mask_writer, player_mask
from rein_worker.rows import Rows
from rein_worker.values import RUNNING, TERMINATED, TRUNCATED, status


class Side:
    """One lane's rows for what agents see: of this episode, or of the next one."""

    def __init__(self, players: list[Agent], rows: Rows, lane: int, following: bool) -> None:
        observations = rows.next_observations if following else rows.observations
        masks = rows.next_masks if following else rows.masks
        acts = rows.next_acts if following else rows.acts
        in_play = rows.next_in_play if following else rows.in_play
        count = len(players)
        self.players = players
        self.acts = acts[lane * count:(lane + 1) * count]
        self.in_play = in_play[lane * count:(lane + 1) * count]
        self.nobody = bytes(count)
        self.writers: list[Writer] = []
        self.masks: list[np.ndarray] = []
        self.mask_writers: list[MaskWriter] = []
        base = mask_base = 0
        for agent in players:
            row = observations[lane, base:base + agent.observation.width]
            self.writers.append(agent.observation.writer(row))
            base += agent.observation.width
            # An agent without masks has no writer that is ever called.
            width = agent.mask_width
            row = masks[lane, mask_base:mask_base + width] if width else np.zeros(0, np.bool_)
            self.masks.append(row)
            self.mask_writers.append(mask_writer(row))
            mask_base += width

    def clear(self) -> None:
        """Nobody acts and nobody is in play."""
        self.acts[:] = self.nobody
        self.in_play[:] = self.nobody

    def show(self, place: int, observation: Any, info: Any, final: bool = False) -> None:
        """Writes what an agent sees, and its mask.

        A final mask may be missing in infos, and may leave nothing where it is not the agent's turn:
        then all is valid.
        """
        agent = self.players[place]
        try:
            self.writers[place](observation)
            if agent.mask_source:
                mask = player_mask(agent.mask_source, observation, info)
                if mask is None and final and agent.mask_source == "info":
                    mask = np.ones(agent.mask_width, np.bool_)
                self.mask_writers[place](mask)
                if final and not self.masks[place].any():
                    self.masks[place][...] = True
        except Fault as fault:
            raise Fault(f"{agent.name}: {fault}") from None


def decoders(players: list[Agent], row: np.ndarray) -> list[Callable[[], Any]]:
    """For each agent a function that makes its action from its part of a row."""
    made, base = [], 0
    for agent in players:
        made.append(agent.action.decoder(row[base:base + agent.action.width]))
        base += agent.action.width
    return made


def place_of(places: dict[Any, int], key: Any) -> int:
    """An agent's place among all agents."""
    place = places.get(key)
    if place is None:
        raise Fault(f"agent {key!r:.80} is not one of possible_agents")
    return place


def player_lane(
    players: list[Agent], rows: Rows, lane: int, sides: tuple[Side, Side],
    begin: Callable[[int, Side], None], take: Callable[[list[Callable[[], Any]]], list[int]],
) -> Lane:
    """Makes a lane of what an environment's kind does differently.

    `sides` are the rows of this episode and of the next one. `begin` begins an episode and shows it
    on a side. `take` takes a step with the actions that decoders make, and returns how the last
    agents left when nobody is left.
    """
    now, following = sides
    count = len(players)
    next_seeds, episodes = rows.next_seeds, rows.episodes
    rewards = rows.rewards[lane * count:(lane + 1) * count]
    statuses = rows.statuses[lane * count:(lane + 1) * count]
    no_rewards, running = memoryview(array("d", [0.0] * count)), bytes(count)
    decode_all = decoders(players, rows.actions[lane])

    def step() -> None:
        ends = take(decode_all)
        if ends:
            episodes[lane] = episode_status(ends)
            begin(next_seeds[lane], following)
        else:
            episodes[lane] = RUNNING

    def reset() -> None:
        episodes[lane] = RUNNING
        statuses[:] = running
        rewards[:] = no_rewards
        begin(next_seeds[lane], now)

    def replay(seed: int, actions: np.ndarray) -> tuple[int, bool]:
        begin(seed, now)
        row = np.zeros(actions.shape[1], np.float32)
        decode = decoders(players, row)
        for taken, action in enumerate(actions, 1):
            row[...] = action
            if take(decode):
                return taken, True
        return len(actions), False

    return Lane(step, reset, replay)


def agent_status(name: str, terminated: Any, truncated: Any) -> int:
    """How a step ended for an agent."""
    if terminated is False and truncated is False:
        return RUNNING
    try:
        return status(terminated, truncated)
    except Fault as fault:
        raise Fault(f"{name}: {fault}") from None


def episode_status(ends: list[int]) -> int:
    """How an episode ended, by how the last agents left it."""
    return TERMINATED if TERMINATED in ends else TRUNCATED
