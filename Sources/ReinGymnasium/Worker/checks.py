"""What is wrong with an environment, as the libraries' own checkers and random steps see it."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from rein_worker.errors import plain
from rein_worker.masks import mask_reader, mask_writer
from rein_worker.survey import choose

Problems = list[dict[str, str]]
MESSAGE_LIMIT, PROBLEMS_LIMIT = 1_000, 50


def problems(host: Any, steps: int) -> Problems:
    """What checkers say about a fresh environment, and what `steps` random steps show."""
    found: Problems = []
    environment = host.fresh()
    if host.several:
        _ask(found, lambda: _pettingzoo_checker(environment, host.turns, steps))
    else:
        _ask(found, lambda: _gymnasium_checker(environment))
        walked = host.fresh()
        _ask(found, lambda: _walk(found, host.agents[0], walked, steps))
        _ask(found, walked.close)
    _ask(found, environment.close)
    return found[:PROBLEMS_LIMIT]


def _ask(found: Problems, check: Callable[[], None]) -> None:
    """Runs a checker: its exception is an error, what it warns of a warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # PettingZoo's checkers print that all is well.
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                check()
            except Exception as error:
                _add(found, "error", str(error) or type(error).__name__)
    for warning in caught:
        if not issubclass(warning.category, (DeprecationWarning, PendingDeprecationWarning)):
            _add(found, "warning", str(warning.message))


def _add(found: Problems, severity: str, message: str) -> None:
    text = " ".join(plain(message).replace("WARN: ", "").split())[:MESSAGE_LIMIT]
    problem = {"severity": severity, "message": text}
    if problem not in found:
        found.append(problem)


def _gymnasium_checker(environment: Any) -> None:
    import gymnasium
    from gymnasium.utils.env_checker import check_env
    inner = getattr(environment, "unwrapped", None)
    if isinstance(inner, gymnasium.Env):
        check_env(inner, skip_render_check=True)


def _pettingzoo_checker(environment: Any, turns: bool, steps: int) -> None:
    if turns:
        from pettingzoo.test import api_test
        api_test(environment, num_cycles=steps)
    else:
        from pettingzoo.test import parallel_api_test
        parallel_api_test(environment, num_cycles=steps)


def _walk(found: Problems, agent: Any, environment: Any, steps: int) -> None:
    """Takes random steps and looks whether observations, rewards and masks are as promised."""
    generator = np.random.default_rng(0)
    row = np.zeros(agent.action.width, np.float32)
    decode = agent.action.decoder(row)
    write = agent.observation.writer(np.zeros(agent.observation.width, np.float32))
    read = mask_reader(agent.mask_source, environment) if agent.mask_source else None
    allowed = np.ones(sum(agent.action.counts), np.bool_)
    write_mask = mask_writer(allowed)
    space = environment.observation_space
    observation, info = environment.reset(seed=0)
    for step in range(steps):
        write(observation)
        if not space.contains(observation):
            what = difference(observation, space)
            _add(found, "error", f"an observation is not in its space: {what}")
        if read:
            write_mask(read(observation, info))
            _look_at_mask(found, allowed, agent.action.counts)
        choose(agent.action, allowed, generator, row)
        observation, reward, terminated, truncated, info = environment.step(decode())
        if not np.isfinite(reward):
            _add(found, "error", f"a reward is {reward}")
        if terminated or truncated:
            write(observation)
            observation, info = environment.reset(seed=step + 1)


def _look_at_mask(found: Problems, allowed: np.ndarray, counts: list[int]) -> None:
    base = 0
    for place, count in enumerate(counts):
        if not allowed[base:base + count].any():
            which = f" for number {place} of the action" if len(counts) > 1 else ""
            _add(found, "error", f"an action mask leaves no choice{which}")
        base += count


def difference(value: Any, space: Any, name: str = "observation") -> str:
    """The first thing in which a value differs from its space: type, shape or an element."""
    from gymnasium import spaces
    if isinstance(space, spaces.Dict) and hasattr(value, "keys"):
        for key, part in space.spaces.items():
            if key not in value:
                return f'{name}: no "{key}"'
            if not part.contains(value[key]):
                return difference(value[key], part, f'{name}["{key}"]')
        return f"{name}: {type(value).__name__} with {sorted(map(str, value))}"
    if isinstance(space, spaces.Tuple) and isinstance(value, (tuple, list)):
        for place, part in enumerate(space.spaces[:len(value)]):
            if not part.contains(value[place]):
                return difference(value[place], part, f"{name}[{place}]")
        return f"{name}: a {type(value).__name__} of {len(value)}"
    if not isinstance(space, spaces.Box):
        return f"{name}: {value!r:.80} ({type(value).__name__}) is not in {space}"
    if not isinstance(value, np.ndarray):
        return f"{name}: a {type(value).__name__}, not an array"
    if value.shape != space.shape:
        return f"{name}: shape {value.shape}, the space says {space.shape}"
    numbers, low, high = value.ravel(), space.low.ravel(), space.high.ravel()
    outside = np.flatnonzero(~((numbers >= low) & (numbers <= high)))
    if len(outside):
        place = int(outside[0])
        within = f"{low[place]}...{high[place]}"
        return f"{name}: element {place} is {numbers[place]}, not within {within}"
    return f"{name}: numbers of {value.dtype}, the space says {space.dtype}"
