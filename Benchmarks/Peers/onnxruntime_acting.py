"""What onnxruntime takes for an action by a file that `ExportBenchmarks` writes, on one thread:

    pip install onnxruntime numpy
    python onnxruntime_acting.py MODEL.onnx

Prints the nanoseconds of one action, and those of a row among 256; the best of five turns each.
"""

import sys
import time

import numpy
import onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
width = session.get_inputs()[0].shape[1]


def nanoseconds(rows, calls):
    obs = {"obs": numpy.random.default_rng(1).standard_normal((rows, width)).astype(numpy.float32)}
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(calls):
            session.run(["action"], obs)
        best = min(best, (time.perf_counter() - start) / calls / rows * 1e9)
    return best


print(nanoseconds(1, 20_000), nanoseconds(256, 2_000))
