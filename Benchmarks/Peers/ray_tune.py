"""Ray Tune with twenty trials of twenty iterations in which nothing is trained and a checkpoint every five, as
`TunerBenchmarks experiments` has it:

    pip install "ray[tune]==2.10.0" "numpy<2" "pandas<2.3" "pyarrow<18" "setuptools<70"
    python ray_tune.py [RUNS]

Prints the seconds of each run of `Tuner.fit()`, with actors that are reused; starting Ray itself is not counted.
"""

import logging
import os
import sys
import tempfile
import time

os.environ.update(RAY_AIR_NEW_OUTPUT="0", PYTHONWARNINGS="ignore")

import ray
from ray import tune
from ray.train import CheckpointConfig, RunConfig


class Nothing(tune.Trainable):
    def setup(self, config):
        self.n = 0

    def step(self):
        self.n += 1
        return {"score": self.n}

    def save_checkpoint(self, folder):
        with open(os.path.join(folder, "n"), "w") as file:
            file.write(str(self.n))

    def load_checkpoint(self, folder):
        with open(os.path.join(folder, "n")) as file:
            self.n = int(file.read())

    def reset_config(self, config):
        self.n = 0
        return True


ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.CRITICAL)
for run in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
    with tempfile.TemporaryDirectory() as store:
        tuner = tune.Tuner(
            Nothing,
            param_space={"rate": tune.uniform(0, 1)},
            tune_config=tune.TuneConfig(num_samples=20, reuse_actors=True),
            run_config=RunConfig(
                name="nothing",
                storage_path=store,
                stop={"training_iteration": 20},
                verbose=0,
                checkpoint_config=CheckpointConfig(checkpoint_frequency=5),
            ),
        )
        start = time.perf_counter()
        results = tuner.fit()
        seconds = time.perf_counter() - start
        assert len(results) == 20 and not results.errors
        print(f"{seconds:.2f} s")
