"""A lane with one Gymnasium environment: its step, as thin as Python allows.

What a step needs is bound once, in closures: views of the lane's rows, and the functions that
write its observations, read its actions and find its masks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Optional

import numpy as np

from rein_worker.agents import Agent
from rein_worker.masks import mask_reader, mask_writer
from rein_worker.rows import Rows
from rein_worker.values import RUNNING, number, reset_parts, status, step_parts


class Lane(NamedTuple):
    """What the worker does with one lane."""

    # Takes the step that the rows ask for; begins the next episode where one ends.
    step: Callable[[], None]
    # Begins an episode with the lane's next seed.
    reset: Callable[[], None]
    # Begins an episode with a seed and takes steps `[steps, action width]`; how many were taken
    # and whether the episode is over.
    replay: Callable[[int, np.ndarray], tuple[int, bool]]


def gymnasium_lane(environment: Any, agent: Agent, rows: Rows, lane: int, seeds: list[int]) -> Lane:
    """Binds an environment to the rows of a lane. `seeds[lane]` is the seed of its episode."""
    step_environment, reset_environment = environment.step, environment.reset
    decode = agent.action.decoder(rows.actions[lane])
    write = agent.observation.writer(rows.observations[lane])
    write_final = agent.observation.writer(rows.finals[lane])
    header, next_seeds = rows.header, rows.next_seeds
    rewards, statuses = rows.rewards, rows.statuses
    read_mask: Optional[Callable[[Any, Any], Any]] = None
    if agent.mask_source:
        read_mask = mask_reader(agent.mask_source, environment)
        write_mask = mask_writer(rows.masks[lane])
        write_final_mask = mask_writer(rows.final_masks[lane])
        all_valid = np.ones(agent.mask_width, np.bool_)
        # Gymnasium's environments may leave the mask out where nothing is left to choose.
        final_may_lack = agent.mask_source == "info"
    steps = 0

    def begin(seed: int) -> None:
        nonlocal steps
        seeds[lane] = seed
        steps = 0
        header[0], header[1] = lane, 0
        observation, info = reset_parts(reset_environment(seed=seed))
        write(observation)
        if read_mask is not None:
            write_mask(read_mask(observation, info))

    def reset() -> None:
        statuses[lane] = RUNNING
        begin(next_seeds[lane])

    def step() -> None:
        nonlocal steps
        steps += 1
        header[0] = lane
        header[1] = steps
        result = step_environment(decode())
        try:
            observation, reward, terminated, truncated, info = result
        except (TypeError, ValueError):
            # Says what is wrong with it.
            observation, reward, terminated, truncated, info = step_parts(result)
        rewards[lane] = reward if type(reward) is float else number(reward)
        if terminated is False and truncated is False:
            end = RUNNING
        else:
            end = status(terminated, truncated)
        statuses[lane] = end
        if end == RUNNING:
            write(observation)
            if read_mask is not None:
                write_mask(read_mask(observation, info))
            return
        write_final(observation)
        if read_mask is not None:
            mask = read_mask(observation, info)
            write_final_mask(all_valid if mask is None and final_may_lack else mask)
        begin(next_seeds[lane])

    def replay(seed: int, actions: np.ndarray) -> tuple[int, bool]:
        nonlocal steps
        begin(seed)
        row = np.zeros(agent.action.width, np.float32)
        decode_row = agent.action.decoder(row)
        observation = info = None
        for taken, action in enumerate(actions, 1):
            header[1] = taken
            row[...] = action
            observation, _, terminated, truncated, info = step_parts(
                step_environment(decode_row()))
            if status(terminated, truncated) != RUNNING:
                return taken, True
        if len(actions):
            write(observation)
            if read_mask is not None:
                write_mask(read_mask(observation, info))
        steps = len(actions)
        return steps, False

    return Lane(step, reset, replay)
