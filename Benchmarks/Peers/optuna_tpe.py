"""Optuna's tree-structured Parzen estimators on the four functions of `SearchBenchmarks functions`, with its defaults:

    pip install optuna==5.0.0
    python optuna_tpe.py [SEEDS] > optuna.json

Prints, for each function and each seed from 1 on, the lowest value after each of 100 trials. The conditional function
gets `group=True`, without which Optuna draws what depends on a choice independently.
"""

import json
import math
import sys
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.CRITICAL)
TRIALS = 100


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    bowl = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return bowl**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


STEEPNESS = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
CENTRES = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
]
HEIGHTS = [1, 1.2, 3, 3.2]


def hartmann6(trial):
    x = [trial.suggest_float(f"x{axis}", 0, 1) for axis in range(6)]
    return -sum(
        height * math.exp(-sum(a * (v - c / 10_000) ** 2 for a, v, c in zip(steepness, x, centre)))
        for height, steepness, centre in zip(HEIGHTS, STEEPNESS, CENTRES)
    )


def mixed(trial):
    rate = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    layers = trial.suggest_int("layers", 1, 4)
    activation = trial.suggest_categorical("activation", ["tanh", "relu", "elu"])
    batch = trial.suggest_categorical("batch", [32, 64, 128, 256])
    return (
        abs(math.log10(rate) + 3.2)
        + 0.3 * abs(layers - 2)
        + {"tanh": 0, "relu": 0.2, "elu": 0.5}[activation]
        + 0.1 * abs(math.log2(batch) - 6)
    )


def conditional(trial):
    if trial.suggest_categorical("algorithm", ["ppo", "sac"]) == "ppo":
        rate = trial.suggest_float("ppo_lr", 1e-5, 1e-1, log=True)
        return abs(math.log10(rate) + 3.5) + abs(trial.suggest_float("clip", 0.05, 0.5) - 0.2)
    rate = trial.suggest_float("sac_lr", 1e-5, 1e-1, log=True)
    return 0.3 + abs(math.log10(rate) + 3) + abs(trial.suggest_float("tau", 0.001, 0.1) - 0.005)


def search(function, seed):
    options = {"multivariate": True, "group": True} if function is conditional else {}
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, **options))
    study.optimize(function, n_trials=TRIALS)
    best, curve = math.inf, []
    for trial in study.trials:
        best = min(best, trial.value)
        curve.append(best)
    return curve


seeds = range(1, (int(sys.argv[1]) if len(sys.argv) > 1 else 20) + 1)
functions = [branin, hartmann6, mixed, conditional]
print(json.dumps({function.__name__: [search(function, seed) for seed in seeds] for function in functions}))
