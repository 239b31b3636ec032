"""Tests of the server `rein-serve` with the clients that people have: tritonclient and KServe's.

    REIN_COMMAND=.build/release/rein REIN_SERVE=.build/release/rein-serve \
        python serving_clients_tests.py [-v] [CLASS.TEST]

Runs with an interpreter that has tritonclient[http] and kserve. Policies of all kinds (`serving_policies`) are served; every
action must be that of `rein predict`.
"""

import asyncio
import unittest

import kserve
import serving_calls
import tritonclient.http as triton
from serving_policies import KINDS, observations


class ServingTests(serving_calls.Calls):
    triton = triton
    ways = [
        ({"binary_data": True}, {}), ({"binary_data": False}, {}),
        ({"binary_data": True}, {"request_compression_algorithm": "gzip"}),
        ({"binary_data": False}, {"request_compression_algorithm": "deflate"}),
        ({"binary_data": False}, {"response_compression_algorithm": "gzip"})]
    codes = {"INVALID_ARGUMENT": "400", "NOT_FOUND": "404", "UNAVAILABLE": "503"}

    @staticmethod
    def as_dictionary(answer):
        return answer

    def index(self):
        return {entry["name"] for entry in self.client.get_model_repository_index()}

    def infer_later(self, name, inputs):
        return self.client.async_infer(name, inputs).get_result()

    def success_count(self, name, version):
        statistics, = self.client.get_inference_statistics(name, version)["model_stats"]
        return statistics["inference_stats"]["success"]["count"]

    def test_a_name_that_no_path_has(self):
        self.assertFalse(self.client.is_model_ready("team a/b"))

    def test_each_call_of_kserve(self):
        base = f"http://{self.address}"
        expected = {name: self.predict(name, observations(name, 3)) for name in KINDS}

        async def calls():
            client = kserve.InferenceRESTClient(kserve.RESTConfig(protocol="v2"))
            self.assertTrue(await client.is_server_live(base))
            self.assertTrue(await client.is_server_ready(base))
            self.assertFalse(await client.is_model_ready(base, "nobody"))
            for name in KINDS:
                self.assertTrue(await client.is_model_ready(base, name))
                for binary in (False, True):
                    rows = observations(name, 3)
                    value = kserve.InferInput("obs", list(rows.shape), "FP32")
                    value.set_data_from_numpy(rows, binary_data=binary)
                    answer = await client.infer(
                        base, kserve.InferRequest(name, [value], request_id="k"), model_name=name)
                    self.assertEqual(answer.id, "k")
                    with self.subTest(name, binary=binary):
                        self.require_equal(Arrays(answer), expected[name])

        asyncio.run(calls())


class Arrays:
    """An answer of KServe's client."""

    def __init__(self, answer):
        self.arrays = {output.name: output.as_numpy() for output in answer.outputs}

    def as_numpy(self, name):
        return self.arrays.get(name)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
