"""The first look at an environment: spaces, masks, and how long a step takes."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Optional

import numpy as np

from rein_worker.actions import ActionForm
from rein_worker.agents import Agent
from rein_worker.errors import Moment, plain
from rein_worker.masks import MASK_KEY, mask_method, mask_reader, mask_writer
from rein_worker.observations import ObservationLayout
from rein_worker.values import reset_parts, step_parts
from rein_worker.versions import versions

# Steps that are timed. A fixed number, so that an environment that carries something over from
# earlier episodes does the same every time; only very slow ones are stopped earlier.
STEPS, WARM_UP, SECONDS = 100, 10, 2.0
NONDETERMINISTIC = "its specification says that the environment is not deterministic"
NOTES_LIMIT, NOTE_LENGTH = 20, 500


def layouts(name: str, key: Any, observation: Any, action: Any, scale: bool) -> Agent:
    """An agent's layouts from its spaces."""
    form = ActionForm(action)
    return Agent(name, key, ObservationLayout(observation, sum(form.counts), scale), form)


def mask_source(agent: Agent, environment: Any, info: Any) -> Optional[str]:
    """Where an agent's masks come from, seen at a reset; nothing when it has none."""
    if agent.mask_source or not agent.action.counts:
        return agent.mask_source
    if isinstance(info, dict) and info.get(MASK_KEY) is not None:
        return "info"
    return "method" if mask_method(environment) else None


def look(agent: Agent, environment: Any, moment: Moment) -> float:
    """Resets an environment, finds its masks and takes random steps: the seconds of one."""
    moment.at("reset", seed=0, step=0)
    generator = np.random.default_rng(0)
    row = np.zeros(agent.action.width, np.float32)
    decode = agent.action.decoder(row)
    write = agent.observation.writer(np.zeros(agent.observation.width, np.float32))
    observation, info = reset_parts(environment.reset(seed=0))
    agent.mask_source = mask_source(agent, environment, info)
    read = mask_reader(agent.mask_source, environment) if agent.mask_source else None
    allowed = np.ones(sum(agent.action.counts), np.bool_)
    write_mask = mask_writer(allowed)
    clock, durations = time.perf_counter, []
    began = clock()
    moment.at("step", seed=0, step=0)
    for taken in range(1, STEPS + 1):
        write(observation)
        if read:
            write_mask(read(observation, info))
        choose(agent.action, allowed, generator, row)
        action = decode()
        moment.step += 1
        start = clock()
        result = environment.step(action)
        durations.append(clock() - start)
        observation, _, terminated, truncated, info = step_parts(result)
        if terminated or truncated:
            moment.at("reset", seed=taken, step=0)
            observation, info = reset_parts(environment.reset(seed=taken))
            moment.at("step", seed=taken, step=0)
        if clock() - began > SECONDS:
            break
    return mean_seconds(durations)


def mean_seconds(durations: list[float]) -> float:
    """The mean time of a step, without those that warm up where there are others."""
    counted = durations[WARM_UP:] or durations
    return sum(counted) / max(len(counted), 1)


def choose(
    form: ActionForm, allowed: np.ndarray, generator: np.random.Generator, row: np.ndarray,
) -> None:
    """Writes a random action into a row, one that is allowed (a boolean for every choice)."""
    if form.kind == "box":
        low, high = form.space.low.ravel(), form.space.high.ravel()
        # Where there is no bound, within two of the other, or around zero.
        low = np.where(np.isfinite(low), low, np.where(np.isfinite(high), high - 2, -1))
        high = np.where(np.isfinite(high), high, low + 2)
        row[...] = low + (high - low) * generator.random(form.width)
        return
    base = 0
    for place, count in enumerate(form.counts):
        choices = np.flatnonzero(allowed[base:base + count])
        row[place] = generator.choice(choices) if len(choices) else 0
        base += count


@contextmanager
def collected_notes() -> Iterator[list[str]]:
    """Collects what is warned of meanwhile into a list: each once, without colours."""
    notes: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        yield notes
    for warning in caught:
        note = " ".join(plain(str(warning.message)).replace("WARN: ", "").split())[:NOTE_LENGTH]
        if note not in notes and len(notes) < NOTES_LIMIT:
            notes.append(note)


def is_finite(number: Any) -> bool:
    """Whether there is a number, and JSON has it."""
    return number is not None and bool(np.isfinite(number))


def description(
    agents: list[Agent], environment: Any, id: str, seconds: float, *,
    several: bool = False, turns: bool = False, replays: bool = True,
) -> dict[str, Any]:
    """What the trainer hears of an environment."""
    spec = getattr(environment, "spec", None)
    limit = getattr(spec, "max_episode_steps", None)
    threshold = getattr(spec, "reward_threshold", None)
    return {
        "agents": [agent.description() for agent in agents],
        "several": several,
        "turns": turns,
        "timeLimit": int(limit) if limit and 0 < limit < 1 << 31 else None,
        "rewardThreshold": float(threshold) if is_finite(threshold) else None,
        "stepSeconds": seconds,
        "id": getattr(spec, "id", None) or id,
        "interpreter": sys.executable,
        "versions": versions(environment),
        "notes": [NONDETERMINISTIC] if getattr(spec, "nondeterministic", False) else [],
        "replays": replays,
    }
