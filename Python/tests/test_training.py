"""Training by the real command, in environments that it has itself."""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List
from unittest import mock

import numpy as np

import rein

from .support import ROOT, FolderTestCase, command

CARTPOLE = "rein:CartPole-v1"
#: Training that does not end by itself.
ENDLESS: Dict[str, Any] = {"steps": 10**9, "stop_return": 1e9, "rollout_length": 256}


def rows(run: Path) -> List[Dict[str, Any]]:
    return [json.loads(line) for line in (run / "result.json").read_text().splitlines()]


class TrainingTests(FolderTestCase):
    def test_results_come_while_it_trains_and_are_those_of_the_record(self) -> None:
        training = rein.train(CARTPOLE, steps=8000, seed=3, output=self.folder / "results")
        self.assertEqual(training.run, self.folder / "results")
        results = list(training)
        self.assertEqual([result.iteration for result in results], list(range(1, 9)))
        self.assertEqual([dict(result) for result in results], rows(training.run))
        last = results[-1]
        self.assertEqual(last.environment_steps, 8192)
        self.assertEqual(last.episode_return_mean, last["episodeReturnMean"])
        self.assertEqual(last.policies["default_policy"]["learningRate"], 0.001)
        self.assertIsNone(last.evaluation)
        summary = training.wait()
        self.assertEqual(summary, training.result())
        self.assertEqual(summary.stopped, "steps")
        self.assertFalse(summary.is_interrupted)
        self.assertEqual(summary.iterations, 8)
        self.assertEqual(summary.checkpoint, self.folder / "results/checkpoint_000000")
        self.assertEqual(training.checkpoint, summary.checkpoint)
        self.assertEqual(list(training), [])
        self.assertIn(training.policy().action([0, 0, 0, 0]), (0, 1))

    def test_settings_have_the_names_of_python_or_of_rein(self) -> None:
        training = rein.train(
            CARTPOLE,
            "ppo",
            steps=np.int64(1),
            seed=5,
            output=self.folder / "settings",
            learning_rate=[[0, 1e-3], [1000, 0]],
            learning_rate_kl_target=None,
            target_kl=np.float32(0.5),
            gaeLambda=0.9,
            network={"hidden": np.array([8, 8]), "activation": "relu", "policy_gain": 0.5},
            settings={"adam.beta1": 0.8, "clip_range": 0.1},
            evaluate_every=1,
            evaluation_episodes=3,
            checkpoint_every="1m",
            tensorboard=True,
            threads=2,
        )
        (result,) = training
        assert result.evaluation is not None
        self.assertEqual(result.evaluation["episodes"], 3)
        saved = json.loads((training.run / "params.json").read_text())
        settings = saved["configuration"]
        self.assertEqual(settings["learningRate"], [[0, 0.001], [1000, 0]])
        self.assertEqual(settings["targetKL"], 0.5)
        self.assertEqual(settings["gaeLambda"], 0.9)
        self.assertEqual(settings["network"]["hidden"], [8, 8])
        self.assertEqual(settings["network"]["activation"], "relu")
        self.assertEqual(settings["network"]["policyGain"], 0.5)
        self.assertEqual(settings["adam"]["beta1"], 0.8)
        self.assertEqual(settings["clipRange"], 0.1)
        self.assertEqual(settings["seed"], 5)
        self.assertEqual(saved["checkpointEvery"], "1m")
        self.assertTrue(saved["tensorboard"])
        self.assertTrue(any(name.startswith("events") for name in os.listdir(training.run)))

    def test_policies_and_mappings(self) -> None:
        training = rein.train(
            "rein:TicTacToe-v3",
            steps=200,
            output=self.folder / "lineup",
            policies=["main", "rival"],
            mapping={"player_1": "main", "*": "rival"},
            policies_to_train=["main"],
            policy_settings={"main": {"learning_rate": 1e-4}},
        )
        result = next(training)
        self.assertEqual(set(result.policies), {"main", "rival"})
        training.wait()
        saved = json.loads((training.run / "params.json").read_text())
        self.assertEqual(saved["policies"], ["main", "rival"])
        self.assertEqual(saved["policiesToTrain"], ["main"])
        self.assertEqual(
            saved["mapping"]["rules"],
            [{"agents": "player_1", "policy": "main"}, {"agents": "*", "policy": "rival"}],
        )
        self.assertEqual(saved["policyConfigurations"], {"main": {"learningRate": 1e-4}})
        self.assertEqual(training.policy("rival").id, "rival")

    def test_what_the_command_refuses_is_said_in_its_words(self) -> None:
        rein.train(CARTPOLE, steps=1, output="taken").wait()
        for keywords, words in [
            ({"learning_rat": 1}, 'key "learning_rat": .*did you mean "learningRate"'),
            ({"network": {"hiden": [3]}}, 'did you mean "network.hidden"'),
            ({"gamma": 0.9}, 'here it is "discount"'),
            ({"n_steps": 5}, 'here it is "rolloutLength"'),
            ({"minibatch_size": 0}, "0 is out of range"),
            ({"learning_rate": "fast"}, 'expected a number, found string "fast"'),
            ({"algorithm": "pppo"}, 'unknown algorithm "pppo"; did you mean "ppo"'),
            ({"environment": "rein:CartPole-v9"}, 'did you mean "CartPole-v1"'),
            ({"steps": -1}, "invalid for '--stop-steps"),
            ({"resume": "nowhere"}, "nowhere: there is no such directory"),
            ({"output": "taken"}, "^taken: there is a run in this directory"),
            ({"arguments": ["--foo"]}, "there is no option --foo"),
            ({"patience": 3}, "--evaluate-every"),
        ]:
            with self.subTest(keywords=keywords):
                with self.assertRaisesRegex(rein.TrainingError, words) as caught:
                    rein.train(**{"environment": CARTPOLE, "steps": 1, **keywords})
                error = caught.exception
                self.assertEqual(error.exit_code, 2)
                self.assertEqual(str(error), error.message)
                self.assertNotIn("Usage", error.message)
                self.assertNotRegex(error.message, "^(Error|rein): ")
                self.assertIsNone(error.run)
                copy = pickle.loads(pickle.dumps(error))
                self.assertEqual((copy.exit_code, str(copy)), (2, str(error)))
        with self.assertRaisesRegex(TypeError, "'discount' is given twice"):
            rein.train(CARTPOLE, discount=0.9, settings={"discount": 0.8})
        with self.assertRaisesRegex(TypeError, "no form in JSON"):
            rein.train(CARTPOLE, discount=object())

    def test_stopping_saves_and_resuming_goes_on_with_the_same_bits(self) -> None:
        same = {"seed": 1, "rollout_length": 128, "epochs": 20}
        whole = rein.train(CARTPOLE, steps=100_000, output="whole", **same).wait()
        with rein.train(CARTPOLE, output="parts", **{**ENDLESS, **same}) as first:
            for result in first:
                if result.iteration == 4:
                    break
        self.assertFalse(first.is_running)
        stopped = first.stop()
        self.assertTrue(stopped.is_interrupted)
        self.assertGreaterEqual(stopped.iterations, 4)
        self.assertLess(stopped.iterations, 98)
        second = rein.train(resume="parts", steps=100_000)
        numbers = [result.iteration for result in second]
        self.assertEqual(numbers, list(range(stopped.iterations + 1, 99)))
        summary = second.wait()
        self.assertEqual(summary.run, self.folder / "parts")
        states = [
            (end.checkpoint / "policies/default_policy/policy_state.safetensors").read_bytes()
            for end in (whole, summary)
        ]
        self.assertEqual(states[0], states[1])
        # A run that has come to its end has nothing to tell.
        third = rein.train(resume="parts", steps=100_000)
        self.assertEqual(list(third), [])
        self.assertEqual(third.wait().iterations, 98)
        self.assertEqual(third.run, self.folder / "parts")

    def test_waiting_for_a_time(self) -> None:
        with rein.train(CARTPOLE, output="waiting", **ENDLESS) as training:
            with self.assertRaisesRegex(TimeoutError, "waiting goes on after 0.2 s"):
                training.wait(0.2)
            self.assertTrue(training.is_running)
            self.assertIn("running", repr(training))
        self.assertIn("ended", repr(training))

    def test_a_block_that_fails_stops_the_training(self) -> None:
        with self.assertRaises(ZeroDivisionError):
            with rein.train(CARTPOLE, output="block", **ENDLESS) as training:
                next(training)
                1 / 0
        self.assertFalse(training.is_running)
        self.assertTrue(training.wait().is_interrupted)

    def test_a_command_that_is_killed_is_an_error_that_names_the_checkpoint(self) -> None:
        training = rein.train(CARTPOLE, output="killed", checkpoint_every=1, **ENDLESS)
        while training.checkpoint is None:
            next(training)
        training.kill()
        with self.assertRaisesRegex(rein.TrainingError, "was ended by signal 9") as caught:
            list(training)
        self.assertEqual(caught.exception.exit_code, -9)
        self.assertEqual(caught.exception.run, self.folder / "killed")
        assert caught.exception.checkpoint is not None
        rein.Policy(caught.exception.checkpoint)
        resumed = rein.train(resume="killed", arguments=["--stop-steps", "1"])
        self.assertFalse(resumed.wait().is_interrupted)

    def test_ctrl_c_saves_and_is_passed_on(self) -> None:
        script = self.folder / "endless.py"
        script.write_text(
            "import rein\n"
            f"training = rein.train({CARTPOLE!r}, output='control', **{ENDLESS!r})\n"
            "for result in training:\n"
            "    print(result.iteration, flush=True)\n"
        )
        # A group of its own, all of which gets the signal, as from a terminal.
        process = subprocess.Popen(
            [sys.executable, str(script)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Whoever runs the tests in the background may have it ignored, which is handed on.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertIn("KeyboardInterrupt", errors)
        self.assertIsNotNone(rein.Policy("control"))
        state = json.loads((self.folder / "control/.run.json").read_text())["state"]
        self.assertEqual(state, "interrupted")

    def test_a_python_that_is_killed_leaves_a_saved_run_and_no_process(self) -> None:
        script = self.folder / "victim.py"
        script.write_text(
            "import rein\n"
            f"training = rein.train({CARTPOLE!r}, output='victim', **{ENDLESS!r})\n"
            "next(training)\n"
            "print(training._process._process.pid, flush=True)\n"
            "training.wait()\n"
        )
        process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
        process.communicate()
        deadline = time.monotonic() + 20
        while os.path.exists(f"/proc/{child}") and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertFalse(os.path.exists(f"/proc/{child}"))
        rein.Policy("victim")

    def test_a_script_that_ends_waits_and_one_that_fails_stops(self) -> None:
        for name, end, state in [("waits", "", "finished"), ("fails", "1 / 0\n", "interrupted")]:
            script = self.folder / f"{name}.py"
            keywords = {"steps": 30_000} if name == "waits" else ENDLESS
            script.write_text(
                f"import rein\nrein.train({CARTPOLE!r}, output={name!r}, **{keywords!r})\n{end}"
            )
            subprocess.run([sys.executable, str(script)], stderr=subprocess.DEVNULL, timeout=60)
            status = json.loads((self.folder / name / ".run.json").read_text())
            self.assertEqual(status["state"], state)

    def test_words_of_the_command_are_shown_when_asked_for(self) -> None:
        script = "import rein; rein.train('rein:CartPole-v1', steps=1, output={!r}, verbose={})"
        for is_verbose in (True, False):
            text = script.format(f"verbose{is_verbose}", is_verbose)
            done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
            self.assertEqual("Run directory" in done.stderr, is_verbose, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_warnings_are_logged_and_errors_after_them_are_not(self) -> None:
        fake = self.folder / "fake"
        fake.write_text(
            "#!/bin/sh\n"
            "echo 'Training PPO on X, seed 0, to 5 steps' >&2; echo 'Run directory: fakes' >&2\n"
            "echo 'rein: disk full' >&2; echo 'more of it' >&2; echo '1 of 5 steps (20%)' >&2\n"
            "echo 'rein: it broke' >&2; echo '  in two lines' >&2; exit 1\n"
        )
        fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
        with self.assertLogs("rein", logging.WARNING) as logs:
            with self.assertRaises(rein.TrainingError) as caught:
                rein.train(CARTPOLE, command=fake).wait()
        self.assertEqual(logs.output, ["WARNING:rein:disk full\nmore of it"])
        self.assertEqual(caught.exception.message, "it broke\n  in two lines")
        self.assertEqual(caught.exception.exit_code, 1)
        self.assertEqual(caught.exception.run, self.folder / "fakes")

    def test_presets_and_files_of_parameters(self) -> None:
        first = rein.train(preset="zoo/CartPole-v1", algorithm="ppo", steps=1, output="preset")
        self.assertEqual(first.wait().data["environment"], "CartPole-v1")
        again = rein.train(config=first.run / "params.json", output="again").wait()
        self.assertEqual(again.iterations, first.wait().iterations)


class CommandTests(FolderTestCase):
    def test_the_command_is_found_by_argument_variable_and_path(self) -> None:
        words = command()
        link = self.folder / "bin/rein"
        link.parent.mkdir()
        link.symlink_to(words[0])
        with mock.patch.dict(os.environ, {"PATH": str(link.parent)}):
            os.environ.pop("REIN_COMMAND", None)
            self.assertEqual(rein.command.find_command(), [str(link)])
            os.environ["REIN_COMMAND"] = words[0]
            self.assertEqual(rein.command.find_command(), [words[0]])
            self.assertEqual(rein.command.find_command(link), [str(link)])
            self.assertEqual(rein.command.find_command([str(link), "x"]), [str(link), "x"])

    def test_a_command_that_is_not_there_says_what_to_do(self) -> None:
        with mock.patch.dict(os.environ, {"PATH": str(self.folder)}):
            os.environ.pop("REIN_COMMAND", None)
            with self.assertRaisesRegex(rein.CommandError, "on the PATH; build it .*REIN_COMMAND"):
                rein.train(CARTPOLE)
            os.environ["REIN_COMMAND"] = "/no/rein"
            with self.assertRaisesRegex(rein.CommandError, "REIN_COMMAND names '/no/rein'"):
                rein.train(CARTPOLE)
        with self.assertRaisesRegex(rein.CommandError, "command= names"):
            rein.train(CARTPOLE, command=ROOT / "README.md")
        with self.assertRaisesRegex(rein.CommandError, "does not list the settings"):
            rein.train(CARTPOLE, command="/bin/false", discount=0.9)
        with self.assertRaisesRegex(rein.TrainingError, "ended with exit code 1"):
            rein.train(CARTPOLE, command="/bin/false")
