"""What ``rllib_checkpoint.json`` says: what a checkpoint is, and which files belong to it."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ..errors import CheckpointError
from .paths import Folder, is_policy_id
from .tensors import parse_json

#: The name of the manifest's file.
MANIFEST = "rllib_checkpoint.json"
_LIMIT = 1 << 27
_SEAL = re.compile(rb',\n  "manifest_sha256": "([0-9a-f]{64})"\n}\n\Z')
#: Keys that only Rein writes: one of them makes a manifest one of its own.
_OWN_KEYS = ("rein_version", "replay", "files", "added_files", "manifest_sha256")
_COMMON_KEYS = ("type", "checkpoint_version", "format", "state_file", "policy_ids")

#: Size and SHA-256 of each file, by its path in the checkpoint.
Records = Mapping[str, Tuple[int, str]]


class Manifest:
    """The manifest of a checkpoint."""

    def __init__(
        self,
        folder: Folder,
        kind: str,
        form: str,
        policies: Optional[List[str]] = None,
        files: Optional[Records] = None,
        text: bytes = b"",
    ) -> None:
        """Raises CheckpointError for a kind or form that is not read here."""
        where = f"{folder.path}/{MANIFEST}" if text else folder.path
        if kind not in ("Algorithm", "Policy"):
            raise CheckpointError(
                f"{where}: unknown type {kind[:40]!r}; known are Algorithm, Policy"
            )
        if form == "cloudpickle":
            raise CheckpointError(f"{where}: a pickle, which is a program and is not read")
        if form == "msgpack":
            raise CheckpointError(
                f"{where}: of the format msgpack; "
                f"`rein convert-checkpoint {folder.path} NEW --to native` makes one that is read"
            )
        if form != "native":
            raise CheckpointError(f"{where}: unknown format {form[:40]!r}; native is read")
        #: ``"Algorithm"`` or ``"Policy"``.
        self.kind = kind
        #: The ids of an algorithm's policies; None if the manifest lists none.
        self.policies = policies
        #: The files with their checksums; None if another program wrote the checkpoint.
        self.files = files
        #: The manifest as it was read.
        self.text = text

    @staticmethod
    def made_up(folder: Folder, kind: str, form: str) -> Manifest:
        """The manifest of a checkpoint that has none."""
        return Manifest(folder, kind, form)

    @staticmethod
    def read(folder: Folder) -> Manifest:
        """Reads a manifest, and compares it with its own checksum."""
        where = f"{folder.path}/{MANIFEST}"
        text = folder.read(MANIFEST, _LIMIT)
        _check_seal(text, where)
        map = parse_json(text, where)
        if not isinstance(map, dict):
            raise CheckpointError(f"{where}: expected a map")
        version = map.get("checkpoint_version", "1.0")
        if not isinstance(version, str) or version.partition(".")[0] != "1":
            raise CheckpointError(
                f"{where}: checkpoint_version {str(version)[:20]!r} is not read here; 1.x is"
            )
        if version == "1.1" and any(key in map for key in _OWN_KEYS):
            for key in map:
                if key not in _OWN_KEYS and key not in _COMMON_KEYS:
                    raise CheckpointError(f"{where}: {key[:40]!r} is not known here")
        kind, form = map.get("type"), map.get("format")
        if not isinstance(kind, str) or not isinstance(form, str):
            raise CheckpointError(f"{where}: the manifest gives no type or no format")
        files = _records(map["files"], where) if "files" in map else None
        policies = None
        if kind == "Algorithm" and "policy_ids" in map:
            policies = _ids(map["policy_ids"], where)
        return Manifest(folder, kind, form, policies, files, text)


def _ids(value: Any, where: str) -> List[str]:
    if not isinstance(value, list):
        raise CheckpointError(f"{where}: policy_ids: expected a list")
    for name in value:
        if not isinstance(name, str) or not is_policy_id(name):
            raise CheckpointError(f"{where}: policy_ids: {str(name)[:40]!r} cannot be a policy id")
    return value


def _records(value: Any, where: str) -> Records:
    if not isinstance(value, dict):
        raise CheckpointError(f"{where}: files: expected a map")
    records: Dict[str, Tuple[int, str]] = {}
    for path, record in value.items():
        size = record.get("size") if isinstance(record, dict) else None
        checksum = record.get("sha256") if isinstance(record, dict) else None
        if type(size) is not int or not isinstance(checksum, str):
            raise CheckpointError(f"{where}: files: {path[:80]!r} has no size or no checksum")
        records[path] = (size, checksum)
    return records


def _check_seal(text: bytes, where: str) -> None:
    """The checksum at the end is that of the text without it; others write none."""
    if b'"manifest_sha256"' not in text:
        return
    seal = _SEAL.search(text)
    whole = text[: seal.start()] + b"\n}\n" if seal is not None else b""
    if seal is None or hashlib.sha256(whole).hexdigest().encode() != seal[1]:
        raise CheckpointError(
            f"{where}: the manifest is not the one that was written: its checksum differs"
        )
