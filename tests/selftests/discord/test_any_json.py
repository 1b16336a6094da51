"""Whatever JSON comes in, the server answers with a refusal that has a shape, never with a crash."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.selftests.discord.raw import raw
from tests.servers.discord.api import ROUTES
from tests.servers.discord.attachments import Links
from tests.servers.discord.channels import Channel
from tests.servers.discord.clock import Clock
from tests.servers.discord.codes import ChannelType
from tests.servers.discord.commands import CommandBook
from tests.servers.discord.components import Layout, walk
from tests.servers.discord.drafts import Desk
from tests.servers.discord.errors import ApiError
from tests.servers.discord.form import Form, Part
from tests.servers.discord.limits import Limits
from tests.servers.discord.mentions import OF_MESSAGES
from tests.servers.discord.modals import read_modal
from tests.servers.discord.reading import buttons_in, plain_text, selects_in

if TYPE_CHECKING:
    from tests.selftests.discord.conftest import Scene
    from tests.servers.discord.routes import Route

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["attachment://a.png", "https://x", "1", "users", "a" * 120])
)
keys = st.sampled_from(
    [
        "type",
        "id",
        "components",
        "accessory",
        "component",
        "content",
        "items",
        "media",
        "url",
        "label",
        "style",
        "custom_id",
        "options",
        "value",
        "description",
        "min_values",
        "max_values",
        "file",
        "flags",
        "embeds",
        "fields",
        "name",
        "attachments",
        "nonce",
        "allowed_mentions",
        "parse",
        "users",
        "title",
        "required",
        "autocomplete",
        "choices",
        "emoji",
        "divider",
        "spacing",
    ]
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=25,
)
#: components that are nearly right
kinds = st.sampled_from([1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 17, 18, 19, 21, 22, 23])
components = st.recursive(
    st.fixed_dictionaries({"type": kinds}, optional={"content": scalars, "label": scalars}),
    lambda inner: st.fixed_dictionaries(
        {"type": kinds},
        optional={
            "components": st.lists(inner, max_size=3) | json_values,
            "component": inner,
            "accessory": inner,
            "items": st.lists(inner, max_size=2),
            "options": json_values,
            "custom_id": scalars,
            "style": scalars,
            "media": st.just({"url": "attachment://a.png"}) | json_values,
            "id": scalars,
        },
    ),
    max_leaves=8,
)
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(error: ApiError) -> None:
    assert error.status == 400
    assert isinstance(error.body, dict)


def part(body: Any) -> Part:
    return Part(Form(), (), body if isinstance(body, dict) else {})


@many
@given(st.lists(components | json_values, max_size=4) | json_values, st.booleans())
def test_any_layout_is_read_or_complained_about(body: Any, v2: bool) -> None:  # noqa: FBT001 -- hypothesis gives it
    read_from = part({"components": body})
    read = Layout(Limits(), lambda url: 7 if url == "attachment://a.png" else None).read(
        read_from, v2=v2
    )
    if not read_from.form.errors:
        assert len(list(walk(read))) <= 40
        assert len({c["id"] for c in walk(read)}) == len(list(walk(read)))
        buttons_in(read)
        selects_in(read)
        plain_text("", read, [])


@many
@given(json_values | st.fixed_dictionaries({"components": st.lists(components, max_size=3)}))
def test_any_form_is_read_or_complained_about(body: Any) -> None:
    read_from = part(body)
    modal = read_modal(read_from)
    if not read_from.form.errors:
        assert set(modal.labels) == set(modal.fields)
        assert modal.plain


@many
@given(json_values)
def test_any_commands_are_kept_or_refused_with_a_shape(body: Any) -> None:
    book = CommandBook(Clock(), 1, 200)
    try:
        book.replace(None, body)
    except ApiError as error:
        check(error)


@many
@given(st.dictionaries(keys, json_values, max_size=8))
def test_any_message_is_drafted_or_refused_with_a_shape(body: dict[str, Any]) -> None:
    clock = Clock()
    desk = Desk(
        limits=Limits(),
        clock=clock,
        links=Links(clock, 60.0),
        channel=Channel(id=1, kind=ChannelType.TEXT, name="general"),
        file_bytes=100,
        unsaid=OF_MESSAGES,
    )
    try:
        desk.read(part(body))
    except ApiError as error:
        check(error)


@pytest.mark.parametrize("path", ["/channels/{}/messages", "/channels/{}/threads"])
@pytest.mark.parametrize("data", [b"", b"{", b"[" * 5000, b"null", b'"x"', b"\xff\xfe", b"[]"])
async def test_any_bytes_get_an_answer(scene: Scene, path: str, data: bytes) -> None:
    async with raw(scene.server) as asking:
        reply = await asking.ask("POST", path.format(scene.channel.id), data=data)
    assert (reply.status, reply.code in (50006, 50035, 50109)) == (400, True)


def _zero() -> object:
    return 0


def _thumb() -> object:
    return "%F0%9F%91%8D"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_no_route_stumbles_over_nonsense(scene: Scene, route: Route) -> None:
    known: dict[str, object] = {
        "channel_id": scene.channel.id,
        "guild_id": scene.guild.id,
        "application_id": scene.server.world.app.id,
        "user_id": scene.ana.id,
        "message_id": (await scene.ana.say(scene.channel, "here")).id,
    }
    async with raw(scene.server) as asking:
        bodies: tuple[Any, ...] = (None, [], {"type": 4, "data": 7, "name": ["x"]}, "x")
        for args in (defaultdict(_zero), defaultdict(_thumb, known)):
            for body in bodies:
                path = route.template.format_map(args)
                query = {"limit": "many", "before": "then", "with_response": "1"}
                reply = await asking.ask(route.method, path, json=body, params=query)
                assert reply.status < 500
