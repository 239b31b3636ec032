"""Compares the inputs and outputs of ONNX files with those that a JSON file beside each says, for
DescriptionPythonTests.swift.

    compare_onnx_values.py DIRECTORY
"""

import json
import pathlib
import sys

import onnx

TYPES = {
    onnx.TensorProto.FLOAT: "FP32",
    onnx.TensorProto.INT64: "INT64",
    onnx.TensorProto.BOOL: "BOOL",
}


def name(value):
    return value["name"]


def values(infos):
    return [
        {
            "name": info.name,
            "type": TYPES[info.type.tensor_type.elem_type],
            "shape": [d.dim_param or d.dim_value for d in info.type.tensor_type.shape.dim],
        }
        for info in infos
    ]


def main():
    directory = pathlib.Path(sys.argv[1])
    files = sorted(directory.glob("*.onnx"))
    assert files
    for file in files:
        graph = onnx.load(file).graph
        said = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        found = {"inputs": values(graph.input), "outputs": values(graph.output)}
        for key, there in found.items():
            # The order of a graph's values has no meaning to those who name them.
            if sorted(there, key=name) != sorted(said[key], key=name):
                sys.exit(f"{file}: {key} are {there}, not {said[key]}")


main()
