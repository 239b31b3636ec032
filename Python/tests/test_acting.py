"""What policies take, and what they refuse."""

from __future__ import annotations

import json
import struct
import unittest
from pathlib import Path
from typing import Any, Callable, Dict, List

import numpy as np

import rein
from rein.policies.observations import ObservationEncoding
from rein.policies.randomness import RandomStream
from rein.policies.spaces import Box
from rein.policies.tree import Node

from .support import RLLIB, FolderTestCase, predict, require_saved_parts, run

NAMED: List[Dict[str, Any]] = [
    {"path": ["position"], "kind": "numbers", "shape": [2]},
    {"path": ["goal", "x"], "kind": "numbers", "shape": [1]},
    {"path": ["flags"], "kind": "binary", "shape": [2]},
    {"path": ["goal", "color"], "kind": "oneHot", "counts": [3], "starts": [1]},
]


def space(*shape: int) -> Box:
    count = int(np.prod(shape))
    return Box(np.full(count, -10, np.float32), np.full(count, 10, np.float32), shape)


def encoding(tree: Any, width: int) -> ObservationEncoding:
    return ObservationEncoding.read(Node(tree, "file", {}), space(width))


class ObservationTests(unittest.TestCase):
    def test_arrays_are_one_or_many_flat_or_shaped(self) -> None:
        box, plain = space(2, 3), ObservationEncoding([])
        whole = np.arange(6.0)
        for observation, rows, is_single in [
            (whole, 1, True),
            (whole.reshape(2, 3), 1, True),
            ([[0, 1, 2], [3, 4, 5]], 1, True),
            (whole[None], 1, False),
            (np.stack([whole, whole]), 2, False),
            (np.zeros((5, 2, 3), np.uint8), 5, False),
            (np.zeros((0, 6)), 0, False),
        ]:
            found, single = plain.rows(observation, box)
            self.assertEqual((found.shape, single), ((rows, 6), is_single))
            self.assertEqual(found.dtype, np.float32)
        number = ObservationEncoding([]).rows(3.5, Box(-np.ones(1), np.ones(1), ()))
        self.assertEqual((number[0].tolist(), number[1]), ([[3.5]], True))

    def test_other_arrays_are_refused_with_their_place(self) -> None:
        for observation, words in [
            ([1, 2, 3], r"expected the shape \[2\].*found \[3\]"),
            ([[1, 2, 3]], "found"),
            ([1, float("nan")], "observation/1: nan is not a finite"),
            ([[1, 2], [1, 1e300]], "observation/1/1: 1e[+]300 is not a finite"),
            (["a", "b"], "expected numbers"),
            ([[1], [2, 3]], "observation"),
            (None, "expected numbers"),
            ({"a": 1}, "found an object"),
        ]:
            with self.subTest(words):
                with self.assertRaisesRegex(ValueError, words):
                    ObservationEncoding([]).rows(observation, space(2))

    def test_indices_are_integers_and_rows_floats(self) -> None:
        one, two = encoding([3], 3), encoding([3, 2], 5)
        for made, observation, rows, is_single in [
            (one, 1, [[0, 1, 0]], True),
            (one, np.int64(2), [[0, 0, 1]], True),
            (one, [2], [[0, 0, 1]], True),
            (one, np.array([2, 0, 0, 1]), [[0, 0, 1], [1, 0, 0], [1, 0, 0], [0, 1, 0]], False),
            (one, [0.0, 1.0, 0.0], [[0, 1, 0]], True),
            (two, [2, 1], [[0, 0, 1, 0, 1]], True),
            (two, [[2, 1], [0, 0]], [[0, 0, 1, 0, 1], [1, 0, 0, 1, 0]], False),
            (two, [0, 0, 1, 0, 1], [[0, 0, 1, 0, 1]], True),
        ]:
            found, single = made.rows(observation, space(made.parts[0].width))
            self.assertEqual((found.tolist(), single), (rows, is_single))
        for made, observation in ((one, 3), (one, -1), (two, [3, 0]), (two, [[0, 0], [0, 2]])):
            with self.assertRaisesRegex(ValueError, "expected indices of 0 to 2"):
                made.rows(observation, space(made.parts[0].width))

    def test_objects_become_the_row_of_their_parts(self) -> None:
        made = encoding({"parts": NAMED}, 8)
        row = [0.5, 1, 4, 1, 0, 0, 1, 0]
        for observation in [
            {"position": [0.5, 1], "goal": {"x": 4, "color": 2}, "flags": [1, 0]},
            {"goal": {"color": 2, "x": [4.0]}, "flags": [True, False], "position": [0.5, 1]},
            {"goal": {"color": [2], "x": [4]}, "flags": np.int8([1, 0]), "position": (0.5, 1)},
            row,
        ]:
            found, is_single = made.rows(observation, space(8))
            self.assertEqual((found.tolist(), is_single), ([row], True))
        many = {
            "position": np.array([[0.5, 1], [2, 3]]),
            "goal": {"x": np.array([[4], [5]]), "color": np.array([2, 3])},
            "flags": np.array([[1, 0], [1, 1]]),
        }
        found, is_single = made.rows(many, space(8))
        self.assertEqual(found.tolist(), [row, [2, 3, 5, 1, 1, 0, 0, 1]])
        self.assertFalse(is_single)

    def test_tuples_go_by_place(self) -> None:
        parts = [
            {"path": ["0"], "kind": "oneHot", "counts": [2], "starts": [0]},
            {"path": ["1", "0"], "kind": "numbers", "shape": [2]},
            {"path": ["1", "1"], "kind": "numbers", "shape": []},
        ]
        made = encoding({"parts": parts}, 5)
        for observation in [(1, ([5, 6], 7)), {"0": 1, "1": ([5, 6], 7)}, [0.0, 1, 5, 6, 7]]:
            found, is_single = made.rows(observation, space(5))
            self.assertEqual((found.tolist(), is_single), ([[0, 1, 5, 6, 7]], True))

    def test_bits_and_shifted_indices_without_names(self) -> None:
        bits = encoding({"parts": [{"path": [], "kind": "binary", "shape": [3]}]}, 3)
        self.assertEqual(bits.rows([1, 0, 1], space(3))[0].tolist(), [[1, 0, 1]])
        with self.assertRaisesRegex(ValueError, "expected 0 and 1"):
            bits.rows([1, 2, 1], space(3))
        part = {"path": [], "kind": "oneHot", "counts": [3], "starts": [5]}
        shifted = encoding({"parts": [part]}, 3)
        self.assertEqual(shifted.rows(6, space(3))[0].tolist(), [[0, 1, 0]])
        with self.assertRaisesRegex(ValueError, "expected indices of 5 to 7, found"):
            shifted.rows(4, space(3))

    def test_objects_that_do_not_fit_are_named_with_their_place(self) -> None:
        def change(**changes: Any) -> Dict[str, Any]:
            goal = {"x": [1], "color": 1}
            return {"position": [0, 1], "goal": goal, "flags": [0, 0], **changes}

        made = encoding({"parts": NAMED}, 8)
        for observation, words in [
            ({"position": [0, 1], "flags": [0, 0]}, "observation/goal: is missing"),
            (change(goal={"x": [1]}), "observation/goal/color: is missing"),
            (change(postion=1), "observation/postion: .*did you mean 'position'"),
            (change(action_mask=[1]), "observation/action_mask: .*mask="),
            (change(goal=[1, 2]), "observation/goal: expected an object with 'x', 'color'"),
            (change(position=[0]), r"observation/position: expected the shape \[2\]"),
            (change(position=[0, "a"]), "observation/position: expected numbers"),
            (change(position=[0, 1e300]), "observation/position/1: .*finite"),
            (change(goal={"x": [1], "color": 0}), "observation/goal/color: .*1 to 3, found"),
            (change(goal={"x": [1], "color": 1.5}), "observation/goal/color: expected indices"),
            (change(flags=[0, 2]), "observation/flags: expected 0 and 1"),
            (change(flags=[[0, 1]] * 2), "observation/(position|flags): expected the shape"),
            ([1, 2, 3], "expected an object, or the shape"),
            ((1, 2), "expected an object, or the shape"),
        ]:
            with self.subTest(words):
                with self.assertRaisesRegex(ValueError, words):
                    made.rows(observation, space(8))

    def test_encodings_that_cannot_be_are_refused(self) -> None:
        part = {"path": ["a"], "kind": "numbers", "shape": [2]}
        for tree, words in [
            ({"parts": []}, "no parts"),
            ({"parts": [part]}, "parts of 2 numbers, observations of 8"),
            ({"parts": [part, part]}, "of the same path"),
            ({"parts": [part, {**part, "path": ["a", "b"]}]}, "a/b lies inside a part"),
            ({"parts": [{**part, "kind": "text"}]}, 'parts/0/kind: unknown kind of part "text"'),
            ({"parts": [{**part, "shape": [1 << 20, 1 << 20]}]}, "impossible shape"),
            ({"parts": [{**part, "path": "a"}]}, "parts/0/path: expected a list"),
            ({"parts": [{**part, "scale": 2}]}, "scale: is not known"),
            ({"parts": [{"path": ["a"], "kind": "oneHot", "counts": [2], "starts": []}]}, "starts"),
            ({"layout": 1}, "layout: is not known"),
            ([0, 8], "0 is out of range"),
            ("flat", "expected a map"),
        ]:
            with self.subTest(words):
                with self.assertRaisesRegex(rein.CheckpointError, words):
                    encoding(tree, 8)


class RandomStreamTests(unittest.TestCase):
    def test_draws_are_those_of_the_generator_that_it_names(self) -> None:
        stream = RandomStream(0)
        # xoshiro256++ from the state 1, 2, 3, 4 (Blackman and Vigna, reference implementation).
        stream._words = [1, 2, 3, 4]
        self.assertEqual(
            [stream.next() for _ in range(4)],
            [41943041, 58720359, 3588806011781223, 3591011842654386],
        )

    def test_draws_are_in_their_ranges(self) -> None:
        stream = RandomStream(3)
        draws = [stream.below(7) for _ in range(2000)]
        self.assertEqual(set(draws), set(range(7)))
        normals = np.array([stream.normal() for _ in range(4000)])
        self.assertLess(abs(normals.mean()), 0.1)
        self.assertLess(abs(normals.std() - 1), 0.1)
        self.assertTrue(all(0 <= stream.single() < 1 for _ in range(100)))
        with self.assertRaisesRegex(ValueError, "seed"):
            RandomStream(-1)


class ActingTests(FolderTestCase):
    """With policies of the command."""

    def waited(self, name: str, environment: str = "CartPole-v1", **settings: Any) -> rein.Policy:
        output = self.folder / name
        settings = {"rollout_length": 16, "steps": 100, **settings}
        training = rein.train(f"rein:{environment}", output=output, **settings)
        training.wait()
        return training.policy()

    def test_answers_have_the_types_of_the_space(self) -> None:
        discrete = self.waited("discrete")
        self.assertIs(type(discrete.action(np.zeros(4))), int)
        many = discrete.action(np.zeros((3, 4)))
        assert isinstance(many, np.ndarray)
        self.assertEqual((many.shape, many.dtype), ((3,), np.dtype(np.int64)))
        continuous = self.waited("continuous", "Pendulum-v1")
        for observation, shape in ((np.zeros(3), (1,)), (np.zeros((2, 3)), (2, 1))):
            for action in (continuous.action(observation), continuous.sample(observation)):
                assert isinstance(action, np.ndarray)
                self.assertEqual((action.shape, action.dtype), (shape, np.dtype(np.float32)))
        self.assertEqual(continuous.outputs(np.zeros(3)).shape, (2,))
        self.assertEqual(continuous.outputs(np.zeros((0, 3))).shape, (0, 2))
        self.assertIn("policy='default_policy'", repr(continuous))

    def test_draws_repeat_by_their_seed(self) -> None:
        policy = self.waited("draws")
        rows = np.zeros((50, 4))
        first, second = policy.sample(rows, seed=1), policy.sample(rows)
        self.assertEqual(
            np.asarray(policy.sample(rows, seed=1)).tolist(), np.asarray(first).tolist()
        )
        self.assertNotEqual(np.asarray(first).tolist(), np.asarray(second).tolist())

    def test_masks_that_do_not_fit_are_refused(self) -> None:
        policy = self.waited("masks")
        zeros = np.zeros(4)
        self.assertEqual(policy.action(zeros, mask=[0, 1]), 1)
        self.assertEqual(policy.action(zeros, mask=[True, False]), 0)
        for mask, words in [
            ([True], r"mask: expected the shape \[2\]"),
            ([2, 0], "expected true and false"),
            ([False, False], "at least one valid action"),
            (["a", "b"], "expected true and false"),
        ]:
            with self.assertRaisesRegex(ValueError, words):
                policy.action(zeros, mask=mask)
        with self.assertRaisesRegex(ValueError, r"expected the shape \[3, 2\]"):
            policy.action(np.zeros((3, 4)), mask=[True, True])
        continuous = self.waited("unmasked", "Pendulum-v1")
        with self.assertRaisesRegex(ValueError, "only discrete actions can be masked"):
            continuous.action(np.zeros(3), mask=[True])

    def test_states_that_do_not_fit_are_refused_and_do_not_move(self) -> None:
        policy = self.waited("states", network={"recurrent": "gru", "recurrent_width": 5})
        self.assertEqual(policy.state_width, 5)
        zeros = np.zeros(4)
        for state, words in [
            (np.zeros(4, np.float32), r"shape \[5\]"),
            (np.zeros(5), "32-bit floats"),
            ([0.0] * 5, "as initial_state makes it"),
            (np.full(5, np.nan, np.float32), "not finite"),
        ]:
            with self.assertRaisesRegex(ValueError, f"state: .*{words}"):
                policy.action(zeros, state=state)
        state = policy.initial_state()
        with self.assertRaisesRegex(ValueError, "mask"):
            policy.action(zeros, mask=[False, False], state=state)
        self.assertFalse(state.any())
        policy.action(zeros, state=state)
        self.assertTrue(state.any())
        plain = self.waited("stateless")
        self.assertEqual(plain.initial_state(3).shape, (3, 0))
        with self.assertRaisesRegex(ValueError, "has no memory"):
            plain.action(zeros, state=np.zeros(0, np.float32))

    def changed(self, name: str, change: Callable[[Dict[str, Any]], None]) -> Path:
        """The policy of a run, with another tree."""
        source = self.folder / name / "checkpoint_000000/policies/default_policy"
        data = (source / "policy_state.safetensors").read_bytes()
        length = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8 : 8 + length])
        tree = json.loads(header["__metadata__"]["state"])
        change(tree)
        header["__metadata__"]["state"] = json.dumps(tree)
        text = json.dumps(header).encode()
        target = self.folder / f"{name}-changed"
        target.mkdir()
        state = struct.pack("<Q", len(text)) + text + data[8 + length :]
        (target / "policy_state.safetensors").write_bytes(state)
        return target

    def test_numbers_of_discrete_actions_count_from_their_start(self) -> None:
        self.waited("start")
        target = self.changed("start", lambda tree: tree["actionSpace"].update(start=-3))
        policy = rein.Policy(target)
        rows = np.random.default_rng(0).normal(size=(8, 4))
        answers = predict(target, [{"observation": row.tolist()} for row in rows])
        expected = [answer["action"] for answer in answers]
        self.assertTrue(set(expected) <= {-3, -2})
        self.assertEqual(np.asarray(policy.action(rows)).tolist(), expected)

    def test_objects_are_those_of_the_command(self) -> None:
        require_saved_parts()
        self.waited("parts", "Acrobot-v1")
        parts = [
            {"path": ["angles", "0"], "kind": "numbers", "shape": [2]},
            {"path": ["angles", "1"], "kind": "numbers", "shape": []},
            {"path": ["speed"], "kind": "oneHot", "counts": [2], "starts": [4]},
            {"path": ["bit"], "kind": "binary", "shape": [1]},
        ]
        target = self.changed(
            "parts", lambda tree: tree.update(observationEncoding={"parts": parts})
        )
        policy = rein.Policy(target)
        random = np.random.default_rng(2)
        observations = [
            {
                "bit": [int(random.integers(2))],
                "speed": int(random.integers(4, 6)),
                "angles": [random.normal(size=2).tolist(), float(random.normal())],
            }
            for _ in range(8)
        ]
        answers = predict(target, [{"observation": observation} for observation in observations])
        outputs = np.stack([policy.outputs(observation) for observation in observations])
        expected = np.array([answer["outputs"] for answer in answers])
        self.assertLessEqual(np.abs(outputs - expected).max(), 1e-6 * np.abs(expected).max())
        for observation in observations:
            observation["angles"] = tuple(observation["angles"])
        self.assertEqual(
            [policy.action(observation) for observation in observations],
            [answer["action"] for answer in answers],
        )

    def test_indices_are_those_of_the_command(self) -> None:
        for name, observations in (
            ("ppo_index", [0, 1, 4]),
            ("dqn_indices", [[0, 1], [2, 0], [1, 1]]),
        ):
            converted = self.folder / name
            run("convert-checkpoint", str(RLLIB / name), str(converted), "--to", "native")
            policy = rein.Policy(converted)
            answers = predict(converted, [{"observation": value} for value in observations])
            for answer, value in zip(answers, observations):
                self.assertEqual(policy.action(value), answer["action"])
                np.testing.assert_allclose(policy.outputs(value), answer["outputs"], atol=1e-6)
            self.assertEqual(
                np.asarray(policy.action(observations)).tolist(),
                [answer["action"] for answer in answers],
            )

    def test_what_is_learnt_is_what_acts(self) -> None:
        """CartPole in Python, which the policy has to keep up for longer than chance does."""
        policy = self.waited("learnt", steps=40_000, rollout_length=128)
        length, random = 0, np.random.default_rng(0)
        for _ in range(10):
            state = random.uniform(-0.05, 0.05, 4)
            for _ in range(200):
                action = policy.action(state)
                force = 10.0 if action == 1 else -10.0
                sine, cosine = np.sin(state[2]), np.cos(state[2])
                push = (force + 0.05 * state[3] ** 2 * sine) / 1.1
                turn = (9.8 * sine - cosine * push) / (0.5 * (4 / 3 - 0.1 * cosine**2 / 1.1))
                move = push - 0.05 * turn * cosine / 1.1
                state = state + 0.02 * np.array([state[1], move, state[3], turn])
                if abs(state[0]) > 2.4 or abs(state[2]) > 0.2095:
                    break
                length += 1
        self.assertGreater(length / 10, 100)
