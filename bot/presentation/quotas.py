"""How does it read that somebody may not, or not more: permissions, rates and monthly limits?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.language import N_, _, ngettext
from bot.ports.money import format_money
from bot.presentation.sentences import join_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.ports.actions import Action


FOR_OPERATORS = N_("Only your Easel admin can see that, because it's about other workspaces, too.")

_LIMITS = {
    "person_day": N_("your {dollars} daily limit"),
    "person": N_("your {dollars} monthly limit"),
    "channel": N_("this channel's {dollars} monthly limit"),
    "workspace": N_("this workspace's {dollars} monthly limit"),
}


def _name_limit(limit: Mapping[str, str]) -> str:
    text = _LIMITS.get(limit.get("whose", ""), N_("the {dollars} monthly limit"))
    return _(text).format(dollars=format_money(float(limit.get("limit", 0))))


def say_over_limit(limit: Mapping[str, str]) -> str:
    """Say that a month's money is spent, or too little of it is left."""
    facts = {
        "name": _name_limit(limit),
        "resets": _(limit.get("resets") or N_("the first of next month")),
    }
    left = round(float(limit.get("limit", 0)) - float(limit.get("used", 0)), 6)
    if left > 0:
        return _(
            "This costs {price}, but {name} has only {left} left, so it was not sent or billed. It resets on {resets}. "
            "Try a smaller size or a lower quality, or ask your Easel admin."
        ).format(
            price=format_money(float(limit.get("price", 0)), estimated=True),
            left=format_money(left),
            **facts,
        )
    if limit.get("whose", "").startswith("person"):
        text = _(
            "You've reached {name}, so this was not sent or billed. It resets on {resets}; "
            "your Easel admin can raise it."
        )
    else:
        text = _(
            "Easel has reached {name}, so this was not sent or billed. It resets on {resets}; "
            "your Easel admin can raise it."
        )
    return text.format(**facts)


_PACES = {
    "1": N_("You can send {count} prompts a second here."),
    "60": N_("You can send {count} prompts a minute here."),
    "3600": N_("You can send {count} prompts an hour here."),
    "86400": N_("You can send {count} prompts a day here."),
}


def say_too_fast(rate: Mapping[str, str]) -> str:
    """Say that somebody sent more than they may in a time."""
    pace = _PACES.get(rate.get("seconds", ""), N_("You can send {count} prompts at a time here."))
    wait = int(rate.get("wait", "60"))
    if wait < 120:
        again = ngettext(
            "This one was not accepted or billed; send it again in a second.",
            "This one was not accepted or billed; send it again in {wait} seconds.",
            wait,
        ).format(wait=wait)
    else:
        again = ngettext(
            "This one was not accepted or billed; send it again in {wait} minute.",
            "This one was not accepted or billed; send it again in {wait} minutes.",
            wait // 60,
        ).format(wait=wait // 60)
    return f"{_(pace).format(count=rate.get('count') or _('only so many'))} {again}"


def say_nearly_used(limit: Mapping[str, str]) -> str:
    """Warn about a limit that is nearly used; "": there is none."""
    if not limit:
        return ""
    used = float(limit["used"]) / max(float(limit["limit"]), 1e-9)
    return _("{percent} of {name} used").format(percent=f"{used:.0%}", name=_name_limit(limit))


def say_used_up(limit: Mapping[str, str]) -> str:
    """Tell the operator that a limit stops drawing."""
    name = _name_limit(limit)
    return _(
        "{name} is used up, or too little of it is left. New prompts are refused until {resets}. "
        "To continue sooner, raise the limit and restart Easel."
    ).format(
        name=f"{name[:1].upper()}{name[1:]}", resets=_(limit.get("resets") or N_("next month"))
    )


#: where guests may not ask for pictures
NO_GUESTS = N_(
    "Guests can't draw here yet, so nothing was sent or billed. An admin of this workspace can change that: "
    "“allow guests in this channel”."
)


#: where only those may who manage the workspace
MANAGERS_ONLY = N_(
    "Only admins of this workspace can draw here, so nothing was sent or billed. One of them can change that: "
    "`/easel limits`."
)


def say_closed(who: Sequence[str]) -> str:
    """Say that Easel is not open to somebody; `who`: to whom it is, as far as that is known."""
    if not who:
        return _(
            "You can't use Easel here, so nothing was sent or billed. Your Easel admin can change that."
        )
    return _(
        "Only {who} can use Easel here, so nothing was sent or billed. Your Easel admin can change that."
    ).format(who=join_names(who))


def say_not_permitted(action: Action, who: Sequence[str]) -> str:
    """Say who may use an action that somebody may not."""
    if not who:
        return _(
            "You don't have permission to {action} here. Nothing was sent or billed; "
            "ask your Easel admin."
        ).format(action=action.value)
    return _("Only {who} can {action} here. Nothing was sent or billed; ask one of them.").format(
        who=join_names([*who, _("your Easel admin")]), action=action.value
    )
