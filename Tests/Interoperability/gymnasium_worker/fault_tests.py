"""Environments that do something wrong, and workers that end."""

import json
import os
import pathlib
import signal
import tempfile
import time
import unittest

import numpy as np
from driver import Driver, WorkerDied, WorkerError
from harness import ARMED, DIRECTORY, MODULE, WorkerTest


class FaultTests(WorkerTest):
    def armed(self, fault, lanes=2):
        """Lanes of which the second has the fault at its third step."""
        self.driver.hello(f"{MODULE}:Faulty", "python", {"fault": fault})
        rows = self.driver.begin(lanes, first_lane=10)
        rows["nextSeeds"][:] = 1
        rows["nextSeeds"][1] = ARMED
        self.driver.reset()
        self.driver.step()
        self.driver.step()
        return rows

    def test_exceptions_name_lane_seed_and_step(self):
        said = {
            "raise": "the wheel came off",
            "exit": "3",
            "interrupt": "KeyboardInterrupt",
            "shape": "observation: shape (3,), the space says (2,)",
            "ragged": "observation: list is no array",
            "text": "observation: numbers of <U1",
            "none": "observation: shape ()",
            "huge reward": "too large",
            "text reward": "reward: '1.0' (str)",
            "list reward": "reward: [1.0]",
            "none reward": "reward: None",
            "array reward": "reward: array([1.])",
            "none ends": "terminated: None",
            "number ends": "truncated: 1.0",
            "four": "a tuple of 4",
            "nothing": "a NoneType",
        }
        for fault, words in said.items():
            with self.subTest(fault):
                rows = self.armed(fault)
                with self.assertRaises(WorkerError) as raised:
                    self.driver.step()
                content = raised.exception.content
                self.assertIn(words, content["message"])
                self.assertEqual(
                    (content["where"], content["lane"], content["seed"], content["step"]),
                    ("step", 11, ARMED, 3),
                )
                # It goes on after a reset.
                rows["nextSeeds"][:] = 1
                self.driver.reset()
                self.driver.step()
                np.testing.assert_array_equal(rows["observations"], [[1, 0], [1, 0]])

    def test_a_traceback_shows_the_environments_lines(self):
        self.armed("raise")
        with self.assertRaises(WorkerError) as raised:
            self.driver.step()
        told = raised.exception.content["traceback"]
        self.assertIn('in deep\n    raise ValueError("the wheel came off")', told)
        self.assertNotIn("rein_worker", told)

    def test_an_exception_in_reset(self):
        self.driver.hello(f"{MODULE}:Faulty", "python", {"fault": "reset"})
        rows = self.driver.begin(2)
        rows["nextSeeds"][:] = 1
        self.driver.reset()
        for _ in range(4):
            self.driver.step()
        rows["nextSeeds"][:] = ARMED
        with self.assertRaises(WorkerError) as raised:
            self.driver.step()
        content = raised.exception.content
        self.assertEqual(
            (content["where"], content["lane"], content["seed"], content["step"]),
            ("reset", 0, ARMED, 0),
        )

    def test_odd_values_that_are_right(self):
        for fault, name, expected in (
            ("int reward", "rewards", 2),
            ("numpy reward", "rewards", 2.5),
            ("numpy ends", "statuses", 2),
            ("array ends", "statuses", 1),
            ("both ends", "statuses", 1),
            ("list", "observations", [1, 2.5]),
            ("nan", "observations", [np.nan, np.inf]),
            ("wide", "observations", [np.inf, -np.inf]),
        ):
            with self.subTest(fault):
                rows = self.armed(fault)
                self.driver.step()
                np.testing.assert_array_equal(rows[name][1], expected)

    def test_megabytes_of_output_stay_out_of_the_protocol(self):
        rows = self.armed("print")
        before = len(self.driver.output)
        self.driver.step()
        np.testing.assert_array_equal(rows["observations"], [[3, 0], [3, 0]])
        while len(self.driver.output) - before < 6_000_001:
            self.driver.wait(self.driver.output_read)
        self.assertEqual(self.driver.output.count(b"y"), 3_000_000)

    def test_the_header_tells_the_last_act_of_a_dead_worker(self):
        with Driver(DIRECTORY) as driver:
            driver.hello(f"{MODULE}:Faulty", "python", {"fault": "die"})
            rows = driver.begin(3)
            rows["nextSeeds"][:] = [1, 2, ARMED]
            driver.reset()
            driver.step()
            driver.step()
            with self.assertRaises(WorkerDied):
                driver.step()
            np.testing.assert_array_equal(rows["header"][:2], [2, 3])
            self.assertEqual(os.waitstatus_to_exitcode(driver.finished()), 9)

    def test_a_replay_that_ends_early_says_so(self):
        self.driver.hello(f"{MODULE}:Plain", "python")
        self.driver.begin(2)
        self.assertEqual(
            self.driver.replay(1, 3, np.zeros((8, 1))), {"lane": 1, "steps": 5, "ended": True}
        )
        self.assertEqual(self.driver.replay(1, 3, np.zeros((0, 1))), {"lane": 1, "steps": 0})
        self.driver.hello(f"{MODULE}:Faulty", "python", {"fault": "raise"})
        self.driver.begin(2, first_lane=4)
        with self.assertRaises(WorkerError) as raised:
            self.driver.replay(1, ARMED, np.zeros((4, 1)))
        content = raised.exception.content
        self.assertEqual(
            (content["where"], content["lane"], content["seed"], content["step"]),
            ("replay", 5, ARMED, 3),
        )

    def test_a_block_that_is_not_there_is_an_error(self):
        self.driver.hello(f"{MODULE}:Plain", "python")
        rows = self.driver.begin(2)
        for byte in (1, 65, 200):
            os.write(self.driver.requests, bytes([byte]))
            self.driver.wait(self.driver.replies)
            self.assertEqual(os.read(self.driver.replies, 1), b"\xff")
            with self.assertRaises(WorkerError) as raised:
                self.driver.receive()
            self.assertIn("no such block", str(raised.exception))
        rows["nextSeeds"][:] = 1
        self.driver.reset()
        self.driver.step()
        self.assertEqual(rows["header"][0], -1)

    def test_many_requests_at_once_are_served_in_order(self):
        self.driver.hello(f"{MODULE}:Plain", "python")
        rows = self.driver.begin(64, [[lane, lane + 1] for lane in range(64)])
        rows["nextSeeds"][:] = 1
        for block in range(64):
            self.driver.request(64 + block)
        for block in range(64):
            self.driver.reply(64 + block)
        order = np.random.default_rng(1).permutation(64).tolist()
        for block in order:
            self.driver.request(block)
        for block in order:
            self.driver.reply(block)
        np.testing.assert_array_equal(rows["observations"][:, 0], np.ones(64))


class LifeTests(unittest.TestCase):
    def stuck(self, fault):
        """A worker whose second step never returns."""
        driver = Driver(DIRECTORY)
        driver.hello(f"{MODULE}:Faulty", "python", {"fault": fault})
        driver.begin(1)
        driver.rows["nextSeeds"][:] = ARMED
        driver.reset()
        driver.step()
        driver.step()
        driver.request(0)
        time.sleep(0.1)
        self.assertIsNone(driver.finished(0))
        return driver

    def test_a_worker_ends_within_a_second_of_its_trainer(self):
        for fault in ("loop", "sleep", "hold"):
            with self.subTest(fault):
                driver = self.stuck(fault)
                driver.abandon()
                self.assertIsNotNone(driver.finished(1))
                self.assertEqual(os.waitstatus_to_exitcode(driver.status), -signal.SIGKILL)
                driver.close()

    def test_a_worker_ends_when_its_trainer_is_killed(self):
        told, tell = os.pipe()
        trainer = os.fork()
        if trainer == 0:
            driver = self.stuck("hold")
            os.write(tell, str(driver.pid).encode())
            time.sleep(100)
            os._exit(0)
        worker = int(os.read(told, 20))
        os.kill(trainer, signal.SIGKILL)
        os.waitpid(trainer, 0)
        until = time.monotonic() + 1
        while self.lives(worker) and time.monotonic() < until:
            time.sleep(0.01)
        self.assertFalse(self.lives(worker))

    def lives(self, pid):
        try:
            return "State:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return False

    def test_a_trainer_that_is_gone_at_the_start(self):
        driver = Driver(DIRECTORY)
        driver.abandon()
        self.assertIsNotNone(driver.finished(2))
        driver.close()

    def test_an_interrupt_of_the_terminal_is_the_trainers(self):
        driver = self.stuck("nap")
        for _ in range(3):
            os.killpg(driver.pid, signal.SIGINT)
        driver.reply(0)
        driver.step()
        driver.close()
        self.assertEqual(os.waitstatus_to_exitcode(driver.status), 0)

    def test_descriptors_stay_with_the_worker(self):
        code = "import os; print(sorted(int(n) for n in os.listdir('/proc/self/fd')))"
        with tempfile.TemporaryDirectory() as directory:
            (pathlib.Path(directory) / "forks.py").write_text(
                "import os, subprocess, sys\n"
                "def make():\n"
                f"    command = [sys.executable, '-c', {code!r}]\n"
                "    raise ValueError(subprocess.check_output(command, close_fds=False).decode())\n"
            )
            with Driver(directory) as driver, self.assertRaises(WorkerError) as raised:
                driver.hello("forks:make", "python")
        open_ones = json.loads(raised.exception.content["message"])
        # Standard ones, and the directory that is listed.
        self.assertEqual(open_ones, [0, 1, 2, 3])
