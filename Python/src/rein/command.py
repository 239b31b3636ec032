"""Where the command ``rein`` is."""

from __future__ import annotations

import os
import shutil
from typing import List, Optional, Sequence, Union

from .errors import CommandError

#: The environment variable that names the command.
VARIABLE = "REIN_COMMAND"

#: A path or a name to be looked up, or that and arguments that come before all others.
Command = Union[str, "os.PathLike[str]", Sequence[str]]

_ADVICE = (
    "build it in a clone of Rein with `swift build -c release --product rein`, and name it with "
    f'command="..." or the environment variable {VARIABLE}, or put it on the PATH'
)


def find_command(command: Optional[Command] = None) -> List[str]:
    """The words that start the command: ``command``, ``$REIN_COMMAND``, or ``rein`` on the PATH.

    The first word is an absolute path. Raises CommandError where there is no such program.
    """
    if command is not None:
        words = [os.fspath(command)] if isinstance(command, (str, os.PathLike)) else list(command)
        source = "command="
    elif os.environ.get(VARIABLE):
        words, source = [os.environ[VARIABLE]], VARIABLE
    else:
        words, source = ["rein"], "the PATH"
    if not words:
        raise CommandError("command= is empty")
    found = shutil.which(os.path.expanduser(words[0]))
    if found is None:
        if source == "the PATH":
            raise CommandError(f"there is no command rein on the PATH; {_ADVICE}")
        raise CommandError(f"{source} names {words[0]!r}, which is no program; {_ADVICE}")
    return [os.path.abspath(found)] + words[1:]
