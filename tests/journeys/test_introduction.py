"""Does Easel say who it is where it was invited: once, and nowhere that it may not write?"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from tests.adapters.discord.harness import easel, quick, scene
from tests.adapters.slack.easel import in_slack, local_slack
from tests.servers.changes import Changes
from tests.servers.discord.permissions import May

if TYPE_CHECKING:
    from adapters.discord.adapter import DiscordAdapter
    from tests.adapters.slack.easel import Start
    from tests.servers.slack import Channel, Message

HELLO = "Hi, I'm Easel"


def hellos(channel: Channel) -> list[Message]:
    return [one for one in channel.messages if HELLO in one.plain]


async def test_a_channel_in_slack_reads_it_once_also_after_a_restart(start: Start) -> None:
    async with local_slack() as slack:
        ana, ideas = slack.person("Ana"), slack.channel("ideas", bot=False)
        async with in_slack(start, slack):
            await ana.invite_app(ideas)
            [said] = await slack.until(lambda: hellos(ideas))
            assert not said.is_reply
            assert len(said.text.splitlines()) == 2
            ideas.members.discard(slack.bot.user_id)
            await ana.invite_app(ideas)
            await slack.settled()
        async with in_slack(start, slack):
            ideas.members.discard(slack.bot.user_id)
            await ana.invite_app(ideas)
            other = slack.channel("other", bot=False)
            await ana.invite_app(other)
            await slack.until(lambda: hellos(other))
        assert hellos(ideas) == [said]


async def test_others_who_join_are_not_greeted(start: Start) -> None:
    async with local_slack() as slack, in_slack(start, slack):
        design = slack.channel("design")
        await slack.person("Ana").join(design)
        await slack.settled()
        assert hellos(design) == []


@pytest.mark.parametrize("may_write", [True, False])
async def test_a_server_on_discord_reads_it_in_its_system_channel_where_that_takes_it(
    start: Start, monkeypatch: pytest.MonkeyPatch, *, may_write: bool
) -> None:
    quick(monkeypatch)
    async with scene() as around, easel(around.server, start) as one:
        server = around.server
        discord = cast("DiscordAdapter", one.adapters["discord"])
        await Changes().until(lambda: discord._connection.knows(str(around.guild.id)))
        guild = server.guild("New", bot=False)
        welcome = guild.system_channel = server.text_channel(guild, "welcome")
        if not may_write:
            server.deny(welcome, guild.everyone, May.SEND_MESSAGES)
        server.add_bot(guild)
        other = server.guild("Other", bot=False)
        there = other.system_channel = server.text_channel(other, "hall")
        server.add_bot(other)
        await server.until(lambda: any(HELLO in one.plain for one in server.messages(there)))

        def said() -> int:
            return sum(HELLO in one.plain for one in server.messages(welcome))

        if may_write:
            await server.until(said)
        assert said() == may_write
