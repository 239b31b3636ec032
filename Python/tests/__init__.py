"""Tests of the package as it lies in this folder, installed or not.

REIN_COMMAND=.build/release/rein python -m unittest discover -s Python -t Python
"""

import os
import sys

_SOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "src")
sys.path.insert(0, _SOURCES)
# For the scripts that tests start.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [_SOURCES, *filter(None, [os.environ.get("PYTHONPATH")])]
)
