"""What a call of tritonclient takes, and the client's own processor time in it: medians in microseconds.

    pip install tritonclient[http,grpc]
    python tritonclient_calls.py PORT CALLS [http|grpc]

One row of four numbers, binary as the client does it by default. Prints a line of JSON.
"""

import json
import statistics
import sys
import time

import numpy

if sys.argv[3:] == ["grpc"]:
    import tritonclient.grpc as triton
else:
    import tritonclient.http as triton

client = triton.InferenceServerClient(f"127.0.0.1:{sys.argv[1]}")
obs = triton.InferInput("obs", [1, 4], "FP32")
obs.set_data_from_numpy(numpy.array([[0.01, 0, -0.02, 0]], numpy.float32))
calls, durations, own = int(sys.argv[2]), [], []
for _ in range(calls // 10):
    client.infer("default_policy", [obs])
for _ in range(calls):
    begun, busy = time.perf_counter(), time.process_time()
    client.infer("default_policy", [obs])
    own.append(time.process_time() - busy)
    durations.append(time.perf_counter() - begun)
print(json.dumps({"p50": 1e6 * statistics.median(durations), "ownProcessorTime": 1e6 * statistics.median(own)}))
