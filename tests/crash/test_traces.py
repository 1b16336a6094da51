"""Is a turn one trace, whichever processes work on it, and does it tell nothing that people wrote?"""

from __future__ import annotations

import asyncio
import gzip
import sys
from typing import TYPE_CHECKING

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.server import otlp
from tests.adapters.slack.easel import local_slack, settings
from tests.crash.test_two import Easel
from tests.servers import ports
from tests.servers.http import serving

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from opentelemetry.proto.trace.v1.trace_pb2 import Span
    from starlette.requests import Request

    from tests.servers.model import ModelServer


class Collector:
    """A strict local OpenTelemetry collector; `spans` is what came, by the process that sent it."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.raw = b""
        self.news = asyncio.Condition()
        self.app = Starlette(routes=[Route("/v1/traces", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        assert request.headers["content-type"] == "application/x-protobuf"
        body = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.raw += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            names = {one.key: one.value.string_value for one in resource.resource.attributes}
            assert names["service.name"] == "easel"
            async with self.news:
                self.spans += [span for scope in resource.scope_spans for span in scope.spans]
                self.news.notify_all()
        answer = ExportTraceServiceResponse().SerializeToString()
        return Response(answer, media_type="application/x-protobuf")

    async def named(self, *names: str) -> dict[str, Span]:
        """Wait until spans of these names came; return the first of each."""
        async with self.news:
            await self.news.wait_for(lambda: {one.name for one in self.spans} >= set(names))
        return {one.name: one for one in reversed(self.spans)}


async def test_a_turn_that_one_takes_and_another_draws_is_one_trace(
    tmp_path: Path, model: ModelServer, postgres_url: str
) -> None:
    (tmp_path / "images").mkdir()
    shared = {"database_url": postgres_url, "blobs_url": (tmp_path / "images").as_uri()}
    collector = Collector()
    async with serving(collector.app) as address, local_slack() as slack:
        both = [
            Easel(
                *(tmp_path / role, model.url, ports.unused()),
                **{**settings(slack), **shared, "roles": role},
            )
            for role in ("worker", "slack")
        ]
        for easel in both:
            easel.environment |= {
                "OTEL_EXPORTER_OTLP_ENDPOINT": address,
                "OTEL_BSP_SCHEDULE_DELAY": "100",
            }
            await easel.start()
        await slack.connected()
        ana, design = slack.person("Ana"), slack.channel("design")
        await ana.command("/imagine", "a secret boat", design)
        await design.message(lambda one: "Vary" in one.buttons)
        spans = await collector.named("intake", "queue", "draw", "post")
        await asyncio.gather(*(easel.terminate() for easel in both))
    intake, others = spans["intake"], [spans[name] for name in ("queue", "draw", "post")]
    assert {one.trace_id for one in others} == {intake.trace_id}
    assert {one.parent_span_id for one in others} == {intake.span_id}
    assert not intake.parent_span_id
    ends = [one.end_time_unix_nano for one in (intake, *others)]
    assert ends == sorted(ends)
    told = {one.key: one.value.string_value for one in spans["draw"].attributes}
    assert told["easel.model"] == "gpt-4o-image"
    for span in spans.values():
        assert told["easel.turn"] in {one.value.string_value for one in span.attributes}
    for secret in (b"secret boat", b"Ana", b"data:image", slack.bot_token.encode()):
        assert secret not in collector.raw


async def test_without_opentelemetry_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with capture_logs() as logs:
        async with otlp.tracing():
            pass
    [line] = logs
    assert "pip install 'easel[traces]'" in line["event"]
