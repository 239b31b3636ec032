"""Things that make environments, and things that cannot be found by their names."""

from __future__ import annotations

import functools
from typing import Any, Callable


def make(size: int = 1) -> str:
    """A function at the top of a module."""
    return f"made {size}"


class Environment:
    """A class, with another inside and a method that makes one."""

    def __init__(self, size: int = 1) -> None:
        self.size = size

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.size}"

    class Inner:
        """A class inside of a class."""

        def __str__(self) -> str:
            return "inner"

    @classmethod
    def large(cls) -> Environment:
        """Makes a large one."""
        return cls(100)

    def again(self) -> Environment:
        """Makes another."""
        return Environment(self.size)


def closure(size: int) -> Callable[[], Any]:
    """A function that is defined inside a function."""

    def inner() -> str:
        return make(size)

    return inner


make_lambda = lambda: make(3)  # noqa: E731
make_partial = functools.partial(make, 4)


def shadowed() -> str:
    """What has this name in the module is another."""
    return "first"


first = shadowed


def shadowed() -> str:  # type: ignore[no-redef]  # noqa: F811
    """The other."""
    return "second"
