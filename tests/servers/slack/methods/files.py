"""How do files get in: a ticket, the bytes, the completion?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.files import StoredFile
from tests.servers.slack.methods import chat
from tests.servers.slack.methods.method import Method
from tests.servers.slack.values import SlackError, with_problems

if TYPE_CHECKING:
    from tests.servers.slack.channel import Channel
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.values import Json

LONGEST_ALT = 1000


async def get_upload_url(asked: Asked) -> Json:
    name, slack = asked.text("filename"), asked.slack
    try:
        length = int(asked.text("length"))
    except ValueError:
        problem = "must provide an integer [json-pointer:/length]"
        raise with_problems("invalid_arguments", [problem]) from None
    if length <= 0:
        raise SlackError("missing_argument")
    if len(asked.text("alt_txt", "")) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    if name.rpartition(".")[2].lower() in slack.processing.refused:
        raise SlackError("file_type_not_allowed")
    file = StoredFile(
        workspace=asked.workspace,
        id=slack.ids.make("F"),
        name=name,
        title=name,
        user=asked.workspace.bot.user_id,
        created=int(slack.clock.now()),
        length=length,
        alt_txt=asked.text("alt_txt", ""),
    )
    asked.workspace.files[file.id] = file
    ticket = slack.uploads.ticket(file)
    return {"ok": True, "upload_url": f"{slack.url}/upload/v1/{ticket}", "file_id": file.id}


async def complete_upload(asked: Asked) -> Json:
    """Finish uploads: the files exist from now on, but have no type until they are processed."""
    wanted = asked.document("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(w, dict) for w in wanted):
        problem = "must provide an array of files [json-pointer:/files]"
        raise with_problems("invalid_arguments", [problem])
    files = [_uploaded(asked, one) for one in wanted]
    channels = _channels(asked)
    threads = [chat.thread_of(asked, channel) for channel in channels]
    for file, one in zip(files, wanted, strict=True):
        file.completed = True
        file.title = str(one.get("title", file.name))
        delay = asked.slack.processing.delay
        if delay == 0:
            file.process()
        elif delay is not None:
            asked.slack.spawn(file.process_later(delay))
    for channel, thread in zip(channels, threads, strict=True):
        asked.slack.spawn(_share(asked, channel, thread, files))
    return {"ok": True, "files": [file.payload() for file in files]}


def _uploaded(asked: Asked, one: Any) -> StoredFile:
    """Find an upload whose bytes are there and that nobody has completed yet."""
    file = asked.workspace.files.get(str(one.get("id")))
    if file is None or file.data is None or file.completed:
        raise SlackError("file_not_found")
    return file


def _channels(asked: Asked) -> list[Channel]:
    """Find where the files are shared; nowhere, where that is not said."""
    if not asked.has("channel_id"):
        return []
    channel = asked.channel("channel_id")
    if not channel.bot_is_in:
        raise SlackError("not_in_channel")
    return [channel]


async def _share(
    asked: Asked, channel: Channel, thread: str | None, files: list[StoredFile]
) -> None:
    """Post the files as a message of the bot, once they are processed."""
    await asked.slack.until(lambda: all(file.processed for file in files), seconds=3600)
    message = asked.workspace.compose(
        channel,
        asked.workspace.bot,
        files=files,
        thread=thread,
        subtype="file_share",
    )
    await asked.workspace.post(message)


def _known(asked: Asked) -> StoredFile:
    file = asked.workspace.files.get(asked.text("file"))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return file


async def info(asked: Asked) -> Json:
    file = _known(asked)
    own = file.user == asked.workspace.bot.user_id
    if not own and not any(asked.workspace.channels[one].bot_is_in for one in file.shared):
        raise SlackError("file_not_found")
    return {"ok": True, "file": file.payload(), "comments": [], "response_metadata": {}}


async def delete(asked: Asked) -> Json:
    file = _known(asked)
    if file.user != asked.workspace.bot.user_id:
        raise SlackError("cant_delete_file")
    file.deleted = True
    asked.slack.changes.tell()
    return {"ok": True}


METHODS = {
    "files.getUploadURLExternal": Method(
        work=get_upload_url, scopes=("files:write",), takes_json=False
    ),
    "files.completeUploadExternal": Method(work=complete_upload, scopes=("files:write",)),
    "files.info": Method(work=info, scopes=("files:read",), takes_json=False),
    "files.delete": Method(work=delete, scopes=("files:write",)),
}
