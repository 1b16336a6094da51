"""Where do traces go? To an OpenTelemetry collector, as the standard's own variables say (`OTEL_…`).

The SDK is an extra, loaded only where `OTEL_EXPORTER_OTLP_ENDPOINT` (or `…_TRACES_ENDPOINT`) is set.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from bot.ports import traces

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

_log = structlog.stdlib.get_logger("easel")

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_MISSING = (
    "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry isn't installed, so nothing is traced. "
    "Install it with Easel: pip install 'easel[traces]'"
)
#: seconds for the last spans at the end
_FLUSH = 5.0


class _OtlpSpan:
    def __init__(self, span: Span) -> None:
        self._span = span

    @property
    def trace(self) -> str:
        about = self._span.get_span_context()
        return f"00-{about.trace_id:032x}-{about.span_id:016x}-{about.trace_flags:02x}"

    def end(self, failure: str | None = None) -> None:
        from opentelemetry.trace import StatusCode  # noqa: PLC0415 - as below

        if failure is not None:
            self._span.set_status(StatusCode.ERROR, failure)
        self._span.end()


class _OtlpTracer:
    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def begin(
        self,
        name: str,
        parent: str | None,
        since: float | None,
        attributes: Mapping[str, str | int],
    ) -> _OtlpSpan:
        from opentelemetry.trace.propagation import tracecontext  # noqa: PLC0415 - as below

        carrier = {"traceparent": parent} if parent else {}
        context = tracecontext.TraceContextTextMapPropagator().extract(carrier)
        return _OtlpSpan(
            self._tracer.start_span(
                name,
                context,
                attributes={f"easel.{key}": value for key, value in attributes.items()},
                start_time=None if since is None else int(since * 1e9),
            )
        )


@asynccontextmanager
async def tracing() -> AsyncIterator[None]:
    """Trace while the block runs, where a collector is named."""
    if not any(map(os.environ.get, _ENDPOINTS)):
        yield
        return
    provider = _build_provider()
    if provider is None:
        yield
        return
    traces.use(_OtlpTracer(provider.get_tracer("easel")))
    try:
        yield
    finally:
        traces.use(None)
        await asyncio.to_thread(provider.force_flush, int(_FLUSH * 1000))
        await asyncio.to_thread(provider.shutdown)


def _build_provider() -> TracerProvider | None:
    try:  # 0.2 s and 15 MB that nobody pays who does not trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        _log.warning(_MISSING)
        return None
    name = os.environ.get("OTEL_SERVICE_NAME", "easel")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider
