"""Looks for the lowest point of a parabola, two trials at a time: ask_tell.py PROGRAM FOLDER PLAN KILLS

The program that is asked is killed KILLS times, and started again.
"""

import json
import os
import subprocess
import sys

program, folder, plan, kills = sys.argv[1:4] + [int(sys.argv[4])]


class Server:
    def __init__(self, word):
        self.process = subprocess.Popen(
            [program, "ask-tell", word, folder, plan], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, request, **about):
        self.process.stdin.write(json.dumps({request: about}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def kill(self):
        self.process.kill()
        self.process.wait()


server = Server("begin")
out = []
told = 0
while True:
    answer = server("ask")
    if answer["trial"]:
        out.append(answer["trial"])
        continue
    if not out:
        assert answer["finished"], answer
        break
    trial = out.pop(0)
    assert os.path.isdir(trial["folder"])
    x = trial["configuration"]["x"]
    verdict = server("tell", trial=trial["id"], metrics={"loss": (x - 0.3) ** 2, "nan": float("nan")}, done=True)
    assert verdict == {"verdict": "stop"}, verdict
    told += 1
    if kills > 0 and told % 5 == 0:
        kills -= 1
        server.kill()
        server = Server("resume")
        out = []
assert kills == 0
best = server("best")["best"]
server("close")
assert server.process.wait() == 0
print(json.dumps({"value": best["value"], "trial": best["trial"], "configuration": best["configuration"]}))
