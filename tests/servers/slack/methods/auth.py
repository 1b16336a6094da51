"""Who am I, and where does my socket go?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.methods.method import Method

if TYPE_CHECKING:
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.values import Json


async def test(asked: Asked) -> Json:
    workspace = asked.workspace
    return {
        "ok": True,
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.domain,
        "user": workspace.bot.name.lower(),
        "team_id": workspace.id,
        "user_id": workspace.bot.user_id,
        "bot_id": workspace.bot.bot_id,
        "is_enterprise_install": False,
    }


async def connections_open(asked: Asked) -> Json:
    return {"ok": True, "url": asked.slack.sockets.ticket()}


METHODS = {
    "auth.test": Method(work=test),
    "apps.connections.open": Method(work=connections_open, token="app"),
}
