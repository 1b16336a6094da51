from adapters.discord.platform import DiscordPlatform

PLATFORM = DiscordPlatform()
