"""Environments by kind and id: `gymnasium`, `python`, `pettingzoo`.

`envpool` makes many lanes at once and has a module of its own.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any, Optional

from rein_worker.errors import UseFault
from rein_worker.hints import nearest

GYMNASIUM_OLDEST = 1


def make_host(kind: str, id: str, options: dict[str, Any], render: bool, scale_images: bool) -> Any:
    """Who has the environments of a kind: made one by one, or EnvPool's, made together.

    Gymnasium is imported here and not before: what an interpreter lacks is an answer.
    """
    _require_gymnasium()
    if kind == "envpool":
        from rein_worker.envpool_lanes import EnvPoolLanes
        return EnvPoolLanes(id, options, render, scale_images)
    from rein_worker.lanes import EnvironmentLanes
    return EnvironmentLanes(Factory(kind, id, options, render), scale_images)


class Factory:
    """Makes environments of one id with the same options."""

    def __init__(self, kind: str, id: str, options: dict[str, Any], render: bool) -> None:
        self.kind, self.id, self.options, self.render = kind, id, options, render
        if kind == "python":
            self.callable = _python_callable(id)
        elif kind == "pettingzoo":
            self.callable = _pettingzoo_callable(id)
        elif kind != "gymnasium":
            raise UseFault(f"kind {kind!r}: gymnasium, python, pettingzoo or envpool")
        if kind == "gymnasium" and ":" in id:
            # So that a failing import is told as one.
            importlib.import_module(id.partition(":")[0])

    def make(self, check: bool = False) -> Any:
        """One environment. With `check`, Gymnasium's passive checker looks at its first steps."""
        if self.kind == "gymnasium":
            return self._make_gymnasium(check)
        environment = self.callable(**self.options, **self._render_option())
        if self.kind == "python":
            environment = _single_or_several(environment, self.id)
            if check and not is_several(environment):
                environment = _with_passive_checker(environment)
        return environment

    def _make_gymnasium(self, check: bool) -> Any:
        import gymnasium
        options = dict(self.options)
        if self.render:
            options["render_mode"] = "rgb_array"
        # Where the caller decides on the checker, so be it.
        options.setdefault("disable_env_checker", not check)
        spec = gymnasium.registry.get(self.id.rpartition(":")[2])
        if spec is not None and spec.entry_point is None and spec.vector_entry_point is not None:
            from rein_worker.vector_adapter import SingleOfVector
            options.pop("disable_env_checker")
            return SingleOfVector(self.id, options)
        return gymnasium.make(self.id, **options)

    def _render_option(self) -> dict[str, Any]:
        """`render_mode` for factories that take it."""
        if not self.render or "render_mode" in self.options:
            return {}
        try:
            parameters = inspect.signature(self.callable).parameters
        except (TypeError, ValueError):
            return {}
        takes = "render_mode" in parameters or any(
            parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values())
        return {"render_mode": "rgb_array"} if takes else {}


def is_several(environment: Any) -> bool:
    """Whether an environment is PettingZoo's, with several agents."""
    return hasattr(environment, "possible_agents")


def takes_turns(environment: Any) -> bool:
    """Whether an environment's agents act one after the other (AEC)."""
    return hasattr(environment, "agent_iter")


def _require_gymnasium() -> None:
    """Refuses an interpreter without Gymnasium 1.0 or later."""
    import gymnasium
    version = getattr(gymnasium, "__version__", "0")
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) < GYMNASIUM_OLDEST:
        raise UseFault(f"gymnasium {version} is too old; {GYMNASIUM_OLDEST}.0 or later is needed",
                       [f"gymnasium>={GYMNASIUM_OLDEST}.0"])


def _python_callable(id: str) -> Any:
    """What `my_module:make_environment` names."""
    module_name, _, path = id.partition(":")
    if not module_name or not path:
        raise UseFault(f"python:{id}: expected my_module:make_environment")
    made: Any = importlib.import_module(module_name)
    walked = module_name
    for name in path.split("."):
        if not hasattr(made, name):
            known = [known for known in dir(made) if not known.startswith("_")]
            raise UseFault(f"{walked} has no {name!r}{nearest(name, known)}")
        made = getattr(made, name)
        walked += "." + name
    if not callable(made):
        raise UseFault(f"{id} is a {type(made).__name__}, and cannot be called")
    return made


def _pettingzoo_callable(id: str) -> Any:
    """`parallel_env` of a module below `pettingzoo`, else its `env`; `:NAME` asks for another."""
    path, _, wanted = id.partition(":")
    family_name, _, name = path.rpartition(".")
    importlib.import_module("pettingzoo")
    try:
        family = importlib.import_module(f"pettingzoo.{family_name}".rstrip("."))
    except ModuleNotFoundError as error:
        if error.name != "pettingzoo." + family_name:
            raise
        like = _nearest_module("pettingzoo", family_name)
        raise UseFault(f"pettingzoo has no {family_name!r}{like}") from None
    try:
        # PettingZoo's packages answer here for versions that are no more.
        module = getattr(family, name)
    except (AttributeError, AssertionError) as error:
        # Older versions assert that there is such a module.
        module = _pettingzoo_module(family.__name__, name, error)
    for entry in ([wanted] if wanted else ["parallel_env", "env"]):
        if hasattr(module, entry):
            return getattr(module, entry)
    raise UseFault(f"pettingzoo.{path} has no {wanted or 'parallel_env or env'}")


def _pettingzoo_module(family: str, name: str, error: Exception) -> Any:
    """A module that its package does not know, or why there is none."""
    try:
        return importlib.import_module(f"{family}.{name}")
    except ModuleNotFoundError as missing:
        if missing.name != f"{family}.{name}":
            raise
    if type(error) not in (AttributeError, AssertionError):
        # It was removed, and says so.
        raise error
    raise UseFault(f"{family} has no {name!r}{_nearest_module(family, name)}")


def _nearest_module(package: str, name: str) -> str:
    module: Optional[Any] = importlib.import_module(package)
    return nearest(name, [found.name for found in pkgutil.iter_modules(module.__path__)])


def _single_or_several(environment: Any, id: str) -> Any:
    """Refuses what a factory made if it is no environment that lanes can have."""
    import gymnasium
    if isinstance(environment, gymnasium.vector.VectorEnv):
        raise UseFault(f"{id} made a vector of environments; each lane needs one environment")
    needs = ["reset", "step"]
    needs += [] if is_several(environment) else ["observation_space", "action_space"]
    lacking = [name for name in needs if not hasattr(environment, name)]
    if lacking:
        kind = f"{type(environment).__module__}.{type(environment).__name__}"
        raise UseFault(f"{id} made a {kind} without {lacking[0]}; expected an environment of "
                       "Gymnasium's or PettingZoo's kind")
    return environment


def _with_passive_checker(environment: Any) -> Any:
    """Gymnasium's checker of first steps around an environment that has none."""
    from gymnasium.wrappers import PassiveEnvChecker
    import gymnasium
    inner = environment
    while isinstance(inner, gymnasium.Wrapper):
        if isinstance(inner, PassiveEnvChecker):
            return environment
        inner = inner.env
    return PassiveEnvChecker(environment) if isinstance(environment, gymnasium.Env) else environment
