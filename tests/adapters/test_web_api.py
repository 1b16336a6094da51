"""What does the page's API promise, and how does it refuse?"""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import StreamingResponse

from tests.journeys.driver import drawn, says
from tests.journeys.web import WebDriver
from tests.servers.model import Gate, ModelServer, event, fails, partial
from tests.servers.pictures import data_url, jpeg, png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    import httpx
    from starlette.responses import Response

    from bot.commands.compose import Running
    from tests.servers.model import Received


@pytest.fixture
async def web(
    start: Callable[..., AbstractAsyncContextManager[Running]],
) -> AsyncIterator[WebDriver]:
    async with start() as one:
        driver = WebDriver(one.address)
        yield driver
        await driver.close()


def sentence(answer: httpx.Response) -> str:
    error = answer.json()["error"]
    assert set(error) == {"kind", "says", "billed"}
    assert error["billed"] is False
    said: str = error["says"]
    assert said.endswith((".", "?")), said
    return said


async def test_a_thread_shows_its_turns_and_versions_in_order(
    web: WebDriver, model: ModelServer
) -> None:
    thread = await web.start("a lighthouse at dusk", person="Ana", quality="low")
    await web.seen(thread, 0, drawn("v1"))
    await web.say(thread, "make the sky purple", person="Ben")
    await web.seen(thread, 1, drawn("v2 ← v1"))
    found = await web.thread(thread)
    assert (found["id"], found["head"], found["mode"]) == (thread, "v2", "drawing")
    first, second = found["turns"]
    assert {
        key: second[key] for key in ("person", "text", "source", "reply", "error", "place")
    } == {
        "person": "Ben",
        "text": "make the sky purple",
        "source": "v1",
        "reply": "Here it is.",
        "error": None,
        "place": None,
    }
    assert first["output"] == {"size": "1024x1024", "quality": "low", "n": 1}
    assert first["cost"] == 0.011
    assert second["versions"] == ["v2"]
    version = found["versions"][1]
    assert {key: version[key] for key in ("number", "parent", "width", "height", "turn")} == {
        "number": "v2",
        "parent": "v1",
        "width": 64,
        "height": 64,
        "turn": second["id"],
    }
    assert version["alt"]
    image = await web.http.get(version["url"])
    assert image.content == png(2)
    assert image.headers["content-type"] == "image/png"
    assert "immutable" in image.headers["cache-control"]
    etag = image.headers["etag"]
    for known in (etag, f"W/{etag}", f'"another", {etag}'):
        again = await web.http.get(version["url"], headers={"If-None-Match": known})
        assert again.status_code == 304


async def test_the_same_event_gives_the_same_turn(web: WebDriver, model: ModelServer) -> None:
    body = {"text": "a boat", "event": "e1"}
    one = await web.begin("/api/threads", body)
    two = await web.begin("/api/threads", body)
    assert one == two
    path = f"/api/threads/{one['thread']}/messages"
    three = await web.begin(path, {"text": "paint it red", "event": "e1"})
    four = await web.begin(path, {"text": "paint it red", "event": "e1"})
    assert three == four != one
    await web.seen(one["thread"], 1, drawn("v2 ← v1"))
    assert len(model.requests) == 2


async def test_a_form_does_as_well_as_json(web: WebDriver) -> None:
    form = {"text": "a boat", "person": "Ana", "size": "portrait", "n": "2", "quality": "best"}
    for given in ({"data": form}, {"files": {k: (None, v) for k, v in form.items()}}):
        answer = await web.http.post("/api/threads", **given)
        assert answer.status_code == 202
        turn = (await web.thread(answer.json()["thread"]))["turns"][0]
        assert turn["output"] == {"size": "1024x1536", "quality": "high", "n": 2}


IMPOSSIBLE: list[tuple[dict[str, Any], list[str]]] = [
    ({"size": "9x9"}, ["1024x1024", "1024x1536", "1536x1024", "2048x2048"]),
    ({"quality": "superb"}, ["low", "medium", "high"]),
    ({"n": 3}, ["1 or 2"]),
    ({"n": 0}, ["1 or 2"]),
    ({"n": "many"}, ["1 or 2"]),
    ({"n": True}, ["1 or 2"]),
    ({"n": 1.5}, ["1 or 2"]),
    ({"model": "dall-e"}, ["gpt-4o-image", "gpt-image-2"]),
    ({"text": "  "}, ["lighthouse"]),
    ({"text": None}, ["lighthouse"]),
    ({"text": 7}, ["text"]),
    ({"text": "x" * 8001}, ["8,000"]),
    ({"text": "a boat size:huge"}, ["1024x1024"]),
    ({"source": "v9"}, ["v9"]),
    ({"event": "e" * 300}, ["200"]),
    ({"person": ["Ana"]}, ["person"]),
]


async def test_what_cannot_be_is_refused_with_the_choices_and_leaves_nothing(
    web: WebDriver, model: ModelServer
) -> None:
    for body, choices in IMPOSSIBLE:
        answer = await web.http.post("/api/threads", json={"text": "a boat", **body})
        assert answer.status_code == 422, body
        said = sentence(answer)
        assert all(choice in said for choice in choices), said
    for content in (b"", b"not json", b"[1]", b'"text"', b"\xff\xfe", b"{" * 5000):
        answer = await web.http.post("/api/threads", content=content)
        assert answer.status_code == 422, content
        assert sentence(answer)
    assert (await web.http.get("/api/threads")).json()["threads"] == []
    assert not model.requests


async def test_what_is_not_there_is_told(web: WebDriver) -> None:
    thread = await web.start("a boat")
    for answer in (
        await web.http.get("/api/threads/nothing"),
        await web.http.post("/api/threads/nothing/messages", json={"text": "a boat"}),
        await web.http.post("/api/threads/nothing/actions", json={"action": "undo"}),
        await web.http.get("/api/threads/nothing/events"),
        await web.http.get(f"/images/{'0' * 64}"),
        await web.http.post(
            f"/api/threads/{thread}/actions", json={"action": "cancel", "turn": "nothing"}
        ),
        await web.http.get(f"/api/threads/{thread}/turns/nothing/preview"),
    ):
        assert answer.status_code == 404
        assert sentence(answer)


UNFIT: list[tuple[dict[str, Any], int, str]] = [
    ({"action": "explode"}, 422, "undo, redo, goto"),
    ({}, 422, "undo, redo, goto"),
    ({"action": "goto"}, 422, "v2"),
    ({"action": "goto", "version": "v9"}, 422, "v9"),
    ({"action": "undo"}, 409, "nothing to undo"),
    ({"action": "redo"}, 409, "nothing to redo"),
    ({"action": "choose"}, 409, "nothing to choose"),
    ({"action": "cancel"}, 409, "nothing to cancel"),
    ({"action": "resume"}, 409, "on hold"),
    ({"action": "edit", "fields": ["x"]}, 422, "fields"),
    ({"action": "edit", "fields": {"text": ""}}, 422, "lighthouse"),
    ({"action": "edit", "fields": {"text": "x", "size": "9x9"}}, 422, "1024x1024"),
    ({"action": "answer", "fields": {"value": "x"}}, 404, "turn isn't in"),
    ({"action": "talk"}, 422, "isn't available"),
    ({"action": "edit", "fields": {"text": "x", "colour": "red"}}, 422, "no field"),
    ({"action": "vary", "fields": {"text": "x"}}, 422, "no field"),
    ({"action": "edit", "fields": {"text": ["x"]}}, 422, "are text"),
    ({"action": "edit", "fields": {"text": "x" * 20_001}}, 422, "too long"),
]


async def test_an_action_that_does_not_fit_is_refused_with_a_sentence(web: WebDriver) -> None:
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    for body, status, words in UNFIT:
        answer = await web.http.post(f"/api/threads/{thread}/actions", json=body)
        assert (answer.status_code, words in sentence(answer)) == (status, True), answer.text
    assert len((await web.thread(thread))["turns"]) == 1


async def test_actions_move_the_head_and_say_so(web: WebDriver) -> None:
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    await web.say(thread, "paint it red")
    await web.seen(thread, 1, drawn("v2 ← v1"))
    path = f"/api/threads/{thread}/actions"
    for body, head in (
        ({"action": "undo", "event": "u1"}, "v1"),
        ({"action": "undo", "event": "u1"}, "v1"),
        ({"action": "redo"}, "v2"),
        ({"action": "goto", "version": "v1", "person": "Ben"}, "v1"),
    ):
        answer = await web.begin(path, body)
        assert answer["turn"] is None
        assert head in answer["says"]
        assert (await web.thread(thread))["head"] == head
    assert len((await web.thread(thread))["turns"]) == 2


async def test_a_cancel_is_no_turn_however_often_it_comes(
    web: WebDriver, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await web.start("a boat")
    await gate.entered.wait()
    path = f"/api/threads/{thread}/actions"
    for _ in range(2):
        answer = await web.begin(path, {"action": "cancel", "event": "c", "person": "Ana"})
        assert answer == {"thread": thread, "turn": None}
    gate.open.set()


async def test_a_vary_action_is_a_new_turn_once_an_event(web: WebDriver) -> None:
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    path = f"/api/threads/{thread}/actions"
    one = await web.begin(path, {"action": "vary", "event": "w"})
    assert one == await web.begin(path, {"action": "vary", "event": "w"})
    await web.seen(thread, 1, drawn("v2"))


async def test_edit_asks_with_a_form_first_then_draws(web: WebDriver, model: ModelServer) -> None:
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    path = f"/api/threads/{thread}/actions"
    answer = await web.begin(path, {"action": "edit", "version": "v1"})
    form = answer["form"]
    assert [field["name"] for field in form["fields"]] == ["text", "size", "quality", "n"]
    assert form["price"] == 0.042
    fields = {"text": "undo", "size": "1536x1024", "n": "2"}
    accepted = await web.begin(path, {"action": "edit", "version": "v1", "fields": fields})
    assert accepted["turn"]
    await web.seen(thread, 1, drawn("v2a, v2b ← v1"))
    assert model.requests[1].prompt == "undo", "a form's words are a prompt, whatever they say"
    assert model.requests[1].body["image_output"]["size"] == "1536x1024"


async def test_threads_are_listed_newest_first_by_pages(web: WebDriver) -> None:
    threads = [await web.start(f"picture {number}") for number in range(5)]
    await web.seen(threads[-1], 0, drawn("v1"))
    first = (await web.http.get("/api/threads", params={"limit": 2, "before": ""})).json()
    assert [one["id"] for one in first["threads"]] == [threads[4], threads[3]]
    assert first["threads"][0]["image"]["number"] == "v1"
    rest = (await web.http.get("/api/threads", params={"before": first["next"]})).json()
    assert [one["id"] for one in rest["threads"]] == [threads[2], threads[1], threads[0]]
    assert rest["next"] is None
    for wrong in ({"limit": "0"}, {"limit": "x"}, {"before": "x"}, {"before": "9" * 30}):
        assert (await web.http.get("/api/threads", params=wrong)).status_code == 422


async def test_the_event_stream_goes_on_after_any_event_and_misses_nothing(
    web: WebDriver, model: ModelServer
) -> None:
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    for number in range(3):
        await web.say(thread, f"step {number}")
    await web.seen(thread, 3, drawn("v4 ← v3"))
    everything = await _collect(web, thread, None)
    states = {data["id"]: data["state"] for _, _, data in everything}
    assert len(states) == 4
    assert set(states.values()) == {"posted"}
    assert everything[-1][2]["head"] == "v4"
    for _, id_, _ in everything:
        rest = await _collect(web, thread, id_)
        seen_before = [data["revision"] for _, i, data in everything if int(i) <= int(id_)]
        missing = [d for _, i, d in everything if int(i) > int(id_)]
        assert len(rest) >= len(missing), (id_, seen_before)
        assert {d["id"] for d in missing} <= {data["id"] for _, _, data in rest}


async def _collect(web: WebDriver, thread: str, after: str | None) -> list[tuple[str, str, Any]]:
    """Read a stream until what is on disk has come."""
    revision = (await web.thread(thread))["revision"]
    found: list[tuple[str, str, Any]] = []
    if after is not None and int(after) >= revision:
        return found
    async for name, id_, data in web.events(thread, after):
        found.append((name, id_, data))
        if data.get("revision", 0) >= revision and int(id_ or 0) >= revision:
            return found
    raise AssertionError("the stream ended")


async def test_previews_come_as_events_and_are_gone_after(
    web: WebDriver, model: ModelServer
) -> None:
    gate, looking = Gate(), Gate()

    async def reply(received: Received) -> Response:
        drawn_ = await model.draw(received)
        first = partial(0, png(70))
        await looking.open.wait()  # what comes before anybody looks is kept for nobody
        rest = [chunk async for chunk in drawn_.body_iterator]  # type: ignore[attr-defined] # a StreamingResponse has one

        async def pieces() -> AsyncIterator[Any]:
            yield first
            await gate.open.wait()
            yield b"".join(rest)

        return stream_of(pieces())

    model.answer(reply)
    thread = await web.start("a boat")
    async for name, _, data in web.events(thread):
        looking.open.set()
        if name == "preview":
            assert data["turn"]
            shown = await web.http.get(data["url"])
            assert shown.content == png(70)
            assert shown.headers["cache-control"] == "no-store"
            break
    gate.open.set()
    await web.seen(thread, 0, drawn("v1"))
    assert (await web.http.get(data["url"])).status_code == 404


def stream_of(pieces: AsyncIterator[Any]) -> Response:
    async def written() -> AsyncIterator[bytes]:
        async for one in pieces:
            yield one if isinstance(one, bytes) else event(one)

    return StreamingResponse(written(), media_type="text/event-stream")


async def test_several_pages_on_one_thread_all_see_what_happens(web: WebDriver) -> None:
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))

    async def watch() -> str:
        async for name, _, data in web.events(thread):
            if name == "card" and data["text"] == "paint it red" and data["state"] == "posted":
                return str(data["versions"][0])
        return ""

    pages = [asyncio.create_task(watch()) for _ in range(5)]
    await asyncio.sleep(0)
    await web.say(thread, "paint it red")
    assert await asyncio.wait_for(asyncio.gather(*pages), 20) == ["v2"] * 5


async def test_no_more_pages_follow_than_there_is_room_for_even_all_at_once(
    start: Callable[..., AbstractAsyncContextManager[Running]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.events.MAX_STREAMS", 3)
    async with start() as one:
        web = WebDriver(one.address)
        thread = await web.start("a boat")
        await web.seen(thread, 0, drawn("v1"))
        async with AsyncExitStack() as opened:
            streams = [web.http.stream("GET", f"/api/threads/{thread}/events") for _ in range(8)]
            pages = [opened.enter_async_context(stream) for stream in streams]
            answers = await asyncio.gather(*pages)
            assert sorted(answer.status_code for answer in answers) == [200] * 3 + [503] * 5
        await web.close()


async def test_a_waiting_turn_tells_its_place(web: WebDriver, model: ModelServer) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await web.start("a boat")
    await gate.entered.wait()
    for number in range(3):
        await web.say(thread, f"step {number}")
    places = [turn["place"] for turn in (await web.thread(thread))["turns"]]
    assert places == [None, 1, 2, 3]
    gate.open.set()
    await web.seen(thread, 3, drawn("v4 ← v3"))


@pytest.mark.parametrize("how", ["multipart", "json"])
async def test_a_picture_that_comes_with_the_first_prompt_is_edited(
    web: WebDriver, model: ModelServer, how: str
) -> None:
    photo = jpeg(9)
    if how == "multipart":
        form: Any = {
            "data": {"text": "make it night"},
            "files": [("files", ("p.jpg", photo, "image/jpeg"))],
        }
    else:
        form = {"json": {"text": "make it night", "files": [data_url(photo, "image/jpeg")]}}
    answer = await web.http.post("/api/threads", **form)
    assert answer.status_code == 202, answer.text
    thread = answer.json()["thread"]
    await web.seen(thread, 0, drawn("v1"))
    assert model.requests[0].images == [photo]
    assert model.requests[0].prompt == "make it night"
    [file] = (await web.thread(thread))["turns"][0]["files"]
    assert (await web.http.get(file["url"])).content == photo
    await web.say(thread, "add a moon")
    await web.seen(thread, 1, drawn("v2 ← v1"))
    assert model.requests[1].images == [png(1)], "later edits carry the drawn image, not the photo"


async def test_a_picture_with_an_edit_comes_before_the_sentence(
    web: WebDriver, model: ModelServer
) -> None:
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    answer = await web.http.post(
        f"/api/threads/{thread}/messages",
        data={"text": "make the sky like in this photo"},
        files=[("files", ("p.png", png(33), "image/png"))],
    )
    assert answer.status_code == 202
    await web.seen(thread, 1, drawn("v2 ← v1"))
    assert model.requests[1].images == [png(1), png(33)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"hello", "isn't a PNG, JPEG, WebP, GIF, HEIC or AVIF"),
        (png(1)[:-30], "incomplete"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "isn't a PNG"),
        (b"", "isn't a PNG"),
    ],
)
async def test_a_file_that_is_no_picture_is_refused_by_name(
    web: WebDriver, model: ModelServer, data: bytes, words: str
) -> None:
    answer = await web.http.post(
        "/api/threads",
        data={"text": "make it night"},
        files=[("files", ("letter.png", data, "image/png"))],
    )
    assert answer.status_code == 422
    assert words in sentence(answer)
    assert "letter.png" in sentence(answer)
    assert not model.requests


async def test_a_form_without_a_chosen_file_is_a_prompt_in_words(web: WebDriver) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\na boat\r\n'
        b'--b\r\nContent-Disposition: form-data; name="files"; filename=""\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n"
    )
    kind = {"content-type": "multipart/form-data; boundary=b"}
    answer = await web.http.post("/api/threads", content=body, headers=kind)
    assert answer.status_code == 202, answer.text


async def test_too_many_files_are_refused(web: WebDriver) -> None:
    many = [("files", (f"{n}.png", png(n), "image/png")) for n in range(6)]
    urls = [data_url(png(n)) for n in range(5)]
    for answer in (
        await web.http.post("/api/threads", data={"text": "x"}, files=many),
        await web.http.post("/api/threads", json={"text": "x", "files": urls}),
    ):
        assert answer.status_code == 422
        assert "4 pictures" in sentence(answer)


async def test_a_body_that_claims_or_turns_out_to_be_too_large_is_refused(
    web: WebDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ports.limits.MAX_REQUEST", 100_000)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 10_000

    for content in (b"x" * 200_000, pieces()):
        answer = await web.http.post("/api/threads", content=content)
        assert answer.status_code == 413
        assert "too much" in sentence(answer)


async def test_a_thread_chooses_its_model_and_keeps_it(web: WebDriver, model: ModelServer) -> None:
    thread = (await web.begin("/api/threads", {"text": "a boat", "model": "gpt-image-2"}))["thread"]
    await web.seen(thread, 0, lambda seen: "Retry" in seen.buttons or bool(seen.images))
    turn = (await web.thread(thread))["turns"][0]
    assert turn["error"]["kind"] == "not_configured", "this server knows no images API: 404"
    assert "isn't set up" in turn["error"]["says"]


async def test_the_api_is_documented_for_people_and_machines(web: WebDriver) -> None:
    page = await web.http.get("/api")
    assert page.status_code == 200
    assert "POST /api/threads" in page.text
    described = (await web.http.get("/api/openapi.json")).json()
    assert described["openapi"].startswith("3.")
    for path, entry in described["paths"].items():
        example = path.replace("{id}", "x").replace("{sha256}", "0" * 64)
        for method in entry.keys() & {"get", "post"}:
            async with web.http.stream(method.upper(), example) as answer:  # /api/events has no end
                assert answer.status_code != 405, f"{method} {path}"


async def test_a_blocked_and_an_unpaid_turn_carry_their_kinds(
    web: WebDriver, model: ModelServer
) -> None:
    model.answer(fails(451))
    thread = await web.start("unspeakable")
    await web.seen(thread, 0, says("not billed"))
    [turn] = (await web.thread(thread))["turns"]
    assert (turn["state"], turn["error"]["kind"], turn["error"]["billed"]) == (
        "refused",
        "blocked",
        False,
    )
    model.answer(fails(402))
    await web.say(thread, "something nice")
    await web.seen(thread, 1, says("no credit"))
    turn = (await web.thread(thread))["turns"][1]
    assert (turn["state"], turn["error"]["kind"]) == ("held", "no_credit")


async def test_markup_in_names_and_prompts_stays_text(web: WebDriver) -> None:
    thread = await web.start("<script>alert(1)</script>", person="<b>Ana</b>")
    found = await web.http.get(f"/api/threads/{thread}")
    assert found.headers["content-type"] == "application/json"
    assert found.json()["turns"][0]["text"] == "<script>alert(1)</script>"


async def test_a_browser_that_asks_for_what_is_not_there_gets_a_page(web: WebDriver) -> None:
    page = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path in ("/t/nothing", "/nothing", "/api/threads/nothing/nothing"):
        answer = await web.http.get(path, headers=page)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert 'href="/"' in answer.text
        script = await web.http.get(path, headers={"Accept": "*/*"})
        assert script.status_code == 404
        assert sentence(script)
    thread = await web.start("a boat")
    assert (await web.http.get(f"/t/{thread}", headers=page)).status_code == 200


async def test_several_threads_are_followed_over_one_stream(web: WebDriver) -> None:
    first, second = await web.start("a boat"), await web.start("a house")
    for thread in (first, second):
        await web.seen(thread, 0, drawn("v1"))
    at = (await web.thread(first))["revision"]
    follow = {"follow": [f"{first}:{at}", f"{second}:0", "nothing:0"]}
    heard: set[tuple[str, str]] = set()
    async with web.http.stream("GET", "/api/events", params=follow) as stream:
        name = ""
        async for line in stream.aiter_lines():
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                said = json.loads(value)
                title = said["data"]["card"]["title"] if name == "card" else ""
                heard.add((said["thread"], title or name))
            if {("nothing", "gone"), (second, "v1")} <= heard and (first, "v1") not in heard:
                await web.say(first, "red")
                heard.add((first, "v1"))
            if (first, "v2 ← v1") in heard:
                break
    for wrong in ("x", ":1", "x:", "x:-1", f"x:{'9' * 12}"):
        answer = await web.http.get("/api/events", params={"follow": wrong})
        assert answer.status_code == 422
        assert sentence(answer)
