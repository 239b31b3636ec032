"""Receives the worker's source from the trainer, makes modules of it and runs it.

Handed to the interpreter with `-c`. One frame on descriptor 3 holds all modules by name.
"""

import importlib.abc
import importlib.util
import json
import linecache
import os
import sys


def receive():
    """Reads one frame: four bytes of length, then JSON."""
    def read(count):
        data = b""
        while len(data) < count:
            part = os.read(3, count - len(data))
            if not part:
                os._exit(0)
            data += part
        return data

    return json.loads(read(int.from_bytes(read(4), "little")))


class Sources(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports modules whose source is in memory; tracebacks show their lines."""

    def __init__(self, sources):
        self.sources = sources
        for name, source in sources.items():
            lines = source.splitlines(True)
            linecache.cache[self.file(name)] = len(source), None, lines, self.file(name)

    def file(self, name):
        return "<" + name + ">"

    def find_spec(self, name, path=None, target=None):
        if name in self.sources:
            return importlib.util.spec_from_loader(name, self, is_package=self.is_package(name))
        return None

    def is_package(self, name):
        return "." not in name

    def get_source(self, name):
        return self.sources[name]

    def get_code(self, name):
        return compile(self.sources[name], self.file(name), "exec", dont_inherit=True)


sys.meta_path.insert(0, Sources(receive()["modules"]))
import rein_worker  # noqa: E402

rein_worker.main()
