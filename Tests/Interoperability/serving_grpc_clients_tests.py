"""Tests of the server `rein-serve` over gRPC with the clients that people have: tritonclient and KServe's.

    REIN_COMMAND=.build/release/rein REIN_SERVE=.build/release/rein-serve \
        python serving_grpc_clients_tests.py [-v] [CLASS.TEST]

Runs with an interpreter that has tritonclient[grpc] and kserve, and a server built with the trait ServingGRPC. Policies
of all kinds (`serving_policies`) are served; every action must be that of `rein predict`.
"""

import asyncio
import json
import queue
import signal
import subprocess
import sys
import threading
import time
import unittest

import google.protobuf.json_format
import grpc
import numpy as np
import serving_calls
import serving_policies
import tritonclient.grpc as triton
import tritonclient.grpc.aio as triton_aio
from serving_policies import KINDS, observations

# What KServe's client is asked, in a process of its own: it brings the protocol's messages along, as tritonclient does, and
# one process has them once.
KSERVE = """
import asyncio, json, sys
import kserve, numpy

async def calls(address, requests):
    client = kserve.InferenceGRPCClient(address)
    seen = [await client.is_server_live(), await client.is_server_ready()]
    for name, rows in requests.items():
        rows = numpy.array(rows, numpy.float32)
        seen.append(await client.is_model_ready(name))
        for binary in (False, True):
            value = kserve.InferInput("obs", list(rows.shape), "FP32")
            value.set_data_from_numpy(rows, binary_data=binary)
            answer = await client.infer(kserve.InferRequest(name, [value], request_id="k"))
            seen += [{output.name: output.as_numpy().tolist() for output in answer.outputs}, answer.id]
    await client.close()
    print(json.dumps(seen))

asyncio.run(calls(sys.argv[1], json.loads(sys.stdin.read())))
"""


def serve(arguments, token=None):
    return serving_policies.Server(arguments, token, grpc=True)


class OverGRPC:
    triton = triton
    codes = {code.name: f"StatusCode.{code.name}" for code in grpc.StatusCode}


class ClientTests(OverGRPC, serving_calls.Calls):
    ways = [({}, {}), ({}, {"compression_algorithm": "gzip"}), ({}, {"compression_algorithm": "deflate"})]

    @staticmethod
    def as_dictionary(answer):
        return google.protobuf.json_format.MessageToDict(answer, preserving_proto_field_name=True)

    def index(self):
        return {entry.name for entry in self.client.get_model_repository_index().models}

    def infer_later(self, name, inputs):
        answers = queue.Queue()
        self.client.async_infer(name, inputs, lambda result, error: answers.put((result, error)))
        result, error = answers.get(timeout=20)
        self.assertIsNone(error)
        return result

    def success_count(self, name, version):
        statistics, = self.client.get_inference_statistics(name, version).model_stats
        self.assertGreater(statistics.inference_stats.compute_infer.ns, 0)
        return statistics.inference_stats.success.count

    def test_a_stream_answers_in_order_and_survives_refusals(self):
        (rows, expected), answers = self.episode("lstm"), queue.Queue()
        self.client.start_stream(callback=lambda result, error: answers.put((result, error)))
        for step in range(10):
            self.client.async_stream_infer(
                "lstm", [self.tensor("obs", rows[step:step + 1])], request_id=f"r-{step}", sequence_id=99,
                sequence_start=step == 0, sequence_end=step == 9)
            if step == 4:
                self.client.async_stream_infer("nobody", [self.tensor("obs", rows[:1])])
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

    def test_a_stream_has_requests_of_all_policies(self):
        answers = queue.Queue()
        self.client.start_stream(callback=lambda result, error: answers.put((result, error)))
        for name in KINDS:
            self.client.async_stream_infer(name, [self.tensor("obs", observations(name, 3))], request_id=name)
        for name in KINDS:
            result, error = answers.get(timeout=20)
            self.assertIsNone(error)
            self.assertEqual(result.get_response().id, name)
            with self.subTest(name):
                self.require_equal(result, self.predict(name, observations(name, 3)))
        self.client.stop_stream()

    def test_refusals_have_their_codes(self):
        client, row = self.client, observations("discrete", 1)
        with self.refused("NOT_FOUND", r"did you mean \"discrete\""):
            client.infer("discreet", [self.tensor("obs", row)])
        with self.refused("NOT_FOUND", "has no version"):
            client.infer("discrete", [self.tensor("obs", row)], model_version="99")
        with self.refused("NOT_FOUND", "team a/b"):
            client.is_model_ready("team a/b")
        with self.refused("INVALID_ARGUMENT", r"expected shape \[-1, 4\], found \[1, 3\]"):
            client.infer("discrete", [self.tensor("obs", row[:, :3])])
        with self.refused("INVALID_ARGUMENT", "BYTES"):
            client.infer("discrete", [self.tensor("obs", np.array([[b"x"]], dtype=object), "BYTES")])
        with self.refused("INVALID_ARGUMENT", "NaN"):
            client.infer("discrete", [self.tensor("obs", row * np.nan)])
        with self.refused("INVALID_ARGUMENT", "classification"):
            client.infer("discrete", [self.tensor("obs", row)], outputs=[
                triton.InferRequestedOutput("action", class_count=2)])
        with self.refused("INVALID_ARGUMENT", r"action_mask.*row 0 leaves no valid action"):
            client.infer("discrete", [self.tensor("obs", row), self.tensor("action_mask", np.zeros([1, 2], bool), "BOOL")])
        with self.refused("INVALID_ARGUMENT", "4096"):
            client.infer("discrete", [self.tensor("obs", np.zeros([4097, 4], np.float32))])
        with self.refused("RESOURCE_EXHAUSTED", "more than the 67108864"):
            client.infer("discrete", [self.tensor("obs", np.zeros([1 << 22, 5], np.float32))])
        with self.refused("RESOURCE_EXHAUSTED", "more than 100 times"):
            client.infer("discrete", [self.tensor("obs", np.zeros([1 << 22, 5], np.float32))], compression_algorithm="gzip")
        bits = np.random.default_rng(0).integers(0, 2, [1 << 22, 5]).astype(np.float32)
        with self.refused("RESOURCE_EXHAUSTED", "more than the 67108864"):
            client.infer("discrete", [self.tensor("obs", bits)], compression_algorithm="gzip")
        with self.refused("DEADLINE_EXCEEDED", "timeout of 1 microseconds"):
            client.infer("discrete", [self.tensor("obs", row)], timeout=1)
        with self.refused("UNIMPLEMENTED", "implemented"):
            client.get_trace_settings()
        with self.refused("UNIMPLEMENTED", "implemented"):
            client.get_system_shared_memory_status()
        client.infer("discrete", [self.tensor("obs", row)], client_timeout=20)

    def test_a_message_that_is_too_large_ends_its_stream_and_nothing_else(self):
        rows, answers = observations("discrete", 1), queue.Queue()
        self.client.start_stream(callback=lambda result, error: answers.put((result, error)))
        self.client.async_stream_infer("discrete", [self.tensor("obs", rows)])
        self.assertIsNone(answers.get(timeout=20)[1])
        self.client.async_stream_infer("discrete", [self.tensor("obs", np.zeros([1 << 22, 5], np.float32))])
        self.assertIn("more than the 67108864", str(answers.get(timeout=20)[1]))
        self.client.stop_stream()
        self.client.infer("discrete", [self.tensor("obs", rows)])

    def test_damaged_messages_harm_nobody(self):
        channel = grpc.insecure_channel(self.address)
        call = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")
        request = triton._utils._get_inference_request(
            model_name="discrete", inputs=[self.tensor("obs", observations("discrete", 1))], model_version="", request_id="",
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
        expected = [line["action"] for line in self.predict("discrete", rows)]
        every = {name: self.predict(name, observations(name, 3)) for name in KINDS}

        async def calls():
            async with triton_aio.InferenceServerClient(self.address) as client:
                self.assertTrue(await client.is_server_ready())
                answers = await asyncio.gather(*(
                    client.infer("discrete", [self.tensor("obs", rows[index:index + 1])]) for index in range(len(rows))))
                self.assertEqual([answer.as_numpy("action")[0] for answer in answers], expected)
                for name in KINDS:
                    with self.subTest(name):
                        self.require_equal(
                            await client.infer(name, [self.tensor("obs", observations(name, 3))]), every[name])

                async def requests():
                    for index in range(len(rows)):
                        yield {"model_name": "discrete", "inputs": [self.tensor("obs", rows[index:index + 1])],
                               "request_id": str(index)}

                seen = []
                async for result, error in client.stream_infer(requests()):
                    self.assertIsNone(error)
                    self.assertEqual(result.get_response().id, str(len(seen)))
                    seen.append(result.as_numpy("action")[0])
                self.assertEqual(seen, expected)

        asyncio.run(calls())

    def test_each_call_of_kserve(self):
        requests = {name: observations(name, 3).tolist() for name in KINDS}
        done = subprocess.run(
            [sys.executable, "-c", KSERVE, self.address], input=json.dumps(requests), capture_output=True, text=True,
            timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = json.loads(done.stdout)
        self.assertEqual(seen[:2], [True, True])
        for name, place in zip(KINDS, range(2, len(seen), 5)):
            is_ready, first, first_id, second, second_id = seen[place:place + 5]
            self.assertEqual([is_ready, first_id, second_id], [True, "k", "k"])
            for answer in (first, second):
                with self.subTest(name):
                    self.require_equal(Arrays(answer), self.predict(name, observations(name, 3)))


class Arrays:
    """An answer of KServe's client."""

    def __init__(self, lists):
        self.lists = lists

    def as_numpy(self, name):
        return np.array(self.lists[name]) if name in self.lists else None


class SecretTests(OverGRPC, serving_calls.Client):
    def test_nothing_but_health_is_answered_without_the_token(self):
        server = serve(self.named(["discrete"]), token="secret")
        self.addCleanup(server.stop)
        client = triton.InferenceServerClient(server.grpc)
        self.addCleanup(client.close)
        row = self.tensor("obs", observations("discrete", 1))
        self.assertTrue(client.is_server_live() and client.is_server_ready())
        for headers in (None, {"authorization": "Bearer other"}):
            with self.refused("UNAUTHENTICATED", "token"):
                client.infer("discrete", [row], headers=headers)
            with self.refused("UNAUTHENTICATED", "token"):
                client.get_model_repository_index(headers=headers)
        client.infer("discrete", [row], headers={"authorization": "Bearer secret"})


class StoppingTests(OverGRPC, serving_calls.Client):
    def test_what_has_come_is_answered_and_what_comes_is_refused(self):
        server = serve(self.named(["discrete"]))
        self.addCleanup(server.stop)
        row = self.tensor("obs", observations("discrete", 1))
        failures, counts, stopped = [], [0] * 4, threading.Event()

        def ask(place):
            client = triton.InferenceServerClient(server.grpc)
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
        idle, ends = triton.InferenceServerClient(server.grpc), queue.Queue()
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


class AddressTests(serving_policies.Served):
    def run_server(self, *arguments):
        return subprocess.run([serving_policies.SERVER, "--http", "127.0.0.1:0", *arguments, *self.named(["discrete"])],
                              capture_output=True, text=True, timeout=60)

    def test_a_port_that_is_taken_is_named(self):
        server = serve(self.named(["discrete"]))
        self.addCleanup(server.stop)
        done = self.run_server("--grpc", server.grpc)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{server.grpc}: cannot listen there", done.stderr)

    def test_what_is_no_address_is_refused(self):
        done = self.run_server("--grpc", "nowhere")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("expected host:port", done.stderr)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
