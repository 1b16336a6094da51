"""What stands in the small line of a card: size, quality, price, whose points? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.language import _
from bot.ports.messages import State
from bot.ports.money import format_money
from bot.presentation.controls import describe_control, describe_stars
from bot.presentation.quotas import say_nearly_used
from bot.presentation.sentences import (
    QUALITY_LABELS,
    describe_left_out,
    join_names,
    say_edited_by,
)

if TYPE_CHECKING:
    from bot.conversation.turn import Turn
    from bot.model.catalog.entry import ModelEntry


def describe_details(turn: Turn, model: ModelEntry) -> str:
    """Return the line; "": there is nothing to say."""
    if turn.control:  # who did it, where its sentence does not say so
        return "" if describe_control(turn, by="?") != describe_control(turn) else turn.person.name
    sent = [one.name for one in turn.request.attachments if not one.left]
    size = join_names(list(dict.fromkeys(f"{v.width}×{v.height}" for v in turn.result.versions)))
    quality = turn.request.output.quality or ""
    several = turn.request.output.n == 2 and not turn.result.versions
    answered = turn.state in {State.DRAWN, State.POSTED} and not turn.result.versions
    draws = (
        not turn.request.is_brainstorm and not answered
    )  # words alone have neither size nor quality
    parts = [
        (size or (turn.request.output.size or "").replace("x", "×")) if draws else "",
        _(QUALITY_LABELS.get(quality, quality)) if draws else "",
        _("2 images") if several and draws else "",
        "" if model.is_default else turn.request.model,
        _("no previews") if turn.request.previews is False else "",
        say_cost(turn),
        _("with points from {names}").format(names=join_names(turn.team.contributors))
        if len(turn.team.contributors) > 1
        else "",
        _("with {names}").format(names=join_names(sent)) if sent else "",
        _("with the brand kit") if turn.request.has_kit else "",
        say_edited_by(turn.request.instead_of, turn.request.model),
        describe_left_out([one.name for one in turn.request.attachments if one.left]),
        describe_stars(turn),
        say_nearly_used(turn.result.warning),
    ]
    return " · ".join(part for part in parts if part)


def say_cost(turn: Turn) -> str:
    """Say what a turn cost, with all that it gathers: a list of ideas is free, its pictures are not."""
    parts = (turn, *turn.team.children)
    known = [one.result.cost for one in parts if one.result.cost is not None]
    drawn = sum(one.result.cost is not None for one in turn.team.children if one.result.versions)
    if turn.team.children and drawn < sum(bool(one.result.versions) for one in turn.team.children):
        return ""  # one that is not known would be left out of it
    return format_money(
        sum(known) if known else None, estimated=any(one.result.estimated for one in parts)
    )
