"""Records what PyTorch's recurrent layers compute, in double precision, for Rein's to be compared with.

    python recurrent_layers.py > ../ReinNetworksTests/Fixtures/recurrent-layers.json

Matrices are written as Rein lays them out: weights are [inputs, gates * width], sequences [steps, sequences, width],
a state is the output, for an LSTM followed by the cell. Before a step that starts an episode the state is zero. The
loss is the sum of all outputs, each times its weight; gradients are those of the parameters. Needs torch.
"""

import json

import torch

STEPS, SEQUENCES, INPUTS, WIDTH = 6, 3, 3, 5


def numbers(tensor):
    """The numbers in a row, rounded to single precision."""
    return [round(x, 9) for x in tensor.detach().flatten().float().tolist()]


def record(kind):
    """One layer with random parameters: outputs, last state, gradients."""
    torch.manual_seed(7 if kind == "lstm" else 8)
    layer = (torch.nn.LSTM if kind == "lstm" else torch.nn.GRU)(INPUTS, WIDTH).double()
    for parameter in layer.parameters():
        parameter.data = torch.tensor(numbers(0.6 * torch.randn_like(parameter))).double().reshape(parameter.shape)
    rounded = lambda *shape: torch.tensor(numbers(torch.randn(shape))).double().reshape(shape)
    inputs, weights = rounded(STEPS, SEQUENCES, INPUTS), rounded(STEPS, SEQUENCES, WIDTH)
    parts = 2 if kind == "lstm" else 1
    state = rounded(SEQUENCES, parts * WIDTH)
    starts = torch.zeros(STEPS, SEQUENCES, dtype=torch.bool)
    starts[0, 1] = starts[2, 0] = starts[4, 0] = starts[4, 2] = True
    recorded = {
        "kind": kind, "steps": STEPS, "sequences": SEQUENCES, "inputs": INPUTS, "width": WIDTH,
        "input": numbers(inputs), "starts": starts.flatten().tolist(), "state": numbers(state),
        "outputWeights": numbers(weights),
        "parameters": [
            numbers(layer.weight_ih_l0.T), numbers(layer.bias_ih_l0),
            numbers(layer.weight_hh_l0.T), numbers(layer.bias_hh_l0),
        ],
    }
    outputs = []
    for step in range(STEPS):
        state = torch.where(starts[step][:, None], torch.zeros_like(state), state)
        hidden = tuple(part.contiguous()[None] for part in state.split(WIDTH, dim=1))
        output, last = layer(inputs[step][None], hidden if kind == "lstm" else hidden[0])
        state = torch.cat([part[0] for part in last], dim=1) if kind == "lstm" else last[0]
        outputs.append(output)
    outputs = torch.cat(outputs)
    (outputs * weights).sum().backward()
    recorded["outputs"] = numbers(outputs)
    recorded["lastState"] = numbers(state)
    recorded["gradients"] = [
        numbers(layer.weight_ih_l0.grad.T), numbers(layer.bias_ih_l0.grad),
        numbers(layer.weight_hh_l0.grad.T), numbers(layer.bias_hh_l0.grad),
    ]
    return recorded


def main():
    layers = ",\n".join(json.dumps(record(kind), separators=(",", ":")) for kind in ["lstm", "gru"])
    print(f'{{"torch":"{torch.__version__}","layers":[\n{layers}]}}')


main()
