"""Trains Stable-Baselines3's DQN with RL Baselines3 Zoo's settings for CartPole-v1. Evaluates the last policy of each
seed for 100 episodes with its best actions, as LearningBenchmarks does for `dqn zoo/CartPole-v1`, and policies on the
way there for 10.

    pip install stable-baselines3 && python Benchmarks/Peers/stable_baselines3_learning.py [FIRST_SEED] [LAST_SEED]
"""

import sys

import torch
from stable_baselines3 import DQN
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
import gymnasium


class Snapshots(BaseCallback):
    """Evaluates the policy every 2,500 steps of the second half."""

    def __init__(self):
        super().__init__()
        self.means = []
        self.environment = Monitor(gymnasium.make("CartPole-v1"))

    def _on_step(self):
        if self.num_timesteps > 25_000 and self.num_timesteps % 2_500 == 0:
            mean, _ = evaluate_policy(self.model, self.environment, n_eval_episodes=10, deterministic=True)
            self.means.append(mean)
        return True


torch.set_num_threads(1)

first = int(sys.argv[1]) if len(sys.argv) > 1 else 1
last = int(sys.argv[2]) if len(sys.argv) > 2 else 5
for seed in range(first, last + 1):
    model = DQN(
        "MlpPolicy", "CartPole-v1", learning_rate=2.3e-3, batch_size=64, buffer_size=100_000, learning_starts=1000,
        gamma=0.99, target_update_interval=10, train_freq=256, gradient_steps=128, exploration_fraction=0.16,
        exploration_final_eps=0.04, policy_kwargs={"net_arch": [256, 256]}, seed=seed, device="cpu")
    snapshots = Snapshots()
    model.learn(50_000, callback=snapshots)
    mean, deviation = evaluate_policy(model, model.get_env(), n_eval_episodes=100, deterministic=True)
    print(f"SB3 DQN CartPole, zoo settings, seed {seed}: {mean:.1f} ± {deviation:.1f}", flush=True)
    print("  every 2,500 steps:", " ".join(f"{mean:.0f}" for mean in snapshots.means), flush=True)
