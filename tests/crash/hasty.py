"""Easel as it is, save that it notices within seconds what it else notices after many: for tests."""

from __future__ import annotations

import sys

from bot import holding, viewers
from bot.__main__ import main
from storage import queue_shared, slots

queue_shared._HEARTBEAT = 0.3
queue_shared._STALLED = 3.0
slots._HEARTBEAT, slots._LEASE = 0.3, 3.0
holding._LOOK = 0.25
viewers._LOOK_AGAIN = 0.25

if __name__ == "__main__":
    sys.exit(main())
