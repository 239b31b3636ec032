"""Tests of Rein's Python worker against the libraries themselves, without anything of Swift.

    python gymnasium_worker_tests.py [-v] [MODULE.CLASS.TEST]

Runs with an interpreter that has gymnasium; what needs more (MuJoCo, Box2D, PettingZoo's classic
games, EnvPool, moviepy) is skipped with a message where it is absent. The tests are in
`gymnasium_worker`: a small driver speaks the protocol; observations, rewards and ends are compared
with plain loops bit for bit. `measure` there compares speeds.
"""

import pathlib
import sys
import unittest
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().with_name("gymnasium_worker")))
warnings.simplefilter("ignore")

if __name__ == "__main__":
    tests = [
        "space_tests",
        "real_environment_tests",
        "hello_tests",
        "fault_tests",
        "pettingzoo_tests",
        "check_and_record_tests",
    ]
    named = any(not argument.startswith("-") for argument in sys.argv[1:])
    unittest.main(module=None, argv=sys.argv + ([] if named else tests), warnings="ignore")
