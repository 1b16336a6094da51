"""How does an error read? What happened, whether it cost anything, and what to do next.

The other sentences that people read are in `bot.presentation.sentences`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bot.conversation.turn import Failure
from bot.ports.cards import Problem
from bot.ports.errors import Kind
from bot.ports.money import format_money
from bot.presentation.sentences import join_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.ports.actions import Action
    from bot.ports.errors import EaselError

#: what ended a turn, by the error's code; `{}` are the error's facts
FAILURES = {
    "blocked": "The image model's safety system blocked this prompt. {bill} Reword it and try again.",
    "no_credit": "The image model's account has no credit left. Nothing was billed, and your prompt is saved. "
    "Once the account is topped up, press Resume.",
    "image_refused": "The model couldn't read an image sent with this prompt. {bill} "
    "Send it again as a PNG or JPEG, or edit another version.",
    "request_refused": "The model didn't accept this prompt: {says} {bill} Change the prompt and try again.",
    "dialect_refused": "Easel isn't set up for this image model, so rewording won't help. It was not billed. "
    "{tell_admin}Or choose another model.",
    "too_large": "This is too much for the model to take in one request, even without the older history. {bill} "
    "Send fewer or smaller images, or edit another version.",
    "key_refused": "Easel isn't set up correctly: the image model rejected its key or its network. {bill} "
    "{tell_admin}Then retry.",
    "unknown_model": "Easel isn't set up correctly: that image model doesn't exist at the address it was given. "
    "{bill} {tell_admin}Then retry.",
    "busy": "The image model is busy and didn't take this prompt. {bill} {when}",
    "unavailable": "The image model had a problem and didn't draw this. {bill} {when}",
    "unreachable": "Easel can't reach the image model. Nothing was sent or billed. Retry in a few minutes.",
    "empty": "The model sent an empty answer. {bill} Retry, or reword your prompt.",
    "no_image": "The model finished without an image or a message. {bill} "
    "Easel won't retry on its own: press Retry, or reword your prompt.",
    "only_calls": "The model kept calling its tools and drew nothing. It may have been billed. "
    "Retry, or reword your prompt.",
    "unknown_outcome": "The model's answer didn't arrive in full. The image may have been drawn, and it may have been "
    "billed, so Easel won't retry on its own. Press Retry to try again.",
    "interrupted": "Easel stopped while this was being drawn, and the answer was lost. It may have been billed, so "
    "Easel won't retry on its own. Press Retry to try again.",
    "bad_image": "The image that came back can't be used: it's damaged, too large, or no longer at its address. {bill} "
    "Press Retry to fetch it again, or ask again.",
    "not_posted": "Your image is drawn and saved, but couldn't be posted here. Press Retry to post it; "
    "it costs nothing more.",
    "cannot_post": "Easel can't post here: {problem}, so nothing was drawn or billed. "
    "Your prompt is saved; press Retry once that's fixed.",
    "not_kept": "Easel can't save images right now, so nothing was drawn or billed. "
    "Press Retry in a few minutes; your Easel admin can find the cause in the log.",
    "storage": "The image couldn't be saved: the disk is full or read-only. It may have been billed. "
    "{tell_admin}Then retry.",
    "file_unreadable": "{problem} Nothing was sent or billed.",
    "lost_image": "The image you're editing is missing from Easel's storage. Nothing was sent or billed. "
    "Edit another version.",
    "internal": "Something went wrong in Easel; the details are in its log. It may have been billed. "
    "Retry, or try another prompt.",
}
#: the problem, where an error does not say which
_UNNAMED_PROBLEMS = {
    "cannot_post": "it isn't a member of this channel, or isn't allowed to write in it",
    "file_unreadable": "A file can't be used.",
}
_TELL_ADMIN = "Tell your Easel admin. "
#: what the thread reads of a prompt whose words only its author may see
PUBLIC_TEXTS = {
    Kind.BLOCKED: "A prompt was blocked by the image model's safety system. {bill}",
    Kind.NOT_ALLOWED: "A prompt wasn't accepted.",
}

#: why a request was refused before anything was sent, by the error's code
REFUSALS = {
    "bad_wish": "{problem}",
    "no_such_version": "There's no {version} in this thread{newest}.",
    "no_such_thread": "That thread doesn't exist.",
    "no_such_turn": "That turn isn't in this thread.",
    "nothing_to_undo": "There's nothing to undo: {version} is the first version.",
    "nothing_to_redo": "There's nothing to redo.",
    "nothing_to_choose": "There's nothing to choose: the last turn made only one image.",
    "nothing_to_cancel": "There's nothing to cancel; that's already done.",
    "nothing_to_retry": "That doesn't need a retry. Send a new prompt instead.",
    "nothing_to_resume": "Nothing is on hold.",
    "nothing_to_go": "Drawing isn't paused here. Say “pause” to talk without drawing.",
    "nothing_to_merge": "There aren't two prompts waiting, so there's nothing to merge.",
    "nothing_to_compare": "There's nothing to compare {version} with: it wasn't made from another version.",
    "picture_gone": "The image of {version} is missing from Easel's storage. Nothing was billed.",
    "not_in_vote": "{version} isn't part of this vote. Choose {choices}.",
    "no_votes": "Nobody has voted yet.",
    "vote_closed": "This vote is closed{winner}.",
    "no_such_idea": "There's no direction {number}. Choose 1 to {count}.",
    "not_allowed": "{problem}",
    "over_limit": "{room}",
    "unknown_price": "Spending is limited here and Easel doesn't know what this model costs, so nothing was sent or "
    "billed. Choose another model, or ask your Easel admin to set its price in the EASEL_MODELS file.",
    "too_fast": "{pace}",
    "not_yet": "The image model asked Easel to wait until {time}. Nothing was sent or billed. Retry then.",
    "merged": "This is now part of {into}'s prompt.",
    "not_packed": "The export failed; the details are in Easel's log. Nothing was lost. Try again later.",
    "stopping": "Easel is restarting. Try again in a moment.",
    "not_saved": "Easel couldn't save this, so nothing was sent or billed. Try again in a moment; "
    "if it keeps happening, tell your Easel admin.",
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
    message = FAILURES.get(failed.code, FAILURES["internal"])
    unnamed = {"says": "it gave no reason.", "problem": _UNNAMED_PROBLEMS.get(failed.code, "")}
    bill = _bill(failed)
    if cost:  # "not billed" never stands beside a cost
        bill = _add_earlier_cost(bill, failed, cost, about=about)
        for unbilled in ("It was not billed.", "Nothing was sent or billed."):
            message = message.replace(unbilled, "{bill}")
    facts = {**unnamed, **failed.detail, "bill": bill, "when": _when(failed)}
    facts["tell_admin"] = "" if for_admin else _TELL_ADMIN
    if not facts["says"].endswith((".", "!", "?")):
        facts["says"] += "."
    message = message.format_map(facts)
    return Problem(kind=failed.kind, message=message, billed=failed.billed, code=failed.code)


def public_text(failed: Failure | None) -> str:
    """Return what the thread reads in place of words that only their author may see; "": nothing is hidden."""
    return PUBLIC_TEXTS.get(failed.kind, "").format(bill=_bill(failed)) if failed else ""


def refusal(error: EaselError) -> Problem:
    """Put a refusal into words."""
    code = error.code()
    return Problem(
        kind=error.kind, message=_word_refusal(code, error.facts), billed=False, code=code
    )


def _bill(failed: Failure) -> str:
    if failed.billed is None:
        return "It may have been billed."
    if not failed.billed:
        return "It was not billed."
    cost = failed.detail.get("cost")
    return f"It cost {format_money(float(cost))}." if cost else "It was billed."


def _add_earlier_cost(bill: str, failed: Failure, cost: float, *, about: bool) -> str:
    """Add what the turn's earlier requests cost to what the last one did."""
    earlier = round(cost - float(failed.detail.get("cost", 0)), 8)
    if earlier <= 0:
        return bill
    said = f"Earlier requests for it cost {format_money(earlier, estimated=about)}."
    return said if failed.billed is False else f"{bill} {said}"


def _when(failed: Failure) -> str:
    until = failed.detail.get("until")
    if until is not None:
        return f"It asked Easel to wait until {format_time(float(until))}. Retry then."
    return "Retry in a minute." if failed.kind is Kind.BUSY else "Retry in a few minutes."


def format_time(moment: float) -> str:
    """Write Unix seconds as 15:40 UTC, rounded up to a minute, with the day where that is not today."""
    when = dt.datetime.fromtimestamp(moment, dt.UTC) + dt.timedelta(seconds=59)
    today = dt.datetime.now(dt.UTC).date()
    day = "" if when.date() == today else f" on {when.day} {when:%B}"
    return f"{when:%H:%M} UTC{day}"


def _word_refusal(code: str, known: Mapping[str, str]) -> str:
    unknown = {"version": "this thread", "problem": "That can't be done.", "number": "like that"}
    facts = {**unknown, "count": "the last", "into": "an earlier", "choices": "another", **known}
    if code == "over_limit":
        facts["room"] = _over_limit(known)
    if code == "too_fast":
        facts["pace"] = _too_fast(known)
    facts["time"] = format_time(float(known["until"])) if "until" in known else "later"
    winner, newest = facts.get("winner"), facts.get("newest")
    facts["winner"] = f": {winner} won" if winner else ""
    facts["newest"] = (
        f"; the newest is {newest}" if newest else " because nothing has been drawn yet"
    )
    return REFUSALS.get(code, REFUSALS["not_saved"]).format_map(facts)


def _name_limit(limit: Mapping[str, str]) -> str:
    whose = {"person": "your", "channel": "this channel's", "workspace": "this workspace's"}
    dollars = format_money(float(limit.get("limit", 0)))
    return f"{whose.get(limit.get('whose', ''), 'the')} {dollars} monthly limit"


def _over_limit(limit: Mapping[str, str]) -> str:
    name, resets = _name_limit(limit), limit.get("resets") or "the first of next month"
    left = round(float(limit.get("limit", 0)) - float(limit.get("used", 0)), 6)
    if left <= 0:
        reached = "You've reached" if limit.get("whose") == "person" else "Easel has reached"
        return (
            f"{reached} {name}, so this was not sent or billed. It resets on {resets}; "
            "your Easel admin can raise it."
        )
    return (
        f"This costs {format_money(float(limit.get('price', 0)), estimated=True)}, but {name} has only "
        f"{format_money(left)} left, so it was not sent or billed. It resets on {resets}. "
        "Try a smaller size or a lower quality, or ask your Easel admin."
    )


def _too_fast(rate: Mapping[str, str]) -> str:
    units = {"1": "a second", "60": "a minute", "3600": "an hour", "86400": "a day"}
    wait = int(rate.get("wait", "60"))
    later = f"{wait} seconds" if wait < 120 else f"{wait // 60} minutes"
    return (
        f"You can send {rate.get('count', 'only so many')} prompts "
        f"{units.get(rate.get('seconds', ''), 'at a time')} here. This one was not accepted or billed; "
        f"send it again in {'a second' if wait == 1 else later}."
    )


def say_nearly_used(limit: Mapping[str, str]) -> str:
    """Warn about a limit that is nearly used; "": there is none."""
    if not limit:
        return ""
    used = float(limit["used"]) / max(float(limit["limit"]), 1e-9)
    return f"{used:.0%} of {_name_limit(limit)} used"


def say_used_up(limit: Mapping[str, str]) -> str:
    """Tell the operator that a limit stops drawing."""
    name = _name_limit(limit)
    return (
        f"{name[:1].upper()}{name[1:]} is used up, or too little of it is left. New prompts are refused until "
        f"{limit.get('resets') or 'next month'}. To continue sooner, raise the limit and restart Easel."
    )


#: where guests may not ask for pictures
NO_GUESTS = (
    "Guests can't draw here yet, so nothing was sent or billed. An admin of this workspace can change that: "
    "“allow guests in this channel”."
)


def say_closed(who: Sequence[str]) -> str:
    """Say that Easel is not open to somebody; `who`: to whom it is, as far as that is known."""
    open_to = f"Only {join_names(who)} can use Easel here" if who else "You can't use Easel here"
    return f"{open_to}, so nothing was sent or billed. Your Easel admin can change that."


def say_not_permitted(action: Action, who: Sequence[str]) -> str:
    """Say who may use an action that somebody may not."""
    if not who:
        return (
            f"You don't have permission to {action.value} here. Nothing was sent or billed; "
            "ask your Easel admin."
        )
    others = join_names([*who, "your Easel admin"])
    return f"Only {others} can {action.value} here. Nothing was sent or billed; ask one of them."
