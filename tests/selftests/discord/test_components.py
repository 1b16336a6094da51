"""Facts 25 and 26: layouts, their limits, attachments on edits, buttons that survive a restart."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import discord
import pytest

from tests.selftests.discord.bots import Bot, running, said
from tests.selftests.discord.raw import raw
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.selftests.discord.conftest import Scene

V2 = 1 << 15


def text(content: str = "x") -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(custom_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "go", "custom_id": custom_id, **more}


def row(*inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(inside)}


def select(count: int, **more: Any) -> dict[str, Any]:
    options = [{"label": f"v{i}", "value": f"{i}"} for i in range(count)]
    return {"type": 3, "custom_id": "versions", "options": options, **more}


def gallery(*urls: str) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}} for url in urls]}


async def refusal(scene: Scene, body: dict[str, Any]) -> Any:
    """Try to send a body; give the complaints, or None when it was taken."""
    async with raw(scene.server) as asking:
        reply = await asking.ask("POST", f"/channels/{scene.channel.id}/messages", json=body)
    return None if reply.status == 200 else (reply.code, reply.body.get("errors"))


@pytest.mark.parametrize(
    "components",
    [
        [text() for _ in range(40)],
        [{"type": 17, "components": [text(), {"type": 14}, row(button())], "accent_color": 255}],
        [{"type": 9, "components": [text()], "accessory": button()}],
        [row(select(25, max_values=25))],
        [text("x" * 4000)],
        [row(*(button(f"b{i}") for i in range(5)))],
    ],
)
async def test_layouts_within_the_limits_are_taken(scene: Scene, components: list[Any]) -> None:
    assert await refusal(scene, {"flags": V2, "components": components}) is None


@pytest.mark.parametrize(
    "body",
    [
        {"flags": V2, "components": [text() for _ in range(41)]},
        {"flags": V2, "components": [{"type": 17, "components": [text() for _ in range(40)]}]},
        {"flags": V2, "components": [text("x" * 2001), text("x" * 2000)]},
        {"flags": V2, "components": [text("")]},
        {"flags": V2, "components": [button()]},
        {"flags": V2, "components": [row()]},
        {"flags": V2, "components": [row(*(button(f"b{i}") for i in range(6)))]},
        {"flags": V2, "components": [row(button(), select(2))]},
        {"flags": V2, "components": [row(button("same"), button("same"))]},
        {"flags": V2, "components": [row(button("x" * 101))]},
        {"flags": V2, "components": [row(button(label="x" * 81))]},
        {"flags": V2, "components": [row(button(url="https://example.org"), button(style=5))]},
        {"flags": V2, "components": [row(select(26))]},
        {"flags": V2, "components": [row(select(0))]},
        {"flags": V2, "components": [row(select(2, min_values=2, max_values=1))]},
        {"flags": V2, "components": [gallery()]},
        {"flags": V2, "components": [gallery("attachment://missing.png")]},
        {"flags": V2, "components": [gallery("https://example.org/elsewhere.png")]},
        {"flags": V2, "components": [{"type": 9, "components": [text()]}]},
        {"flags": V2, "components": [{"type": 18, "label": "in forms only"}]},
        {"flags": V2, "components": [text()], "content": "beside"},
        {"flags": V2, "components": [text()], "embeds": [{"title": "beside"}]},
        {"flags": V2, "components": [text()], "poll": {"question": {"text": "beside"}}},
        {"components": [text()]},
        {"content": "x" * 2001},
        {"content": "x", "components": [row(button()) for _ in range(6)]},
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    ],
)
async def test_what_is_beyond_them_is_refused_with_the_place(scene: Scene, body: Any) -> None:
    refused = await refusal(scene, body)
    assert refused is not None
    code, errors = refused
    assert code == 50035
    assert re.search(r"_errors", str(errors))
    assert scene.server.messages(scene.channel) == []


async def test_the_place_of_a_complaint_is_exact(scene: Scene) -> None:
    body = {"flags": V2, "components": [text(), row(button(), button("b", label="x" * 81))]}
    refused = await refusal(scene, body)
    says = refused[1]["components"]["1"]["components"]["1"]["label"]["_errors"]
    expected = "Must be 80 or fewer in length."
    assert says == [{"code": "BASE_TYPE_BAD_LENGTH", "message": expected}]


async def test_nothing_at_all_is_an_empty_message(scene: Scene) -> None:
    assert await refusal(scene, {"content": "  "}) == (50006, None)
    assert await refusal(scene, {"flags": V2}) == (50006, None)


def picture(name: str, number: int = 0) -> discord.File:
    return discord.File(io.BytesIO(png(number)), name)


def card(words: str, *names: str) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay[Any](words))
    items = [discord.MediaGalleryItem(f"attachment://{n}", description=f"alt {n}") for n in names]
    view.add_item(discord.ui.MediaGallery[Any](*items))
    return view


async def test_on_an_edit_the_attachments_are_the_complete_new_set(scene: Scene, bot: Bot) -> None:
    place = bot.text_channel(scene.channel.id)
    message = await place.send(view=card("v1", "v1.png"), files=[picture("v1.png", 1)])
    shown = scene.channel.messages[message.id]
    assert shown.images() == [png(1)]
    assert shown.alt_texts == ["alt v1.png"]
    await message.edit(view=card("v2", "v2.png"), attachments=[picture("v2.png", 2)])
    assert shown.images() == [png(2)]
    assert [a.name for a in shown.attachments] == ["v2.png"]
    await message.edit(view=card("v2, said otherwise", "v2.png"))
    assert shown.images() == [png(2)]


async def test_a_kept_file_and_a_new_one_stand_side_by_side(scene: Scene, bot: Bot) -> None:
    message = await bot.text_channel(scene.channel.id).send("one", file=picture("v1.png", 1))
    await message.edit(attachments=[*message.attachments, picture("v2.png", 2)])
    assert scene.channel.messages[message.id].images() == [png(1), png(2)]
    await message.edit(attachments=[])
    assert scene.channel.messages[message.id].images() == []


async def test_files_that_no_component_shows_are_not_seen_on_a_layout(
    scene: Scene, bot: Bot
) -> None:
    place = bot.text_channel(scene.channel.id)
    files = [picture("v1.png", 1), picture("unseen.png", 2)]
    message = await place.send(view=card("v1", "v1.png"), files=files)
    assert scene.channel.messages[message.id].images() == [png(1)]
    assert [a.filename for a in message.attachments] == ["unseen.png"]


async def test_the_flag_is_never_unset(scene: Scene, bot: Bot) -> None:
    place = bot.text_channel(scene.channel.id)
    message = await place.send(view=card("v1", "v1.png"), files=[picture("v1.png")])
    with pytest.raises(discord.HTTPException) as raised:
        await message.edit(content="back to words", view=None, attachments=[])
    assert raised.value.code == 50035
    async with raw(scene.server) as asking:
        path = f"/channels/{place.id}/messages/{message.id}"
        await asking.ask("PATCH", path, json={"flags": 0, "components": [text("still V2")]})
    shown = scene.channel.messages[message.id]
    assert shown.is_v2
    assert shown.plain == "still V2"


async def test_a_message_with_words_becomes_a_layout_only_when_the_words_go(
    scene: Scene, bot: Bot
) -> None:
    message = await bot.text_channel(scene.channel.id).send("words")
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay[Any]("a layout"))
    with pytest.raises(discord.HTTPException):
        await message.edit(view=view)
    await message.edit(content=None, view=view)
    assert scene.channel.messages[message.id].plain == "a layout"


class Vary(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"vary:(?P<version>\d+)",
):
    def __init__(self, version: int) -> None:
        super().__init__(discord.ui.Button(label="Vary", custom_id=f"vary:{version}"))
        self.version = version

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: Any, match: re.Match[str], /
    ) -> Vary:
        return cls(int(match["version"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"varying v{self.version}", ephemeral=True)


def with_buttons(*items: Any) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.ActionRow[Any](*items))
    return view


async def test_a_dynamic_button_survives_a_restart(scene: Scene) -> None:
    server = scene.server
    async with running(server) as before:
        sent = await before.text_channel(scene.channel.id).send(view=with_buttons(Vary(7)))
    shown = scene.channel.messages[sent.id]
    async with running(server) as after:
        with server.impatient():
            assert (await scene.ana.press(shown, "Vary")).failed
        after.add_dynamic_items(Vary)
        pressed = await scene.ana.press(shown, "Vary")
    assert pressed.plain == "varying v7"


async def test_plain_views_stay_in_memory_and_views_of_dynamic_items_do_not(
    scene: Scene, bot: Bot
) -> None:
    place = bot.text_channel(scene.channel.id)
    views = bot._connection._view_store._synced_message_views  # where discord.py keeps them
    for number in range(3):
        await place.send(view=with_buttons(Vary(number)))
    assert not views
    for number in range(3):
        plain: discord.ui.Button[Any] = discord.ui.Button(label="Go", custom_id=f"go:{number}")
        await place.send(view=with_buttons(plain))
    assert len(views) == 3


async def test_a_list_offers_what_it_offers(scene: Scene, bot: Bot) -> None:
    chosen: list[Any] = []

    async def pick(interaction: discord.Interaction[Any]) -> None:
        chosen.append(said(interaction)["values"])
        await interaction.response.defer()

    bot.on_interaction_do = pick
    options = [discord.SelectOption(label=f"v{i}", value=str(i)) for i in (1, 2)]
    versions: discord.ui.Select[Any] = discord.ui.Select(custom_id="versions", options=options)
    sent = await bot.text_channel(scene.channel.id).send(view=with_buttons(versions))
    shown = scene.channel.messages[sent.id]
    assert [option.label for option in shown.selects[0].options] == ["v1", "v2"]
    await scene.ana.select(shown, "versions", "v2")
    assert chosen == [["2"]]
