"""What people write to serve a policy: FastAPI with onnxruntime on one thread, and the JSON of the Open Inference Protocol.

    pip install fastapi uvicorn[standard] onnxruntime orjson numpy
    python fastapi_onnxruntime.py MODEL.onnx

One worker of uvicorn on a port that is free, which it says. Bodies are read by orjson and not checked, which takes the
least time.
"""

import sys

import numpy
import onnxruntime
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
names = [output.name for output in session.get_outputs()]
datatypes = {"int64": "INT64", "float32": "FP32"}
app = FastAPI()


@app.post("/v2/models/{name}/infer")
async def infer(name: str, request: Request) -> Response:
    tensor = orjson.loads(await request.body())["inputs"][0]
    obs = numpy.array(tensor["data"], numpy.float32).reshape(tensor["shape"])
    outputs = [
        {"name": name, "datatype": datatypes[str(array.dtype)], "shape": array.shape, "data": array.ravel()}
        for name, array in zip(names, session.run(names, {"obs": obs}))]
    answer = {"model_name": name, "model_version": "1", "outputs": outputs}
    return Response(orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")


uvicorn.run(app, host="127.0.0.1", port=0, access_log=False, loop="uvloop", http="httptools")
