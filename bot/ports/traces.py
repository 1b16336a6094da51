"""What does a turn's trace hold? Spans of work, whichever process does it; nothing where nobody traces.

A trace is named as W3C writes it (a `traceparent`); a turn keeps its own, so that whoever goes on with it adds to it.
Attributes are ids, names and numbers, and never what people wrote.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    Attributes = Mapping[str, str | int]

_received: ContextVar[float | None] = ContextVar("received", default=None)


class Span(Protocol):
    """A piece of work that is being done."""

    @property
    def trace(self) -> str:
        """How others name it as what their own work is part of."""
        ...

    def end(self, failure: str | None = None) -> None:
        """End it now; `failure`: the kind of what went wrong."""
        ...


class Tracer(Protocol):
    """Where spans go."""

    def begin(
        self, name: str, parent: str | None, since: float | None, attributes: Attributes
    ) -> Span:
        """Begin a span, `since` Unix seconds (None: now), in the trace of `parent` (None: a new one)."""
        ...


class _Current:
    tracer: Tracer | None = None


def use(tracer: Tracer | None) -> None:
    """Send spans there from now on; None: nowhere."""
    _Current.tracer = tracer


def note_received() -> None:
    """Note that a message or a press came in just now, in this task."""
    if _Current.tracer is not None:
        _received.set(time.time())


@contextmanager
def span(
    name: str, parent: str | None, attributes: Attributes, since: float | None = None
) -> Iterator[str | None]:
    """Trace what is done in the block; give the trace to keep, None where nobody traces."""
    if _Current.tracer is None:
        yield None
        return
    begun = _Current.tracer.begin(name, parent, since, attributes)
    failure: str | None = "cancelled"
    try:
        yield begun.trace
        failure = None
    except Exception as error:
        failure = type(error).__name__
        raise
    finally:
        begun.end(failure)


def intake_span(attributes: Attributes) -> AbstractContextManager[str | None]:
    """Trace that a prompt is put on disk, since its message came in."""
    return span("intake", None, attributes, _received.get())


def note_wait(trace: str | None, since: float, attributes: Attributes) -> None:
    """Trace that a turn waited until now."""
    with span("queue", trace, attributes, since):
        pass
