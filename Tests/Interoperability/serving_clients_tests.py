"""Tests of the server `rein-serve` with the clients that people have: tritonclient and KServe's.

    REIN_COMMAND=.build/release/rein REIN_SERVE=.build/release/rein-serve \
        python serving_clients_tests.py [-v] [CLASS.TEST]

Runs with an interpreter that has tritonclient[http] and kserve. Policies of several kinds are trained for an iteration with
the command and served; every action must be that of `rein predict`.
"""

import asyncio
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import kserve
import numpy as np
import tritonclient.http as triton

COMMAND = os.path.abspath(os.environ.get("REIN_COMMAND", ".build/release/rein"))
SERVER = os.path.abspath(os.environ.get("REIN_SERVE", ".build/release/rein-serve"))
SHORT = ["--set", "environmentCount=4", "--set", "rolloutLength=16", "--set", "epochs=1"]
LSTM = ["--set", "network.recurrent=lstm", "--set", "network.recurrentWidth=8"]
# A run of each kind: its arguments, and the lengths of an observation.
RUNS = {
    "discrete": (["--environment", "CartPole-v1", "--stop-steps", "64", *SHORT], [4]),
    "continuous": (["--environment", "Pendulum-v1", "--stop-steps", "64", *SHORT], [3]),
    "squashed": (["--environment", "Pendulum-v1", "--algorithm", "sac", "--stop-steps", "300"], [3]),
    "values": (["--environment", "Acrobot-v1", "--algorithm", "dqn", "--stop-steps", "300"], [6]),
    "lstm": (["--environment", "CartPole-v1", "--stop-steps", "64", *SHORT, *LSTM], [4]),
    "masked": (["--environment", "TicTacToe-v3", "--stop-steps", "64", *SHORT], [3, 3, 2]),
}


class ServingTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="rein-serving-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        named = []
        for name, (arguments, _) in RUNS.items():
            cls.train(name, arguments)
            named += ["--as", f"{name}={cls.checkpoint(name)}:{cls.policy(name)}"]
        cls.server = subprocess.Popen(
            [SERVER, "--http", "127.0.0.1:0", "--grpc", "none", "--metrics", "none", *named], stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        cls.addClassCleanup(cls.stop)
        line = cls.server.stderr.readline()
        assert "http://" in line, line + cls.server.stderr.read()
        cls.address = re.search(r"http://([^\s\"]+)", line)[1]

    @classmethod
    def stop(cls):
        """It ends by itself when it is asked to."""
        cls.server.send_signal(signal.SIGTERM)
        code = cls.server.wait(timeout=20)
        errors = cls.server.stderr.read()
        cls.server.stderr.close()
        assert code == 0, f"{code} {errors}"

    @classmethod
    def train(cls, name, arguments):
        subprocess.run(
            [COMMAND, "train", *arguments, "--output", str(cls.folder / name), "--quiet"], check=True,
            capture_output=True, timeout=300)

    @classmethod
    def checkpoint(cls, name):
        return str(max((cls.folder / name).glob("checkpoint_*")))

    @classmethod
    def policy(cls, name):
        return sorted(os.listdir(cls.checkpoint(name) + "/policies"))[0]

    def setUp(self):
        self.client = triton.InferenceServerClient(self.address)
        self.addCleanup(self.client.close)

    def predict(self, name, requests):
        """What the command answers to requests, one after the other."""
        lines = "".join(json.dumps(request) + "\n" for request in requests)
        done = subprocess.run(
            [COMMAND, "predict", self.checkpoint(name), "--policy", self.policy(name)], input=lines, text=True,
            capture_output=True, check=True, timeout=60)
        return [json.loads(line) for line in done.stdout.splitlines()]

    @staticmethod
    def input(name, array, kind="FP32", binary=True):
        tensor = triton.InferInput(name, list(array.shape), kind)
        tensor.set_data_from_numpy(array, binary_data=binary)
        return tensor

    def observations(self, name, rows=50):
        return np.random.default_rng(1).normal(size=[rows, *RUNS[name][1]]).astype(np.float32)

    def test_every_action_is_that_of_the_command(self):
        for name in RUNS:
            observations = self.observations(name)
            expected = self.predict(name, [{"observation": row.ravel().tolist()} for row in observations])
            for binary in (True, False):
                answer = self.client.infer(
                    name, [self.input("obs", observations, binary=binary)],
                    outputs=[triton.InferRequestedOutput(output, binary_data=binary) for output in ("action", "output")])
                actions = [np.asarray(line["action"]) for line in expected]
                np.testing.assert_allclose(answer.as_numpy("action"), np.stack(actions), rtol=1e-6, atol=1e-6)
                outputs = np.array([line["outputs"] for line in expected])
                np.testing.assert_allclose(answer.as_numpy("output"), outputs, rtol=1e-5, atol=1e-6)

    def test_masks_leave_what_they_allow(self):
        observations = self.observations("masked")
        masks = np.random.default_rng(2).random((len(observations), 9)) < 0.5
        masks[~masks.any(axis=1), 4] = True
        expected = self.predict("masked", [
            {"observation": row.ravel().tolist(), "mask": mask.tolist()} for row, mask in zip(observations, masks)])
        answer = self.client.infer(
            "masked", [self.input("obs", observations), self.input("action_mask", masks, "BOOL")])
        actions = answer.as_numpy("action")
        self.assertEqual(actions.tolist(), [line["action"] for line in expected])
        self.assertTrue(masks[np.arange(len(actions)), actions].all())

    def test_an_episode_is_remembered_by_the_server_and_by_the_client(self):
        observations = self.observations("lstm")
        expected, state = [], None
        for row in observations:
            request = {"observation": row.tolist(), **({} if state is None else {"state": state})}
            expected.append(self.predict("lstm", [request])[0])
            state = expected[-1]["state"]
            if len(expected) == 10:
                break
        states = []
        for step, line in enumerate(expected):
            row = observations[step:step + 1]
            # Ids of both kinds are sequences of their own.
            for sequence in (7, "7"):
                answer = self.client.infer(
                    "lstm", [self.input("obs", row)], sequence_id=sequence, sequence_start=step == 0,
                    sequence_end=step == 9)
                self.assertEqual(answer.as_numpy("action").tolist(), [line["action"]])
                np.testing.assert_allclose(answer.as_numpy("output")[0], line["outputs"], rtol=1e-5, atol=1e-6)
            answer = self.client.infer("lstm", [self.input("obs", row), *states])
            self.assertEqual(answer.as_numpy("action").tolist(), [line["action"]])
            states = [
                self.input(f"state_in_{part}", answer.as_numpy(f"state_out_{part}")) for part in range(2)]
        with self.assertRaisesRegex(triton.InferenceServerException, "must specify the START flag"):
            self.client.infer("lstm", [self.input("obs", observations[:1])], sequence_id=7)

    def test_each_call_of_tritonclient(self):
        client = self.client
        self.assertTrue(client.is_server_live() and client.is_server_ready())
        for name in RUNS:
            self.assertTrue(client.is_model_ready(name))
            metadata = client.get_model_metadata(name)
            self.assertEqual(metadata["inputs"][0]["name"], "obs")
            self.assertEqual(metadata["inputs"][0]["shape"][0], -1)
            self.assertEqual(client.get_model_config(name)["max_batch_size"], 4096)
        self.assertEqual({entry["name"] for entry in client.get_model_repository_index()}, set(RUNS))
        self.assertIn("sequence(string_id)", client.get_server_metadata()["extensions"])
        row = self.observations("values", 1)
        for packing in ({"request_compression_algorithm": "gzip"}, {"request_compression_algorithm": "deflate"},
                        {"response_compression_algorithm": "gzip"}):
            client.infer("values", [self.input("obs", row)], request_id="r-1", **packing)
        answer = client.async_infer("values", [self.input("obs", row)], request_id="r-2").get_result()
        self.assertEqual(answer.get_response()["id"], "r-2")
        for kind in (np.float64, np.float16):
            client.infer("values", [self.input("obs", row.astype(kind), "FP64" if kind is np.float64 else "FP16")])
        draws = [
            client.infer("discrete", [self.input("obs", self.observations("discrete"))],
                         parameters={"explore": True, "seed": 3}).as_numpy("action").tolist() for _ in range(2)]
        self.assertEqual(draws[0], draws[1])
        statistics = client.get_inference_statistics("values")["model_stats"][0]
        self.assertGreaterEqual(statistics["inference_stats"]["success"]["count"], 6)
        client.unload_model("squashed")
        self.assertFalse(client.is_model_ready("squashed"))
        with self.assertRaisesRegex(triton.InferenceServerException, "unloaded"):
            client.infer("squashed", [self.input("obs", self.observations("squashed", 1))])
        client.load_model("squashed")
        client.infer("squashed", [self.input("obs", self.observations("squashed", 1))])
        with self.assertRaisesRegex(triton.InferenceServerException, "command line of the server"):
            client.load_model("squashed", config="{}")
        with self.assertRaisesRegex(triton.InferenceServerException, r"did you mean \"discrete\""):
            client.infer("discreet", [self.input("obs", row)])
        self.assertFalse(client.is_model_ready("team a/b"))

    def test_each_call_of_kserve(self):
        base = f"http://{self.address}"
        row = self.observations("discrete", 1)
        expected = self.predict("discrete", [{"observation": row[0].tolist()}])[0]["action"]

        async def calls():
            client = kserve.InferenceRESTClient(kserve.RESTConfig(protocol="v2"))
            self.assertTrue(await client.is_server_live(base))
            self.assertTrue(await client.is_server_ready(base))
            self.assertTrue(await client.is_model_ready(base, "discrete"))
            self.assertFalse(await client.is_model_ready(base, "nobody"))
            for binary in (False, True):
                tensor = kserve.InferInput("obs", [1, 4], "FP32")
                tensor.set_data_from_numpy(row, binary_data=binary)
                answer = await client.infer(
                    base, kserve.InferRequest("discrete", [tensor], request_id="k"), model_name="discrete")
                self.assertEqual(answer.outputs[0].as_numpy().tolist(), [expected])
                self.assertEqual(answer.id, "k")

        asyncio.run(calls())


if __name__ == "__main__":
    unittest.main(warnings="ignore")
