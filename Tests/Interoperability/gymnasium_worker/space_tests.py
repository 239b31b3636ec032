"""Observations and actions of every kind of space, and masks from every source."""

import gymnasium as gym
import numpy as np
import worker_environments as environments
from driver import WorkerError, part_width
from harness import ARMED, MODULE, WorkerTest, flat


class SpaceTests(WorkerTest):
    def test_every_space_is_written_as_gymnasium_flattens_it(self):
        for name, space in environments.space_cases().items():
            with self.subTest(name):
                spaces, rows = self.make("Sampled", {"observation": name}, seed=5)
                parts = spaces["agents"][0]["observation"]
                self.assertEqual(sum(map(part_width, parts)), gym.spaces.flatdim(space))
                reference = environments.Sampled(name)
                for step in range(3):
                    expected = reference.reset(seed=5)[0] if step == 0 else reference.step(0)[0]
                    np.testing.assert_array_equal(rows["observations"][0], flat(space, expected))
                    self.driver.step()

    def test_parts_have_paths_bounds_counts_and_starts(self):
        def parts(name, **more):
            return self.driver.hello(f"{MODULE}:Sampled", "python", {"observation": name}, **more)[
                "agents"
            ][0]

        number = np.float32(0.1).item()
        told = parts("float64")
        self.assertEqual(
            (told["observation"][0]["low"], told["observation"][0]["high"]), ([None, number], None)
        )
        told = parts("bytes")["observation"][0]
        self.assertEqual(
            (told["low"], told["high"], told["shape"]), ([0, 1, 2, 3, 4, 5], 200, [2, 3])
        )
        told = parts("started multi")["observation"][0]
        self.assertEqual(
            (told["kind"], told["counts"], told["starts"]), ("oneHot", [3, 4], [1, -1])
        )
        told = parts("nested multi")["observation"][0]
        self.assertEqual((told["shape"], told["counts"]), ([2, 2], [3, 2, 4, 5]))
        told = parts("binary grid")["observation"][0]
        self.assertEqual((told["kind"], told["shape"]), ("binary", [2, 3]))
        told = parts("dict")
        self.assertEqual(
            [part["path"] for part in told["observation"]],
            [[key] for key in environments.space_cases()["dict"].spaces],
        )
        told = parts("deep")
        self.assertEqual(
            sorted(part["path"] for part in told["observation"]),
            [["0"], ["outer", "inner", "0"], ["outer", "inner", "1"]],
        )
        self.assertEqual(parts("number")["observation"][0]["shape"], [])

    def test_images_are_divided_when_asked(self):
        _, rows = self.make(
            "Sampled", {"observation": "images"}, seed=3, rein={"scaleImages": True}
        )
        part = self.driver.spaces["agents"][0]["observation"][0]
        self.assertEqual((part["low"], part["high"]), (0, 1))
        expected = environments.Sampled("images").reset(seed=3)[0].ravel().astype(
            np.float32
        ) / np.float32(255)
        np.testing.assert_array_equal(rows["observations"][0], expected)

    def test_spaces_without_fixed_width_are_refused_with_their_path(self):
        for words in environments.unsupported_spaces():
            with self.subTest(words):
                said = self.refused(
                    f"{MODULE}:Sampled",
                    options={"observation": words, "cases": "unsupported_spaces"},
                )
                self.assertIn(words, said["message"])
                self.assertIn(said["where"], ("make", "spaces"))
                self.assertNotIn("rein_worker", said["traceback"])

    def test_actions_arrive_as_the_space_has_them(self):
        for name, space in environments.action_cases().items():
            with self.subTest(name):
                _, rows = self.make(
                    "Sampled", {"observation": "float32", "action": name}, seed=ARMED
                )
                told = self.driver.spaces["agents"][0]["action"]
                space.seed(4)
                for _ in range(3):
                    if told["kind"] == "box":
                        action = space.high if name == "float64" else space.sample()
                        rows["actions"][0] = np.ravel(action)
                    else:
                        action = space.sample()
                        rows["actions"][0] = self.indices(space, action)
                    self.driver.step()
                with self.assertRaises(WorkerError) as raised:
                    self.driver.step()
                heard = f"heard {type(action).__name__} {action!r}"
                self.assertEqual(raised.exception.content["message"], heard)

    def indices(self, space, action):
        """Discrete actions of a space side by side, without their starts."""
        if isinstance(space, gym.spaces.Dict):
            return [
                i for key, part in space.spaces.items() for i in self.indices(part, action[key])
            ]
        if isinstance(space, gym.spaces.Tuple):
            return [
                i for part, value in zip(space.spaces, action) for i in self.indices(part, value)
            ]
        return np.ravel(np.asarray(action) - getattr(space, "start", 0)).tolist()

    def test_unsupported_actions_are_refused_with_advice(self):
        for words in environments.unsupported_actions():
            with self.subTest(words):
                said = self.refused(
                    f"{MODULE}:Sampled",
                    options={
                        "observation": "float32",
                        "action": words,
                        "action_cases": "unsupported_actions",
                    },
                )
                self.assertIn(words, said["message"])

    def test_integers_must_stay_integers(self):
        for kind, fits in {"int8": True, "uint16": True, "bool": True, "float32": False}.items():
            with self.subTest(kind):
                if fits:
                    self.driver.hello(f"{MODULE}:Integers", "python", {"kind": kind})
                    continue
                said = self.refused(f"{MODULE}:Integers", options={"kind": kind})
                self.assertIn("numbers of float32, the space says int64", said["message"])


class MaskTests(WorkerTest):
    expected = [[0, 1, 1], [1, 1, 0], [0, 1, 1], [1, 1, 0], [0, 1, 1], [1, 1, 0]]

    def check(self, name, options, source, width=3):
        """Masks of six steps, two of them around an end."""
        spaces, rows = self.make(name, options)
        agent = spaces["agents"][0]
        self.assertEqual((agent["maskSource"], agent["maskWidth"]), (source, width))
        for count in range(5):
            np.testing.assert_array_equal(rows["masks"][0][:3], self.expected[count])
            rows["actions"][0] = 1
            self.driver.step()
        self.assertEqual(rows["statuses"][0], 1)
        np.testing.assert_array_equal(rows["finalMasks"][0][:3], self.expected[5])
        np.testing.assert_array_equal(rows["masks"][0][:3], self.expected[0])
        return agent, rows

    def test_masks_in_info(self):
        self.check("Masked", {"source": "info"}, "info")

    def test_masks_of_a_method(self):
        self.check("MaskedByMethod", {}, "method")
        self.check("make_wrapped_mask", {}, "method")

    def test_a_mask_beside_the_observation_leaves_it_alone(self):
        agent, rows = self.check("Masked", {"source": "alone"}, "observation")
        self.assertEqual([part["path"] for part in agent["observation"]], [[]])
        np.testing.assert_array_equal(rows["finals"][0], [5, 0])

    def test_a_mask_among_other_parts_is_taken_out(self):
        agent, rows = self.check("Masked", {"source": "beside"}, "observation")
        paths = [part["path"] for part in agent["observation"]]
        self.assertEqual(sorted(paths), [["gear"], ["speed"]])
        gear, speed = [0, 0, 0, 0, 0, 1], [5]
        expected = gear + speed if paths[0] == ["gear"] else speed + gear
        np.testing.assert_array_equal(rows["finals"][0], expected)

    def test_masks_in_parts_stand_side_by_side(self):
        _, rows = self.check("Masked", {"source": "info", "multi": True}, "info", 5)
        np.testing.assert_array_equal(rows["masks"][0][3:], [1, 0])

    def test_all_is_valid_where_a_final_info_has_no_mask(self):
        _, rows = self.make("Masked", {"source": "info", "fault": "final"})
        for _ in range(5):
            self.driver.step()
        np.testing.assert_array_equal(rows["finalMasks"][0], [1, 1, 1])
        np.testing.assert_array_equal(rows["masks"][0], [0, 1, 1])

    def test_a_mask_that_disappears_or_shrinks_is_an_error(self):
        for source, fault, words in (
            ("info", "later", "there is none"),
            ("info", "short", "2 numbers"),
            ("alone", "short", "2 numbers"),
            ("alone", "later", "there is none"),
        ):
            with self.subTest(source=source, fault=fault):
                said = self.refused(f"{MODULE}:Masked", options={"source": source, "fault": fault})
                self.assertIn(words, said["message"])
        said = self.refused(f"{MODULE}:Masked", options={"source": "alone", "fault": "width"})
        self.assertIn("3 choices", said["message"])
