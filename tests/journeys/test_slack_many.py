"""Does one Easel serve many Slack workspaces, each apart from the others?"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.manifest import manifest
from tests.adapters.slack.many import REDIRECT, Browser, for_many, installed, settings
from tests.servers.model import Gate
from tests.servers.slack import PersonCannot, SlackServer

if TYPE_CHECKING:
    from pathlib import Path

    from bot.commands.compose import Running
    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer
    from tests.servers.slack import Channel, Message
    from tests.servers.slack.workspace import Workspace


async def drawn(place: Workspace, text: str) -> tuple[Channel, Message]:
    """Have a picture drawn in a workspace."""
    ana, design = place.person("Ana"), place.channel("design")
    assert (await ana.command("/imagine", text, design)).ok
    return design, await design.message(lambda one: "Vary" in one.buttons)


async def edited(place: Workspace, card: Message, text: str) -> Message:
    """Have a picture edited in its thread."""
    await place.person("Ana").reply(card, text)
    channel = place.channel("design")
    return await channel.message(lambda one: text in one.plain and "Vary" in one.buttons)


async def test_workspaces_and_an_organization_install_it_and_one_that_leaves_stops_no_other(
    start: Start, model: ModelServer
) -> None:
    async with for_many() as slack, start(**settings(slack)) as easel:
        slack.use_http(f"{easel.local}/slack/events")
        acme, bolt = slack.workspace, slack.add_workspace("bolt")
        grid = slack.add_organization("grid")
        sales, labs = slack.add_workspace("sales", grid), slack.add_workspace("labs", grid)
        for place in (acme, bolt, grid):
            await installed(slack, easel.local, place)
        await grid.grant(sales, labs)
        await slack.settled()
        every = (acme, bolt, sales, labs)
        cards = {one: await drawn(one, f"a boat of {one.domain}") for one in every}
        # nobody is shown what another workspace asked for
        for one, (design, _) in cards.items():
            others = [each.domain for each in cards if each is not one]
            assert not any(name in message.plain for message in design.messages for name in others)
        # each call is made with the token of the workspace that it is about
        for call in slack.calls_of("chat.postMessage"):
            [owner] = [one for one in cards if call.args["channel"] in one.channels]
            assert call.token == owner.bot_token

        # bolt's admin takes Easel away in mid-thread, while it draws there and more waits
        gate, token = Gate(), bolt.bot_token
        model.when("blue", gate.before(model.draw))
        await bolt.person("Ana").reply(cards[bolt][1], "paint it blue")
        await bolt.person("Ana").reply(cards[bolt][1], "add a cat")
        await gate.entered.wait()
        await slack.settled()
        await AsyncWebClient(token, base_url=slack.api_url).auth_revoke()
        await slack.settled()
        gate.open.set()
        for one in (acme, sales, labs):
            await edited(one, cards[one][1], "paint it red")
        store = easel.stores.store
        while any((await store.count_open_turns()).values()):  # noqa: ASYNC110 - it sets no event
            await asyncio.sleep(0.02)
        assert not [one for one in model.requests if "add a cat" in one.prompt]
        # an organization's workspace that is taken out does not take the others with it
        await grid.withdraw(labs)
        await slack.settled()
        await edited(sales, cards[sales][1], "add a dog")
        assert await store.list_secrets() == [("slack", acme.id), ("slack", grid.id)]
        with pytest.raises(PersonCannot, match="not a valid command"):
            await bolt.person("Ana").command("/imagine", "a train", bolt.channel("design"))

        # installed again, its thread goes on
        await installed(slack, easel.local, bolt)
        await edited(bolt, cards[bolt][1], "paint it green")


async def test_who_installs_it_comes_back_with_the_same_browser_and_in_time(start: Start) -> None:
    async with for_many() as slack, start(**settings(slack)) as easel:
        ana, eve = Browser(slack, easel.local), Browser(slack, easel.local)
        back = urlsplit(slack.installing.approve(await ana.begin(), slack.workspace))
        # who lures somebody else into finishing it has another cookie, or none
        assert (await eve.open(f"{back.path}?{back.query}")).status_code == 400
        await eve.begin()
        assert (await eve.open(f"{back.path}?{back.query}")).status_code == 400
        forged = Fernet(Fernet.generate_key()).encrypt(b"slack").decode()
        eve.cookie = f"slack-app-oauth-state={forged}"
        answer = await eve.open(f"{back.path}?code=x&state={forged}")
        assert answer.status_code == 401
        assert "invalid_state" in answer.text
        assert (await eve.open("/slack/oauth_redirect?error=access_denied")).status_code == 200
        assert slack.calls_of("oauth.v2.access") == []
        cookie = ana.cookie
        assert (await ana.open(f"{back.path}?{back.query}")).status_code == 200
        # a code is good once
        ana.cookie = cookie
        assert (await ana.open(f"{back.path}?{back.query}")).status_code == 401
        assert slack.calls_of("oauth.v2.access")[-1].error == "code_already_used"


async def test_tokens_that_expire_are_replaced_and_no_word_of_them_stands_on_disk(
    start: Start, tmp_path: Path
) -> None:
    async with for_many() as slack, start(**settings(slack)) as easel:
        slack.use_http(f"{easel.local}/slack/events")
        slack.installing.token_life = 3600.0
        await installed(slack, easel.local, slack.workspace)
        first = slack.workspace.bot_token
        slack.installing.token_life = 43_200.0
        _, card = await drawn(slack.workspace, "a boat")
        assert slack.workspace.bot_token != first
        [refresh] = slack.calls_of("oauth.v2.access", grant_type="refresh_token")
        assert refresh.ok
        await edited(slack.workspace, card, "paint it red")
        # another process has replaced it meanwhile: what Slack says then is no end
        await another_process_rotates(slack, easel)
        await edited(slack.workspace, card, "add a dog")
        secrets = [first, slack.workspace.bot_token, slack.installing.client_secret]
        for file in (tmp_path / "data").rglob("*"):
            data = file.read_bytes() if file.is_file() else b""
            assert not any(one.encode() in data for one in secrets)


async def another_process_rotates(slack: SlackServer, easel: Running) -> None:
    """Replace a workspace's token, as an Easel beside this one would."""
    secrets, team = easel.parts.secrets, slack.workspace.id
    stored = json.loads(await secrets.find("slack", team) or "")
    client = AsyncWebClient(base_url=slack.api_url)
    answer = await client.oauth_v2_access(
        client_id=slack.installing.client_id,
        client_secret=slack.installing.client_secret,
        grant_type="refresh_token",
        refresh_token=stored["bot_refresh_token"],
    )
    stored |= {
        "bot_token": answer["access_token"],
        "bot_refresh_token": answer["refresh_token"],
    }
    await secrets.save("slack", team, json.dumps(stored))


async def test_a_late_word_of_an_earlier_installation_does_not_end_the_new_one(
    start: Start,
) -> None:
    async with for_many() as slack, start(**settings(slack)) as easel:
        slack.use_http(f"{easel.local}/slack/events")
        await installed(slack, easel.local, slack.workspace)
        await slack.installing.uninstall(slack.workspace)
        await slack.settled()
        assert await easel.stores.store.list_secrets() == []
        await installed(slack, easel.local, slack.workspace)
        revoked = {"type": "tokens_revoked", "tokens": {"bot": [slack.bot.user_id]}}
        await slack.send_event(revoked)
        await slack.settled()
        await drawn(slack.workspace, "a boat")


async def test_after_a_restart_an_organization_s_threads_go_on_over_a_socket(start: Start) -> None:
    async with SlackServer(manifest(None, REDIRECT)) as slack:
        grid = slack.add_organization("grid")
        sales = slack.add_workspace("sales", grid)
        given = settings(slack, slack_signing_secret=None, slack_app_token=slack.app_token)
        async with start(**given) as easel:
            await installed(slack, easel.local, grid)
            await grid.grant(sales)
            await slack.connected()
            await slack.settled()
            design, card = await drawn(sales, "a boat")
        await sales.person("Ana").reply(card, "paint it red")  # nobody is there
        async with start(**given):
            await design.message(lambda one: "paint it red" in one.plain and "Vary" in one.buttons)


async def test_behind_a_load_balancer_any_replica_takes_any_request(
    start: Start, model: ModelServer, postgres_url: str, tmp_path: Path
) -> None:
    (tmp_path / "images").mkdir()
    shared = {"database_url": postgres_url, "blobs_url": (tmp_path / "images").as_uri()}
    async with (
        for_many() as slack,
        start(data=tmp_path / "one", **settings(slack, **shared)) as one,
        start(data=tmp_path / "other", **settings(slack, **shared)) as other,
    ):
        acme, ana = slack.workspace, slack.workspace.person("Ana")
        # begun at one, finished at the other
        browser = Browser(slack, one.local)
        back = urlsplit(slack.installing.approve(await browser.begin(), acme))
        await Browser(slack, other.local).easel_is_ready()
        browser.address = other.local
        assert (await browser.open(f"{back.path}?{back.query}")).status_code == 200
        slack.use_http(f"{one.local}/slack/events")
        _, card = await drawn(acme, "a boat")
        slack.use_http(f"{other.local}/slack/events")
        red = await edited(acme, card, "paint it red")
        slack.use_http(f"{one.local}/slack/events")
        assert (await ana.press(red, "Undo")).ok
        await acme.channel("design").message("Undone", thread=card)
        await slack.installing.uninstall(acme)
        await slack.settled()
        await installed(slack, one.local, acme)
        # the other finds out by itself that its token is not the newest
        slack.use_http(f"{other.local}/slack/events")
        await edited(acme, card, "add a dog")
        assert len(model.requests) == 3
