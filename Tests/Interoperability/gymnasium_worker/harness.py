"""What tests of the worker share: a worker for a class, random actions, comparisons."""

import atexit
import importlib.util
import os
import pathlib
import shutil
import tempfile
import unittest

import gymnasium as gym
import numpy as np
from gymnasium.spaces.utils import flatten

from driver import Driver, WorkerError

MODULE, GAMES = "worker_environments", "worker_games"
# Seeds from here on arm the faults of environments.
ARMED = 1000
# Workers import from their working directory, and simulators write logs there.
DIRECTORY = tempfile.mkdtemp()
atexit.register(shutil.rmtree, DIRECTORY)
for module in MODULE, GAMES:
    shutil.copy(pathlib.Path(__file__).with_name(f"{module}.py"), DIRECTORY)
os.chdir(DIRECTORY)


def has(module):
    """Whether a module is there (nothing: yes)."""
    try:
        return module is None or importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def random_action(space, generator, mask=None):
    """A random action as a row, and as the environment takes it."""
    if isinstance(space, gym.spaces.Box):
        row = generator.uniform(space.low, space.high).astype(np.float32).ravel()
        return row, row.reshape(space.shape)
    choices = np.arange(space.n) if mask is None else np.flatnonzero(mask)
    choice = int(generator.choice(choices))
    return np.array([choice], np.float32), choice + int(space.start)


def flat(space, value):
    """An observation as the worker should write it."""
    return np.asarray(flatten(space, value), np.float64).astype(np.float32)


class WorkerTest(unittest.TestCase):
    """A worker for all tests of a class; `hello` gives it another environment each time."""

    @classmethod
    def setUpClass(cls):
        cls.driver = Driver(DIRECTORY)

    @classmethod
    def tearDownClass(cls):
        cls.driver.close()

    def refused(self, id, kind="python", options=None, **more):
        """What the worker says of an environment that it refuses."""
        with self.assertRaises(WorkerError) as raised:
            self.driver.hello(id, kind, options, **more)
        return raised.exception.content

    def make(self, name, options=None, lanes=1, seed=1, **more):
        """Lanes of an environment of the tests, reset with consecutive seeds."""
        spaces = self.driver.hello(f"{MODULE}:{name}", "python", options, **more)
        rows = self.driver.begin(lanes)
        rows["nextSeeds"][:] = np.arange(lanes) + seed
        self.driver.reset()
        return spaces, rows
