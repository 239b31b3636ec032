"""What a call of tritonclient takes: the median in microseconds, and the client's own processor time.

    pip install tritonclient[http]
    python tritonclient_calls.py PORT CALLS

One row of four numbers, binary as the client does it by default. Prints a line of JSON.
"""

import json
import statistics
import sys
import time

import numpy
import tritonclient.http as triton

client = triton.InferenceServerClient(f"127.0.0.1:{sys.argv[1]}")
obs = triton.InferInput("obs", [1, 4], "FP32")
obs.set_data_from_numpy(numpy.array([[0.01, 0, -0.02, 0]], numpy.float32))
calls, durations = int(sys.argv[2]), []
for _ in range(calls // 10):
    client.infer("default_policy", [obs])
own = time.process_time()
for _ in range(calls):
    begun = time.perf_counter()
    client.infer("default_policy", [obs])
    durations.append(time.perf_counter() - begun)
own = time.process_time() - own
print(json.dumps({"p50": 1e6 * statistics.median(durations), "ownProcessorTime": 1e6 * own / calls}))
