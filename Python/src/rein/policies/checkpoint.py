"""Where the state of a policy lies, and whether it is what was written."""

from __future__ import annotations

import difflib
import hashlib
import os
import stat
from pathlib import Path
from typing import List, Optional, Tuple

from ..errors import CheckpointError
from ..runs import newest_checkpoint
from .manifest import MANIFEST, Manifest
from .paths import Folder, is_policy_id

#: The largest state file of a policy: 2^28 parameters and their optimizer have less.
STATE_LIMIT = 1 << 33
_STATES = {"Algorithm": "algorithm_state", "Policy": "policy_state"}


def read_policy_state(path: str, policy: Optional[str]) -> Tuple[bytes, str, Optional[str]]:
    """The bytes of a policy's state file, the path of that, and the policy's id if it has one.

    ``path`` is the directory of a run (then its newest checkpoint), of an algorithm's checkpoint or
    of a policy's. Raises CheckpointError when something is missing, damaged or of another kind.
    """
    folder = Folder(_checkpoint(path))
    manifest = _manifest(folder)
    if manifest.kind == "Policy":
        if policy is not None:
            raise CheckpointError(
                f"{folder.path}: a checkpoint of a single policy; leave policy={policy!r} out"
            )
        return _state(folder, manifest), f"{folder.path}/policy_state.safetensors", None
    ids = manifest.policies if manifest.policies is not None else folder.folder("policies").names()
    name = _choice(ids, policy, folder.path)
    place = folder.folder("policies").folder(name)
    data = _listed_state(place, name, manifest)
    return data, f"{place.path}/policy_state.safetensors", name


def _checkpoint(path: str) -> str:
    """The checkpoint that a path means."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        raise CheckpointError(f"{path}: there is no such directory") from None
    if not stat.S_ISDIR(mode):
        hint = (
            "; rein convert-checkpoint makes one of a Stable-Baselines3 agent"
            if path.endswith(".zip")
            else ""
        )
        raise CheckpointError(f"{path}: a checkpoint is a directory, and this is a file{hint}")
    folder = Folder(path)
    if any(folder.has(name) for name in [MANIFEST, *_state_files()]):
        return path
    newest = newest_checkpoint(Path(path))
    if newest is None:
        raise CheckpointError(
            f"{path}: neither a checkpoint (there is no {MANIFEST}) nor the directory of a run "
            "(there is no checkpoint_000000 or later)"
        )
    return os.fspath(newest)


def _state_files() -> List[str]:
    return [
        f"{stem}.{end}" for stem in _STATES.values() for end in ("safetensors", "msgpck", "pkl")
    ]


def _manifest(folder: Folder) -> Manifest:
    """The manifest of a checkpoint; one made up from its files if there is none."""
    if folder.has(MANIFEST):
        return Manifest.read(folder)
    for kind, stem in sorted(_STATES.items(), reverse=True):
        for end, form in (("safetensors", "native"), ("msgpck", "msgpack"), ("pkl", "cloudpickle")):
            if folder.has(f"{stem}.{end}"):
                return Manifest.made_up(folder, kind, form)
    raise CheckpointError(
        f"{folder.path}: holds no checkpoint: neither {MANIFEST} nor a state file"
    )


def _choice(ids: List[str], policy: Optional[str], path: str) -> str:
    """The policy that is meant."""
    shown = ", ".join(ids[:20]) + (" ..." if len(ids) > 20 else "")
    if policy is None:
        if len(ids) == 1:
            return ids[0]
        raise CheckpointError(
            f"{path}: holds {len(ids)} policies; choose one with policy=: {shown}"
        )
    if policy in ids and is_policy_id(policy):
        return policy
    near = difflib.get_close_matches(policy, ids, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise CheckpointError(f"{path}: there is no policy {policy!r}{hint} There are: {shown}")


def _listed_state(folder: Folder, name: str, algorithm: Manifest) -> bytes:
    """The state of a policy of an algorithm, which is the one that the algorithm was saved with."""
    own = _manifest(folder)
    if own.kind != "Policy":
        raise CheckpointError(f"{folder.path}: not the checkpoint of a policy")
    if algorithm.files is None:
        return _state(folder, own)
    listed = algorithm.files.get(f"policies/{name}/{MANIFEST}")
    state = algorithm.files.get(f"policies/{name}/policy_state.safetensors")
    if listed is None or state is None:
        raise CheckpointError(f"{folder.path}: the algorithm's manifest does not list the policy")
    mine = (own.files or {}).get("policy_state.safetensors")
    if (len(own.text), _digest(own.text)) != listed or mine not in (None, state):
        raise CheckpointError(
            f"{folder.path}/{MANIFEST}: the policy is not the one that the algorithm was saved "
            "with: the manifests differ"
        )
    return _state(folder, own)


def _state(folder: Folder, manifest: Manifest) -> bytes:
    """The state file of a policy, compared with its record."""
    name = "policy_state.safetensors"
    if manifest.files is None:
        return folder.read(name, STATE_LIMIT)
    record = manifest.files.get(name)
    if record is None:
        raise CheckpointError(f"{folder.path}/{name}: the manifest does not list the file")
    size, checksum = record
    data = folder.read(name, STATE_LIMIT)
    if len(data) != size:
        raise CheckpointError(
            f"{folder.path}/{name}: the file has {len(data)} bytes, {size} were written"
        )
    if _digest(data) != checksum:
        raise CheckpointError(
            f"{folder.path}/{name}: the file is not the one that was written: its checksum differs"
        )
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
