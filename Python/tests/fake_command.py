"""A command that writes down how it was started, and makes an environment as a worker does."""

import json
import os
import subprocess
import sys

WORKER = """
import importlib, json, sys
module, name = sys.argv[1].split(":")[1:]
value = importlib.import_module(module)
for part in name.split("."):
    value = getattr(value, part)
print(value(**json.loads(sys.argv[2])))
"""


def main() -> None:
    """Leaves ``fake.json``; what the worker printed is in it."""
    words = sys.argv[1:]
    given = {}
    options = {}
    for option, value in zip(words, words[1:]):
        if option == "--environment-option":
            key, _, text = value.partition("=")
            options[key] = json.loads(text)
        elif option.startswith("--"):
            given[option] = value
    name = given.get("--environment", "")
    output, errors = "", ""
    if name.startswith("python:"):
        done = subprocess.run(
            [given["--python"], "-c", WORKER, name, json.dumps(options)],
            capture_output=True,
            text=True,
        )
        output, errors = done.stdout, done.stderr
    with open("fake.json", "w") as file:
        json.dump(
            {
                "words": words,
                "given": given,
                "options": options,
                "output": output.strip(),
                "errors": errors,
                "path": os.environ.get("PYTHONPATH"),
                "interpreter": os.environ.get("REIN_PYTHON"),
            },
            file,
        )
    if errors:
        print("rein: the environment cannot be made:\n" + errors, file=sys.stderr)
        sys.exit(1)
    report = {
        "stopped": "steps",
        "runDirectory": "fake",
        "checkpoint": "fake/checkpoint_000000",
        "iterations": 1,
        "environmentSteps": 1,
        "episodes": 0,
        "episodeReturnMean": None,
        "seconds": 1.0,
        "stepsPerSecond": 1.0,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
