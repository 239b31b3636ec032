"""Faults of environments, and how the trainer hears of them."""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from typing import Any, Optional

from rein_worker.hints import advice

TRACEBACK_LIMIT, MESSAGE_LIMIT = 16_000, 4_000


class Moment:
    """Where the worker is, for the error that may come: at work on what, for which lane."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.lane: Optional[int] = None
        self.seed: Optional[int] = None
        # 1 for the first step of an episode, 0 for its reset.
        self.step: Optional[int] = None

    def at(
        self, where: str, lane: Optional[int] = None, seed: Optional[int] = None,
        step: Optional[int] = None,
    ) -> None:
        """Goes on to something else."""
        self.where, self.lane, self.seed, self.step = where, lane, seed, step


class Fault(Exception):
    """Something the worker found wrong; its message says it all."""

    # What Python would have called it.
    kind = "ValueError"

    def __init__(self, message: str, installable: Sequence[str] = ()) -> None:
        super().__init__(message)
        # What pip has to install, where that helps.
        self.installable = list(installable)


class UseFault(Fault):
    """Something that cannot be done as asked: an id, an option, a space."""


def report(error: BaseException, moment: Moment) -> dict[str, Any]:
    """The message that tells the trainer of an exception: what, where, and what may help."""
    hint, installable = advice(error)
    kind = error.kind if isinstance(error, Fault) else type(error).__name__
    return {"error": {
        "type": kind,
        "message": plain(str(error) or kind)[:MESSAGE_LIMIT],
        "traceback": user_traceback(error),
        "where": moment.where,
        "lane": moment.lane,
        "seed": moment.seed,
        "step": moment.step,
        "hint": hint,
        "installable": installable,
    }}


def plain(text: str) -> str:
    """Text without colours and without what is no Unicode."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def user_traceback(error: BaseException) -> str:
    """The traceback without the worker's own frames, its end if it is long.

    Where there are no others the fault is told by the message, unless it is the worker's own.
    """
    told = traceback.TracebackException.from_exception(error)
    if isinstance(error, Fault) and error.__cause__ is None:
        return ""
    if not _drop_own_frames(told):
        told = traceback.TracebackException.from_exception(error)
    text = plain("".join(told.format()))
    return text if len(text) <= TRACEBACK_LIMIT else "...\n" + text[-TRACEBACK_LIMIT:]


def _drop_own_frames(told: traceback.TracebackException) -> int:
    """Removes the worker's frames, and Python's importing ones; how many frames are left."""
    kept = [
        frame for frame in told.stack
        if not frame.filename.startswith(("<rein_worker", "<frozen importlib", "<string>"))
    ]
    told.stack = traceback.StackSummary.from_list(kept)
    count = len(kept)
    for earlier in (told.__cause__, told.__context__):
        if earlier is not None:
            count += _drop_own_frames(earlier)
    return count
