"""A trainer in small: starts a worker of Rein and speaks with it as the library does.

Used by the tests and by measure.py.
"""

import fcntl
import json
import mmap
import os
import pathlib
import select
import signal
import socket
import sys
import time

import numpy as np

WORKER = pathlib.Path(__file__).resolve().parents[3] / "Sources" / "ReinGymnasium" / "Worker"


class WorkerError(Exception):
    """An error frame; `content` is what the worker said."""

    def __init__(self, content):
        super().__init__(f"{content['type']}: {content['message']}")
        self.content = content


class WorkerDied(Exception):
    """The worker closed its end."""


def sources():
    """The worker's modules by name, and its bootstrap."""
    modules = {}
    for path in sorted(WORKER.glob("*.py")):
        if path.stem != "bootstrap":
            name = "rein_worker" if path.stem == "__init__" else f"rein_worker.{path.stem}"
            modules[name] = path.read_text()
    return modules, (WORKER / "bootstrap.py").read_text()


class Driver:
    """One worker. `begin` gives `rows`, arrays by their names in the protocol."""

    def __init__(self, directory=None, python=sys.executable):
        control, theirs = socket.socketpair()
        request_read, self.requests = os.pipe()
        self.replies, reply_write = os.pipe()
        life_read, self.life = os.pipe()
        self.output_read, output_write = os.pipe()
        self.memory = os.memfd_create("rows")
        modules, bootstrap = sources()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                null = os.open(os.devnull, os.O_RDONLY)
                wanted = [
                    null,
                    output_write,
                    output_write,
                    theirs.fileno(),
                    request_read,
                    reply_write,
                    self.memory,
                    life_read,
                ]
                high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 100) for descriptor in wanted]
                for number, descriptor in enumerate(high):
                    os.dup2(descriptor, number)
                os.closerange(len(high), 4096)
                if directory:
                    os.chdir(directory)
                os.execv(python, [python, "-c", bootstrap])
            finally:
                os._exit(127)
        for descriptor in (request_read, reply_write, life_read, output_write):
            os.close(descriptor)
        theirs.close()
        self.control = control
        self.output = b""
        self.ended = False
        self.poll = select.poll()
        for descriptor in (self.replies, self.output_read, control.fileno()):
            self.poll.register(descriptor, select.POLLIN)
        self.send({"modules": modules})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # Messages

    def send(self, message, data=b""):
        text = json.dumps(message).encode()
        self.control.sendall(len(text).to_bytes(4, "little") + text + data)

    def receive(self):
        length = int.from_bytes(self._read(4), "little")
        message = json.loads(self._read(length), parse_constant=lambda word: 1 / 0)
        if "error" in message:
            raise WorkerError(message["error"])
        return message

    def ask(self, message, data=b""):
        self.send(message, data)
        return self.receive()

    def _read(self, count):
        data = b""
        while len(data) < count:
            self.wait(self.control.fileno())
            part = self.control.recv(count - len(data))
            if not part:
                raise WorkerDied(self.output.decode(errors="replace"))
            data += part
        return data

    def wait(self, wanted, seconds=60):
        """Waits for a descriptor, and keeps what the worker prints meanwhile."""
        until = time.monotonic() + seconds
        while True:
            ready = dict(self.poll.poll(1000))
            if self.output_read in ready:
                data = os.read(self.output_read, 1 << 16)
                self.output += data
                if not data:
                    self.poll.unregister(self.output_read)
            if wanted in ready:
                return
            if time.monotonic() > until:
                raise TimeoutError

    # Environments

    def hello(self, id, kind="gymnasium", options=None, **more):
        self.spaces = self.ask(
            {
                "hello": {
                    "protocol": 1,
                    "kind": kind,
                    "id": id,
                    "options": options or {},
                    "render": False,
                    **more,
                }
            }
        )["spaces"]
        return self.spaces

    def begin(self, lanes, blocks=None, first_lane=0):
        agents, several = self.spaces["agents"], self.spaces["several"]
        blocks = blocks or [[0, lanes]]
        width = sum(part_width(part) for agent in agents for part in agent["observation"])
        actions = sum(action_width(agent["action"]) for agent in agents)
        masks, count = sum(agent["maskWidth"] for agent in agents), len(agents)
        arrays = {
            "header": ("<i8", (4,)),
            "requests": ("<u8", (len(blocks),)),
            "replies": ("<u8", (len(blocks),)),
            "nextSeeds": ("<u4", (lanes,)),
            "actions": ("<f4", (lanes, actions)),
            "observations": ("<f4", (lanes, width)),
        }
        if masks:
            arrays["masks"] = ("u1", (lanes, masks))
        if several:
            for name, form in (
                ("acts", "u1"),
                ("inPlay", "u1"),
                ("rewards", "<f8"),
                ("statuses", "u1"),
                ("nextActs", "u1"),
                ("nextInPlay", "u1"),
            ):
                arrays[name] = (form, (lanes, count))
            arrays["episodes"] = ("u1", (lanes,))
            arrays["nextObservations"] = ("<f4", (lanes, width))
            if masks:
                arrays["nextMasks"] = ("u1", (lanes, masks))
        else:
            arrays.update(
                finals=("<f4", (lanes, width)), rewards=("<f8", (lanes,)), statuses=("u1", (lanes,))
            )
            if masks:
                arrays["finalMasks"] = ("u1", (lanes, masks))
        offsets, size = {}, 0
        for name, (form, shape) in arrays.items():
            offsets[name] = size
            size += -(-int(np.prod(shape)) * np.dtype(form).itemsize // 64) * 64
        os.ftruncate(self.memory, size)
        mapping = mmap.mmap(self.memory, size)
        self.rows = {
            name: np.frombuffer(mapping, form, int(np.prod(shape)), offsets[name]).reshape(shape)
            for name, (form, shape) in arrays.items()
        }
        self.blocks = blocks
        answer = self.ask(
            {
                "begin": {
                    "lanes": lanes,
                    "firstLane": first_lane,
                    "blocks": blocks,
                    "size": size,
                    "offsets": offsets,
                }
            }
        )
        assert answer == {"ready": lanes}, answer
        return self.rows

    def request(self, byte):
        """Sends the request byte of a block."""
        block = byte % 64
        self.rows["requests"][block] += 1
        os.write(self.requests, bytes([byte]))

    def reply(self, byte, seconds=60):
        """Waits for the reply to a request byte; raises what the worker reports."""
        self.wait(self.replies, seconds)
        got = os.read(self.replies, 1)
        if not got:
            raise WorkerDied(self.output.decode(errors="replace"))
        block = byte % 64
        assert self.rows["replies"][block] == self.rows["requests"][block]
        if got[0] == 255:
            self.receive()
        assert got[0] == byte, (got, byte)

    def reset(self, block=0):
        self.request(64 + block)
        self.reply(64 + block)

    def step(self, block=0):
        self.request(block)
        self.reply(block)

    def replay(self, lane, seed, actions):
        rows = np.ascontiguousarray(actions, "<f4")
        return self.ask(
            {"replay": {"lane": lane, "seed": seed, "steps": len(rows)}, "bytes": rows.nbytes},
            rows.tobytes(),
        )["replayed"]

    # The end

    def finished(self, seconds=5):
        """Waits for the process to end: its status, or nothing while it lives."""
        until = time.monotonic() + seconds
        while not self.ended and time.monotonic() < until:
            pid, self.status = os.waitpid(self.pid, os.WNOHANG)
            self.ended = pid != 0
            if not self.ended:
                time.sleep(0.01)
        return self.status if self.ended else None

    def abandon(self):
        """Closes the life pipe, as the kernel does when a trainer ends."""
        os.close(self.life)
        self.life = None

    def close(self):
        """Closes the control socket; the worker ends by itself."""
        self.control.close()
        if self.finished() is None:
            os.kill(self.pid, signal.SIGKILL)
            self.finished()
            raise AssertionError("the worker outlived its control socket")
        for descriptor in (self.requests, self.replies, self.life, self.output_read, self.memory):
            if descriptor is not None:
                os.close(descriptor)


def part_width(part):
    return (
        sum(part["counts"]) if part["kind"] == "oneHot" else int(np.prod(part["shape"], dtype=int))
    )


def action_width(action):
    return (
        int(np.prod(action["shape"], dtype=int))
        if action["kind"] == "box"
        else len(action["counts"])
    )
