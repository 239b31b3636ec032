"""What checkers say, and recordings."""

import importlib
import os
import pathlib
import tempfile

import gymnasium as gym
import numpy as np
from driver import WorkerError
from harness import GAMES, MODULE, WorkerTest, has


class CheckAndRecordTests(WorkerTest):
    def problems(self, id, kind="python", options=None):
        self.driver.hello(id, kind, options)
        return self.driver.ask({"check": {"steps": 50}})["checked"]["problems"]

    def test_what_the_checkers_say(self):
        self.assertEqual(
            [], [p for p in self.problems("CartPole-v1", "gymnasium") if p["severity"] == "error"]
        )
        for kind, words in {
            "outside": "element 0 is 15.0, not within -10.0...10.0",
            "reward": "a reward is nan",
            "mask": "leaves no choice",
        }.items():
            told = self.problems(f"{MODULE}:Wrong", options={"kind": kind})
            errors = [problem["message"] for problem in told if problem["severity"] == "error"]
            self.assertTrue(any(words in error for error in errors), (kind, told))
        if has("pettingzoo.classic.tictactoe_v3"):
            told = self.problems("classic.tictactoe_v3", "pettingzoo")
            self.assertEqual([], [problem for problem in told if problem["severity"] == "error"])

    def test_episodes_are_recorded_as_pictures(self):
        if not has("pygame"):
            self.skipTest("pygame is absent")
        with tempfile.TemporaryDirectory() as directory:
            self.driver.hello("CartPole-v1", render=True, options={"max_episode_steps": 4})
            self.assertEqual(
                self.driver.ask({"record": {"directory": directory, "form": "frames"}}),
                {"recording": "frames"},
            )
            rows = self.driver.begin(1)
            rows["nextSeeds"][:] = 1
            self.driver.reset()
            for _ in range(6):
                self.driver.step()
            self.driver.ask({"end": True})
            files = sorted(
                str(path.relative_to(directory)) for path in pathlib.Path(directory).rglob("*.png")
            )
            first = [f"episode-0000/frame-{frame:06}.png" for frame in range(5)]
            self.assertEqual(
                files, first + [f"episode-0001/frame-{frame:06}.png" for frame in range(3)]
            )
            pygame = importlib.import_module("pygame")
            surface = pygame.image.load(os.path.join(directory, files[0]))
            self.assertEqual(surface.get_size(), (600, 400))
            expected = gym.make("CartPole-v1", render_mode="rgb_array")
            expected.reset(seed=1)
            found = pygame.surfarray.array3d(surface).transpose(1, 0, 2)
            np.testing.assert_array_equal(found, expected.render())

    def test_videos_need_moviepy(self):
        if not has("pygame"):
            self.skipTest("pygame is absent")
        with tempfile.TemporaryDirectory() as directory:
            self.driver.hello("CartPole-v1", render=True)
            record = {"record": {"directory": directory, "form": "video"}}
            if not has("moviepy"):
                with self.assertRaises(WorkerError) as raised:
                    self.driver.ask(record)
                self.assertEqual(raised.exception.content["installable"], ["moviepy"])
                return
            self.driver.ask(record)
            rows = self.driver.begin(1)
            rows["nextSeeds"][:] = 1
            self.driver.reset()
            while rows["statuses"][0] == 0:
                self.driver.step()
            self.driver.ask({"end": True})
            self.assertEqual(
                [path.name for path in pathlib.Path(directory).iterdir()], ["episode-episode-0.mp4"]
            )

    def test_games_are_recorded(self):
        for form in ("frames", "video") if has("moviepy") else ("frames",):
            with self.subTest(form), tempfile.TemporaryDirectory() as directory:
                self.driver.hello(f"{GAMES}:Race", "python", {"agents": 1}, render=True)
                self.driver.ask({"record": {"directory": directory, "form": form}})
                rows = self.driver.begin(1)
                rows["nextSeeds"][:] = 1
                self.driver.reset()
                # Two episodes of three steps, and the first step of another.
                for _ in range(7):
                    self.driver.step()
                self.driver.ask({"end": True})
                counts = {}
                for path in pathlib.Path(directory).rglob("*.*"):
                    counts[path.parent.name] = counts.get(path.parent.name, 0) + 1
                if form == "video":
                    self.assertEqual(list(counts.values()), [3])
                else:
                    expected = {"episode-0000": 4, "episode-0001": 4, "episode-0002": 2}
                    self.assertEqual(counts, expected)

    def test_recording_without_pictures_is_refused(self):
        self.driver.hello(f"{MODULE}:Plain", "python")
        with self.assertRaises(WorkerError) as raised:
            self.driver.ask({"record": {"directory": "/tmp", "form": "frames"}})
        self.assertIn("rgb_array", str(raised.exception))
