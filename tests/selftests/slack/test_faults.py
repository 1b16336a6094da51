"""Do faults and limits strike the real SDK as Slack's would?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

if TYPE_CHECKING:
    from tests.servers.slack import Call, Channel, Person, SlackServer


async def test_a_limited_call_is_tried_again_when_told(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    fault = slack.limit("chat.postMessage", retry_after=0, times=2)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=design.id, text="one")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "0"
    patient = AsyncWebClient(
        slack.bot_token,
        slack.api_url,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
    )
    await patient.chat_postMessage(channel=design.id, text="two")
    assert fault.hits == 2
    assert [call.status for call in slack.calls_of("chat.postMessage")] == [429, 429, 200]
    assert [one.plain for one in design.messages] == ["two"]


async def test_slacks_own_numbers_hold_when_switched_on(
    slack: SlackServer, client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    ts = (await client.chat_postMessage(channel=design.id, text="card"))["ts"]
    slack.rates.on()
    for number in range(50):
        await client.chat_update(channel=design.id, ts=ts, text=str(number))
    with pytest.raises(SlackApiError) as refused:
        await client.chat_update(channel=design.id, ts=ts, text="one too many")
    assert 50 <= int(refused.value.response.headers["Retry-After"]) <= 60
    slack.clock.advance(60)
    await client.chat_update(channel=design.id, ts=ts, text="a minute later")
    other = slack.channel("other")
    for number in range(5):
        await client.chat_postMessage(channel=design.id, text=str(number))
        await client.chat_postMessage(channel=other.id, text=str(number))
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=design.id, text="too soon")
    slack.rates.off()
    slack.rates.on("users.info", per_minute=1)
    await client.users_info(user=ana.id)
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.users_info(user=ana.id)


async def test_a_lost_answer_makes_the_sdk_post_twice(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    slack.lose_answer("chat.postMessage", when=lambda call: call.args["text"] == "twice")
    await client.chat_postMessage(channel=design.id, text="once")
    await client.chat_postMessage(channel=design.id, text="twice")
    assert [one.plain for one in design.messages] == ["once", "twice", "twice"]
    assert [call.status for call in slack.calls_of("chat.postMessage")] == [200, None, 200]


async def test_a_cut_before_the_work_posts_once(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    slack.cut("chat.postMessage")
    await client.chat_postMessage(channel=design.id, text="once")
    assert [one.plain for one in design.messages] == ["once"]
    slack.cut("chat.postMessage", times=2)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=design.id, text="never")


async def test_refusals_and_pages_come_as_often_as_wanted(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    fault = slack.fail("*", "internal_error", times=None)
    for _ in range(3):
        with pytest.raises(SlackApiError, match="internal_error"):
            await client.auth_test()
    fault.remove()
    slack.break_down("chat.postMessage", status=503)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=design.id, text="x")
    assert refused.value.response.status_code == 503
    slack.break_down("chat.postMessage", status=500)
    patient = AsyncWebClient(
        slack.bot_token, slack.api_url, retry_handlers=[AsyncServerErrorRetryHandler()]
    )
    await patient.chat_postMessage(channel=design.id, text="second try")
    assert [one.plain for one in design.messages] == ["second try"]


@pytest.mark.parametrize("done", [False, True])
async def test_a_held_call_waits_for_the_test_before_or_after_its_work(
    slack: SlackServer,
    client: AsyncWebClient,
    design: Channel,
    done: bool,  # noqa: FBT001 - pytest gives parameters by name
) -> None:
    held = slack.hold("chat.postMessage", done=done)
    call = asyncio.ensure_future(client.chat_postMessage(channel=design.id, text="x"))
    await held.entered.wait()
    assert len(design.messages) == (1 if done else 0)
    assert not call.done()
    held.release()
    await call
    assert len(design.messages) == 1


async def test_a_slow_answer_outlasts_an_impatient_client(
    slack: SlackServer, design: Channel
) -> None:
    slack.slow("chat.postMessage", seconds=5)
    impatient = aiohttp.ClientTimeout(total=0.05)
    async with aiohttp.ClientSession(timeout=impatient) as session:
        client = AsyncWebClient(slack.bot_token, slack.api_url, session=session)
        with pytest.raises(TimeoutError):
            await client.chat_postMessage(channel=design.id, text="x")
    assert design.messages == []


async def test_uploads_and_response_urls_fail_too(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    slack.break_down("upload")
    with pytest.raises(Exception, match="Failed to upload"):
        await client.files_upload_v2(content=b"x", filename="x.txt")
    slack.lose_answer("upload")
    await client.files_upload_v2(content=b"x", filename="x.txt")
    statuses = [call.status for call in slack.calls_of("upload")]
    assert statuses == [500, 200, 200], "the second one's answer was lost, and sent once more"


async def test_every_call_is_recorded_with_what_became_of_it(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    await client.chat_postMessage(channel=design.id, text="x")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0", text="y")
    calls: list[Call] = await slack.called("chat.postMessage", times=2)
    assert [(call.ok, call.error) for call in calls] == [(True, None), (False, "channel_not_found")]
    assert calls[0].token == slack.bot_token
    found: list[Any] = slack.calls_of("chat.postMessage", channel=design.id)
    assert found == calls[:1]
