"""Saves default modules of RLlib's new API stack, and records what they compute.

    python make_rllib_module_fixtures.py DIRECTORY

Writes DIRECTORY/CASE/module_state.msgpack and .../expected.json for each case. Needs ray[rllib] (seen: 2.60) and
PyTorch. Its results for Tests/ReinInteropTests/Fixtures/RLlibModules are committed.
"""

import json
import logging
import os
import pathlib
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
os.environ.setdefault("RAY_DEDUP_LOGS", "0")
os.environ.setdefault("PYTHONWARNINGS", "ignore")

import msgpack
import numpy
import ray
import torch
from ray.rllib.algorithms.dqn import DQNConfig
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.algorithms.sac import SACConfig
from ray.rllib.core.columns import Columns
from ray.rllib.core.rl_module.default_model_config import DefaultModelConfig

torch.set_num_threads(1)


def case(config, environment, **model):
    return config.environment(environment).rl_module(model_config=DefaultModelConfig(**model))


CASES = {
    "ppo_shared": case(PPOConfig(), "CartPole-v1", fcnet_hiddens=[8, 6], vf_share_layers=True),
    "ppo_separate": case(
        PPOConfig(), "Pendulum-v1", fcnet_hiddens=[8], fcnet_activation="relu", vf_share_layers=False),
    "dqn": case(DQNConfig(), "CartPole-v1", fcnet_hiddens=[8], head_fcnet_hiddens=[6]),
    "sac": case(SACConfig(), "Pendulum-v1", fcnet_hiddens=[8, 6], fcnet_activation="relu", head_fcnet_hiddens=[]),
}


def numbers(tensor):
    return tensor.detach().numpy().astype(float).tolist()


def save_small(source, destination):
    """Copies a file without SAC's critics, whose layers have hundreds of units whatever the settings say."""
    state = msgpack.unpackb(source.read_bytes(), strict_map_key=False)
    destination.write_bytes(msgpack.packb({name: array for name, array in state.items() if "qf" not in name}))


def main(directory):
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    for name in sys.argv[2:] or CASES:
        config = CASES[name].env_runners(num_env_runners=0).debugging(seed=7)
        algorithm = config.build_algo()
        with tempfile.TemporaryDirectory() as checkpoint:
            algorithm.save_to_path(checkpoint, use_msgpack=True)
            folder = pathlib.Path(checkpoint) / "learner_group/learner/rl_module/default_policy"
            path = pathlib.Path(directory) / name
            path.mkdir(parents=True, exist_ok=True)
            save_small(folder / "module_state.msgpack", path / "module_state.msgpack")
        width = algorithm.env_runner.module.observation_space.shape[0]
        scale = numpy.array([1.0, 1.0, 5.0] if width == 3 else [1.0] * width)
        observations = (numpy.random.default_rng(1).normal(size=(8, width)) * scale).astype(numpy.float32)
        # The module that the learner has, whose state was saved.
        module = algorithm.learner_group._learner.module["default_policy"].unwrapped()
        with torch.no_grad():
            output = module.forward_inference({Columns.OBS: torch.from_numpy(observations)})
            expected = {"observations": observations.astype(float).tolist()}
            if Columns.ACTION_DIST_INPUTS in output:
                expected["outputs"] = numbers(output[Columns.ACTION_DIST_INPUTS])
            else:
                expected["outputs"] = numbers(module.compute_q_values({Columns.OBS: torch.from_numpy(observations)})["qf_preds"])
                expected["actions"] = numbers(output[Columns.ACTIONS])
            if hasattr(module, "compute_values"):
                expected["values"] = numbers(module.compute_values({Columns.OBS: torch.from_numpy(observations)}))
        (path / "expected.json").write_text(json.dumps(expected) + "\n")
        algorithm.stop()
        print(name, sorted(output), (path / "module_state.msgpack").stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1])
