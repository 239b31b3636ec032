"""The tree of a state file, read with errors that say where."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional, Sequence

import numpy as np

from ..errors import CheckpointError

if TYPE_CHECKING:
    from .tensors import Tensor

_SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Node:
    """A place in a tree, with what is there.

    A tensor stands in the tree as ``{"$tensor": true}``, and in the file under the name of its
    place; numbers that JSON has no form for are ``{"$double": "inf"}``.
    """

    def __init__(
        self, value: Any, file: str, tensors: Mapping[str, Tensor], path: str = ""
    ) -> None:
        self.value = value
        self.path = path
        self._file = file
        self._tensors = tensors

    def error(self, problem: str) -> CheckpointError:
        """The error that something is wrong here."""
        place = f"{self._file}: {self.path}" if self.path else self._file
        return CheckpointError(f"{place}: {problem}")

    def map(self) -> Dict[str, Any]:
        """The entries of a map."""
        if not isinstance(self.value, dict):
            raise self.error(f"expected a map, found {_kind(self.value)}")
        return self.value

    def child(self, key: str) -> Node:
        """The value of a key, which must be there."""
        if key not in self.map():
            raise self._at(key, None).error("is missing")
        return self._at(key, self.value[key])

    def optional(self, key: str) -> Optional[Node]:
        """The value of a key, None if there is none or it is null."""
        value = self.map().get(key)
        return None if value is None else self._at(key, value)

    def list(self) -> List[Node]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            raise self.error(f"expected a list, found {_kind(self.value)}")
        return [self._at(str(index), value) for index, value in enumerate(self.value)]

    def integer(self, low: int = 0, high: int = (1 << 63) - 1) -> int:
        """An integer from ``low`` to ``high``."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(f"expected an integer, found {_kind(self.value)}")
        if not low <= value <= high:
            raise self.error(f"{_short(value)} is out of range (allowed: {low} to {high})")
        return value

    def number(self) -> float:
        """A number, which may be infinite or NaN."""
        value = self.value
        if isinstance(value, dict) and len(value) == 1 and "$double" in value:
            special = value["$double"]
            if isinstance(special, str) and special in _SPECIAL:
                return _SPECIAL[special]
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise self.error(f"expected a number, found {_kind(value)}")
        try:
            return float(value)
        except OverflowError:
            raise self.error("the number is too large") from None

    def boolean(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.error(f"expected true or false, found {_kind(self.value)}")
        return self.value

    def text(self) -> str:
        """A text."""
        if not isinstance(self.value, str):
            raise self.error(f"expected a text, found {_kind(self.value)}")
        return self.value

    def word(self, known: Iterable[str], kind: str) -> str:
        """One of some words; ``kind`` says what they are words for."""
        text = self.text()
        known = list(known)
        if text not in known:
            raise self.error(
                f"unknown {kind} {_short(text)}, which may be of a newer Rein "
                f"(known: {', '.join(known)})"
            )
        return text

    def integers(self, low: int, high: int) -> List[int]:
        """A list of integers from ``low`` to ``high``."""
        return [element.integer(low, high) for element in self.list()]

    def numbers(self) -> np.ndarray:
        """A list of numbers, as 32-bit floats; the largest ones stand for infinities."""
        values = np.array([element.number() for element in self.list()], dtype=np.float64)
        with np.errstate(over="ignore"):
            return values.astype(np.float32)

    def tensor(self, dtype: str, shape: Sequence[int]) -> np.ndarray:
        """A tensor of finite numbers of a type and a shape."""
        if not isinstance(self.value, dict) or self.value.get("$tensor") is not True:
            raise self.error(f"expected a tensor, found {_kind(self.value)}")
        tensor = self._tensors.get(self.path)
        if tensor is None:
            raise self.error("the tensor is in the tree, but not in the file")
        if tensor.dtype != dtype or tensor.shape != tuple(shape):
            raise self.error(
                f"expected a tensor {dtype} of shape {list(shape)}, "
                f"found {tensor.dtype} of shape {list(tensor.shape)}"
            )
        values = tensor.values()
        finite = np.isfinite(values)
        if not finite.all():
            index = int(np.argmin(finite.reshape(-1)))
            found = values.reshape(-1)[index]
            raise self.error(f"has numbers that are not finite: element {index} is {found}")
        return values

    def require_keys(self, known: Iterable[str]) -> None:
        """Checks that nothing else is in a map: what is not known might change actions."""
        known = set(known)
        for key in self.map():
            if key not in known:
                raise self._at(key, None).error(
                    "is not known here; the file may be of a newer Rein, or damaged"
                )

    def _at(self, key: str, value: Any) -> Node:
        part = _short_text(key.replace("~", "~0").replace("/", "~1"))
        path = f"{self.path}/{part}" if self.path else part
        return Node(value, self._file, self._tensors, path)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {int: "an integer", float: "a number", str: "a text", list: "a list", dict: "a map"}
    return names.get(type(value), type(value).__name__)


def _short(value: object) -> str:
    return _short_text(repr(value)) if not isinstance(value, str) else f'"{_short_text(value)}"'


def _short_text(text: str) -> str:
    plain = "".join(character if character.isprintable() else "?" for character in text)
    return plain if len(plain) <= 60 else plain[:57] + "..."
