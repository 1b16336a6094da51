"""What may a brand kit hold, how do kits merge, and what is the model told?"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import commands
from bot.conversation.kit_rules import (
    change_kit,
    merge_kits,
    parse_palette,
    summarize_kit,
    tell_model,
)
from bot.conversation.records import Lineage
from bot.drawing import history
from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.errors import BadPrompt
from bot.ports.kit import Kit, KitImage
from bot.ports.messages import Defaults
from tests.bot.test_history import BLOB, OTHER, path, step, turn

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
WORDS = st.text("abc ", max_size=12).map(str.strip)
IMAGES = st.sampled_from("abcdef").map(lambda one: KitImage(name=one, blob=one * 64))
KITS = st.builds(
    Kit,
    palette=st.lists(COLORS, max_size=limits.MAX_KIT_COLORS, unique=True).map(tuple),
    style=WORDS,
    avoid=WORDS,
    images=st.lists(IMAGES, max_size=limits.MAX_KIT_IMAGES, unique=True).map(tuple),
    is_on=st.sampled_from([None, True, False]),
)
SCOPES = ("thread", "channel", "workspace")
KIT = Kit(
    palette=("#0b3d91",),
    style="flat",
    avoid="photos",
    images=(KitImage(name="logo.png", blob=OTHER),),
)


@given(kits=st.lists(KITS, min_size=3, max_size=3))
def test_kits_merge_field_by_field_the_narrower_scope_first(kits: list[Kit]) -> None:
    a, b, c = kits
    merged = merge_kits(dict(zip(SCOPES, kits, strict=True)))
    for field in fields(Kit):
        found = [getattr(one, field.name) for one in kits]
        said = [one for one in found if one not in {None, "", ()}]
        assert getattr(merged, field.name) == (said[0] if said else found[-1])
    assert a.over(b).over(c) == a.over(b.over(c))
    assert a.over(a) == a.over(Kit()) == Kit().over(a) == a
    assert Defaults(kit=a).over(Defaults(kit=b)).kit == a.over(b)
    assert len(merged.palette) <= limits.MAX_KIT_COLORS
    assert len(merged.images) <= limits.MAX_KIT_IMAGES


@given(kit=KITS, given_fields=st.fixed_dictionaries({}, optional={
    "palette": st.text(max_size=40), "style": st.text(max_size=700), "remove": st.sampled_from(["1", "2,3", "all", "x"]),
}), images=st.lists(IMAGES, max_size=6))  # fmt: skip
def test_whatever_changes_a_kit_its_limits_hold(
    kit: Kit, given_fields: dict[str, str], images: list[KitImage]
) -> None:
    try:
        changed = change_kit(kit, given_fields, images)
    except BadPrompt:
        return
    assert len(changed.images) <= limits.MAX_KIT_IMAGES
    assert len({one.blob for one in changed.images}) == len(changed.images)
    assert len(changed.style) <= limits.MAX_KIT_WORDS
    assert "\n" not in changed.style
    assert parse_palette(" ".join(changed.palette)) == changed.palette
    again = {name: value for name, value in given_fields.items() if name != "remove"}
    assert change_kit(changed, again, images) == changed, "the same change again changes nothing"


def test_what_everybody_reads_of_a_kit_has_none_of_its_words() -> None:
    said = str(summarize_kit(KIT))
    assert "#0b3d91" in said
    assert not any(word in said for word in ("flat", "photos", "logo.png"))


@pytest.mark.parametrize("text", ["blue", "#12", "#gggggg", "<!channel>", "#0b3d91;drop", "#12345"])
def test_what_is_no_color_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadPrompt, match="isn't a color"):
        parse_palette(text)


def test_the_first_message_holds_the_kit_and_its_pictures_go_with_the_first_drawing_alone() -> None:
    first = history.build_messages(Lineage(), turn("a banner", kit=KIT))
    [message] = first
    kinds = [block["type"] for block in message["content"]]
    assert kinds == ["image_url", "text", "text"]
    assert message["content"][1]["text"] == tell_model(KIT)
    edit = history.build_messages(path(step(1), kit=KIT), turn())
    assert edit[0]["content"][0]["text"] == tell_model(KIT)
    assert history.find_call_ids(edit[1]) == []
    blobs = [one.blob for one in KIT.images]
    assert not any(blob in str(edit) for blob in blobs)
    assert BLOB in str(edit)
    off = history.build_messages(path(step(1), kit=KIT), turn(kit=Kit(is_on=False)))
    assert off == history.build_messages(path(step(1)), turn())


def test_a_model_without_conversation_is_told_with_the_words_of_each_prompt() -> None:
    [message] = history.build_instruction(Lineage(), turn("a banner", kit=KIT))
    assert message["content"][-1]["text"] == f"a banner\n\n{tell_model(KIT)}"
    [message] = history.build_instruction(path(step(1), kit=KIT), turn())
    assert "Palette: #0b3d91" in message["content"][-1]["text"]
    assert OTHER not in str(message)


def test_a_prompt_and_its_kit_are_not_too_long_together() -> None:
    commands.check_with_kit("x" * (limits.MAX_PROMPT - len(tell_model(KIT))), KIT)
    with pytest.raises(BadPrompt, match="brand kit"):
        commands.check_with_kit("x" * limits.MAX_PROMPT, KIT)
    commands.check_with_kit("x" * limits.MAX_PROMPT, replace(KIT, is_on=False))


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("kit", {}),
        ("show the brand kit", {}),
        ("kit add", {"value": "add"}),
        ("add this to our kit in this workspace", {"value": "add", "whose": "workspace"}),
        ("kit remove 2 in this channel", {"remove": "2", "whose": "channel"}),
        ("a kit of tools", None),
        ("make a first aid kit", None),
    ],
)
def test_a_kit_is_spoken_of_in_these_words(said: str, fields: dict[str, Any] | None) -> None:
    control = commands.parse(said).control
    assert (control.fields if control else None) == fields
    assert control is None or control.action is Action.KIT


def test_kit_off_is_a_setting_of_a_thread_and_an_option_of_a_prompt() -> None:
    assert commands.parse("kit off").control is not None
    control = commands.parse("without the kit").control
    assert control is not None
    assert (control.action, control.fields) == (Action.SETTINGS, {"kit": "off"})
    parsed = commands.parse("a boat kit:off size:portrait")
    assert (parsed.text, parsed.kit, parsed.output.size) == ("a boat", False, "1024x1536")
    assert commands.parse("a kit:tool").text == "a kit:tool"


@pytest.mark.parametrize(
    ("said", "value"),
    [("copies anywhere", "anywhere"), ("copies stay here", "here"), ("copies", None)],
)
def test_where_copies_go_is_a_setting_of_a_workspace(said: str, value: str | None) -> None:
    control = commands.parse(said).control
    fields = {"continue": value, "whose": "workspace"} if value else None
    assert (control.fields if control else None) == fields


def test_only_what_looks_like_a_code_continues_a_canvas() -> None:
    control = commands.parse("Continue ABCD-EFGH-2345").control
    assert control is not None
    assert (control.action, control.fields) == (Action.CONTINUE, {"value": "abcd-efgh-2345"})
    for prompt in ("continue illustration", "continue the road to the sea", "continue"):
        assert commands.parse(prompt).control is None
