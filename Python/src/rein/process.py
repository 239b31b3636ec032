"""The process of a command that trains: started, listened to, told to stop."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import IO, Any, Deque, Dict, List, Mapping, Optional, Sequence

from .errors import CommandError

_logger = logging.getLogger("rein")

# Becomes the command, which the kernel tells to save and leave when the thread that started it
# ends: a Python process that is killed leaves a saved run behind, and nobody who trains on. The
# signal comes once for each thread of ours that ends, so it is one that may be repeated. The first
# argument is our process.
_LAUNCHER = """
import ctypes, os, signal, sys
try:
    ctypes.CDLL(None).prctl(1, int(signal.SIGUSR1), 0, 0, 0)
except (AttributeError, OSError):
    pass
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""

_RUN = "Run directory: "
_START = re.compile(r"Training .*?, from step ([0-9,]+), to ")
_PROGRESS = re.compile(r"[0-9,]+ (of [0-9,]+ )?steps?\b")
_WARNING = "rein: "
_ANSWER_TO_INTERRUPTION = "rein: saving;"


class TrainingProcess:
    """A command that trains.

    It has a session of its own, so that Ctrl-C reaches it through us alone.
    """

    #: How much of standard error is kept, in lines.
    kept_lines = 400

    def __init__(
        self,
        command: Sequence[str],
        variables: Mapping[str, str],
        directory: Path,
        is_verbose: bool = False,
    ) -> None:
        """Starts ``command``.

        ``variables`` are added to the environment variables of this process; ``directory`` is where
        the command's paths begin. ``is_verbose`` shows its standard error as it comes.
        """
        #: The directory of the run, None until the command says it.
        self.run: Optional[Path] = None
        #: The step that training began at, when it went on from a checkpoint.
        self.first_step = 0
        self.directory = directory
        self._command = list(command)
        self._environment: Dict[str, str] = {**os.environ, **variables}
        self._is_verbose = is_verbose
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._failure: Optional[OSError] = None
        self._errors: Deque[str] = deque(maxlen=self.kept_lines)
        self._pending: List[str] = []
        self._output = b""
        self._started = threading.Event()
        self._begun = threading.Event()
        self._ended = threading.Event()
        # The kernel looks at the thread, so the one that starts the command also waits for it.
        threading.Thread(target=self._serve, name="rein command", daemon=True).start()
        self._started.wait()
        if self._failure is not None:
            raise CommandError(f"cannot start {self._command[0]}: {self._failure}")

    @property
    def exit_code(self) -> Optional[int]:
        """The exit code, minus a signal's number; None while the process runs."""
        if not self._ended.is_set() or self._process is None:
            return None
        return self._process.returncode

    @property
    def error_text(self) -> str:
        """The end of what was written to standard error."""
        return "\n".join(self._errors)

    def report(self) -> Optional[Mapping[str, Any]]:
        """The JSON document that the command printed at its end, None if it printed none."""
        try:
            report = json.loads(self._output)
        except ValueError:
            return None
        return report if isinstance(report, dict) else None

    def wait_for_run(self) -> None:
        """Waits until the directory of the run is known, or the process has ended."""
        self._begun.wait()

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Waits for the end, at most ``timeout`` seconds; whether it has come."""
        return self._ended.wait(timeout)

    def interrupt(self) -> None:
        """Asks the command to save and leave; asked twice, it leaves without."""
        self._send(signal.SIGINT)

    def kill(self) -> None:
        """Ends the process at once."""
        self._send(signal.SIGKILL)

    def take_warnings(self) -> List[str]:
        """The warnings at the end of standard error, unless they are the error itself."""
        pending, self._pending = self._pending, []
        return pending

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None and not self._ended.is_set():
            self._process.send_signal(number)

    def _serve(self) -> None:
        launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid())]
        try:
            process = subprocess.Popen(
                launcher + self._command if sys.platform == "linux" else self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment,
                cwd=self.directory,
                start_new_session=True,
            )
        except OSError as error:
            self._failure = error
            self._started.set()
            return
        self._process = process
        self._started.set()
        assert process.stdout is not None and process.stderr is not None
        readers = [
            threading.Thread(target=self._read_output, args=(process.stdout,), daemon=True),
            threading.Thread(target=self._read_errors, args=(process.stderr,), daemon=True),
        ]
        for reader in readers:
            reader.start()
        process.wait()
        for reader in readers:
            # Whoever the command started may hold the pipe for longer than it runs.
            reader.join(timeout=5)
        self._ended.set()
        self._begun.set()

    def _read_output(self, stream: IO[bytes]) -> None:
        with stream:
            self._output = stream.read()

    def _read_errors(self, stream: IO[bytes]) -> None:
        with stream:
            for piece in stream:
                line = piece.decode(errors="replace").rstrip("\r\n")
                if self._is_verbose:
                    print(line, file=sys.stderr, flush=True)
                self._errors.append(line)
                self._take(line)

    def _take(self, line: str) -> None:
        """Looks for what is to be known in a line of standard error."""
        if line.startswith(_RUN) and self.run is None:
            self.run = self.directory / line[len(_RUN) :]
            self._begun.set()
            return
        start = _START.match(line) if self.run is None else None
        if start is not None:
            self.first_step = int(start.group(1).replace(",", ""))
        if line.startswith(_ANSWER_TO_INTERRUPTION):
            return
        is_warning = line.startswith(_WARNING)
        if is_warning or _PROGRESS.match(line):
            self._log_pending()
        if is_warning or self._pending:
            self._pending.append(line)

    def _log_pending(self) -> None:
        """Passes on a warning, now that something else came behind it: it was no last word."""
        lines = self.take_warnings()
        if lines and not self._is_verbose:
            _logger.warning("%s", "\n".join(lines)[len(_WARNING) :])
