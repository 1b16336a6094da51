"""Which sentences do people read? Each says what happened, whether it cost anything, and what to do next.

Labels of modals and commands that only one platform has are in that adapter's `render.py`; buttons and
the lines of a card are in `bot.presentation.cards`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bot.conversation import votes
from bot.conversation.conversation import Failure
from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.cards import Problem
from bot.ports.messages import Kind
from bot.ports.money import format_money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation.conversation import Turn
    from bot.ports.errors import EaselError
    from bot.ports.messages import Version

#: characters of a picture's description, in that of a picture made of it
_LONGEST_ALT = 300

#: what ended a turn, by the error's class; `{}` are the error's facts
FAILURES = {
    "blocked": "The image model's safety system blocked this prompt. {bill} "
    "Change the words and try again.",
    "no_credit": "The image model's account has no credit. Nothing was billed and this prompt is kept. "
    "When the account is topped up, press Resume.",
    "image_refused": "The model could not read a picture that was sent to it with this prompt. "
    "{bill} Send your picture again as PNG or JPEG, or edit another version.",
    "request_refused": "The model did not accept this prompt: {says} {bill} "
    "Change the prompt and try again.",
    "dialect_refused": "Easel is not set up for this image model: it does not take requests as Easel writes them, and "
    "no other words would change that. It was not billed. Tell whoever runs Easel, or choose another model.",
    "too_large": "This is too much for the model in one request, even without the older history. "
    "{bill} Send fewer or smaller pictures, or edit another version.",
    "key_refused": "Easel is not set up correctly: the image model does not let it in (its key, or where it runs). {bill} "
    "Tell whoever runs Easel, then retry.",
    "unknown_model": "Easel is not set up correctly: there is no such image model at the address it was "
    "given. {bill} Tell whoever runs Easel, then retry.",
    "busy": "The image model has too much to do right now and did not take this. {bill} {when}",
    "unavailable": "The image model is having trouble and did not draw this. {bill} {when}",
    "unreachable": "The image model cannot be reached. Nothing was sent or billed. Retry in a while.",
    "empty": "The model answered with nothing. {bill} Retry, or say it in other words.",
    "no_image": "The model ended without a picture and without a word. {bill} "
    "Easel does not ask again by itself: retry, or say it in other words.",
    "only_calls": "The model kept calling its tools and drew nothing. It may have been billed. "
    "Retry, or say it in other words.",
    "unknown_outcome": "The answer did not arrive whole. It may have been drawn, and it may have been billed, "
    "so Easel does not ask again by itself: press Retry if you want that.",
    "interrupted": "Easel stopped while this was being drawn, so the answer is lost; "
    "it may have been billed. Easel does not ask again by itself: press Retry if you want that.",
    "bad_image": "The picture that came back cannot be used: it is broken, too large, or gone from its "
    "address. {bill} Press Retry to fetch it once more, or ask again.",
    "not_posted": "This is drawn and kept, but it could not be posted here. Press Retry to post it again; "
    "it costs nothing more.",
    "cannot_post": "Easel cannot post here: {problem}, so nothing was drawn or billed. "
    "Your prompt is kept: once that is mended, press Retry.",
    "not_kept": "Easel has nowhere to keep pictures just now, so nothing was drawn or billed. Whoever runs Easel "
    "finds the reason in its log. Press Retry in a few minutes.",
    "storage": "The image could not be saved: the disk is full or not writable. It may have been billed. "
    "Tell whoever runs Easel, then retry.",
    "file_unreadable": "{problem} Nothing was sent or billed.",
    "lost_image": "The image being edited is missing from Easel's image store. Nothing was sent or billed. "
    "Edit another version.",
    "internal": "Something went wrong inside Easel; its log has the details. It may have been billed. "
    "Retry, or go on with another prompt.",
}


#: the problem, where an error does not say which
UNNAMED = {
    "cannot_post": "it was not invited to this channel, or may not write in it",
    "file_unreadable": "A file cannot be used.",
}


#: what a picture's last drawing is asked for in
FINAL = "The same picture once more, exactly as it is, in its final size and quality."

#: why a canvas does not begin with words between people
ASIDE = "What begins with // is left alone. Say what to draw, for instance: a lighthouse at dusk."

#: why settings that name nothing are not set
NOTHING_SET = (
    "Say what should hold from now on: a size, a quality, how many images, a model, previews."
)

#: how to begin, for who says hello or anything else that is no prompt
GREETING = """Hello! Say what to draw, for instance: a lighthouse at dusk. I draw it, and you edit it by replying to it.
Say `help` for all that can be said."""
#: what is said to talk where nobody else reads it
TALK = "Nothing was drawn for that, and nothing billed. Say what should change, or `help`."
WELCOME = "You’re welcome! Say what to draw or to change next, or `help`."
#: what the first prompt in somebody else's thread is told
JOINED = (
    "In this thread I draw only what mentions me, since somebody else began it. "
    "Mention me with `every reply` to change that."
)
#: what is said to what is no prompt, in a thread of a page
NOT_MENTIONED = (
    "In this thread I draw only what mentions @Easel. Say “@Easel every reply” to change that."
)
TO_OTHERS = (
    "That is said to somebody else, so nothing was drawn. Mention @Easel too to have it drawn."
)
#: why a control in words does nothing where there is no canvas
NO_CANVAS = (
    "There is no canvas here, so “{said}” has nothing to do. Reply to a picture, or in its thread, to edit it; "
    "or say what to draw. Nothing was billed."
)
#: what becomes of a picture that came without words
KEPT = (
    f"Got it. Your next prompt here takes {{them}} along; "
    f"tell me within {limits.PENDING_PICTURE / 60:.0f} minutes what to do."
)
#: why a setting of many people's is not set
NOT_YOURS_TO_SET = (
    "Only whoever runs Easel can set what holds in a whole channel or workspace. "
    "Leave “{where}” out to set it for a thread."
)
#: why nobody else may change a blocked prompt
NOT_YOUR_WORDS = (
    "Only who wrote this prompt can read and change it. Say what you want as a prompt of your own."
)
NOT_FOR_ONE = "That holds for a thread, a channel or a workspace, not for one person."
OPTIONS_ALONE = (
    "Those are options without a prompt. Say what to draw beside them, or begin with “always” to have them hold "
    "from now on."
)


#: what the thread reads of a prompt whose words are not repeated in front of everybody
HUSHED = {
    Kind.BLOCKED: "A prompt was blocked by the image model's safety system. {bill}",
    Kind.NOT_ALLOWED: "A prompt was not taken.",
}


#: what can be said and done, for `/imagine help` and its like
HELP = f"""Every thread is a canvas.
• Say what to draw. It appears in a thread; every reply there edits the picture.
• Options, anywhere in a prompt: `size:portrait` (square, landscape, large), `quality:high` (low, medium), `n:2`, `model:…`
• Reply to an older picture, or write `v2: make it blue`, to edit that one.
• In words: `undo`, `redo`, `go back to v2`, `again`, `b` (the second of two), `cancel`, `retry`
• Together: `pause` to talk for free, `go` to draw it; `brainstorm: a mascot` for ideas to tick; vote with the buttons
• `before and after` shows an edit beside what it was made from; `export` gives you everything as a ZIP; `delete this` removes what you asked for
• `always landscape` sets what holds from now on; `finalize` draws the chosen one at its best
• Send pictures along to use them; one without words waits {limits.PENDING_PICTURE / 60:.0f} minutes for your next prompt
• Not drawn: thanks and the like, emoji or a link alone, what begins with `//`, and what is said to somebody else (a mention, a Reply). A mention of Easel is always for Easel
• `only when mentioned` or `every reply` sets what is drawn in a thread; with `in this channel` or `in this workspace`, there"""


#: why a request was refused before anything was sent, by the error's class
REFUSALS = {
    "bad_wish": "{problem}",
    "no_such_version": "There is no {version} in this thread{newest}.",
    "no_such_thread": "There is no such thread.",
    "no_such_turn": "There is no such turn in this thread.",
    "nothing_to_undo": "There is nothing to undo: {version} is where it began.",
    "nothing_to_redo": "There is nothing to redo.",
    "nothing_to_choose": "There is nothing to choose: there are no two pictures to choose between.",
    "nothing_to_cancel": "That is done already, so there is nothing to cancel.",
    "nothing_to_retry": "That one needs no retry. Say what you want as a new prompt.",
    "nothing_to_resume": "Nothing is on hold.",
    "nothing_to_go": "Nothing is paused here. Say “pause” to talk without drawing.",
    "nothing_to_merge": "There are no two prompts waiting, so there is nothing to put together.",
    "nothing_to_compare": "There is nothing before {version} to compare it with.",
    "picture_gone": "The picture {version} is missing from Easel's image store. Nothing was billed.",
    "not_in_vote": "{version} is not in this vote. Choose {choices}.",
    "no_votes": "Nobody has voted yet.",
    "vote_closed": "That is decided already{winner}.",
    "no_such_idea": "There is no direction {number} here. Choose 1 to {count}.",
    "not_allowed": "{problem}",
    "over_limit": "{room}",
    "unknown_price": "Spending is limited here, and nobody told Easel what this model costs, so nothing was sent or "
    "billed. Choose another model, or have whoever runs Easel set its price in the file of EASEL_MODELS.",
    "too_fast": "{pace}",
    "not_yet": "The image model asked not to be tried again before {time}, so nothing was sent or billed. "
    "Retry then.",
    "merged": "This is part of {into}'s prompt now.",
    "not_packed": "The export could not be made; Easel's log has the details. Nothing was lost. "
    "Try again later.",
    "stopping": "Easel is being stopped. Try again when it runs.",
    "not_saved": "Easel could not save this just now, so nothing was sent or billed. "
    "Try again in a moment; if it goes on, tell whoever runs Easel.",
}


def failure(error: EaselError, **facts: str) -> Failure:
    """Give what the store keeps of an error."""
    return Failure(
        kind=error.kind,
        code=error.code(),
        billed=error.billed,
        retry=error.retry,
        detail={**error.facts, **facts},
    )


def problem(failed: Failure, cost: float | None = None, *, about: bool = False) -> Problem:
    """Give a turn's failure in words. `cost`: what all its requests cost, this one included, US dollars."""
    if failed.code in REFUSALS:
        says = _refused(failed.code, failed.detail)
        return Problem(kind=failed.kind, message=says, billed=False, code=failed.code)
    says = FAILURES.get(failed.code, FAILURES["internal"])
    unnamed = {"says": "it gave no reason.", "problem": UNNAMED.get(failed.code, "")}
    bill = _bill(failed)
    if cost:  # nobody reads that it was not billed beside what it cost
        bill = _with_earlier(bill, failed, cost, about=about)
        for nothing in ("It was not billed.", "Nothing was sent or billed."):
            says = says.replace(nothing, "{bill}")
    facts = {**unnamed, **failed.detail, "bill": bill, "when": _when(failed)}
    if not facts["says"].endswith((".", "!", "?")):
        facts["says"] += "."
    says = says.format_map(facts)
    return Problem(kind=failed.kind, message=says, billed=failed.billed, code=failed.code)


def hushed(failed: Failure | None) -> str:
    """Give what the thread reads in place of words that only their person sees; "": nothing is hidden."""
    return HUSHED.get(failed.kind, "").format(bill=_bill(failed)) if failed else ""


def _bill(failed: Failure) -> str:
    if failed.billed is None:
        return "It may have been billed."
    if not failed.billed:
        return "It was not billed."
    cost = failed.detail.get("cost")
    return f"It cost {format_money(float(cost))}." if cost else "It was billed."


def _with_earlier(bill: str, failed: Failure, cost: float, *, about: bool) -> str:
    """Add to what a request cost what the turn's earlier ones did: all but its own."""
    earlier = round(cost - float(failed.detail.get("cost", 0)), 8)
    if earlier <= 0:
        return bill
    said = f"What came before it cost {format_money(earlier, estimated=about)}."
    return said if failed.billed is False else f"{bill} {said}"


def _when(failed: Failure) -> str:
    """Say when to try again."""
    until = failed.detail.get("until")
    if until is not None:
        return f"It asks not to be tried again before {at(float(until))}: retry then."
    return "Retry in a minute." if failed.kind is Kind.BUSY else "Retry in a while."


def at(moment: float) -> str:
    """Write a moment as people everywhere read it: 15:40 UTC, with its day where that is not today."""
    when = dt.datetime.fromtimestamp(moment, dt.UTC) + dt.timedelta(seconds=59)
    today = dt.datetime.now(dt.UTC).date()
    day = "" if when.date() == today else f" on {when.day} {when:%B}"
    return f"{when:%H:%M} UTC{day}"


def more_came(came: int, kept: int) -> str:
    """Say that more pictures came than are kept."""
    return f"{came} pictures came; the first {kept} are kept."


def refusal(error: EaselError) -> Problem:
    """Give a refusal in words."""
    code = error.code()
    return Problem(kind=error.kind, message=_refused(code, error.facts), billed=False, code=code)


def _refused(code: str, known: Mapping[str, str]) -> str:
    unknown = {"version": "this thread", "problem": "That cannot be done.", "number": "like that"}
    facts = {**unknown, "count": "the last", "into": "an earlier", "choices": "another", **known}
    if code == "over_limit":
        facts["room"] = _no_room(known)
    if code == "too_fast":
        facts["pace"] = _pace(known)
    facts["time"] = at(float(known["until"])) if "until" in known else "later"
    winner = facts.get("winner")
    facts["winner"] = f": {winner} won" if winner else ""
    newest = facts.get("newest")
    facts["newest"] = f"; the newest is {newest}" if newest else ": nothing is drawn yet"
    return REFUSALS.get(code, REFUSALS["not_saved"]).format_map(facts)


def _whose(limit: Mapping[str, str]) -> str:
    """Name a limit by whom it holds for."""
    dollars = format_money(float(limit.get("limit", 0)))
    names = {
        "person": "your {} a month",
        "channel": "this channel's {} a month",
        "workspace": "this workspace's {} a month",
    }
    return names.get(limit.get("whose", ""), "the {} a month that Easel may spend").format(dollars)


def _no_room(limit: Mapping[str, str]) -> str:
    """Say that a limit is used up, or that too little is left of it."""
    whose, until = _whose(limit), f"until {limit.get('resets') or 'the next month'}"
    left = round(float(limit.get("limit", 0)) - float(limit.get("used", 0)), 6)
    if left <= 0:
        return (
            f"{whose[:1].upper()}{whose[1:]} are used up {until}, so this was not sent or billed. "
            "Whoever runs Easel can raise the limit."
        )
    return (
        f"This costs {format_money(float(limit.get('price', 0)), estimated=True)}, and of {whose} only "
        f"{format_money(left)} are left {until}, so it was not sent or billed. "
        "Try a smaller size or a lower quality, or ask whoever runs Easel."
    )


def _pace(rate: Mapping[str, str]) -> str:
    """Say that somebody asks too fast, and when to go on."""
    units = {"1": "a second", "60": "a minute", "3600": "an hour", "86400": "a day"}
    wait = int(rate.get("wait", "60"))
    later = f"{wait} seconds" if wait < 120 else f"{wait // 60} minutes"
    return (
        f"One person may send {rate.get('count', 'so many')} prompts "
        f"{units.get(rate.get('seconds', ''), 'at a time')} here, so this one was not taken or billed. "
        f"Send it again in {'a second' if wait == 1 else later}."
    )


def not_open(who: Sequence[str]) -> str:
    """Say that Easel is closed to somebody, and to whom it is open, where that is known."""
    open_to = f"Easel is open to {listed(who)} only" if who else "Easel is not open to you here"
    return f"{open_to}, so nothing was sent or billed. Whoever runs Easel can change that."


def may_only(action: Action, who: Sequence[str]) -> str:
    """Say who may use a control that somebody may not."""
    if not who:
        return (
            f"Only those whom whoever runs Easel has named may {action.value} here. "
            "Nothing was sent or billed; ask whoever runs Easel."
        )
    others = listed([*who, "whoever runs Easel"])
    return f"Only {others} may {action.value} here. Nothing was sent or billed; ask one of them."


def nearly(limit: Mapping[str, str]) -> str:
    """Warn of a limit that is nearly used; "": none is."""
    if not limit:
        return ""
    used = float(limit["used"]) / max(float(limit["limit"]), 1e-9)
    return f"{used:.0%} of {_whose(limit)} used"


def used_up(limit: Mapping[str, str]) -> str:
    """Tell the operator that nothing more is drawn for want of a limit's money."""
    whose = _whose(limit)
    return (
        f"{whose[:1].upper()}{whose[1:]} are used up, or too little is left: prompts are refused until "
        f"{limit.get('resets') or 'the next month'}. To go on before, raise the limit and start Easel anew."
    )


def cancelled(turn: Turn) -> str:
    """Say that a turn was cancelled, and whether it was billed."""
    if turn.cost:
        return (
            f"Cancelled; it cost {format_money(turn.cost, estimated=turn.estimated)} all the same."
        )
    return f"Cancelled. {'It may still be billed.' if turn.unsettled else 'Not billed.'}"


def done(turn: Turn) -> str:
    """Say what a control did, or does when its turn comes."""
    head = turn.source
    control = turn.control
    if control is None:
        return ""
    said = {
        Action.UNDO: f"Undone. Replies now edit {head}.",
        Action.REDO: f"Redone. Replies now edit {head}.",
        Action.GOTO: f"Back at {head}. Replies now edit it.",
        Action.CHOOSE: f"{head} it is. Replies now edit it.",
        Action.PAUSE: "Paused: talk freely, nothing is drawn. Say “go” to draw what you agreed on.",
        Action.FORK: "Side by side, each from the same picture.",
        Action.VOTE: "Which of the branches? Everybody has one vote.",
        Action.COMPARE: "Before and after.",
        Action.DELETE: _deleted(control.version, head),
    }
    if control.action is Action.SETTINGS:
        return settings(control.fields)
    if control.action is Action.GO:
        names = f", with the points of {listed(turn.people)}" if turn.people else ""
        proposal = f"From the talk, as one edit{names}:\n{turn.text}"
        nothing = "Nothing that I could read was said in the pause, so there is nothing to draw. "
        return proposal if turn.people else f"{nothing}Drawing again: say what to change."
    return said.get(control.action, "")


def chosen(turn: Turn) -> str:
    """Say how a vote stands; "" where nobody voted."""
    total = sum(turn.votes.values())
    if turn.won:
        count = turn.votes.get(turn.won, 0)
        name = votes.name_of(turn, turn.won)
        return f"{name} won with {count} of {total} votes. Replies now edit it; the rest is kept."
    if turn.tied:
        names = listed([votes.name_of(turn, one) for one in turn.tied])
        each = turn.votes.get(turn.tied[0], 0)
        return f"It is a tie: {names} have {each} each. Vote once more, or take one."
    people = "1 person" if total == 1 else f"{total} people"
    return f"{people} voted so far." if total else ""


def _deleted(made: str | None, head: str | None) -> str:
    are = "are" if made and "," in made else "is"
    gone = f"{made} {are} deleted, everywhere." if made else "Deleted, everywhere."
    now = f"Replies now edit {head}." if head else "Say what to draw next."
    return f"{gone} {now}" if made else gone


#: what is said when a whole conversation is deleted
ALL_DELETED = "This canvas is deleted, with all its pictures. What it cost stays counted."


#: what is said when everything is handed out as a file, and while that is being made
DOWNLOAD = "The export is ready to download."
PACKING = "Packing everything into one file; it comes to this thread in a moment."
PACKED = (
    "Everything in one file: the pictures as they came, a log, the tree, and a film of the edits."
)
NOT_PACKED = REFUSALS["not_packed"]


def part_of(turn: Turn) -> str:
    """Say where the words of a prompt are that was put into another."""
    into = turn.failure.detail.get("into", "another") if turn.failure else "another"
    return f"This is part of {' '.join(into.split())[:60]}'s prompt now, and goes when that is deleted."


def not_yours(name: str, *, whole: bool, page: bool) -> str:
    """Say who can delete what somebody else may not."""
    if whole:
        who = "whoever began this canvas, or runs Easel," if page else "whoever runs Easel"
        return f"Only {who} can delete a whole canvas. You can delete what you asked for."
    return f"{' '.join(name.split())[:60]} asked for this, so only they, or whoever runs Easel, can delete it."


def settings(fields: Mapping[str, str]) -> str:
    """Say what holds from now on."""
    whose = {
        "mine": "For you, from now on",
        "channel": "From now on in this channel",
        "workspace": "From now on in this workspace",
    }.get(fields.get("whose", ""), "From now on here")
    size, quality, n = (fields.get(name, "") for name in ("size", "quality", "n"))
    parts = [
        size.replace("x", "×"),
        f"{quality} quality" if quality else "",
        {"1": "one image", "2": "two images"}.get(n, ""),
        fields.get("model", ""),
        f"previews {fields['previews']}" if fields.get("previews") else "",
        {"every": "every reply", "mentioned": "only when mentioned"}.get(
            fields.get("replies", ""), ""
        ),
    ]
    return f"{whose}: {', '.join(part for part in parts if part) or 'the usual'}."


def beside(old: Version, new: Version) -> str:
    """Describe two pictures beside each other, for those who cannot see them."""
    shown = f"{new.alt[:_LONGEST_ALT]}…" if len(new.alt) > _LONGEST_ALT else new.alt
    return f"Before and after: {old.number} on the left, {new.number} on the right. {shown}"


def left_out(names: Sequence[str]) -> str:
    """Say which files of a message were too many."""
    if not names:
        return ""
    return f"without {listed(names)}: a message takes up to {limits.MAX_ATTACHMENTS} pictures"


def reduced(width: int, height: int, *, whole: bool) -> str:
    """Say how a picture was made small enough for where it is shown."""
    how = "as WebP, in full size" if whole else f"smaller, {width}×{height}"
    return f"Too large for here, so it is shown {how}. The original is kept."


def waiting(place: int) -> str:
    """Say how many come before; 1 is next."""
    return "Next in line." if place == 1 else f"Waiting: {place - 1} before this one."


def listed(names: Sequence[str]) -> str:
    """Write names as people list them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
