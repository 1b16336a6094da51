"""Do files take the way that Slack's take: ticket, bytes, completion, processing, picture?"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from PIL import Image
from slack_sdk.errors import SlackApiError

from tests.servers.pictures import jpeg, png

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


async def test_a_picture_can_be_shown_once_it_is_processed(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    slack.processing.delay = None
    file_id = await uploaded(client, png(1))
    info = (await client.files_info(file=file_id))["file"]
    assert (info["mimetype"], info["filetype"], info["shares"]) == ("", "", {})
    early = await refusal(client, design, file_id)
    assert early["error"] == "invalid_blocks"
    assert early["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    file = slack.workspace.files[file_id]
    file.process()
    info = (await client.files_info(file=file_id))["file"]
    assert (info["mimetype"], info["original_w"]) == ("image/png", 64)
    await client.chat_postMessage(channel=design.id, text="a boat", blocks=shows(file_id))
    message = await design.message("[image: a boat]")
    assert message.image_bytes() == png(1)
    assert message.alt_texts == ["a boat"]
    info = (await client.files_info(file=file_id))["file"]
    assert info["shares"]["public"][design.id][0]["ts"] == message.ts


async def test_processing_comes_by_itself_after_a_moment(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    file_id = await uploaded(client, jpeg(1), "boat.jpg")
    file = slack.workspace.files[file_id]
    assert not file.processed
    await slack.until(lambda: file.processed)
    assert file.kind[0] == "image/jpeg"
    assert file.alt_txt == "a boat"
    await client.chat_postMessage(channel=design.id, text="x", blocks=shows(file_id))


async def test_what_is_no_picture_for_slack_is_refused(
    slack: SlackServer, client: AsyncWebClient, design: Channel, ana: Person
) -> None:
    held = io.BytesIO()
    Image.new("RGB", (8, 8)).save(held, "WEBP")
    for data, name in ((held.getvalue(), "boat.webp"), (b"not a picture", "boat.png")):
        file_id = await uploaded(client, data, name)
        await slack.until(lambda one=file_id: slack.workspace.files[one].processed)  # type: ignore[misc]  # mypy cannot infer a lambda's defaults
        assert (await refusal(client, design, file_id))["error"] == "invalid_blocks"
    hidden = await ana.say(
        slack.workspace.channel("secret", kind="private", bot=False, members=[ana]),
        files=[("mine.png", png(2))],
    )
    seen = await ana.say(design, files=[("ours.png", png(3))])
    assert (await refusal(client, design, hidden.files[0].id))["error"] == "invalid_blocks"
    assert (await refusal(client, design, "F0"))["error"] == "invalid_blocks"
    url = {"type": "image", "slack_file": {"url": seen.files[0].permalink}, "alt_text": "x"}
    await client.chat_postMessage(channel=design.id, text="x", blocks=[url])


async def test_a_deleted_file_is_gone(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    file_id = await uploaded(client, png(1))
    await slack.until(lambda: slack.workspace.files[file_id].processed)
    await client.files_delete(file=file_id)
    assert (await refusal(client, design, file_id))["error"] == "invalid_blocks"
    with pytest.raises(SlackApiError, match="file_deleted"):
        await client.files_info(file=file_id)


async def test_slack_refuses_sizes_and_types_as_the_test_says(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    slack.processing.largest = 100
    slack.processing.refused = {"webp"}
    for args, expected in (
        ({"filename": "a.png", "length": 101}, "file_upload_size_restricted"),
        ({"filename": "a.webp", "length": 10}, "file_type_not_allowed"),
        ({"filename": "a.png", "length": 10, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"filename": "a.png", "length": 0}, "missing_argument"),
    ):
        with pytest.raises(SlackApiError) as refused:
            await client.files_getUploadURLExternal(**args)  # type: ignore[arg-type]  # the table mixes types
        assert refused.value.response["error"] == expected


async def test_an_upload_is_completed_once_with_all_its_bytes(client: AsyncWebClient) -> None:
    async def complete(file_id: str) -> None:
        await client.files_completeUploadExternal(files=[{"id": file_id, "title": "x"}])

    given = await client.files_getUploadURLExternal(filename="a.png", length=3)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await complete(given["file_id"])
    async with aiohttp.ClientSession() as session:
        async with session.post(given["upload_url"], data=b"four") as answer:
            assert answer.status == 400
        form = aiohttp.FormData()
        form.add_field("file", b"yes", filename="a.png")
        async with session.post(given["upload_url"], data=form) as answer:
            assert await answer.text() == "OK - 3"
    await complete(given["file_id"])
    with pytest.raises(SlackApiError, match="file_not_found"):
        await complete(given["file_id"])


async def test_a_file_shared_on_completion_is_posted_once_processed(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    await client.files_upload_v2(
        content=png(1), filename="boat.png", channel=design.id, initial_comment="look"
    )
    message = await design.message("look")
    assert message.subtype == "file_share"
    assert message.image_bytes() == png(1)
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.files_upload_v2(
            content=b"x", filename="x.txt", channel=slack.channel("other", bot=False).id
        )


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
            status, kind, page = await get(token)
            assert (status, kind) == (200, "text/html")
            assert b"Sign in" in page
        slack.workspace.scopes.discard("files:read")
        assert (await get(slack.bot_token))[1] == "text/html"


async def test_a_download_can_break_off(slack: SlackServer, ana: Person, design: Channel) -> None:
    file = (await ana.say(design, files=[("photo.png", png(4))])).files[0]
    slack.lose_answer("url_private")
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        with pytest.raises(aiohttp.ClientError):
            async with session.get(file.url_private) as answer:
                await answer.read()
        async with session.get(file.url_private) as answer:
            assert await answer.read() == png(4)
