"""Settings of methods by Python's names: ``learning_rate`` is the command's ``learningRate``."""

from __future__ import annotations

import json
import subprocess
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

from .errors import CommandError


def value_text(value: Any) -> str:
    """A value as the JSON that the command reads; numbers and arrays of NumPy are those of Python.

    Raises TypeError for what JSON has no form for.
    """
    return json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    for method in ("tolist", "__fspath__"):
        if hasattr(value, method):
            return getattr(value, method)()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{value!r} cannot be given to the command: it has no form in JSON")


class SettingNames:
    """The keys of all settings that a command knows."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {_folded(key): key for key in keys}

    @staticmethod
    def of_command(command: Sequence[str]) -> SettingNames:
        """Asks a command for its settings."""
        words = [*command, "settings", "--json"]
        try:
            answer = subprocess.run(
                words, capture_output=True, check=True, stdin=subprocess.DEVNULL
            )
            methods = json.loads(answer.stdout)
            keys = [setting["key"] for method in methods for setting in method["settings"]]
        except (OSError, subprocess.CalledProcessError, ValueError, KeyError, TypeError) as error:
            said = getattr(error, "stderr", b"") or b""
            detail = said.decode(errors="replace").strip() or str(error)
            raise CommandError(f"{' '.join(words)} does not list the settings: {detail}") from error
        return SettingNames(keys)

    def key(self, name: str) -> str:
        """The key that a name stands for, or the name itself, for the command to explain."""
        return self._keys.get(_folded(name), name)

    def assignments(self, settings: Mapping[str, Any]) -> List[str]:
        """``key=value`` for each setting; dicts are settings of a part, such as ``network``."""
        return [f"{self.key(name)}={value_text(value)}" for name, value in _leaves(settings)]


def _folded(key: str) -> str:
    return key.replace("_", "").lower()


def _leaves(settings: Mapping[str, Any], prefix: str = "") -> Iterator[Tuple[str, Any]]:
    for name, value in settings.items():
        if not isinstance(name, str):
            raise TypeError(f"names of settings are strings, not {name!r}")
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> Dict[str, Any]:
    """Settings of both. Raises TypeError for a name that is in both."""
    for name in second:
        if name in first:
            raise TypeError(f"the setting {name!r} is given twice")
    return {**first, **second}
