"""How do people read and set what a workspace limits for itself? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.actions import Action
from bot.ports.cards import Form
from bot.ports.language import N_, _, ngettext
from bot.ports.money import format_money
from bot.presentation.form_fields import choice_field, words_field

if TYPE_CHECKING:
    from bot.conversation.terms import Limits
    from bot.ports.messages import Defaults

#: what a limit is about, by its field
LABELS = {
    "person_day": N_("Dollars a day, each person"),
    "person": N_("Dollars a month, each person"),
    "workspace": N_("Dollars a month, everyone together"),
    "confirm_above": N_("Ask first above"),
    "drawings": N_("Pictures at once"),
    "who": N_("Who can draw"),
}
_DRAWINGS = (1, 2, 3, 4, 6, 8, 12, 16)
#: dollars of a press above which it may be asked first
_CONFIRM = (0.05, 0.1, 0.25, 0.5, 1.0)
_WHO = (
    ("", N_("everyone but guests")),
    ("guests", N_("everyone, guests too")),
    ("managers", N_("admins only")),
)
_NO_LIMITS = N_("Nothing is limited here.")


def limits_form(known: Defaults, concurrency: int, confirm_above: float | None) -> Form:
    """Ask what a workspace limits. `concurrency`, `confirm_above`: what whoever runs Easel set."""
    quota = known.quota
    usual = _("no limit of your own")
    drawings = [(str(one), str(one)) for one in _DRAWINGS if one <= concurrency]
    asked = [one for one in _CONFIRM if confirm_above is None or one <= confirm_above]
    who = "managers" if quota.drawers == "managers" else "guests" if known.guests else ""
    return Form(
        action=Action.LIMITS,
        title=_("Workspace limits"),
        submit=_("Save"),
        fields=(
            *(
                words_field(name, _(LABELS[name]), _write(getattr(quota, name)))
                for name in ("person_day", "person", "workspace")
            ),
            choice_field(
                "confirm_above",
                _(LABELS["confirm_above"]),
                _write(quota.confirm_above),
                (("", usual), *((_write(one), format_money(one)) for one in asked)),
            ),
            choice_field(
                "drawings",
                _(LABELS["drawings"]),
                str(quota.drawings or ""),
                (("", usual), *drawings),
            ),
            choice_field(
                "who", _(LABELS["who"]), who, [(value, _(label)) for value, label in _WHO]
            ),
        ),
        price=None,
        conversation="",
    )


def _write(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def describe_limits(operator: Limits, known: Defaults) -> str:
    """Say what holds in a workspace: what it set itself, and what whoever runs Easel set."""
    found = list_limits(operator, known)
    return (
        "\n".join((_("Limits here:"), *(f"• {one}" for one in found))) if found else _(_NO_LIMITS)
    )


def list_limits(operator: Limits, known: Defaults) -> list[str]:
    """List what holds in a workspace, a line each."""
    held, quota = operator.tightened(known.quota), known.quota
    dollars = (
        (held.person_day, N_("{dollars} a day for each person")),
        (held.person, N_("{dollars} a month for each person")),
        (held.channel, N_("{dollars} a month for each channel")),
        (held.workspace, N_("{dollars} a month for this workspace")),
        (quota.confirm_above, N_("asked first above {dollars}")),
    )
    found = [
        _(text).format(dollars=format_money(amount) if amount else "$0")
        for amount, text in dollars
        if amount is not None
    ]
    if quota.drawings is not None:
        text = ngettext("{count} picture at once", "{count} pictures at once", quota.drawings)
        found.append(text.format(count=quota.drawings))
    if quota.drawers == "managers":
        found.append(_("only admins can draw"))
    elif known.guests:
        found.append(_("guests can draw"))
    return found
