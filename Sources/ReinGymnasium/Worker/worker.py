"""The loop that serves the trainer: control messages, and one byte for every block to step."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from typing import Any, Optional

from rein_worker import life
from rein_worker.errors import Moment, UseFault, report
from rein_worker.factory import make_host
from rein_worker.frames import Frames

PROTOCOL = 1
# Request bytes: a block's number to step it, RESET more to reset it. Reply: the same, or FAILED.
RESET, FAILED, BLOCKS_LIMIT = 64, b"\xff", 64


class Worker:
    """One process with several environments."""

    def __init__(self) -> None:
        self.frames = Frames(life.CONTROL)
        self.host: Any = None
        self.rows: Any = None
        self.first_lane = 0
        # By request byte: what to do, which block it is, and the reply.
        self.actions: dict[int, tuple[Callable[[], None], int, bytes]] = {}
        self.recording: Optional[Any] = None
        self.moment = Moment("import")

    def serve(self) -> None:
        """Serves messages and steps until the trainer closes the control socket."""
        waiting = select.poll()
        waiting.register(life.CONTROL, select.POLLIN)
        waiting.register(life.REQUESTS, select.POLLIN)
        poll, read = waiting.poll, os.read
        while True:
            for descriptor, event in poll():
                if descriptor == life.REQUESTS:
                    requests = read(life.REQUESTS, 64) if event & select.POLLIN else b""
                    if not requests:
                        waiting.unregister(life.REQUESTS)
                    self.take_steps(requests)
                elif not self.answer():
                    self.close()
                    return

    def take_steps(self, requests: bytes) -> None:
        """Steps or resets the blocks that are asked for, and replies to each in order."""
        rows, actions = self.rows, self.actions
        for request in requests:
            if request not in actions:
                fault = UseFault(f"request {request}: there is no such block")
                self.frames.send(report(fault, Moment("step")))
                os.write(life.REPLIES, FAILED)
                continue
            act, block, reply = actions[request]
            try:
                act()
            except BaseException as error:
                # SystemExit included: an environment must not end the worker quietly.
                self.report_step(error)
                reply = FAILED
            rows.header[0] = -1
            rows.replies[block] = rows.requests[block]
            os.write(life.REPLIES, reply)

    def report_step(self, error: BaseException) -> None:
        """Tells of an exception in a step or reset: lane and step are those in the header."""
        lane, step = self.rows.header[0], self.rows.header[1]
        where, seed = "step" if step > 0 else "reset", self.host.seeds[lane]
        self.moment.at(where, self.first_lane + lane, seed, step)
        self.frames.send(report(error, self.moment))

    def answer(self) -> bool:
        """Answers one control message; false when the trainer has closed its end."""
        received = self.frames.receive()
        if received is None:
            return False
        message, data = received
        self.moment.at("begin")
        try:
            answer = self.respond(message, data)
        except BaseException as error:
            if self.moment.where == "replay" and self.rows is not None:
                self.moment.step = self.rows.header[1]
            answer = report(error, self.moment)
        self.frames.send(answer)
        return True

    def respond(self, message: dict[str, Any], data: bytes) -> dict[str, Any]:
        """The answer to a control message."""
        for name in ("hello", "begin", "replay", "end", "check", "record"):
            if name in message:
                if name != "hello" and self.host is None:
                    raise UseFault(f"{name} before hello")
                return getattr(self, name)(message[name], data)
        raise UseFault(f"unknown message {sorted(message)}")

    def hello(self, content: dict[str, Any], _: bytes) -> dict[str, Any]:
        """Makes the first environment and describes it."""
        if content["protocol"] != PROTOCOL:
            raise UseFault(f"protocol {content['protocol']}: this worker speaks {PROTOCOL}")
        self.close()
        self.moment.at("import")
        own = content.get("rein", {})
        host = make_host(
            content["kind"], content["id"], content.get("options", {}),
            bool(content.get("render", False)), bool(own.get("scaleImages", False)))
        from rein_worker.survey import collected_notes
        try:
            with collected_notes() as notes:
                self.moment.at("make")
                host.first()
                description = host.survey(self.moment)
        except BaseException:
            host.close()
            raise
        description["notes"] += notes
        self.host = host
        return {"spaces": description}

    def begin(self, content: dict[str, Any], _: bytes) -> dict[str, Any]:
        """Maps the memory and binds environments to its lanes."""
        lanes, blocks = int(content["lanes"]), content["blocks"]
        self.first_lane = int(content["firstLane"])
        if len(blocks) > BLOCKS_LIMIT:
            raise UseFault(f"{len(blocks)} blocks; at most {BLOCKS_LIMIT}")
        self.actions, self.rows = {}, None
        for lane in range(lanes):
            self.moment.at("make", self.first_lane + lane)
            self.host.make(lane + 1)
        self.moment.at("begin")
        from rein_worker.rows import Rows
        rows = Rows(life.MEMORY, content, self.host.agents, self.host.several)
        rows.header[0] = -1
        steps, resets = self.host.bind(rows, blocks)
        for block, (step, reset) in enumerate(zip(steps, resets)):
            self.actions[block] = step, block, bytes([block])
            self.actions[RESET + block] = reset, block, bytes([RESET + block])
        self.rows = rows
        return {"ready": lanes}

    def replay(self, content: dict[str, Any], data: bytes) -> dict[str, Any]:
        """Brings a lane to where it was, by its seed and its actions."""
        lane, seed = int(content["lane"]), int(content["seed"])
        self.moment.at("replay", self.first_lane + lane, seed)
        if self.rows is None:
            raise UseFault("replay before begin")
        import numpy as np
        actions = np.frombuffer(data, "<f4").reshape(
            int(content["steps"]), self.rows.actions.shape[1])
        taken, over = self.host.replay(lane, seed, actions)
        self.rows.header[0] = -1
        answer: dict[str, Any] = {"lane": lane, "steps": taken}
        if over:
            answer["ended"] = True
        return {"replayed": answer}

    def end(self, _: Any, __: bytes) -> dict[str, Any]:
        """Forgets the lanes and finishes what is recorded."""
        self.moment.at("close")
        self.actions, self.rows = {}, None
        self.host.release()
        self.stop_recording()
        return {"ended": True}

    def check(self, content: dict[str, Any], _: bytes) -> dict[str, Any]:
        """What checkers say about a fresh environment."""
        self.moment.at("check")
        from rein_worker.checks import problems
        return {"checked": {"problems": problems(self.host, int(content["steps"]))}}

    def record(self, content: dict[str, Any], _: bytes) -> dict[str, Any]:
        """Has the first lane's episodes recorded from the next `begin` on."""
        self.moment.at("make")
        from rein_worker.recording import start
        self.stop_recording()
        self.recording = start(self.host, content["directory"], content["form"])
        return {"recording": content["form"]}

    def stop_recording(self) -> None:
        if self.recording is not None:
            recording, self.recording = self.recording, None
            recording.stop()

    def close(self) -> None:
        """Closes everything, as the last act or before another hello."""
        self.actions, self.rows = {}, None
        if self.host is not None:
            try:
                self.stop_recording()
            finally:
                host, self.host = self.host, None
                host.close()
