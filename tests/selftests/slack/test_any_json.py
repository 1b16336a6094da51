"""Can anything that an app sends break the local Slack itself?"""

from __future__ import annotations

import asyncio
import json
from copy import deepcopy
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.selftests.slack.test_blocks import GOOD, VIEW
from tests.servers.slack import SlackServer
from tests.servers.slack.blocks.check import check_blocks, check_view
from tests.servers.slack.mentions import in_blocks
from tests.servers.slack.methods import METHODS
from tests.servers.slack.reading import read_blocks
from tests.servers.slack.values import SlackError

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A good block with something else put in one of its places."""
    whole: Any = deepcopy(draw(st.sampled_from(list(GOOD.values()))))
    place = whole
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        deeper = isinstance(place[key], dict | list) and place[key]
        if not deeper or draw(st.booleans()):
            place[key] = draw(anything)
            return whole
        place = place[key]


@settings(max_examples=300, deadline=None)
@given(st.lists(anything | damaged(), max_size=3))
def test_no_json_whatsoever_breaks_the_check_and_what_passes_can_be_read(blocks: list[Any]) -> None:
    for look in (
        lambda: check_blocks(blocks, lambda _file: "invalid slack file"),
        lambda: check_view({**VIEW, "blocks": blocks}, "modal")["blocks"],
    ):
        try:
            stored = look()
        except SlackError as error:
            json.dumps(error.answer)
        else:
            read_blocks(stored, lambda _id: None)
            list(in_blocks(stored))


@settings(max_examples=150, deadline=None)
@given(anything | damaged())
def test_no_json_whatsoever_breaks_the_check_of_a_view(view: Any) -> None:
    for kind in ("modal", "home"):
        with pytest.raises(SlackError):
            check_view(view, kind)


names = st.sampled_from(
    [
        "blocks",
        "channel",
        "channel_id",
        "cursor",
        "file",
        "files",
        "length",
        "limit",
        "metadata",
        "name",
        "oldest",
        "prompts",
        "text",
        "thread_ts",
        "timestamp",
        "trigger_id",
        "ts",
        "user",
        "users",
        "view",
        "view_id",
        "usergroup",
        "filename",
        "hash",
        "attachments",
        "status",
    ]
)
calls = st.lists(
    st.tuples(st.sampled_from(sorted(METHODS)), st.dictionaries(names, anything, max_size=6)),
    min_size=10,
    max_size=20,
)


@settings(max_examples=25, deadline=None)
@given(calls)
def test_no_call_whatsoever_breaks_a_method(made: list[tuple[str, dict[str, Any]]]) -> None:
    asyncio.run(_all_answered(made))


async def _all_answered(made: list[tuple[str, dict[str, Any]]]) -> None:
    """Make calls, half of them in a place that exists; the server raises what broke in it."""
    async with SlackServer() as slack, aiohttp.ClientSession() as session:
        ana, design = slack.person("Ana"), slack.channel("design")
        message = await ana.say(design, "hello", files=[("x.txt", b"x")])
        real = {
            "channel": design.id,
            "channel_id": design.id,
            "ts": message.ts,
            "thread_ts": message.ts,
            "user": ana.id,
            "file": message.files[0].id,
            "trigger_id": slack.workspace.views.trigger(ana),
        }
        for number, (method, args) in enumerate(made):
            token = slack.app_token if method.startswith("apps.") else slack.bot_token
            headers = {"Authorization": f"Bearer {token}"}
            given = {**args, **real} if number % 2 else {**real, **args}
            if METHODS[method].takes_json:
                body: Any = {"json": given}
            else:
                body = {"data": {name: json.dumps(one) for name, one in given.items()}}
            post = session.post(f"{slack.api_url}{method}", headers=headers, **body)
            async with post as answer:
                assert answer.status == 200, await answer.text()
                assert isinstance((await answer.json())["ok"], bool)
