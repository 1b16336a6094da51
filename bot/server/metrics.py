"""What is counted, for whoever watches Easel? `/metrics`, in Prometheus' format.

Counters begin at zero with the process; what was spent for certain is in the ledger (`easel usage`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from bot.ports.messages import OPEN, State
from bot.ports.meters import RATE_LIMITED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.conversation.turn import Turn

#: seconds
_BUCKETS = (1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 300)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        own = self.registry
        self._prompts = Counter("easel_wishes", "Prompts taken", ["platform"], registry=own)
        self._turns = Counter(
            "easel_turns",
            "Turns that ended: drawn, refused, interrupted, failed, held or cancelled, and why",
            ["state", "kind"],
            registry=own,
        )
        self._images = Counter("easel_images", "Images drawn", ["model"], registry=own)
        self._cost = Counter(
            "easel_cost_dollars", "US dollars of what was drawn", ["model"], registry=own
        )
        self._seconds = Histogram(
            "easel_drawing_seconds",
            "From claimed to drawn",
            ["model"],
            buckets=_BUCKETS,
            registry=own,
        )
        self._open = Gauge(
            "easel_open_turns", "Turns on disk that are not over", ["state"], registry=own
        )
        self._hold = Gauge(
            "easel_on_hold", "1 while the model's account has no credit", registry=own
        )
        self._waits = Histogram(
            "easel_queue_seconds",
            "From asked to claimed, of prompts that were drawn at the first attempt",
            ["platform"],
            buckets=_BUCKETS,
            registry=own,
        )
        self._retries = Counter(
            "easel_retries", "Requests to the model that were repeated", ["model"], registry=own
        )
        self._store = Gauge(
            "easel_store_seconds", "Seconds that the database took to answer just now", registry=own
        )
        own.register(_PlatformLimits())
        for state in OPEN:
            self._open.labels(state.value)

    def count_prompt(self, turn: Turn) -> None:
        """Count a prompt that was put on disk."""
        if turn.control is None and turn.state in {State.QUEUED, State.HELD, State.DRAWING}:
            self._prompts.labels(turn.place.platform).inc()

    def count_end(self, turn: Turn, seconds: float | None = None) -> None:
        """Count how a turn ended; `seconds`: what its drawing took, where it was drawn now."""
        if turn.control is not None:
            return
        kind = turn.result.failure.kind.value if turn.result.failure else ""
        drawn = turn.state in {State.DRAWN, State.POSTED}  # a page's turn is posted as it is drawn
        self._turns.labels(State.DRAWN.value if drawn else turn.state.value, kind).inc()
        if turn.attempt:
            self._retries.labels(turn.request.model).inc(max(0, turn.tries - 1))
        if seconds is None or not drawn:
            return
        self._seconds.labels(turn.request.model).observe(seconds)
        if turn.attempt == 1:
            wait = time.time() - seconds - turn.created
            self._waits.labels(turn.place.platform).observe(max(0.0, wait))
        self._images.labels(turn.request.model).inc(len(turn.result.versions))
        self._cost.labels(turn.request.model).inc(turn.result.cost or 0.0)

    def render(
        self, waiting: Mapping[str, int], *, on_hold: bool, store_seconds: float = 0.0
    ) -> bytes:
        """Return all of it, with how many turns are in each state on disk, and how long the store took to say so."""
        self._store.set(store_seconds)
        for state in OPEN:
            self._open.labels(state.value).set(waiting.get(state.value, 0))
        self._hold.set(on_hold)
        return generate_latest(self.registry)


class _PlatformLimits(Collector):
    """What adapters count while they run."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield the one counter."""
        found = CounterMetricFamily(
            "easel_platform_limits",
            "Requests that a platform refused because there were too many",
            labels=["platform"],
        )
        for platform, count in RATE_LIMITED.items():
            found.add_metric([platform], count)
        yield found
