"""What do the actions do that show somebody their home, or a channel's gallery?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.policy.budget import get_usage
from bot.ports import errors
from bot.ports.cards import Receipt
from bot.ports.queries import UsageQuery
from bot.presentation import limits_form, panels, statement

if TYPE_CHECKING:
    from bot.conversation.panel_store import PanelStore
    from bot.intake.general import GeneralActions
    from bot.model.catalog.catalog import Catalog
    from bot.policy.permissions import Permissions
    from bot.ports.messages import ActionEvent
    from bot.ports.panels import Panel


class PanelActions:
    """Shows people what is theirs, and their channel's."""

    def __init__(
        self,
        store: PanelStore,
        catalog: Catalog,
        permissions: Permissions,
        general: GeneralActions,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._permissions = permissions
        self._general = general

    async def home(self, event: ActionEvent, _conversation: str) -> Receipt:
        """Save what is chosen, and show somebody their canvases, what they spent, and what they draw with."""
        if event.fields:
            await self._general.save_own(event, event.fields)
        place, person = event.place, event.person
        known = await self._store.find_preferences(place, person)
        query = UsageQuery(platform=place.platform, workspace=place.workspace)
        usage = await get_usage(self._store, query)
        limits = self._permissions.limits()
        lines = limits_form.list_limits(limits, known["workspace"])
        spent = (
            statement.own(usage, limits.tightened(known["workspace"].quota), person, lines)
            if usage
            else ""
        )
        canvases = await self._store.list_own(place, person, panels.PAGE)
        for_all = self._permissions.sets_for_all(place, person)
        manages = for_all and not self._permissions.is_page(place)
        return _show(panels.home(spent, canvases, self._catalog, known["person"], manages=manages))

    async def gallery(self, event: ActionEvent, _conversation: str) -> Receipt:
        """Show a page of what is starred in the channel."""
        given = (event.fields or {}).get("after", "0")
        if not (given.isascii() and given.isdecimal() and len(given) < 7):
            raise errors.BadPrompt(problem="Put how many pictures to leave out in “after”.")
        after = int(given)
        found = await self._store.list_starred(event.place, offset=after, limit=panels.PAGE + 1)
        return _show(panels.gallery(found, after))


def _show(panel: Panel) -> Receipt:
    return Receipt(message=panels.describe(panel), panel=panel)
