"""Results read while they are written."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, List

from rein.records import RecordFollower
from rein.results import Result


def row(iteration: int, **more: Any) -> Dict[str, Any]:
    return {"iteration": iteration, "environmentSteps": iteration * 10, **more}


def line(iteration: int, **more: Any) -> bytes:
    return json.dumps(row(iteration, **more)).encode() + b"\n"


class RecordFollowerTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "result.json"

    def follow(self, first_step: int = 0) -> RecordFollower:
        follower = RecordFollower(self.path, first_step)
        self.addCleanup(follower.close)
        return follower

    def append(self, data: bytes) -> None:
        with open(self.path, "ab") as file:
            file.write(data)

    def numbers(self, follower: RecordFollower) -> List[int]:
        return [row["iteration"] for row in follower.read()]

    def test_a_file_may_come_later_and_grow_by_parts_of_lines(self) -> None:
        follower = self.follow()
        self.assertEqual(follower.read(), [])
        self.append(line(1, word="ü\n") + line(2) + line(3))
        self.assertEqual(self.numbers(follower), [1, 2, 3])
        self.assertEqual(follower.read(), [])
        for byte in line(4):
            self.assertEqual(follower.read(), [])
            self.append(bytes([byte]))
        self.assertEqual(follower.read(), [row(4)])

    def test_lines_of_an_earlier_command_are_passed_over(self) -> None:
        self.append(line(1) + line(2) + line(3))
        follower = self.follow(first_step=20)
        self.assertEqual(self.numbers(follower), [3])
        self.append(line(4))
        self.assertEqual(self.numbers(follower), [4])

    def test_a_file_that_is_replaced_is_read_on_where_it_was(self) -> None:
        self.append(line(1) + line(2))
        follower = self.follow()
        self.assertEqual(self.numbers(follower), [1, 2])
        self.append(line(3))
        other = self.path.with_name("new")
        other.write_bytes(line(1) + line(2, evaluation={}) + line(3) + line(4))
        os.replace(other, self.path)
        self.assertEqual(self.numbers(follower), [3, 4])
        self.append(line(5))
        self.assertEqual(self.numbers(follower), [5])

    def test_a_file_that_is_cut_is_read_anew(self) -> None:
        self.append(line(1) + line(2) + b'{"iterat')
        follower = self.follow()
        self.assertEqual(self.numbers(follower), [1, 2])
        os.truncate(self.path, len(line(1)))
        self.append(line(2))
        self.assertEqual(follower.read(), [])
        self.append(line(3))
        self.assertEqual(self.numbers(follower), [3])

    def test_lines_that_are_no_results_are_passed_over_with_a_warning(self) -> None:
        self.append(b"\x00\x00\n" + b"[1]\n" + b'{"iteration": "x"}\n' + b"{}\n" + line(1))
        with self.assertLogs("rein") as logs:
            self.assertEqual(self.numbers(self.follow()), [1])
        self.assertEqual(len(logs.output), 4)
        self.assertIn(str(self.path), logs.output[0])


class ResultTests(unittest.TestCase):
    def test_what_a_line_does_not_tell_is_none(self) -> None:
        result = Result.from_row(row(3))
        self.assertEqual((result.iteration, result.environment_steps), (3, 30))
        self.assertIsNone(result.episode_return_mean)
        self.assertEqual(result.policies, {})
        self.assertEqual(dict(result), row(3))
        self.assertEqual(len(result), 2)
        with self.assertRaises(KeyError):
            result["nothing"]
