"""What does Discord know of the app itself?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.discord.codes import Intent

if TYPE_CHECKING:
    from tests.servers.discord.commands import CommandBook
    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import User

#: intent → the flag of an app in fewer than 100 guilds that has it switched on
_FLAGS = {
    Intent.GUILD_PRESENCES: 1 << 13,
    Intent.GUILD_MEMBERS: 1 << 15,
    Intent.MESSAGE_CONTENT: 1 << 19,
}


@dataclass(slots=True, kw_only=True)
class Application:
    id: int
    name: str
    bot: User
    owner: User
    token: str
    #: privileged intents switched on in the developer portal
    approved: Intent
    commands: CommandBook
    #: ids of people who installed it for themselves
    installed_by: set[int] = field(default_factory=set)

    @property
    def reads_content(self) -> bool:
        return Intent.MESSAGE_CONTENT in self.approved

    @property
    def flags(self) -> int:
        return sum(flag for intent, flag in _FLAGS.items() if intent in self.approved)

    def payload(self, guilds: int) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "description": "",
            "summary": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": self.owner.payload(),
            "team": None,
            "verify_key": "0" * 64,
            "flags": self.flags,
            "bot": self.bot.payload(),
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "approximate_guild_count": guilds,
            "approximate_user_install_count": len(self.installed_by),
            "integration_types_config": {"0": {}, "1": {}},
        }
