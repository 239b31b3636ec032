"""Versions that decide whether an environment will do the same again."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from typing import Any, Optional

# Packages that simulate, by the name that is imported.
SIMULATORS = {
    "mujoco": "mujoco", "Box2D": "box2d", "ale_py": "ale-py", "pymunk": "pymunk",
    "rlcard": "rlcard", "chess": "chess", "pyspiel": "open-spiel", "jax": "jax", "torch": "torch",
    "envpool": "envpool", "pettingzoo": "pettingzoo", "gymnasium_robotics": "gymnasium-robotics",
}


def versions(environment: Any) -> dict[str, str]:
    """Versions of Python, Gymnasium, numpy, the environment's package and loaded simulators."""
    found = {"python": platform.python_version()}
    module = type(getattr(environment, "unwrapped", environment)).__module__.partition(".")[0]
    names = {"gymnasium": "gymnasium", "numpy": "numpy"}
    names.update({name: package for name, package in SIMULATORS.items() if name in sys.modules})
    for package in names.values():
        version = _version(package)
        if version:
            found[package] = version
    if module not in names and module not in ("builtins", "__main__"):
        for package in _distributions(module):
            version = _version(package)
            if version:
                found.setdefault(package, version)
    return found


def _version(package: str) -> Optional[str]:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _distributions(module: str) -> list[str]:
    """The distributions that a module came with."""
    if _version(module):
        return [module]
    find = getattr(importlib.metadata, "packages_distributions", None)
    return sorted(set(find().get(module, []))) if find else []
