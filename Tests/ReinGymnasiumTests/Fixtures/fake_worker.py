"""A worker without Gymnasium, which does what a test asks for: keep the protocol, or break it.

Its environment observes the seed of the episode, the step and the sum of the actions; an episode is
truncated after `length` steps. With `several` there are two agents who take turns. What goes wrong and when is said by the options of the hello.
"""

import ctypes
import json
import mmap
import os
import signal
import struct
import sys
import time

CONTROL, REQUESTS, REPLIES, MEMORY = 3, 4, 5, 6


def read(descriptor, count):
    data = b""
    while len(data) < count:
        part = os.read(descriptor, count - len(data))
        if not part:
            os._exit(0)
        data += part
    return data


def receive():
    message = json.loads(read(CONTROL, struct.unpack("<I", read(CONTROL, 4))[0]))
    return message, read(CONTROL, message.get("bytes", 0))


def send_bytes(data):
    data = struct.pack("<I", len(data)) + data
    while data:
        data = data[os.write(CONTROL, data):]


def send(message):
    send_bytes(json.dumps(message).encode())


def error(where, lane=None, seed=None, step=None, kind="ValueError"):
    return {"error": {
        "type": kind, "message": "out of paint\x1b[31m", "traceback": "Traceback:\n  line 7\n", "where": where,
        "lane": lane, "seed": seed, "step": step, "hint": None, "installable": [],
    }}


class Worker:
    def __init__(self, options):
        self.mode = options.get("mode", "good")
        self.when = options.get("when", 3)
        self.length = options.get("length", 5)
        self.masks = options.get("masks", False)
        self.options = options
        self.spaces = {
            "agents": [{
                "name": "", "maskWidth": 2 if self.masks else 0,
                "maskSource": "info" if self.masks else None,
                "observation": [{"path": [], "kind": "box", "shape": [3], "low": None, "high": None}],
                "action": {"kind": "discrete", "counts": [2], "starts": [0]},
            }],
            "several": False, "turns": False, "timeLimit": self.length, "rewardThreshold": None,
            "stepSeconds": 1e-6, "id": "Fake-v0", "interpreter": sys.executable, "versions": {"python": "3"},
            "notes": [],
        }
        self.several = options.get("several", False)
        if self.several:
            agent = self.spaces["agents"][0]
            self.spaces["agents"] = [dict(agent, name="a"), dict(agent, name="b")]
            self.spaces["several"] = self.spaces["turns"] = True
        self.spaces.update(options.get("spaces", {}))
        self.served = 0
        if self.mode == "grows" and os.path.exists(options["once"]):
            self.spaces["agents"][0]["observation"][0]["shape"] = [4]
        elif self.mode == "grows":
            os.close(os.open(options["once"], os.O_CREAT))

    def begin(self, content):
        memory = mmap.mmap(MEMORY, content["size"])
        offsets, lanes = content["offsets"], content["lanes"]

        def view(name, code, count):
            size = struct.calcsize(code) * count
            start = offsets[name]
            return memoryview(memory)[start:start + size].cast("B").cast(code)

        self.first, self.blocks = content["firstLane"], content["blocks"]
        count = 2 if self.several else 1
        self.header = view("header", "q", 4)
        self.asked, self.replied = view("requests", "Q", len(self.blocks)), view("replies", "Q", len(self.blocks))
        self.actions = view("actions", "f", count * lanes)
        self.observations = view("observations", "f", 3 * count * lanes)
        self.rewards, self.statuses = view("rewards", "d", count * lanes), view("statuses", "B", count * lanes)
        self.seeds = view("nextSeeds", "I", lanes)
        if self.several:
            self.episodes = view("episodes", "B", lanes)
            self.next_observations = view("nextObservations", "f", 6 * lanes)
            self.acts, self.next_acts = view("acts", "B", 2 * lanes), view("nextActs", "B", 2 * lanes)
            self.in_play, self.next_in_play = view("inPlay", "B", 2 * lanes), view("nextInPlay", "B", 2 * lanes)
        else:
            self.finals = view("finals", "f", 3 * lanes)
        if self.masks:
            self.mask_rows = view("masks", "B", 2 * lanes)
            self.final_masks = view("finalMasks", "B", 2 * lanes)
        self.states = [[0, 0, 0.0] for _ in range(lanes)]

    def write(self, rows, lane):
        if self.several:
            return self.write_turn(lane, rows, self.acts, self.in_play)
        rows[3 * lane:3 * lane + 3] = memoryview(struct.pack("<3f", *self.states[lane])).cast("B").cast("f")
        if self.masks:
            # Odd steps leave the second choice alone; a byte need not be 0 or 1.
            odd = self.states[lane][1] % 2
            self.mask_rows[2 * lane], self.mask_rows[2 * lane + 1] = 0 if odd else 7, 255

    def write_turn(self, lane, rows, acts, in_play):
        """What the agent sees whose turn it is; all others see nothing new."""
        turn = self.states[lane][1] % 2
        start = 6 * lane + 3 * turn
        rows[start:start + 3] = memoryview(struct.pack("<3f", *self.states[lane])).cast("B").cast("f")
        for agent in range(2):
            acts[2 * lane + agent] = 9 if agent == turn else 0
            in_play[2 * lane + agent] = 1
        if self.mode == "stranger" and self.states[lane][1] == self.when:
            in_play[2 * lane + turn] = 0

    def step_turn(self, lane):
        state = self.states[lane]
        turn = state[1] % 2
        state[1] += 1
        state[2] += self.actions[2 * lane + turn]
        self.header[0], self.header[1] = lane, state[1]
        self.trouble(self.first + lane, state[1])
        for agent in range(2):
            self.rewards[2 * lane + agent] = state[1] if agent == turn else -1
            self.statuses[2 * lane + agent] = 0
        self.write(self.observations, lane)
        self.episodes[lane] = 0
        if self.mode == "lastWords" and state[1] == self.when:
            self.episodes[lane] = 3
        if self.mode == "status" and state[1] == self.when:
            self.statuses[2 * lane] = 3
        if state[1] < self.length:
            return
        self.episodes[lane] = 2
        for agent in range(2):
            self.statuses[2 * lane + agent] = 2
            start = 6 * lane + 3 * agent
            self.observations[start:start + 3] = memoryview(struct.pack("<3f", *state)).cast("B").cast("f")
        self.header[0], self.header[1] = lane, 0
        self.trouble(self.first + lane, 0)
        self.states[lane] = [self.seeds[lane] % 65536, 0, 0.0]
        self.write_turn(lane, self.next_observations, self.next_acts, self.next_in_play)

    def reset(self, lane, seed):
        self.header[0], self.header[1] = lane, 0
        self.trouble(self.first + lane, 0)
        self.states[lane] = [seed % 65536, 0, 0.0]
        self.write(self.observations, lane)

    def step(self, lane):
        if self.several:
            return self.step_turn(lane)
        state = self.states[lane]
        state[1] += 1
        state[2] += self.actions[lane]
        self.header[0], self.header[1] = lane, state[1]
        self.trouble(self.first + lane, state[1])
        self.rewards[lane] = state[1] + self.actions[lane] / 4
        self.statuses[lane] = 7 if self.mode == "status" and state[1] == self.when else 0
        if state[1] < self.length:
            return self.write(self.observations, lane)
        self.statuses[lane] = 2
        self.write(self.finals, lane)
        if self.masks:
            self.final_masks[2 * lane:2 * lane + 2] = b"\x01\x02"
        self.reset(lane, self.seeds[lane])

    def trouble(self, lane, step):
        """Does what is asked for in the step, in the lane and as long as the file is not there."""
        if step != self.when or lane != self.options.get("lane", lane):
            return
        if "once" in self.options:
            try:
                os.close(os.open(self.options["once"], os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                return
        if self.mode == "exit":
            print("so long", flush=True)
            os._exit(3)
        if self.mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.mode == "segfault":
            ctypes.string_at(0)
        if self.mode == "hang":
            time.sleep(1000)
        if self.mode == "orphan":
            # A process that has all that the worker has, and stays.
            if os.fork() == 0:
                time.sleep(1000)
            os._exit(4)
        if self.mode == "print":
            for number in range(20000):
                os.write(1, b"%d: it is a long way to the end of what is to be said\n" % number)
        if self.mode == "shrink":
            try:
                os.ftruncate(MEMORY, 0)
            except OSError:
                pass
        if self.mode == "error":
            raise ValueError
        if self.mode == "closeReplies":
            os.close(REPLIES)
            time.sleep(1000)

    def serve_byte(self, byte):
        if self.mode == "twice" and self.served >= self.when:
            # The trainer reads the reply too many before this request is served.
            time.sleep(0.1)
        block = byte % 64
        start, end = self.blocks[block]
        reply = byte
        try:
            for lane in range(start, end):
                if byte < 64:
                    self.step(lane)
                else:
                    self.reset(lane, self.seeds[lane])
            self.header[0] = -1
        except ValueError:
            lane = self.header[0]
            send(error("step", self.first + lane, self.states[lane][0], self.header[1]))
            reply = 255
        self.served += 1
        self.replied[block] = self.asked[block] + (1 if self.mode == "wrongNumber" and self.served == self.when else 0)
        if self.mode == "wrongByte" and self.served == self.when:
            reply ^= 32
        os.write(REPLIES, bytes([reply] * (2 if self.mode == "twice" and self.served == self.when else 1)))

    def serve(self):
        import select
        poll = select.poll()
        poll.register(CONTROL, select.POLLIN)
        poll.register(REQUESTS, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == REQUESTS:
                    for byte in os.read(REQUESTS, 64) or os._exit(0):
                        self.serve_byte(byte)
                else:
                    self.serve_message()

    def serve_message(self):
        message, data = receive()
        if "begin" in message:
            self.begin(message["begin"])
            send({"ready": message["begin"]["lanes"] + (1 if self.mode == "wrongReady" else 0)})
        elif "replay" in message:
            content = message["replay"]
            lane, steps = content["lane"], content["steps"]
            self.reset(lane, content["seed"])
            actions = memoryview(data).cast("f")
            for step in range(steps):
                turn = step % 2 if self.several else 0
                self.states[lane][1] += 1
                self.states[lane][2] += actions[step * len(actions) // steps + turn]
            if self.mode == "forgetful" and steps:
                self.states[lane][2] += 1
            self.write(self.observations, lane)
            if self.mode == "replayError" and steps:
                return send(error("replay", self.first + lane, content["seed"], steps))
            send({"replayed": {"lane": lane, "steps": steps}})
        elif "end" in message:
            send({"ended": True})


def main():
    receive()
    hello = receive()[0]["hello"]
    options = hello["options"]
    worker = Worker(options)
    mode = worker.mode
    if mode == "garbage":
        os.write(CONTROL, bytes(range(200, 256)) * 4)
    elif mode == "huge":
        os.write(CONTROL, b"\xff\xff\xff\xff{")
    elif mode == "cut":
        os.write(CONTROL, struct.pack("<I", 100) + b"{")
        os._exit(0)
    elif mode == "noJSON":
        send_bytes(b'{"spaces": NaN}')
    elif mode == "list":
        send([1])
    elif mode == "other":
        send({"ready": 1})
    elif mode == "startExit":
        print("no licence", file=sys.stderr, flush=True)
        os._exit(5)
    elif mode == "startHang":
        time.sleep(1000)
    elif mode == "startError":
        send(error("make", kind="NameNotFound"))
    elif mode == "lacking":
        answer = error("import", kind="ModuleNotFoundError")
        answer["error"]["installable"] = ["gymnasium>=1.0"]
        send(answer)
    else:
        send({"spaces": worker.spaces})
    worker.serve()


main()
