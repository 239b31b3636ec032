"""Files of a checkpoint, which may come from anywhere: nothing outside of it is opened."""

from __future__ import annotations

import os
import stat
import unicodedata
from typing import List

from ..errors import CheckpointError


def is_policy_id(name: str) -> bool:
    """Whether a name can be that of a policy, and thus of a folder."""
    return (
        0 < len(name.encode("utf-8", "replace")) <= 200
        and not any(
            character in '<>:"/\\|?' or unicodedata.category(character) in ("Cc", "Cf", "Cs")
            for character in name
        )
        and name[-1] not in ". "
    )


class Folder:
    """A directory; symbolic links in it are not followed."""

    def __init__(self, path: str) -> None:
        #: Where it is.
        self.path = path if path == "/" else path.rstrip("/")

    def has(self, name: str) -> bool:
        """Whether there is something of a name."""
        return os.path.lexists(f"{self.path}/{name}")

    def names(self) -> List[str]:
        """The names that policies can have, in their order."""
        return sorted(name for name in os.listdir(self.path) if is_policy_id(name))

    def folder(self, name: str) -> Folder:
        """A folder in it."""
        path = f"{self.path}/{name}"
        try:
            mode = os.lstat(path).st_mode
        except OSError as error:
            raise CheckpointError(f"{path}: {error.strerror}") from None
        if not stat.S_ISDIR(mode):
            raise CheckpointError(f"{path}: is no folder")
        return Folder(path)

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a regular file, at most ``limit``."""
        path = f"{self.path}/{name}"
        try:
            # Opening a pipe would wait for somebody who writes.
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise CheckpointError(f"{path}: {error.strerror}") from None
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise CheckpointError(f"{path}: is no regular file")
            if status.st_size > limit:
                raise CheckpointError(f"{path}: has {status.st_size} bytes (allowed: {limit})")
            return file.read()
