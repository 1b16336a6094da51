"""How does the app say what it is doing, and what people might ask?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.channel import Status
from tests.servers.slack.methods.method import Method
from tests.servers.slack.rules import Report, items, shape, string
from tests.servers.slack.values import SlackError, with_problems

if TYPE_CHECKING:
    from tests.servers.slack.channel import Channel
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.values import Json

_prompts = items(shape({"title": string(255), "message": string(4000)}), high=4)


def _thread(asked: Asked) -> tuple[Channel, str]:
    channel = asked.channel("channel_id")
    ts = asked.text("thread_ts")
    root = channel.by_ts.get(ts)
    if root is None or root.is_reply:
        raise SlackError("invalid_thread_ts")
    return channel, ts


async def set_status(asked: Asked) -> Json:
    """Show a status below a thread; an empty one takes it away."""
    channel, ts = _thread(asked)
    if not channel.bot_is_in:
        raise SlackError("channel_not_found")
    now = asked.slack.clock.now()
    channel.show_status(Status(thread_ts=ts, text=str(asked.args.get("status", "")), time=now))
    asked.slack.changes.tell()
    return {"ok": True}


async def set_prompts(asked: Asked) -> Json:
    """Suggest prompts: in a thread, or for agent apps in the Messages tab itself."""
    channel = asked.channel("channel_id")
    ts = ""
    if asked.has("thread_ts") or not asked.slack.manifest.agent_view:
        channel, ts = _thread(asked)
    prompts = asked.document("prompts", "invalid_arguments")
    report = Report()
    _prompts(prompts, "/prompts", report)
    if report.problems:
        raise with_problems("invalid_arguments", report.problems)
    channel.prompts[ts] = prompts
    asked.slack.changes.tell()
    return {"ok": True}


METHODS = {
    "assistant.threads.setStatus": Method(
        work=set_status, scopes=("chat:write", "assistant:write")
    ),
    "assistant.threads.setSuggestedPrompts": Method(work=set_prompts, scopes=("assistant:write",)),
}
