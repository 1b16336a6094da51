"""What becomes of pictures that are drawn, as people of the page meet it?"""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from bot.conversation.records import Answer, Recorded, StoredImage
from bot.delivery.ephemerals import Ephemerals
from bot.export.archive import Exporter
from bot.intake.version_actions import VersionActions
from bot.model.catalog.catalog import Catalog
from bot.policy.permissions import Entry, Permissions
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.cards import Form, Posted
from bot.ports.messages import ActionEvent, Person, Place
from storage.blobs import ObjectBlobs
from tests.journeys.driver import drawn
from tests.servers.pictures import data_url, png
from tests.storage.canvas import ANA, BEN, Canvas

if TYPE_CHECKING:
    from pathlib import Path

    from bot.commands.compose import Running
    from storage.store import SqlStore
    from tests.journeys.web import WebDriver
    from tests.servers.model import ModelServer


async def line(web: WebDriver, *prompts: str) -> str:
    """Draw a picture and its edits, one after another."""
    thread = await web.start(prompts[0])
    await web.seen(thread, 0, drawn("v1"))
    for number, prompt in enumerate(prompts[1:], start=1):
        await web.say(thread, prompt)
        await web.seen(thread, number, drawn(f"v{number + 1} ← v{number}"))
    return thread


async def act(web: WebDriver, thread: str, action: str, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = await web.http.post(f"/api/threads/{thread}/actions", json={"action": action, **more})
    return answer.status_code, answer.json()


async def test_before_and_after_is_one_picture_on_a_card_of_its_own_and_costs_nothing(
    web: WebDriver, model: ModelServer
) -> None:
    thread = await line(web, "a boat", "paint it red", "add a flag")
    asked = len(model.requests)
    await web.press(thread, 1, "Before | after")
    [control] = (await web.thread(thread))["controls"]
    [image] = control["card"]["images"]
    assert image["alt"].startswith("Before and after: v1 on the left, v2 on the right.")
    assert control["card"]["text"] == "Before and after."
    assert control["cost"] is None
    shown = Image.open(io.BytesIO((await web.http.get(image["url"])).content))
    assert shown.size == (image["width"], image["height"])
    assert len(model.requests) == asked
    found = await web.thread(thread)
    assert [one["number"] for one in found["versions"]] == ["v1", "v2", "v3"], "it is no version"
    assert (found["head"], control["versions"]) == ("v3", [])


async def test_a_first_picture_has_nothing_before_it(web: WebDriver, model: ModelServer) -> None:
    thread = await line(web, "a boat")
    status, body = await act(web, thread, "compare")
    assert (status, body["error"]["says"]) == (
        409,
        "There's nothing to compare v1 with: it wasn't made from another version.",
    )
    for said in ("compare", "before and after"):
        answer = await web.http.post(
            f"/api/threads/{thread}/messages", json={"person": "Ana", "text": said}
        )
        assert answer.status_code == 409, "it is a control that has nothing to do, and no prompt"
    assert len(model.requests) == 1


async def test_a_picture_whose_bytes_are_gone_is_told(web: WebDriver, easel: Running) -> None:
    thread = await line(web, "a boat", "paint it red")
    first = (await web.thread(thread))["versions"][0]["url"].rpartition("/")[2]
    await easel.stores.blobs.remove(first)
    status, body = await act(web, thread, "compare")
    assert status == 422
    assert "v1 is missing" in body["error"]["says"]


async def delete(web: WebDriver, thread: str, prompt: int, what: str = "turn") -> dict[str, Any]:
    turn = (await web.thread(thread))["turns"][prompt]["id"]
    status, form = await act(web, thread, "delete", turn=turn)
    assert (status, form["form"]["title"]) == (200, "Delete permanently?")
    status, body = await act(web, thread, "delete", turn=turn, fields={"what": what})
    assert status == 202, body
    return body


async def test_delete_this_can_be_said_and_means_the_head(web: WebDriver) -> None:
    thread = await line(web, "a boat", "paint it red")
    await web.say(thread, "delete this please")
    found = await web.thread(thread)
    assert (found["head"], [one["text"] for one in found["turns"]]) == ("v1", ["a boat"])
    await web.say(thread, "delete this cloud")
    await web.seen(thread, 1, drawn("v3 ← v1"))


async def test_a_whole_canvas_can_be_deleted_and_is_unknown_afterwards(
    easel: Running, web: WebDriver
) -> None:
    thread = await line(web, "a boat", "paint it red")
    urls = [one["url"] for one in (await web.thread(thread))["versions"]]
    async with aclosing(web.events(thread)) as events:
        await anext(events)
        body = await delete(web, thread, 0, "canvas")
        assert "still counts" in body["says"]
        gone = 0
        async for name, _, card in events:
            gone += name == "card" and card["gone"]
            if gone == 2:
                break
    assert (await web.http.get(f"/api/threads/{thread}")).status_code == 404
    assert thread not in str((await web.http.get("/api/threads")).json())
    await easel.parts.retention.flush()
    for url in urls:
        assert (await web.http.get(url)).status_code == 404
        assert await easel.stores.blobs.get(url.rpartition("/")[2]) is None
    status, _ = await act(web, thread, "undo")
    assert status == 404


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"what": "everything"}, 422, "turn or canvas"),
        ({"which": "turn"}, 422, "no field"),
        ({"what": "turn"}, 404, "turn isn't in"),
    ],
)
async def test_what_cannot_be_deleted_is_told(
    web: WebDriver, fields: dict[str, str], status: int, says: str
) -> None:
    thread = await line(web, "a boat")
    found, body = await act(web, thread, "delete", turn="0" * 16, fields=fields)
    if status == 422:
        found, body = await act(web, thread, "delete", fields=fields)
    assert found == status
    assert says in body["error"]["says"]
    assert len((await web.thread(thread))["versions"]) == 1


# Who may, on a platform where people are known.

CHAT = Place(platform="chat", workspace="T1", channel="C1", thread="1.0")


def kept(store: SqlStore, folder: Path, operator: str | None = None) -> VersionActions:
    blobs = ObjectBlobs.in_folder(folder / "images")
    packing = Exporter(store, blobs, folder / "exports")
    ephemerals = Ephemerals(store, {}, Catalog("gpt-4o-image"))
    boss = Entry(platform="chat", ids=(operator,)) if operator else None
    return VersionActions(store, blobs, packing, ephemerals, Permissions(operator=boss))


def press(person: Person, turn: str | None, fields: dict[str, str] | None = None) -> ActionEvent:
    return ActionEvent(
        event_id=secrets.token_hex(4),
        place=CHAT,
        person=person,
        action=Action.DELETE,
        turn=turn,
        fields=fields,
    )


async def test_only_who_asked_or_who_runs_easel_deletes(store: SqlStore, tmp_path: Path) -> None:
    canvas = Canvas(store, place=CHAT)
    turns = await canvas.line(2)
    of = turns[0].conversation
    boss = Person(id="U9", name="Boss")
    keeping = kept(store, tmp_path, operator="U9")

    async def do(person: Person, chosen: str | None) -> Recorded | Form:
        fields = {"what": chosen} if chosen else None
        return await keeping.delete(press(person, turns[1].id, fields), of)

    for person, chosen in ((BEN, None), (BEN, "turn"), (BEN, "canvas"), (ANA, "canvas")):
        with pytest.raises(errors.NotAllowed) as refused:
            await do(person, chosen)
        assert "your Easel admin" in refused.value.facts["problem"]
    mine, theirs = await do(ANA, None), await do(boss, None)
    assert isinstance(mine, Form)
    assert isinstance(theirs, Form)
    assert [value for value, _ in mine.fields[0].choices] == ["turn"]
    assert [value for value, _ in theirs.fields[0].choices] == ["turn", "canvas"]
    begun = await do(ANA, "turn")
    assert isinstance(begun, Recorded)
    assert begun.turn is not None
    with pytest.raises(errors.NoSuchTurn):
        await do(ANA, "turn")
    whole = await keeping.delete(press(boss, None, {"what": "canvas"}), of)
    assert isinstance(whole, Recorded)
    assert turns[0].id in whole.deleted


async def test_a_prompt_that_is_part_of_another_goes_with_that_one(
    store: SqlStore, tmp_path: Path
) -> None:
    canvas = Canvas(store, place=CHAT)
    await canvas.line(1)
    first, second = await canvas.ask("a hat"), await canvas.ask("a dog", person=BEN)
    await store.merge_prompts(canvas.press(Action.MERGE), first.conversation)
    keeping = kept(store, tmp_path)
    with pytest.raises(errors.BadPrompt) as refused:
        await keeping.delete(press(BEN, second.id), first.conversation)
    assert refused.value.facts["problem"].startswith("This is now part of Ana's prompt")
    begun = await store.delete_turn("d1", press(ANA, first.id), first.conversation, first.id)
    assert begun.deleted == (first.id,)


# Export.


async def test_an_export_holds_every_image_as_it_came_and_nothing_is_left_on_disk(
    web: WebDriver, tmp_path: Path
) -> None:
    sent = {"text": "a boat like this", "files": [data_url(png(99))], "person": "Ana | <b>"}
    thread = str((await web.begin("/api/threads", sent))["thread"])
    await web.seen(thread, 0, drawn("v1"))
    for number, prompt in ((2, "paint it red"), (3, "add a flag")):
        await web.say(thread, prompt)
        await web.seen(thread, number - 1, drawn(f"v{number} ← v{number - 1}"))
    await web.say(thread, "v1: another branch")
    await web.seen(thread, 3, drawn("v4 ← v1"))
    await web.press(thread, 2, "Export")
    _, body = await act(web, thread, "export")
    assert body["says"] == "Your export is ready to download."
    answer = await web.http.get(body["url"])
    assert answer.headers["content-type"] == "application/zip"
    assert (
        answer.headers["content-disposition"] == 'attachment; filename="easel-a-boat-like-this.zip"'
    )
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert set(archive.namelist()) == {
        *(f"images/v{number}.png" for number in (1, 2, 3, 4)),
        *("sent/0001-1.png", "contact-sheet.jpg", "before-after.jpg", "edits.webp"),
        *("log.md", "tree.json"),
    }
    assert [archive.read(f"images/v{number}.png") for number in (1, 2, 3, 4)] == [
        png(number) for number in (1, 2, 3, 4)
    ]
    assert archive.read("sent/0001-1.png") == png(99)
    with Image.open(io.BytesIO(archive.read("edits.webp"))) as film:
        assert film.n_frames == 2  # type: ignore[attr-defined] # v1 and v4: the path to the head
    log = archive.read("log.md").decode()
    assert "## v4 ← v1" in log
    assert "**Ana \\| \\<b\\>**" in log
    tree = json.loads(archive.read("tree.json"))
    assert [one["file"] for one in tree["versions"]] == [f"images/v{n}.png" for n in (1, 2, 3, 4)]
    assert list((tmp_path / "data" / "exports").iterdir()) == []


async def test_what_is_missing_or_damaged_does_not_stop_an_export(
    easel: Running, web: WebDriver, tmp_path: Path
) -> None:
    thread = await line(web, "a boat", "paint it red")
    first, second = (
        one["url"].rpartition("/")[2] for one in (await web.thread(thread))["versions"]
    )
    await easel.stores.blobs.remove(first)
    (tmp_path / "data" / "images" / second[:2] / second).write_bytes(b"rotten")
    answer = await web.http.get(f"/api/threads/{thread}/export")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert set(archive.namelist()) == {"log.md", "tree.json"}
    assert "The bytes of v1 are missing." in archive.read("log.md").decode()


async def test_an_export_that_does_not_get_onto_the_disk_is_a_sentence(
    web: WebDriver, tmp_path: Path
) -> None:
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    (tmp_path / "data" / "exports").write_text("in the way")
    answer = await web.http.get(f"/api/threads/{thread}/export")
    assert answer.status_code == 503
    assert "The export failed" in answer.json()["error"]["says"]


async def test_an_unknown_thread_has_no_export(web: WebDriver) -> None:
    assert (await web.http.get("/api/threads/nothing/export")).status_code == 404
    assert (await web.http.get("/api/threads/nothing/actions")).status_code == 405


async def test_many_pictures_make_several_sheets_and_a_bounded_film(
    store: SqlStore, tmp_path: Path
) -> None:
    blobs = ObjectBlobs.in_folder(tmp_path / "images")
    canvas = Canvas(store)
    of = ""
    for number in range(65):
        of = (await canvas.ask(f"prompt {number}")).conversation
        data = png(number)
        stored = StoredImage(
            blob=await blobs.put(data),
            media_type="image/png",
            size=len(data),
            width=64,
            height=64,
            alt="a picture",
        )
        made = Answer(reply=None, images=(stored,), messages=(), cost=0.04, estimated=False)
        drawn_ = await store.finish(await canvas.claim(), made)
        await store.mark_posted(drawn_, Posted(place=drawn_.place))
    document = await Exporter(store, blobs, tmp_path / "exports").export(of)
    assert document is not None
    archive = zipfile.ZipFile(document.path)
    assert {"contact-sheet.jpg", "contact-sheet-2.jpg"} < set(archive.namelist())
    with Image.open(io.BytesIO(archive.read("edits.webp"))) as film:
        assert film.n_frames == 32  # type: ignore[attr-defined] # an animated picture
    assert document.path.stat().st_mode & 0o077 == 0, "only its owner reads it"
