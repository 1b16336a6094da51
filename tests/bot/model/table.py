"""What do people read for each way in which a model can fail? `python -m tests.bot.model.table` prints it.

Each row plays answers of a scripted model through a running Easel, over real sockets.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

from bot import logs
from bot.commands.run import running
from bot.settings import Settings
from tests.conftest import QUICK
from tests.journeys.web import WebDriver
from tests.servers.http import serving
from tests.servers.model import (
    DONE,
    ModelServer,
    completion,
    delta,
    fails,
    partial,
    says,
    stream,
    text,
)
from tests.servers.pictures import claiming, data_url, png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.servers.model import Received, Reply

#: a turn in one of these moves no more by itself
ENDED = frozenset({"posted", "refused", "interrupted", "failed", "cancelled", "held"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One way to fail, and what must come of it."""

    what: str
    #: played one after another; then the model draws
    replies: Sequence[Reply] = ()
    state: str
    kind: str | None = None
    billed: bool | None = False
    #: requests that the model got
    requests: int = 1
    #: words that people must read
    reads: str = ""
    #: buttons that the card must offer, and must not
    offers: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    #: seconds that a request may take
    whole: float | None = None


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of a row."""

    row: Row
    thread: str
    turn: dict[str, Any]
    requests: list[Received]

    @property
    def says(self) -> str:
        """All that a person reads on the card."""
        card = self.turn["card"]
        return " ".join(filter(None, (self.turn["reply"], card["text"])))

    @property
    def buttons(self) -> list[str]:
        return [one["label"] for one in self.turn["card"]["buttons"]]


def image(url: str, **more: Any) -> list[dict[str, Any]]:
    return [{"type": "image_url", "image_url": {"url": url}, **more}]


def streams(*events: object, end: bytes = DONE) -> Reply:
    async def reply(_received: Received) -> Response:
        return stream(*events, end=end)

    return reply


def page(status: int) -> Reply:
    """Answer as a proxy does: HTML."""

    async def reply(_received: Received) -> Response:
        return HTMLResponse(f"<html><h1>{status} Gateway trouble</h1></html>", status)

    return reply


async def cut(_received: Received) -> Response:
    """Break the connection in the middle of the answer."""
    return Response(b'{"choices": [', headers={"content-length": "9000"}, media_type="text/json")


async def broken(_received: Received) -> Response:
    return Response(b'{"choices": [', media_type="application/json")


async def silence(_received: Received) -> Response:
    await asyncio.sleep(30)  # the client hangs up long before
    return Response()


async def dead_address(received: Received) -> Response:
    """Name an image of the model's own host, that is not there any more."""
    return await says(completion(image(f"http://{received.host}/files/gone.png")))(received)


def error(code: object, **more: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": "as the gateway says it", **more}}


def faulty(status: int, code: object, **more: Any) -> Reply:
    return says(error(code, **more), status)


def finished(reason: str) -> Reply:
    return says(completion(None, finish=reason))


NO_CREDIT: dict[str, Any] = {
    "state": "held",
    "kind": "no_credit",
    "reads": "no credit",
    "offers": ("Resume",),
}
BLOCKED: dict[str, Any] = {
    "state": "refused",
    "kind": "blocked",
    "reads": "It was not billed.",
    "offers": ("Edit prompt",),
    "lacks": ("Retry",),
}
UNKNOWN: dict[str, Any] = {
    "state": "interrupted",
    "kind": "unknown_outcome",
    "billed": None,
    "reads": "may have been billed",
    "offers": ("Retry",),
}
UNAVAILABLE: dict[str, Any] = {
    "state": "failed",
    "kind": "unavailable",
    "requests": 3,
    "reads": "It was not billed.",
    "offers": ("Retry",),
}
BAD_IMAGE: dict[str, Any] = {
    "state": "failed",
    "kind": "bad_image",
    "billed": None,
    "reads": "may have been billed",
    "offers": ("Retry",),
}
NOT_SET_UP: dict[str, Any] = {
    "state": "failed",
    "kind": "not_configured",
    "reads": "not set up correctly",
}
DRAWN: dict[str, Any] = {"state": "posted", "billed": True}
UPSTREAM = faulty(500, "server_error")
PREVIEW = partial(0, png(90))

ROWS: tuple[Row, ...] = (
    # no money
    Row(what="402", replies=[fails(402)], **NO_CREDIT),
    Row(what="429 `insufficient_quota`", replies=[faulty(429, "insufficient_quota")], **NO_CREDIT),
    Row(
        what="400 `billing_hard_limit_reached`",
        replies=[faulty(400, "billing_hard_limit_reached")],
        **NO_CREDIT,
    ),
    Row(
        what="403 `insufficient_user_quota`",
        replies=[faulty(403, "insufficient_user_quota")],
        **NO_CREDIT,
    ),
    Row(what="200 with `error.code` 402", replies=[says(error(402))], **NO_CREDIT),
    Row(what="an error event 402 in a stream", replies=[streams(error(402))], **NO_CREDIT),
    # blocked
    Row(what="451", replies=[fails(451)], **BLOCKED),
    Row(
        what="400 `moderation_blocked`",
        replies=[faulty(400, "moderation_blocked", moderation_details={"input": ["x"]})],
        **BLOCKED,
    ),
    Row(
        what="400 `content_policy_violation`",
        replies=[faulty(400, "content_policy_violation")],
        **BLOCKED,
    ),
    Row(
        what="403 with moderation metadata",
        replies=[faulty(403, 403, metadata={"reasons": ["violence"], "flagged_input": "x"})],
        **BLOCKED,
    ),
    *(
        Row(what=f"200 with `finish_reason` {one}", replies=[finished(one)], **BLOCKED)
        for one in ("content_filter", "IMAGE_SAFETY", "PROHIBITED_CONTENT")
    ),
    Row(
        what="`content_filter` in a stream",
        replies=[streams(delta(finish="content_filter"))],
        **BLOCKED,
    ),
    # not blocked
    Row(
        what="451 `image_download_failed`",
        replies=[faulty(451, "image_download_failed")],
        state="refused",
        kind="bad_request",
        reads="could not read a picture",
        lacks=("Retry",),
    ),
    Row(
        what="400 `invalid_value`",
        replies=[says({"error": {"code": "invalid_value", "message": "n is 1 or 2"}}, 400)],
        state="refused",
        kind="bad_request",
        reads="n is 1 or 2",
    ),
    # the key, the address
    Row(what="401", replies=[faulty(401, "invalid_api_key")], **NOT_SET_UP),
    Row(what="403", replies=[faulty(403, "forbidden")], **NOT_SET_UP),
    Row(what="404 `model_not_found`", replies=[faulty(404, "model_not_found")], **NOT_SET_UP),
    # too large
    Row(what="413, then drawn", replies=[fails(413)], requests=2, **DRAWN),
    *(
        Row(
            what=f"{what}, twice",
            replies=[fails(status, None, message)] * 2,
            state="refused",
            kind="too_large",
            requests=2,
            reads="too much for the model",
        )
        for what, status, message in (
            ("413", 413, "no"),
            ("404 “entity too large”", 404, "Request entity too large"),
            ("400 “exceeds the maximum size”", 400, "Body exceeds the maximum size of 20 MB"),
        )
    ),
    # too fast
    Row(
        what="429 with `Retry-After`, then drawn",
        replies=[fails(429, "rate_limit_exceeded", **{"retry-after": "0"})],
        requests=2,
        **DRAWN,
    ),
    Row(
        what="429 with `retry-after-ms`, three times",
        replies=[fails(429, "rate_limit_exceeded", **{"retry-after-ms": "5"})] * 3,
        state="failed",
        kind="busy",
        requests=3,
        reads="It was not billed.",
        offers=("Retry",),
    ),
    # upstream
    Row(what="500 in JSON, then drawn", replies=[UPSTREAM], requests=2, **DRAWN),
    *(
        Row(what=f"{what}, three times", replies=[one] * 3, **UNAVAILABLE)
        for what, one in (
            ("500 in JSON", UPSTREAM),
            ("502 in JSON", faulty(502, 502)),
            ("504 in JSON", faulty(504, "upstream_timeout")),
            ("200 with `error.code` 502", says(error(502))),
            ("an error event before any image", streams(error("server_error"))),
        )
    ),
    # nothing came
    Row(
        what="200 with `choices: []`, three times",
        replies=[says({"choices": []})] * 3,
        **UNAVAILABLE,
    ),
    Row(
        what="a refusal",
        replies=[says(completion(None, message={"refusal": "I can't draw a real person."}))],
        reads="I can't draw a real person.",
        **DRAWN,
    ),
    Row(
        what="only text",
        replies=[text("Do you want it by day or by night?")],
        reads="by day or by night",
        **DRAWN,
    ),
    # unknown outcome
    *(Row(what=f"{one} in HTML", replies=[page(one)], **UNKNOWN) for one in (502, 504, 520, 524)),
    Row(what="a time-out", replies=[silence], whole=0.7, **UNKNOWN),
    Row(what="the connection lost in the answer", replies=[cut], **UNKNOWN),
    Row(
        what="end of stream without an end mark",
        replies=[streams(delta(content=image(data_url(png(1)))), end=b"")],
        **UNKNOWN,
    ),
    Row(what="only previews", replies=[streams(PREVIEW)], **UNKNOWN),
    Row(what="broken JSON", replies=[broken], **UNKNOWN),
    Row(
        what="an error event after a preview",
        replies=[streams(PREVIEW, error("server_error"))],
        **UNKNOWN,
    ),
    # bad image
    Row(
        what="an image that is none",
        replies=[says(completion(image(data_url(b"<svg/>"))))],
        **BAD_IMAGE,
    ),
    Row(
        what="an image that is cut",
        replies=[says(completion(image(data_url(png(1)[:-20]))))],
        **BAD_IMAGE,
    ),
    Row(
        what="a PNG that claims 60,000 × 60,000",
        replies=[says(completion(image(data_url(claiming(60_000, 60_000)))))],
        **BAD_IMAGE,
    ),
    Row(
        what="an image URL that is refused",
        replies=[says(completion(image("http://169.254.169.254/latest/meta-data")))],
        **BAD_IMAGE,
    ),
    Row(what="an image URL that is dead", replies=[dead_address], **BAD_IMAGE),
)
#: with nobody listening at the model's address
NOBODY = Row(
    what="connection refused",
    state="failed",
    kind="unavailable",
    requests=0,
    reads="Nothing was sent or billed.",
    offers=("Retry",),
)


@dataclass(kw_only=True)
class Stage:
    """A running Easel and its scripted model."""

    web: WebDriver
    model: ModelServer

    async def play(self, row: Row) -> Played:
        """Play a row in a thread of its own; give what came of it."""
        before = len(self.model.requests)
        self.model.answer(*row.replies)
        thread = await self.web.start(f"a boat, for “{row.what}”")
        turn = await self.ended(thread, 0)
        return Played(row=row, thread=thread, turn=turn, requests=self.model.requests[before:])

    async def ended(self, thread: str, wish: int, *states: str) -> dict[str, Any]:
        """Wait until a turn moves no more by itself; give it as the page's API shows it."""
        async with asyncio.timeout(20), aclosing(self.web.events(thread)) as events:
            async for _ in events:
                turns = (await self.web.thread(thread))["turns"]
                if len(turns) > wish and turns[wish]["state"] in (states or ENDED):
                    found: dict[str, Any] = turns[wish]
                    return found
        raise AssertionError(f"wish {wish} never ended")

    async def resume(self, played: Played) -> None:
        """Press Resume, and wait until what waited is drawn."""
        await self.web.press(played.thread, 0, "Resume")
        await self.ended(played.thread, 0, "posted")


@asynccontextmanager
async def stage(
    data: Path, *, whole: float | None = None, url: str | None = None
) -> AsyncIterator[Stage]:
    """Start an Easel in `data`, with a scripted model; `url`: another model's address."""
    server = ModelServer()
    async with serving(server.app) as address:
        server.url = f"{address}/v1"
        settings = Settings.read(data=data, model_url=url or server.url, web_port=0, grace_s=5)
        timing = QUICK if whole is None else replace(QUICK, whole=whole)
        async with running(settings, timing=timing) as one:
            web = WebDriver(one.address)
            yield Stage(web=web, model=server)
            await web.close()


async def _printed() -> None:
    with tempfile.TemporaryDirectory() as folder:
        say("| the model answers | state, kind | billed | requests | people read | buttons |")
        say("|---|---|---|---|---|---|")
        async with stage(Path(folder, "a")) as one:
            for row in ROWS:
                if row.whole is None:
                    show(played := await one.play(row))
                    if row.state == "held":
                        await one.resume(played)
        for row in ROWS:
            if row.whole is not None:
                async with stage(Path(folder, "b"), whole=row.whole) as one:
                    show(await one.play(row))
        async with stage(Path(folder, "c"), url="http://127.0.0.1:9/v1") as one:
            show(await one.play(NOBODY))


def show(played: Played) -> None:
    """Print a row of the table."""
    turn = played.turn
    wrong = turn["error"] or {}
    billed = {True: "yes", False: "no", None: "perhaps"}[wrong.get("billed", True)]
    if not wrong and not turn["versions"]:
        billed = "as words are"
    buttons = ", ".join(played.buttons)
    kind = f"{turn['state']}, {wrong['kind']}" if wrong else turn["state"]
    say(
        f"| {played.row.what} | {kind} | {billed} | {len(played.requests)} | {played.says} | {buttons} |"
    )


def say(line: str) -> None:
    sys.stdout.write(line.replace("\n", " ") + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logs.configure("CRITICAL")
    asyncio.run(_printed())
