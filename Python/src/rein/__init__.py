"""Reinforcement learning with the command ``rein``, from Python.

    import rein

    training = rein.train("HalfCheetah-v5", algorithm="ppo", learning_rate=3e-4, steps=1_000_000)
    for result in training:
        print(result.environment_steps, result.episode_return_mean)
    action = training.policy().action(observation)

``train`` starts the command; ``Policy`` acts in NumPy, without it.
"""

from .errors import CheckpointError, CommandError, FactoryError, ReinError, TrainingError
from .policies import Policy
from .results import Result, Summary
from .starting import train
from .training import Training

__version__ = "0.1.0"

__all__ = [
    "CheckpointError",
    "CommandError",
    "FactoryError",
    "Policy",
    "ReinError",
    "Result",
    "Summary",
    "Training",
    "TrainingError",
    "train",
]
