"""Are blocks and views refused where Slack refuses them, with its words and pointers?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.slack.blocks.check import check_blocks, check_view, finished
from tests.servers.slack.blocks.layout import BLOCKS
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


def option(label: str, value: str = "v", **more: Any) -> Json:
    return {"text": plain(label), "value": value, **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> Json:
    return {"type": "section", **more}


IMAGE = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a boat"}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "a boat", "style": {"bold": True}},
                {"type": "link", "url": "https://example.org"},
                {"type": "emoji", "name": "boat"},
                {"type": "user", "user_id": "U1"},
            ],
        }
    ],
}
CARD = {
    "type": "card",
    "hero_image": IMAGE,
    "title": mrkdwn("*v1a*"),
    "body": mrkdwn("a boat"),
    "actions": [button("Use this one")],
}
TASK = {"type": "task_card", "task_id": "t1", "title": "Drawing", "status": "in_progress"}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "like",
    "positive_button": {"text": plain("Good"), "value": "yes"},
    "negative_button": {"text": plain("Bad"), "value": "no"},
}
SELECT = {"type": "static_select", "action_id": "size", "options": [option("Square")]}
GOOD: dict[str, Json] = {
    "actions": actions(button(), {**SELECT, "initial_option": option("Square")}),
    "alert": {"type": "alert", "text": mrkdwn("careful"), "level": "warning"},
    "auth_provider": {
        "type": "auth_provider",
        "value": "x",
        "name": plain("X"),
        "is_connected": False,
    },
    "card": CARD,
    "carousel": {"type": "carousel", "elements": [CARD, {**CARD, "title": mrkdwn("v1b")}]},
    "container": {"type": "container", "title": plain("More"), "child_blocks": [IMAGE]},
    "context": {"type": "context", "elements": [mrkdwn("v2 ← v1"), IMAGE]},
    "context_actions": {
        "type": "context_actions",
        "elements": [
            FEEDBACK,
            {"type": "icon_button", "action_id": "bin", "icon": "trash", "text": plain("Delete")},
        ],
    },
    "divider": {"type": "divider"},
    "header": {"type": "header", "text": plain("A boat")},
    "image": {**IMAGE, "title": plain("A boat")},
    "input": {
        "type": "input",
        "label": plain("Prompt"),
        "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
    },
    "markdown": {"type": "markdown", "text": "# A boat"},
    "plan": {"type": "plan", "title": "Plan", "tasks": [TASK]},
    "rich_text": RICH,
    "section": section(text=mrkdwn("*A boat*"), fields=[plain("1024×1024")], accessory=button()),
    "table": {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, RICH]]},
    "task_card": {**TASK, "details": RICH},
    "video": {
        "type": "video",
        "alt_text": "a boat",
        "video_url": "https://example.org/v",
        "thumbnail_url": "https://example.org/t.png",
        "title": plain("A boat"),
    },
}


def problems(*blocks: Any) -> list[str]:
    """Give what Slack says of a message's blocks."""
    try:
        check_blocks(list(blocks), lambda _file: None)
    except SlackError as error:
        found: list[str] = error.extra["errors"]
        return found
    return []


@pytest.mark.parametrize("kind", sorted(set(BLOCKS["message"]) - {"file"}))
def test_every_kind_of_block_is_taken_and_read(kind: str) -> None:
    assert problems(GOOD[kind]) == []
    read_blocks(finished([GOOD[kind]]), lambda _id: None)


@pytest.mark.parametrize("kind", sorted(set(BLOCKS["message"]) - {"file"}))
def test_no_block_takes_what_it_does_not_know(kind: str) -> None:
    wrong = {**GOOD[kind], "disabled": True}
    assert problems(wrong) == ["invalid additional property: disabled [json-pointer:/blocks/0]"]


#: what, what is one too long or too many, the pointer, Slack's words
LIMITS: list[tuple[str, Callable[[int], Json], int, str]] = [
    ("section text", lambda n: section(text=mrkdwn("x" * n)), 3000, "/text/text"),
    ("section field", lambda n: section(fields=[plain("x" * n)]), 2000, "/fields/0/text"),
    ("header", lambda n: {"type": "header", "text": plain("x" * n)}, 150, "/text/text"),
    ("button text", lambda n: actions(button("x" * n)), 75, "/elements/0/text/text"),
    ("button value", lambda n: actions(button(value="x" * n)), 2000, "/elements/0/value"),
    ("button url", lambda n: actions(button(url="https://" + "x" * (n - 8))), 3000, "/elements/0/url"),
    ("action_id", lambda n: actions({**button(), "action_id": "x" * n}), 255, "/elements/0/action_id"),
    ("block_id", lambda n: {"type": "divider", "block_id": "x" * n}, 255, "/block_id"),
    ("alt text", lambda n: {**IMAGE, "alt_text": "x" * n}, 2000, "/alt_text"),
    ("image title", lambda n: {**IMAGE, "title": plain("x" * n)}, 2000, "/title/text"),
    ("option text", lambda n: actions({**SELECT, "options": [option("x" * n)]}), 75, "/elements/0/options/0/text/text"),
    ("option value", lambda n: actions({**SELECT, "options": [option("a", "x" * n)]}), 150, "/elements/0/options/0/value"),
    ("label", lambda n: {**GOOD["input"], "label": plain("x" * n)}, 2000, "/label/text"),
    ("card title", lambda n: {**CARD, "title": mrkdwn("x" * n)}, 150, "/title/text"),
    ("card body", lambda n: {**CARD, "body": mrkdwn("x" * n)}, 200, "/body/text"),
    ("markdown", lambda n: {"type": "markdown", "text": "x" * n}, 12_000, "/text"),
]  # fmt: skip
COUNTS: list[tuple[str, Callable[[int], Json], int, str]] = [
    ("fields", lambda n: section(fields=[plain("x")] * n), 10, "/fields"),
    ("elements of actions", lambda n: actions(*(button(str(i)) for i in range(n))), 25, "/elements"),
    ("elements of context", lambda n: {"type": "context", "elements": [plain("x")] * n}, 10, "/elements"),
    ("overflow", lambda n: actions({"type": "overflow", "options": [option("a")] * n}), 5, "/elements/0/options"),
    ("select", lambda n: actions({**SELECT, "options": [option("a")] * n}), 100, "/elements/0/options"),
    ("cards", lambda n: {"type": "carousel", "elements": [CARD] * n}, 10, "/elements"),
    ("radio buttons", lambda n: actions({"type": "radio_buttons", "options": [option("a")] * n}), 10, "/elements/0/options"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "high", "where"), [pytest.param(*a, id=i) for i, *a in LIMITS])
def test_every_length_is_taken_to_the_letter(
    block: Callable[[int], Json], high: int, where: str
) -> None:
    assert problems(block(high)) == []
    expected = f"must be less than {high + 1} characters [json-pointer:/blocks/0{where}]"
    assert problems(block(high + 1)) == [expected]


@pytest.mark.parametrize(("block", "high", "where"), [pytest.param(*a, id=i) for i, *a in COUNTS])
def test_every_count_is_taken_to_the_last(
    block: Callable[[int], Json], high: int, where: str
) -> None:
    assert problems(block(high)) == []
    expected = f"no more than {high} items allowed [json-pointer:/blocks/0{where}]"
    assert problems(block(high + 1)) == [expected]


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"type": "image", "alt_text": "x"}, "`image_url` or `slack_file`"),
        ({**IMAGE, "slack_file": {"id": "F1"}}, "`image_url` or `slack_file`"),
        ({"type": "image", "image_url": "https://e.org/a"}, "missing required field: alt_text"),
        ({**IMAGE, "alt_text": ""}, "must be more than 0 characters"),
        ({**IMAGE, "image_url": "data:image/png;base64,x"}, "must be a valid URL"),
        (section(), "`text` or `fields`"),
        (section(text="plain words"), "must provide an object"),
        (section(text={"type": "mrkdwn", "text": "x", "emoji": True}), "property: emoji"),
        (actions(), "no less than 1 items"),
        (actions(button(style="green")), "valid enum value"),
        (actions(button(disabled=True)), "invalid additional property: disabled"),
        (actions(button("a"), button("a")), "`action_id` must be unique"),
        (actions(button(confirm={"title": plain("Sure?")})), "missing required field: deny"),
        (actions({**SELECT, "initial_option": option("Round")}), "exactly match"),
        (actions({**SELECT, "option_groups": []}), "no less than 1 items"),
        ({"type": "header", "text": mrkdwn("*x*")}, "unsupported type: mrkdwn"),
        ({"type": "sparkles"}, "unsupported type: sparkles"),
        ({"type": "file", "source": "remote", "external_id": "x"}, "unsupported type: file"),
        ({}, "missing required field: type"),
        ({**GOOD["input"], "element": {**SELECT, "focus_on_load": True}}, "focus_on_load"),
    ],
)
def test_what_slack_refuses_it_names(block: Json, says: str) -> None:
    assert any(says in problem for problem in problems(block)), problems(block)


def test_a_message_has_fifty_blocks_and_unique_ids() -> None:
    assert problems(*[{"type": "divider"}] * 50) == []
    assert problems(*[{"type": "divider"}] * 51) == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]
    named = {"type": "divider", "block_id": "a"}
    assert "`block_id` a already exists" in problems(named, named)[0]


def test_all_text_together_has_a_limit_of_its_own() -> None:
    blocks = [section(text=mrkdwn("x" * 3000))] * 4
    assert problems(*blocks) == []
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_blocks([*blocks, section(text=mrkdwn("x" * 1201))], lambda _file: None)
    for wrong in ("text", {"type": "divider"}, ["divider"], None):
        with pytest.raises(SlackError, match="invalid_blocks_format"):
            check_blocks(wrong, lambda _file: None)


VIEW: Json = {"type": "modal", "title": plain("Imagine"), "blocks": [{"type": "divider"}]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": plain("x" * 25)}, "less than 25 characters [json-pointer:/view/title/text]"),
        ({"submit": plain("x" * 25)}, "less than 25 characters [json-pointer:/view/submit/text]"),
        ({"private_metadata": "x" * 3001}, "less than 3001 characters"),
        ({"callback_id": "x" * 256}, "less than 256 characters"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed"),
        ({"blocks": []}, "no less than 1 items allowed"),
        ({"blocks": [GOOD["input"]]}, "must define `submit` to use an `input` block in modals"),
        ({"blocks": [GOOD["carousel"]]}, "unsupported type: carousel"),
        ({"id": "V1"}, "invalid additional property: id"),
        ({"type": "home"}, "unsupported type: home"),
    ],
)
def test_what_slack_refuses_of_a_view(change: Json, says: str) -> None:
    assert check_view(VIEW, "modal")["blocks"][0]["block_id"]
    with pytest.raises(SlackError) as refused:
        check_view({**VIEW, **change}, "modal")
    assert refused.value.code == "invalid_arguments"
    assert says in refused.value.extra["errors"][0]
