"""Facts 14, 15 and 17: the first answer, tokens, deferring, follow-ups, apps that only a person has."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import app_commands

from tests.selftests.discord.bots import card, go, picture, said
from tests.selftests.discord.raw import raw
from tests.servers.discord import CannotDo, Limits, Seen
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.selftests.discord.bots import Bot
    from tests.selftests.discord.conftest import Scene

Asked = discord.Interaction[Any]


async def test_a_late_first_answer_is_an_unknown_interaction(scene: Scene, bot: Bot) -> None:
    late: list[Asked] = []

    async def keep(interaction: Asked) -> None:
        late.append(interaction)

    await go(bot, keep)
    with scene.server.impatient():
        asked = await scene.ana.slash("go", scene.channel)
    assert asked.seen is Seen.FAILED
    with pytest.raises(discord.NotFound) as raised:
        await late[0].response.send_message("sorry")
    assert raised.value.code == 10062


async def test_a_second_first_answer_is_refused(scene: Scene, bot: Bot) -> None:
    await go(bot, lambda interaction: interaction.response.send_message("one"))
    asked = await scene.ana.slash("go", scene.channel)
    path = f"/interactions/{asked.id}/{asked.token}/callback"
    async with raw(scene.server) as asking:
        again = await asking.ask("POST", path, json={"type": 4, "data": {"content": "two"}})
    assert (again.status, again.code) == (400, 40060)
    assert asked.plain == "one"


async def test_a_token_dies_after_15_minutes_and_the_answer_stays_editable_by_its_id(
    scene: Scene, bot: Bot
) -> None:
    await go(bot, lambda interaction: interaction.response.send_message("thinking hard"))
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
    await go(bot, lambda interaction: interaction.response.defer())
    asked = await scene.ana.slash("go", scene.channel)
    assert asked.thinking
    assert asked.original is not None
    await bot.interactions[0].edit_original_response(
        view=card("v1", "v1.png"), attachments=[picture()]
    )
    assert asked.answered
    assert asked.original.is_v2
    assert asked.images() == [png()]
    assert asked.original.edits == 0


async def test_the_components_flag_is_not_allowed_when_deferring(scene: Scene, bot: Bot) -> None:
    tried: list[Any] = []

    async def do(interaction: Asked) -> None:
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        async with raw(scene.server) as asking:
            tried.append(await asking.ask("POST", path, json={"type": 5, "data": {"flags": 32768}}))
        await interaction.response.defer()

    await go(bot, do)
    asked = await scene.ana.slash("go", scene.channel)
    assert tried[0].code == 50035
    assert "flags" in tried[0].body["errors"]["data"]
    assert asked.thinking


async def test_the_first_follow_up_after_a_defer_edits_it_and_stays_as_public_as_it_was(
    scene: Scene, bot: Bot
) -> None:
    async def do(interaction: Asked) -> None:
        await interaction.response.defer()
        await interaction.followup.send("first", ephemeral=True)
        await interaction.followup.send("second", ephemeral=True)

    await go(bot, do)
    asked = await scene.ana.slash("go", scene.channel)
    await scene.server.until(lambda: asked.followups)
    assert (asked.plain, asked.ephemeral) == ("first", False)
    assert [(m.plain, m.ephemeral) for m in asked.followups] == [("second", True)]


async def test_whether_an_answer_is_ephemeral_is_fixed_when_deferring(
    scene: Scene, bot: Bot
) -> None:
    await go(bot, lambda interaction: interaction.response.defer(ephemeral=True))
    asked = await scene.ana.slash("go", scene.channel)
    await bot.interactions[0].edit_original_response(content="only for you")
    assert asked.ephemeral
    assert scene.server.messages(scene.channel) == []
    assert "only Ana sees this" in scene.server.transcript(scene.channel)
    assert bot.heard == []


async def test_an_ephemeral_answer_can_not_be_edited_as_a_message(scene: Scene, bot: Bot) -> None:
    await go(bot, lambda i: i.response.send_message("psst", ephemeral=True))
    asked = await scene.ana.slash("go", scene.channel)
    assert asked.original is not None
    place = bot.text_channel(scene.channel.id)
    with pytest.raises(discord.NotFound) as raised:
        await place.get_partial_message(asked.original.id).edit(content="x")
    assert raised.value.code == 10008


async def test_a_follow_up_before_the_answer_is_an_unknown_webhook(scene: Scene, bot: Bot) -> None:
    codes: list[int] = []

    async def do(interaction: Asked) -> None:
        try:
            await interaction.followup.send("too early")
        except discord.NotFound as error:
            codes.append(error.code)
        await interaction.response.send_message("now")

    await go(bot, do)
    await scene.ana.slash("go", scene.channel)
    assert codes == [10015]


async def test_components_and_forms_may_be_acknowledged_in_silence(scene: Scene, bot: Bot) -> None:
    async def press(interaction: Asked) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.defer()
            await interaction.edit_original_response(content="pressed", view=None)

    bot.on_interaction_do = press
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Vary", custom_id="vary"))
    await go(bot, lambda interaction: interaction.response.send_message("card", view=view))
    asked = await scene.ana.slash("go", scene.channel)
    assert asked.original is not None
    pressed = await scene.ana.press(asked.original, "Vary")
    assert pressed.seen is Seen.SILENT
    await scene.server.until(lambda: asked.plain == "pressed")
    assert asked.original.buttons == []
    with pytest.raises(CannotDo):
        await scene.ana.press(asked.original, "Vary")


async def test_a_component_can_update_its_message_at_once_or_answer_with_another(
    scene: Scene, bot: Bot
) -> None:
    async def press(interaction: Asked) -> None:
        if interaction.type is discord.InteractionType.component:
            custom_id = said(interaction)["custom_id"]
            if custom_id == "undo":
                await interaction.response.edit_message(content="undone")
            else:
                await interaction.response.send_message("whispered", ephemeral=True)

    bot.on_interaction_do = press
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Undo", custom_id="undo"))
    view.add_item(discord.ui.Button(label="Help", custom_id="help"))
    message = await bot.text_channel(scene.channel.id).send("card", view=view)
    shown = scene.channel.messages[message.id]
    updated = await scene.ana.press(shown, "Undo")
    assert updated.original is shown
    assert shown.plain == "undone"
    helped = await scene.ana.press(shown, "help")
    assert (helped.plain, helped.ephemeral) == ("whispered", True)


async def test_context_menus_and_options_carry_what_they_refer_to(scene: Scene, bot: Bot) -> None:
    got: dict[str, Any] = {}

    @bot.tree.command(name="imagine", description="draw")
    @app_commands.choices(size=[app_commands.Choice(name="Wide", value="1536x1024")])
    async def imagine(
        interaction: Asked,
        prompt: str,
        size: str = "auto",
        image: discord.Attachment | None = None,
        n: app_commands.Range[int, 1, 4] = 1,
    ) -> None:
        data = await image.read() if image else None
        got.update(prompt=prompt, size=size, data=data, n=n, limit=interaction.filesize_limit)
        await interaction.response.send_message("ok")

    await bot.tree.sync()
    await scene.ana.slash(
        "imagine", scene.channel, prompt="a cat", size="Wide", image=("cat.png", png(1)), n=2
    )
    assert got == {
        "prompt": "a cat",
        "size": "1536x1024",
        "data": png(1),
        "n": 2,
        "limit": 10 * 1024 * 1024,
    }
    for wrong in ({}, {"prompt": "a", "size": "huge"}, {"prompt": "a", "n": 9}, {"prmpt": "a"}):
        with pytest.raises(CannotDo):
            await scene.ana.slash("imagine", scene.channel, **wrong)


async def test_autocomplete_offers_25_choices_at_most_and_in_time(scene: Scene, bot: Bot) -> None:
    offered = [3]

    @bot.tree.command(name="imagine", description="draw")
    async def imagine(interaction: Asked, prompt: str) -> None:
        await interaction.response.send_message(prompt)

    @imagine.autocomplete("prompt")
    async def recent(_: Asked, typed: str) -> list[app_commands.Choice[str]]:
        if not typed:
            await bot.wait_for("never")
        return [app_commands.Choice(name=f"{typed} {i}", value=str(i)) for i in range(offered[0])]

    await bot.tree.sync()
    choices = await scene.ana.autocomplete("imagine", "prompt", "a li")
    assert [choice.name for choice in choices] == ["a li 0", "a li 1", "a li 2"]
    offered[0] = 26
    with scene.server.impatient():
        for typed in ("a li", ""):
            with pytest.raises(CannotDo, match="loading options failed"):
                await scene.ana.autocomplete("imagine", "prompt", typed)


async def test_a_large_answer_is_refused_where_the_guild_does_not_allow_it(scene: Scene) -> None:
    assert scene.server.world.file_bytes(scene.server.guild("Boosted", tier=2)) == 50 * 1024 * 1024


@pytest.mark.parametrize("limits", [Limits(file_bytes=(1000, 1000, 5000, 9000))])
async def test_a_file_above_the_limit_is_too_large(scene: Scene, bot: Bot) -> None:
    big = discord.File(io.BytesIO(b"x" * 1001), "big.bin")
    with pytest.raises(discord.HTTPException) as raised:
        await bot.text_channel(scene.channel.id).send(file=big)
    assert (raised.value.status, raised.value.code) == (413, 40005)
