"""Easel as it is, save that it notices within seconds what it else notices after many: for tests."""

from __future__ import annotations

import sys

from adapters.discord import client
from bot.__main__ import main
from bot.drawing import lease
from storage import queue_shared

queue_shared._HEARTBEAT = 0.3
queue_shared._STALLED = 3.0
client.IDENTIFY_INTERVAL = 1.0
lease._LOOK = 0.25

if __name__ == "__main__":
    sys.exit(main())
