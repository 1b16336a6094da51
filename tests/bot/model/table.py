"""What do people read for each way in which a model can fail? `python -m tests.bot.model.table` prints it.

Each row plays answers of a scripted model through a running Easel, over real sockets.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from contextlib import aclosing, asynccontextmanager
from dataclasses import KW_ONLY, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.commands.compose import running
from bot.commands.platforms import read_settings
from bot.ports import errors
from bot.server import logs
from tests.bot.model.gateway_faults import CASES, PROMPT
from tests.conftest import QUICK
from tests.journeys.web import WebDriver
from tests.servers.changes import PATIENCE
from tests.servers.http import serving
from tests.servers.model import (
    DONE,
    ModelServer,
    completion,
    delta,
    event,
    fails,
    partial,
    says,
    stream,
    text,
)
from tests.servers.pictures import claiming, data_url, png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.bot.model.gateway_faults import Case
    from tests.servers.model import Received, Reply

#: a turn in one of these moves no more by itself
ENDED = frozenset({"posted", "refused", "interrupted", "failed", "cancelled", "held"})


@dataclass(frozen=True)
class Row:
    """One way to fail, and what must come of it."""

    what: str
    #: played one after another; then the model draws
    replies: Sequence[Reply]
    _: KW_ONLY
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
    #: what is asked for; "": a boat
    prompt: str = ""
    #: words that nobody may read
    hides: str = ""


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


async def costly_dead_address(received: Received) -> Response:
    url = f"http://{received.host}/files/gone.png"
    return await says(completion(image(url), usage={"cost": 0.04}))(received)


def finished(reason: str, **more: Any) -> Reply:
    return says(completion(None, finish=reason, **more))


def raw_json(more: str, before: str = "", after: str = "") -> Reply:
    """Answer with a picture, in JSON that is not quite JSON."""
    whole = json.dumps(completion(image(data_url(png(7)))))

    async def reply(_received: Received) -> Response:
        body = f"{before}{{{more}{whole[1:]}{after}"
        return Response(body.encode("utf-8"), media_type="application/json")

    return reply


def cut_stream(*events: object) -> Reply:
    """Break the connection behind these events."""

    async def reply(_received: Received) -> Response:
        body = b"".join(map(event, events))
        length = {"content-length": str(len(body) + 900)}
        return Response(body, headers=length, media_type="text/event-stream")

    return reply


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
    "reads": "isn't set up correctly",
}
DRAWN: dict[str, Any] = {"state": "posted", "billed": True}
UPSTREAM = faulty(500, "server_error")
PREVIEW = partial(0, png(90))
WHOLE = delta(content=image(data_url(png(1))))
NO_IMAGE: dict[str, Any] = {
    "state": "failed",
    "kind": "unavailable",
    "billed": None,
    "reads": "It may have been billed.",
    "offers": ("Retry",),
}
OF_CLASS: dict[type[errors.ModelError], dict[str, Any]] = {
    errors.NoCredit: NO_CREDIT,
    errors.Blocked: BLOCKED,
    errors.ImageRefused: {"state": "refused", "kind": "bad_request", "reads": "couldn't read"},
    errors.RequestRefused: {"state": "refused", "kind": "bad_request", "reads": "didn't accept"},
    errors.KeyRefused: NOT_SET_UP,
    errors.UnknownModel: NOT_SET_UP,
    errors.Busy: {"state": "failed", "kind": "busy", "reads": "It was not billed."},
    errors.Unavailable: UNAVAILABLE,
    errors.UnknownOutcome: UNKNOWN,
}


def of_gateways(means: type[errors.ModelError]) -> list[Row]:
    """Make a row for each kind of body in which gateways say that; `test_gateway_faults` has them all."""
    cases = [case for case in CASES if case.means is means]
    return [_of_case(case) for case in {type(case.body): case for case in cases}.values()]


def _of_case(case: Case) -> Row:
    async def reply(_received: Received) -> Response:
        if isinstance(case.body, str):
            kind = "text/html" if "<" in case.body else "text/plain"
            return Response(case.body, case.status, dict(case.head), media_type=kind)
        return JSONResponse(case.body, case.status, dict(case.head))

    more = OF_CLASS[case.means]
    waits = case.means in {errors.Busy, errors.Unavailable}
    later = waits and (case.wait or 0.0) > QUICK.longest_wait
    tries = 1 if later or not waits else 3
    return Row(
        f"{case.what}: {case.status}",
        [reply] * tries,
        prompt=PROMPT,
        hides="" if case.means is errors.RequestRefused else case.message[:60],
        **{**more, "requests": tries, "reads": "until" if later else more["reads"]},
    )


ROWS: tuple[Row, ...] = (
    # no money
    Row("402", [fails(402)], **NO_CREDIT),
    Row("429 `insufficient_quota`", [faulty(429, "insufficient_quota")], **NO_CREDIT),
    Row(
        "400 `billing_hard_limit_reached`", [faulty(400, "billing_hard_limit_reached")], **NO_CREDIT
    ),
    Row("403 `insufficient_user_quota`", [faulty(403, "insufficient_user_quota")], **NO_CREDIT),
    Row("200 with `error.code` 402", [says(error(402))], **NO_CREDIT),
    Row("an error event 402 in a stream", [streams(error(402))], **NO_CREDIT),
    *of_gateways(errors.NoCredit),
    # blocked
    Row("451", [fails(451)], **BLOCKED),
    Row(
        "400 `moderation_blocked`",
        [faulty(400, "moderation_blocked", moderation_details={"input": ["x"]})],
        **BLOCKED,
    ),
    Row("400 `content_policy_violation`", [faulty(400, "content_policy_violation")], **BLOCKED),
    Row(
        "403 with moderation metadata",
        [faulty(403, 403, metadata={"reasons": ["violence"], "flagged_input": "x"})],
        **BLOCKED,
    ),
    *(
        Row(f"200 with `finish_reason` {one}", [finished(one)], **BLOCKED)
        for one in ("content_filter", "IMAGE_SAFETY", "PROHIBITED_CONTENT")
    ),
    Row("`content_filter` in a stream", [streams(delta(finish="content_filter"))], **BLOCKED),
    *of_gateways(errors.Blocked),
    Row(
        "`IMAGE_RECITATION` beside completion tokens",
        [finished("IMAGE_RECITATION", usage={"completion_tokens": 240})],
        **{**BLOCKED, "billed": None, "reads": "It may have been billed."},
    ),
    Row(
        "`content_filter` beside a cost",
        [finished("content_filter", usage={"cost": 0.04})],
        **{**BLOCKED, "billed": True, "reads": "It cost $0.040."},
    ),
    Row(
        "Gemini's `blockReason`",
        [says({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "candidates": []})],
        **BLOCKED,
    ),
    # not blocked
    *of_gateways(errors.ImageRefused),
    *of_gateways(errors.RequestRefused),
    Row(
        "451 `image_download_failed`",
        [faulty(451, "image_download_failed")],
        state="refused",
        kind="bad_request",
        reads="couldn't read an image",
        lacks=("Retry",),
    ),
    Row(
        "400 `invalid_value`",
        [says({"error": {"code": "invalid_value", "message": "n is 1 or 2"}}, 400)],
        state="refused",
        kind="bad_request",
        reads="n is 1 or 2",
    ),
    # the key, the address
    Row("401", [faulty(401, "invalid_api_key")], **NOT_SET_UP),
    Row("403", [faulty(403, "forbidden")], **NOT_SET_UP),
    Row("404 `model_not_found`", [faulty(404, "model_not_found")], **NOT_SET_UP),
    *of_gateways(errors.KeyRefused),
    *of_gateways(errors.UnknownModel),
    # too large
    Row("413, then drawn", [fails(413)], requests=2, **DRAWN),
    *(
        Row(
            f"{what}, twice",
            [fails(status, None, message)] * 2,
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
        "429 with `Retry-After`, then drawn",
        [fails(429, "rate_limit_exceeded", **{"retry-after": "0"})],
        requests=2,
        **DRAWN,
    ),
    Row(
        "429 with `retry-after-ms`, three times",
        [fails(429, "rate_limit_exceeded", **{"retry-after-ms": "5"})] * 3,
        state="failed",
        kind="busy",
        requests=3,
        reads="It was not billed.",
        offers=("Retry",),
    ),
    *of_gateways(errors.Busy),
    *of_gateways(errors.Unavailable),
    # upstream
    Row("500 in JSON, then drawn", [UPSTREAM], requests=2, **DRAWN),
    *(
        Row(f"{what}, three times", [one] * 3, **UNAVAILABLE)
        for what, one in (
            ("500 in JSON", UPSTREAM),
            ("502 in JSON", faulty(502, 502)),
            ("504 in JSON", faulty(504, "upstream_timeout")),
            ("200 with `error.code` 502", says(error(502))),
            ("an error event before any image", streams(error("server_error"))),
        )
    ),
    # nothing came
    Row("200 with `choices: []`, three times", [says({"choices": []})] * 3, **UNAVAILABLE),
    *(
        Row(what, [reply], **NO_IMAGE)
        for what, reply in (
            ("nothing, beside completion tokens", finished("stop", usage={"completion_tokens": 7})),
            ("`NO_IMAGE`", finished("NO_IMAGE")),
            ("`length`, in a stream", streams(delta(finish="length"))),
            ("`refusal`", finished("refusal")),
            ("only progress", text("> 1.56% …\n\n⏳ Queued…")),
            ("only thoughts", text("<think>A boat, then. Let me")),
        )
    ),
    Row(
        "nothing, beside a cost",
        [finished("stop", usage={"cost": 0.04})],
        **{**NO_IMAGE, "billed": True, "reads": "It cost $0.040."},
    ),
    Row(
        "an error in a 200, beside a cost",
        [says({**error(502), "usage": {"cost": 0.04}})],
        **{**UNAVAILABLE, "billed": True, "requests": 1, "reads": "It cost $0.040."},
    ),
    Row(
        "a refusal",
        [says(completion(None, message={"refusal": "I can't draw a real person."}))],
        reads="I can't draw a real person.",
        **DRAWN,
    ),
    Row(
        "only text",
        [text("Do you want it by day or by night?")],
        reads="by day or by night",
        **DRAWN,
    ),
    # unknown outcome
    *(Row(f"{one} in HTML", [page(one)], **UNKNOWN) for one in (502, 504, 520, 524)),
    Row("a time-out", [silence], whole=0.7, **UNKNOWN),
    Row("the connection lost in the answer", [cut], **UNKNOWN),
    Row(
        "end of stream without an end mark, in the middle of words",
        [streams(delta(content="Here is your"), end=b"")],
        **UNKNOWN,
    ),
    *(
        Row(what, [reply], **DRAWN)
        for what, reply in (
            ("a whole image, then no end mark", streams(WHOLE, end=b"")),
            ("a whole image, then an error event", streams(WHOLE, error("server_error"))),
            ("a whole image, then a cut connection", cut_stream(WHOLE)),
            ("a lone half of a surrogate pair", raw_json('"id": "\\ud83d",')),
            ("NaN and Infinity in the JSON", raw_json('"usage": {"cost": NaN, "x": -Infinity},')),
            ("a byte order mark, and more behind the JSON", raw_json("", "\ufeff", "\n}garbage")),
        )
    ),
    Row(
        "a cut image, then an error event",
        [streams(delta(content=image(data_url(png(1)[:-20]))), error("server_error"))],
        **UNKNOWN,
    ),
    Row("only previews", [streams(PREVIEW)], **UNKNOWN),
    Row("broken JSON", [broken], **UNKNOWN),
    Row("an error event after a preview", [streams(PREVIEW, error("server_error"))], **UNKNOWN),
    # bad image
    Row("an image that is none", [says(completion(image(data_url(b"<svg/>"))))], **BAD_IMAGE),
    Row("an image that is cut", [says(completion(image(data_url(png(1)[:-20]))))], **BAD_IMAGE),
    Row(
        "a PNG that claims 60,000 × 60,000",
        [says(completion(image(data_url(claiming(60_000, 60_000)))))],
        **BAD_IMAGE,
    ),
    Row(
        "an image URL that is refused",
        [says(completion(image("http://169.254.169.254/latest/meta-data")))],
        **BAD_IMAGE,
    ),
    Row("an image URL that is dead", [dead_address], **BAD_IMAGE),
    Row(
        "an image URL that is dead, beside a cost",
        [costly_dead_address],
        **{**BAD_IMAGE, "billed": True, "reads": "It cost $0.040."},
    ),
)
#: with nobody listening at the model's address
NOBODY = Row(
    "connection refused",
    (),
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
        """Play a row in a thread of its own; return what came of it."""
        before = len(self.model.requests)
        self.model.answer(*row.replies)
        thread = await self.web.start(row.prompt or f"a boat, for “{row.what}”")
        turn = await self.ended(thread, 0)
        return Played(row=row, thread=thread, turn=turn, requests=self.model.requests[before:])

    async def ended(self, thread: str, prompt: int, *states: str) -> dict[str, Any]:
        """Wait until a turn moves no more by itself; return it as the page's API shows it."""
        async with asyncio.timeout(PATIENCE), aclosing(self.web.events(thread)) as events:
            async for _ in events:
                turns = (await self.web.thread(thread))["turns"]
                if len(turns) > prompt and turns[prompt]["state"] in (states or ENDED):
                    found: dict[str, Any] = turns[prompt]
                    return found
        raise AssertionError(f"prompt {prompt} never ended")

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
        settings = read_settings(data=data, model_url=url or server.url, web_port=0, grace_s=5)
        timing = QUICK if whole is None else replace(QUICK, whole=whole)
        async with running(settings, timing=timing) as one:
            web = WebDriver(one.address)
            try:
                yield Stage(web=web, model=server)
            finally:  # a connection left open would fail the next test
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
