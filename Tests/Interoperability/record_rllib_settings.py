"""Records all settings of RLlib 2.10's PPO, DQN and SAC with their defaults, as its checkpoints have them.

    python record_rllib_settings.py FILE

Its result, Tests/ReinTestSupport/Fixtures/RLlib/settings.json, is committed: a map from the classes of policies to their
settings, with all entries of `model` and what the replay buffers take. Needs ray[rllib]==2.10.0
(Scripts/make-python-environments).
"""

import inspect
import json
import logging
import os
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
os.environ.setdefault("RAY_DEDUP_LOGS", "0")

from ray.rllib.algorithms.dqn import DQNConfig
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.algorithms.sac import SACConfig
from ray.rllib.utils.exploration import EpsilonGreedy, StochasticSampling
from ray.rllib.utils.replay_buffers import MultiAgentPrioritizedReplayBuffer, MultiAgentReplayBuffer

CLASSES = {"PPOTorchPolicy": PPOConfig, "DQNTorchPolicy": DQNConfig, "SACTorchPolicy": SACConfig}


def parameters(*classes):
    """What constructors take, with their defaults."""
    found = {}
    for each in classes:
        for name, parameter in inspect.signature(each.__init__).parameters.items():
            if parameter.kind is parameter.VAR_KEYWORD or name in ("self", "action_space"):
                continue
            found[name] = None if parameter.default is parameter.empty else parameter.default
    return found


def settings(config):
    found = config.serialize()
    if "replay_buffer_config" in found:
        found["replay_buffer_config"] = {
            **parameters(MultiAgentReplayBuffer, MultiAgentPrioritizedReplayBuffer), **found["replay_buffer_config"]}
    # The framework of an exploration is that of the algorithm; the size of the model and workers are given by RLlib.
    given = {"framework", "model", "num_workers", "worker_index", "policy_config"}
    kind = EpsilonGreedy if "double_q" in found else StochasticSampling
    taken = {key: value for key, value in parameters(kind).items() if key not in given}
    found["exploration_config"] = {**taken, **found["exploration_config"]}
    return found


if __name__ == "__main__":
    document = {name: settings(make().framework("torch")) for name, make in CLASSES.items()}
    text = json.dumps(document, default=str, indent=0, sort_keys=True)
    with open(sys.argv[1], "w") as file:
        file.write(text + "\n")
