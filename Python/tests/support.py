"""What tests share: the command, folders that go away, and answers of ``rein predict``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import rein
from rein.command import find_command

#: The root of the repository.
ROOT = Path(__file__).resolve().parents[2]
#: Checkpoints of RLlib and agents of Stable-Baselines3 that other tests have.
RLLIB = ROOT / "Tests/ReinTestSupport/Fixtures/RLlib"
AGENTS = ROOT / "Tests/ReinInteropTests/Fixtures"


def command() -> List[str]:
    """The command ``rein``; skips the test where there is none."""
    try:
        return find_command()
    except rein.CommandError as error:
        raise unittest.SkipTest(str(error)) from None


def knows_option(option: str) -> bool:
    """Whether ``rein train`` has an option."""
    words = [*command(), "train", "--help"]
    text = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return f" {option} " in text.replace("\n", " ")


def require_saved_parts() -> None:
    """Skips the test unless the command says in policies what observations are made of."""
    if "have parts" not in " ".join(run("predict", "--help").split()):
        raise unittest.SkipTest("this command rein does not save the parts of observations")


def require_python_environments() -> None:
    """Skips the test unless the command trains environments in Python and Gymnasium is there."""
    if not knows_option("--python"):
        raise unittest.SkipTest("this command rein has no option --python")
    words = [sys.executable, "-c", "import gymnasium"]
    if subprocess.run(words, capture_output=True).returncode != 0:
        raise unittest.SkipTest(f"{sys.executable} has no gymnasium")


class FolderTestCase(unittest.TestCase):
    """Tests that run in an empty folder of their own."""

    #: Whether they are skipped without the command.
    needs_command = True
    folder: Path

    @classmethod
    def setUpClass(cls) -> None:
        if cls.needs_command:
            command()
        cls.folder = Path(tempfile.mkdtemp(prefix="rein-python-")).resolve()
        cls._before = os.getcwd()
        os.chdir(cls.folder)

    @classmethod
    def tearDownClass(cls) -> None:
        os.chdir(cls._before)
        shutil.rmtree(cls.folder)


def run(*arguments: str, text: Optional[str] = None) -> str:
    """What the command prints; its words about an error are the error."""
    done = subprocess.run([*command(), *arguments], input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"rein {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def predict(path: Path, requests: Sequence[Dict[str, Any]], *options: str) -> List[Dict[str, Any]]:
    """The answers of ``rein predict``."""
    text = "".join(json.dumps(request) + "\n" for request in requests)
    return [
        json.loads(line) for line in run("predict", str(path), *options, text=text).splitlines()
    ]
