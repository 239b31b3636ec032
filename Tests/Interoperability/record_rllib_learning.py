"""Records what real RLlib 2.10 does when it learns: a gradient step of SAC, and a prioritised replay buffer.

    python record_rllib_learning.py FIXTURES DIRECTORY

Reads the policies of SAC in FIXTURES (Tests/ReinTestSupport/Fixtures/RLlib) and writes DIRECTORY/CASE/step.json with a batch
and the errors that RLlib computes for it, DIRECTORY/CASE/policy_state.msgpck with the policy after a step on that
batch, and DIRECTORY/prioritized_replay.json. Needs ray[rllib]==2.10.0 (Scripts/make-python-environments). Its results
in Tests/ReinTestSupport/Fixtures/RLlib are committed.
"""

import json
import logging
import pathlib
import random
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import msgpack_numpy
import numpy
import torch
from ray.rllib.policy.policy import Policy
from ray.rllib.policy.sample_batch import SampleBatch
from ray.rllib.utils.replay_buffers.multi_agent_prioritized_replay_buffer import MultiAgentPrioritizedReplayBuffer

from make_rllib_fixtures import hide_paths, numbers

torch.set_num_threads(1)
ROWS = 24
STEPS = {
    "sac_step_pendulum": "sac_pendulum/checkpoint/policies/default_policy",
    "sac_step_cartpole": "sac_cartpole",
    "sac_step_single": "sac_single",
}


def step(source, target):
    """A gradient step with actions at their means, so that there is no noise to record."""
    # RLlib's own loader refuses the integer keys that it writes.
    state = msgpack_numpy.unpackb((source / "policy_state.msgpck").read_bytes(), strict_map_key=False)
    policy = Policy.from_state(state)
    # Targets are not in the file: those of Rein are copies, and RLlib's are copies but for what tau leaves of new ones.
    policy.update_target(tau=1.0)
    policy.config["_deterministic_loss"] = True
    policy.config["grad_clip"] = 0.05
    draw = numpy.random.default_rng(11)
    width = policy.observation_space.shape[0]
    discrete = hasattr(policy.action_space, "n")
    # Rewards on both sides of where the loss of an error becomes linear.
    batch = {
        SampleBatch.OBS: draw.normal(size=(ROWS, width)).astype(numpy.float32),
        SampleBatch.NEXT_OBS: draw.normal(size=(ROWS, width)).astype(numpy.float32),
        SampleBatch.ACTIONS: draw.integers(2, size=ROWS) if discrete
        else draw.uniform(-0.9, 0.9, (ROWS, policy.action_space.shape[0])).astype(numpy.float32),
        SampleBatch.REWARDS: (2 * draw.normal(size=ROWS)).astype(numpy.float32),
        SampleBatch.TERMINATEDS: draw.uniform(size=ROWS) < 0.25,
        "weights": draw.uniform(0.2, 1, ROWS).astype(numpy.float32),
    }
    path = pathlib.Path(target)
    path.mkdir(parents=True, exist_ok=True)
    result = policy.learn_on_batch(SampleBatch({key: value.copy() for key, value in batch.items()}))
    policy.export_checkpoint(str(path), checkpoint_format="msgpack")
    hide_paths(path / "policy_state.msgpck")
    discount = policy.config["gamma"] ** policy.config["n_step"]
    recorded = {
        "observations": numbers(batch[SampleBatch.OBS]),
        "nextObservations": numbers(batch[SampleBatch.NEXT_OBS]),
        "actions": numbers(batch[SampleBatch.ACTIONS]),
        "rewards": numbers(batch[SampleBatch.REWARDS]),
        "discounts": numbers(numpy.where(batch[SampleBatch.TERMINATEDS], 0, discount)),
        "weights": numbers(batch["weights"]),
        "maximumGradientNorm": policy.config["grad_clip"],
        "errors": numbers(result["td_error"]),
        "criticLoss": float(result["learner_stats"]["critic_loss"]),
        "actorLoss": float(result["learner_stats"]["actor_loss"]),
    }
    (path / "step.json").write_text(json.dumps(recorded) + "\n")


def replay(target):
    """A buffer that is filled, learnt from and partly overwritten."""
    alpha, beta, epsilon, count, overwritten = 0.6, 0.4, 0.01, 13, 3
    buffer = MultiAgentPrioritizedReplayBuffer(
        capacity=count, prioritized_replay_alpha=alpha, prioritized_replay_beta=beta, prioritized_replay_eps=epsilon)

    def add(number):
        # The weights are those that postprocessing gives to samples of DQN and SAC.
        rows = {"obs": numpy.zeros((number, 1), numpy.float32), "weights": numpy.ones(number, numpy.float32)}
        buffer.add(SampleBatch(rows).as_multi_agent())

    add(count)
    errors = numbers(3 * numpy.random.default_rng(5).normal(size=count))
    buffer.update_priorities({"default_policy": (numpy.arange(count), numpy.array(errors))})
    add(overwritten)
    inner = buffer.replay_buffers["default_policy"]
    uniforms = [float(x) for x in numpy.random.default_rng(6).uniform(size=60)]
    drawn = iter(uniforms)
    original, random.random = random.random, lambda: next(drawn)
    sample = inner.sample(len(uniforms), beta=beta)
    random.random = original
    weights = dict(zip(sample["batch_indexes"].tolist(), sample["weights"].tolist()))
    while len(weights) < count:
        sample = inner.sample(200, beta=beta)
        weights.update(zip(sample["batch_indexes"].tolist(), sample["weights"].tolist()))
    drawn = iter(uniforms)
    random.random = lambda: next(drawn)
    indices = inner._sample_proportional(len(uniforms))
    random.random = original
    recorded = {
        "alpha": alpha, "beta": beta, "epsilon": epsilon, "overwritten": overwritten, "errors": errors,
        "priorities": [float(inner._it_sum[index]) for index in range(count)],
        "weights": [weights[index] for index in range(count)],
        "draws": [{"uniform": uniform, "index": int(index)} for uniform, index in zip(uniforms, indices)],
    }
    pathlib.Path(target).write_text(json.dumps(recorded) + "\n")


def main(fixtures, directory):
    pathlib.Path(directory).mkdir(parents=True, exist_ok=True)
    replay(f"{directory}/prioritized_replay.json")
    for name, source in STEPS.items():
        step(pathlib.Path(fixtures) / source, pathlib.Path(directory) / name)


if __name__ == "__main__":
    main(*sys.argv[1:])
