"""Are interactions answered within their time, once, and with what Discord takes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import app_commands

from tests.selftests.discord.bots import Bot, layout, picture, register, request
from tests.servers.discord import CannotDo, Seen
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.selftests.discord.conftest import Scene

Interaction = discord.Interaction[Any]


async def test_a_late_first_answer_is_an_unknown_interaction(scene: Scene, bot: Bot) -> None:
    late: list[Interaction] = []

    async def keep(interaction: Interaction) -> None:
        late.append(interaction)

    await register(bot, keep)
    with scene.server.impatient():
        asked = await scene.ana.slash("go", scene.channel)
    assert asked.seen is Seen.FAILED
    with pytest.raises(discord.NotFound) as raised:
        await late[0].response.send_message("sorry")
    assert raised.value.code == 10062
    with pytest.raises(discord.NotFound) as raised:
        await late[0].followup.send("sorry")
    assert raised.value.code == 10015


async def test_a_second_first_answer_is_refused(scene: Scene, bot: Bot) -> None:
    await register(bot, lambda interaction: interaction.response.send_message("one"))
    asked = await scene.ana.slash("go", scene.channel)
    path = f"/interactions/{asked.id}/{asked.token}/callback"
    body = {"type": 4, "data": {"content": "two"}}
    again = await request(scene.server, "POST", path, json=body)
    assert (again.status, again.body["code"]) == (400, 40060)
    assert asked.plain == "one"


async def test_a_token_dies_after_15_minutes_and_its_message_stays_editable(
    scene: Scene, bot: Bot
) -> None:
    await register(bot, lambda interaction: interaction.response.send_message("thinking hard"))
    asked = await scene.ana.slash("go", scene.channel)
    scene.server.advance(15 * 60 + 1)
    with pytest.raises(discord.HTTPException) as raised:
        await bot.interactions[0].edit_original_response(content="done")
    assert (raised.value.status, raised.value.code) == (401, 50027)
    assert asked.original is not None
    place = bot.text_channel(scene.channel.id)
    await place.get_partial_message(asked.original.id).edit(content="done")
    assert asked.plain == "done"


async def test_deferring_shows_thinking_until_the_answer(scene: Scene, bot: Bot) -> None:
    await register(bot, lambda interaction: interaction.response.defer())
    asked = await scene.ana.slash("go", scene.channel)
    assert asked.thinking
    assert asked.original is not None
    view = layout("v1", "v1.png")
    await bot.interactions[0].edit_original_response(view=view, attachments=[picture()])
    assert asked.images() == [png()]
    assert asked.original.edits == 0


async def test_the_first_follow_up_after_a_defer_edits_it_and_stays_as_public_as_it_was(
    scene: Scene, bot: Bot
) -> None:
    async def do(interaction: Interaction) -> None:
        await interaction.response.defer()
        await interaction.followup.send("first", ephemeral=True)
        await interaction.followup.send("second", ephemeral=True)

    await register(bot, do)
    asked = await scene.ana.slash("go", scene.channel)
    await scene.server.until(lambda: asked.followups)
    assert (asked.plain, asked.ephemeral) == ("first", False)
    assert [(m.plain, m.ephemeral) for m in asked.followups] == [("second", True)]
    second = asked.followups[0]
    with pytest.raises(discord.NotFound) as raised:
        await bot.text_channel(scene.channel.id).get_partial_message(second.id).edit(content="x")
    assert raised.value.code == 10008, "an ephemeral message is edited by its token only"


async def test_a_form_is_filled_in_as_it_allows_and_answers_no_form(scene: Scene, bot: Bot) -> None:
    prompt = discord.ui.TextInput[Any](custom_id="prompt", max_length=100)
    wide = discord.SelectOption(label="Wide", value="1536x1024")
    square = discord.SelectOption(label="Square", value="1024x1024", default=True)
    sent: list[Any] = []
    codes: list[int] = []

    def form() -> discord.ui.Modal:
        modal = discord.ui.Modal(title="Edit v1", custom_id="edit:1", timeout=None)
        size = discord.ui.Select[Any](custom_id="size", options=[square, wide])
        modal.add_item(discord.ui.Label(text="What should change?", component=prompt))
        modal.add_item(discord.ui.Label(text="Size", component=size))
        modal.stop()
        return modal

    async def submitted(interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            data: Any = interaction.data
            sent.append([one["component"] for one in data["components"]])
            with pytest.raises(discord.HTTPException) as raised:
                await interaction.response.send_modal(form())
            codes.append(raised.value.code)
            await interaction.response.defer()

    bot.on_interaction_do = submitted
    await register(bot, lambda interaction: interaction.response.send_modal(form()))
    asked = await scene.ana.slash("go", scene.channel)
    assert asked.modal is not None
    for wrong in ({}, {"prompt": "x" * 101}, {"prompt": "ok", "size": "huge"}, {"other": "ok"}):
        with pytest.raises(CannotDo):
            await scene.ana.submit(asked.modal, wrong)
    await scene.ana.submit(asked.modal, {"prompt": "at night"})
    await scene.ana.submit(asked.modal, {"prompt": "by day", "size": "Wide"})
    assert [(one[0]["value"], one[1]["values"]) for one in sent] == [
        ("at night", ["1024x1024"]),
        ("by day", ["1536x1024"]),
    ]
    assert codes == [50035, 50035]


def label(component: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 18, "label": "a field", "component": component, **more}


def field(custom_id: str = "prompt", **more: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": custom_id, "style": 1, **more}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "x" * 46},
        {"custom_id": "x" * 101},
        {"components": []},
        {"components": [label(field(f"f{i}")) for i in range(6)]},
        {"components": [label(field(), label="x" * 46)]},
        {"components": [label(field("same")), label(field("same"))]},
        {"components": [label(field(max_length=4001))]},
        {"components": [label(field(value="x" * 11, max_length=10))]},
        {"components": [field()]},
    ],
)
async def test_forms_beyond_the_limits_are_refused(
    scene: Scene, bot: Bot, wrong: dict[str, Any]
) -> None:
    form = {"title": "Edit", "custom_id": "edit", "components": [label(field())], **wrong}
    codes: list[int] = []

    async def answer(interaction: Interaction) -> None:
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        refused = await request(scene.server, "POST", path, json={"type": 9, "data": form})
        codes.append(refused.body["code"])
        await interaction.response.defer()

    await register(bot, answer)
    await scene.ana.slash("go", scene.channel)
    assert codes == [50035]


async def test_autocomplete_offers_25_choices_at_most(scene: Scene, bot: Bot) -> None:
    offered = [25]

    @bot.tree.command(name="imagine", description="draw")
    async def imagine(interaction: Interaction, prompt: str) -> None:
        await interaction.response.send_message(prompt)

    @imagine.autocomplete("prompt")
    async def recent(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        texts = [f"{typed} {number}" for number in range(offered[0])]
        return [app_commands.Choice(name=text, value=text) for text in texts]

    await bot.tree.sync()
    assert len(await scene.ana.autocomplete("imagine", "prompt", "a li")) == 25
    offered[0] = 26
    with scene.server.impatient(), pytest.raises(CannotDo, match="loading options failed"):
        await scene.ana.autocomplete("imagine", "prompt", "a li")


def option(**more: Any) -> dict[str, Any]:
    return {"type": 3, "name": "prompt", "description": "what to draw", **more}


GOOD = {"name": "imagine", "description": "draw"}
CHOICE = {"name": "x", "value": "y"}


@pytest.mark.parametrize(
    "body",
    [
        [{"name": "two words", "description": "draw"}],
        [{"name": "imagine", "description": "x" * 101}],
        [GOOD, GOOD],
        [{**GOOD, "options": [option(name="a"), option(name="b", required=True)]}],
        [{**GOOD, "options": [option(name=f"o{n}") for n in range(26)]}],
        [{**GOOD, "options": [option(choices=[CHOICE] * 26)]}],
        [{**GOOD, "options": [option(choices=[CHOICE], autocomplete=True)]}],
        [{**GOOD, "options": [option(), {"type": 1, "name": "sub", "description": "sub"}]}],
        [{**GOOD, "contexts": [7]}],
        [{"type": 3, "name": "Menu", "description": "menus have none"}],
    ],
)
async def test_commands_that_discord_does_not_take(scene: Scene, body: Any) -> None:
    path = f"/applications/{scene.server.world.app.id}/commands"
    refused = await request(scene.server, "PUT", path, json=body)
    assert (refused.status, refused.body["code"]) == (400, 50035)
    assert scene.server.commands == []


async def test_an_app_that_only_a_person_installed_answers_and_does_no_more(
    scene: Scene, bot: Bot
) -> None:
    ina = scene.server.person("Ina")
    elsewhere = scene.server.guild("Elsewhere", bot=False)
    room = scene.server.text_channel(elsewhere, "lobby")
    scene.server.admit(elsewhere, ina)
    bot.tree.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
    await register(bot, lambda interaction: interaction.response.defer())
    with pytest.raises(CannotDo):
        await ina.slash("go", room)
    ina.install()
    asked = await ina.slash("go", room)
    interaction = bot.interactions[-1]
    assert not interaction.is_guild_integration()
    view = layout("v1", "v1.png")
    await interaction.edit_original_response(view=view, attachments=[picture()])
    assert asked.images() == [png()]
    with pytest.raises(discord.Forbidden) as raised:
        await bot.get_partial_messageable(room.id).send("hello")
    assert raised.value.code == 50001
    for _ in range(5):
        await interaction.followup.send("more")
    with pytest.raises(discord.HTTPException) as limited:
        await interaction.followup.send("too much")
    assert limited.value.code == 40094
