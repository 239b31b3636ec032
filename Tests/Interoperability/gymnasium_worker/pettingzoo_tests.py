"""Environments with several agents against the library's own loops."""

import unittest

import gymnasium as gym
import numpy as np
import worker_games as games
from driver import Driver, WorkerError, part_width
from harness import ARMED, DIRECTORY, GAMES, WorkerTest, flat, has, random_action


class PettingZooTests(WorkerTest):
    def players(self, environment):
        """Offsets of each agent's actions, observations and masks."""
        places, action, row, mask = {}, 0, 0, 0
        for place, (key, agent) in enumerate(
            zip(environment.possible_agents, self.driver.spaces["agents"])
        ):
            width = sum(map(part_width, agent["observation"]))
            told = agent["action"]
            actions = int(np.prod(told["shape"])) if told["kind"] == "box" else len(told["counts"])
            places[key] = (
                place,
                slice(action, action + actions),
                slice(row, row + width),
                slice(mask, mask + agent["maskWidth"]),
            )
            action, row, mask = action + actions, row + width, mask + agent["maskWidth"]
        return places

    def see(self, rows, prefix, places, key, observation, info, space):
        """Compares what an agent sees with the library's."""

        def named(name):
            return rows[prefix + name if not prefix else prefix + name[0].upper() + name[1:]][0]

        place, _, columns, masks = places[key]
        mask = info.get("action_mask")
        if isinstance(space, gym.spaces.Dict):
            mask, observation = observation["action_mask"], observation["observation"]
            space = space.spaces["observation"]
        np.testing.assert_array_equal(named("observations")[columns], flat(space, observation))
        if masks.stop > masks.start:
            np.testing.assert_array_equal(named("masks")[masks], mask)
        return mask

    def check_turns(self, id, kind, environment, options=None, steps=150):
        """Follows an environment whose agents take turns with the library's own loop."""
        spaces = self.driver.hello(id, kind, options)
        self.assertTrue(spaces["several"] and spaces["turns"])
        keys = environment.possible_agents
        self.assertEqual([agent["name"] for agent in spaces["agents"]], [str(key) for key in keys])
        rows, places = self.driver.begin(1), self.players(environment)
        generator = np.random.default_rng(3)
        rows["nextSeeds"][:] = 21
        self.driver.reset()
        environment.reset(seed=21)
        prefix, actions, seed, episodes = "", [], 21, 0
        for step in range(steps):
            acts, in_play = ("nextActs", "nextInPlay") if prefix else ("acts", "inPlay")
            key = environment.agent_selection
            expected = [int(other == key) for other in keys]
            np.testing.assert_array_equal(rows[acts][0], expected)
            np.testing.assert_array_equal(
                rows[in_play][0], [int(other in environment.agents) for other in keys]
            )
            observation, _, _, _, info = environment.last()
            mask = self.see(
                rows, prefix, places, key, observation, info, environment.observation_space(key)
            )
            space = environment.action_space(key)
            action = int(generator.choice(np.flatnonzero(mask) if mask is not None else space.n))
            rows["actions"][0, places[key][1]] = action
            actions.append(rows["actions"][0].copy())
            following = int(generator.integers(0, 2**31))
            rows["nextSeeds"][:] = following
            self.driver.step()

            rewards, statuses = dict.fromkeys(keys, 0.0), dict.fromkeys(keys, 0)
            environment.step(action + int(space.start))
            while True:
                for other, reward in environment.rewards.items():
                    rewards[other] += reward
                for other in environment.agents:
                    if environment.terminations[other] or environment.truncations[other]:
                        statuses[other] = 1 if environment.terminations[other] else 2
                        if statuses[other] == 2:
                            self.see(
                                rows,
                                "",
                                places,
                                other,
                                environment.observe(other),
                                environment.infos[other],
                                environment.observation_space(other),
                            )
                if not environment.agents or not statuses[environment.agent_selection]:
                    break
                environment.step(None)
            np.testing.assert_array_equal(rows["rewards"][0], list(rewards.values()))
            np.testing.assert_array_equal(rows["statuses"][0], list(statuses.values()))
            prefix = ""
            if not environment.agents:
                episodes += 1
                self.assertEqual(rows["episodes"][0], 1 if 1 in statuses.values() else 2)
                np.testing.assert_array_equal(rows["acts"][0], [0] * len(keys))
                environment.reset(seed=following)
                prefix, actions, seed = "next", [], following
            else:
                self.assertEqual(rows["episodes"][0], 0)
        self.assertGreater(episodes, 2)
        self.replay(id, kind, options, rows, prefix, actions, seed)

    def replay(self, id, kind, options, rows, prefix, actions, seed):
        """Replays the running episode in another worker."""
        with Driver(DIRECTORY) as other:
            other.hello(id, kind, options)
            theirs = other.begin(2)
            width = theirs["actions"].shape[1]
            answer = other.replay(1, seed, np.reshape(actions, (len(actions), width)))
            self.assertEqual(answer, {"lane": 1, "steps": len(actions)})
            pairs = {"acts": "Acts", "inPlay": "InPlay"}
            for name, capital in pairs.items():
                np.testing.assert_array_equal(
                    theirs[name][1], rows["next" + capital if prefix else name][0]
                )
            count = theirs["acts"].shape[1]
            for place in range(count):
                if theirs["acts"][1, place]:
                    columns = self.columns(other, place)
                    mine = rows["nextObservations" if prefix else "observations"]
                    np.testing.assert_array_equal(
                        theirs["observations"][1, columns], mine[0, columns]
                    )

    def columns(self, driver, place):
        widths = [sum(map(part_width, agent["observation"])) for agent in driver.spaces["agents"]]
        return slice(sum(widths[:place]), sum(widths[: place + 1]))

    def check_together(self, id, kind, environment, options=None, steps=100):
        """Follows a parallel environment with the library's own loop."""
        spaces = self.driver.hello(id, kind, options)
        self.assertTrue(spaces["several"] and not spaces["turns"])
        keys = environment.possible_agents
        rows, places = self.driver.begin(1), self.players(environment)
        generator = np.random.default_rng(3)
        rows["nextSeeds"][:] = 21
        self.driver.reset()
        observations, infos = environment.reset(seed=21)
        prefix, actions, seed, episodes = "", [], 21, 0
        gone = set()
        for step in range(steps):
            live = [key for key in environment.agents if key not in gone]
            for name in (("nextActs", "nextInPlay") if prefix else ("acts", "inPlay")):
                np.testing.assert_array_equal(rows[name][0], [int(key in live) for key in keys])
            chosen = {}
            for key in live:
                space = environment.action_space(key)
                mask = self.see(
                    rows,
                    prefix,
                    places,
                    key,
                    observations[key],
                    infos.get(key, {}),
                    environment.observation_space(key),
                )
                if isinstance(space, gym.spaces.MultiDiscrete):
                    chosen[key] = generator.integers(0, space.nvec)
                    rows["actions"][0, places[key][1]] = chosen[key]
                else:
                    row, chosen[key] = random_action(space, generator, mask)
                    rows["actions"][0, places[key][1]] = row
            actions.append(rows["actions"][0].copy())
            following = int(generator.integers(0, 2**31))
            rows["nextSeeds"][:] = following
            self.driver.step()
            observations, rewards, terminated, truncated, infos = environment.step(chosen)
            np.testing.assert_array_equal(rows["rewards"][0], [rewards.get(key, 0) for key in keys])
            ends = [
                0 if key not in live else 1 if terminated[key] else 2 if truncated[key] else 0
                for key in keys
            ]
            np.testing.assert_array_equal(rows["statuses"][0], ends)
            gone |= {key for key, end in zip(keys, ends) if end}
            for key, end in zip(keys, ends):
                if end == 2:
                    self.see(
                        rows,
                        "",
                        places,
                        key,
                        observations[key],
                        infos.get(key, {}),
                        environment.observation_space(key),
                    )
            prefix = ""
            if all(key in gone for key in environment.agents):
                episodes += 1
                self.assertEqual(rows["episodes"][0], 1 if 1 in ends else 2)
                observations, infos = environment.reset(seed=following)
                prefix, actions, seed, gone = "next", [], following, set()
            else:
                self.assertEqual(rows["episodes"][0], 0)
        self.replay(id, kind, options, rows, prefix, actions, seed)
        return episodes

    @unittest.skipUnless(has("pettingzoo.classic.tictactoe_v3"), "pettingzoo[classic] is absent")
    def test_tic_tac_toe(self):
        from pettingzoo.classic import tictactoe_v3

        self.check_turns("classic.tictactoe_v3", "pettingzoo", tictactoe_v3.env())

    @unittest.skipUnless(has("pettingzoo.classic.connect_four_v3"), "pettingzoo[classic] is absent")
    def test_connect_four(self):
        from pettingzoo.classic import connect_four_v3

        self.check_turns("classic.connect_four_v3", "pettingzoo", connect_four_v3.env())

    def test_agents_that_leave_one_after_the_other(self):
        self.check_turns(f"{GAMES}:Circle", "python", games.Circle())
        for options in ({}, {"agents": 1}, {"fault": "lists"}):
            with self.subTest(options):
                episodes = self.check_together(
                    f"{GAMES}:Race", "python", games.Race(**options), options
                )
                self.assertGreater(episodes, 2)

    @unittest.skipUnless(has("pettingzoo") and has("Box2D"), "Box2D is absent")
    def test_multiwalker(self):
        from pettingzoo.sisl import multiwalker_v9

        self.check_together(
            "sisl.multiwalker_v9", "pettingzoo", multiwalker_v9.parallel_env(), steps=60
        )

    def test_faults_name_agent_lane_and_step(self):
        for name, fault, words in (
            ("Race", "unknown", "'stranger' is not one of"),
            ("Race", "raise", "the race is off"),
            ("Race", "unseen", "runner_1: in play, but without an observation"),
            ("Race", "vanish", "runner_1: no longer among agents"),
            ("Circle", "raise", "circle is broken"),
        ):
            with self.subTest(fault):
                self.driver.hello(f"{GAMES}:{name}", "python", {"fault": fault})
                rows = self.driver.begin(1, first_lane=3)
                rows["nextSeeds"][:] = ARMED
                self.driver.reset()
                with self.assertRaises(WorkerError) as raised:
                    for _ in range(4):
                        # The first choice that is allowed; others have no masks.
                        place = int(rows["acts"][0].argmax())
                        rows["actions"][0] = (
                            0 if name == "Race" else rows["masks"][0].reshape(3, -1)[place].argmax()
                        )
                        self.driver.step()
                content = raised.exception.content
                self.assertIn(words, content["message"])
                self.assertEqual(
                    (content["where"], content["lane"], content["seed"]), ("step", 3, ARMED)
                )

    def test_agents_that_have_left_at_the_reset(self):
        self.driver.hello(f"{GAMES}:Circle", "python", {"fault": "dead"})
        rows = self.driver.begin(1)
        rows["nextSeeds"][:] = ARMED
        with self.assertRaises(WorkerError) as raised:
            self.driver.reset()
        content = raised.exception.content
        self.assertIn("1: has left already", content["message"])
        self.assertEqual((content["where"], content["step"]), ("reset", 0))
