"""An environment in pure Python whose step takes 200 microseconds of a processor, for Rein and its peers alike:
`python:slow_environment:make`, with this folder in `PYTHONPATH`.

The time is that of the thread: one that waits for a processor does not get on, so that more processes than there are
processors are no faster. What is observed does not depend on the time.
"""

import time

import gymnasium
import numpy

STEP_NANOSECONDS = 200_000


class SlowEnvironment(gymnasium.Env):
    """A point that is pushed to one of two sides, for 200 steps."""

    def __init__(self):
        self.observation_space = gymnasium.spaces.Box(-numpy.inf, numpy.inf, (4,), numpy.float32)
        self.action_space = gymnasium.spaces.Discrete(2)
        self.place = [0.0, 0.0]
        self.steps = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place = [float(number) for number in self.np_random.uniform(-1, 1, 2)]
        self.steps = 0
        return self._observation(), {}

    def step(self, action):
        end = time.thread_time_ns() + STEP_NANOSECONDS
        position, speed = self.place
        speed += 0.05 * (1 if action == 1 else -1) - 0.02 * position
        self.place = [position + 0.1 * speed, 0.99 * speed]
        self.steps += 1
        observation = self._observation()
        while time.thread_time_ns() < end:
            pass
        return observation, -abs(self.place[0]), False, self.steps >= 200, {}

    def _observation(self):
        position, speed = self.place
        return numpy.array([position, speed, position * speed, self.steps / 200], numpy.float32)


def make():
    return SlowEnvironment()
