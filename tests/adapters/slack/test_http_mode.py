"""Does Easel also work where Slack sends signed requests, and only with them?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
from slack_sdk.signature import SignatureVerifier

from tests.adapters.slack.easel import local_slack

if TYPE_CHECKING:
    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer
    from tests.servers.slack import SlackServer


def given(slack: SlackServer) -> dict[str, object]:
    return {
        "slack_bot_token": slack.bot_token,
        "slack_signing_secret": slack.signing_secret,
        "slack_api_url": slack.api_url,
        # Slack's requests come from elsewhere, and know no token of the page
        "web_token": "of the page",
    }


async def test_commands_replies_and_presses_come_as_signed_requests(start: Start) -> None:
    async with local_slack() as slack, start(**given(slack)) as one:
        slack.use_http(f"{one.local}/slack/events")
        await slack.called("auth.test")
        ana, design = slack.person("Ana"), slack.channel("design")
        await slack.until(lambda: slack.calls_of("usergroups.list"))
        assert await slack.http.verify()
        assert (await ana.command("/imagine", "a boat", design)).ok
        card = await design.message(lambda shown: "Vary" in shown.buttons)
        await ana.reply(card, "paint it red")
        red = await design.message("paint it red", thread=card)
        await red.until(lambda shown: "Vary" in shown.buttons)
        assert (await ana.press(red, "Undo")).ok
        await design.message("Undone", thread=card)


async def test_requests_that_slack_did_not_sign_are_refused(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack, start(**given(slack)) as one:
        slack.use_http(f"{one.local}/slack/events")
        await slack.until(lambda: slack.calls_of("usergroups.list"))
        ana, design = slack.person("Ana"), slack.channel("design")
        slack.http.secret = "a guess"
        assert not (await ana.command("/imagine", "a boat", design)).ok
        slack.http.secret = slack.signing_secret
        slack.http.skew = -3600
        assert not (await ana.command("/imagine", "a boat", design)).ok
        async with httpx.AsyncClient(base_url=one.local) as http:
            for body, status in ((b"x", 401), (b"\xff", 400), (b"x" * 3_000_000, 413)):
                answer = await http.post("/slack/events", content=body)
                assert answer.status_code == status
            stamped = {"x-slack-request-timestamp": "abc", "x-slack-signature": "v0=1"}
            answer = await http.post("/slack/events", content=b"{}", headers=stamped)
            assert answer.status_code == 401
        assert model.requests == []


async def test_a_word_that_slack_leaves_out_events_is_acknowledged(start: Start) -> None:
    async with local_slack() as slack, start(**given(slack)) as one:
        await slack.until(lambda: slack.calls_of("usergroups.list"))
        body = {
            "token": slack.verification_token,
            "type": "app_rate_limited",
            "team_id": slack.workspace.id,
            "minute_rate_limited": 1518467820,
            "api_app_id": slack.app_id,
        }
        content = json.dumps(body)
        stamp = str(int(slack.clock.now()))
        signer = SignatureVerifier(slack.signing_secret)
        signed = {
            "content-type": "application/json",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": str(signer.generate_signature(timestamp=stamp, body=content)),
        }
        async with httpx.AsyncClient(base_url=one.local) as http:
            answer = await http.post("/slack/events", content=content, headers=signed)
        assert answer.status_code == 200
