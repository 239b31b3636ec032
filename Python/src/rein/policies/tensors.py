"""Files of safetensors, whose every rule is checked before a number is looked at."""

from __future__ import annotations

import json
import math
from typing import Any, Dict, List, Mapping, NoReturn, Optional, Tuple, Union

import numpy as np

from ..errors import CheckpointError
from .tree import Node

#: The longest header that is read, in bytes: that of a policy of 65,536 numbers has less than 8 MB.
HEADER_LIMIT = 32 << 20

_SIZES = {
    "F64": 8, "F32": 4, "F16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1,
    "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
}  # fmt: skip
_NUMPY = {"F64": "<f8", "F32": "<f4"}


class Tensor:
    """A tensor in the bytes of a file."""

    def __init__(self, dtype: str, shape: Tuple[int, ...], data: memoryview) -> None:
        #: The type of the elements, as the file calls it.
        self.dtype = dtype
        #: The length of each axis.
        self.shape = shape
        self._data = data

    def values(self) -> np.ndarray:
        """The numbers, read-only, in the memory of the file."""
        return np.frombuffer(self._data, dtype=_NUMPY[self.dtype]).reshape(self.shape)


def parse_json(text: Union[bytes, str], file: str, place: str = "") -> Any:
    """The value of a JSON text. Raises CheckpointError for what is none, and for repeated keys."""
    where = f"{file}: {place}" if place else file

    def refuse(word: str) -> NoReturn:
        raise CheckpointError(f"{where}: {word} is no JSON")

    def entries(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
        result = dict(pairs)
        if len(result) != len(pairs):
            raise CheckpointError(f"{where}: a key appears twice")
        return result

    try:
        words = text if isinstance(text, str) else text.decode("utf-8")
        return json.loads(words, parse_constant=refuse, object_pairs_hook=entries)
    except UnicodeDecodeError:
        raise CheckpointError(f"{where}: is no text in UTF-8") from None
    except RecursionError:
        raise CheckpointError(f"{where}: is nested too deeply") from None
    except ValueError as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"{where}: is no JSON: {error}") from None


def read_state(data: bytes, file: str) -> Node:
    """The tree in a native state file. ``file`` is what it is called in errors."""
    metadata, tensors = _parts(data, file)
    state = metadata.get("state")
    if metadata.get("format") != "rein" or state is None:
        raise CheckpointError(
            f"{file}: a safetensors file, but none of Rein: no state in its metadata"
        )
    if metadata.get("version") != "1":
        version = str(metadata.get("version"))[:20]
        raise CheckpointError(
            f"{file}: a native file of version {version!r}, which may be of a newer Rein; 1 is read"
        )
    return Node(parse_json(state, file, "state"), file, tensors)


def _parts(data: bytes, file: str) -> Tuple[Mapping[str, str], Mapping[str, Tensor]]:
    """The texts of the metadata, and the tensors by name."""

    def error(problem: str) -> CheckpointError:
        return CheckpointError(f"{file}: {problem}")

    if len(data) < 8:
        raise error("safetensors: shorter than the eight bytes of the header's length")
    length = int.from_bytes(data[:8], "little")
    if length > len(data) - 8:
        raise error(
            f"safetensors: a header of {length} bytes is claimed, {len(data) - 8} are there"
        )
    if length > HEADER_LIMIT:
        raise error(f"safetensors: a header of {length} bytes (allowed: {HEADER_LIMIT})")
    text = data[8 : 8 + length]
    if not text.startswith(b"{"):
        raise error("safetensors: the header does not begin with a brace")
    header = parse_json(text, file, "header")
    body = memoryview(data)[8 + length :]
    metadata: Dict[str, str] = {}
    tensors: Dict[str, Tensor] = {}
    spans: List[Tuple[int, int, str]] = []
    for name, entry in header.items():
        if name == "__metadata__":
            if not isinstance(entry, dict) or not all(
                isinstance(value, str) for value in entry.values()
            ):
                raise error("__metadata__: expected texts")
            metadata = entry
            continue
        shown = name[:80]
        sound = _sound(entry, len(body))
        if sound is None:
            raise error(f"{shown}: no sound description of a tensor")
        dtype, shape, begin, end = sound
        tensors[name] = Tensor(dtype, shape, body[begin:end])
        spans.append((begin, end, shown))
    place = 0
    for begin, end, shown in sorted(spans):
        if begin != place:
            raise error(
                f"{shown}: the tensor begins at byte {begin} of the data, the one before ends "
                f"at {place}"
            )
        place = end
    if place != len(body):
        raise error(
            f"the tensors end at byte {place} of the data, the file at byte {len(body)}: "
            "cut short or with a tail"
        )
    return metadata, tensors


def _sound(entry: Any, size: int) -> Optional[Tuple[str, Tuple[int, ...], int, int]]:
    """Type, shape and bytes of a tensor among ``size`` bytes; None if anything is wrong."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        return None
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _SIZES:
        return None
    for numbers in (shape, offsets):
        if not isinstance(numbers, list) or not all(
            type(number) is int and 0 <= number < 1 << 62 for number in numbers
        ):
            return None
    if len(offsets) != 2 or len(shape) > 32:
        return None
    begin, end = offsets
    if not begin <= end <= size or end - begin != _SIZES[dtype] * math.prod(shape):
        return None
    return dtype, tuple(shape), begin, end
