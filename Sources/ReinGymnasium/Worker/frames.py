"""Messages on the control socket: four bytes of length, JSON, and bytes that may follow."""

from __future__ import annotations

import json
import os
from typing import Any, Optional


class Frames:
    """The worker's end of the control socket."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def receive(self) -> Optional[tuple[dict[str, Any], bytes]]:
        """The next message and the bytes that follow it; nothing when the trainer has closed."""
        length = self._read(4)
        if length is None:
            return None
        text = self._read(int.from_bytes(length, "little"))
        if text is None:
            return None
        message = json.loads(text)
        data = self._read(message.get("bytes", 0))
        return None if data is None else (message, data)

    def send(self, message: dict[str, Any]) -> None:
        """Sends one message; NaN and infinity have no place in it."""
        text = json.dumps(message, allow_nan=False).encode()
        data = memoryview(len(text).to_bytes(4, "little") + text)
        while data:
            data = data[os.write(self.descriptor, data):]

    def _read(self, count: int) -> Optional[bytes]:
        data = bytearray()
        while len(data) < count:
            try:
                part = os.read(self.descriptor, min(count - len(data), 1 << 20))
            except ConnectionResetError:
                return None
            if not part:
                return None
            data += part
        return bytes(data)
