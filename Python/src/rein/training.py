"""Training under way."""

from __future__ import annotations

import atexit
import logging
import os
import sys
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Deque, Iterator, Optional, Set, Type

from .errors import TrainingError
from .failures import failure_text
from .process import TrainingProcess
from .records import RecordFollower
from .results import Result, Summary
from .runs import newest_checkpoint

if TYPE_CHECKING:
    from .policies import Policy

_logger = logging.getLogger("rein")


class Training(Iterator[Result]):
    """A command that trains, as ``rein.train`` starts it.

    Iterating gives the result of each iteration as it comes, and ends with the training. Ctrl-C
    meanwhile, and leaving a ``with`` block early, stop it as ``stop`` does. A script that comes to
    its end waits for the training; one that ends by an exception stops it.
    """

    #: The seconds between two looks at the results.
    interval = 0.05

    def __init__(self, process: TrainingProcess) -> None:
        """Waits until the training has begun. Raises TrainingError if it does not come so far."""
        self._process = process
        self._rows: Deque[Result] = deque()
        self._follower: Optional[RecordFollower] = None
        self._summary: Optional[Summary] = None
        self._is_stopped = False
        self._owner = os.getpid()
        _open_trainings.add(self)
        try:
            process.wait_for_run()
        except KeyboardInterrupt:
            self._stop_for_keyboard()
            raise
        if process.exit_code is not None:
            self._summarize()

    @property
    def run(self) -> Path:
        """The directory of the run."""
        if self._summary is not None:
            return self._summary.run
        assert self._process.run is not None
        return self._process.run

    @property
    def checkpoint(self) -> Optional[Path]:
        """The newest checkpoint of the run that is complete; None before the first."""
        if self._summary is not None:
            return self._summary.checkpoint
        return newest_checkpoint(self.run)

    @property
    def is_running(self) -> bool:
        """Whether the command still runs."""
        return self._process.exit_code is None

    def policy(self, policy: Optional[str] = None) -> Policy:
        """The policy as it is in the newest checkpoint; its id where there are several."""
        from .policies import Policy

        return Policy(self.checkpoint or self.run, policy=policy)

    def __iter__(self) -> Iterator[Result]:
        return self

    def __next__(self) -> Result:
        """The next result, waited for. Raises TrainingError when the command fails."""
        try:
            while True:
                # Looked at before the results are, so that none is missed.
                has_ended = self._process.exit_code is not None
                self._read()
                if self._rows:
                    return self._rows.popleft()
                if has_ended:
                    self._summarize()
                    raise StopIteration
                self._process.wait(self.interval)
        except KeyboardInterrupt:
            self._stop_for_keyboard()
            raise

    def wait(self, timeout: Optional[float] = None) -> Summary:
        """Waits for the end, at most ``timeout`` seconds, and says what came out.

        Raises TrainingError when the command failed, and TimeoutError when it still runs. The
        results that were not asked for before can be had afterwards.
        """
        try:
            if not self._process.wait(timeout):
                raise TimeoutError(f"training in {self.run} goes on after {timeout} s")
        except KeyboardInterrupt:
            self._stop_for_keyboard()
            raise
        self._read()
        return self._summarize()

    def result(self, timeout: Optional[float] = None) -> Summary:
        """The same as ``wait``, by the name that futures have for it."""
        return self.wait(timeout)

    def stop(self, timeout: Optional[float] = None) -> Summary:
        """Ends the training, waits until its checkpoint is written, and says what came out.

        Training goes on from there with ``rein.train(resume=...)``, with the same bits. Raises what
        ``wait`` raises.
        """
        if self.is_running and not self._is_stopped:
            self._is_stopped = True
            self._process.interrupt()
        return self.wait(timeout)

    def kill(self) -> None:
        """Ends the command at once. What was not saved before is lost."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Training:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if not self.is_running:
            return
        try:
            self.stop()
        except TrainingError as failure:
            if error is None:
                raise
            _logger.error("%s", failure)

    def __repr__(self) -> str:
        state = "running" if self.is_running else "ended"
        return f"<rein.Training {str(self.run)!r}, {state}>"

    def _read(self) -> None:
        if self._follower is None:
            if self._process.run is None:
                return
            self._follower = RecordFollower(
                self._process.run / "result.json", self._process.first_step
            )
        self._rows.extend(Result.from_row(row) for row in self._follower.read())

    def _stop_for_keyboard(self) -> None:
        """As ``stop``; a second Ctrl-C leaves at once, as it does at the command itself."""
        try:
            self.stop()
        except TrainingError as failure:
            _logger.error("%s", failure)
        except KeyboardInterrupt:
            self._process.interrupt()
            self._process.wait(10)
            raise

    def _summarize(self) -> Summary:
        """What the command left. Raises TrainingError if it failed."""
        if self._summary is not None:
            return self._summary
        _open_trainings.discard(self)
        process = self._process
        code, report = process.exit_code, process.report()
        assert code is not None
        if code in (0, 130) and report is not None:
            for line in process.take_warnings():
                _logger.warning("%s", line)
            self._read()
            if self._follower is not None:
                self._follower.close()
            self._summary = Summary.from_report(report, process.directory)
            return self._summary
        run = process.run
        raise TrainingError(
            failure_text(process.error_text, code, self._is_stopped),
            code,
            process.error_text,
            run,
            newest_checkpoint(run) if run is not None else None,
        )


#: Trainings that have not been seen to end, kept for when the program forgets them.
_open_trainings: Set[Training] = set()


def _finish_all() -> None:
    """Waits for what still trains; stops it when the program ends by an exception."""
    # A process that this one forked has none of its threads, and nothing to wait for.
    for training in [mine for mine in _open_trainings if mine._owner == os.getpid()]:
        has_failed = getattr(sys, "last_value", None) is not None
        try:
            if has_failed:
                training.stop()
            else:
                training.wait()
        except TrainingError as failure:
            print(f"rein.TrainingError: {failure}", file=sys.stderr)
        except KeyboardInterrupt:
            pass


atexit.register(_finish_all)
