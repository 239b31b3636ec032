"""Steps per second of Stable-Baselines3's PPO in the shape of `GymnasiumBenchmarks training`: 2x64 tanh, 8
environments, 2,048 steps an iteration, 10 epochs, minibatches of 64.

    pip install "gymnasium[mujoco,box2d]" stable-baselines3
    python stable_baselines3_gymnasium.py HalfCheetah-v5 --vector dummy|subproc [--threads 1] [--seconds 10]

An environment is an id of Gymnasium, or `python:module:function`. The first iteration is not counted; then come whole
iterations until the time is over. Prints a line of JSON with the share of the time that is learning.
"""

import argparse
import importlib
import json
import sys
import time

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv

ENVIRONMENTS = 8
STEPS = 2048 // ENVIRONMENTS
VECTORS = {"dummy": DummyVecEnv, "subproc": SubprocVecEnv}


class Stopwatch(BaseCallback):
    """Counts from the beginning of the second iteration on, and ends training after some seconds."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds
        self.iterations = 0
        self.is_over = False

    def _on_rollout_start(self):
        now = time.perf_counter()
        if self.iterations == 0:
            pass
        elif self.iterations == 1:
            self.begun, self.first, self.learning = now, self.num_timesteps, 0.0
        else:
            self.learning += now - self.sampled
            self.elapsed, self.steps = now - self.begun, self.num_timesteps - self.first
            self.is_over = self.elapsed >= self.seconds
        self.iterations += 1

    def _on_rollout_end(self):
        self.sampled = time.perf_counter()

    def _on_step(self):
        return not self.is_over


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("environment")
    parser.add_argument("--vector", choices=VECTORS, required=True)
    parser.add_argument("--threads", type=int, default=1, help="of torch")
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    made = options.environment
    if made.startswith("python:"):
        module, function = made.split(":")[1:]
        made = getattr(importlib.import_module(module), function)
    model = PPO(
        "MlpPolicy", make_vec_env(made, ENVIRONMENTS, seed=1, vec_env_cls=VECTORS[options.vector]), n_steps=STEPS,
        n_epochs=10, batch_size=64, learning_rate=3e-4, seed=1, device="cpu")
    stopwatch = Stopwatch(options.seconds)
    model.learn(sys.maxsize, callback=stopwatch)
    model.env.close()
    print(json.dumps({
        "vector": options.vector, "environment": options.environment, "threads": options.threads,
        "stepsPerSecond": stopwatch.steps / stopwatch.elapsed,
        "learningShare": stopwatch.learning / stopwatch.elapsed, "steps": stopwatch.steps,
    }))


if __name__ == "__main__":
    main()
