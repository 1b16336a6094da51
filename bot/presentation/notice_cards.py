"""How does a word of Easel's own look, that is of no turn: to whoever runs it, or to a channel? Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.ports.actions import Action
from bot.ports.cards import Button, Card
from bot.ports.language import _
from bot.ports.messages import Output, Person, State
from bot.presentation.problems import problem
from bot.presentation.quotas import say_nearly_used, say_used_up
from bot.presentation.sentences import INTRODUCTION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.turn import Failure
    from bot.ports.messages import Place


def notice(id_: str, text: str, *buttons: Button) -> Card:
    """Make a word of the bot's own."""
    return Card(
        id=id_,
        conversation="",
        kind="notice",
        order=0,
        state=State.POSTED,
        revision=0,
        person=Person(id="", name="Easel"),
        prompt="",
        title="",
        text=text,
        detail="",
        output=Output(),
        buttons=buttons,
    )


def on_hold(since: float, *, over: bool) -> Card:
    """Tell the operator that the model's account is empty, or no longer."""
    id_ = f"hold-{int(since * 1000):x}"
    if over:
        return notice(id_, _("Resumed: the prompts that waited for credit are being drawn."))
    button = Button(action=Action.RESUME, label=_("Resume"), primary=True)
    text = _(
        "The image model's account has no credit left, so drawing is on hold. Nothing was billed, and every "
        "prompt is saved. Top up the account, then press Resume (or run `easel resume`)."
    )
    return notice(id_, text, button)


def fault(failed: Failure, day: str) -> Card:
    """Tell the operator what only they can mend; once a day for each sort of fault."""
    message = problem(failed, for_admin=True).message
    return notice(f"fault-{failed.code}-{day}", f"{message} ({failed.code})")


def limit(about: Mapping[str, str], where: str, month: str, *, over: bool) -> Card:
    """Tell the operator that a limit of many is nearly used, or used up; once a month for each."""
    key = f"{about.get('whose')} {where} {month} {over}"
    id_ = f"limit-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    nearly = _("{percent_of_limit}, in {where}.")
    text = (
        say_used_up(about)
        if over
        else nearly.format(percent_of_limit=say_nearly_used(about), where=where)
    )
    return notice(id_, text)


def introduction(place: Place) -> Card:
    """Tell a channel who joined it; its id is the channel's, so that it is said once."""
    where = hashlib.sha256(str(replace(place, thread=None)).encode()).hexdigest()
    return notice(f"introduction-{where[:12]}", _(INTRODUCTION))
