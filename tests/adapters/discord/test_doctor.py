"""Does whoever sets Easel up learn what is right, what is wrong and what to do?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from discord.asset import Asset
from discord.http import Route

from adapters.discord.client import set_api_url
from adapters.discord.doctor import PERMISSIONS
from tests.adapters.discord.harness import scene
from tests.bot.test_commands import easel
from tests.servers.discord import Discord, Intent, Limits, May

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.discord.harness import Scene, Start

#: what the adapter does, by the permission that lets it
USED = (
    May.VIEW_CHANNEL
    | May.SEND_MESSAGES
    | May.SEND_MESSAGES_IN_THREADS
    | May.CREATE_PUBLIC_THREADS
    | May.ATTACH_FILES
    | May.READ_MESSAGE_HISTORY
)


def given(server: Discord, data: Path) -> dict[str, object]:
    return {"data": data, "discord_token": server.token, "discord_api_url": server.url}


async def test_the_invitation_asks_for_exactly_what_is_used(around: Scene, tmp_path: Path) -> None:
    code, out, _ = await easel("discord", "invite", **given(around.server, tmp_path))
    assert code == 0
    link = urlsplit(out.strip())
    assert (link.scheme, link.netloc, link.path) == ("https", "discord.com", "/oauth2/authorize")
    asked = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert asked == {
        "client_id": str(around.server.world.app.id),
        "scope": "bot applications.commands",
        "permissions": str(int(USED)),
    }
    assert PERMISSIONS.value == int(USED)


async def test_the_doctor_says_how_it_stands(around: Scene, tmp_path: Path) -> None:
    code, out, _ = await easel("doctor", **given(around.server, tmp_path))
    assert code == 0
    [line] = [line for line in out.splitlines() if "Discord:" in line]
    assert line.startswith("✓ Discord: easel")
    assert "in 1 server; plain replies are read" in line
    assert (
        "1 shard (1 recommended), 1 at once may connect, 1000 of 1000 connections left today"
        in line
    )


async def test_the_doctor_says_when_too_few_connections_are_left_for_its_shards(
    tmp_path: Path,
) -> None:
    async with Discord(limits=Limits(shards=3, identifies=3)) as server:
        server.guild()
        code, out, _ = await easel("doctor", **given(server, tmp_path))
        assert code == 0
        assert "3 shards (3 recommended)" in out
        code, out, _ = await easel("doctor", **given(server, tmp_path), discord_shards=4)
    assert code == 1
    assert "3 connections are left today, and it needs 4. The count starts again in 4 hours." in out


async def test_the_doctor_says_what_to_do_without_the_intent_and_in_no_server(
    tmp_path: Path,
) -> None:
    async with Discord(approved=Intent(0)) as server:
        code, out, _ = await easel("doctor", **given(server, tmp_path))
    assert code == 0
    assert "easel discord invite" in out
    assert "Message Content Intent" in out


async def test_the_doctor_names_what_it_may_not_do_and_where(tmp_path: Path) -> None:
    async with scene() as around:
        for role in around.guild.roles.values():
            role.permissions &= ~May.CREATE_PUBLIC_THREADS
        code, out, _ = await easel("doctor", **given(around.server, tmp_path))
    assert code == 1
    assert "✗ Discord: it may not create public threads in “Studio”" in out


async def test_a_wrong_token_is_said_to_be_wrong_and_is_not_shown(
    around: Scene, tmp_path: Path
) -> None:
    wrong = {**given(around.server, tmp_path), "discord_token": "x.wrong-token"}
    code, out, err = await easel("doctor", **wrong)
    assert code == 1
    assert "refuses the token" in out
    code, _, err = await easel("discord", "invite", **wrong)
    assert code == 2
    assert "EASEL_DISCORD_TOKEN" in err
    assert "wrong-token" not in out + err


async def test_a_wrong_token_does_not_take_the_page_with_it(around: Scene, start: Start) -> None:
    given = {"discord_token": "x.wrong-token", "discord_api_url": around.server.url}
    async with start(**given) as one, httpx.AsyncClient(base_url=one.address) as http:
        await around.server.until(lambda: [c for c in around.server.calls if c.status == 401])
        assert (await http.get("/readyz")).status_code == 200


async def test_without_a_token_it_says_where_to_get_one(tmp_path: Path) -> None:
    code, _, err = await easel("discord", "invite", data=tmp_path)
    assert code == 2
    assert "https://discord.com/developers" in err


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://proxy:8080", "http://proxy:8080/api/v10"),
        ("http://proxy:8080/api", "http://proxy:8080/api/v10"),
        ("http://proxy:8080/api/v10", "http://proxy:8080/api/v10"),
        ("https://proxy.example/discord/api/v10/", "https://proxy.example/discord/api/v10"),
    ],
)
def test_another_address_may_be_given_with_and_without_its_path(
    monkeypatch: pytest.MonkeyPatch, address: str, base: str
) -> None:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(Asset, "BASE", Asset.BASE)
    set_api_url(address)
    assert base == Route.BASE
