"""What an environment is called on the command line, and how a worker finds one that is Python.

A worker is another process, which imports what it makes environments of by its name, as the
processes of ``multiprocessing`` with the start method ``spawn`` do.
"""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
import sysconfig
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Union

from .errors import FactoryError

#: The beginnings of names that say where an environment is looked for.
SCHEMES = ("gymnasium", "pettingzoo", "envpool", "python")

#: An id, or a function or class that makes an environment.
Environment = Union[str, Callable[..., Any]]

#: Names the script that workers import, in their environment variables.
MAIN_VARIABLE = "REIN_FACTORY_SCRIPT"


@dataclass(frozen=True)
class EnvironmentName:
    """An environment as the command line has it."""

    #: The argument of ``--environment``.
    text: str
    #: Whether it is made in workers that run Python.
    is_python: bool
    #: The script that workers import to make it, None if they import none.
    script: Optional[str] = None


def environment_name(environment: Environment) -> EnvironmentName:
    """The name of an environment.

    An id without a scheme is Gymnasium's, ``rein:`` stands before the command's own; a function or
    class goes by its module and name. Raises FactoryError for what has no such name.
    """
    if isinstance(environment, str):
        scheme, colon, rest = environment.partition(":")
        if colon and scheme == "rein":
            return EnvironmentName(rest, is_python=False)
        if colon and scheme in SCHEMES:
            return EnvironmentName(environment, is_python=True)
        return EnvironmentName(f"gymnasium:{environment}", is_python=True)
    return _factory_name(environment)


def is_python_name(text: str) -> bool:
    """Whether the name of an environment, as a run has it, is of one that is made in Python."""
    return text.partition(":")[0] in SCHEMES


def _factory_name(factory: Any) -> EnvironmentName:
    if not callable(factory):
        spec = getattr(getattr(factory, "spec", None), "id", None)
        instead = f"the id {spec!r}, or " if isinstance(spec, str) else ""
        raise FactoryError(
            f"an environment that is made already, such as {_shown(factory)}, cannot be handed to "
            f"other processes; give {instead}a function or class that makes it"
        )
    name, module = getattr(factory, "__qualname__", None), getattr(factory, "__module__", None)
    if not isinstance(name, str) or not isinstance(module, str):
        raise FactoryError(
            f"{_shown(factory)} has no name by which a worker could import it; write a function "
            "that calls it, or give its arguments as environment_options"
        )
    if "<lambda>" in name:
        raise FactoryError(
            "a lambda has no name by which a worker could import it; write a function with def at "
            "the top of a module"
        )
    if "<locals>" in name:
        raise FactoryError(
            f"{name.replace('.<locals>', '')} is defined inside a function, where a worker cannot "
            "import it; move it to the top of its module, and what it takes from around it to "
            "environment_options"
        )
    script = _script(name) if module == "__main__" else None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is None or found != factory:
        raise FactoryError(
            f"{module}.{name} is not {_shown(factory)}: a worker would import something else; give "
            "the function or class under the name that it has in its module"
        )
    importable = _main_module() if module == "__main__" else module
    _require_importable(importable, name, script)
    return EnvironmentName(f"python:{importable}:{name}", is_python=True, script=script)


def _script(name: str) -> str:
    """The path of the running script; of a name that was typed there is none."""
    main = sys.modules["__main__"]
    path: Optional[str] = getattr(main, "__file__", None)
    if path is None or not os.path.exists(path):
        raise FactoryError(
            f"{name} was typed into an interactive session or notebook, which a worker cannot "
            "import; write it to a file, such as environment.py (in a notebook with "
            f"%%writefile environment.py), and give it as: from environment import {name}"
        )
    return os.path.abspath(path)


def _main_module() -> str:
    """The name by which others import the module that runs as ``__main__``."""
    main = sys.modules["__main__"]
    if main.__spec__ is not None and main.__spec__.name != "__main__":
        return main.__spec__.name
    return os.path.splitext(os.path.basename(str(main.__file__)))[0]


def _require_importable(module: str, name: str, script: Optional[str]) -> None:
    """Raises FactoryError unless an import of the module comes to the file that is meant."""
    if script is None:
        try:
            known = importlib.util.find_spec(module) is not None
        except (ImportError, ValueError):
            known = False
        if not known:
            raise FactoryError(
                f"a worker cannot import the module {module!r}, in which {name} is: it is in no "
                "folder of sys.path; write it to a file in one"
            )
        return
    try:
        # A worker's own main module is another.
        spec = importlib.util.find_spec(module) if module != "__main__" else None
    except (ImportError, ValueError):
        spec = None
    origin = spec.origin if spec is not None else None
    if origin is None or not os.path.exists(origin) or not os.path.samefile(origin, script):
        instead = f"would import {origin}" if origin else "finds no such module"
        raise FactoryError(
            f"a worker cannot import {name} from {script}: by the name {module!r} it {instead}; "
            "move it to a module of its own, and import it from there"
        )


def python_path(interpreter: str) -> str:
    """PYTHONPATH for workers, so that they find the modules that this process finds.

    An interpreter other than this one has a library of its own, whose folders are left out.
    """
    skipped: List[str] = []
    if os.path.realpath(interpreter) != os.path.realpath(sys.executable) or not _same_prefix(
        interpreter
    ):
        paths = sysconfig.get_paths()
        skipped = [paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    entries: List[str] = []
    for entry in sys.path:
        folder = os.path.abspath(entry or os.getcwd())
        inside = any(folder == other or folder.startswith(other + os.sep) for other in skipped)
        if not inside and os.path.exists(folder) and folder not in entries:
            entries.append(folder)
    return os.pathsep.join(entry for entry in entries if os.pathsep not in entry)


def _same_prefix(interpreter: str) -> bool:
    """Whether an interpreter lies where this one does: that tells virtual environments apart."""
    return os.path.dirname(os.path.abspath(interpreter)) == os.path.dirname(
        os.path.abspath(sys.executable)
    )


def refuse_inside_worker() -> None:
    """Raises RuntimeError in a worker that imports the script whose training it works for."""
    script = os.environ.get(MAIN_VARIABLE)
    if script is None:
        return
    raise RuntimeError(
        f"rein.train was called while a worker imported {script} to make environments there. "
        "A worker imports the whole script, so what only the script itself is to do has to stand "
        'under\n\n    if __name__ == "__main__":\n'
    )


def worker_variables(name: Optional[EnvironmentName], interpreter: str) -> Dict[str, str]:
    """The environment variables that workers need beside those of this process.

    Where the environment is not known, the interpreter is among them, in case that it needs one.
    """
    if name is not None and not name.is_python:
        return {}
    variables = {"PYTHONPATH": python_path(interpreter)}
    if name is None:
        variables["REIN_PYTHON"] = os.environ.get("REIN_PYTHON", interpreter)
    elif name.script is not None:
        variables[MAIN_VARIABLE] = name.script
    return variables


def _shown(value: object) -> str:
    if inspect.isclass(value):
        return value.__qualname__
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
