"""Trains Stable-Baselines3's DQN with RL Baselines3 Zoo's settings for CartPole-v1 and evaluates the last policy of each
seed for 100 episodes with its best actions, as LearningBenchmarks does for `dqn zoo/CartPole-v1`.

    pip install stable-baselines3 && python Benchmarks/Peers/stable_baselines3_learning.py [SEEDS]
"""

import sys

import torch
from stable_baselines3 import DQN
from stable_baselines3.common.evaluation import evaluate_policy

torch.set_num_threads(1)

for seed in range(1, 1 + int(sys.argv[1] if len(sys.argv) > 1 else 5)):
    model = DQN(
        "MlpPolicy", "CartPole-v1", learning_rate=2.3e-3, batch_size=64, buffer_size=100_000, learning_starts=1000,
        gamma=0.99, target_update_interval=10, train_freq=256, gradient_steps=128, exploration_fraction=0.16,
        exploration_final_eps=0.04, policy_kwargs={"net_arch": [256, 256]}, seed=seed, device="cpu")
    model.learn(50_000)
    mean, deviation = evaluate_policy(model, model.get_env(), n_eval_episodes=100, deterministic=True)
    print(f"SB3 DQN CartPole, zoo settings, seed {seed}: {mean:.1f} ± {deviation:.1f}", flush=True)
