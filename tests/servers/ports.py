"""On which port may something listen that stops and comes back, or nothing at all?"""

from __future__ import annotations

import random
import socket
from contextlib import suppress


def unused() -> int:
    """Return a port that nobody listens on, below those that anybody gets who asks for just any."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
