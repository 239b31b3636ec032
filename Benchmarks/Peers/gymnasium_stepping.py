"""Raw steps per second of an environment with random actions, as `GymnasiumBenchmarks stepping` takes them: one
environment in a loop, and 8 of them in the vectors of Gymnasium, of Stable-Baselines3, and of EnvPool, if it is there.

    pip install "gymnasium[mujoco,box2d]" stable-baselines3 envpool
    python gymnasium_stepping.py HalfCheetah-v5 [VECTOR ...] [--seconds 3]

An environment is an id of Gymnasium, or `python:module:function`. Prints a line of JSON for each vector; where it
cannot have the environment, the line says why. Actions are drawn beforehand, and the first steps are not counted.
"""

import argparse
import importlib
import json
import os
import time

import gymnasium
import numpy

ENVIRONMENTS = 8
BATCHES = 256


def maker(name):
    """A function that makes one environment."""
    if name.startswith("python:"):
        module, function = name.split(":")[1:]
        return getattr(importlib.import_module(module), function)
    return lambda: gymnasium.make(name)


def batches(space, count):
    """Random actions for `count` environments, `BATCHES` times."""
    random = numpy.random.default_rng(1)
    if isinstance(space, gymnasium.spaces.Discrete):
        return [space.start + random.integers(0, space.n, count) for _ in range(BATCHES)]
    shape = (count,) + space.shape
    return [random.uniform(space.low, space.high, shape).astype(space.dtype) for _ in range(BATCHES)]


def rate(step, actions, environments, seconds):
    """Environment steps per second of a function that takes one batch of actions."""
    for action in actions:
        step(action)
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        for action in actions[:64]:
            step(action)
        steps += 64 * environments
    return steps / (time.perf_counter() - start)


def bare(name, seconds):
    environment = maker(name)()
    environment.reset(seed=1)

    def step(action):
        _, _, terminated, truncated, _ = environment.step(action)
        if terminated or truncated:
            environment.reset()

    actions = [batch[0] for batch in batches(environment.action_space, 1)]
    return rate(step, actions, 1, seconds)


def vector_of_gymnasium(make, name, seconds):
    environments = make([maker(name) for _ in range(ENVIRONMENTS)])
    environments.reset(seed=1)
    result = rate(environments.step, batches(environments.single_action_space, ENVIRONMENTS), ENVIRONMENTS, seconds)
    environments.close()
    return result


def sync(name, seconds):
    return vector_of_gymnasium(gymnasium.vector.SyncVectorEnv, name, seconds)


def asynchronous(name, seconds):
    return vector_of_gymnasium(
        lambda makers: gymnasium.vector.AsyncVectorEnv(makers, shared_memory=True), name, seconds)


def vector_of_stable_baselines3(kind, name, seconds):
    from stable_baselines3.common import vec_env
    environments = getattr(vec_env, kind)([maker(name) for _ in range(ENVIRONMENTS)])
    environments.seed(1)
    environments.reset()
    result = rate(environments.step, batches(environments.action_space, ENVIRONMENTS), ENVIRONMENTS, seconds)
    environments.close()
    return result


def dummy(name, seconds):
    return vector_of_stable_baselines3("DummyVecEnv", name, seconds)


def subproc(name, seconds):
    return vector_of_stable_baselines3("SubprocVecEnv", name, seconds)


def envpool(name, seconds):
    import envpool
    if name not in envpool.list_all_envs():
        raise LookupError(f"EnvPool has no {name}")
    threads = min(ENVIRONMENTS, os.cpu_count())
    environments = envpool.make_gymnasium(name, num_envs=ENVIRONMENTS, num_threads=threads, seed=1)
    environments.reset()
    result = rate(environments.step, batches(environments.action_space, ENVIRONMENTS), ENVIRONMENTS, seconds)
    environments.close()
    return result


VECTORS = {
    "bare": bare, "SyncVectorEnv": sync, "AsyncVectorEnv": asynchronous, "DummyVecEnv": dummy,
    "SubprocVecEnv": subproc, "EnvPool": envpool,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("environment")
    parser.add_argument("vectors", nargs="*", choices=[*VECTORS, []], help="all when absent")
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    for vector in options.vectors or VECTORS:
        line = {"vector": vector, "environment": options.environment, "stepsPerSecond": None}
        try:
            line["stepsPerSecond"] = VECTORS[vector](options.environment, options.seconds)
        except (ImportError, LookupError) as missing:
            line["missing"] = str(missing)
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
