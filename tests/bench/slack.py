"""How soon does Slack hear from Easel, beside a bare bot of the same SDK?

Both run as processes of their own against the same local Slack, one person at a time: what is measured is the
bot and the loopback, not the real Slack. Easel has each prompt on disk before it acknowledges.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from adapters.slack.manifest import manifest
from tests.bench.process import easel, model
from tests.bench.turns import _spread
from tests.servers.slack import SlackServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.servers.slack import Channel, Message, Person

#: commands, and replies, that are timed
_TIMES = 60
#: seconds for one of them
_PATIENCE = 30.0


async def main() -> None:
    """Print a table: rows are the bare bot and Easel."""
    async with SlackServer(manifest()) as slack:
        ana = slack.person("Ana")
        async with _bare(slack):
            await _timed("bare slack-bolt", slack, ana, slack.channel("bare"))
        async with model(0.0, 100_000) as url, _easel(slack, url):
            await _timed("Easel", slack, ana, slack.channel("easel"))


async def _timed(title: str, slack: SlackServer, ana: Person, channel: Channel) -> None:
    await _command(slack, ana, channel)
    root = channel.roots[0]
    await _reply(slack, ana, root)
    commands = [await _command(slack, ana, channel) for _ in range(_TIMES)]
    replies = [await _reply(slack, ana, root) for _ in range(_TIMES)]
    print(
        f"{title:16}"
        f" command → acknowledged {_spread([1000 * acked for acked, _ in commands])}"
        f" → seen {_spread([1000 * seen for _, seen in commands])}"
        f"  event → acknowledged {_spread([1000 * acked for acked, _ in replies])}"
        f" → seen {_spread([1000 * seen for _, seen in replies])}"
    )


async def _command(slack: SlackServer, ana: Person, channel: Channel) -> tuple[float, float]:
    """Give the seconds until a command is acknowledged, and until its root message is posted."""
    before, calls = len(channel.roots), len(slack.calls)
    begun = slack.clock.now()
    outcome = await ana.command("/imagine", "a red boat", channel)
    await slack.until(lambda: len(channel.roots) > before, seconds=_PATIENCE)
    await _settled(slack, channel.roots[-1])
    return outcome.seconds, _first_sign(slack, calls) - begun


async def _reply(slack: SlackServer, ana: Person, root: Message) -> tuple[float, float]:
    """Give the seconds until a reply is acknowledged, and until something is posted for it."""
    calls = len(slack.calls)
    begun = slack.clock.now()
    said = await ana.reply(root, "make it blue")
    [event] = said.events
    await slack.until(lambda: len(root.replies) > root.replies.index(said) + 1, seconds=_PATIENCE)
    await event.acked()
    await _settled(slack, root.replies[-1])
    return event.seconds, _first_sign(slack, calls) - begun


async def _settled(slack: SlackServer, message: Message) -> None:
    """Wait until nothing more comes: the bare bot's word, or Easel's picture."""
    await slack.until(
        lambda: message.text == "heard" or "Vary" in message.buttons, seconds=_PATIENCE
    )


def _first_sign(slack: SlackServer, since: int) -> float:
    return next(one.time for one in slack.calls[since:] if one.method == "chat.postMessage")


@asynccontextmanager
async def _easel(slack: SlackServer, url: str) -> AsyncIterator[None]:
    opened = slack.sockets.opened
    settings = {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_api_url": slack.api_url,
    }
    async with easel(url, **settings):
        await slack.until(lambda: slack.sockets.opened > opened, seconds=_PATIENCE)
        yield


@asynccontextmanager
async def _bare(slack: SlackServer) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.slack"),
        *(slack.api_url, slack.bot_token, slack.app_token),
    )
    try:
        await slack.connected()
        yield
    finally:
        process.terminate()
        await process.wait()
        await slack.until(lambda: not slack.sockets.open, seconds=_PATIENCE)


async def _run_bare(url: str, token: str, app_token: str) -> None:
    """Be the bare bot: it answers a command and a message of a thread with one word."""
    import aiohttp  # noqa: PLC0415 - the other process does not need it
    from slack_bolt.adapter.socket_mode.async_handler import (  # noqa: PLC0415 - as above
        AsyncSocketModeHandler,
    )
    from slack_bolt.async_app import AsyncApp  # noqa: PLC0415 - as above
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415 - as above

    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=token, base_url=url, session=session)
        app = AsyncApp(client=client)

        @app.command("/imagine")
        async def imagine(ack: object, body: dict[str, str]) -> None:
            await ack()  # type: ignore[operator] # Bolt's own
            await client.chat_postMessage(channel=body["channel_id"], text="heard")

        @app.event("message")
        async def hear(event: dict[str, str]) -> None:
            await client.chat_postMessage(
                channel=event["channel"], thread_ts=event.get("thread_ts"), text="heard"
            )

        await AsyncSocketModeHandler(app, app_token).start_async()  # type: ignore[no-untyped-call] # the SDK's


if __name__ == "__main__":
    asyncio.run(_run_bare(*sys.argv[1:]))
