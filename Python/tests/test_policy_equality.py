"""Policies of every kind against ``rein predict``."""

from __future__ import annotations

import shutil
from typing import Any, Dict

import rein

from .equality import require_equal
from .support import AGENTS, RLLIB, FolderTestCase, run

_PPO: Dict[str, Any] = {"algorithm": "ppo", "environment_count": 2, "rollout_length": 64}
_LARGE: Dict[str, Any] = {"policy_gain": 1, "hidden": [16, 24]}
_DQN: Dict[str, Any] = {"algorithm": "dqn", "learning_starts": 50, "steps_per_iteration": 200}
_SAC: Dict[str, Any] = {
    "algorithm": "sac", "learning_starts": 50, "steps_per_iteration": 150, "batch_size": 16,
}  # fmt: skip
_ACTIVATIONS = ["identity", "tanh", "relu", "silu", "elu", "leakyReLU", "gelu", "sigmoid"]

#: Settings by the kind of policy that they make.
KINDS: Dict[str, Dict[str, Any]] = {
    **{
        f"PPO with {name}": {**_PPO, "network": {**_LARGE, "activation": name}}
        for name in _ACTIVATIONS
    },
    "shared layers": {**_PPO, "network": {**_LARGE, "value": "shared"}},
    "no hidden layers": {**_PPO, "network": {"hidden": [], "policy_gain": 1}},
    "a normaliser": {**_PPO, "normalizes_observations": True, "network": _LARGE},
    "a narrow normaliser": {
        **_PPO, "normalizes_observations": True, "observation_limit": 0.7, "network": _LARGE,
    },
    "LSTM": {**_PPO, "network": {**_LARGE, "recurrent": "lstm", "recurrent_width": 12}},
    "GRU": {**_PPO, "network": {**_LARGE, "recurrent": "gru", "recurrent_width": 12}},
    "LSTM, shared, bare": {
        **_PPO, "network": {"hidden": [], "value": "shared", "recurrent": "lstm", "policy_gain": 1},
    },
    "GRU with a normaliser, shared": {
        **_PPO, "normalizes_observations": True,
        "network": {**_LARGE, "value": "shared", "recurrent": "gru"},
    },
    "values": {**_DQN, "dueling": False},
    "dueling values": {**_DQN, "network": {"hidden": [32], "head_hidden": [16]}},
    "heads of their own nonlinearity": {
        **_DQN, "network": {"hidden": [16], "head_hidden": [8, 8], "head_activation": "tanh"},
    },
    "distributions of values": {**_DQN, "dueling": False, "atoms": 21, "minimum_return": 0},
    "dueling distributions": {**_DQN, "atoms": 11, "network": {"head_hidden": [12]}},
    "noisy layers": {**_DQN, "noisy": True},
    "rainbow": {**_DQN, "rainbow": True},
    "values that explore": {**_DQN, "exploration_rate": 0.5},
    "values in any state, a linear network": {
        **_DQN, "dueling": False, "network": {"hidden": []},
    },
}  # fmt: skip

#: The same for continuous actions.
CONTINUOUS_KINDS: Dict[str, Dict[str, Any]] = {
    "clipped": {**_PPO, "network": {**_LARGE, "log_deviation": 0.5}},
    "untransformed": {**_PPO, "action_transform": "none", "network": _LARGE},
    "rescaled": {**_PPO, "action_transform": "rescale", "network": _LARGE},
    "a head of deviations": {**_PPO, "network": {**_LARGE, "has_deviation_head": True}},
    "state-dependent noise": {
        **_PPO, "uses_state_dependent_exploration": True, "network": _LARGE,
    },
    "state-dependent noise over observations": {
        **_PPO, "uses_state_dependent_exploration": True,
        "network": {"hidden": [], "policy_gain": 1},
    },
    "LSTM": {
        **_PPO, "normalizes_observations": True, "network": {**_LARGE, "recurrent": "lstm"},
    },
    "squashed": {**_SAC, "network": {"hidden": [32, 32]}},
    "squashed within bounds": {
        **_SAC,
        "network": {"hidden": [16], "log_deviation_minimum": -5, "activation": "silu"},
    },
    "squashed state-dependent noise": {**_SAC, "uses_state_dependent_exploration": True},
}  # fmt: skip


class PolicyEqualityTests(FolderTestCase):
    def require_equal_after_training(self, environment: str, kinds: Dict[str, Any]) -> None:
        for place, (kind, settings) in enumerate(kinds.items()):
            with self.subTest(kind):
                output = self.folder / f"{environment}-{place}".replace(":", "-")
                training = rein.train(environment, steps=400, output=output, **settings)
                training.wait()
                policy = require_equal(self, output)
                self.assertEqual(policy.id, "default_policy")

    def test_discrete_actions(self) -> None:
        self.require_equal_after_training("rein:CartPole-v1", KINDS)

    def test_continuous_actions(self) -> None:
        self.require_equal_after_training("rein:Pendulum-v1", CONTINUOUS_KINDS)

    def test_several_policies_with_masks(self) -> None:
        for environment, shape in (("TicTacToe-v3", (3, 3, 2)), ("ConnectFour-v3", (6, 7, 2))):
            output = self.folder / environment
            training = rein.train(
                f"rein:{environment}",
                steps=300,
                policies=["first", "other"],
                mapping={"player_0": "first", "*": "other"},
                policy_settings={"other": {"network": {"hidden": [8]}}},
                output=output,
                **{**_PPO, "network": _LARGE},
            )
            training.wait()
            for policy in ("first", "other"):
                loaded = require_equal(self, output, policy)
                self.assertEqual(loaded.observation_space.shape, shape)
                alone = output / "checkpoint_000000/policies" / policy
                self.assertIsNone(require_equal(self, alone).id)
            with self.assertRaisesRegex(rein.CheckpointError, "2 policies.*first, other"):
                rein.Policy(output)
            with self.assertRaisesRegex(rein.CheckpointError, "did you mean 'other'"):
                rein.Policy(output, policy="othre")

    def test_policies_of_rllib(self) -> None:
        paths = sorted(path for path in RLLIB.iterdir() if path.is_dir())
        self.assertGreater(len(paths), 20)
        for path in paths:
            with self.subTest(path.name):
                source = path / "checkpoint" if (path / "checkpoint").exists() else path
                converted = self.folder / f"rllib-{path.name}"
                run("convert-checkpoint", str(source), str(converted), "--to", "native")
                policy = "pol1" if path.name == "ppo_multi" else None
                require_equal(self, converted, policy)

    def test_agents_of_stable_baselines3(self) -> None:
        paths = sorted(AGENTS.glob("StableBaselines3*/*.zip"))
        self.assertGreater(len(paths), 20)
        for path in paths:
            normalizations = [None, *sorted(path.parent.glob("*.pkl"))]
            for normalization in normalizations:
                with self.subTest(f"{path.name}, {normalization}"):
                    converted = self.folder / "agent"
                    if converted.exists():
                        shutil.rmtree(converted)
                    words = ["convert-checkpoint", str(path), str(converted), "--to", "native"]
                    if normalization is not None:
                        words += ["--normalization", str(normalization)]
                    try:
                        run(*words)
                    except AssertionError as error:
                        # Statistics of observations of another width.
                        self.assertIsNotNone(normalization, error)
                        continue
                    require_equal(self, converted, rows=8)
