"""What does Discord say? Payloads as they come over the gateway become prompts, presses and changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import discord
import pytest

from adapters.discord import custom_ids, parse, parse_interaction, places, text
from bot.ports.actions import Action
from bot.ports.messages import Output, Place

HERE = Path(__file__).parent / "payloads"
ME, GUILD, CHANNEL, ANA = (900_000_000_000_000_000 + number for number in (1, 2, 3, 4))
PLACE = Place(platform="discord", workspace=str(GUILD), channel=str(CHANNEL))
TURN = "0123456789abcdef"


@pytest.fixture
def state() -> Any:
    """Return what the SDK makes its values with; nothing is connected."""
    found = discord.Client(intents=discord.Intents(guilds=True))._connection
    about = {"id": str(ME), "username": "easel", "discriminator": "0", "avatar": None, "bot": True}
    found.user = discord.ClientUser(state=found, data=cast("Any", about))
    return found


def payload(name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads((HERE / f"{name}.json").read_text()))


def message(state: Any, name: str) -> discord.Message:
    data: Any = payload(name)
    guild = data.get("guild_id")
    channel = discord.PartialMessageable(
        state=state, id=int(data["channel_id"]), guild_id=int(guild) if guild else None
    )
    return discord.Message(state=state, channel=cast("Any", channel), data=data)


def interaction(state: Any, name: str) -> discord.Interaction[Any]:
    return discord.Interaction(data=cast("Any", payload(name)), state=state)


def control(one: discord.Interaction[Any]) -> custom_ids.ControlId | None:
    return custom_ids.ControlId.parse(parse_interaction.get_custom_id(one))


def test_a_mention_is_a_prompt_with_names_as_people_read_them(state: Any) -> None:
    one = message(state, "mention")
    said = parse.parse_message(one, ME)
    assert said is not None
    assert said.mentioned
    assert said.text == "a boat for @Ben in #a channel"
    ask = parse.make_message(one, said, PLACE, may_start=True, bot_id=ME)
    assert (ask.event_id, ask.message_id, ask.place, ask.may_start) == (
        str(one.id),
        str(one.id),
        PLACE,
        True,
    )
    assert (ask.person.id, ask.person.name) == (str(ANA), "Ana")
    [file] = ask.attachments
    assert (file.name, file.media_type) == ("red.png", "image/png")
    assert (file.url or "").startswith("https://cdn.discordapp.com/attachments/")
    assert file.size
    assert not ask.literal, "controls in words are heard"


def test_a_person_comes_with_all_their_roles(state: Any) -> None:
    data = payload("imagine")
    data["member"]["roles"] = ["77", "78"]
    asked: discord.Interaction[Any] = discord.Interaction(data=cast("Any", data), state=state)
    assert parse.make_person(asked.user).groups == ("77", "78")


def test_a_reply_names_the_card_that_it_answers(state: Any) -> None:
    said = parse.parse_message(message(state, "reply_to_a_card"), ME)
    assert said is not None
    data = payload("reply_to_a_card")
    assert said.reply_to == int(data["message_reference"]["message_id"])
    assert said.replies_to_bot
    assert not said.mentioned, "a ping of the reply alone begins nothing"


@pytest.mark.parametrize(
    ("name", "text"), [("in_a_thread", "make it **blue**"), ("direct", "a hill")]
)
def test_plain_words_stay_as_they_are(state: Any, name: str, text: str) -> None:
    said = parse.parse_message(message(state, name), ME)
    assert said is not None
    assert (said.text, said.mentioned, said.reply_to) == (text, False, None)


@pytest.mark.parametrize("name", ["other_bot", "webhook", "pinned"])
def test_what_no_person_says_is_not_heard(state: Any, name: str) -> None:
    assert parse.parse_message(message(state, name), ME) is None


def test_what_is_said_to_somebody_else_says_so(state: Any) -> None:
    said = parse.parse_message(message(state, "aside_to_somebody"), ME)
    assert said is not None
    assert said.to_others
    assert not said.mentioned


def test_an_edit_is_told_with_its_new_words(state: Any) -> None:
    data: Any = payload("edited")
    raw = discord.RawMessageUpdateEvent(data, message(state, "edited"))
    change = parse.parse_edit(raw, ME, PLACE)
    assert change is not None
    assert (change.what, change.message_id, change.text) == ("edited", data["id"], "pin me not")
    assert data["edited_timestamp"] in change.event_id
    untouched: Any = {**data, "edited_timestamp": None}
    link = discord.Message(state=state, channel=cast("Any", raw.message.channel), data=untouched)
    assert parse.parse_edit(discord.RawMessageUpdateEvent(untouched, link), ME, PLACE) is None
    gone = parse.make_deletion(int(data["id"]), PLACE)
    assert (gone.what, gone.message_id) == ("deleted", data["id"])
    assert gone.event_id != change.event_id


def test_a_command_carries_its_options_and_its_picture(state: Any) -> None:
    asked = interaction(state, "imagine")
    assert parse_interaction.get_command(asked) == "imagine"
    ask = parse_interaction.make_prompt(asked, PLACE, ME)
    assert (ask.event_id, ask.text, ask.may_start, ask.literal) == (
        str(asked.id),
        "a boat",
        True,
        True,
    )
    assert ask.output == Output(size="1536x1024", n=2)
    assert ask.message_id is None
    [file] = ask.attachments
    assert (file.name, file.media_type) == ("cat.png", "image/png")


def test_a_subcommand_and_what_is_typed_are_named(state: Any) -> None:
    assert parse_interaction.get_command(interaction(state, "usage")) == "easel usage"
    assert parse_interaction.get_focused(interaction(state, "typed")) == ("prompt", "a bo")


def test_a_button_says_all_that_is_needed(state: Any) -> None:
    pressed = interaction(state, "button")
    what = control(pressed)
    assert what is not None
    press = parse_interaction.make_action(pressed, what, PLACE)
    assert (press.action, press.turn, press.version) == (Action.VARY, TURN, "v1")
    assert press.fields is None
    assert press.event_id == str(pressed.id)


def test_a_list_names_the_version_that_was_chosen(state: Any) -> None:
    chosen = interaction(state, "list")
    what = control(chosen)
    assert what is not None
    press = parse_interaction.make_action(chosen, what, PLACE)
    assert (press.action, press.version, press.fields) == (Action.GOTO, "v2", None)


def test_an_answer_too_long_for_an_id_is_its_label(state: Any) -> None:
    pressed = interaction(state, "long_answer")
    what = control(pressed)
    assert what is not None
    press = parse_interaction.make_action(pressed, what, PLACE)
    text = "By night, with all the lamps of the harbour lit, and stars"
    assert press.fields == {"value": text}


def test_a_form_gives_its_fields_and_an_empty_choice_stays_empty(state: Any) -> None:
    sent = interaction(state, "form")
    what = control(sent)
    assert what is not None
    assert what.is_form
    press = parse_interaction.make_action(sent, what, PLACE)
    assert (press.action, press.turn, press.version) == (Action.EDIT, TURN, "v1")
    assert press.fields == {"text": "at night", "size": "1536x1024", "previews": ""}


def test_a_context_menu_carries_its_whole_message(state: Any) -> None:
    target = parse_interaction.get_target(interaction(state, "context_menu"), state)
    assert target is not None
    [picture] = parse.list_images(target)
    assert picture.name == "cat.png"


def test_a_forwarded_picture_is_one_of_the_message(state: Any) -> None:
    data = payload("context_menu")
    found = data["data"]["resolved"]["messages"][data["data"]["target_id"]]
    forwarded = {key: found[key] for key in ("type", "content", "embeds", "attachments")}
    times = {key: found[key] for key in ("timestamp", "edited_timestamp")}
    found["message_snapshots"] = [{"message": forwarded | times}]
    found["attachments"] = []
    used = discord.Interaction(data=cast("Any", data), state=state)
    target = parse_interaction.get_target(used, state)
    assert target is not None
    [picture] = parse.list_images(target)
    assert picture.name == "cat.png"
    sent = interaction(state, "picture_form")
    picked = custom_ids.ImageId.parse(parse_interaction.get_custom_id(sent))
    assert picked == custom_ids.ImageId(channel=CHANNEL, message=target.id, is_edit=True)
    assert control(sent) is None
    assert parse_interaction.get_fields(sent) == {"text": "make it blue"}


def test_where_only_the_person_installed_it_is_told_apart(state: Any) -> None:
    assert places.is_user_install(interaction(state, "user_installed"))
    assert not places.is_user_install(interaction(state, "imagine"))


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("value", ["", "1", "a:b:c", "x" * 300, "é\n☃"])
def test_an_id_is_read_back_as_it_was_written(action: Action, value: str) -> None:
    for form in (False, True):
        one = custom_ids.ControlId(
            action=action, turn=TURN, version="v12b", value=value, is_form=form
        )
        assert len(str(one)) <= 100
        back = custom_ids.ControlId.parse(str(one))
        assert back is not None
        assert (back.action, back.turn, back.version, back.is_form) == (action, TURN, "v12b", form)
        assert back.value in {value, custom_ids.LABEL}


@pytest.mark.parametrize(
    "text", ["", "easel", "easel:no_such:t:v1:", "somebody:else", "easel:undo:t"]
)
def test_somebody_elses_id_is_none_of_ours(text: str) -> None:
    assert custom_ids.ControlId.parse(text) is None
    assert custom_ids.ImageId.parse(text) is None


def test_forwarded_words_and_pictures_are_read_and_answer_nothing(state: Any) -> None:
    given = payload("mention") | {"content": "", "mentions": [], "mention_roles": []}
    given["attachments"] = []
    picture = {"id": "77", "filename": "cat.png", "size": 3, "content_type": "image/png"}
    urls = {"url": "https://cdn.discordapp.com/a/cat.png", "proxy_url": "https://x"}
    forwarded = {
        "type": 0,
        "content": "a boat <:sail:123>",
        "attachments": [picture | urls],
        "embeds": [],
        "components": [],
        "flags": 0,
        "timestamp": given["timestamp"],
        "edited_timestamp": None,
    }
    given["message_reference"] = {"type": 1, "channel_id": "5", "message_id": "6"}
    given["message_snapshots"] = [{"message": forwarded}]
    one = discord.Message(state=state, channel=cast("Any", _room(state)), data=cast("Any", given))
    said = parse.parse_message(one, ME)
    assert said is not None
    assert said.text == "a boat :sail:"
    assert said.reply_to is None, "what is forwarded stands elsewhere"
    assert [file.id for file in parse.list_files(one)] == ["77"]


def test_an_edit_that_takes_a_pictures_words_away_takes_the_prompt_back(state: Any) -> None:
    given = payload("mention") | {"content": "", "mentions": [], "mention_roles": []}
    given["edited_timestamp"] = given["timestamp"]
    given["attachments"] = [
        {"id": "7", "filename": "a.png", "size": 1, "url": "https://u", "proxy_url": "https://p"}
    ]
    one = discord.Message(state=state, channel=cast("Any", _room(state)), data=cast("Any", given))
    event = discord.RawMessageUpdateEvent(data=cast("Any", given), message=one)
    change = parse.parse_edit(event, ME, PLACE)
    assert change is not None
    assert change.what == "deleted"
    given["attachments"] = []
    bare = discord.Message(state=state, channel=cast("Any", _room(state)), data=cast("Any", given))
    hidden = discord.RawMessageUpdateEvent(data=cast("Any", given), message=bare)
    assert parse.parse_edit(hidden, ME, PLACE) is None, "without the intent nothing can be read"


@pytest.mark.parametrize(
    ("embed", "found"),
    [
        ({"image": {"url": "https://e.example/a.png", "proxy_url": "https://p/a"}}, "https://p/a"),
        (
            {"image": {"url": "https://cdn.discordapp.com/a.png"}},
            "https://cdn.discordapp.com/a.png",
        ),
        ({"thumbnail": {"url": "https://e.example/t", "proxy_url": "https://p/t"}}, "https://p/t"),
        ({"title": "words"}, None),
    ],
)
def test_an_embeds_picture_is_one_too(state: Any, embed: dict[str, Any], found: str | None) -> None:
    given = payload("mention") | {"attachments": [], "embeds": [{"type": "rich", **embed}]}
    one = discord.Message(state=state, channel=cast("Any", _room(state)), data=cast("Any", given))
    assert [file.url for file in parse.list_images(one)] == ([found] if found else [])


def _room(state: Any) -> discord.PartialMessageable:
    return discord.PartialMessageable(state=state, id=CHANNEL, guild_id=GUILD)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (f"<@{ANA}> in a boat", "@Ana in a boat"),
        (f"<@!{ANA}> and <@1>", "@Ana and @somebody"),
        ("<:cat:12> beside <a:dance:13>", ":cat: beside :dance:"),
        ("</imagine:5> and <#6> and <@&7>", "/imagine and #a channel and @a role"),
        (f"<@{ME}>  a hill", "a hill"),
        ("two\nlines <3", "two\nlines <3"),
    ],
)
def test_ids_in_words_become_names(raw: str, read: str) -> None:
    assert text.read_markup(raw, {ANA: "Ana"}, None, own_ids={ME}) == read
