"""What the campaigns of the server of policies and `Benchmarks/serve` share: servers as processes, checkpoints that are
written as fast as one likes, a client of few words, and `http-load`, which is compiled when it is first asked for.
"""

import argparse
import atexit
import collections
import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
# Where servers listen, unless they are told otherwise: on a port that is free, over HTTP alone.
LISTEN = ["--http", "127.0.0.1:0", "--grpc", "none", "--metrics", "none"]
TICK = os.sysconf("SC_CLK_TCK")
# Thousands of connections are opened, on both sides.
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)


def arguments(words, *add):
    """The arguments of a campaign: what it says of itself, and more arguments."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    for names, options in add:
        parser.add_argument(*names, **options)
    parser.add_argument("--server", default=".build/release/rein-serve", metavar="PATH")
    parser.add_argument("--rein", default=".build/release/rein", metavar="PATH")
    found = parser.parse_args()
    for name in ("server", "rein"):
        path = os.path.abspath(getattr(found, name))
        if not os.access(path, os.X_OK):
            sys.exit(f"there is no program {path}: see --{name}")
        setattr(found, name, path)
    return found


def folder():
    """A directory that is gone when the program ends."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="rein-serving-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def conclude(words, findings):
    """Prints what was found out in one line, then the findings; ends the program."""
    print(f"{words}; {len(findings)} findings (load average {os.getloadavg()[0]:.1f})")
    for finding in findings[:20]:
        print(f"  {finding}")
    sys.exit(1 if findings else 0)


class Server:
    """A server in a process of its own, on a port that it says on its standard error."""

    def __init__(self, command, cores=None, environment=None, port=None):
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, env={**os.environ, **(environment or {})},
            preexec_fn=lambda: (cores and os.sched_setaffinity(0, cores), signal.signal(signal.SIGINT, signal.SIG_DFL)))
        atexit.register(self.process.kill)
        self.port, self.lines, self.heard = port, collections.deque(maxlen=1000), threading.Event()
        threading.Thread(target=self.listen, daemon=True).start()
        if port is None and not self.heard.wait(30) or self.port is None:
            self.process.kill()
            sys.exit(f"{command[0]} does not serve: {' '.join(self.lines)}")
        if port is not None:
            wait_for(lambda: accepts(port), 30, f"{command[0]} does not listen")

    def listen(self):
        for line in self.process.stderr:
            line = line.decode(errors="replace").rstrip()
            self.lines.append(line)
            if self.port is None and (port := self.port_of("http")):
                self.port = port
                self.heard.set()
        self.heard.set()

    def port_of(self, way):
        """The port of a way to be reached, such as `http` or `grpc`, if it has been said."""
        for line in list(self.lines):
            if found := re.search(way + r"""s?[":\\/ ]+127\.0\.0\.1:(\d+)""", line):
                return int(found[1])

    def require_running(self):
        if self.process.poll() is not None:
            sys.exit(f"the server has ended with code {self.process.returncode}: {list(self.lines)[-5:]}")

    def processor_time(self):
        """Seconds of processor time so far."""
        self.require_running()
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self):
        """Kilobytes that it has in memory."""
        self.require_running()
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1])

    def stop(self, number=signal.SIGTERM):
        """Ends it, and gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def wait_for(question, seconds, problem):
    """Asks again and again until the answer is yes."""
    end = time.monotonic() + seconds
    while not question():
        if time.monotonic() > end:
            sys.exit(f"{problem} after {seconds} s")
        time.sleep(0.01)


def http(verb, path, body=b"", **headers):
    """The bytes of a request."""
    lines = [f"{verb} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def infer(rows, model="default_policy", **parameters):
    """A request for actions, in JSON."""
    body = {"inputs": [{
        "name": "obs", "datatype": "FP32", "shape": [len(rows), len(rows[0])],
        "data": [number for row in rows for number in row]}]}
    if parameters:
        body["parameters"] = parameters
    return http("POST", f"/v2/models/{model}/infer", json.dumps(body).encode())


def infer_binary(rows, width, model="default_policy"):
    """A request for the actions of many rows of zeros, binary both ways."""
    tensor = struct.pack(f"<{rows * width}f", *[0.01] * (rows * width))
    head = json.dumps({
        "inputs": [{
            "name": "obs", "datatype": "FP32", "shape": [rows, width],
            "parameters": {"binary_data_size": len(tensor)}}],
        "parameters": {"binary_data_output": True}}).encode()
    return http(
        "POST", f"/v2/models/{model}/infer", head + tensor, Inference_Header_Content_Length=len(head))


class Lost(Exception):
    """A connection that ended before an answer was whole."""


class Connection:
    """A connection that is kept."""

    def __init__(self, port, seconds=20):
        self.socket = socket.create_connection(("127.0.0.1", port), seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def ask(self, request):
        """Sends bytes; gives status, head and body of the answer."""
        try:
            self.socket.sendall(request)
            return self.answer()
        except OSError as error:
            raise Lost(f"{type(error).__name__}: {error}") from error

    def answer(self):
        text = self.rest
        while (end := text.find(b"\r\n\r\n")) < 0:
            text += self.more(text)
        head = text[:end].lower()
        found = re.search(rb"\r\ncontent-length: *(\d+)", head)
        size = end + 4 + (int(found[1]) if found else 0)
        while len(text) < size:
            text += self.more(text)
        self.rest = text[size:]
        return int(head[9:12]), head, text[end + 4:size]

    def more(self, text):
        part = self.socket.recv(1 << 16)
        if not part:
            raise Lost(f"closed after {len(text)} bytes of an answer")
        return part

    def close(self):
        self.socket.close()


def in_threads(count, body):
    """Calls `body` with the number of each of so many threads, and waits for them; gives what they raised."""
    problems = []

    def run(number):
        try:
            body(number)
        except Exception as error:  # Whatever it is, it is a finding.
            problems.append(f"thread {number}: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(900)
    if any(thread.is_alive() for thread in threads):
        problems.append("threads that do not end")
    return problems


def load_program():
    """The path of `http-load`."""
    if not hasattr(load_program, "path"):
        load_program.path = folder() / "http-load"
        subprocess.run(
            [os.environ.get("CC", "cc"), "-O2", "-o", load_program.path, HERE / "http-load.c"], check=True)
    return load_program.path


def start_load(port, request, connections, rate, seconds, cores=None):
    """Lets `http-load` begin; `load_result` gives what came of it."""
    place = folder() / "request"
    place.write_bytes(request)
    return subprocess.Popen(
        [load_program(), str(port), place, str(connections), str(rate), str(seconds)], stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: cores and os.sched_setaffinity(0, cores))


def load_result(process, seconds):
    text, _ = process.communicate(timeout=seconds + 30)
    return json.loads(text)


def load(port, request, connections, rate, seconds, cores=None):
    """Keeps a server busy; gives what `http-load` says."""
    return load_result(start_load(port, request, connections, rate, seconds, cores), seconds)


def train(rein, place, *options):
    """Trains for a moment, and gives the newest checkpoint."""
    short = ["--stop-steps", "64", "--set", "environmentCount=4", "--set", "rolloutLength=16", "--set", "epochs=1"]
    subprocess.run(
        [rein, "train", "--environment", "CartPole-v1", *short, *options, "--output", str(place), "--quiet"], check=True,
        capture_output=True, timeout=300)
    return max(place.glob("checkpoint_*"))


MANIFEST = "rllib_checkpoint.json"


class VersionedRun:
    """The directory of a run whose checkpoints answer every observation with their number, as both logits.

    The checkpoints are those of a policy that was trained, with another last layer, and sealed as Rein does it.
    """

    def __init__(self, rein, place):
        base = train(rein, place.with_name(place.name + "-base"))
        self.place, self.state = place, (base / "policies/default_policy/policy_state.safetensors").read_bytes()
        self.manifest = json.loads((base / MANIFEST).read_text())
        self.policy = json.loads((base / "policies/default_policy" / MANIFEST).read_text())
        self.others = (base / self.manifest["state_file"]).read_bytes()
        place.mkdir()

    @staticmethod
    def sealed(manifest):
        """The text of a manifest, with the checksum of what stands before it."""
        text = json.dumps({key: manifest[key] for key in manifest if key != "manifest_sha256"}, indent=2) + "\n"
        seal = hashlib.sha256(text.encode()).hexdigest()
        return (text[:-3] + f',\n  "manifest_sha256": "{seal}"\n}}\n').encode()

    def files(self, number):
        """The files of a checkpoint, by their places in it."""
        length = struct.unpack("<Q", self.state[:8])[0]
        tensors, data = json.loads(self.state[8:8 + length]), bytearray(self.state[8 + length:])
        for name, values in (("weight", [0.0] * 128), ("bias", [float(number)] * 2)):
            begin, end = tensors[f"network/parameters/policy/2/{name}"]["data_offsets"]
            data[begin:end] = struct.pack(f"<{len(values)}f", *values)
        state, policy = self.state[:8 + length] + bytes(data), dict(self.policy)
        policy["files"] = {"policy_state.safetensors": self.record(state)}
        files = {
            self.manifest["state_file"]: self.others, "policies/default_policy/policy_state.safetensors": state,
            "policies/default_policy/" + MANIFEST: self.sealed(policy)}
        manifest = {**self.manifest, "files": {name: self.record(data) for name, data in files.items()}}
        return {**files, MANIFEST: self.sealed(manifest)}

    @staticmethod
    def record(data):
        return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    def write(self, number):
        """Writes a checkpoint and puts it in place in one step."""
        partial = self.place / f".partial-{number}"
        for name, data in self.files(number).items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        partial.rename(self.place / f"checkpoint_{number:06}")

    def delete(self, number):
        shutil.rmtree(self.place / f"checkpoint_{number:06}")
