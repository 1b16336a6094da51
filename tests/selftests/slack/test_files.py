"""Do files take the way that Slack's take: ticket, bytes, completion, processing, picture?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.servers.pictures import png

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from tests.servers.slack import Channel, Person, SlackServer


def shows(file_id: str) -> list[dict[str, Any]]:
    return [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "a boat"}]


async def uploaded(client: AsyncWebClient, data: bytes, name: str = "boat.png") -> str:
    """Upload as the SDK does; give the file's id."""
    answer = await client.files_upload_v2(content=data, filename=name, alt_txt="a boat")
    return str(answer["file"]["id"])


async def refusal(client: AsyncWebClient, channel: Channel, file_id: str) -> Any:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=channel.id, text="x", blocks=shows(file_id))
    return refused.value.response


async def test_a_picture_can_be_shown_once_it_is_processed_and_until_it_is_deleted(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    slack.processing.delay = None
    file_id = await uploaded(client, png(1))
    assert (await client.files_info(file=file_id))["file"]["mimetype"] == ""
    early = await refusal(client, design, file_id)
    assert early["error"] == "invalid_blocks"
    assert early["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    slack.workspace.files[file_id].process()
    assert (await client.files_info(file=file_id))["file"]["mimetype"] == "image/png"
    await client.chat_postMessage(channel=design.id, text="a boat", blocks=shows(file_id))
    message = await design.message("[image: a boat]")
    assert message.image_bytes() == png(1)
    assert message.alt_texts == ["a boat"]
    await client.files_delete(file=file_id)
    assert (await refusal(client, design, file_id))["error"] == "invalid_blocks"
    with pytest.raises(SlackApiError, match="file_deleted"):
        await client.files_info(file=file_id)


async def test_what_is_no_picture_or_not_the_apps_to_see_is_refused(
    slack: SlackServer, client: AsyncWebClient, design: Channel, ana: Person
) -> None:
    file_id = await uploaded(client, b"not a picture")
    await slack.until(lambda: slack.workspace.files[file_id].processed)
    secret = slack.workspace.channel("secret", kind="private", bot=False, members=[ana])
    hidden = await ana.say(secret, files=[("mine.png", png(2))])
    for one in (file_id, hidden.files[0].id, "F0"):
        assert (await refusal(client, design, one))["error"] == "invalid_blocks"


async def test_an_upload_is_completed_once_with_all_its_bytes(client: AsyncWebClient) -> None:
    async def complete(file_id: str) -> None:
        await client.files_completeUploadExternal(files=[{"id": file_id, "title": "x"}])

    given = await client.files_getUploadURLExternal(filename="a.png", length=3)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await complete(given["file_id"])
    async with aiohttp.ClientSession() as session:
        async with session.post(given["upload_url"], data=b"four") as answer:
            assert answer.status == 400
        async with session.post(given["upload_url"], data=b"yes") as answer:
            assert await answer.text() == "OK - 3"
    await complete(given["file_id"])
    with pytest.raises(SlackApiError, match="file_not_found"):
        await complete(given["file_id"])


async def test_a_file_shared_on_completion_is_posted_once_processed(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    await client.files_upload_v2(content=png(1), filename="boat.png", channel=design.id)
    message = await design.message(lambda one: bool(one.files))
    assert message.subtype == "file_share"
    assert message.image_bytes() == png(1)
    other = slack.channel("other", bot=False)
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.files_upload_v2(content=b"x", filename="x.txt", channel=other.id)


async def test_bytes_are_given_to_the_bot_and_a_login_page_to_others(
    slack: SlackServer, ana: Person, design: Channel
) -> None:
    file = (await ana.say(design, files=[("photo.png", png(4))])).files[0]
    async with aiohttp.ClientSession() as session:

        async def get(token: str | None) -> tuple[int, str, bytes]:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with session.get(file.url_private, headers=headers) as answer:
                return answer.status, answer.content_type, await answer.read()

        assert await get(slack.bot_token) == (200, "image/png", png(4))
        for token in (None, "xoxb-wrong", slack.add_workspace("globex").bot_token):
            assert (await get(token))[:2] == (200, "text/html")
        slack.workspace.scopes.discard("files:read")
        assert (await get(slack.bot_token))[1] == "text/html"
