"""What do adapters count for whoever watches Easel? `/metrics` shows it."""

from __future__ import annotations

from collections import Counter

#: requests that a platform refused because there were too many (429), by platform, in this process
RATE_LIMITED: Counter[str] = Counter()
