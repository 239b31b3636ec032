"""The policies that the server `rein-serve` is tested with, and what its tests over HTTP and over gRPC share: policies of all
kinds, each trained for an iteration with the command or saved by another library; a server in a process; and what `rein
predict` answers, which every answer of the server is compared with.

The programs are those of REIN_COMMAND and REIN_SERVE, or of the build folder.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import numpy as np

COMMAND = os.path.abspath(os.environ.get("REIN_COMMAND", ".build/release/rein"))
SERVER = os.path.abspath(os.environ.get("REIN_SERVE", ".build/release/rein-serve"))
TESTS = pathlib.Path(__file__).resolve().parent.parent
RLLIB = TESTS / "ReinTestSupport/Fixtures/RLlib"
AGENTS = TESTS / "ReinInteropTests/Fixtures/StableBaselines3"


class Kind:
    """How a policy comes about, and what it takes: lengths of an observation, and entries of a mask (0 for none).

    It is trained with arguments of the command, or is in a file of another library; `of` names the other kind whose training
    makes this policy as well.
    """

    def __init__(self, shape, *words, entries=0, memory=0, path=None, policy=None, of=None):
        self.shape, self.words, self.entries, self.memory = shape, [str(word) for word in words], entries, memory
        self.path, self.policy, self.of = path, policy, of


def settings(*pairs):
    return [word for pair in pairs for word in ("--set", pair)]


PPO = ["--stop-steps", "64", *settings("environmentCount=4", "rolloutLength=16", "epochs=1")]
KINDS = {
    "discrete": Kind([4], *PPO, entries=2),
    "continuous": Kind([3], "--environment", "Pendulum-v1", *PPO),
    "scaled": Kind(
        [2], "--environment", "MountainCarContinuous-v0", *PPO,
        *settings("normalizesObservations=true", "network.hasDeviationHead=true", "network.value=shared")),
    "messagepack": Kind(
        [2], "--environment", "MountainCar-v0", "--format", "msgpack", *PPO,
        *settings("network.hidden=[16]", "network.activation=silu"), entries=3),
    "squashed": Kind([3], "--environment", "Pendulum-v1", "--algorithm", "sac", "--stop-steps", "300"),
    "values": Kind([6], "--environment", "Acrobot-v1", "--algorithm", "dqn", "--stop-steps", "300", entries=3),
    "distributions": Kind(
        [4], "--algorithm", "dqn", "--stop-steps", "300",
        *settings("dueling=false", "atoms=11", "noisy=true", "network.hidden=[16]"), entries=2),
    "lstm": Kind([4], *PPO, *settings("network.recurrent=lstm", "network.recurrentWidth=8"), entries=2, memory=2),
    "gru": Kind(
        [3], "--environment", "Pendulum-v1", *PPO, *settings("network.recurrent=gru", "network.recurrentWidth=8"),
        memory=1),
    "masked": Kind([3, 3, 2], "--environment", "TicTacToe-v3", *PPO, entries=9),
    "first": Kind(
        [4], "--environment", "MultiAgentCartPole-v1", "--policies", "pol0,pol1", "--mapping", "agent_[01]=pol0,*=pol1",
        *PPO, entries=2, policy="pol0"),
    "second": Kind([4], entries=2, of="first", policy="pol1"),
    "rllib": Kind([4], entries=2, path=RLLIB / "ppo_cartpole/checkpoint"),
    "rllib-league": Kind([4], entries=2, path=RLLIB / "ppo_multi/checkpoint", policy="pol3"),
    "rllib-choices": Kind([4], entries=5, path=RLLIB / "ppo_choices"),
    "rllib-squashed": Kind([3], path=RLLIB / "sac_pendulum/checkpoint"),
    "agent": Kind([3], path=AGENTS / "a2c_continuous.zip"),
    "agent-choices": Kind([3], entries=9, path=AGENTS / "ppo_multi_discrete.zip"),
    "agent-masked": Kind([5], entries=7, path=AGENTS / "maskable_multi_discrete.zip"),
    "agent-values": Kind([2, 2], entries=4, path=AGENTS / "dqn.zip"),
}
# What the masks of a policy with several discrete actions are made of.
COMPONENTS = {"rllib-choices": [3, 2], "agent-choices": [3, 2, 4], "agent-masked": [3, 4]}
# Those that choose the action of the highest value, and draw nothing.
VALUES = ["values", "distributions", "agent-values"]
MEMORIES = [name for name, kind in KINDS.items() if kind.memory]
MASKABLE = [name for name, kind in KINDS.items() if kind.entries]


def observations(name, rows=50):
    return np.random.default_rng(1).normal(size=[rows, *KINDS[name].shape]).astype(np.float32)


def masks(name, rows=50):
    """Masks that leave something of each component of an action."""
    random, parts = np.random.default_rng(2), []
    for count in COMPONENTS.get(name, [KINDS[name].entries]):
        part = random.random((rows, count)) < 0.5
        part[np.arange(rows), random.integers(count, size=rows)] = True
        parts.append(part)
    return np.concatenate(parts, axis=1)


class Server:
    """A server in a process of its own, on ports of its own: it asks for a token if there is one, and may have gRPC as well."""

    def __init__(self, arguments, token=None, grpc=False):
        places = {"http": "127.0.0.1:0", "grpc": "127.0.0.1:0" if grpc else "none", "metrics": "none"}
        self.process = subprocess.Popen(
            [SERVER, *(word for way, place in places.items() for word in (f"--{way}", place)), *arguments],
            stderr=subprocess.PIPE, text=True, env={**os.environ, **({"REIN_SERVE_TOKEN": token} if token else {})},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.http = self.grpc = None
        lines = []
        while not self.http or grpc and not self.grpc:
            lines.append(self.process.stderr.readline())
            if not lines[-1]:
                raise AssertionError("".join(lines))
            for way, address in re.findall(r"(http|grpc)://([^\s\",}]+)", lines[-1]):
                setattr(self, way, address)

    def stop(self):
        """It ends by itself when it is asked to."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=20)
        errors = self.process.stderr.read()
        self.process.stderr.close()
        assert code == 0, f"{code} {errors}"


class Served(unittest.TestCase):
    """Policies of all kinds, made once for all tests."""

    folder = None

    @classmethod
    def setUpClass(cls):
        if Served.folder is None:
            Served.folder = pathlib.Path(tempfile.mkdtemp(prefix="rein-serving-"))
            unittest.addModuleCleanup(shutil.rmtree, Served.folder)
            for name, kind in KINDS.items():
                cls.make(name, kind)

    @classmethod
    def make(cls, name, kind):
        """Trains a policy. Of an agent it makes the checkpoint that the command takes; the server takes the agent."""
        if kind.words:
            cls.run_command("train", *kind.words, "--output", str(cls.folder / name), "--quiet")
        elif kind.path and kind.path.suffix == ".zip":
            cls.run_command("convert-checkpoint", str(kind.path), str(cls.folder / name), "--to", "native")

    @staticmethod
    def run_command(*words, **options):
        done = subprocess.run([COMMAND, *words], capture_output=True, text=True, timeout=300, **options)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout

    @classmethod
    def checkpoint(cls, name):
        """What the command answers from."""
        kind = KINDS[name]
        if not kind.path:
            return str(max((cls.folder / (kind.of or name)).glob("checkpoint_*")))
        return str(cls.folder / name if kind.path.suffix == ".zip" else kind.path)

    @classmethod
    def named(cls, names=KINDS):
        """The arguments with which policies are served under the names of their kinds."""
        words = []
        for name in names:
            policy = KINDS[name].policy
            words += ["--as", f"{name}={KINDS[name].path or cls.checkpoint(name)}{':' + policy if policy else ''}"]
        return words

    def predict(self, name, rows, masks=None, states=None):
        """What the command answers to observations, one after the other."""
        requests = [{"observation": row.ravel().tolist()} for row in rows]
        for key, values in (("mask", masks), ("state", states)):
            for request, value in zip(requests, values if values is not None else []):
                request[key] = np.asarray(value).tolist() if key == "mask" else value
        policy = KINDS[name].policy
        lines = self.run_command(
            "predict", self.checkpoint(name), *(["--policy", policy] if policy else []),
            input="".join(json.dumps(request) + "\n" for request in requests))
        return [json.loads(line) for line in lines.splitlines()]

    def episode(self, name, steps=10):
        """Observations of an episode, and what the command answers to them, who is handed its state again."""
        rows, answers = observations(name, steps), []
        for row in rows:
            states = [answers[-1]["state"]] if answers else None
            answers += self.predict(name, [row], states=states)
        return rows, answers

    def require_equal(self, answer, expected):
        """That an answer of a client, which gives arrays by name, has the actions and outputs of the command."""
        actions = np.stack([np.asarray(line["action"]) for line in expected])
        found = answer.as_numpy("action")
        if actions.dtype.kind == "i":
            self.assertEqual(found.tolist(), actions.tolist())
        else:
            np.testing.assert_allclose(found, actions, rtol=1e-6, atol=1e-6)
        outputs = np.array([line["outputs"] for line in expected])
        np.testing.assert_allclose(answer.as_numpy("output"), outputs, rtol=1e-6, atol=1e-6)

    def require_allowed(self, name, actions, masks):
        """That actions are ones that masks allow."""
        counts = COMPONENTS.get(name, [KINDS[name].entries])
        places = actions.reshape(len(masks), len(counts)) + np.cumsum([0, *counts[:-1]])
        self.assertTrue(np.take_along_axis(masks, places, axis=1).all())
