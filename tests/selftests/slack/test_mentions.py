"""Is it seen when the app's words notify people?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.slack.typing_in import escape, typed, unescape

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from tests.servers.slack import Channel, Person, SlackServer


def section(text: str, kind: str = "mrkdwn") -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": kind, "text": text}}]


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [{"type": "rich_text_section", "elements": list(elements)}]
    return [{"type": "rich_text", "elements": inner}]


@pytest.mark.parametrize(
    ("given", "notified"),
    [
        ({"text": "<!channel> look"}, {"<!channel>"}),
        ({"text": "<!here|here> and <!everyone>"}, {"<!here>", "<!everyone>"}),
        ({"text": "<@U123> and <@U456|ben>"}, {"<@U123>", "<@U456>"}),
        ({"text": "<!subteam^S123> or <!subteam^S456|@team>"}, {"<!subteam^S123>", "<!subteam^S456>"}),
        ({"text": "&lt;!channel&gt; @channel <#C123> <https://e.org|@here>"}, set()),
        ({"text": "x", "blocks": section("<!channel>")}, {"<!channel>"}),
        ({"text": "x", "blocks": section("<!channel> <@U123>", "plain_text")}, set()),
        ({"text": "x", "blocks": [{"type": "markdown", "text": "<@U123>"}]}, {"<@U123>"}),
        ({"text": "x", "blocks": rich({"type": "broadcast", "range": "here"})}, {"<!here>"}),
        ({"text": "x", "blocks": rich({"type": "user", "user_id": "U123"})}, {"<@U123>"}),
        ({"text": "x", "blocks": rich({"type": "text", "text": "<!channel>"})}, set()),
        ({"text": "@channel", "link_names": True}, {"<!channel>"}),
        ({"text": "@here", "parse": "full"}, {"<!here>"}),
        ({"text": "x", "attachments": [{"text": "<!channel>"}]}, {"<!channel>"}),
    ],
)  # fmt: skip
async def test_what_notifies_and_what_does_not(
    slack: SlackServer,
    client: AsyncWebClient,
    design: Channel,
    given: dict[str, Any],
    notified: set[str],
) -> None:
    posted = await client.chat_postMessage(channel=design.id, **given)
    assert {notice.mention for notice in slack.notified} == notified
    assert design.by_ts[posted["ts"]].notified == notified


async def test_updates_and_whispers_notify_too_but_nothing_twice(
    slack: SlackServer, client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    await ana.say(design, "@here I may: people are not counted")
    ts = (await client.chat_postMessage(channel=design.id, text="<!here>"))["ts"]
    await client.chat_update(channel=design.id, ts=ts, text="<!here> <!channel>")
    await client.chat_postEphemeral(channel=design.id, user=ana.id, text="<@U123>")
    told = [(notice.mention, notice.source) for notice in slack.notified]
    assert told == [
        ("<!here>", "chat.postMessage"),
        ("<!channel>", "chat.update"),
        ("<@U123>", "chat.postEphemeral"),
    ]
    assert "notifies @channel @here" in slack.transcript(design)


async def test_people_type_names_and_read_names(
    slack: SlackServer, ana: Person, design: Channel
) -> None:
    slack.person("Ben")
    message = await ana.say(design, "@Ben & @Easel: see https://e.org/?a=1&b=2, @nobody")
    ben = slack.person("Ben")
    assert message.text == (
        f"<@{ben.id}> &amp; <@{slack.bot.user_id}>: see <https://e.org/?a=1&amp;b=2>, @nobody"
    )
    assert message.plain == "@Ben & @Easel: see https://e.org/?a=1&b=2, @nobody"
    kinds = [part["type"] for part in message.blocks[0]["elements"][0]["elements"]]
    assert kinds == ["user", "text", "user", "text", "link", "text"]


def test_what_is_escaped_comes_back() -> None:
    for words in ("a <b> & c", "&lt;", "<@U123>", "<!channel>"):
        assert unescape(escape(words)) == words
        assert "<" not in escape(words)
    assert typed("<@U123> and <#C123|x>", {})[0] == "<@U123> and <#C123|x>"
