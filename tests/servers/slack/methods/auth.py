"""Who am I, and where does my socket go?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.methods.method import Method
from tests.servers.slack.values import SlackError

if TYPE_CHECKING:
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.values import Json


async def test(asked: Asked) -> Json:
    workspace = asked.workspace
    org, through_org = workspace.organization, asked.is_of_organization
    if org is not None and through_org:
        return {
            "ok": True,
            "url": f"https://{org.name}.enterprise.slack.com/",
            "team": org.name,
            "user": org.bot.name.lower(),
            "team_id": None,
            "user_id": org.bot.user_id,
            "bot_id": org.bot.bot_id,
            "enterprise_id": org.id,
            "is_enterprise_install": True,
        }
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


async def revoke(asked: Asked) -> Json:
    if asked.flag("test"):
        return {"ok": True, "revoked": False}
    org, through_org = asked.workspace.organization, asked.is_of_organization
    await asked.slack.installing.uninstall(org if org and through_org else asked.workspace)
    return {"ok": True, "revoked": True}


async def teams(asked: Asked) -> Json:
    """Return the workspaces of an organization that the app was added to, a page of them."""
    org = asked.workspace.organization
    if org is None or not asked.is_of_organization:
        raise SlackError("not_allowed_token_type")
    granted = [one for one in org.workspaces if one.bot_token]
    try:
        start = int(asked.text("cursor", "0"))
    except ValueError:
        raise SlackError("invalid_cursor") from None
    end = start + asked.number("limit", 100, 1000)
    return {
        "ok": True,
        "teams": [{"id": one.id, "name": one.domain} for one in granted[start:end]],
        "response_metadata": {"next_cursor": str(end) if end < len(granted) else ""},
    }


async def connections_open(asked: Asked) -> Json:
    return {"ok": True, "url": asked.slack.sockets.ticket()}


METHODS = {
    "auth.test": Method(work=test),
    "auth.revoke": Method(work=revoke),
    "auth.teams.list": Method(work=teams, takes_json=False),
    "apps.connections.open": Method(work=connections_open, token="app"),
}
