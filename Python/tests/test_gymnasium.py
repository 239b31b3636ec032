"""Training in environments of this Python, by commands that have them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Dict

import numpy as np

import rein

from .support import FolderTestCase, predict, require_python_environments, require_saved_parts

_SMALL: Dict[str, Any] = {"environment_count": 4, "rollout_length": 64}
_SCRIPT = """
import gymnasium, rein

def make(length=0.5):
    environment = gymnasium.make("CartPole-v1")
    environment.unwrapped.length = length
    return environment

if __name__ == "__main__":
    training = rein.train(
        make, environment_options={"length": 0.7}, steps=200, output="script", seed=2)
    print(len(list(training)), training.wait().stopped)
"""


class GymnasiumTests(FolderTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        require_python_environments()
        super().setUpClass()

    def test_indices_and_masks(self) -> None:
        require_saved_parts()
        import gymnasium

        training = rein.train("Taxi-v4", steps=1000, output="taxi", **_SMALL)
        training.wait()
        policy = training.policy()
        environment = gymnasium.make("Taxi-v4")
        observation, info = environment.reset(seed=3)
        for _ in range(20):
            action = policy.sample(observation, mask=info["action_mask"])
            self.assertTrue(info["action_mask"][action])
            self.assertEqual(
                policy.action([observation, 7]).tolist(),  # type: ignore[union-attr]
                [policy.action(observation), policy.action(7)],
            )
            observation, _, _, _, info = environment.step(action)

    def test_ids(self) -> None:
        training = rein.train("CartPole-v1", steps=600, output="id", workers=2, **_SMALL)
        results = list(training)
        self.assertEqual([result.environment_steps for result in results], [256, 512, 768])
        saved = json.loads((training.run / "params.json").read_text())
        self.assertEqual(saved["environment"], "gymnasium:CartPole-v1")
        self.assertIn(training.policy().action(np.zeros(4)), (0, 1))
        resumed = rein.train(resume=training.run, steps=1000)
        self.assertEqual([result.iteration for result in resumed], [4])

    def test_classes_functions_and_observations_with_parts(self) -> None:
        require_saved_parts()
        from .gymnasium_environments import Parts, make_parts

        for factory, colors in ((Parts, 3), (make_parts, 2)):
            output = self.folder / factory.__name__
            training = rein.train(
                factory,
                environment_options={"colors": colors},
                steps=12_000,
                output=output,
                **_SMALL,
            )
            training.wait()
            policy = training.policy()
            environment = Parts(colors)
            observation, _ = environment.reset(seed=1)
            total = 0.0
            observations, actions = [], []
            for _ in range(10):
                action = policy.action(observation)
                observations.append(observation)
                actions.append(action)
                observation, reward, *_ = environment.step(action)
                total += reward
            self.assertGreaterEqual(total, 8)
            requests = [{"observation": _plain(observation)} for observation in observations]
            answers = predict(output, requests)
            self.assertEqual(actions, [answer["action"] for answer in answers])
            outputs = np.stack([policy.outputs(observation) for observation in observations])
            expected = np.array([answer["outputs"] for answer in answers])
            self.assertLessEqual(np.abs(outputs - expected).max(), 1e-6 * np.abs(expected).max())

    def test_an_environment_that_fails_is_said_with_its_traceback(self) -> None:
        from .gymnasium_environments import Broken

        # At once, and when training has begun.
        for steps, code in ((0, 2), (5000, 1)):
            with self.assertRaisesRegex(rein.TrainingError, "the gripper is stuck") as caught:
                rein.train(
                    Broken,
                    environment_options={"steps": steps},
                    steps=100_000,
                    output=f"broken-{steps}",
                    **_SMALL,
                ).wait()
            error = caught.exception
            self.assertEqual(error.exit_code, code)
            self.assertIn("gymnasium_environments.py", error.message)
            self.assertEqual(error.checkpoint is not None, code == 1)
        with self.assertRaisesRegex(rein.TrainingError, "CartPole"):
            rein.train("CartPole-v99", steps=1)
        with self.assertRaisesRegex(rein.TrainingError, "colours"):
            rein.train(Broken, environment_options={"colours": 3}, steps=1)

    def test_a_script_makes_environments_of_its_own(self) -> None:
        script = self.folder / "own-script.py"
        script.write_text(_SCRIPT)
        done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
        self.assertEqual(done.stdout, "1 steps\n", done.stderr)
        saved = json.loads((self.folder / "script/params.json").read_text())
        self.assertEqual(saved["environment"], "python:own-script:make")
        self.assertIn(rein.Policy("script").action(np.zeros(4)), (0, 1))


def _plain(observation: Any) -> Any:
    if isinstance(observation, dict):
        return {name: _plain(value) for name, value in observation.items()}
    return observation.tolist()
