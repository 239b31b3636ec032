"""What an environment is called on the command line, and how workers find one in Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional
from unittest import mock

import rein
from rein.environments import environment_name, python_path

from . import factories
from .support import FolderTestCase

FAKE = [sys.executable, str(Path(__file__).with_name("fake_command.py"))]
#: A script that trains with a factory of its own; %s is what stands before the call.
SCRIPT = """
import os, sys
import rein

TOP = 7

def make(size=0):
    return f"{__name__} {TOP} {size}"

%srein.train(make, environment_options={"size": [1, 2]}, command=%r).wait()
"""
GUARD = 'if __name__ == "__main__":\n    '


class EnvironmentNameTests(unittest.TestCase):
    def test_ids(self) -> None:
        for text, expected, is_python in [
            ("HalfCheetah-v5", "gymnasium:HalfCheetah-v5", True),
            ("my_package:MyEnv-v0", "gymnasium:my_package:MyEnv-v0", True),
            ("ALE/Pong-v5", "gymnasium:ALE/Pong-v5", True),
            ("gymnasium:Ant-v5", "gymnasium:Ant-v5", True),
            ("pettingzoo:classic.tictactoe_v3", "pettingzoo:classic.tictactoe_v3", True),
            ("envpool:Ant-v4", "envpool:Ant-v4", True),
            ("python:module:make", "python:module:make", True),
            ("rein:CartPole-v1", "CartPole-v1", False),
        ]:
            name = environment_name(text)
            self.assertEqual((name.text, name.is_python), (expected, is_python))

    def test_functions_and_classes_go_by_module_and_name(self) -> None:
        module = factories.__name__
        for factory, name in [
            (factories.make, "make"),
            (factories.Environment, "Environment"),
            (factories.Environment.Inner, "Environment.Inner"),
            (factories.Environment.large, "Environment.large"),
        ]:
            self.assertEqual(environment_name(factory).text, f"python:{module}:{name}")

    def test_what_a_worker_cannot_import_is_refused_with_advice(self) -> None:
        typed = types.ModuleType("typed")
        exec("def make(): pass", typed.__dict__)
        lost = typed.make
        lost.__module__ = "nowhere_to_be_found"
        spec = types.SimpleNamespace(spec=types.SimpleNamespace(id="Ant-v5"))
        for factory, words in [
            (factories.make_lambda, "a lambda has no name .* def"),
            (lambda: None, "a lambda"),
            (
                factories.closure(1),
                "closure.inner is defined inside a function.*environment_options",
            ),
            (factories.make_partial, "has no name .*environment_options"),
            (factories.Environment().again, "would import something else"),
            (factories.first, "shadowed is not <function shadowed.*something else"),
            (factories.Environment(), "made already.*function or class that makes it"),
            (spec, "give the id 'Ant-v5', or a function"),
            (lost, "something else"),
            (3, "made already"),
        ]:
            with self.subTest(words):
                with self.assertRaisesRegex(rein.FactoryError, words):
                    environment_name(factory)

    def test_a_module_that_is_in_no_folder_is_refused(self) -> None:
        module = types.ModuleType("made_of_thin_air")
        exec("def make(): pass", module.__dict__)
        with mock.patch.dict(sys.modules, {"made_of_thin_air": module}):
            with self.assertRaisesRegex(rein.FactoryError, "cannot import the module"):
                environment_name(module.make)


class WorkerTests(FolderTestCase):
    """With a command that makes an environment once, as a worker does, and leaves."""

    needs_command = False

    def start(self, environment: Any, **keywords: Any) -> Dict[str, Any]:
        rein.train(environment, command=FAKE, **keywords).wait()
        return self.record()

    def record(self) -> Dict[str, Any]:
        path = Path("fake.json")
        record: Dict[str, Any] = json.loads(path.read_text())
        path.unlink()
        return record

    def run_script(
        self, text: str, name: str, words: Optional[List[str]] = None, **keywords: Any
    ) -> "subprocess.CompletedProcess[str]":
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return subprocess.run(
            [sys.executable, *(words or [str(path)])], capture_output=True, text=True, **keywords
        )

    def test_words_for_the_command(self) -> None:
        given = self.start(
            "HalfCheetah-v5",
            environment_options={"frame_skip": 5, "mode": "fast", "limits": [0.5, None]},
            workers=2,
            worker_restarts=1,
            environment_timeout=5,
            environment_start_timeout=50,
            scale_images=True,
        )
        self.assertIn("--scale-images", given["words"])
        self.assertEqual(given["options"], {"frame_skip": 5, "mode": "fast", "limits": [0.5, None]})
        for option, value in {
            "--environment": "gymnasium:HalfCheetah-v5",
            "--python": sys.executable,
            "--workers": "2",
            "--worker-restarts": "1",
            "--environment-timeout": "5",
            "--environment-start-timeout": "50",
        }.items():
            self.assertEqual(given["given"][option], value)
        self.assertEqual(
            self.start("X-v0", python="/other/python")["given"]["--python"], "/other/python"
        )
        self.assertNotIn("--python", self.start("rein:CartPole-v1")["words"])

    def test_a_run_that_is_resumed_has_the_python_of_its_environment(self) -> None:
        for environment, is_python in (("gymnasium:Ant-v5", True), ("CartPole-v1", False)):
            Path("saved/checkpoint_000000").mkdir(parents=True, exist_ok=True)
            Path("saved/params.json").write_text(json.dumps({"environment": environment}))
            for place in ("saved", "saved/checkpoint_000000"):
                words = self.start(None, resume=place)["words"]
                self.assertEqual("--python" in words, is_python)
                self.assertNotIn("--environment", words)
            self.assertEqual(
                "--python" in self.start(None, config="saved/params.json")["words"], is_python
            )

    def test_a_checkpoint_alone_has_this_python_unless_another_is_named(self) -> None:
        with mock.patch.dict(os.environ):
            os.environ.pop("REIN_PYTHON", None)
            record = self.start(None, resume="lost")
            self.assertNotIn("--python", record["words"])
            self.assertEqual(record["interpreter"], sys.executable)
            self.assertEqual(record["path"], python_path(sys.executable))
            os.environ["REIN_PYTHON"] = "/chosen/python"
            self.assertEqual(self.start(None, resume="lost")["interpreter"], "/chosen/python")

    def test_workers_find_what_this_process_finds(self) -> None:
        with mock.patch.object(sys, "path", [*sys.path, "", str(self.folder)]):
            record = self.start(factories.make, environment_options={"size": 3})
        self.assertEqual(record["output"], "made 3")
        self.assertIn(str(self.folder), record["path"].split(os.pathsep))
        self.assertEqual(self.start(factories.Environment)["output"], "Environment 1")
        self.assertEqual(self.start(factories.Environment.large)["output"], "Environment 100")

    def test_another_interpreter_has_its_own_library(self) -> None:
        mine = python_path(sys.executable).split(os.pathsep)
        other = python_path("/usr/bin/other").split(os.pathsep)
        library = os.path.dirname(os.__file__)
        self.assertIn(library, mine)
        self.assertNotIn(library, other)
        self.assertLess(set(other), set(mine))

    def test_a_script_makes_environments_under_its_own_name(self) -> None:
        for name, words, module in [
            ("own.py", None, "own"),
            ("with-hyphen.py", None, "with-hyphen"),
            ("folder/deeper.py", None, "deeper"),
            ("package/part.py", ["-m", "package.part"], "package.part"),
            ("whole/__main__.py", ["-m", "whole"], "whole.__main__"),
        ]:
            with self.subTest(name):
                done = self.run_script(SCRIPT % (GUARD, FAKE), name, words)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(self.record()["output"], f"{module} 7 [1, 2]")

    def test_a_script_without_a_guard_is_told_of_it(self) -> None:
        done = self.run_script(SCRIPT % ("", FAKE), "bare.py")
        self.assertEqual(done.returncode, 1)
        self.assertIn("TrainingError: the environment cannot be made", done.stderr)
        self.assertIn("rein.train was called while a worker imported", done.stderr)
        self.assertIn('if __name__ == "__main__":', done.stderr)

    def test_a_script_that_is_not_what_its_name_imports_is_refused(self) -> None:
        text = SCRIPT % (GUARD, FAKE)
        for name, words, error in [
            ("train.v2.py", None, "by the name 'train.v2' it finds no such module"),
            ("archive/__main__.py", ["archive"], "by the name '__main__' it finds no such module"),
        ]:
            with self.subTest(name):
                done = self.run_script(text, name, words)
                self.assertEqual(done.returncode, 1)
                self.assertIn("FactoryError: a worker cannot import make from", done.stderr)
                self.assertIn(error, done.stderr)

    def test_what_was_typed_is_refused(self) -> None:
        text = "import rein\ndef make(): pass\nrein.train(make, command=['true'])\n"
        typed = self.run_script("", "unused.py", ["-c", text])
        piped = self.run_script("", "unused.py", ["-"], input=text)
        for done in (typed, piped):
            self.assertEqual(done.returncode, 1)
            self.assertIn("make was typed into an interactive session or notebook", done.stderr)
