"""Measures Stable-Baselines3's PPO on CartPole-v1 in the two shapes of TrainingBenchmarks, on one thread.

    pip install stable-baselines3 && python Benchmarks/Peers/stable_baselines3_ppo.py
"""

import time

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env


def throughput(environments, steps, epochs, minibatch, iterations):
    """Environment steps per second, learning included, after one iteration to warm up."""
    model = PPO(
        "MlpPolicy", make_vec_env("CartPole-v1", environments, seed=1), n_steps=steps, n_epochs=epochs,
        batch_size=minibatch, learning_rate=1e-3, seed=1, device="cpu")
    model.learn(environments * steps)
    start = time.perf_counter()
    model.learn(iterations * environments * steps, reset_num_timesteps=False)
    return iterations * environments * steps / (time.perf_counter() - start)


torch.set_num_threads(1)
for environments, steps, epochs, minibatch in [(8, 256, 10, 64), (32, 128, 4, 256)]:
    rates = sorted(throughput(environments, steps, epochs, minibatch, 2) for _ in range(3))
    print(
        f"SB3 PPO CartPole, 2x64 tanh separate, {environments} x {steps}, {epochs} epochs, minibatch {minibatch}, "
        f"1 thread: {rates[1]:.0f} steps/s [{rates[0]:.0f}..{rates[2]:.0f}]")
