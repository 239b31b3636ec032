"""Loads exported tensors into policies of Stable-Baselines3 and compares what their layers compute with Rein's outputs.

    python load_stable_baselines3_tensors.py DIRECTORY

DIRECTORY has a file NAME.safetensors of each policy, with the names "sb3", and a file NAME.case as run_torch_policies.py
describes it. Needs stable_baselines3, sb3_contrib and safetensors. Run by
Tests/ReinExportTests/SafeTensors/TorchPythonTests.swift.
"""

import json
import pathlib
import sys

import numpy
import torch
from gymnasium import spaces
from safetensors import safe_open
from safetensors.torch import load_file
from sb3_contrib.common.recurrent.policies import RecurrentActorCriticPolicy
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.dqn.policies import DQNPolicy
from stable_baselines3.sac.policies import SACPolicy
from stable_baselines3.td3.policies import TD3Policy
from torch import nn

ACTIVATIONS = {"identity": nn.Identity, "tanh": nn.Tanh, "relu": nn.ReLU, "silu": nn.SiLU, "elu": nn.ELU,
               "leakyReLU": nn.LeakyReLU, "gelu": nn.GELU, "sigmoid": nn.Sigmoid}
LEFT_OUT = ("mlp_extractor.value_net.", "value_net.", "critic", "actor_target.", "q_net_target.")


def space(about):
    """A space of Gymnasium's. Bounds do not matter to the layers, but have to be finite for some policies."""
    if about["type"] == "discrete":
        return spaces.Discrete(about["count"])
    if about["type"] == "multiDiscrete":
        return spaces.MultiDiscrete(about["counts"])
    return spaces.Box(-1, 1, shape=tuple(about["shape"]), dtype=numpy.float32)


def policy_and_layers(about, tensors):
    """A policy of the class that has these tensors, and a function that makes what Rein gives out of observations."""
    head, hidden = about["head"], [layer["outputs"] for layer in about["layers"][:-1]]
    activation = ACTIVATIONS[about["layers"][0]["activation"]] if hidden else nn.Tanh
    arguments = [space(about["observation_space"]), space(about["action_space"]), lambda _: 1e-3]
    uses_sde = head.get("deviations") == "features"
    if "q_net.q_net.0.weight" in tensors:
        policy = DQNPolicy(*arguments, net_arch=hidden, activation_fn=activation)
        return policy, lambda x: policy.q_net.q_net(x), lambda outputs: outputs
    if any(name.startswith("actor.") for name in tensors):
        arguments += [dict(pi=hidden, qf=[4]), activation]
        if "actor.latent_pi.0.weight" not in tensors and "actor.mu.0.weight" in tensors and not uses_sde:
            policy = TD3Policy(*arguments)
            return policy, lambda x: policy.actor.mu(x), torch.tanh
        limit = head["meanLimit"] or 2.0
        policy = SACPolicy(*arguments, use_sde=uses_sde, clip_mean=limit)
        limited = (lambda means: means.clamp(-limit, limit)) if uses_sde else (lambda means: means)
        return policy, lambda x: policy.actor.mu(policy.actor.latent_pi(x)), limited
    options = dict(net_arch=dict(pi=hidden, vf=[]), activation_fn=activation)
    if about["memory"]:
        policy = RecurrentActorCriticPolicy(
            *arguments, lstm_hidden_size=about["memory"]["width"], enable_critic_lstm=False, **options)
    else:
        policy = ActorCriticPolicy(
            *arguments, use_sde=uses_sde, squash_output=uses_sde and head["isSquashed"], **options)
    return policy, lambda x: policy.action_net(policy.mlp_extractor.forward_actor(x)), lambda outputs: outputs


def check(file):
    with safe_open(file, "pt") as opened:
        about = {key: json.loads(text) for key, text in opened.metadata().items()
                 if not key.startswith(("rein.", "format"))}
    assert about["names"] == "sb3"
    tensors, case = load_file(file), load_file(file.with_suffix(".case"))
    policy, layers, limited = policy_and_layers(about, tensors)
    keys = policy.load_state_dict(tensors, strict=False)
    assert not keys.unexpected_keys, f"{file.stem}: it has no {keys.unexpected_keys}"
    others = [key for key in keys.missing_keys if not key.startswith(LEFT_OUT)]
    assert not others, f"{file.stem}: without {others}"
    state = None
    for step, observations in enumerate(case["observations"]):
        features = observations
        if about["memory"]:
            features, state = policy.lstm_actor(observations[None], state)
            features = features[0]
        found, expected = layers(features), case["outputs"][step]
        expected = limited(expected[:, :found.shape[1]])
        distance = (found - expected).abs().max() / case["outputs"].abs().max().clamp(min=1)
        assert distance <= 1e-5, f"{file.stem}, step {step}: {distance} of the largest apart"


def main(directory):
    failures, files = [], sorted(pathlib.Path(directory).glob("*.safetensors"))
    for file in files:
        try:
            with torch.no_grad():
                check(file)
        except AssertionError as error:
            failures.append(str(error))
    assert files, "no policies"
    print(f"{len(files)} policies in Stable-Baselines3, {len(failures)} of them wrong")
    sys.exit("\n".join(failures) if failures else 0)


main(*sys.argv[1:])
