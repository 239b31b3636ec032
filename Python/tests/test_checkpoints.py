"""Checkpoints that are damaged, hostile or of another kind are errors that say what and where."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
from pathlib import Path
from typing import Any, Callable, Dict, Optional

import numpy as np

import rein
from rein.policies.tensors import HEADER_LIMIT, read_state

from .support import FolderTestCase, run

STATE = "policy_state.safetensors"
MANIFEST = "rllib_checkpoint.json"


def split(data: bytes) -> "tuple[Dict[str, Any], bytes]":
    """The header of a safetensors file, and its data."""
    length = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def join(header: Any, data: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


class CheckpointTests(FolderTestCase):
    run_path: Path

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        training = rein.train(
            "rein:CartPole-v1", steps=100, rollout_length=16, network={"hidden": [4]}, output="run"
        )
        cls.run_path = training.wait().run

    def policy_folder(self) -> Path:
        """A policy's checkpoint alone, which may be changed."""
        target = self.folder / "policy"
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(self.run_path / "checkpoint_000000/policies/default_policy", target)
        self.make_writable(target)
        return target

    def algorithm_folder(self) -> Path:
        """An algorithm's checkpoint, which may be changed."""
        target = self.folder / "algorithm"
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(self.run_path / "checkpoint_000000", target)
        self.make_writable(target)
        return target

    def make_writable(self, folder: Path) -> None:
        for path in folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)

    def changed(self, change: Callable[[Dict[str, Any]], None]) -> Path:
        """A policy with another tree, whose manifest has its checksum."""
        folder = self.policy_folder()
        header, data = split((folder / STATE).read_bytes())
        tree = json.loads(header["__metadata__"]["state"])
        change(tree)
        header["__metadata__"]["state"] = json.dumps(tree)
        return self.with_state(folder, join(header, data))

    def with_state(self, folder: Path, data: bytes) -> Path:
        (folder / STATE).write_bytes(data)
        record = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        (folder / MANIFEST).write_text(
            json.dumps(
                {
                    "type": "Policy",
                    "checkpoint_version": "1.1",
                    "format": "native",
                    "files": {STATE: record},
                }
            )
        )
        return folder

    def refuse(self, path: Any, words: str, policy: Optional[str] = None) -> None:
        with self.assertRaisesRegex(rein.CheckpointError, words) as caught:
            rein.Policy(path, policy=policy)
        self.assertTrue(str(caught.exception).startswith(str(path).split(os.sep)[0]))

    def test_runs_algorithms_and_policies_are_the_same(self) -> None:
        checkpoint = self.run_path / "checkpoint_000000"
        places = [
            self.run_path,
            f"{self.run_path}/",
            checkpoint,
            checkpoint / "policies/default_policy",
        ]
        (self.folder / "link").symlink_to(self.run_path)
        places.append(self.folder / "link")
        bare = self.policy_folder()
        (bare / MANIFEST).unlink()
        places.append(bare)
        bare_algorithm = self.algorithm_folder()
        (bare_algorithm / MANIFEST).unlink()
        places.append(bare_algorithm)
        outputs = [rein.Policy(place).outputs([1, 2, 3, 4]).tolist() for place in places]
        self.assertEqual(outputs, [outputs[0]] * len(places))
        self.assertEqual(rein.Policy(checkpoint, policy="default_policy").id, "default_policy")

    def test_the_newest_checkpoint_has_the_highest_number(self) -> None:
        run_folder = self.folder / "numbers"
        for name in ("checkpoint_000002", "checkpoint_000010", "checkpoint_1000000"):
            (run_folder / name).mkdir(parents=True)
        for name in ("checkpoint_9", "checkpoint_0000099", "checkpoint_000099x", "other"):
            (run_folder / name).mkdir()
        self.refuse(run_folder, "numbers/checkpoint_1000000: holds no checkpoint")

    def test_places_where_no_checkpoint_is(self) -> None:
        self.refuse("nowhere", "nowhere: there is no such directory")
        (self.folder / "empty").mkdir()
        self.refuse("empty", "neither a checkpoint .* nor the directory of a run")
        (self.folder / "agent.zip").write_bytes(b"PK")
        self.refuse("agent.zip", "this is a file; rein convert-checkpoint")
        self.refuse("nul\0byte", "no such directory")
        self.refuse(self.policy_folder(), "single policy; leave policy='x' out", policy="x")
        self.refuse(self.run_path, "no policy '../x'", policy="../x")

    def test_other_formats_are_named(self) -> None:
        run("convert-checkpoint", str(self.run_path), "packed", "--to", "msgpack")
        self.refuse("packed", "format msgpack; `rein convert-checkpoint packed NEW --to native`")
        for name, words in [
            ("policy_state.pkl", "a pickle"),
            ("algorithm_state.msgpck", "msgpack"),
        ]:
            folder = self.folder / f"only-{name}"
            folder.mkdir()
            (folder / name).write_bytes(b"cos\nsystem\n(S'touch hacked'\ntR.")
            self.refuse(folder, words)
        folder = self.policy_folder()
        for key, value, words in [
            ("type", "Worker", "unknown type 'Worker'"),
            ("format", "parquet", "unknown format 'parquet'"),
            ("format", "cloudpickle", "a pickle"),
            ("checkpoint_version", "2.0", "checkpoint_version '2.0' is not read"),
            ("checkpoint_version", 1, "checkpoint_version '1' is not read"),
            ("type", None, "no type or no format"),
            ("files", [], "files: expected a map"),
            ("files", {STATE: {"size": "1"}}, "no size or no checksum"),
            ("files", {}, "the manifest does not list the file"),
        ]:
            manifest = json.loads((self.policy_folder() / MANIFEST).read_text())
            del manifest["manifest_sha256"]
            manifest[key] = value
            (folder / MANIFEST).write_text(json.dumps(manifest))
            self.refuse(folder, words)

    def test_every_byte_of_the_files_counts(self) -> None:
        folder = self.policy_folder()
        random = np.random.default_rng(0)
        for name in (STATE, MANIFEST):
            whole = (folder / name).read_bytes()
            for place in random.integers(len(whole), size=200).tolist():
                damaged = bytearray(whole)
                damaged[place] ^= 1 << int(random.integers(8))
                (folder / name).write_bytes(bytes(damaged))
                self.refuse(folder, r"policy/\w+|no such|is no")
            for end in (0, 5, len(whole) // 2, len(whole) - 1):
                (folder / name).write_bytes(whole[:end])
                with self.assertRaises(rein.CheckpointError):
                    rein.Policy(folder)
            (folder / name).write_bytes(whole)
        rein.Policy(folder)

    def test_a_policy_is_the_one_that_the_algorithm_was_saved_with(self) -> None:
        folder = self.algorithm_folder()
        policy = folder / "policies/default_policy"
        other = rein.train("rein:CartPole-v1", seed=9, steps=1, network={"hidden": [4]}).wait()
        for name in (STATE, MANIFEST):
            source = other.checkpoint / "policies/default_policy" / name
            (policy / name).write_bytes(source.read_bytes())
        self.refuse(folder, f"default_policy/{MANIFEST}: the policy is not the one")
        (policy / MANIFEST).unlink()
        self.refuse(folder, "the policy is not the one")
        shutil.rmtree(policy)
        self.refuse(folder, "default_policy: No such file")

    def test_nothing_outside_is_opened(self) -> None:
        folder = self.policy_folder()
        (self.folder / "outside").write_bytes((folder / STATE).read_bytes())
        (folder / STATE).unlink()
        (folder / STATE).symlink_to(self.folder / "outside")
        self.refuse(folder, f"{STATE}: Too many levels of symbolic links")
        (folder / STATE).unlink()
        os.mkfifo(folder / STATE)
        self.refuse(folder, f"{STATE}: is no regular file")
        algorithm = self.algorithm_folder()
        shutil.move(str(algorithm / "policies"), str(self.folder / "elsewhere"))
        (algorithm / "policies").symlink_to(self.folder / "elsewhere")
        self.refuse(algorithm, "policies: is no folder")
        for name in ("../../policy", "/etc", ".", "a/b", "x" * 300, "\ud800", ""):
            (algorithm / MANIFEST).write_text(
                json.dumps({"type": "Algorithm", "format": "native", "policy_ids": [name]})
            )
            self.refuse(algorithm, "cannot be a policy id")

    def test_trees_that_are_no_policy(self) -> None:
        def put(*path: Any, value: Any) -> Callable[[Dict[str, Any]], None]:
            def change(tree: Dict[str, Any]) -> None:
                for key in path[:-1]:
                    tree = tree[key]
                tree[path[-1]] = value

            return change

        architecture = ("network", "architecture")
        weights = ("network", "parameters", "policy", "0")
        for change, words in [
            (put("version", value=2), f"{STATE}: version: 2 is out of range"),
            (put("version", value="1"), "version: expected an integer, found a text"),
            (put("version", value=True), "version: expected an integer, found true"),
            (put("magic", value=1), "magic: is not known here"),
            (put("observationSpace", "shape", value=[5]), "observationSpace: a box of shape"),
            (put("observationSpace", "shape", value=[0]), "shape/0: 0 is out of range"),
            (put("observationSpace", "low", 0, value="x"), "low/0: expected a number"),
            (put("observationSpace", "low", 0, value={"$double": "nan"}), "no number"),
            (put("observationSpace", "type", value="dict"), 'unknown type of space "dict"'),
            (put("actionSpace", "count", value=3), "distribution: choices"),
            (put("actionSpace", "count", value=1 << 40), "count: 1099511627776 is out of range"),
            (put("actionSpace", "type", value="text"), 'unknown type of space "text"'),
            (put("actionTransform", value="clip"), "discrete actions cannot be transformed"),
            (put("actionTransform", value="twist"), 'unknown action transform "twist"'),
            (put("distribution", "type", value="beta"), 'unknown distribution of actions "beta"'),
            (put("distribution", "temperature", value=2), "temperature: is not known here"),
            (put("distribution", value={"type": "diagonalGaussian", "count": 2}), "dimensions"),
            (put(*architecture, "activation", value="mish"), 'unknown activation "mish"'),
            (put(*architecture, "hidden", value=[8]), "weight: expected a tensor F32 of shape"),
            (put(*architecture, "hidden", value=[4, 4]), "policy/1/weight: expected a tensor"),
            (put(*architecture, "hidden", value=[1 << 30]), "hidden/0: 1073741824 is out of range"),
            (put(*architecture, "inputs", value=5), "policy/0/weight: expected a tensor"),
            (put(*architecture, "attention", value=1), "attention: is not known here"),
            (put(*architecture, "recurrent", value={"kind": "rwkv", "width": 3}), "rwkv"),
            (
                put(*architecture, "recurrent", value={"kind": "gru", "width": 3}),
                "Core: is missing",
            ),
            (put(*architecture, "hasLogDeviation", value=True), "logDeviation: is missing"),
            (put(*weights, "weight", value=[1]), "weight: expected a tensor, found a list"),
            (put(*weights, "scale", value={"$tensor": True}), "scale: is not known here"),
            (put("network", "parameters", "policy", value={}), "policy/0: is missing"),
            (put("network", value=None), "network: expected a map, found null"),
            (put("explorationRate", value=2), "a rate is|exploration rate is a probability"),
            (put("observationEncoding", value=[2, 3]), "indices of 5 numbers"),
            (put("observationNormalizer", value={"limit": 0}), "limit must be positive"),
            (put("observationNormalizer", value={"limit": 1}), "moments: is missing"),
        ]:
            with self.subTest(words):
                self.refuse(self.changed(change), words)
        rein.Policy(self.changed(lambda tree: None))

    def test_weights_that_are_not_finite(self) -> None:
        folder = self.policy_folder()
        header, data = split((folder / STATE).read_bytes())
        begin = header["network/parameters/policy/1/bias"]["data_offsets"][0]
        broken = data[: begin + 4] + struct.pack("<f", float("nan")) + data[begin + 8 :]
        self.with_state(folder, join(header, broken))
        self.refuse(folder, "network/parameters/policy/1/bias: .*not finite: element 1 is nan")

    def test_files_that_are_not_safetensors(self) -> None:
        folder = self.policy_folder()
        header, data = split((folder / STATE).read_bytes())
        name = "network/parameters/policy/0/weight"

        def with_entry(**changes: Any) -> bytes:
            return join({**header, name: {**header[name], **changes}}, data)

        metadata = header["__metadata__"]
        deep = b"[" * 200_000
        for content, words in [
            (b"", "shorter than the eight bytes"),
            (struct.pack("<Q", 1 << 60) + b"{}", "are there"),
            (struct.pack("<Q", HEADER_LIMIT + 1) + b" " * (HEADER_LIMIT + 1), "allowed"),
            (join(b"[]", b""), "does not begin with a brace"),
            (join(b"{", b""), "header: is no JSON"),
            (join(b'{"a": NaN}', b""), "NaN is no JSON"),
            (join(b'{"a": 1, "a": 2}', b""), "a key appears twice"),
            (join(b'{"a": ' + deep, b""), "nested too deeply"),
            (join(b'{"a": ' + b"9" * 5000 + b"}", b""), "JSON|sound"),
            (join(b"{\xff}", b""), "no text in UTF-8"),
            (join({**header, "__metadata__": {"format": 1}}, data), "expected texts"),
            (join({**header, "__metadata__": {}}, data), "none of Rein"),
            (join({**header, "__metadata__": {**metadata, "version": "9"}}, data), "version '9'"),
            (
                join({**header, "__metadata__": {**metadata, "state": deep.decode()}}, data),
                "deeply",
            ),
            (
                join({**header, "__metadata__": {**metadata, "state": "[1]"}}, data),
                "expected a map",
            ),
            (with_entry(dtype="F99"), f"{name}: no sound description"),
            (with_entry(shape=[4, 5]), "no sound description"),
            (with_entry(shape=[-4, -4]), "no sound description"),
            (with_entry(shape=[True, 16]), "no sound description"),
            (with_entry(data_offsets=[0, 1 << 40]), "no sound description"),
            (with_entry(data_offsets=[64, 0]), "no sound description"),
            (with_entry(extra=1), "no sound description"),
            (with_entry(dtype="F64", shape=[4, 2]), "expected a tensor F32"),
            (join({**header, "more": header[name]}, data), "begins at byte"),
            (join(header, data + b"tail"), "cut short or with a tail"),
            (join(header, data[:-4]), "no sound description|cut short"),
        ]:
            with self.subTest(words):
                self.refuse(self.with_state(folder, content), words)

    def test_any_damage_to_a_state_is_an_error_of_its_own_kind(self) -> None:
        whole = (self.policy_folder() / STATE).read_bytes()
        random = np.random.default_rng(1)
        header_length = struct.unpack("<Q", whole[:8])[0]
        folder = self.policy_folder()
        for round in range(400):
            damaged = bytearray(whole)
            for _ in range(int(random.integers(1, 4))):
                damaged[int(random.integers(8 + header_length))] = int(random.integers(256))
            try:
                # Some damage makes another policy, such as one with other bounds.
                rein.Policy(self.with_state(folder, bytes(damaged)))
            except rein.CheckpointError as error:
                self.assertIn(STATE, str(error))

    def test_a_file_without_a_policy_is_read_as_data_alone(self) -> None:
        with self.assertRaises(rein.CheckpointError):
            read_state(join({"__metadata__": {"state": "__import__('os')"}}, b""), "file")
