"""Makes policy checkpoints with real RLlib 2.10 and records what RLlib computes with them.

    python make_rllib_fixtures.py DIRECTORY

Writes DIRECTORY/CASE/policy_state.msgpck, .../rllib_checkpoint.json and .../expected.json for each case below: small
networks after an iteration of training. Needs ray[rllib]==2.10.0 (Scripts/make-python-environments). Its results for
Tests/ReinTestSupport/Fixtures/RLlib are committed.
"""

import json
import logging
import os
import pathlib
import re
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
os.environ.setdefault("RAY_DEDUP_LOGS", "0")

import gymnasium
import numpy
import ray
import torch
from ray.rllib.algorithms.dqn import DQNConfig
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.algorithms.sac import SACConfig
from ray.rllib.connectors.agent.synced_filter import SyncedFilterAgentConnector
from ray.rllib.models.preprocessors import get_preprocessor
from ray.rllib.utils.spaces.space_utils import clip_action, unsquash_action
from ray.tune.registry import register_env

torch.set_num_threads(1)


class Samples(gymnasium.Env):
    """An environment of any spaces, which shows samples."""

    def __init__(self, config):
        self.observation_space, self.action_space = config["observations"], config["actions"]
        self.steps = 0

    def reset(self, *, seed=None, options=None):
        self.steps = 0
        self.observation_space.seed(seed or 0)
        return self.observation_space.sample(), {}

    def step(self, action):
        self.steps += 1
        reward = float(numpy.sum(numpy.asarray(action) == 1))
        return self.observation_space.sample(), reward, self.steps >= 20, False, {}


spaces = gymnasium.spaces
VECTOR = spaces.Box(-1, 1, (4,), numpy.float32)
MATRIX = spaces.Box(-1, 1, (2, 3), numpy.float32)
TORQUES = spaces.Box(-2, 2, (2,), numpy.float32)
SPACES = {
    "choices": (VECTOR, spaces.MultiDiscrete([3, 2])),
    # A category for each integer between the bounds.
    "integers": (VECTOR, spaces.Box(0, 2, (2,), numpy.int64)),
    "index": (spaces.Discrete(5), spaces.Discrete(3)),
    "index_torques": (spaces.Discrete(5), TORQUES),
    "indices": (spaces.MultiDiscrete([3, 2]), spaces.Discrete(3)),
    "bits": (spaces.MultiBinary(4), spaces.Discrete(3)),
    "matrix": (MATRIX, spaces.Discrete(3)),
    "matrix_torques": (MATRIX, TORQUES),
}
for name, (observations, actions) in SPACES.items():
    register_env(name, lambda _config, pair=(observations, actions): Samples({"observations": pair[0], "actions": pair[1]}))
PPO = dict(train_batch_size=200, sgd_minibatch_size=50, num_sgd_iter=2, lr=1e-3)
REPLAY = dict(train_batch_size=16, num_steps_sampled_before_learning_starts=32, lr=1e-3)


def ppo(env, model, **settings):
    return PPOConfig().environment(env).training(model=model, **{**PPO, **settings})


def dqn(model, env="CartPole-v1", **settings):
    settings = {**REPLAY, **settings}
    buffer = {"type": "MultiAgentPrioritizedReplayBuffer", "capacity": 1000}
    return (
        DQNConfig().environment(env).training(model=model, replay_buffer_config=buffer, **settings)
        .reporting(min_sample_timesteps_per_iteration=100, min_time_s_per_iteration=0)
    )


def sac(env, hidden, activation, critic_hidden, critic_activation, **settings):
    shared = {key: value for key, value in REPLAY.items() if key != "lr"}
    return (
        SACConfig().environment(env).training(
            policy_model_config={"fcnet_hiddens": hidden, "fcnet_activation": activation},
            q_model_config={"fcnet_hiddens": critic_hidden, "fcnet_activation": critic_activation},
            replay_buffer_config={"type": "MultiAgentReplayBuffer", "capacity": 1000}, **shared, **settings)
        .reporting(min_sample_timesteps_per_iteration=100, min_time_s_per_iteration=0)
    )


CASES = {
    # Means and log standard deviations from the network, mapped to the bounds, observations filtered.
    "ppo_pendulum_filter": ppo("Pendulum-v1", {"fcnet_hiddens": [8, 6], "fcnet_activation": "relu"}).rollouts(
        observation_filter="MeanStdFilter"),
    # Log standard deviations that are parameters; actions are only limited; shared layers.
    "ppo_pendulum_free": ppo(
        "Pendulum-v1", {"fcnet_hiddens": [8], "free_log_std": True, "vf_share_layers": True}
    ).environment("Pendulum-v1", normalize_actions=False, clip_actions=True),
    # Two choices at a time; more hidden layers behind the others.
    "ppo_choices": ppo("choices", {"fcnet_hiddens": [8], "post_fcnet_hiddens": [6], "fcnet_activation": "swish"}),
    "ppo_elu": ppo("CartPole-v1", {"fcnet_hiddens": [8], "fcnet_activation": "elu"}),
    "ppo_gelu": ppo("CartPole-v1", {"fcnet_hiddens": [8, 6], "fcnet_activation": "GELU"}),
    "dqn_sigmoid": dqn({"fcnet_hiddens": [8], "fcnet_activation": "Sigmoid"}, hiddens=[], dueling=False),
    "dqn_leaky_relu": dqn({"fcnet_hiddens": [8], "fcnet_activation": "LeakyReLU"}, hiddens=[], dueling=False),
    "dqn_dueling": dqn({"fcnet_hiddens": [8], "fcnet_activation": "tanh"}, hiddens=[6, 5], dueling=True, double_q=True),
    "dqn_plain": dqn({"fcnet_hiddens": [8, 6], "fcnet_activation": "tanh"}, hiddens=[], dueling=False, double_q=False),
    # RLlib's dueling without layers of their own for the heads: Q = 2 A - mean A.
    "dqn_dueling_bare": dqn({"fcnet_hiddens": [8], "fcnet_activation": "tanh"}, hiddens=[], dueling=True),
    # Discrete actions, and networks of different widths.
    "sac_cartpole": sac("CartPole-v1", [8], "relu", [6, 5], "relu"),
    # One critic, of another nonlinearity.
    "sac_single": sac("Pendulum-v1", [8], "relu", [6], "tanh", twin_q=False),
    "ppo_integers": ppo("integers", {"fcnet_hiddens": [8]}),
    # Observations that RLlib makes vectors of, each in its way.
    "ppo_index": ppo("index", {"fcnet_hiddens": [8]}),
    "dqn_indices": dqn({"fcnet_hiddens": [8]}, env="indices", hiddens=[6]),
    "sac_index": sac("index", [8], "relu", [6], "relu"),
    "sac_index_torques": sac("index_torques", [8], "relu", [6], "relu"),
    "ppo_bits": ppo("bits", {"fcnet_hiddens": [8], "post_fcnet_hiddens": [6], "post_fcnet_activation": "tanh"}),
    "ppo_matrix": ppo("matrix", {"fcnet_hiddens": [8], "fcnet_activation": "relu"}).rollouts(
        observation_filter="MeanStdFilter"),
    "dqn_matrix": dqn({"fcnet_hiddens": [8]}, env="matrix", hiddens=[], dueling=False),
    "dqn_bits_dueling": dqn({"fcnet_hiddens": [8]}, env="bits", hiddens=[6], dueling=True),
    "sac_matrix": sac("matrix", [8], "relu", [6], "relu"),
    "sac_matrix_torques": sac("matrix_torques", [8], "relu", [6], "relu"),
}


def numbers(array):
    return numpy.asarray(array, numpy.float32).astype(float).tolist()


def rows(array):
    return numbers(numpy.reshape(array, (len(array), -1)))


def outputs(policy, observations):
    """What RLlib computes without exploring."""
    result = {"class": type(policy).__name__, "observations": rows(observations)}
    inputs = observations
    filters = policy.agent_connectors[SyncedFilterAgentConnector] if policy.agent_connectors else []
    if filters:
        inputs = numpy.stack([filters[0].filter(row, update=False) for row in observations])
        result["filtered"] = rows(inputs)
    raw, _, extra = policy.compute_actions(inputs, explore=False)
    if isinstance(policy.action_space, gymnasium.spaces.Box):
        if policy.config["normalize_actions"]:
            raw = unsquash_action(raw, policy.action_space_struct)
        elif policy.config["clip_actions"]:
            raw = clip_action(raw, policy.action_space_struct)
    result["actions"] = numpy.asarray(raw).astype(float).tolist()
    if type(policy.observation_space) is not gymnasium.spaces.Box:
        result["space"] = str(policy.observation_space)
    result["outputs"] = numbers(extra["q_values"] if "q_values" in extra else extra["action_dist_inputs"])
    if "vf_preds" in extra:
        result["values"] = numbers(extra["vf_preds"])
    return result


def samples(algorithm, policy, env):
    """Observations as the policy reads them: behind RLlib's preprocessor."""
    if env not in SPACES or env == "choices":
        scale = numpy.array([1.0, 1.0, 5.0] if env == "Pendulum-v1" else [1.0] * 4)
        return (numpy.random.default_rng(1).normal(size=(8, len(scale))) * scale).astype(numpy.float32)
    space = SPACES[env][0]
    space.seed(1)
    preprocessor = get_preprocessor(space)(space)
    return numpy.stack([preprocessor.transform(space.sample()) for _ in range(8)])


def main(directory):
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    chosen = sys.argv[2:] or list(CASES)
    for name in chosen:
        config = CASES[name].rollouts(num_rollout_workers=0).debugging(seed=7).framework("torch")
        algorithm = config.build()
        algorithm.train()
        policy = algorithm.get_policy()
        path = pathlib.Path(directory) / name
        policy.export_checkpoint(str(path), checkpoint_format="msgpack")
        (path / "expected.json").write_text(json.dumps(outputs(policy, samples(algorithm, policy, config.env))) + "\n")
        hide_paths(path / "policy_state.msgpck")
        algorithm.stop()
        print(name, sorted(file.name for file in path.iterdir()))


def hide_paths(path):
    """Pickled code in the file names sources of the machine that wrote it: letters take their place."""
    data = path.read_bytes()
    data = re.sub(rb"/[A-Za-z0-9_./-]*/site-packages", lambda match: b"x" * len(match.group()), data)
    path.write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1])
