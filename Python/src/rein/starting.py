"""Training by the command ``rein train``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Union

from .command import Command, find_command
from .environments import (
    Environment,
    EnvironmentName,
    environment_name,
    is_python_name,
    refuse_inside_worker,
    worker_variables,
)
from .process import TrainingProcess
from .settings import SettingNames, merged, value_text
from .training import Training

PathLike = Union[str, "os.PathLike[str]"]
Ids = Union[str, Sequence[str]]


def train(
    environment: Optional[Environment] = None,
    algorithm: Optional[str] = None,
    *,
    steps: Optional[int] = None,
    stop_return: Optional[float] = None,
    stop_evaluation_return: Optional[float] = None,
    patience: Optional[int] = None,
    seed: Optional[int] = None,
    output: Optional[PathLike] = None,
    resume: Optional[PathLike] = None,
    newest_only: bool = False,
    preset: Optional[str] = None,
    config: Optional[PathLike] = None,
    environment_options: Optional[Mapping[str, Any]] = None,
    workers: Optional[int] = None,
    worker_restarts: Optional[int] = None,
    environment_timeout: Optional[int] = None,
    environment_start_timeout: Optional[int] = None,
    scale_images: bool = False,
    policies: Optional[Ids] = None,
    mapping: Union[str, Mapping[str, str], None] = None,
    evaluation_mapping: Union[str, Mapping[str, str], None] = None,
    policies_to_train: Optional[Ids] = None,
    policy_settings: Optional[Mapping[str, Mapping[str, Any]]] = None,
    evaluate_every: Optional[int] = None,
    evaluation_episodes: Optional[int] = None,
    checkpoint_every: Union[int, str, None] = None,
    keep: Union[int, str, None] = None,
    keep_best: Optional[str] = None,
    keep_order: Optional[str] = None,
    tensorboard: Optional[bool] = None,
    threads: Optional[int] = None,
    arguments: Sequence[str] = (),
    python: Optional[PathLike] = None,
    command: Optional[Command] = None,
    verbose: bool = False,
    settings: Optional[Mapping[str, Any]] = None,
    **more_settings: Any,
) -> Training:
    """Starts training, and returns it as soon as it has begun.

        for result in rein.train("HalfCheetah-v5", algorithm="ppo", steps=1_000_000):
            print(result.environment_steps, result.episode_return_mean)

    ``environment`` is an id of Gymnasium; one with a scheme (``pettingzoo:``, ``envpool:``,
    ``python:``); one of the command's own, ``rein:CartPole-v1``; or a function or class at the top
    of a module, called with ``environment_options`` in every worker. It may be left out with
    ``resume`` (a checkpoint, or the directory of a run) and ``config`` or ``preset``.

    All other keywords are settings of the method, as ``rein settings`` lists them, in the form of
    Python or Rein: ``learning_rate=3e-4``, ``network={"hidden": [64, 64]}``,
    ``learning_rate=[[0, 1e-3], [100_000, 0]]``. ``settings`` takes them as a dict.
    ``policy_settings`` has those of policies that differ, by id.

    What ``rein help train`` says of an option goes for the keyword of the same name; ``steps`` is
    ``--stop-steps``. ``arguments`` are further words for the command. ``python`` is the interpreter
    that environments run in, otherwise this one. ``command`` is the command ``rein``, otherwise
    ``$REIN_COMMAND``, or ``rein`` on the PATH. ``verbose`` shows what the command writes to
    standard error.

    Raises CommandError when there is no command, FactoryError when an environment cannot be made in
    another process, and TrainingError with the command's own words when it refuses or fails.
    """
    refuse_inside_worker()
    words = find_command(command)
    directory = Path.cwd()
    name = environment_name(environment) if environment is not None else None
    if name is None:
        name = _saved_environment(resume, config)
    interpreter = os.fspath(python) if python is not None else sys.executable
    given = _Arguments()
    given.add("--environment", name.text if environment is not None and name else None)
    given.add("--algorithm", algorithm)
    given.add("--stop-steps", steps)
    given.add("--stop-return", stop_return)
    given.add("--stop-evaluation-return", stop_evaluation_return)
    given.add("--patience", patience)
    given.add("--seed", seed)
    given.add("--output", output)
    given.add("--resume", resume)
    given.add_flag("--newest-only", newest_only)
    given.add("--preset", preset)
    given.add("--config", config)
    for key, value in (environment_options or {}).items():
        given.add("--environment-option", f"{key}={value_text(value)}")
    given.add("--workers", workers)
    given.add("--worker-restarts", worker_restarts)
    given.add("--environment-timeout", environment_timeout)
    given.add("--environment-start-timeout", environment_start_timeout)
    given.add_flag("--scale-images", scale_images)
    if python is not None or (name is not None and name.is_python):
        given.add("--python", interpreter)
    given.add("--policies", _ids(policies))
    given.add("--mapping", _mapping(mapping))
    given.add("--evaluation-mapping", _mapping(evaluation_mapping))
    given.add("--policies-to-train", _ids(policies_to_train))
    given.add("--evaluate-every", evaluate_every)
    given.add("--evaluation-episodes", evaluation_episodes)
    given.add("--checkpoint-every", checkpoint_every)
    given.add("--keep", keep)
    given.add("--keep-best", keep_best)
    given.add("--keep-order", keep_order)
    if tensorboard is not None:
        given.add_flag("--tensorboard" if tensorboard else "--no-tensorboard", True)
    given.add("--threads", threads)
    own = merged(settings or {}, more_settings)
    if own or policy_settings:
        names = SettingNames.of_command(words)
        for assignment in names.assignments(own):
            given.add("--set", assignment)
        for policy, changes in (policy_settings or {}).items():
            for assignment in names.assignments(changes):
                given.add("--set-policy", f"{policy}:{assignment}")
    process = TrainingProcess(
        [*words, "train", *given.words, *arguments, "--json"],
        worker_variables(name, interpreter),
        directory,
        verbose,
    )
    return Training(process)


class _Arguments:
    """Words for the command, as far as something is given."""

    def __init__(self) -> None:
        self.words: List[str] = []

    def add(self, option: str, value: Any) -> None:
        if value is None:
            return
        is_text = isinstance(value, (str, os.PathLike))
        self.words += [option, os.fspath(value) if is_text else value_text(value)]

    def add_flag(self, option: str, is_set: bool) -> None:
        if is_set:
            self.words.append(option)


def _ids(ids: Optional[Ids]) -> Optional[str]:
    return ids if ids is None or isinstance(ids, str) else ",".join(ids)


def _mapping(mapping: Union[str, Mapping[str, str], None]) -> Optional[str]:
    if mapping is None or isinstance(mapping, str):
        return mapping
    return ",".join(f"{pattern}={policy}" for pattern, policy in mapping.items())


def _saved_environment(
    resume: Optional[PathLike], config: Optional[PathLike]
) -> Optional[EnvironmentName]:
    """The environment that a run or a file of parameters has, as far as that can be seen."""
    places: List[Path] = []
    if resume is not None:
        places = [Path(resume) / "params.json", Path(resume).absolute().parent / "params.json"]
    elif config is not None:
        places = [Path(config)]
    for place in places:
        try:
            text = json.loads(place.read_text(encoding="utf-8"))["environment"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(text, str):
            return EnvironmentName(text, is_python_name(text))
    return None
