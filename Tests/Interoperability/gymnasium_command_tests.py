"""Tests of the command `rein` on environments of this Python, without anything of Swift's tests.

    REIN_COMMAND=.build/release/rein python gymnasium_command_tests.py [-v] [CLASS.TEST]

Runs with an interpreter that has gymnasium, whose environments the command is given; what needs more
is skipped with a message where it is absent.
"""

import importlib.util
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

COMMAND = os.path.abspath(os.environ.get("REIN_COMMAND", ".build/release/rein"))
# Draws from a generator that no seed reaches.
CARELESS = '''
import gymnasium, numpy

class Careless(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(-1, 1, (2,))
    action_space = gymnasium.spaces.Discrete(2)
    generator = numpy.random.default_rng()

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        return self.generator.random(2, numpy.float32), {}

    def step(self, action):
        return self.generator.random(2, numpy.float32), 1.0, False, False, {}

def make():
    return gymnasium.wrappers.TimeLimit(Careless(), 20)
'''
SHORT = ["--set", "environmentCount=4", "--set", "rolloutLength=32", "--set", "epochs=2"]


class CommandTests(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="rein-gymnasium-"))
        self.addCleanup(shutil.rmtree, self.directory)
        # What the workers inherit, and nobody else has.
        self.mark = f"REIN_TEST_MARK={self.directory.name}"
        self.environment = {
            **os.environ, "REIN_PYTHON": sys.executable, "PYTHONPATH": str(self.directory),
            "PYTHONWARNINGS": "ignore", "REIN_TEST_MARK": self.directory.name}

    def start(self, *arguments):
        return subprocess.Popen(
            [COMMAND, *arguments], cwd=self.directory, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)

    def rein(self, *arguments, expecting=0):
        done = subprocess.run(
            [COMMAND, *arguments], cwd=self.directory, env=self.environment, text=True,
            capture_output=True, timeout=300)
        self.assertEqual(done.returncode, expecting, done.stdout[-2000:] + done.stderr[-2000:])
        return done

    def processes(self):
        """Who has the mark in its environment."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def tree(self, path):
        """The bytes of a directory's files."""
        root = self.directory / path
        return {
            str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}

    def last_checkpoint(self, run):
        return max((self.directory / run).glob("checkpoint_*")).relative_to(self.directory)

    def test_interrupt_saves_what_an_undisturbed_run_has(self):
        """Ctrl-C reaches every process of the terminal; the workers live until all is saved."""
        train = ["train", "--environment", "gymnasium:CartPole-v1", "--workers", "2", *SHORT]
        steps = ["--stop-steps", str(4 * 32 * 400)]
        self.rein(*train, *steps, "--output", "whole")
        process = self.start(*train, *steps, "--output", "cut")
        progress = self.directory / "cut" / "progress.csv"
        limit = time.monotonic() + 60
        while not progress.exists() or progress.read_text().count("\n") < 20:
            self.assertIsNone(process.poll(), "it has ended before it was interrupted")
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, errors)
        self.assertNotIn("Traceback", errors)
        limit = time.monotonic() + 1
        while self.processes() and time.monotonic() < limit:
            time.sleep(0.02)
        self.assertEqual(self.processes(), [])
        # What stops it is part of a checkpoint, and is as in the other run.
        self.rein("train", "--resume", "cut", *steps)
        lines = [json.loads(line) for line in (self.directory / "cut/result.json").read_text().splitlines()]
        self.assertGreater(len(lines), 300)
        whole, cut = (self.tree(self.last_checkpoint(run)) for run in ("whole", "cut"))
        self.assertTrue(whole)
        self.assertEqual(set(whole), set(cut))
        for name, data in whole.items():
            self.assertEqual(data, cut[name], name)

    def test_a_policy_with_a_memory_goes_on(self):
        recurrent = ["--set", "network.recurrent=lstm", "--set", "network.recurrentWidth=8"]
        train = ["train", "--environment", "gymnasium:CartPole-v1", *SHORT, *recurrent]
        self.rein(*train, "--stop-steps", "1280", "--workers", "1", "--output", "whole")
        self.rein(*train, "--stop-steps", "640", "--workers", "2", "--output", "half")
        self.rein("train", "--resume", "half", "--stop-steps", "1280", "--workers", "1")
        policies = [
            self.tree(self.last_checkpoint(run) / "policies") for run in ("whole", "half")]
        self.assertTrue(policies[0])
        self.assertEqual(policies[0], policies[1])
        returns = [
            json.loads(self.rein("evaluate", run, "--episodes", "5", "--json").stdout)["returnMean"]
            for run in ("whole", "half")]
        self.assertEqual(returns[0], returns[1])

    @unittest.skipUnless(importlib.util.find_spec("envpool"), "there is no envpool in this Python")
    def test_vectors_of_envpool_train(self):
        self.rein(
            "train", "--environment", "envpool:CartPole-v1", "--algorithm", "dqn", "--stop-steps", "3000",
            "--output", "run")
        answer = json.loads(self.rein("evaluate", "run", "--episodes", "4", "--json").stdout)
        self.assertGreater(answer["returnMean"], 0)
        self.rein("verify", "run")

    def test_check_tells_good_environments_from_careless_ones(self):
        answer = json.loads(
            self.rein("check-environment", "gymnasium:CartPole-v1", "--steps", "100", "--json").stdout)
        self.assertGreater(answer["stepsPerSecond"], 0)
        (self.directory / "careless.py").write_text(CARELESS)
        done = self.rein("check-environment", "python:careless:make", "--steps", "100", expecting=1)
        self.assertRegex(done.stderr, "seed")

    def test_episodes_are_recorded_as_pictures(self):
        if not importlib.util.find_spec("pygame"):
            self.skipTest("there is no pygame in this Python")
        self.environment["SDL_VIDEODRIVER"] = "dummy"
        self.rein(
            "train", "--environment", "gymnasium:CartPole-v1", *SHORT, "--stop-steps", "256", "--output", "run")
        answer = json.loads(self.rein(
            "evaluate", "run", "--episodes", "2", "--record", "pictures", "--record-form", "frames", "--json").stdout)
        pictures = [file for file in (self.directory / "pictures").rglob("*") if file.is_file()]
        self.assertTrue(all(file.read_bytes()[1:4] == b"PNG" for file in pictures if file.suffix == ".png"))
        count = sum(file.suffix == ".png" for file in pictures)
        # One picture of each state, the first one too.
        self.assertEqual(count, round(answer["lengthMean"] * 2) + 2)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
