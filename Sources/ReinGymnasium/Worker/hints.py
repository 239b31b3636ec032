"""What helps: the line that installs a missing package, and the nearest of valid names."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable
from typing import Optional

# Packages that environments import, and what installs them.
INSTALLS = {
    "ale_py": "ale-py",
    "Box2D": "gymnasium[box2d]",
    "chess": "pettingzoo[classic]",
    "envpool": "envpool",
    "gymnasium": "gymnasium",
    "gymnasium_robotics": "gymnasium-robotics",
    "jax": "gymnasium[jax]",
    "minigrid": "minigrid",
    "moviepy": "moviepy",
    "mpe2": "mpe2",
    "mujoco": "gymnasium[mujoco]",
    "multi_agent_ale_py": "pettingzoo[atari]",
    "numpy": "numpy",
    "pettingzoo": "pettingzoo",
    "pygame": "pygame",
    "pymunk": "pettingzoo[butterfly]",
    "pyspiel": "pettingzoo[classic]",
    "rlcard": "pettingzoo[classic]",
    "shimmy": "shimmy",
}

# What registers the environments of a namespace, once it is imported: `ale_py:ALE/Pong-v5`.
NAMESPACES = {"ALE": "ale-py"}


def advice(error: BaseException) -> tuple[Optional[str], list[str]]:
    """The command that installs what is missing, and the names it installs."""
    seen: Optional[BaseException] = error
    for _ in range(8):
        if seen is None:
            break
        wanted = getattr(seen, "installable", None) or _wanted(seen)
        if wanted:
            # Shells read brackets and angles for themselves.
            names = [f'"{name}"' if set(name) & set("[>") else name for name in wanted]
            return f"{sys.executable} -m pip install {' '.join(names)}", wanted
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return None, []


def _wanted(error: BaseException) -> list[str]:
    """What an exception says is missing: a module, or what its message tells to install."""
    # Gymnasium and PettingZoo say in their messages what installs an environment.
    package = r"[A-Za-z0-9_.-]+(?:\[[a-z0-9_,.-]+\])?"
    said = re.search(rf"pip3? install (?:-U |--upgrade )?[\"'`]?({package})", str(error))
    if said:
        return [said.group(1)]
    namespace = re.match(r"Namespace (\w+) not found", str(error))
    if namespace and namespace.group(1) in NAMESPACES:
        return [NAMESPACES[namespace.group(1)]]
    if isinstance(error, ModuleNotFoundError) and error.name:
        install = INSTALLS.get(error.name.partition(".")[0])
        return [install] if install else []
    return []


def nearest(name: str, names: Iterable[str]) -> str:
    """"; did you mean X?" when a valid name is like the one given, else nothing."""
    lowered = {known.lower(): known for known in names}
    found = difflib.get_close_matches(name.lower(), lowered, 1, 0.6)
    return f"; did you mean {lowered[found[0]]}?" if found else ""
