"""What goes wrong, in words that say what and where."""

from __future__ import annotations

from pathlib import Path
from typing import Optional


class ReinError(Exception):
    """The base of all errors of this package."""


class CommandError(ReinError):
    """The command ``rein`` is not there, or does not do what it should."""


class FactoryError(ReinError, TypeError):
    """An environment cannot be made in another process by what was given for it."""


class CheckpointError(ReinError, ValueError):
    """A checkpoint is missing, damaged, or of a kind that is not read here.

    The message begins with the file or directory, and goes on with the place inside it.
    """


class TrainingError(ReinError):
    """The command ``rein train`` ended without having done what it was asked for."""

    def __init__(
        self,
        message: str,
        exit_code: int = 1,
        output: str = "",
        run: Optional[Path] = None,
        checkpoint: Optional[Path] = None,
    ) -> None:
        super().__init__(message)
        #: The command's words.
        self.message = message
        #: Its exit code: 1 failed, 2 other arguments or settings are needed, or minus a signal.
        self.exit_code = exit_code
        #: The end of what it wrote to standard error.
        self.output = output
        #: The directory of the run, None if it did not come so far.
        self.run = run
        #: The newest checkpoint there, None if there is none.
        self.checkpoint = checkpoint
