"""What a command says that failed."""

from __future__ import annotations

import re


def failure_text(text: str, code: int, is_stopped: bool) -> str:
    """The words of the command about what went wrong, without those about its usage.

    ``text`` is what it wrote to standard error, ``code`` its exit code, and ``is_stopped`` whether
    it was told to stop.
    """
    lines = text.split("\n")
    starts = [place for place, line in enumerate(lines) if line.startswith(("Error: ", "rein: "))]
    if code > 0 and code != 130 and starts:
        words = lines[starts[-1] :]
        prefix = words[0].partition(": ")[0]
        words[0] = words[0][len(prefix) + 2 :]
        if prefix == "Error":
            end = [place for place, line in enumerate(words) if re.match("(Usage|Help): ", line)]
            words = words[: end[0]] if end else words
        return "\n".join(words).strip()
    if code in (130, -2) or (code < 0 and is_stopped):
        return "training was stopped before there was anything to save"
    how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    tail = "\n".join(lines[-20:]).strip()
    return f"rein train {how}" + (f":\n{tail}" if tail else "")
