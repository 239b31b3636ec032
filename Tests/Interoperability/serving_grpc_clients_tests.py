"""Tests of the server `rein-serve` over gRPC with the clients that people have: tritonclient and KServe's.

    REIN_COMMAND=.build/release/rein REIN_SERVE=.build/release/rein-serve \
        python serving_grpc_clients_tests.py [-v] [CLASS.TEST]

Runs with an interpreter that has tritonclient[grpc] and kserve, and a server built with the trait ServingGRPC. Policies of
several kinds are trained for an iteration with the command and served; every action must be that of `rein predict`.
"""

import asyncio
import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import grpc
import numpy as np
import tritonclient.grpc as triton
import tritonclient.grpc.aio as triton_aio

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

# What KServe's client is asked, in a process of its own: it brings the protocol's messages along, as tritonclient does, and
# one process has them once.
KSERVE = """
import asyncio, json, sys
import kserve, numpy

async def calls(address, row):
    client = kserve.InferenceGRPCClient(address)
    seen = [await client.is_server_live(), await client.is_server_ready(), await client.is_model_ready("discrete")]
    for binary in (False, True):
        value = kserve.InferInput("obs", [1, 4], "FP32")
        value.set_data_from_numpy(row, binary_data=binary)
        answer = await client.infer(kserve.InferRequest("discrete", [value], request_id="k"))
        seen += [answer.outputs[0].as_numpy().tolist(), answer.id]
    await client.close()
    print(json.dumps(seen))

asyncio.run(calls(sys.argv[1], numpy.array(json.loads(sys.argv[2]), numpy.float32)))
"""


def tensor(name, array, kind="FP32"):
    value = triton.InferInput(name, list(array.shape), kind)
    value.set_data_from_numpy(array)
    return value


def observations(name, rows=50):
    return np.random.default_rng(1).normal(size=[rows, *RUNS[name][1]]).astype(np.float32)


class Server:
    """A server in a process of its own, on ports of its own."""

    def __init__(self, arguments, token=None):
        environment = {**os.environ, **({"REIN_SERVE_TOKEN": token} if token else {})}
        self.process = subprocess.Popen(
            [SERVER, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--metrics", "none", *arguments], stderr=subprocess.PIPE, text=True,
            env=environment, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.address = self.http = None
        lines = []
        while not (self.address and self.http):
            line = self.process.stderr.readline()
            lines.append(line)
            assert line, "".join(lines)
            if "grpc://" in line:
                self.address = line.split("grpc://")[1].split()[0].strip('",}')
            if "http://" in line:
                self.http = line.split("http://")[1].split()[0].strip('",}')

    def stop(self, code=0):
        """It ends by itself when it is asked to."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        found = self.process.wait(timeout=20)
        errors = self.process.stderr.read()
        self.process.stderr.close()
        assert found == code, f"{found} {errors}"


class Served(unittest.TestCase):
    """Policies of all kinds, trained once for all tests."""

    folder = None

    @classmethod
    def setUpClass(cls):
        if Served.folder is None:
            Served.folder = pathlib.Path(tempfile.mkdtemp(prefix="rein-serving-"))
            unittest.addModuleCleanup(shutil.rmtree, Served.folder)
            for name, (arguments, _) in RUNS.items():
                subprocess.run(
                    [COMMAND, "train", *arguments, "--output", str(cls.folder / name), "--quiet"], check=True,
                    capture_output=True, timeout=300)

    @classmethod
    def checkpoint(cls, name):
        return str(max((cls.folder / name).glob("checkpoint_*")))

    @classmethod
    def policy(cls, name):
        return sorted(os.listdir(cls.checkpoint(name) + "/policies"))[0]

    @classmethod
    def named(cls, names):
        return [word for name in names for word in ("--as", f"{name}={cls.checkpoint(name)}:{cls.policy(name)}")]

    def predict(self, name, requests):
        """What the command answers to requests, one after the other."""
        lines = "".join(json.dumps(request) + "\n" for request in requests)
        done = subprocess.run(
            [COMMAND, "predict", self.checkpoint(name), "--policy", self.policy(name)], input=lines, text=True,
            capture_output=True, check=True, timeout=60)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def refused(self, status, words):
        """The block raises an error of a status."""
        test = self

        class Refused:
            def __enter__(self):
                pass

            def __exit__(self, kind, error, trace):
                test.assertIsInstance(error, triton.InferenceServerException)
                test.assertEqual(error.status(), f"StatusCode.{status}", str(error))
                test.assertRegex(str(error), words)
                return True

        return Refused()


class ClientTests(Served):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server(cls.named(RUNS))
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.client = triton.InferenceServerClient(self.server.address)
        self.addCleanup(self.client.close)

    def test_every_action_is_that_of_the_command(self):
        for name in RUNS:
            rows = observations(name)
            expected = self.predict(name, [{"observation": row.ravel().tolist()} for row in rows])
            for packing in (None, "gzip", "deflate"):
                answer = self.client.infer(
                    name, [tensor("obs", rows)], compression_algorithm=packing,
                    outputs=[triton.InferRequestedOutput(output) for output in ("action", "output")])
                actions = [np.asarray(line["action"]) for line in expected]
                np.testing.assert_allclose(answer.as_numpy("action"), np.stack(actions), rtol=1e-6, atol=1e-6)
                outputs = np.array([line["outputs"] for line in expected])
                np.testing.assert_allclose(answer.as_numpy("output"), outputs, rtol=1e-5, atol=1e-6)

    def test_masks_leave_what_they_allow(self):
        rows = observations("masked")
        masks = np.random.default_rng(2).random((len(rows), 9)) < 0.5
        masks[~masks.any(axis=1), 4] = True
        expected = self.predict("masked", [
            {"observation": row.ravel().tolist(), "mask": mask.tolist()} for row, mask in zip(rows, masks)])
        answer = self.client.infer("masked", [tensor("obs", rows), tensor("action_mask", masks, "BOOL")])
        self.assertEqual(answer.as_numpy("action").tolist(), [line["action"] for line in expected])

    def episode(self):
        """An episode of the recurrent policy, as the command acts in it."""
        expected, state = [], None
        for row in observations("lstm", 10):
            request = {"observation": row.tolist(), **({} if state is None else {"state": state})}
            expected.append(self.predict("lstm", [request])[0])
            state = expected[-1]["state"]
        return expected

    def test_an_episode_is_remembered_by_the_server_and_by_the_client(self):
        rows, states = observations("lstm", 10), []
        expected = self.episode()
        for step, line in enumerate(expected):
            row = rows[step:step + 1]
            for sequence in (7, "7"):
                answer = self.client.infer(
                    "lstm", [tensor("obs", row)], sequence_id=sequence, sequence_start=step == 0,
                    sequence_end=step == 9)
                self.assertEqual(answer.as_numpy("action").tolist(), [line["action"]])
                np.testing.assert_allclose(answer.as_numpy("output")[0], line["outputs"], rtol=1e-5, atol=1e-6)
            answer = self.client.infer("lstm", [tensor("obs", row), *states])
            self.assertEqual(answer.as_numpy("action").tolist(), [line["action"]])
            states = [tensor(f"state_in_{part}", answer.as_numpy(f"state_out_{part}")) for part in range(2)]
        with self.refused("INVALID_ARGUMENT", "must specify the START flag"):
            self.client.infer("lstm", [tensor("obs", rows[:1])], sequence_id=7)

    def test_a_stream_answers_in_order_and_survives_refusals(self):
        expected = self.episode()
        rows, answers = observations("lstm", 10), queue.Queue()
        self.client.start_stream(callback=lambda result, error: answers.put((result, error)))
        for step in range(10):
            self.client.async_stream_infer(
                "lstm", [tensor("obs", rows[step:step + 1])], request_id=f"r-{step}", sequence_id=99,
                sequence_start=step == 0, sequence_end=step == 9)
            if step == 4:
                self.client.async_stream_infer("nobody", [tensor("obs", rows[:1])])
        for step in range(10):
            result, error = answers.get(timeout=20)
            self.assertIsNone(error)
            self.assertEqual(result.get_response().id, f"r-{step}")
            self.assertEqual(result.as_numpy("action").tolist(), [expected[step]["action"]])
            if step == 4:
                result, error = answers.get(timeout=20)
                self.assertIsNone(result)
                self.assertIn("there is no model", str(error))
        self.client.stop_stream()

    def test_each_call_of_tritonclient(self):
        client = self.client
        self.assertTrue(client.is_server_live() and client.is_server_ready())
        for name in RUNS:
            self.assertTrue(client.is_model_ready(name))
            metadata = client.get_model_metadata(name)
            self.assertEqual(metadata.inputs[0].name, "obs")
            self.assertEqual(metadata.inputs[0].shape[0], -1)
            config = client.get_model_config(name).config
            self.assertEqual(config.max_batch_size, 4096)
            self.assertEqual(list(config.input[0].dims), RUNS[name][1])
            as_json = client.get_model_config(name, as_json=True)["config"]
            self.assertEqual(as_json["input"][0]["data_type"], "TYPE_FP32")
        self.assertEqual({entry.name for entry in client.get_model_repository_index().models}, set(RUNS))
        self.assertIn("sequence(string_id)", client.get_server_metadata().extensions)
        row = observations("values", 1)
        answer = queue.Queue()
        client.async_infer("values", [tensor("obs", row)], lambda result, error: answer.put((result, error)),
                           request_id="r-2")
        self.assertEqual(answer.get(timeout=20)[0].get_response().id, "r-2")
        for kind, word in ((np.float64, "FP64"), (np.float16, "FP16"), (np.int32, "INT32"), (np.uint8, "UINT8")):
            client.infer("values", [tensor("obs", np.abs(row).astype(kind), word)])
        draws = [
            client.infer("discrete", [tensor("obs", observations("discrete"))],
                         parameters={"explore": True, "seed": 3}).as_numpy("action").tolist() for _ in range(2)]
        self.assertEqual(draws[0], draws[1])
        statistics = client.get_inference_statistics("values").model_stats[0]
        self.assertGreaterEqual(statistics.inference_stats.success.count, 5)
        self.assertGreater(statistics.inference_stats.compute_infer.ns, 0)
        client.unload_model("squashed")
        self.assertFalse(client.is_model_ready("squashed"))
        with self.refused("UNAVAILABLE", "unloaded"):
            client.infer("squashed", [tensor("obs", observations("squashed", 1))])
        client.load_model("squashed")
        client.infer("squashed", [tensor("obs", observations("squashed", 1))])
        with self.refused("INVALID_ARGUMENT", "command line of the server"):
            client.load_model("squashed", config="{}")

    def test_refusals_have_their_codes(self):
        client, row = self.client, observations("discrete", 1)
        with self.refused("NOT_FOUND", r"did you mean \"discrete\""):
            client.infer("discreet", [tensor("obs", row)])
        with self.refused("NOT_FOUND", "has no version"):
            client.infer("discrete", [tensor("obs", row)], model_version="99")
        with self.refused("NOT_FOUND", "team a/b"):
            client.is_model_ready("team a/b")
        with self.refused("INVALID_ARGUMENT", r"expected shape \[-1, 4\], found \[1, 3\]"):
            client.infer("discrete", [tensor("obs", row[:, :3])])
        with self.refused("INVALID_ARGUMENT", "BYTES"):
            client.infer("discrete", [tensor("obs", np.array([[b"x"]], dtype=object), "BYTES")])
        with self.refused("INVALID_ARGUMENT", "NaN"):
            client.infer("discrete", [tensor("obs", row * np.nan)])
        with self.refused("INVALID_ARGUMENT", "classification"):
            client.infer("discrete", [tensor("obs", row)], outputs=[
                triton.InferRequestedOutput("action", class_count=2)])
        with self.refused("INVALID_ARGUMENT", r"action_mask.*row 0 leaves no valid action"):
            client.infer("discrete", [tensor("obs", row), tensor("action_mask", np.zeros([1, 2], bool), "BOOL")])
        with self.refused("INVALID_ARGUMENT", "4096"):
            client.infer("discrete", [tensor("obs", np.zeros([4097, 4], np.float32))])
        with self.refused("RESOURCE_EXHAUSTED", "more than the 67108864"):
            client.infer("discrete", [tensor("obs", np.zeros([1 << 22, 5], np.float32))])
        with self.refused("RESOURCE_EXHAUSTED", "more than the 67108864"):
            client.infer("discrete", [tensor("obs", np.zeros([1 << 22, 5], np.float32))], compression_algorithm="gzip")
        with self.refused("DEADLINE_EXCEEDED", "timeout of 1 microseconds"):
            client.infer("discrete", [tensor("obs", row)], timeout=1)
        with self.refused("UNIMPLEMENTED", "implemented"):
            client.get_trace_settings()
        with self.refused("UNIMPLEMENTED", "implemented"):
            client.get_system_shared_memory_status()
        client.infer("discrete", [tensor("obs", row)], client_timeout=20)

    def test_a_message_that_is_too_large_ends_its_stream_and_nothing_else(self):
        rows, answers = observations("discrete", 1), queue.Queue()
        self.client.start_stream(callback=lambda result, error: answers.put((result, error)))
        self.client.async_stream_infer("discrete", [tensor("obs", rows)])
        self.assertIsNone(answers.get(timeout=20)[1])
        self.client.async_stream_infer("discrete", [tensor("obs", np.zeros([1 << 22, 5], np.float32))])
        self.assertIn("more than the 67108864", str(answers.get(timeout=20)[1]))
        self.client.stop_stream()
        self.client.infer("discrete", [tensor("obs", rows)])

    def test_damaged_messages_harm_nobody(self):
        channel = grpc.insecure_channel(self.server.address)
        call = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")
        request = triton._utils._get_inference_request(
            model_name="discrete", inputs=[tensor("obs", observations("discrete", 1))], model_version="", request_id="",
            outputs=None, sequence_id=0, sequence_start=False, sequence_end=False, priority=0, timeout=None,
            parameters=None)
        whole = request.SerializeToString()
        call(whole, timeout=20)
        for end in range(len(whole)):
            try:
                call(whole[:end], timeout=20)
            except grpc.RpcError as error:
                self.assertIn(error.code(), (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND))
        random = np.random.default_rng(3)
        for _ in range(500):
            try:
                call(random.bytes(random.integers(1, 200)), timeout=20)
            except grpc.RpcError as error:
                self.assertIn(error.code(), (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND))
        call(whole, timeout=20)
        several = channel.stream_unary("/inference.GRPCInferenceService/ModelInfer")
        several(iter([whole]), timeout=20)
        for messages, words in (([], "found none"), ([whole, whole], "found more")):
            with self.assertRaisesRegex(grpc.RpcError, f"expected one message, {words}"):
                several(iter(messages), timeout=20)
        channel.close()

    def test_the_asynchronous_client(self):
        rows = observations("discrete", 40)
        expected = [line["action"] for line in self.predict(
            "discrete", [{"observation": row.tolist()} for row in rows])]

        async def calls():
            async with triton_aio.InferenceServerClient(self.server.address) as client:
                self.assertTrue(await client.is_server_ready())
                answers = await asyncio.gather(*(
                    client.infer("discrete", [tensor("obs", rows[index:index + 1])]) for index in range(len(rows))))
                self.assertEqual([answer.as_numpy("action")[0] for answer in answers], expected)

                async def requests():
                    for index in range(len(rows)):
                        yield {"model_name": "discrete", "inputs": [tensor("obs", rows[index:index + 1])],
                               "request_id": str(index)}

                seen = []
                async for result, error in client.stream_infer(requests()):
                    self.assertIsNone(error)
                    self.assertEqual(result.get_response().id, str(len(seen)))
                    seen.append(result.as_numpy("action")[0])
                self.assertEqual(seen, expected)

        asyncio.run(calls())

    def test_each_call_of_kserve(self):
        row = observations("discrete", 1)
        expected = self.predict("discrete", [{"observation": row[0].tolist()}])[0]["action"]
        done = subprocess.run(
            [sys.executable, "-c", KSERVE, self.server.address, json.dumps(row.tolist())], capture_output=True, text=True,
            timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), [True, True, True, [expected], "k", [expected], "k"])


class SecretTests(Served):
    def test_nothing_but_health_is_answered_without_the_token(self):
        server = Server(self.named(["discrete"]), token="secret")
        self.addCleanup(server.stop)
        client = triton.InferenceServerClient(server.address)
        self.addCleanup(client.close)
        row = tensor("obs", observations("discrete", 1))
        self.assertTrue(client.is_server_live() and client.is_server_ready())
        for headers in (None, {"authorization": "Bearer other"}):
            with self.refused("UNAUTHENTICATED", "token"):
                client.infer("discrete", [row], headers=headers)
            with self.refused("UNAUTHENTICATED", "token"):
                client.get_model_repository_index(headers=headers)
        client.infer("discrete", [row], headers={"authorization": "Bearer secret"})


class StoppingTests(Served):
    def test_what_has_come_is_answered_and_what_comes_is_refused(self):
        server = Server(self.named(["discrete"]))
        self.addCleanup(server.stop)
        row = tensor("obs", observations("discrete", 1))
        failures, counts, stopped = [], [0] * 4, threading.Event()

        def ask(place):
            client = triton.InferenceServerClient(server.address)
            while True:
                try:
                    client.infer("discrete", [row], client_timeout=20)
                    counts[place] += 1
                except triton.InferenceServerException as error:
                    if not stopped.is_set() or error.status() != "StatusCode.UNAVAILABLE":
                        failures.append(error)
                    return

        threads = [threading.Thread(target=ask, args=[place]) for place in range(len(counts))]
        # Nothing is asked on this stream any more: it does not keep the server.
        idle, ends = triton.InferenceServerClient(server.address), queue.Queue()
        idle.start_stream(callback=lambda result, error: ends.put((result, error)))
        idle.async_stream_infer("discrete", [row])
        self.assertIsNone(ends.get(timeout=20)[1])
        for thread in threads:
            thread.start()
        while min(counts) < 100:
            time.sleep(0.01)
        stopped.set()
        begin = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=20)
        self.assertLess(time.monotonic() - begin, 5)
        for thread in threads:
            thread.join(timeout=20)
        self.assertEqual([str(failure) for failure in failures], [])
        self.assertIn("UNAVAILABLE", str(ends.get(timeout=20)[1]))
        idle.stop_stream()


class AddressTests(Served):
    def run_server(self, *arguments):
        return subprocess.run([SERVER, "--http", "127.0.0.1:0", *arguments, *self.named(["discrete"])],
                              capture_output=True, text=True, timeout=60)

    def test_a_port_that_is_taken_is_named(self):
        server = Server(self.named(["discrete"]))
        self.addCleanup(server.stop)
        done = self.run_server("--grpc", server.address)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{server.address}: cannot listen there", done.stderr)

    def test_what_is_no_address_is_refused(self):
        done = self.run_server("--grpc", "nowhere")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("expected host:port", done.stderr)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
