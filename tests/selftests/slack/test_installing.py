"""Is the local Slack as strict about installing an app as Slack is?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.manifest import manifest
from tests.servers.slack import PersonCannot, SlackServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

REDIRECT = "https://easel.example/slack/oauth_redirect"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(manifest("https://easel.example/slack/events", REDIRECT)) as one:
        yield one


def address(slack: SlackServer, **change: str) -> str:
    asked = {"client_id": slack.installing.client_id, "scope": "chat:write", "state": "s"} | change
    return f"{slack.url}/oauth/v2/authorize?" + "&".join(f"{k}={v}" for k, v in asked.items())


async def access(slack: SlackServer, **args: Any) -> dict[str, Any]:
    """Call oauth.v2.access; give the answer, or `{"error": code}`."""
    client = AsyncWebClient(base_url=slack.api_url)
    given = {
        "client_id": slack.installing.client_id,
        "client_secret": slack.installing.client_secret,
        **args,
    }
    try:
        return dict((await client.oauth_v2_access(**given)).data)  # type: ignore[arg-type] # a dict where it is JSON
    except SlackApiError as error:
        return {"error": error.response["error"]}


def code_of(location: str) -> str:
    return parse_qs(urlsplit(location).query)["code"][0]


async def test_a_person_is_asked_for_what_the_manifest_names_only(slack: SlackServer) -> None:
    for change in (
        {"client_id": "1.2"},
        {"scope": "chat:write,admin"},
        {"redirect_uri": "https://evil.example"},
    ):
        with pytest.raises(PersonCannot):
            slack.installing.approve(address(slack, **change), slack.workspace)
    back = slack.installing.approve(address(slack), slack.workspace)
    assert back.startswith(f"{REDIRECT}?code=")
    assert parse_qs(urlsplit(back).query)["state"] == ["s"]


async def test_a_code_is_for_its_app_once_and_for_ten_minutes(slack: SlackServer) -> None:
    code = code_of(slack.installing.approve(address(slack), slack.workspace))
    for args, error in (
        ({"client_id": "1.2", "code": code}, "invalid_client_id"),
        ({"client_secret": "guessed", "code": code}, "bad_client_secret"),
        ({"code": "guessed"}, "invalid_code"),
        ({"grant_type": "password", "code": code}, "invalid_grant_type"),
    ):
        assert await access(slack, **args) == {"error": error}
    answer = await access(slack, code=code)
    assert answer["access_token"] == slack.workspace.bot_token
    assert (answer["token_type"], answer["expires_in"]) == ("bot", 43_200)
    assert (answer["team"]["id"], answer["enterprise"]) == (slack.workspace.id, None)
    assert await access(slack, code=code) == {"error": "code_already_used"}
    late = code_of(slack.installing.approve(address(slack), slack.workspace))
    slack.clock.advance(601)
    assert await access(slack, code=late) == {"error": "invalid_code"}


async def test_a_token_expires_and_its_refresh_token_is_good_once(slack: SlackServer) -> None:
    code = code_of(slack.installing.approve(address(slack), slack.workspace))
    first = await access(slack, code=code)
    old = AsyncWebClient(first["access_token"], base_url=slack.api_url)
    assert (await old.auth_test())["team_id"] == slack.workspace.id
    slack.clock.advance(43_201)
    with pytest.raises(SlackApiError, match="token_expired"):
        await old.auth_test()
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await access(slack, **again)
    assert await access(slack, **again) == {"error": "invalid_refresh_token"}
    new = AsyncWebClient(second["access_token"], base_url=slack.api_url)
    assert (await new.auth_revoke(test=True))["revoked"] is False
    assert (await new.auth_revoke())["revoked"] is True
    with pytest.raises(SlackApiError, match="account_inactive"):
        await new.auth_test()


async def test_an_organization_s_token_is_good_where_the_app_was_added(slack: SlackServer) -> None:
    grid = slack.add_organization("grid")
    sales, labs = slack.add_workspace("sales", grid), slack.add_workspace("labs", grid)
    asked = address(slack, scope="chat:write,usergroups:read")
    answer = await access(slack, code=code_of(slack.installing.approve(asked, grid)))
    assert (answer["team"], answer["is_enterprise_install"]) == (None, True)
    client = AsyncWebClient(answer["access_token"], base_url=slack.api_url)
    assert (await client.auth_test())["enterprise_id"] == grid.id
    assert (await client.auth_teams_list())["teams"] == []
    await grid.grant(sales)
    assert [one["id"] for one in (await client.auth_teams_list())["teams"]] == [sales.id]
    assert (await client.usergroups_list(team_id=sales.id))["ok"]
    with pytest.raises(SlackApiError, match="missing_argument"):
        await client.usergroups_list()
    await client.chat_postMessage(channel=sales.channel("news").id, text="hello")
    with pytest.raises(SlackApiError, match="team_access_not_granted"):
        await client.chat_postMessage(channel=labs.channel("news").id, text="hello")
