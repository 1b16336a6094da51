"""How does an error read? What happened, whether it cost anything, and what to do next.

The other sentences that people read are in `bot.presentation.sentences`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bot.conversation.turn import Failure
from bot.ports.cards import Problem
from bot.ports.errors import Kind
from bot.ports.language import N_, _, name_month
from bot.ports.money import format_money
from bot.presentation.quotas import say_over_limit, say_too_fast
from bot.presentation.sentences import describe_unusable_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports.errors import EaselError

#: what ended a turn, by the error's code; `{}` are the error's facts
FAILURES = {
    "blocked": N_(
        "The image model's safety system blocked this prompt. {bill} Reword it and try again."
    ),
    "no_credit": N_(
        "The image model's account has no credit left. Nothing was billed, and your prompt is saved. "
        "Once the account is topped up, press Resume."
    ),
    "image_refused": N_(
        "The model couldn't read an image sent with this prompt. {bill} "
        "Send it again as a PNG or JPEG, or edit another version."
    ),
    "request_refused": N_(
        "The model didn't accept this prompt: {says} {bill} Change the prompt and try again."
    ),
    "dialect_refused": N_(
        "Easel isn't set up for this image model, so rewording won't help. It was not billed. "
        "{tell_admin}Or choose another model."
    ),
    "cannot_edit": N_(
        "{model} can't edit pictures here. It was not billed. Press Retry, and {other} makes the edit."
    ),
    "too_large": N_(
        "This is too much for the model to take in one request, even without the older history. {bill} "
        "Send fewer or smaller images, or edit another version."
    ),
    "key_refused": N_(
        "Easel isn't set up correctly: the image model rejected its key or its network. {bill} "
        "{tell_admin}Then retry."
    ),
    "unknown_model": N_(
        "Easel isn't set up correctly: that image model doesn't exist at the address it was given. "
        "{bill} {tell_admin}Then retry."
    ),
    "busy": N_("The image model is busy and didn't take this prompt. {bill} {when}"),
    "unavailable": N_("The image model had a problem and didn't draw this. {bill} {when}"),
    "unreachable": N_(
        "Easel can't reach the image model. Nothing was sent or billed. Retry in a few minutes."
    ),
    "empty": N_("The model sent an empty answer. {bill} Retry, or reword your prompt."),
    "no_image": N_(
        "The model finished without an image or a message. {bill} "
        "Easel won't retry on its own: press Retry, or reword your prompt."
    ),
    "only_calls": N_(
        "The model kept calling its tools and drew nothing. It may have been billed. "
        "Retry, or reword your prompt."
    ),
    "unknown_outcome": N_(
        "The model's answer didn't arrive in full. The image may have been drawn, and it may have been "
        "billed, so Easel won't retry on its own. Press Retry to try again."
    ),
    "interrupted": N_(
        "Easel stopped while this was being drawn, and the answer was lost. It may have been billed, so "
        "Easel won't retry on its own. Press Retry to try again."
    ),
    "bad_image": N_(
        "The image that came back can't be used: it's damaged, too large, or no longer at its address. {bill} "
        "Press Retry to fetch it again, or ask again."
    ),
    "not_posted": N_(
        "Your image is drawn and saved, but couldn't be posted here. Press Retry to post it; "
        "it costs nothing more."
    ),
    "cannot_post": N_(
        "Easel can't post here: {problem}, so nothing was drawn or billed. "
        "Your prompt is saved; press Retry once that's fixed."
    ),
    "not_kept": N_(
        "Easel can't save images right now, so nothing was drawn or billed. "
        "Press Retry in a few minutes; your Easel admin can find the cause in the log."
    ),
    "storage": N_(
        "The image couldn't be saved: the disk is full or read-only. It may have been billed. "
        "{tell_admin}Then retry."
    ),
    "file_unreadable": N_("{problem} Nothing was sent or billed."),
    "lost_image": N_(
        "The image you're editing is missing from Easel's storage. Nothing was sent or billed. "
        "Edit another version."
    ),
    "internal": N_(
        "Something went wrong in Easel; the details are in its log. It may have been billed. "
        "Retry, or try another prompt."
    ),
}
#: the problem, where an error does not say which
_UNNAMED_PROBLEMS = {
    "cannot_post": N_("it isn't a member of this channel, or isn't allowed to write in it"),
    "file_unreadable": N_("A file can't be used."),
}
_TELL_ADMIN = N_("Tell your Easel admin. ")
#: what the thread reads of a prompt whose words only its author may see
PUBLIC_TEXTS = {
    Kind.BLOCKED: N_("A prompt was blocked by the image model's safety system. {bill}"),
    Kind.NOT_ALLOWED: N_("A prompt wasn't accepted."),
}

#: why a request was refused before anything was sent, by the error's code
REFUSALS = {
    "bad_wish": "{problem}",
    "no_such_version": N_("There's no {version} in this thread{newest}."),
    "no_such_thread": N_("That thread doesn't exist."),
    "no_such_turn": N_("That turn isn't in this thread."),
    "nothing_to_undo": N_("There's nothing to undo: {version} is the first version."),
    "nothing_to_redo": N_("There's nothing to redo."),
    "nothing_to_choose": N_("There's nothing to choose: the last turn made only one image."),
    "nothing_to_cancel": N_("There's nothing to cancel; that's already done."),
    "nothing_to_retry": N_("That doesn't need a retry. Send a new prompt instead."),
    "nothing_to_resume": N_("Nothing is on hold."),
    "nothing_to_go": N_("Drawing isn't paused here. Say “pause” to talk without drawing."),
    "nothing_to_merge": N_("There aren't two prompts waiting, so there's nothing to merge."),
    "nothing_to_compare": N_(
        "There's nothing to compare {version} with: it wasn't made from another version."
    ),
    "picture_gone": N_(
        "The image of {version} is missing from Easel's storage. Nothing was billed."
    ),
    "not_in_vote": N_("{version} isn't part of this vote. Choose {choices}."),
    "no_votes": N_("Nobody has voted yet."),
    "vote_closed": N_("This vote is closed{winner}."),
    "no_such_idea": N_("There's no direction {number}. Choose 1 to {count}."),
    "not_allowed": "{problem}",
    "over_limit": "{room}",
    "unknown_price": N_(
        "Spending is limited here and Easel doesn't know what this model costs, so nothing was sent or "
        "billed. Choose another model, or ask your Easel admin to set its price in the EASEL_MODELS file."
    ),
    "too_fast": "{pace}",
    "not_yet": N_(
        "The image model asked Easel to wait until {time}. Nothing was sent or billed. Retry then."
    ),
    "merged": N_("This is now part of {into}'s prompt."),
    "not_packed": N_(
        "The export failed; the details are in Easel's log. Nothing was lost. Try again later."
    ),
    "stopping": N_("Easel is restarting. Try again in a moment."),
    "not_saved": N_(
        "Easel couldn't save this, so nothing was sent or billed. Try again in a moment; "
        "if it keeps happening, tell your Easel admin."
    ),
}


def failure(error: EaselError, **facts: str) -> Failure:
    """Return what the store keeps of an error."""
    return Failure(
        kind=error.kind,
        code=error.code(),
        billed=error.billed,
        retry=error.retry,
        detail={**error.facts, **facts},
    )


def problem(
    failed: Failure, cost: float | None = None, *, about: bool = False, for_admin: bool = False
) -> Problem:
    """Put a turn's failure into words.

    `cost`: US dollars that all of its requests cost, the failed one included. `for_admin`: leave out whom to tell.
    """
    if failed.code in REFUSALS:
        message = _word_refusal(failed.code, failed.detail)
        return Problem(kind=failed.kind, message=message, billed=False, code=failed.code)
    message = _(FAILURES.get(failed.code, FAILURES["internal"]))
    unnamed = {
        "says": _("it gave no reason."),
        "problem": _UNNAMED_PROBLEMS.get(failed.code, ""),
        "model": _("This model"),
        "other": _("another model"),
    }
    bill = _bill(failed)
    if cost:  # "not billed" never stands beside a cost
        bill = _add_earlier_cost(bill, failed, cost, about=about)
        for unbilled in (_("It was not billed."), _("Nothing was sent or billed.")):
            message = message.replace(unbilled, "{bill}")
    facts = {**unnamed, **failed.detail, "bill": bill, "when": _when(failed)}
    facts["problem"] = (
        describe_unusable_file(facts["file"], facts["why"], facts)
        if "file" in facts
        else _(facts["problem"])
    )
    facts["tell_admin"] = "" if for_admin else _(_TELL_ADMIN)
    if not facts["says"].endswith((".", "!", "?", "。", "！", "？")):
        facts["says"] += "."
    message = message.format_map(facts)
    return Problem(kind=failed.kind, message=message, billed=failed.billed, code=failed.code)


def public_text(failed: Failure | None) -> str:
    """Return what the thread reads in place of words that only their author may see; "": nothing is hidden."""
    return _(PUBLIC_TEXTS.get(failed.kind, "")).format(bill=_bill(failed)) if failed else ""


def refusal(error: EaselError) -> Problem:
    """Put a refusal into words."""
    code = error.code()
    return Problem(
        kind=error.kind, message=_word_refusal(code, error.facts), billed=False, code=code
    )


def _bill(failed: Failure) -> str:
    if failed.billed is None:
        return _("It may have been billed.")
    if not failed.billed:
        return _("It was not billed.")
    cost = failed.detail.get("cost")
    if not cost:
        return _("It was billed.")
    return _("It cost {cost}.").format(cost=format_money(float(cost)))


def _add_earlier_cost(bill: str, failed: Failure, cost: float, *, about: bool) -> str:
    """Add what the turn's earlier requests cost to what the last one did."""
    earlier = round(cost - float(failed.detail.get("cost", 0)), 8)
    if earlier <= 0:
        return bill
    text = _("Earlier requests for it cost {cost}.")
    said = text.format(cost=format_money(earlier, estimated=about))
    return said if failed.billed is False else f"{bill} {said}"


def _when(failed: Failure) -> str:
    until = failed.detail.get("until")
    if until is not None:
        text = _("It asked Easel to wait until {time}. Retry then.")
        return text.format(time=format_time(float(until)))
    return _("Retry in a minute.") if failed.kind is Kind.BUSY else _("Retry in a few minutes.")


def format_time(moment: float) -> str:
    """Write Unix seconds as 15:40 UTC, rounded up to a minute, with the day where that is not today."""
    when = dt.datetime.fromtimestamp(moment, dt.UTC) + dt.timedelta(seconds=59)
    if when.date() == dt.datetime.now(dt.UTC).date():
        return f"{when:%H:%M} UTC"
    text, month = _("{time} UTC on {day} {month}"), name_month(when.month)
    return text.format(time=f"{when:%H:%M}", day=when.day, month=month)


def _word_refusal(code: str, known: Mapping[str, str]) -> str:
    unknown = {
        "version": _("this thread"),
        "problem": N_("That can't be done."),
        "number": _("like that"),
        "count": _("the last"),
        "into": _("an earlier"),
        "choices": _("another"),
    }
    facts = {**unknown, **known}
    facts["problem"] = _(facts["problem"])
    if code == "over_limit":
        facts["room"] = say_over_limit(known)
    if code == "too_fast":
        facts["pace"] = say_too_fast(known)
    facts["time"] = format_time(float(known["until"])) if "until" in known else _("later")
    winner, newest = facts.get("winner"), facts.get("newest")
    facts["winner"] = _(": {winner} won").format(winner=winner) if winner else ""
    facts["newest"] = (
        _("; the newest is {newest}").format(newest=newest)
        if newest
        else _(" because nothing has been drawn yet")
    )
    return _(REFUSALS.get(code, REFUSALS["not_saved"])).format_map(facts)
