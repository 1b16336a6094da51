"""Who are these people, and in which groups?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.methods.method import Method
from tests.servers.slack.values import SlackError

if TYPE_CHECKING:
    from tests.servers.slack.bots import Bot
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.values import Json


async def user_info(asked: Asked) -> Json:
    workspace, wanted = asked.workspace, asked.text("user")
    bots = [workspace.bot, *(one.bot for one in workspace.bots)]
    for bot in bots:
        if bot.user_id == wanted:
            return {"ok": True, "user": user(workspace.id, wanted, bot.name, bot)}
    person = asked.person("user")
    found = user(person.home or workspace.id, wanted, person.name, None)
    found |= {"is_restricted": person.guest, "is_admin": person.admin}
    if asked.flag("include_locale"):
        found["locale"] = person.locale
    if workspace.organization is not None and person.home is None:
        found["enterprise_user"] = {"id": wanted, "enterprise_id": workspace.organization.id}
    return {"ok": True, "user": found}


def user(team: str, some_id: str, name: str, bot: Bot | None) -> Json:
    profile: Json = {
        "real_name": name,
        "real_name_normalized": name,
        "display_name": "" if bot else name,
        "display_name_normalized": "" if bot else name,
        "image_48": f"https://secure.gravatar.com/avatar/{some_id}.jpg",
        "team": team,
    }
    if bot is not None:
        profile |= {"bot_id": bot.bot_id, "api_app_id": bot.app_id, "always_active": True}
    return {
        "id": some_id,
        "team_id": team,
        "name": name.lower().replace(" ", "."),
        "deleted": False,
        "real_name": name,
        "tz": "Europe/Amsterdam",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": bot is not None,
        "is_app_user": False,
        "updated": 1700000000,
    }


async def groups(asked: Asked) -> Json:
    """Return the user groups; with their members where that is asked."""
    if asked.is_of_organization and not asked.has("team_id"):
        raise SlackError("missing_argument", needed="team_id")
    found = []
    for group, (handle, users) in asked.workspace.groups.items():
        own: Json = {"id": group, "team_id": asked.workspace.id, "name": handle, "handle": handle}
        own |= {
            "is_usergroup": True,
            "is_subteam": True,
            "user_count": len(users),
            "date_delete": 0,
        }
        found.append(own | ({"users": users} if asked.flag("include_users") else {}))
    return {"ok": True, "usergroups": found}


METHODS = {
    "users.info": Method(work=user_info, scopes=("users:read",), takes_json=False),
    "usergroups.list": Method(work=groups, scopes=("usergroups:read",), takes_json=False),
}
