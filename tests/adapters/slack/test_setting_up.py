"""Does whoever sets Easel up in Slack learn what is right, what is wrong and what to do?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.slack import files
from adapters.slack.doctor import CannotCheck, check_slack
from adapters.slack.manifest import SCOPES
from tests.adapters.slack.easel import local_slack, settings
from tests.bot.test_commands import easel
from tests.servers.slack.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.servers.slack import SlackServer

pytestmark = pytest.mark.integration


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with local_slack() as one:
        yield one


async def doctor(slack: SlackServer, **other: str) -> str:
    tokens = {"bot_token": slack.bot_token, "app_token": slack.app_token, **other}
    return await check_slack(**tokens, url=slack.api_url)  # type: ignore[arg-type] # texts all of them


async def test_the_manifest_is_one_that_slack_takes_and_the_link_brings_it_along() -> None:
    code, out, _ = await easel("slack", "manifest")
    assert code == 0
    app = Manifest.read(out)
    assert app.scopes == set(SCOPES)
    assert app.socket_mode
    assert set(app.commands) == {"/imagine", "/easel"}
    link = urlsplit(out.splitlines()[-1].removeprefix("# "))
    assert (link.scheme, link.netloc, link.path) == ("https", "api.slack.com", "/apps")
    asked = parse_qs(link.query)
    assert asked["new_app"] == ["1"]
    assert Manifest.read(asked["manifest_yaml"][0]) == app


async def test_the_manifest_of_http_mode_names_the_address() -> None:
    given = {"slack_signing_secret": "s", "web_url": "https://easel.example"}
    code, out, _ = await easel("slack", "manifest", **given)
    assert code == 0
    assert out.count("https://easel.example/slack/events") == 4
    assert not Manifest.read(out).socket_mode
    code, _, said = await easel("slack", "manifest", slack_signing_secret="s")
    assert code == 2
    assert "EASEL_WEB_URL" in said


async def test_the_manifest_for_many_lets_workspaces_and_organizations_install_it() -> None:
    code, out, _ = await easel("slack", "manifest-for-many", web_url="https://easel.example")
    assert code == 0
    app = Manifest.read(out)
    assert app.redirect_urls == ("https://easel.example/slack/oauth_redirect",)
    assert app.org_deploy
    assert app.rotates
    assert {"team_access_granted", "team_access_revoked"} <= app.events
    assert "EASEL_SLACK_SIGNING_SECRET" in out
    assert "https://easel.example/slack/install" in out
    sockets = {"web_url": "https://easel.example", "slack_app_token": "xapp-1"}
    code, out, _ = await easel("slack", "manifest-for-many", **sockets)
    assert code == 0
    assert Manifest.read(out).socket_mode
    code, _, said = await easel("slack", "manifest-for-many")
    assert code == 2
    assert "EASEL_WEB_URL" in said


async def test_what_is_missing_for_many_workspaces_is_said_at_the_start(
    slack: SlackServer, tmp_path: Path
) -> None:
    client = {
        "slack_client_id": slack.installing.client_id,
        "slack_client_secret": slack.installing.client_secret,
    }
    given: dict[str, object] = {
        **client,
        "slack_app_token": slack.app_token,
        "slack_api_url": slack.api_url,
        "data": tmp_path / "data",
    }
    code, key, _ = await easel("secrets", "key")
    assert code == 0
    given["secret_key"] = key.strip()
    for change, problem in (
        ({"secret_key": ""}, "EASEL_SECRET_KEY: it encrypts the tokens of workspaces, and isn't"),
        ({"secret_key": "abc"}, "EASEL_SECRET_KEY: one of its keys is none"),
        ({"slack_client_secret": ""}, "EASEL_SLACK_CLIENT_ID and EASEL_SLACK_CLIENT_SECRET go"),
        ({"slack_bot_token": "xoxb-1"}, "EASEL_SLACK_BOT_TOKEN: with EASEL_SLACK_CLIENT_ID"),
        ({"slack_app_token": ""}, "EASEL_SLACK_APP_TOKEN: Slack also needs"),
    ):
        code, _, said = await easel("run", **{**given, **change})
        assert code == 2
        assert said.startswith(problem)
    code, out, _ = await easel("doctor", **given)
    assert code == 0
    assert "✓ Slack: workspaces install it at /slack/install; a socket opens" in out
    wrong = {**given, "slack_client_secret": "guessed"}
    code, out, _ = await easel("doctor", **wrong)
    assert code == 1
    assert "✗ Slack: Slack says bad_client_secret: copy Client ID and Client Secret" in out


async def test_the_doctor_says_how_it_stands(slack: SlackServer, tmp_path: Path) -> None:
    code, out, _ = await easel("doctor", data=tmp_path / "data", **settings(slack))
    assert code == 0
    [line] = [line for line in out.splitlines() if "Slack:" in line]
    assert line.startswith("✓ Slack: workspace acme as easel, all 17 scopes; a socket opens; ")
    assert all(file.deleted for file in slack.workspace.files.values())
    code, _, said = await easel("run", data=tmp_path / "data", slack_bot_token="xoxb-1")
    assert code == 2
    assert "EASEL_SLACK_APP_TOKEN" in said
    code, _, said = await easel("run", data=tmp_path / "data", slack_app_token="xapp-1")
    assert code == 2
    assert said.startswith("EASEL_SLACK_BOT_TOKEN: the app-level token alone")


async def test_the_doctor_names_what_is_missing_and_what_to_do(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PROCESSING_TIMEOUT", 0.1)
    with pytest.raises(CannotCheck, match=r"invalid_auth: copy the Bot User OAuth Token"):
        await doctor(slack, bot_token="xoxb-wrong")
    with pytest.raises(CannotCheck, match=r"make an App-Level Token .* connections:write"):
        await doctor(slack, app_token="xapp-wrong")
    slack.workspace.scopes -= {"files:write", "im:history"}
    with pytest.raises(CannotCheck, match=r"lacks the scopes files:write, im:history\. .*again"):
        await doctor(slack)
    slack.workspace.scopes |= {"files:write", "im:history"}
    slack.refuse_upgrades()
    with pytest.raises(CannotCheck, match=r"no socket opens"):
        await doctor(slack)
    slack.allow_upgrades()
    slack.fail("files.completeUploadExternal", "posting_to_channel_denied")
    with pytest.raises(CannotCheck, match=r"cannot be uploaded \(posting_to_channel_denied\)"):
        await doctor(slack)
    slack.processing.delay = None
    with pytest.raises(CannotCheck, match=r"does not process it"):
        await doctor(slack)


async def test_an_installation_for_a_whole_organization_is_refused_with_a_sentence(
    slack: SlackServer, tmp_path: Path
) -> None:
    slack.workspace.id = ""
    code, out, _ = await easel("doctor", data=tmp_path / "data", **settings(slack))
    assert code == 1
    assert "whole Enterprise organisation; Easel serves one workspace" in out


async def test_an_operator_who_does_not_exist_is_found_out(
    slack: SlackServer, tmp_path: Path
) -> None:
    boss = slack.person("Boss")
    for who, good in ((boss.id, True), ("U0NOBODY", False)):
        operator = f"slack:{slack.workspace.id}:{who}"
        code, out, _ = await easel(
            "doctor", data=tmp_path / "data", operator=operator, **settings(slack)
        )
        assert (code == 0) is good
        assert ("is told what only the operator can mend" in out) is good
        assert ("EASEL_OPERATOR names nobody" in out) is not good
