"""Makes small agents with Stable-Baselines3 and writes down what they compute, for Rein to compare itself with.

    python make_stable_baselines3_fixtures.py DIRECTORY [SEED]

writes DIRECTORY/NAME.zip for every agent, DIRECTORY/NAME.pkl for every VecNormalize, and DIRECTORY/expected.json with
observations, the actions of `predict(..., deterministic=True)`, and the raw numbers of the networks. Needs
stable_baselines3 and sb3_contrib, of one version. Without a seed, the files are those in
Tests/ReinInteropTests/Fixtures/StableBaselines3, or in StableBaselines3Version1 with a version 1.x: they are packed again,
all but one without what acting does not need, to be small and the same on every machine. With one, they are left as
Stable-Baselines3 saves them; so are they made by
Tests/ReinInteropTests/StableBaselines3/StableBaselines3PythonTests.swift.
"""

import json
import pathlib
import sys
import zipfile

import numpy
import stable_baselines3
import torch
from sb3_contrib import TRPO, MaskablePPO
from stable_baselines3 import A2C, DDPG, DQN, PPO, SAC, TD3
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

IS_VERSION_1 = stable_baselines3.__version__.startswith("1.")
if IS_VERSION_1:
    import gym as gymnasium
else:
    import gymnasium

Box, Discrete, MultiDiscrete = gymnasium.spaces.Box, gymnasium.spaces.Discrete, gymnasium.spaces.MultiDiscrete
ROWS = 8
OBSERVATIONS = Box(-numpy.inf, numpy.inf, (3,), numpy.float32)
ACTIONS = Box(numpy.array([-1, -0.25], "f4"), numpy.array([2, 3], "f4"), dtype=numpy.float32)
TANH, RELU, LEAKY_RELU, ELU, SILU = torch.nn.Tanh, torch.nn.ReLU, torch.nn.LeakyReLU, torch.nn.ELU, torch.nn.SiLU
GELU, SIGMOID = torch.nn.GELU, torch.nn.Sigmoid


class Spaces(gymnasium.Env):
    """An environment that has spaces and nothing else."""

    def __init__(self, observation_space, action_space):
        self.observation_space = observation_space
        self.action_space = action_space

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.observation_space.sample(), {}

    def step(self, action):
        return self.observation_space.sample(), 0.0, True, False, {}


# Name, algorithm, spaces, arguments of the policy, arguments of the algorithm, whether there is a VecNormalize.
AGENTS = [
    ("ppo_discrete", PPO, OBSERVATIONS, Discrete(3), dict(net_arch=[8, 8]), {}, False),
    ("ppo_continuous", PPO, OBSERVATIONS, ACTIONS, dict(net_arch=[8, 8], activation_fn=TANH), {}, True),
    ("ppo_multi_discrete", PPO, OBSERVATIONS, MultiDiscrete([3, 2, 4]), dict(net_arch=dict(pi=[8], vf=[8])), {}, False),
    ("ppo_uneven", PPO, OBSERVATIONS, ACTIONS, dict(net_arch=dict(pi=[6], vf=[8, 4]), activation_fn=RELU), {}, False),
    ("ppo_one_hot", PPO, Discrete(5), Discrete(4), dict(net_arch=[8], activation_fn=SILU), {}, False),
    ("ppo_state_dependent", PPO, OBSERVATIONS, ACTIONS, dict(net_arch=[8]), dict(use_sde=True), False),
    ("ppo_squashed", PPO, OBSERVATIONS, ACTIONS, dict(net_arch=[8], squash_output=True),
     dict(use_sde=True, sde_sample_freq=4), False),
    ("dqn", DQN, Box(-2, 2, (2, 2), numpy.float32), Discrete(4), dict(net_arch=[8, 8]), {}, False),
    ("sac", SAC, OBSERVATIONS, ACTIONS, dict(net_arch=dict(pi=[8, 6], qf=[4])), {}, False),
    ("sac_state_dependent", SAC, OBSERVATIONS, ACTIONS, dict(net_arch=[8], clip_mean=1.5), dict(use_sde=True), False),
    ("ppo_elu", PPO, OBSERVATIONS, ACTIONS, dict(net_arch=[8], activation_fn=ELU), {}, False),
    ("dqn_leaky_relu", DQN, OBSERVATIONS, Discrete(3), dict(net_arch=[8], activation_fn=LEAKY_RELU), {}, False),
]

# Made after everything else, so that the files above stay as they are.
FURTHER_AGENTS = [
    ("a2c_continuous", A2C, OBSERVATIONS, ACTIONS, dict(net_arch=dict(pi=[6], vf=[8])), {}, True),
    ("a2c_state_dependent", A2C, OBSERVATIONS, ACTIONS, dict(net_arch=[8], full_std=False), dict(use_sde=True), False),
    ("trpo_multi_discrete", TRPO, OBSERVATIONS, MultiDiscrete([3, 2, 4]), dict(net_arch=[8]), {}, False),
    ("maskable_discrete", MaskablePPO, OBSERVATIONS, Discrete(5), dict(net_arch=[8, 6]), {}, False),
    ("maskable_multi_discrete", MaskablePPO, Discrete(5), MultiDiscrete([3, 4]), dict(net_arch=[8]), {}, False),
    ("td3", TD3, OBSERVATIONS, ACTIONS, dict(net_arch=dict(pi=[8, 6], qf=[4])), {}, True),
    ("ddpg", DDPG, OBSERVATIONS, ACTIONS, dict(net_arch=[8], activation_fn=SIGMOID), {}, False),
    ("ppo_expln", PPO, OBSERVATIONS, ACTIONS, dict(net_arch=[8], use_expln=True), dict(use_sde=True), False),
    ("ppo_expln_squashed", PPO, OBSERVATIONS, ACTIONS,
     dict(net_arch=[8], use_expln=True, full_std=False, squash_output=True), dict(use_sde=True), False),
    ("sac_expln", SAC, OBSERVATIONS, ACTIONS, dict(net_arch=[8], use_expln=True), dict(use_sde=True), False),
    ("ppo_gelu", PPO, OBSERVATIONS, ACTIONS, dict(net_arch=[8, 8], activation_fn=GELU), {}, False),
    ("dqn_sigmoid", DQN, OBSERVATIONS, Discrete(3), dict(net_arch=[8, 8], activation_fn=SIGMOID), {}, False),
]

# Those of a version 1.x, where lists of widths are layers that policy and value share.
VERSION_1_AGENTS = [
    ("ppo_shared", PPO, OBSERVATIONS, Discrete(3), dict(net_arch=[8, 6]), {}, False),
    ("a2c_partly_shared", A2C, OBSERVATIONS, ACTIONS, dict(net_arch=[8, dict(pi=[6], vf=[6])]), {}, True),
    ("ppo_uneven_shared", PPO, OBSERVATIONS, ACTIONS, dict(net_arch=[8, 7, dict(pi=[6], vf=[4, 4])], use_expln=True),
     dict(use_sde=True), False),
    ("trpo_separate", TRPO, Discrete(5), MultiDiscrete([3, 2]), dict(net_arch=[dict(pi=[8], vf=[8])]), {}, False),
    ("maskable_shared", MaskablePPO, OBSERVATIONS, Discrete(5), dict(net_arch=[8]), {}, False),
    ("dqn", DQN, Box(-2, 2, (2, 2), numpy.float32), Discrete(4), dict(net_arch=[8, 8]), {}, False),
    ("sac_state_dependent", SAC, OBSERVATIONS, ACTIONS, dict(net_arch=[8]), dict(use_sde=True), False),
    ("td3", TD3, OBSERVATIONS, ACTIONS, dict(net_arch=[8, 6]), {}, False),
]

# Agents as everybody makes them, too large to be kept; only made with a seed, and trained for a moment.
DEFAULT_AGENTS = [
    ("ppo_default", PPO, OBSERVATIONS, ACTIONS, None, {}, False),
    ("dqn_default", DQN, OBSERVATIONS, Discrete(3), None, {}, False),
    ("sac_default", SAC, OBSERVATIONS, ACTIONS, None, {}, False),
    ("a2c_default", A2C, OBSERVATIONS, Discrete(3), None, {}, False),
    ("trpo_default", TRPO, OBSERVATIONS, ACTIONS, None, dict(n_steps=8, batch_size=8), False),
    ("td3_default", TD3, OBSERVATIONS, ACTIONS, None, {}, False),
    ("ddpg_default", DDPG, OBSERVATIONS, ACTIONS, None, {}, False),
]


def normalization(path, environment, generator, updates=3, **arguments):
    """A VecNormalize that has seen something, and what it computes."""
    environment = VecNormalize(environment, **arguments)
    scale = numpy.array([1, 0.01, 20])
    for _ in range(updates):
        environment.obs_rms.update(generator.normal(size=(50, 3)) * scale + [0, 1, -5])
        environment.ret_rms.update(generator.normal(size=50) * 3)
    environment.save(str(path))
    observations = (generator.normal(size=(ROWS, 3)) * scale * 3 + [0, 1, -5]).astype("f4")
    rewards = (generator.normal(size=ROWS) * 20).astype("f4")
    return environment, {
        "file": path.name,
        "observations": observations.tolist(), "normalized": environment.normalize_obs(observations).tolist(),
        "rewards": rewards.tolist(), "scaled": environment.normalize_reward(rewards).tolist(),
    }


def raw_outputs(model, rows):
    """The numbers that Rein's `Policy.outputs(for:)` is to give, and the values of the states, if there are any."""
    policy = model.policy
    if isinstance(model, DQN):
        return policy.q_net(rows), None
    if isinstance(model, TD3):
        return policy.actor.mu[:-1](policy.actor.features_extractor(rows)), None
    if isinstance(model, SAC):
        actor = policy.actor
        latent = actor.latent_pi(actor.features_extractor(rows))
        if not model.use_sde:
            return torch.cat([actor.mu(latent), actor.log_std(latent)], 1), None
        mean, log_std, keywords = actor.get_action_dist_params(rows)
        actor.action_dist.proba_distribution(mean, log_std, **keywords)
        deviation = actor.action_dist.distribution.stddev
        return torch.cat([actor.mu[0](latent), torch.log(deviation)], 1), None
    distribution = policy.get_distribution(rows)
    head = policy.action_net(policy.mlp_extractor.forward_actor(policy.extract_features(rows)))
    if isinstance(model.action_space, Box):
        head = torch.cat([head, torch.log(distribution.distribution.stddev)], 1)
    return head, policy.predict_values(rows)[:, 0]


def agent(directory, generator, entry, as_saved):
    name, algorithm, observation_space, action_space, policy_arguments, arguments, is_normalized = entry
    environment = DummyVecEnv([lambda: Spaces(observation_space, action_space)])
    expected = {"file": f"{name}.zip", "method": algorithm.__name__}
    normalized = None
    if is_normalized:
        environment, normalized = normalization(directory / f"{name}.pkl", environment, generator)
        expected["normalization"] = normalized["file"]
    sizes = dict(buffer_size=8) if algorithm in (DQN, SAC, TD3, DDPG) else dict(n_steps=8)
    if algorithm in (PPO, MaskablePPO):
        sizes["batch_size"] = 8
    model = algorithm(
        "MlpPolicy", environment, policy_kwargs=policy_arguments, device="cpu", seed=int(generator.integers(1000)),
        **(sizes | arguments))
    if policy_arguments is None:
        model.learn(16)
    else:
        with torch.no_grad():
            for parameter in model.policy.parameters():
                parameter.normal_(0, 0.5)
    path = directory / f"{name}.zip"
    model.save(path)
    if not as_saved:
        pack_again(path, is_whole=name == "ppo_discrete")

    if isinstance(observation_space, Discrete):
        observations = generator.integers(observation_space.n, size=ROWS)
        rows = numpy.eye(observation_space.n, dtype="f4")[observations]
        expected["rows"] = rows.tolist()
    else:
        observations = generator.normal(size=(ROWS, *observation_space.shape)).astype("f4")
        expected["rows"] = observations.reshape(ROWS, -1).tolist()
        if is_normalized:
            observations = (observations * numpy.sqrt(environment.obs_rms.var) * 4 + environment.obs_rms.mean).astype("f4")
            expected["rows"] = observations.tolist()
            observations = environment.normalize_obs(observations)
    actions, _ = model.predict(observations, deterministic=True)
    if algorithm is MaskablePPO:
        counts = action_space.nvec if isinstance(action_space, MultiDiscrete) else [action_space.n]
        masks = numpy.concatenate([some_of(count, generator) for count in counts], axis=1)
        masked, _ = model.predict(observations, deterministic=True, action_masks=masks)
        expected["masks"] = masks.tolist()
        expected["masked_actions"] = masked.reshape(ROWS, -1).tolist()
    with torch.no_grad():
        outputs, values = raw_outputs(model, model.policy.obs_to_tensor(observations)[0])
    expected["actions"] = actions.reshape(ROWS, -1).tolist()
    expected["outputs"] = outputs.tolist()
    expected["values"] = None if values is None else values.tolist()
    return expected, normalized


def some_of(count, generator):
    """Masks of so many choices, in which at least one is valid."""
    masks = generator.random((ROWS, count)) < 0.4
    masks[numpy.arange(ROWS), generator.integers(count, size=ROWS)] = True
    return masks


def pack_again(path, is_whole):
    """Leaves out what depends on the machine and, unless `is_whole`, everything else that acting does not need."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name != "system_info.txt"}
    if not is_whole:
        kept = {name: kept[name] for name in ("data", "policy.pth", "_stable_baselines3_version")}
    # The texts beside classes and functions have addresses, their pickles paths.
    data = json.loads(kept["data"])
    for key in ("rollout_buffer_class", "replay_buffer_class", "lr_schedule", "exploration_schedule"):
        data.pop(key, None)
    data["policy_class"] = {key: data["policy_class"][key] for key in (":type:", ":serialized:")}
    kept["data"] = json.dumps(data, indent=4 if is_whole else None).encode()
    packing = zipfile.ZIP_STORED if is_whole else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, contents in kept.items():
            archive.writestr(zipfile.ZipInfo(name), contents, packing)


def main(directory, seed):
    directory.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    generator = numpy.random.default_rng(0 if seed is None else seed)
    agents, normalizations = [], []
    first, further = (VERSION_1_AGENTS, []) if IS_VERSION_1 else (AGENTS, FURTHER_AGENTS)
    # Such spaces have random generators, which are saved with them.
    ACTIONS.seed(3) if IS_VERSION_1 else None
    for entry in first if seed is None or IS_VERSION_1 else first + DEFAULT_AGENTS:
        expected, normalized = agent(directory, generator, entry, as_saved=seed is not None)
        agents.append(expected)
        if normalized:
            normalizations.append(normalized)
    environment = DummyVecEnv([lambda: Spaces(OBSERVATIONS, ACTIONS)])
    other = dict(epsilon=0.01, clip_obs=2.0, clip_reward=1.5)
    normalizations.append(normalization(directory / "other_epsilon.pkl", environment, generator, **other)[1])
    normalizations.append(normalization(directory / "unseen.pkl", environment, generator, updates=0, **other)[1])
    VecNormalize(environment, norm_obs=False, norm_reward=False).save(str(directory / "none.pkl"))
    for entry in further:
        expected, normalized = agent(directory, generator, entry, as_saved=seed is not None)
        agents.append(expected)
        if normalized:
            normalizations.append(normalized)
    text = json.dumps({"agents": agents, "normalizations": normalizations})
    (directory / "expected.json").write_text(text + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
