"""The results of a run, read while they are written."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any, Dict, List, Optional

_logger = logging.getLogger("rein")


class RecordFollower:
    """Reads the lines of ``result.json`` that a command adds: one JSON object each.

    A line is read when it is whole. The file may be put in the place of another in the meantime,
    as when a line is corrected; what was read of it before is passed over then.
    """

    def __init__(self, path: Path, first_step: int = 0) -> None:
        """Follows the file at ``path``, which need not be there yet.

        Lines of results up to ``first_step`` are those of an earlier command.
        """
        self._path = path
        self._first_step = first_step
        self._last_iteration = 0
        self._file: Optional[int] = None
        self._identity = (-1, -1)
        self._rest = b""

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def read(self) -> List[Dict[str, Any]]:
        """The results that came since the last call."""
        rows = self._read_open_file()
        if self._was_replaced():
            self.close()
            rows += self._read_open_file()
        return rows

    def _was_replaced(self) -> bool:
        if self._file is None:
            return False
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            return False
        is_shorter = status.st_size < os.lseek(self._file, 0, os.SEEK_CUR)
        return (status.st_dev, status.st_ino) != self._identity or is_shorter

    def _read_open_file(self) -> List[Dict[str, Any]]:
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return []
            status = os.fstat(self._file)
            self._identity = (status.st_dev, status.st_ino)
            self._rest = b""
        rows: List[Dict[str, Any]] = []
        while True:
            piece = os.read(self._file, 1 << 20)
            if not piece:
                return rows
            *lines, self._rest = (self._rest + piece).split(b"\n")
            for line in lines:
                row = self._row(line)
                if row is not None:
                    rows.append(row)

    def _row(self, line: bytes) -> Optional[Dict[str, Any]]:
        """The result in a line, None for one that was there before."""
        try:
            row = json.loads(line)
            iteration, step = int(row["iteration"]), int(row["environmentSteps"])
        except (ValueError, KeyError, TypeError) as error:
            _logger.warning("%s: a line is passed over, which is no result: %s", self._path, error)
            return None
        if step <= self._first_step or iteration <= self._last_iteration:
            return None
        self._last_iteration = iteration
        return dict(row)
