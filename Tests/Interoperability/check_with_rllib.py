"""Opens Rein's MessagePack checkpoints with unmodified RLlib 2.10 and compares what it computes.

    python check_with_rllib.py DIRECTORY

DIRECTORY/policies/NAME are policy checkpoints, each with an expected.json beside it (NAME.json): "observations",
"actions", "outputs". DIRECTORY/algorithms/NAME are algorithm checkpoints, each of which is loaded, compared with its
policies alone, and trained for an iteration; or must not load, where NAME.json says {"loads": false}. Prints a line for
each; the exit code is 1 when something differs or does not load. Needs ray[rllib]==2.10.0
(Scripts/make-python-environments). Run by Tests/ReinTests/RLlib/RealRLlibTests.swift.
"""

import json
import logging
import os
import pathlib
import sys
import traceback
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
os.environ.setdefault("RAY_DEDUP_LOGS", "0")
os.environ.setdefault("PYTHONWARNINGS", "ignore")

import gymnasium
import numpy
import ray
import torch
from ray.rllib.algorithms.algorithm import Algorithm
from ray.rllib.connectors.agent.synced_filter import SyncedFilterAgentConnector
from ray.rllib.env.multi_agent_env import make_multi_agent
from ray.rllib.policy.policy import Policy
from ray.rllib.utils.spaces.space_utils import clip_action, unsquash_action
from ray.tune.registry import register_env

torch.set_num_threads(1)
TOLERANCE = 1e-5
for name, count in (("MultiAgentCartPole-v1", 2), ("multi_agent_cartpole", 5)):
    register_env(name, lambda _config, count=count: make_multi_agent("CartPole-v1")({"num_agents": count}))


def outputs(policy, observations):
    observations = numpy.reshape(observations, (len(observations), *policy.observation_space.shape))
    inputs = observations
    filters = policy.agent_connectors[SyncedFilterAgentConnector] if policy.agent_connectors else []
    if filters:
        inputs = numpy.stack([filters[0].filter(row, update=False) for row in observations])
    actions, _, extra = policy.compute_actions(inputs, explore=False)
    if isinstance(policy.action_space, gymnasium.spaces.Box):
        if policy.config["normalize_actions"]:
            actions = unsquash_action(actions, policy.action_space_struct)
        elif policy.config["clip_actions"]:
            actions = clip_action(actions, policy.action_space_struct)
    elif isinstance(policy.action_space, gymnasium.spaces.Discrete):
        actions = numpy.asarray(actions) + policy.action_space.start
    return actions, extra["q_values"] if "q_values" in extra else extra["action_dist_inputs"]


def check_policy(path):
    expected = json.loads(path.with_name(path.name + ".json").read_text())
    policy = Policy.from_checkpoint(str(path))
    actions, found = outputs(policy, numpy.array(expected["observations"], numpy.float32))
    count = len(expected["observations"])
    errors = [
        numpy.abs(numpy.asarray(left, float).reshape(count, -1) - numpy.array(right, float).reshape(count, -1)).max()
        for left, right in ((actions, expected["actions"]), (found, expected["outputs"]))]
    steps = [[state["step"] for state in optimizer.state_dict()["state"].values()] for optimizer in policy._optimizers]
    counts = [sorted({float(step) for step in optimizer}) for optimizer in steps]
    assert max(errors) <= TOLERANCE, f"actions differ by {errors[0]}, outputs by {errors[1]}"
    assert counts == expected["steps"], f"optimizers have taken {counts} steps, not {expected['steps']}"
    return f"actions within {errors[0]:.1e}, outputs within {errors[1]:.1e}, steps {counts}"


def compare_policies(algorithm, path, ids):
    """Compares what the policies of an algorithm compute with what they do alone."""
    random = numpy.random.default_rng(3)
    for name in ids:
        alone = Policy.from_checkpoint(str(path / "policies" / name))
        observations = random.normal(size=(8, *alone.observation_space.shape)).astype(numpy.float32)
        pairs = zip(outputs(algorithm.get_policy(name), observations), outputs(alone, observations))
        errors = [numpy.abs(numpy.asarray(left, float) - numpy.asarray(right, float)).max() for left, right in pairs]
        assert max(errors) <= TOLERANCE, f"{name} in the algorithm differs from {name} alone by {errors}"
        for key in ("gamma", "clip_rewards", "grad_clip", "normalize_actions", "clip_actions"):
            found, expected = algorithm.get_policy(name).config[key], alone.config[key]
            assert found == expected, f"{key} of {name} in the algorithm is {found}, and alone {expected}"


def check_algorithm(path):
    note = path.with_name(path.name + ".json")
    if note.exists() and not json.loads(note.read_text())["loads"]:
        try:
            load_algorithm(path)
        except Exception as error:
            return f"does not load, as it should: {type(error).__name__}"
        raise AssertionError("loads, and should not")
    return load_algorithm(path)


def load_algorithm(path):
    ids = sorted(entry.name for entry in (path / "policies").iterdir() if entry.is_dir())

    def policy_of(agent, *_args, **_more):
        return ids[int(agent) % len(ids)] if isinstance(agent, int) else ids[0]

    # RLlib saves no mapping, and knows the way to this one policy only.
    mapping = {"policy_mapping_fn": policy_of} if ids != ["default_policy"] else {}
    algorithm = Algorithm.from_checkpoint(str(path), **mapping)
    try:
        compare_policies(algorithm, path, ids)
        before = algorithm.training_iteration
        steps = algorithm._counters["num_env_steps_sampled"]
        result = algorithm.train()
        assert algorithm.training_iteration == before + 1, "the iterations are not counted on"
        assert algorithm._counters["num_env_steps_sampled"] > steps, "no steps were sampled"
        learnt = result["info"]["learner"]
        return f"iteration {before} + 1, {steps} steps and on, learnt from {sorted(learnt)}"
    finally:
        algorithm.stop()


def main(directory):
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    failures = 0
    for kind, check in (("policies", check_policy), ("algorithms", check_algorithm)):
        folder = pathlib.Path(directory).resolve() / kind
        for path in sorted(entry for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []:
            try:
                print(f"{kind}/{path.name}: {check(path)}", flush=True)
            except Exception as error:
                failures += 1
                last = traceback.extract_tb(error.__traceback__)[-1]
                print(f"{kind}/{path.name}: {type(error).__name__}: {error} ({last.filename}:{last.lineno})", flush=True)
                if os.environ.get("TRACE"):
                    traceback.print_exc()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
