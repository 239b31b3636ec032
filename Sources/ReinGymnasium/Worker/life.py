"""How a worker keeps to its trainer's life: no worker survives the process that started it."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
import threading

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
CONTROL, REQUESTS, REPLIES, MEMORY, LIFE = 3, 4, 5, 6, 7


def begin() -> None:
    """Prepares the process: descriptors, signals, output, and the watch over the trainer."""
    for name in THREADS:
        # One thread for each worker: there are as many workers as cores, and sums keep their order.
        os.environ.setdefault(name, "1")
    for descriptor in (CONTROL, REQUESTS, REPLIES, MEMORY, LIFE):
        os.set_inheritable(descriptor, False)
    os.register_at_fork(after_in_child=_let_go)
    # Ctrl-C in a terminal is the trainer's to answer; it needs its workers for the last checkpoint.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for stream in (sys.stdout, sys.stderr):
        # What was printed before a crash must have left the process; odd characters must not raise.
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    _watch()


def _let_go() -> None:
    """Closes the trainer's descriptors in a process that an environment forked."""
    for descriptor in (CONTROL, REQUESTS, REPLIES, MEMORY, LIFE):
        try:
            os.close(descriptor)
        except OSError:
            pass


def _watch() -> None:
    """Has the kernel kill this process when the trainer's end of the life pipe closes.

    The kernel does so whatever the interpreter is doing, an endless loop in C included. Where it
    cannot, a thread waits for the end of file; it needs the interpreter now and then.
    """
    try:
        fcntl.fcntl(LIFE, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(LIFE, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(LIFE, fcntl.F_SETFL, fcntl.fcntl(LIFE, fcntl.F_GETFL) | os.O_ASYNC)
    except (AttributeError, OSError):
        threading.Thread(target=_wait, name="life", daemon=True).start()
        return
    # The trainer may have gone before the kernel was asked.
    watched = select.poll()
    watched.register(LIFE, select.POLLIN)
    if watched.poll(0):
        os._exit(1)


def _wait() -> None:
    os.read(LIFE, 1)
    os._exit(1)
