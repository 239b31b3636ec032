"""Steps a second through workers, against bare loops and Gymnasium's vectors.

    python measure.py [ID...]

Eight environments, random actions, a second each, three rounds in turn. The bare loop is one
environment in this process. Microseconds of processor time a step tell of the worker where the
machine is busy: `time.process_time` here, the worker's own there.
"""

import os
import sys
import time

import gymnasium as gym
import numpy as np
from driver import Driver

SECONDS, LANES, ROUNDS = 1.0, 8, 3


def actions(space, lanes, generator):
    """Random actions for 256 steps of all lanes, `[256, lanes, ...]`."""
    if isinstance(space, gym.spaces.Discrete):
        return generator.integers(0, space.n, (256, lanes))
    return generator.uniform(space.low, space.high, (256, lanes) + space.shape).astype(np.float32)


def run(step, count):
    """Calls `step` with 0, 1, ... for a while: steps a second when each call is `count` steps."""
    taken, start = 0, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        for _ in range(32):
            step(taken)
            taken += 1
    return taken * count / (time.perf_counter() - start)


def bare(id):
    environment = gym.make(id)
    environment.reset(seed=1)
    choices = [row[0] for row in actions(environment.action_space, 1, np.random.default_rng(1))]

    def step(number):
        _, _, terminated, truncated, _ = environment.step(choices[number & 255])
        if terminated or truncated:
            environment.reset()

    return run(step, 1)


def vector(id, mode):
    environments = gym.make_vec(id, LANES, vectorization_mode=mode)
    environments.reset(seed=1)
    space = environments.single_action_space
    choices = actions(space, LANES, np.random.default_rng(1))
    speed = run(lambda number: environments.step(choices[number & 255]), LANES)
    environments.close()
    return speed


def workers(id, count):
    """Steps a second through `count` workers, and the processor time of one step in them."""
    drivers, lanes = [Driver() for _ in range(count)], LANES // count
    space = gym.make(id).action_space
    choices = actions(space, lanes, np.random.default_rng(1)).reshape(256, lanes, -1)
    for driver in drivers:
        driver.hello(id)
        rows = driver.begin(lanes)
        rows["nextSeeds"][:] = np.arange(lanes)
        driver.reset()
    before = sum(processor_seconds(driver.pid) for driver in drivers)
    total = 0

    def step(number):
        nonlocal total
        for driver in drivers:
            driver.rows["actions"][:] = choices[number & 255]
            os.write(driver.requests, b"\0")
        for driver in drivers:
            if os.read(driver.replies, 1) != b"\0":
                driver.receive()
        total += LANES

    speed = run(step, LANES)
    spent = sum(processor_seconds(driver.pid) for driver in drivers) - before
    for driver in drivers:
        driver.close()
    return speed, spent / total


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    for id in sys.argv[1:] or ["CartPole-v1", "HalfCheetah-v5"]:
        for _ in range(ROUNDS):
            start = time.process_time()
            loop = bare(id)
            own = (time.process_time() - start) / (loop * SECONDS)
            (one, spent), (two, _) = workers(id, 1), workers(id, 2)
            sync, parallel = vector(id, "sync"), vector(id, "async")
            print(
                f"{id}: bare {loop:.0f}, 1 worker {one:.0f}, 2 workers {two:.0f}, sync {sync:.0f}, "
                f"async {parallel:.0f} steps/s; 1 worker to bare {one / loop:.2f}, best to async "
                f"{max(one, two) / parallel:.1f}; processor {own * 1e6:.1f} us a step bare, "
                f"{spent * 1e6:.1f} in the worker",
                flush=True,
            )
