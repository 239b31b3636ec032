"""Real environments against plain loops over them, bit for bit, and EnvPool's."""

import unittest

import gymnasium as gym
import numpy as np
from driver import Driver, WorkerError
from harness import DIRECTORY, WorkerTest, flat, has, random_action

# Environments, and the modules that they need.
TAXI = "Taxi-v4" if "Taxi-v4" in gym.registry else "Taxi-v3"
REAL = {
    "CartPole-v1": None,
    TAXI: None,
    "Blackjack-v1": None,
    "LunarLander-v3": "Box2D",
    "HalfCheetah-v5": "mujoco",
    "Humanoid-v5": "mujoco",
}


class RealEnvironmentTests(WorkerTest):
    def check(self, id):
        """Two lanes through several episodes against a plain loop; then replay in other lanes."""
        driver, lanes, steps = self.driver, 2, 260
        spaces = driver.hello(id)
        rows = driver.begin(lanes, [[0, 1], [1, 2]])
        plain = [gym.make(id) for _ in range(lanes)]
        space, action_space = plain[0].observation_space, plain[0].action_space
        generator = np.random.default_rng(7)
        seeds = [11 + lane for lane in range(lanes)]
        since, infos, ends = [[] for _ in range(lanes)], [None] * lanes, 0

        def look(lane, observation):
            np.testing.assert_array_equal(rows["observations"][lane], flat(space, observation))
            if spaces["agents"][0]["maskWidth"]:
                np.testing.assert_array_equal(rows["masks"][lane], infos[lane]["action_mask"])

        for lane in range(lanes):
            rows["nextSeeds"][lane] = seeds[lane]
            driver.reset(lane)
            observation, infos[lane] = plain[lane].reset(seed=seeds[lane])
            look(lane, observation)
        for step in range(steps):
            following = generator.integers(0, 2**31, lanes)
            rows["nextSeeds"][:] = following
            chosen = []
            for lane in range(lanes):
                mask = infos[lane].get("action_mask") if generator.random() < 0.9 else None
                row, action = random_action(action_space, generator, mask)
                rows["actions"][lane] = row
                since[lane].append(row)
                chosen.append(action)
            for lane in range(lanes):
                driver.request(lane)
            for lane in range(lanes):
                driver.reply(lane)
                observation, reward, terminated, truncated, infos[lane] = plain[lane].step(
                    chosen[lane]
                )
                self.assertEqual(rows["rewards"][lane], reward)
                self.assertEqual(rows["statuses"][lane], 1 if terminated else 2 if truncated else 0)
                if terminated or truncated:
                    ends += 1
                    np.testing.assert_array_equal(rows["finals"][lane], flat(space, observation))
                    seeds[lane] = int(following[lane])
                    since[lane] = []
                    observation, infos[lane] = plain[lane].reset(seed=seeds[lane])
                look(lane, observation)
        if id != "HalfCheetah-v5":
            self.assertGreater(ends, 1)
        self.replay(id, rows, seeds, since, action_space, generator)
        for environment in plain:
            environment.close()

    def replay(self, id, rows, seeds, since, action_space, generator):
        """Another worker's lanes, in another order, go on with the same bits."""
        # An action since the seed at least, and steps after it.
        with Driver(DIRECTORY) as other:
            other.hello(id)
            theirs = other.begin(2, [[0, 2]])
            for lane in range(2):
                answer = other.replay(
                    1 - lane,
                    seeds[lane],
                    np.reshape(since[lane], (len(since[lane]), rows["actions"].shape[1])),
                )
                self.assertEqual(answer, {"lane": 1 - lane, "steps": len(since[lane])})
            np.testing.assert_array_equal(theirs["observations"][::-1], rows["observations"])
            for _ in range(60):
                for lane in range(2):
                    rows["actions"][lane], _ = random_action(action_space, generator)
                theirs["actions"][:] = rows["actions"][::-1]
                rows["nextSeeds"][:] = generator.integers(0, 2**31, 2)
                theirs["nextSeeds"][:] = rows["nextSeeds"][::-1]
                self.driver.step(0)
                self.driver.step(1)
                other.step()
                for name in ("observations", "rewards", "statuses", "masks"):
                    if name in rows:
                        np.testing.assert_array_equal(theirs[name][::-1], rows[name])


for real, needed in REAL.items():

    def test(self, id=real):
        self.check(id)

    name = "test_" + real.replace("-", "_")
    setattr(
        RealEnvironmentTests, name, unittest.skipUnless(has(needed), f"{needed} is absent")(test)
    )


@unittest.skipUnless(has("envpool"), "envpool is absent")
class EnvPoolTests(WorkerTest):
    def test_seeds_final_observations_and_ends(self):
        import envpool

        for id in ("CartPole-v1", "FrozenLake-v1"):
            with self.subTest(id):
                spaces = self.driver.hello(id, "envpool", {"max_episode_steps": 30})
                self.assertFalse(spaces["replays"])
                self.assertEqual(spaces["timeLimit"], 30)
                rows = self.driver.begin(3, [[0, 1], [1, 3]])
                rows["nextSeeds"][:] = [7, 8, 9]
                for block in (0, 1):
                    self.driver.reset(block)
                plain = [
                    envpool.make_gymnasium(id, num_envs=1, seed=[seed], max_episode_steps=30)
                    for seed in (7, 8, 9)
                ]
                space, count = plain[0].observation_space, plain[0].action_space.n
                seen = [environment.reset()[0][0] for environment in plain]
                generator, ends = np.random.default_rng(2), 0
                for step in range(80):
                    for lane, observation in enumerate(seen):
                        np.testing.assert_array_equal(
                            rows["observations"][lane], flat(space, observation)
                        )
                    chosen = generator.integers(0, count, 3)
                    rows["actions"][:, 0] = chosen
                    self.driver.request(0)
                    self.driver.request(1)
                    self.driver.reply(0)
                    self.driver.reply(1)
                    for lane, environment in enumerate(plain):
                        observation, reward, over, cut, _ = environment.step(
                            chosen[lane : lane + 1]
                        )
                        self.assertEqual(rows["rewards"][lane], reward[0])
                        self.assertEqual(
                            rows["statuses"][lane], 1 if over[0] else 2 if cut[0] else 0
                        )
                        if over[0] or cut[0]:
                            ends += 1
                            np.testing.assert_array_equal(
                                rows["finals"][lane], flat(space, observation[0])
                            )
                            observation, _ = environment.reset()
                        seen[lane] = observation[0]
                self.assertGreater(ends, 3)
                with self.assertRaises(WorkerError) as raised:
                    self.driver.replay(0, 7, np.zeros((1, 1)))
                self.assertIn("seeds", str(raised.exception))
