"""What does the action `limits` do: show what a workspace sets for itself, ask for it, change it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports import errors
from bot.ports.cards import Receipt
from bot.ports.language import _
from bot.ports.messages import Defaults
from bot.ports.money import format_money
from bot.ports.quota import Quota
from bot.presentation import limits_form, sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.intake_store import GeneralStore
    from bot.conversation.terms import Limits
    from bot.policy.permissions import Permissions
    from bot.ports.cards import Form
    from bot.ports.messages import ActionEvent

#: US dollars, and drawings at once, that a form takes at most
_MOST, _MOST_DRAWINGS = 1_000_000.0, 1000
#: the fields that hold US dollars, and those that are set no more where they are empty
_DOLLARS = ("person_day", "person", "workspace", "confirm_above")
_CLEARED = (*_DOLLARS, "drawings", "drawers", "guests")


class QuotaActions:
    """Sets what managers limit in their workspace; never above what whoever runs Easel allows."""

    def __init__(
        self,
        store: GeneralStore,
        permissions: Permissions,
        concurrency: int,
        confirm_above: float | None,
    ) -> None:
        self._store = store
        self._permissions = permissions
        self._concurrency = concurrency
        self._confirm_above = confirm_above

    async def limits(self, event: ActionEvent, _conversation: str) -> Receipt | Form:
        """Show what holds, ask for it in a form, or set what one holds."""
        known = (await self._store.find_preferences(event.place, event.person))["workspace"]
        operator = self._permissions.limits()
        if event.fields is None and event.message is not None:
            return Receipt(message=limits_form.describe_limits(operator, known))
        if not self._permissions.sets_for_all(event.place, event.person):
            raise errors.NotAllowed(
                problem=_(sentences.NOT_YOURS_TO_SET).format(where=_("in this workspace"))
            )
        if event.fields is None:
            return limits_form.limits_form(known, self._concurrency, self._confirm_above)
        wanted = self._read(event.fields, operator)
        of = "workspace", event.fields, wanted, _CLEARED
        await self._store.set_preferences(event, *of)
        return Receipt(message=limits_form.describe_limits(operator, wanted))

    def _read(self, fields: Mapping[str, str], operator: Limits) -> Defaults:
        """Read what a form holds. Raise BadPrompt."""
        dollars = {name: _read_dollars(fields.get(name, "")) for name in _DOLLARS}
        most = {
            "person_day": operator.person_day,
            "person": operator.person,
            "workspace": operator.workspace,
            "confirm_above": self._confirm_above,
        }
        for name, limit in most.items():
            given = dollars[name]
            if given is not None and limit is not None and given > limit:
                raise errors.BadPrompt(
                    problem=_("Your Easel admin allows up to {dollars} for “{name}”.").format(
                        dollars=format_money(limit), name=_(limits_form.LABELS[name])
                    )
                )
        who = fields.get("who", "")
        quota = Quota(
            **dollars,
            drawings=self._read_drawings(fields.get("drawings", "")),
            drawers="managers" if who == "managers" else None,
        )
        return Defaults(quota=quota, guests=True if who == "guests" else None)

    def _read_drawings(self, text: str) -> int | None:
        if not text:
            return None
        count = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
        if not 1 <= count <= min(self._concurrency, _MOST_DRAWINGS):
            raise errors.BadPrompt(
                problem=_("Easel draws up to {count} pictures at once here.").format(
                    count=self._concurrency
                )
            )
        return count


def _read_dollars(text: str) -> float | None:
    """Read "$2.50" or "2,50"; None: nothing. Raise BadPrompt."""
    plain = text.strip().removeprefix("$").removesuffix("$").strip().replace(",", ".")
    if not plain:
        return None
    try:
        amount = float(plain) if plain.replace(".", "", 1).isdecimal() and plain.isascii() else -1.0
    except ValueError:
        amount = -1.0
    if not 0 <= amount <= _MOST:
        raise errors.BadPrompt(
            problem=_("“{text}” isn't an amount in dollars. Write it like 2.50.").format(
                text=text[:20]
            )
        )
    return amount
