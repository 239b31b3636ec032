"""What lies in the directory of a run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Optional

_CHECKPOINT = re.compile(r"checkpoint_([0-9]{6,15})")


def newest_checkpoint(run: Path) -> Optional[Path]:
    """The checkpoint of the highest number in the directory of a run; None if there is none."""
    best: Optional[Path] = None
    number = -1
    for path in run.iterdir() if run.is_dir() else ():
        found = _CHECKPOINT.fullmatch(path.name)
        if found is None or (len(found[1]) > 6 and found[1].startswith("0")):
            continue
        if int(found[1]) > number:
            best, number = path, int(found[1])
    return best
