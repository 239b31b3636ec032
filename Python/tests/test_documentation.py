"""The code in the documentation."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import List

from .support import ROOT, FolderTestCase


def blocks(name: str) -> List[str]:
    """The code in Python of a page."""
    return re.findall(r"^```python\n(.*?)^```", (ROOT / name).read_text(), re.MULTILINE | re.DOTALL)


class DocumentationTests(FolderTestCase):
    def test_code_runs_as_far_as_it_needs_nothing_else(self) -> None:
        count = 0
        for page in ("Documentation/Python.md", "Python/README.md"):
            found = blocks(page)
            self.assertTrue(found, page)
            for code in found:
                compile(code, page, "exec")
                if "my_simulator" in code or "HalfCheetah" in code:
                    continue
                count += 1
                done = subprocess.run(
                    [sys.executable, "-c", code], capture_output=True, text=True, cwd=self.folder
                )
                self.assertEqual((done.returncode, done.stderr), (0, ""), code)
        self.assertEqual(count, 3)
