"""What is the least that a bot can do? One call of the model and one post, with the bare SDK and no state.

`python -m tests.bench.floors PLATFORM MODEL_URL …` runs the one of a platform. It keeps nothing, checks nothing and
notices no failure.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import socket
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine

    import aiohttp
    from starlette.requests import Request


class Model:
    """A client of the model, as short as one can be."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = f"{url}/chat/completions"

    async def ask(self, prompt: str) -> tuple[str, bytes]:
        """Return the answer's words, and its picture; empty: there is none."""
        body = {"model": "any", "messages": [{"role": "user", "content": prompt}]}
        async with self._http.post(self._url, json=body) as answer:
            content = json.loads(await answer.read())["choices"][0]["message"]["content"]
        if isinstance(content, str):
            return content, b""
        url: str = content[1]["image_url"]["url"]
        return content[0]["text"], base64.b64decode(url[url.index(",") + 1 :])


async def slack(model_url: str, url: str, token: str, app_token: str) -> None:
    """Be a bot of bare slack-bolt: it answers a command and each message of a thread."""
    import aiohttp  # noqa: PLC0415 - each floor starts with its own SDK alone
    from slack_bolt.adapter.socket_mode.async_handler import (  # noqa: PLC0415 - as above
        AsyncSocketModeHandler,
    )
    from slack_bolt.async_app import AsyncApp  # noqa: PLC0415 - as above
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415 - as above

    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=token, base_url=url, session=session)
        app = AsyncApp(client=client)
        model = Model(session, model_url)

        async def answer(channel: str, thread: str | None, prompt: str) -> None:
            words, picture = await model.ask(prompt)
            if picture:
                await client.files_upload_v2(
                    channel=channel,
                    thread_ts=thread,
                    content=picture,
                    filename="v1.png",
                    initial_comment=words,
                )
            else:
                await client.chat_postMessage(channel=channel, thread_ts=thread, text=words)

        @app.command("/imagine")
        async def imagine(ack: Callable[[], Awaitable[None]], body: dict[str, str]) -> None:
            await ack()
            await answer(body["channel_id"], None, body["text"])

        @app.event("message")
        async def hear(event: dict[str, Any]) -> None:
            if "bot_id" not in event and "subtype" not in event:
                await answer(event["channel"], event.get("thread_ts"), event["text"])

        await AsyncSocketModeHandler(app, app_token).start_async()  # type: ignore[no-untyped-call] # the SDK's


async def discord(model_url: str, url: str, token: str) -> None:
    """Be a bot of bare discord.py: it answers a command and each message of a thread."""
    import io  # noqa: PLC0415 - as above

    import aiohttp  # noqa: PLC0415 - as above
    import discord as sdk  # noqa: PLC0415 - as above

    from adapters.discord.client import set_api_url  # noqa: PLC0415 - as above

    set_api_url(url)
    intents = sdk.Intents(guilds=True, guild_messages=True, message_content=True)
    client = sdk.AutoShardedClient(intents=intents)
    tree = sdk.app_commands.CommandTree(client)

    def files(picture: bytes) -> list[sdk.File]:
        return [sdk.File(io.BytesIO(picture), "v1.png")] if picture else []

    async with aiohttp.ClientSession() as session:
        model = Model(session, model_url)

        @tree.command(name="imagine", description="draw")
        async def imagine(interaction: sdk.Interaction[Any], prompt: str) -> None:
            await interaction.response.defer()
            words, picture = await model.ask(prompt)
            await interaction.edit_original_response(content=words, attachments=files(picture))

        @client.event
        async def on_message(message: sdk.Message) -> None:
            if not message.author.bot and isinstance(message.channel, sdk.Thread):
                words, picture = await model.ask(message.content)
                await message.channel.send(words, files=files(picture))

        @client.event
        async def setup_hook() -> None:
            await tree.sync()

        await client.start(token)


async def web(model_url: str) -> None:
    """Be a page of bare Starlette: it acknowledges a prompt, and says on the thread's stream that it is drawn."""
    import aiohttp  # noqa: PLC0415 - as above
    import uvicorn  # noqa: PLC0415 - as above
    from sse_starlette import EventSourceResponse  # noqa: PLC0415 - as above
    from starlette.applications import Starlette  # noqa: PLC0415 - as above
    from starlette.responses import JSONResponse, Response  # noqa: PLC0415 - as above
    from starlette.routing import Route  # noqa: PLC0415 - as above

    streams: dict[str, asyncio.Queue[str]] = {}
    tasks: set[asyncio.Task[None]] = set()

    async with aiohttp.ClientSession() as session:
        model = Model(session, model_url)

        async def draw(thread: str, turn: str, prompt: str) -> None:
            words, picture = await model.ask(prompt)
            event = {"id": turn, "state": "posted", "words": words, "bytes": len(picture)}
            await streams[thread].put(json.dumps(event, separators=(",", ":")))

        async def prompt(request: Request) -> Response:
            thread = request.path_params.get("thread") or secrets.token_hex(8)
            streams.setdefault(thread, asyncio.Queue())
            turn = secrets.token_hex(8)
            task = asyncio.create_task(draw(thread, turn, (await request.json())["text"]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            return JSONResponse({"thread": thread, "turn": turn}, 202)

        async def events(request: Request) -> Response:
            queue = streams[request.path_params["thread"]]

            async def read() -> AsyncIterator[dict[str, str]]:
                while True:
                    yield {"data": await queue.get()}

            return EventSourceResponse(read())

        app = Starlette(
            routes=[
                Route("/api/threads", prompt, methods=["POST"]),
                Route("/api/threads/{thread}/messages", prompt, methods=["POST"]),
                Route("/api/threads/{thread}/events", events),
            ]
        )
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sys.stdout.write(f"Page http://127.0.0.1:{listening.getsockname()[1]}\n")
            sys.stdout.flush()
            await server.serve([listening])


if __name__ == "__main__":
    _platform, *_given = sys.argv[1:]
    _floors: dict[str, Callable[..., Coroutine[Any, Any, None]]]
    _floors = {"slack": slack, "discord": discord, "web": web}
    asyncio.run(_floors[_platform](*_given))
