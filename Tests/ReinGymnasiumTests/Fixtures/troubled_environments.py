"""An environment for Gymnasium in which something goes wrong, and some that are odd."""

import ctypes
import os
import random
import signal
import time

import gymnasium
import numpy as np


class Troubled(gymnasium.Env):
    """Observes the step and a random number; what goes wrong, where and when is said by its arguments."""

    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (2,), np.float64)
    action_space = gymnasium.spaces.Discrete(3, start=5)

    def __init__(self, trouble="", where="step", when=3, length=20):
        self.trouble, self.where, self.when, self.length = trouble, where, when, length
        self.resets = self.steps = 0
        if trouble == "wide":
            # Rewards and observations are not what the spaces say.
            self.observation_space = gymnasium.spaces.Box(0.0, 1.0, (2,), np.float64)
        if where == "make":
            self.make_trouble()

    def make_trouble(self):
        if self.trouble == "raise":
            raise RuntimeError("the wheel came off")
        if self.trouble == "exit":
            os._exit(7)
        if self.trouble == "sys.exit":
            raise SystemExit(3)
        if self.trouble == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.trouble == "segfault":
            ctypes.string_at(0)
        if self.trouble == "hang":
            time.sleep(1000)
        if self.trouble == "print":
            print("x" * 5_000_000)

    def observe(self):
        value = self.np_random.random()
        if self.trouble == "global":
            value = random.random()
        if self.trouble == "clock":
            value = time.perf_counter()
        if self.steps == self.when and self.where == "step":
            if self.trouble == "NaN":
                value = np.nan
            if self.trouble == "shape" and self.resets > 8:
                return np.zeros(3)
        return np.array([self.steps, value])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.steps = 0
        # The first is the look at the environment, with its episodes.
        self.resets += 1
        if self.where == "reset" and self.resets > 8:
            self.make_trouble()
        return self.observe(), {}

    def step(self, action):
        assert self.action_space.contains(action), action
        self.steps += 1
        if self.where == "step" and self.steps == self.when and self.resets > 8:
            self.make_trouble()
        ended = self.steps == self.length
        if self.trouble == "kinds":
            # An integer as reward, numpy's booleans, and both ends at once.
            return self.observe(), int(action), np.bool_(ended), np.bool_(ended), {}
        return self.observe(), float(action), False, ended, {}


def make(**options):
    return Troubled(**options)


class Busy(Troubled):
    """Holds the interpreter in C: no other thread runs."""

    def step(self, action):
        result = super().step(action)
        if self.resets > 8:
            sum(range(1 << 60))
        return result


def make_busy():
    return Busy()
