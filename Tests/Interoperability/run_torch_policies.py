"""Acts with exported policies in PyTorch and compares with what Rein computed.

    python run_torch_policies.py PAGE DIRECTORY

PAGE is Documentation/Export.md, whose code is run as it stands. DIRECTORY has a file NAME.safetensors of each policy and a
file NAME.case with `observations` [steps, rows, width] and what Rein made of them: `outputs`, `actions` and, for discrete
actions, `masked_actions` with `masks`, all [steps, rows, ...]; `states` [rows, width] after the last step. DIRECTORY/plain
has a model.safetensors of four observations, two hidden layers of 64 and two actions. Needs torch and safetensors. Run by
Tests/ReinExportTests/SafeTensors/TorchPythonTests.swift.
"""

import os
import pathlib
import re
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn


def blocks(page):
    """The Python code in the section of a page on PyTorch."""
    section = pathlib.Path(page).read_text(encoding="utf-8").split("\n## PyTorch\n")[1].split("\n## ")[0]
    return re.findall(r"^```python\n(.*?)^```", section, re.M | re.S)


def largest(expected):
    """The largest of numbers, and of 1."""
    return expected.abs().max().clamp(min=1) if expected.numel() else torch.tensor(1.0)


def expect_close(found, expected, size, what):
    """Compares numbers of a kind whose largest is `size`: sums in another order differ by that much at most."""
    found, expected = (rows.detach().float().reshape(len(rows), -1) for rows in (found, expected))
    assert found.shape == expected.shape, f"{what}: shape {list(found.shape)}, not {list(expected.shape)}"
    if expected.numel():
        distance = (found - expected).abs().max() / size
        assert distance <= 1e-5, f"{what}: {distance} of the largest apart"


def expect_same_choices(found, expected, outputs, mask, counts, size, what):
    """Compares discrete actions wherever the two best differ by enough; those of a mask must be allowed anyhow."""
    found, first = found.reshape(len(found), -1).float(), 0
    for component, count in enumerate(counts):
        part = outputs[:, first:first + count]
        if mask is not None:
            part = part.masked_fill(~mask[:, first:first + count], -torch.inf)
        first += count
        clear = torch.ones(len(part), dtype=torch.bool)
        if count > 1:
            best = part.topk(2).values
            clear = best[:, 0] - best[:, 1] > 1e-4 * size
        same = found[:, component] == expected[:, component]
        assert same[clear].all(), f"{what}: {(~same & clear).sum()} of {len(same)} choices differ"


def check(policy, file, name):
    import json
    with safe_open(file, "pt") as opened:
        head, first = (json.loads(opened.metadata()[key]) for key in ("head", "first_action"))
    case = load_file(file.with_suffix(".case"))
    steps, rows, _ = case["observations"].shape
    size, action_size = largest(case["outputs"]), largest(case["actions"])
    for batch in (1, 7, 256):
        for start in range(0, min(rows, 40 * batch), batch):
            state, masked_state, part = None, None, slice(start, start + batch)
            for step in range(steps):
                what = f"{name}, batches of {batch}, row {start}, step {step}"
                observations, outputs = case["observations"][step, part], case["outputs"][step, part]
                actions, earlier = case["actions"][step, part], state
                action, output, state = policy(observations, None, state)
                expect_close(output, outputs, size, f"outputs of {what}")
                if head["type"] == "continuous":
                    expect_close(action, actions, action_size, f"actions of {what}")
                    continue
                assert action.dtype == torch.int64, what
                expect_same_choices(action, actions, outputs, None, head["counts"], size, f"actions of {what}")
                mask = case["masks"][step, part].bool()
                action, _, _ = policy(observations, mask, earlier)
                expected = case["masked_actions"][step, part]
                expect_same_choices(action, expected, outputs, mask, head["counts"], size, f"masked actions of {what}")
                places = action.reshape(len(action), -1) - first
                places = places + torch.tensor([0, *head["counts"][:-1]]).cumsum(0)
                assert mask.gather(1, places).all(), f"{what}: a choice that the mask forbids"
            if "states" in case:
                states = case["states"]
                expect_close(state, states[part], largest(states), f"states of {name} after {steps} steps")
            else:
                assert state is None, name


def check_plain(file, name):
    """Loads the layers into a plain `nn.Sequential`."""
    import json
    with safe_open(file, "pt") as opened:
        layers = json.loads(opened.metadata()["layers"])
    kinds = {"identity": nn.Identity, "tanh": nn.Tanh, "relu": nn.ReLU, "silu": nn.SiLU, "elu": nn.ELU,
             "leakyReLU": nn.LeakyReLU, "gelu": nn.GELU, "sigmoid": nn.Sigmoid}
    modules = []
    for layer in layers:
        modules += [nn.Linear(layer["inputs"], layer["outputs"]), kinds[layer["activation"]]()]
    tensors = load_file(file)
    own = {key.removeprefix("policy."): tensor for key, tensor in tensors.items() if key.startswith("policy.")}
    nn.Sequential(*modules[:-1]).load_state_dict(own, strict=True)
    others = [key for key in tensors if not key.startswith("policy.")]
    known = ("value.", "memory.", "normaliser.", "log_std")
    assert all(key.startswith(known) for key in others), f"{name} has {others}"


def main(page, directory):
    plain, function = blocks(page)
    lines = function.rstrip().splitlines()
    assert len(lines) < 60, f"the function has {len(lines)} lines"
    defined = {}
    exec(compile(function, page, "exec"), defined)
    failures, count = [], 0
    for file in sorted(pathlib.Path(directory).glob("*.safetensors")):
        count += 1
        try:
            with torch.no_grad():
                check(defined["load_policy"](str(file)), file, file.stem)
            check_plain(file, file.stem)
        except AssertionError as error:
            failures.append(str(error))
    os.chdir(pathlib.Path(directory) / "plain")
    exec(compile(plain, page, "exec"), {})
    assert count > 0, "no policies"
    print(f"{count} policies in PyTorch, {len(failures)} of them wrong")
    sys.exit("\n".join(failures) if failures else 0)


main(*sys.argv[1:])
