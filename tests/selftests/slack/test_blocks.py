"""Are blocks and views refused where Slack refuses them, with its words and pointers?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.slack.blocks.check import check_blocks, check_view, finished
from tests.servers.slack.reading import read_blocks
from tests.servers.slack.values import SlackError

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(label: str = "Vary", **more: Any) -> Json:
    return {"type": "button", "action_id": label, "text": plain(label), **more}


def option(label: str, value: str = "v") -> Json:
    return {"text": plain(label), "value": value}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> Json:
    return {"type": "section", **more}


IMAGE = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a boat"}
CARD = {"type": "card", "hero_image": IMAGE, "title": mrkdwn("*v1a*"), "actions": [button()]}
SELECT = {"type": "static_select", "action_id": "size", "options": [option("Square")]}
INPUT = {
    "type": "input",
    "label": plain("Prompt"),
    "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
}
#: every kind that Easel shows
GOOD = (
    actions(button(), {**SELECT, "initial_option": option("Square")}),
    {"type": "carousel", "elements": [CARD, {**CARD, "title": mrkdwn("v1b")}]},
    {"type": "context", "elements": [mrkdwn("v2 ← v1"), IMAGE]},
    {**IMAGE, "title": plain("A boat")},
    INPUT,
    section(text=mrkdwn("*A boat*"), fields=[plain("1024×1024")], accessory=button()),
)


def problems(*blocks: Any) -> list[str]:
    """Give what Slack says of a message's blocks."""
    try:
        check_blocks(list(blocks), lambda _file: None)
    except SlackError as error:
        found: list[str] = error.extra["errors"]
        return found
    return []


@pytest.mark.parametrize("block", GOOD, ids=lambda one: one["type"])
def test_a_good_block_is_taken_and_with_an_unknown_property_refused(block: Json) -> None:
    assert problems(block) == []
    read_blocks(finished([block]), lambda _id: None)
    wrong = {**block, "disabled": True}
    assert problems(wrong) == ["invalid additional property: disabled [json-pointer:/blocks/0]"]


#: a block with a text of so many letters, how many may be, the pointer
LENGTHS: list[tuple[Callable[[int], Json], int, str]] = [
    (lambda n: section(text=mrkdwn("x" * n)), 3000, "/text/text"),
    (lambda n: actions(button("x" * n)), 75, "/elements/0/text/text"),
    (lambda n: actions(button(value="x" * n)), 2000, "/elements/0/value"),
    (lambda n: {**IMAGE, "alt_text": "x" * n}, 2000, "/alt_text"),
    (lambda n: actions({**SELECT, "options": [option("a", "x" * n)]}), 150, "/elements/0/options/0/value"),
    (lambda n: {**CARD, "title": mrkdwn("x" * n)}, 150, "/title/text"),
]  # fmt: skip
COUNTS: list[tuple[Callable[[int], Json], int, str]] = [
    (lambda n: actions(*(button(str(i)) for i in range(n))), 25, "/elements"),
    (lambda n: actions({"type": "overflow", "options": [option("a")] * n}), 5, "/elements/0/options"),
    (lambda n: {"type": "carousel", "elements": [CARD] * n}, 10, "/elements"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "high", "where"), LENGTHS)
def test_every_length_is_taken_to_the_letter(
    block: Callable[[int], Json], high: int, where: str
) -> None:
    assert problems(block(high)) == []
    expected = f"must be less than {high + 1} characters [json-pointer:/blocks/0{where}]"
    assert problems(block(high + 1)) == [expected]


@pytest.mark.parametrize(("block", "high", "where"), COUNTS)
def test_every_count_is_taken_to_the_last(
    block: Callable[[int], Json], high: int, where: str
) -> None:
    assert problems(block(high)) == []
    expected = f"no more than {high} items allowed [json-pointer:/blocks/0{where}]"
    assert problems(block(high + 1)) == [expected]


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({**IMAGE, "slack_file": {"id": "F1"}}, "`image_url` or `slack_file`"),
        ({**IMAGE, "alt_text": ""}, "must be more than 0 characters"),
        (section(), "`text` or `fields`"),
        (section(text={"type": "mrkdwn", "text": "x", "emoji": True}), "property: emoji"),
        (actions(), "no less than 1 items"),
        (actions(button(style="green")), "valid enum value"),
        (actions(button("a"), button("a")), "`action_id` must be unique"),
        (actions({**SELECT, "initial_option": option("Round")}), "exactly match"),
        ({"type": "sparkles"}, "unsupported type: sparkles"),
        ({**INPUT, "element": {**SELECT, "focus_on_load": True}}, "focus_on_load"),
    ],
)
def test_what_slack_refuses_it_names(block: Json, says: str) -> None:
    assert any(says in problem for problem in problems(block)), problems(block)


def test_a_message_has_fifty_blocks_unique_ids_and_a_limit_for_all_its_text() -> None:
    assert problems(*[{"type": "divider"}] * 50) == []
    assert "no more than 50 items" in problems(*[{"type": "divider"}] * 51)[0]
    named = {"type": "divider", "block_id": "a"}
    assert "`block_id` a already exists" in problems(named, named)[0]
    blocks = [section(text=mrkdwn("x" * 3000))] * 4
    assert problems(*blocks) == []
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_blocks([*blocks, section(text=mrkdwn("x" * 1201))], lambda _file: None)


VIEW: Json = {"type": "modal", "title": plain("Imagine"), "blocks": [{"type": "divider"}]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": plain("x" * 25)}, "less than 25 characters [json-pointer:/view/title/text]"),
        ({"private_metadata": "x" * 3001}, "less than 3001 characters"),
        ({"blocks": []}, "no less than 1 items allowed"),
        ({"blocks": [INPUT]}, "must define `submit` to use an `input` block in modals"),
        ({"blocks": [GOOD[1]]}, "unsupported type: carousel"),
    ],
)
def test_what_slack_refuses_of_a_view(change: Json, says: str) -> None:
    assert check_view(VIEW, "modal")["blocks"][0]["block_id"]
    with pytest.raises(SlackError) as refused:
        check_view({**VIEW, **change}, "modal")
    assert refused.value.code == "invalid_arguments"
    assert says in refused.value.extra["errors"][0]
