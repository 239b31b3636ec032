"""Opens checkpoint files with Python's own libraries, and writes files for Rein to open.

    python checkpoint_files.py DIRECTORY

Expects DIRECTORY/rein.safetensors and DIRECTORY/rein.msgpck, which hold the tree of `expected()`, compares every value,
and writes DIRECTORY/python.safetensors and DIRECTORY/python.msgpck with the same tree. Needs numpy, safetensors, msgpack
and msgpack_numpy. Run by Tests/ReinCheckpointsTests/Codecs/PythonInteroperabilityTests.swift.
"""

import json
import math
import pathlib
import sys

import msgpack
import msgpack_numpy
import numpy
import safetensors
import safetensors.numpy

try:
    import safetensors.torch as torch_files
except ImportError:
    torch_files = None

TYPES = ["<f8", "<f4", "<f2", "<i8", "<i4", "<i2", "|i1", "<u8", "<u4", "<u2", "|u1", "|b1"]


def tensors():
    """One tensor of each type, and some odd shapes."""
    result = {name[1:]: (numpy.arange(6).reshape(2, 3) % 2 if name == "|b1" else numpy.arange(6).reshape(2, 3)).astype(name)
              for name in TYPES}
    result["scalar"] = numpy.array(0.1, dtype="<f4")
    result["empty"] = numpy.zeros((0, 3), dtype="<f8")
    result["special"] = numpy.array([math.nan, math.inf, -math.inf, -0.0], dtype="<f4")
    return result


def expected():
    return {
        "numbers": [0, -1, 2**63 - 1, -(2**63), 0.1, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan],
        "text": "é 😀 \0 \"",
        "nothing": None,
        "truth": [True, False],
        "bytes": b"\x00\xff",
        "$dollar": {"a/b": [], "~": {}},
        "tensors": tensors(),
    }


def require_same(left, right, place=""):
    """Exact equality: types, bits, order of keys."""
    if isinstance(right, numpy.ndarray):
        assert isinstance(left, (numpy.ndarray, numpy.generic)), f"{place}: {type(left)}"
        assert left.dtype.str == right.dtype.str, f"{place}: {left.dtype.str}, not {right.dtype.str}"
        assert left.shape == right.shape, f"{place}: {left.shape}, not {right.shape}"
        assert left.tobytes() == right.tobytes(), f"{place}: other elements"
        return
    assert type(left) is type(right), f"{place}: {type(left)}, not {type(right)}"
    if isinstance(right, dict):
        assert list(left) == list(right), f"{place}: {list(left)}, not {list(right)}"
        for key in right:
            require_same(left[key], right[key], f"{place}/{key}")
    elif isinstance(right, list):
        assert len(left) == len(right), f"{place}: {len(left)} elements, not {len(right)}"
        for index, pair in enumerate(zip(left, right)):
            require_same(*pair, f"{place}/{index}")
    elif isinstance(right, float):
        assert left.hex() == right.hex(), f"{place}: {left!r}, not {right!r}"
    else:
        assert left == right, f"{place}: {left!r}, not {right!r}"


def check_msgpack(path):
    with open(path, "rb") as file:
        require_same(msgpack.unpackb(file.read(), object_hook=msgpack_numpy.decode), expected())


def check_native(path):
    loaded = safetensors.numpy.load_file(path)
    require_same({name: loaded[f"tensors/{name}"] for name in tensors()}, tensors(), "tensors")
    assert len(loaded) == len(tensors())
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    assert metadata["format"] == "rein" and metadata["version"] == "1"
    state = json.loads(metadata["state"])
    want = expected()
    require_same(state["numbers"][:8], want["numbers"][:8])
    assert state["numbers"][8:] == [{"$double": "inf"}, {"$double": "-inf"}, {"$double": "nan"}]
    for key in ["text", "nothing", "truth"]:
        require_same(state[key], want[key], key)
    assert state["bytes"] == {"$bytes": "AP8="} and state["$$dollar"] == want["$dollar"]
    if torch_files:
        for name, value in torch_files.load_file(path).items():
            assert value.numpy().tobytes() == tensors()[name.removeprefix("tensors/")].tobytes(), name
    return metadata


def main():
    directory = pathlib.Path(sys.argv[1])
    check_msgpack(directory / "rein.msgpck")
    metadata = check_native(directory / "rein.safetensors")
    with open(directory / "python.msgpck", "wb") as file:
        file.write(msgpack.packb(expected(), default=msgpack_numpy.encode))
    # Python orders the tensors in its own way.
    named = {f"tensors/{name}": value for name, value in tensors().items()}
    safetensors.numpy.save_file(named, directory / "python.safetensors", metadata=metadata)
    print("same")


if __name__ == "__main__":
    main()
