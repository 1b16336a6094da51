"""What does the app hear over the gateway when something happens?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.clock import iso
from tests.servers.discord.codes import ChannelType, Intent

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel, Thread
    from tests.servers.discord.errors import Json
    from tests.servers.discord.gateway import Session
    from tests.servers.discord.guilds import Guild, Role
    from tests.servers.discord.interactions import Interaction
    from tests.servers.discord.messages import Message
    from tests.servers.discord.world import World


class Events:
    """Tells each session what its intents and the bot's permissions let it hear."""

    def __init__(self, world: World) -> None:
        self._world = world

    # messages

    def message_created(self, message: Message) -> None:
        self._message("MESSAGE_CREATE", message, nonce=message.nonce)

    def message_updated(self, message: Message) -> None:
        self._message("MESSAGE_UPDATE", message)

    def _message(self, event: str, message: Message, nonce: str | int | None = None) -> None:
        if message.only_for is not None or not self._world.bot_sees(message.channel):
            return
        guild = message.guild
        bot = self._world.app.bot

        def seen_by(session: Session) -> Json:
            payload = message.payload(bot, content=Intent.MESSAGE_CONTENT in session.intents)
            if guild is not None:
                payload["guild_id"] = str(guild.id)
                member = guild.member(message.author)
                if member is not None and message.webhook_id is None:
                    payload["member"] = member.payload(with_user=False)
            if nonce is not None:
                payload["nonce"] = nonce
            return payload

        needed = Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES
        self._world.gateway.tell(event, seen_by, needed, guild)

    def message_deleted(self, message: Message) -> None:
        guild = message.guild
        if message.only_for is not None or not self._world.bot_sees(message.channel):
            return
        payload: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
        if guild is not None:
            payload["guild_id"] = str(guild.id)
        needed = Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES
        self._world.gateway.tell("MESSAGE_DELETE", lambda _: payload, needed, guild)

    # channels and threads

    def channel(self, event: str, channel: Channel) -> None:
        """Tell of CHANNEL_CREATE, CHANNEL_UPDATE or CHANNEL_DELETE."""
        payload = channel.payload(self._world.app.bot)
        self._world.gateway.tell(event, lambda _: payload, Intent.GUILDS, channel.guild)

    def thread_created(self, thread: Thread, *, newly: bool) -> None:
        if self._world.bot_sees(thread):
            payload = {**thread.payload(self._world.app.bot), "newly_created": newly}
            self._world.gateway.tell("THREAD_CREATE", lambda _: payload, Intent.GUILDS, thread.home)

    def thread_updated(self, thread: Thread) -> None:
        if self._world.bot_sees(thread):
            payload = thread.payload(self._world.app.bot)
            self._world.gateway.tell("THREAD_UPDATE", lambda _: payload, Intent.GUILDS, thread.home)

    def own_membership(self, thread: Thread) -> None:
        """Tell that the bot is in a thread that woke up."""
        bot = self._world.app.bot
        if bot.id in thread.joined and self._world.bot_sees(thread):
            payload = {**thread.member_payload(bot), "guild_id": str(thread.home.id)}
            self._world.gateway.tell(
                "THREAD_MEMBER_UPDATE", lambda _: payload, Intent.GUILDS, thread.home
            )

    def thread_deleted(self, thread: Thread) -> None:
        if not self._world.bot_sees(thread):
            return
        payload = {
            "id": str(thread.id),
            "guild_id": str(thread.home.id),
            "parent_id": str(thread.parent.id),
            "type": int(thread.kind),
        }
        self._world.gateway.tell("THREAD_DELETE", lambda _: payload, Intent.GUILDS, thread.home)

    # guilds

    def guild_created(self, guild: Guild) -> None:
        # only of a guild that was known and is back is it said that it is not unavailable any more
        payload = {k: v for k, v in self.guild_payload(guild).items() if k != "unavailable"}
        self._world.gateway.tell("GUILD_CREATE", lambda _: payload, Intent.GUILDS, guild)

    def role_created(self, guild: Guild, role: Role) -> None:
        payload = {"guild_id": str(guild.id), "role": role.payload()}
        self._world.gateway.tell("GUILD_ROLE_CREATE", lambda _: payload, Intent.GUILDS, guild)

    def guild_payload(self, guild: Guild) -> Json:
        """Show a guild as GUILD_CREATE does: with channels and active threads."""
        bot = self._world.app.bot
        me = guild.members[bot.id]
        threads = (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)
        around = [c for c in guild.channels.values() if c.kind not in threads]
        return {
            **guild.payload(),
            "joined_at": iso(me.joined_at),
            "large": len(guild.members) >= 250,
            "unavailable": False,
            "member_count": len(guild.members),
            "members": [me.payload()],
            "channels": [channel.payload(bot) for channel in around],
            "threads": [t.payload(bot) for t in self._world.threads_for_bot(guild)],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    # interactions

    def interaction(self, interaction: Interaction) -> None:
        payload = interaction.payload()
        self._world.gateway.tell(
            "INTERACTION_CREATE", lambda _: payload, Intent(0), interaction.channel.guild
        )
