"""What a worker says at first, of environments and of what cannot be one."""

import os
import subprocess
import sys

import gymnasium as gym
import numpy as np
from driver import Driver, WorkerError
from harness import DIRECTORY, GAMES, MODULE, WorkerTest, has


class HelloTests(WorkerTest):
    def test_limits_thresholds_and_versions(self):
        spaces = self.driver.hello("CartPole-v1", options={"max_episode_steps": 7})
        self.assertEqual((spaces["timeLimit"], spaces["rewardThreshold"]), (7, 475))
        self.assertEqual((spaces["id"], spaces["interpreter"]), ("CartPole-v1", sys.executable))
        self.assertEqual(spaces["versions"]["gymnasium"], gym.__version__)
        self.assertEqual(spaces["versions"]["numpy"], np.__version__)
        self.assertTrue(0 < spaces["stepSeconds"] < 0.01)
        rows = self.driver.begin(1)
        rows["nextSeeds"][:] = 1
        self.driver.reset()
        ends = []
        for _ in range(20):
            self.driver.step()
            ends.append(int(rows["statuses"][0]))
        self.assertIn(2, ends)

    def test_options_reach_the_environment_and_ids_may_name_a_module(self):
        spaces = self.driver.hello(f"{MODULE}:rein-tests/Plain-v0")
        self.assertEqual(spaces["id"], "rein-tests/Plain-v0")
        said = self.refused("CartPole-v1", "gymnasium", {"gravitation": 3})
        self.assertEqual((said["type"], said["where"]), ("TypeError", "make"))
        self.assertIn("gravitation", said["message"])
        self.assertIn("CartPole-v1", said["message"])
        self.assertIn("colour", self.refused(f"{MODULE}:Masked", options={"colour": 1})["message"])

    def test_unknown_names_give_the_nearest(self):
        cases = {
            ("gymnasium", "CartPoll-v1"): "CartPole",
            ("gymnasium", "CartPole-v7"): "v1",
            ("gymnasium", "no_such:X-v0"): "no_such",
            ("python", f"{MODULE}:Maskde"): "did you mean Masked?",
            ("python", MODULE): "my_module:make",
            ("python", f"{MODULE}:not_callable"): "cannot be called",
            ("python", f"{MODULE}:make_vector"): "vector of environments",
            ("python", f"{MODULE}:make_nothing"): "builtins.object without reset",
            ("snake", "x"): "gymnasium, python, pettingzoo or envpool",
        }
        if "Taxi-v4" in gym.registry:
            cases["gymnasium", "Taxi-v3"] = "Taxi-v4"
        if has("pettingzoo"):
            cases.update(
                {
                    ("pettingzoo", "classic.tictacto_v3"): "did you mean tictactoe_v3?",
                    ("pettingzoo", "clasic.tictactoe_v3"): "did you mean classic?",
                    ("pettingzoo", "classic.tictactoe_v2"): "use tictactoe_v3",
                    ("pettingzoo", "classic.tictactoe_v3:game"): "has no game",
                }
            )
        if has("envpool"):
            cases["envpool", "CartPoll-v1"] = "did you mean CartPole-v1?"
        for (kind, id), words in cases.items():
            with self.subTest(kind=kind, id=id):
                said = self.refused(id, kind)
                self.assertIn(words, said["message"])
                self.assertIn(said["where"], ("import", "make"))

    def test_what_installs_a_missing_package(self):
        id = f"{MODULE}:Faulty"
        for fault in ("package", "advice"):
            said = self.refused(id, options={"fault": fault})
            self.assertEqual(said["hint"], f'{sys.executable} -m pip install "gymnasium[mujoco]"')
            self.assertEqual(said["installable"], ["gymnasium[mujoco]"])
        said = self.refused(id, options={"fault": "import"})
        self.assertIn("package_of_nobody", said["message"])
        self.assertEqual((said["hint"], said["installable"]), (None, []))

    def test_an_interpreter_without_gymnasium_is_told_what_to_install(self):
        bare = os.path.realpath(sys.executable)
        asked = subprocess.run([bare, "-c", "import gymnasium"], capture_output=True)
        if asked.returncode == 0:
            self.skipTest(f"{bare} has gymnasium")
        with Driver(DIRECTORY, bare) as driver, self.assertRaises(WorkerError) as raised:
            driver.hello("CartPole-v1")
        said = raised.exception.content
        self.assertEqual((said["where"], said["installable"]), ("import", ["gymnasium"]))
        self.assertEqual(said["hint"], f"{bare} -m pip install gymnasium")

    def test_the_traceback_is_the_users(self):
        said = self.refused(f"{MODULE}:Faulty", options={"fault": "make"})
        self.assertEqual(
            (said["type"], said["where"], said["message"]), ("ValueError", "make", "cannot be made")
        )
        self.assertIn('raise ValueError("cannot be made")', said["traceback"])
        self.assertNotIn("rein_worker", said["traceback"])

    def test_warnings_become_notes(self):
        spaces = self.driver.hello(f"{MODULE}:Faulty", "python", {"fault": "warn"})
        self.assertIn("colours are out of date", spaces["notes"])

    def test_environments_are_used_again(self):
        self.driver.hello(f"{MODULE}:Plain", "python")
        for lanes in (3, 1, 4):
            rows = self.driver.begin(lanes)
            rows["nextSeeds"][:] = 1
            self.driver.reset()
            self.driver.step()
            np.testing.assert_array_equal(rows["observations"], [[1, 0]] * lanes)
            self.assertEqual(self.driver.ask({"end": True}), {"ended": True})
        with self.assertRaises(WorkerError):
            self.driver.replay(0, 1, np.zeros((1, 1)))

    def test_lanes_need_environments_of_their_own_and_of_one_kind(self):
        cases = {"make_one": "the same environment twice", "make_other": "with other spaces"}
        for name, words in cases.items():
            self.driver.hello(f"{MODULE}:{name}", "python")
            with self.assertRaises(WorkerError) as raised:
                self.driver.begin(2, first_lane=6)
            content = raised.exception.content
            self.assertIn(words, content["message"])
            self.assertEqual((content["where"], content["lane"]), ("make", 7))

    def test_what_goes_wrong_at_the_first_look_has_a_place(self):
        self.driver.hello(f"{MODULE}:Old", "python")
        for old, words, where, step in (
            ("reset", "reset gave a ndarray, not (observation, info)", "reset", 0),
            ("step", "step gave a tuple of 4, not (observation, reward,", "step", 1),
            ("raise", "at the fourth step", "step", 4),
        ):
            said = self.refused(f"{MODULE}:Old", options={"old": old})
            self.assertIn(words, said["message"])
            self.assertEqual((said["where"], said["seed"], said["step"]), (where, 0, step))
        if has("pettingzoo"):
            said = self.refused(f"{GAMES}:Circle", options={"fault": "always"})
            self.assertEqual((said["where"], said["seed"], said["step"]), ("step", 0, 3))

    def test_messages_out_of_order_are_refused(self):
        with Driver(DIRECTORY) as driver:
            for message in ({"begin": {}}, {"dance": 1}, {"hello": {"protocol": 9}}):
                with self.assertRaises(WorkerError):
                    driver.ask(message)

    def test_environments_that_are_only_vectors(self):
        for mode in ("NEXT_STEP", "SAME_STEP", "DISABLED"):
            with self.subTest(mode):
                self.driver.hello(f"{MODULE}:rein-tests/Vector-v0", options={"mode": mode})
                rows = self.driver.begin(2)
                rows["nextSeeds"][:] = [4, 5]
                self.driver.reset()
                rows["actions"][:] = 1
                for _ in range(4):
                    np.testing.assert_array_equal(rows["observations"][:, 0], [4, 5])
                    rows["nextSeeds"][:] = [6, 7]
                    self.driver.step()
                    np.testing.assert_array_equal(rows["rewards"], [1, 1])
                np.testing.assert_array_equal(rows["statuses"], [1, 1])
                np.testing.assert_array_equal(rows["finals"], [[4, 4], [5, 4]])
                np.testing.assert_array_equal(rows["observations"], [[6, 0], [7, 0]])
