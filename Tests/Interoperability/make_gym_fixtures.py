"""Writes spaces, and a VecNormalize, as the default protocol of Python 3.7 pickles them.

    python make_gym_fixtures.py DIRECTORY

writes DIRECTORY/SPACE.pkl and DIRECTORY/normalization.pkl. They are the files in
Tests/ReinInteropTests/Fixtures/Gym23. Needs gym 0.23.1, whose spaces own random generators of a class of Gym's own, and
stable_baselines3 1.6.2.
"""

import pathlib
import pickle
import sys

import gym
import numpy
from gym.spaces import Box, Discrete, MultiBinary, MultiDiscrete
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

PROTOCOL = 3
OBSERVATIONS = Box(numpy.array([-numpy.inf, -2], "f4"), numpy.array([numpy.inf, 3], "f4"))
SPACES = {
    "box": OBSERVATIONS,
    "integers": Box(0, 5, (2,), numpy.int32),
    "discrete": Discrete(3),
    "multi_discrete": MultiDiscrete([2, 3]),
    "multi_binary": MultiBinary(4),
}


class Steps(gym.Env):
    observation_space, action_space = OBSERVATIONS, SPACES["discrete"]

    def reset(self):
        self.steps = 0
        return numpy.zeros(2, "f4")

    def step(self, action):
        self.steps += 1
        return numpy.array([self.steps, -1], "f4"), 1.0, False, {}


def main(directory):
    # A generator is there from the first seed on.
    for seed, space in enumerate(SPACES.values()):
        space.seed(seed)
    environment = VecNormalize(DummyVecEnv([Steps]))
    environment.reset()
    for _ in range(3):
        environment.step(numpy.array([0]))
    for name, value in {**SPACES, "normalization": environment}.items():
        (directory / f"{name}.pkl").write_bytes(pickle.dumps(value, protocol=PROTOCOL))
    print(environment.obs_rms.mean, environment.obs_rms.var, environment.ret_rms.var, environment.epsilon)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
