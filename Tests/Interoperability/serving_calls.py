"""Tests of the server `rein-serve` that the clients of Triton for HTTP and for gRPC share: every call, of every policy."""

import numpy as np
import serving_policies
from serving_policies import KINDS, MASKABLE, MEMORIES, VALUES, masks, observations


class Client(serving_policies.Served):
    """What a client does: `triton` is its module, and `codes` are what it calls refusals."""

    triton = None
    codes = {}

    @classmethod
    def tensor(cls, name, array, datatype="FP32", **options):
        value = cls.triton.InferInput(name, list(array.shape), datatype)
        value.set_data_from_numpy(array, **options)
        return value

    def refused(self, code, words):
        """The block raises an error of a code, with words in it."""
        test = self

        class Refused:
            def __enter__(self):
                pass

            def __exit__(self, kind, error, trace):
                test.assertIsInstance(error, test.triton.InferenceServerException)
                test.assertEqual(error.status(), test.codes[code], str(error))
                test.assertRegex(str(error), words)
                return True

        return Refused()


class Calls(Client):
    """A subclass says which client it is, and how it differs.

    `ways` are how requests may come: options of inputs and outputs, then of the request.
    """

    ways = [({}, {})]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = serving_policies.Server(cls.named(), grpc="grpc" in cls.triton.__name__)
        cls.addClassCleanup(cls.server.stop)
        cls.address = cls.server.grpc or cls.server.http

    def setUp(self):
        self.client = self.triton.InferenceServerClient(self.address)
        self.addCleanup(self.client.close)

    def test_every_action_is_that_of_the_command(self):
        for name in KINDS:
            rows = observations(name)
            expected = self.predict(name, rows)
            for options, packing in self.ways:
                with self.subTest(name, **options, **packing):
                    outputs = [self.triton.InferRequestedOutput(output, **options) for output in ("action", "output")]
                    self.require_equal(
                        self.client.infer(name, [self.tensor("obs", rows, **options)], outputs=outputs, **packing), expected)

    def test_masks_leave_what_they_allow(self):
        for name in MASKABLE:
            rows, allowed = observations(name), masks(name)
            expected = self.predict(name, rows, allowed)
            for options, packing in self.ways:
                with self.subTest(name, **options, **packing):
                    inputs = [
                        self.tensor("obs", rows, **options), self.tensor("action_mask", allowed, "BOOL", **options)]
                    self.require_equal(self.client.infer(name, inputs, **packing), expected)
                    drawn = self.client.infer(name, inputs, parameters={"explore": True}, **packing)
                    self.require_allowed(name, drawn.as_numpy("action"), allowed)

    def test_draws_repeat_with_their_seed(self):
        for name in KINDS:
            with self.subTest(name):
                draws = [
                    self.client.infer(
                        name, [self.tensor("obs", observations(name))], parameters={"explore": True, "seed": seed}
                    ).as_numpy("action").tolist() for seed in (3, 3, 4)]
                self.assertEqual(draws[0], draws[1])
                if name not in VALUES:
                    self.assertNotEqual(draws[0], draws[2])

    def test_an_episode_is_remembered_by_the_server_and_by_the_client(self):
        for name in MEMORIES:
            rows, expected = self.episode(name)
            states = []
            for step, line in enumerate(expected):
                obs = self.tensor("obs", rows[step:step + 1])
                # Ids of both kinds are sequences of their own.
                for sequence in (7, "7"):
                    self.require_equal(
                        self.client.infer(
                            name, [obs], sequence_id=sequence, sequence_start=step == 0, sequence_end=step == len(rows) - 1),
                        [line])
                answer = self.client.infer(name, [obs, *states])
                self.require_equal(answer, [line])
                states = [
                    self.tensor(f"state_in_{part}", answer.as_numpy(f"state_out_{part}"))
                    for part in range(KINDS[name].memory)]
            with self.refused("INVALID_ARGUMENT", "must specify the START flag"):
                self.client.infer(name, [self.tensor("obs", rows[:1])], sequence_id=7)

    def test_what_is_said_of_the_server(self):
        client = self.client
        self.assertTrue(client.is_server_live() and client.is_server_ready())
        self.assertEqual(self.index(), set(KINDS))
        self.assertIn("sequence(string_id)", self.as_dictionary(client.get_server_metadata())["extensions"])
        with self.refused("NOT_FOUND", r"did you mean \"discrete\""):
            client.infer("discreet", [self.tensor("obs", observations("discrete", 1))])

    def test_each_call_of_each_policy(self):
        for name in KINDS:
            with self.subTest(name):
                version = self.describe(name)
                self.infer_in_each_way(name, version)
                self.load_and_unload(name)

    def describe(self, name):
        """What is said of a policy; returns its version."""
        client = self.client
        metadata = self.as_dictionary(client.get_model_metadata(name))
        self.assertEqual(metadata["name"], name)
        inputs = {entry["name"]: entry for entry in metadata["inputs"]}
        self.assertEqual([int(length) for length in inputs["obs"]["shape"]], [-1, *KINDS[name].shape])
        self.assertEqual("action_mask" in inputs, name in MASKABLE)
        self.assertEqual("state_in_0" in inputs, name in MEMORIES)
        version, = metadata["versions"]
        self.assertTrue(client.is_model_ready(name) and client.is_model_ready(name, version))
        config = self.as_dictionary(client.get_model_config(name))
        self.assertEqual(config.get("config", config)["max_batch_size"], 4096)
        return version

    def infer_in_each_way(self, name, version):
        """The calls of the scripts that the recordings were made with."""
        client, rows = self.client, observations(name, 3)
        expected, obs = self.predict(name, rows), self.tensor("obs", rows)
        for options in (
                {"model_version": version, "request_id": "r-1"}, {"priority": 2, "timeout": 60_000_000},
                {"headers": {"authorization": "Bearer secret"}}, {"parameters": {"explore": False}}):
            answer = client.infer(name, [obs], **options)
            self.require_equal(answer, expected)
            self.assertEqual(self.as_dictionary(answer.get_response()).get("id", ""), options.get("request_id", ""))
        self.require_equal(self.infer_later(name, [obs]), expected)
        action = client.infer(name, [obs], outputs=[self.triton.InferRequestedOutput("action")])
        self.assertIsNone(action.as_numpy("output"))
        for datatype, kind in (("FP64", np.float64), ("FP16", np.float16)):
            values = rows.astype(kind)
            self.require_equal(
                client.infer(name, [self.tensor("obs", values, datatype)]), self.predict(name, values.astype(np.float32)))
        first = self.tensor("obs", rows[:1])
        for options in (
                {"sequence_id": 42, "sequence_start": True}, {"sequence_id": "episode-7", "sequence_start": True}):
            self.require_equal(client.infer(name, [first], sequence_end=True, **options), expected[:1])
        if name not in MEMORIES:
            self.require_equal(client.infer(name, [first], sequence_id=42), expected[:1])
        with self.refused("INVALID_ARGUMENT", "classification"):
            client.infer(name, [obs], outputs=[self.triton.InferRequestedOutput("action", class_count=2)])
        with self.refused("INVALID_ARGUMENT", "BYTES"):
            client.infer(name, [self.tensor("obs", np.array([b"ab", b"xyz"], dtype=object), "BYTES")])
        self.assertGreaterEqual(self.success_count(name, version), 9)

    def load_and_unload(self, name):
        client, obs = self.client, self.tensor("obs", observations(name, 1))
        with self.refused("INVALID_ARGUMENT", "command line of the server"):
            client.load_model(name, config='{"max_batch_size": 8}')
        client.unload_model(name)
        self.assertFalse(client.is_model_ready(name))
        with self.refused("UNAVAILABLE", "unloaded"):
            client.infer(name, [obs])
        client.load_model(name)
        self.require_equal(client.infer(name, [obs]), self.predict(name, observations(name, 1)))
