"""Facts 27 and 28: forms, what they may hold, and those that are open across a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest

from tests.selftests.discord.bots import Bot, running, said
from tests.selftests.discord.raw import raw
from tests.servers.discord import CannotDo, Seen
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.selftests.discord.conftest import Scene
    from tests.servers.discord import Interaction

Asked = discord.Interaction[Any]


class EditForm(discord.ui.Modal, title="Edit v1"):
    """A form with one of everything."""

    prompt = discord.ui.Label[Any](
        text="What should change?",
        component=discord.ui.TextInput(
            custom_id="prompt", style=discord.TextStyle.paragraph, max_length=100
        ),
    )
    size = discord.ui.Label[Any](
        text="Size",
        component=discord.ui.Select(
            custom_id="size",
            options=[
                discord.SelectOption(label="Square", value="1024x1024", default=True),
                discord.SelectOption(label="Wide", value="1536x1024"),
            ],
        ),
    )
    image = discord.ui.Label[Any](
        text="A picture",
        component=discord.ui.FileUpload(custom_id="image", required=False, max_values=2),
    )
    quality = discord.ui.Label[Any](
        text="Quality",
        component=discord.ui.RadioGroup(
            custom_id="quality",
            options=[
                discord.RadioGroupOption(label="Low", value="low", default=True),
                discord.RadioGroupOption(label="High", value="high"),
            ],
        ),
    )
    again = discord.ui.Label[Any](
        text="Two of them", component=discord.ui.Checkbox(custom_id="again")
    )

    def __init__(self) -> None:
        super().__init__(custom_id="edit:1", timeout=None)
        self.filled: dict[str, Any] = {}

    async def on_submit(self, interaction: Asked) -> None:
        parts: dict[str, Any] = {
            "prompt": self.prompt.component,
            "size": self.size.component,
            "image": self.image.component,
            "quality": self.quality.component,
            "again": self.again.component,
        }
        self.filled["prompt"] = parts["prompt"].value
        self.filled["size"] = parts["size"].values
        self.filled["image"] = [await file.read() for file in parts["image"].values]
        self.filled["quality"] = parts["quality"].value
        self.filled["again"] = parts["again"].value
        await interaction.response.send_message("editing", ephemeral=True)


async def opened(scene: Scene, bot: Bot, form: discord.ui.Modal) -> Interaction:
    """Open a form from a button."""

    async def press(interaction: Asked) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(form)

    bot.on_interaction_do = press
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Edit…", custom_id="edit"))
    sent = await bot.text_channel(scene.channel.id).send("card", view=view)
    asked = await scene.ana.press(scene.channel.messages[sent.id], "Edit…")
    assert asked.seen is Seen.MODAL
    return asked


async def test_everything_that_somebody_fills_in_arrives(scene: Scene, bot: Bot) -> None:
    form = EditForm()
    asked = await opened(scene, bot, form)
    assert asked.modal is not None
    assert asked.modal.title == "Edit v1"
    assert asked.modal.labels["prompt"] == "What should change?"
    files = [("cat.png", png(1))]
    filled = {
        "prompt": "at night",
        "size": "Wide",
        "image": files,
        "quality": "High",
        "again": True,
    }
    submitted = await scene.ana.submit(asked.modal, filled)
    assert (submitted.plain, submitted.ephemeral) == ("editing", True)
    assert form.filled == {
        "prompt": "at night",
        "size": ["1536x1024"],
        "image": [png(1)],
        "quality": "high",
        "again": True,
    }


async def test_what_is_not_filled_in_keeps_its_default(scene: Scene, bot: Bot) -> None:
    form = EditForm()
    asked = await opened(scene, bot, form)
    await scene.ana.submit(asked.modal, {"prompt": "at night"})
    assert form.filled["size"] == ["1024x1024"]
    assert form.filled["quality"] == "low"
    assert form.filled["again"] is False
    assert form.filled["image"] == []


async def test_nobody_can_send_what_the_form_does_not_take(scene: Scene, bot: Bot) -> None:
    asked = await opened(scene, bot, EditForm())
    for wrong in (
        {},
        {"prompt": "x" * 101},
        {"prompt": "ok", "size": "huge"},
        {"prompt": "ok", "image": [("a.png", b""), ("b.png", b""), ("c.png", b"")]},
        {"wsh": "ok"},
    ):
        with pytest.raises(CannotDo):
            await scene.ana.submit(asked.modal, wrong)


async def test_a_form_open_across_a_restart_is_lost_unless_on_interaction_knows_it(
    scene: Scene,
) -> None:
    async with running(scene.server) as before:
        asked = await opened(scene, before, EditForm())
    async with running(scene.server) as after:
        with scene.server.impatient():
            assert (await scene.ana.submit(asked.modal, {"prompt": "at night"})).failed

        async def submitted(interaction: Asked) -> None:
            assert said(interaction)["custom_id"] == "edit:1"
            assert interaction.message is not None
            await interaction.response.send_message("editing after all", ephemeral=True)

        after.on_interaction_do = submitted
        saved = await scene.ana.submit(asked.modal, {"prompt": "at night"})
    assert saved.plain == "editing after all"


async def test_a_form_can_not_answer_a_form(scene: Scene, bot: Bot) -> None:
    asked = await opened(scene, bot, EditForm())
    codes: list[int] = []

    async def submitted(interaction: Asked) -> None:
        try:
            await interaction.response.send_modal(EditForm())
        except discord.HTTPException as error:
            codes.append(error.code)
            await interaction.response.defer()

    bot._connection._view_store._modals.clear()  # so that the form itself does not answer
    bot.on_interaction_do = submitted
    await scene.ana.submit(asked.modal, {"prompt": "at night"})
    assert codes == [50035]


def label(component: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 18, "label": "a field", "component": component, **more}


def field(custom_id: str = "prompt", **more: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": custom_id, "style": 1, **more}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "x" * 46},
        {"title": ""},
        {"custom_id": "x" * 101},
        {"components": []},
        {"components": [label(field(f"f{i}")) for i in range(6)]},
        {"components": [label(field(), label="x" * 46)]},
        {"components": [label(field("same")), label(field("same"))]},
        {"components": [label(field(max_length=4001))]},
        {"components": [label(field(value="x" * 11, max_length=10))]},
        {"components": [label({"type": 21, "custom_id": "r", "options": []})]},
        {"components": [label({"type": 19, "custom_id": "f", "max_values": 11})]},
        {"components": [label({"type": 2, "style": 1, "label": "no", "custom_id": "b"})]},
        {"components": [{"type": 12, "items": []}]},
        {"components": [field()]},
    ],
)
async def test_forms_beyond_the_limits_are_refused(
    scene: Scene, bot: Bot, wrong: dict[str, Any]
) -> None:
    form = {"title": "Edit", "custom_id": "edit", "components": [label(field())], **wrong}
    replies: list[Any] = []

    async def press(interaction: Asked) -> None:
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        async with raw(scene.server) as asking:
            replies.append(await asking.ask("POST", path, json={"type": 9, "data": form}))
            await asking.ask("POST", path, json={"type": 6})

    bot.on_interaction_do = press
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Edit…", custom_id="edit"))
    sent = await bot.text_channel(scene.channel.id).send("card", view=view)
    pressed = await scene.ana.press(scene.channel.messages[sent.id], "Edit…")
    assert replies[0].code == 50035
    assert "data" in replies[0].body["errors"]
    assert pressed.seen is Seen.SILENT
