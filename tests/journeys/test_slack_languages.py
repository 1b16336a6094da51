"""Does each person read what is theirs in their own language, and the channel's cards in the channel's?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.adapters.slack.easel import in_slack, local_slack

if TYPE_CHECKING:
    from tests.adapters.slack.easel import Start


async def test_a_german_and_a_japanese_reader_share_a_french_channel(start: Start) -> None:
    async with local_slack() as slack, in_slack(start, slack):
        design = slack.channel("design")
        ana, ken, boss = slack.person("Ana"), slack.person("Ken"), slack.person("Boss")
        ana.locale, ken.locale, boss.admin = "de-DE", "ja-JP", True
        await ana.command("/imagine", "a boat", design)
        card = await design.message(lambda one: "Vary" in one.buttons)  # the channel's, English yet

        await boss.reply(card, "speak French in this channel")
        await design.message("Dans ce canal désormais : Français.", thread=card)
        await ana.command("/imagine", "a train", design)
        french = await design.message(
            lambda one: "a train" in one.plain and "Varier" in one.buttons
        )

        # what is refused is said to each alone, in their own language
        await ana.reply(french, "always landscape in this channel")
        await design.ephemeral(ana, "Nur ein Admin kann Einstellungen")
        await ken.reply(french, "always landscape in this channel")
        await design.ephemeral(ken, "変えられるのは管理者だけです")
        # a control in anybody's words is on a card for all
        await ken.reply(french, "make it red")
        await design.message(lambda one: "make it red" in one.plain and "Varier" in one.buttons)
        await ken.reply(french, "元に戻して")
        await design.message("Défait par Ken. Les réponses modifient maintenant v1.", thread=french)
