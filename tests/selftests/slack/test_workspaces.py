"""Do two workspaces with the same app stay apart, and does the server own up to its mistakes?"""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.selftests.slack.test_web_api import error
from tests.servers.slack import SlackServer


async def test_two_workspaces_never_meet(slack: SlackServer) -> None:
    other = slack.add_workspace("globex")
    theirs = AsyncWebClient(other.bot_token, slack.api_url)
    ana, eve = slack.person("Ana"), other.person("Eve")
    ours = slack.channel("design")
    message = await ana.say(ours, "ours", files=[("x.png", b"bytes")])
    assert await error(theirs, "chat.postMessage", channel=ours.id, text="x") == "channel_not_found"
    with pytest.raises(SlackApiError, match="file_not_found"):
        await theirs.files_info(file=message.files[0].id)
    with pytest.raises(SlackApiError, match="user_not_found"):
        await theirs.users_info(user=ana.id)
    said = await eve.say(other.channel("design"), "theirs")
    assert said.events[0].payload["team_id"] == other.id
    assert said.events[0].payload["authorizations"][0]["user_id"] == other.bot.user_id


async def test_a_mistake_of_the_server_itself_fails_the_test() -> None:
    async def breaks() -> None:
        raise ZeroDivisionError

    slack = SlackServer()
    await slack.start()
    slack.spawn(breaks())
    await slack.until(lambda: slack.broken)
    with pytest.raises(ExceptionGroup) as told:
        await slack.stop()
    assert isinstance(told.value.exceptions[0], ZeroDivisionError)
