"""What training tells: a result after each iteration, and a summary at the end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional


@dataclass(frozen=True, eq=False)
class Result(Mapping[str, Any]):
    """The result of one iteration.

    It is also the mapping that ``result.json`` has a line of, by the names there:
    ``result["policies"]["default_policy"]["policyLoss"]``.
    """

    #: The number of the iteration, from 1 on.
    iteration: int
    #: The steps of all environments since the start of training.
    environment_steps: int
    #: The same, counted for each agent.
    agent_steps: int
    #: The episodes that ended since the start of training.
    episodes: int
    #: The mean return of the last 100 episodes; None until one has ended.
    episode_return_mean: Optional[float]
    #: The smallest of these returns.
    episode_return_minimum: Optional[float]
    #: The largest of these returns.
    episode_return_maximum: Optional[float]
    #: The mean length of these episodes, in steps.
    episode_length_mean: Optional[float]
    #: Steps of environments a second, in this iteration.
    steps_per_second: Optional[float]
    #: The seconds since the command began.
    elapsed_seconds: Optional[float]
    #: What was learnt, by policy: losses, entropy and so on, by Rein's names.
    policies: Mapping[str, Mapping[str, Any]]
    #: Where the time went, in seconds, by Rein's names.
    timers: Mapping[str, float]
    #: The evaluation after this iteration; None if there was none.
    evaluation: Optional[Mapping[str, Any]]
    #: All of it.
    data: Mapping[str, Any]

    @staticmethod
    def from_row(row: Mapping[str, Any]) -> Result:
        """The result that a line of ``result.json`` tells of."""
        return Result(
            iteration=row["iteration"],
            environment_steps=row["environmentSteps"],
            agent_steps=row.get("agentSteps", row["environmentSteps"]),
            episodes=row.get("episodes", 0),
            episode_return_mean=row.get("episodeReturnMean"),
            episode_return_minimum=row.get("episodeReturnMinimum"),
            episode_return_maximum=row.get("episodeReturnMaximum"),
            episode_length_mean=row.get("episodeLengthMean"),
            steps_per_second=row.get("stepsPerSecond"),
            elapsed_seconds=row.get("elapsedSeconds"),
            policies=row.get("policies", {}),
            timers=row.get("timers", {}),
            evaluation=row.get("evaluation"),
            data=row,
        )

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


@dataclass(frozen=True)
class Summary:
    """What a command that trained leaves."""

    #: Why it ended: ``"return"``, ``"steps"``, ``"evaluationReturn"``, ``"patience"`` or
    #: ``"interrupted"``.
    stopped: str
    #: The directory of the run.
    run: Path
    #: The last checkpoint, from which training can go on.
    checkpoint: Path
    #: The iterations since the start of training.
    iterations: int
    #: The steps of all environments since the start of training.
    environment_steps: int
    #: The episodes that ended since then.
    episodes: int
    #: The mean return of the last 100 episodes; None if none has ended.
    episode_return_mean: Optional[float]
    #: How long it took, in seconds.
    seconds: float
    #: Steps of environments a second.
    steps_per_second: float
    #: All that the command says, by Rein's names.
    data: Mapping[str, Any]

    @property
    def is_interrupted(self) -> bool:
        """Whether it was told to stop before it came to its end."""
        return self.stopped == "interrupted"

    @staticmethod
    def from_report(report: Mapping[str, Any], directory: Path) -> Summary:
        """The summary in what ``rein train --json`` prints, whose paths begin at ``directory``."""
        return Summary(
            stopped=report["stopped"],
            run=directory / report["runDirectory"],
            checkpoint=directory / report["checkpoint"],
            iterations=report["iterations"],
            environment_steps=report["environmentSteps"],
            episodes=report["episodes"],
            episode_return_mean=report["episodeReturnMean"],
            seconds=report["seconds"],
            steps_per_second=report["stepsPerSecond"],
            data=report,
        )
