"""Measures Stable-Baselines3's DQN and SAC in the shapes of TrainingBenchmarks, on one thread.

    pip install stable-baselines3 && python Benchmarks/Peers/stable_baselines3_off_policy.py
"""

import time

import torch
from stable_baselines3 import DQN, SAC


def throughput(model, warm_up, steps):
    """Environment steps per second, learning included."""
    model.learn(warm_up)
    start = time.perf_counter()
    model.learn(steps, reset_num_timesteps=False)
    return steps / (time.perf_counter() - start)


torch.set_num_threads(1)

dqn = DQN(
    "MlpPolicy", "CartPole-v1", learning_rate=2.3e-3, batch_size=64, buffer_size=100_000, learning_starts=1000,
    target_update_interval=10, train_freq=256, gradient_steps=128, policy_kwargs={"net_arch": [256, 256]}, seed=1,
    device="cpu")
rate = throughput(dqn, 1280, 1024)
print(f"SB3 DQN CartPole, zoo settings, 2x256, 1 thread: {rate:.0f} steps/s, {rate / 2:.0f} updates/s")

for width in (64, 256):
    sac = SAC("MlpPolicy", "Pendulum-v1", policy_kwargs={"net_arch": [width, width]}, seed=1, device="cpu")
    rate = throughput(sac, 200, 300)
    print(f"SB3 SAC Pendulum, 2x{width}, batch 256, 1 thread: {rate:.0f} updates/s")
