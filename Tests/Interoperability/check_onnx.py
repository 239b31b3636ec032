"""Runs ONNX files of Rein and compares their answers with those that Rein recorded.

    python check_onnx.py DIRECTORY OPSET...

DIRECTORY/policies.json lists policies, each a folder with `opset-N.onnx`, `raw.onnx` and `answers.safetensors`.
DIRECTORY/references has graphs with the weights of others, `NAME.onnx`, and what those gave, `NAME.json`;
DIRECTORY/files has `NAME-OPSET.onnx` that are only opened and checked. Needs
onnxruntime and safetensors; with onnx, every file is checked as well, and that Python's protobuf would write the same
bytes. Files of opsets 11, 17 and 22 are run with batches of 1, 7 and 256, others with those of 256.

- Outputs, and states after the last step, are within 1e-5 of the policy's largest output, at least within 1e-5:
  observations of 1000 leave sums in single precision no more digits.
- Discrete actions are the same wherever the two best differ by more than 1e-4, and never forbidden ones.
- Continuous actions are as close as outputs.
- The raw form gives its outputs to the call that RLlib's files take.
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime
from safetensors.numpy import load_file

try:
    import onnx
except ImportError:
    onnx = None

OPSETS, BATCHES = (11, 17, 22), (1, 7, 256)
# The oldest version of the file format for each opset.
FORMATS = {11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10}
problems, figures = [], {"files": 0, "runs": 0, "answers": 0, "unsure": 0, "worst": 0.0}


def session(path, opset):
    """Opens a file with one thread, after onnx's own checks."""
    figures["files"] += 1
    if onnx:
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        if model.SerializeToString() != path.read_bytes():
            problems.append(f"{path}: other bytes than protobuf's")
        if [entry.version for entry in model.opset_import] != [opset] or model.producer_name != "rein":
            problems.append(f"{path}: opset {model.opset_import} of {model.producer_name}")
        if model.ir_version != FORMATS[opset]:
            problems.append(f"{path}: version {model.ir_version} of the format, not {FORMATS[opset]}")
        metadata = {entry.key: entry.value for entry in model.metadata_props}
        for key in "rein.observation_space", "rein.action_space":
            json.loads(metadata[key], parse_constant=lambda word: problems.append(f"{path}: {word} in JSON"))
        weights = sum(len(tensor.raw_data) for tensor in model.graph.initializer)
        if path.stat().st_size > weights + 2048:
            problems.append(f"{path}: {path.stat().st_size} bytes for {weights} bytes of weights")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    opened = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    for value in opened.get_inputs() + opened.get_outputs():
        if value.shape[0] != "batch":
            problems.append(f"{path}: {value.name} has the shape {value.shape}")
    return opened


def run(opened, observations, masks, batch):
    """The answers to `[steps, rows, ...]` observations, in pieces of a batch, each handing its states on."""
    steps, rows = observations.shape[:2]
    inputs = {value.name: value for value in opened.get_inputs()}
    names = [value.name for value in opened.get_outputs()]
    pieces = []
    for first in range(0, rows, batch):
        piece = slice(first, min(first + batch, rows))
        count = piece.stop - first
        states = {n: np.zeros((count, v.shape[1]), np.float32) for n, v in inputs.items() if n.startswith("state_in_")}
        answers = []
        for step in range(steps):
            feeds = {"obs": observations[step, piece], **states}
            if "action_mask" in inputs:
                feeds["action_mask"] = masks[step, piece]
            results = dict(zip(names, opened.run(None, feeds)))
            figures["runs"] += 1
            states = {name: results[name.replace("in", "out")] for name in states}
            answers.append((results["output"], results["action"].reshape(count, -1)))
        outputs, actions = (np.stack(part) for part in zip(*answers))
        ordered = [states[name] for name in sorted(states)]
        pieces.append((outputs, actions, np.concatenate([np.zeros((count, 0), np.float32), *ordered], axis=1)))
    outputs, actions, states = zip(*pieces)
    return np.concatenate(outputs, 1), np.concatenate(actions, 1), np.concatenate(states)


def compare(what, found, expected, scale):
    """Numbers, by the largest there are."""
    if found.shape != expected.shape or found.dtype != np.float32:
        problems.append(f"{what}: {found.dtype} {found.shape}, expected {expected.shape}")
    elif expected.size:
        worst = float(np.abs(found - expected).max() / scale)
        figures["worst"] = max(figures["worst"], worst)
        if not worst <= 1e-5:
            problems.append(f"{what}: off by {worst} of the largest")


def compare_choices(what, found, expected, outputs, masks, policy):
    """Discrete actions of rows."""
    if found.dtype != np.int64:
        problems.append(f"{what}: {found.dtype}")
    found, expected = found - policy["start"], expected.astype(np.int64) - policy["start"]
    edge = 0
    for component, choices in enumerate(policy["choices"]):
        columns = slice(edge, edge + choices)
        edge += choices
        values = outputs[..., columns]
        chosen = found[..., component]
        if chosen.min() < 0 or chosen.max() >= choices:
            problems.append(f"{what}: no action of the space")
            continue
        if masks.size:
            values = np.where(masks[..., columns], values, -np.inf)
            if not np.take_along_axis(masks[..., columns], chosen[..., None], -1).all():
                problems.append(f"{what}: a forbidden action")
        if choices == 1:
            best = np.full(chosen.shape, np.inf)
        else:
            ordered = np.sort(values, axis=-1)
            best = ordered[..., -1] - ordered[..., -2]
        sure = best > 1e-4
        figures["unsure"] += int((~sure).sum())
        if (chosen != expected[..., component])[sure].any():
            problems.append(f"{what}: other actions")


def check_raw(path, observations, expected, scale):
    """The inputs and outputs of RLlib's own files."""
    opened = session(path, 11)
    inputs = [value.name for value in opened.get_inputs()]
    rows = observations.shape[1]
    if inputs != ["obs", "state_ins"]:
        names = [value.name for value in opened.get_outputs()]
        if inputs[:2] != ["obs", "state_in_0"] or names != ["output"] + [n.replace("in", "out") for n in inputs[1:]]:
            problems.append(f"{path}: inputs {inputs}, outputs {names}")
        feeds = {v.name: np.zeros((rows, v.shape[1]), np.float32) for v in opened.get_inputs()[1:]}
        (outputs,) = opened.run(["output"], {"obs": observations[0], **feeds})
    else:
        (outputs,) = opened.run(["output"], {"obs": observations[0], "state_ins": np.zeros(rows, np.float32)})
        state = np.arange(rows, dtype=np.float32)
        (handed,) = opened.run(["state_outs"], {"obs": observations[0], "state_ins": state})
        if not (handed == state).all():
            problems.append(f"{path}: another state")
    compare(path, outputs, expected, scale)


def check_reference(path, recorded):
    """What another graph with the same weights gave, within 1e-6."""
    opened = session(path, 17)
    kinds = {"tensor(float)": np.float32, "tensor(bool)": bool}
    feeds = {v.name: np.array(recorded["inputs"][v.name], kinds[v.type]) for v in opened.get_inputs()}
    for name, expected in recorded["outputs"].items():
        (found,) = opened.run(["output" if name == "mean" else name], feeds)
        expected = np.array(expected)
        if name == "mean":  # Rein's outputs go on with the deviations.
            found = found[:, : expected.shape[1]]
        difference = np.abs(found - expected)
        if name == "output" and "action_mask" in feeds:  # Rein's outputs are those before the mask.
            difference = difference[feeds["action_mask"]]
        if found.shape != expected.shape or not difference.max() <= 1e-6:
            problems.append(f"{path}: {name} is off by {difference.max()}")


def main(directory, opsets):
    """Every policy of a directory."""
    policies = json.loads((directory / "policies.json").read_text())
    for number, policy in enumerate(policies):
        folder = directory / str(number)
        recorded = load_file(folder / "answers.safetensors")
        observations, masks = recorded["observations"], recorded["masks"].astype(bool)
        scale = max(1, np.abs(recorded["outputs"]).max())
        for opset in opsets:
            opened = session(folder / f"opset-{opset}.onnx", opset)
            if any(value.name == "action_mask" for value in opened.get_inputs()) != bool(masks.size):
                problems.append(f"{policy['name']}: a mask")
            for batch in BATCHES if opset in OPSETS else BATCHES[-1:]:
                what = f"{policy['name']}, opset {opset}, batch {batch}"
                outputs, actions, states = run(opened, observations, masks, batch)
                compare(what, outputs, recorded["outputs"], scale)
                compare(f"{what}, states", states, recorded["states"], 1)
                if policy["choices"]:
                    compare_choices(what, actions, recorded["actions"], recorded["outputs"], masks, policy)
                else:
                    compare(f"{what}, actions", actions, recorded["actions"], scale)
                figures["answers"] += observations.shape[0] * observations.shape[1]
        check_raw(folder / "raw.onnx", observations, recorded["raw"], max(scale, np.abs(recorded["raw"]).max()))
    references = sorted((directory / "references").glob("*.json"))
    for path in references:
        check_reference(path.with_suffix(".onnx"), json.loads(path.read_text()))
    files = sorted((directory / "files").glob("*.onnx"))
    for path in files:
        opset = int(path.stem.rpartition("-")[2])
        if opset <= max(opsets):
            session(path, opset)
    for problem in problems[:20]:
        print(problem, file=sys.stderr)
    counts = f"{len(policies)} policies, {len(references)} references, {figures}, {len(problems)} problems"
    print(f"onnxruntime {onnxruntime.__version__}: {counts}")
    return 1 if problems or not policies or not references or not files else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), [int(word) for word in sys.argv[2:]]))
