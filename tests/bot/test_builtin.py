"""How does the built-in model live beside the bot?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.queries import FormQuery

if TYPE_CHECKING:
    from tests.conftest import Start


async def test_what_it_draws_is_free_also_on_cards_shown_before_it_has_started(
    start: Start,
) -> None:
    async with start(model_url=None) as one:
        form = await one.easel.query(FormQuery(platform="web", workspace="local"))
        assert set(form.prices.values()) == {0.0}
