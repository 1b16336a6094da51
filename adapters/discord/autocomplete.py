"""What is offered while somebody types into a command's option: recent prompts, or models where there are many?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from adapters.discord import app_commands, parse_interaction
from bot.ports.queries import FormQuery, PromptsQuery

if TYPE_CHECKING:
    from bot.ports.adapter import Bot
    from bot.ports.messages import Place


async def suggest(bot: Bot, interaction: discord.Interaction[Any], place: Place) -> None:
    """Offer what an option can be."""
    option, typed = parse_interaction.get_focused(interaction)
    texts: tuple[str, ...]
    if option == "prompt":
        texts = await bot.query(
            PromptsQuery(
                platform=place.platform,
                workspace=place.workspace,
                person=str(interaction.user.id),
                holds=typed,
            )
        )
    else:
        query = FormQuery(platform=place.platform, workspace=place.workspace)
        fields = (await bot.query(query)).fields
        values = [value for one in fields if one.name == option for value, _ in one.choices]
        texts = tuple(value for value in values if typed.casefold() in value.casefold())
    choices = [one for text in texts if (one := app_commands.build_suggestion(text))]
    await interaction.response.autocomplete(
        [discord.app_commands.Choice(**one) for one in choices[: app_commands.MAX_CHOICES]]
    )
