"""Whether a policy in NumPy is the one that ``rein predict`` acts with."""

from __future__ import annotations

import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional

import numpy as np

import rein
from rein.policies.spaces import Box

from .support import predict

#: How far numbers may differ, relative to the largest of those that are compared together: near 0
#: the command's own, in single precision, are sums of larger ones.
TOLERANCE = 1e-6


def require_equal(
    test: unittest.TestCase,
    path: Path,
    policy: Optional[str] = None,
    rows: int = 24,
    drawn: bool = True,
) -> rein.Policy:
    """Compares outputs, actions, masks, draws and states for random observations."""
    loaded = rein.Policy(path, policy=policy)
    options = [] if policy is None else ["--policy", policy]
    random = np.random.default_rng(rows)
    observations = _observations(loaded, random, rows)
    requests: List[Dict[str, Any]] = [{"observation": row.tolist()} for row in observations]
    answers = predict(path, requests, *options)
    outputs = loaded.outputs(observations)
    _compare(test, answers, outputs, loaded.action(observations))
    one = loaded.outputs(observations[0])
    test.assertEqual(one.shape, (len(answers[0]["outputs"]),))
    _close(test, np.stack([one, *outputs[1:]]), outputs)
    masks = _masks(loaded, random, rows)
    if masks is not None:
        requests = [{**request, "mask": mask.tolist()} for request, mask in zip(requests, masks)]
        answers = predict(path, requests, *options)
        _compare(test, answers, None, loaded.action(observations, mask=masks))
        test.assertEqual(answers[1]["action"], _plain(loaded.action(observations[1], masks[1])))
    if drawn:
        answers = predict(path, requests, "--explore", "--seed", "5", *options)
        draws = loaded.sample(observations, mask=masks, seed=5)
        _compare(test, answers, None, draws)
        alone = [
            loaded.sample(
                observations[row],
                mask=None if masks is None else masks[row],
                seed=5 if row == 0 else None,
            )
            for row in range(rows)
        ]
        _close(test, np.array(alone), np.asarray(draws))
    if loaded.state_width > 0:
        _require_equal_states(test, loaded, path, options, observations)
    return loaded


def _require_equal_states(
    test: unittest.TestCase,
    policy: rein.Policy,
    path: Path,
    options: List[str],
    observations: np.ndarray,
) -> None:
    """An episode, one observation after the other; and two side by side."""
    state, pair = policy.initial_state(), policy.initial_state(2)
    answers: List[Dict[str, Any]] = []
    outputs, actions, states = [], [], []
    for observation in observations[:8]:
        request: Dict[str, Any] = {"observation": observation.tolist()}
        if answers:
            request["state"] = answers[-1]["state"]
        answers += predict(path, [request], *options)
        before = state.copy()
        outputs.append(policy.outputs(observation, state=before))
        actions.append(policy.action(observation, state=state))
        policy.action(np.stack([observation, observation]), state=pair)
        states.append(np.stack([before, state, pair[0], pair[1]]))
    _compare(test, answers, np.stack(outputs), np.stack(actions))
    expected = np.array([[answer["state"]] * 4 for answer in answers])
    _close(test, np.stack(states), expected)


def _observations(policy: rein.Policy, random: np.random.Generator, rows: int) -> np.ndarray:
    space = policy.observation_space
    drawn = random.normal(size=(rows, *space.shape)) * 2
    return np.round(drawn, 4).astype(np.float32)


def _masks(policy: rein.Policy, random: np.random.Generator, rows: int) -> Optional[np.ndarray]:
    if isinstance(policy.action_space, Box):
        return None
    parts = []
    for count in policy.action_space.counts:
        part = random.random((rows, count)) < 0.5
        part[np.arange(rows), random.integers(count, size=rows)] = True
        parts.append(part)
    return np.concatenate(parts, axis=1)


def _compare(
    test: unittest.TestCase,
    answers: List[Dict[str, Any]],
    outputs: Optional[np.ndarray],
    actions: Any,
) -> None:
    expected = np.array([answer["action"] for answer in answers])
    if expected.dtype.kind == "i":
        test.assertEqual(expected.tolist(), np.asarray(actions).tolist())
    else:
        _close(test, np.asarray(actions).reshape(expected.shape), expected)
    if outputs is not None:
        _close(test, outputs, np.array([answer["outputs"] for answer in answers]))


def _close(test: unittest.TestCase, found: np.ndarray, expected: np.ndarray) -> None:
    test.assertEqual(found.shape, expected.shape)
    difference = np.abs(found.astype(float) - expected).max(initial=0)
    test.assertLessEqual(difference, TOLERANCE * np.abs(expected).max(initial=0))


def _plain(action: Any) -> Any:
    return action.tolist() if isinstance(action, np.ndarray) else action
