"""How does the app say what it is doing, and what people might ask?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.channel import Status
from tests.servers.slack.methods.method import Method
from tests.servers.slack.rules import Report, items, shape, string
from tests.servers.slack.values import SlackError, with_problems

if TYPE_CHECKING:
    from typing import Any

    from tests.servers.slack.channel import Channel
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.rules import Rule
    from tests.servers.slack.values import Json

_messages = items(string(255), high=10)
_prompts = items(shape({"title": string(255), "message": string(4000)}), high=4)


def _checked(rule: Rule, value: Any, pointer: str) -> Any:
    report = Report()
    rule(value, pointer, report)
    if report.problems:
        raise with_problems("invalid_arguments", report.problems)
    return value


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
    loading = asked.document("loading_messages", "invalid_arguments")
    messages = [] if loading is None else _checked(_messages, loading, "/loading_messages")
    text = str(asked.args.get("status", ""))
    now = asked.slack.clock.now()
    channel.show_status(Status(thread_ts=ts, text=text, loading_messages=tuple(messages), time=now))
    asked.slack.changes.tell()
    return {"ok": True}


async def set_title(asked: Asked) -> Json:
    channel, ts = _thread(asked)
    channel.titles[ts] = asked.text("title")
    asked.slack.changes.tell()
    return {"ok": True}


async def set_prompts(asked: Asked) -> Json:
    """Suggest prompts: in a thread, or for agent apps in the Messages tab itself."""
    channel = asked.channel("channel_id")
    ts = ""
    if asked.has("thread_ts") or not asked.slack.manifest.agent_view:
        channel, ts = _thread(asked)
    prompts = asked.document("prompts", "invalid_arguments")
    channel.prompts[ts] = _checked(_prompts, prompts, "/prompts")
    asked.slack.changes.tell()
    return {"ok": True}


METHODS = {
    "assistant.threads.setStatus": Method(
        work=set_status, scopes=("chat:write", "assistant:write")
    ),
    "assistant.threads.setTitle": Method(work=set_title, scopes=("assistant:write",)),
    "assistant.threads.setSuggestedPrompts": Method(work=set_prompts, scopes=("assistant:write",)),
}
