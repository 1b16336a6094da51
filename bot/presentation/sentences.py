"""Which sentences do people read? Short, warm, active: what happened, whether it cost anything, what to do next.

Errors are in `bot.presentation.problems`. Labels of modals and commands that only one platform has are in that
adapter's `render.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import votes
from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.money import format_money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation.turn import Turn
    from bot.ports.messages import Version

#: characters of an image's description, in that of an image made of it
_LONGEST_ALT = 300

#: the prompt of an image's final drawing
FINAL = "The same picture once more, exactly as it is, in its final size and quality."

ASIDE = (
    "Messages that start with // are ignored. Say what to draw, for example: a lighthouse at dusk."
)
NOTHING_SET = (
    "Say what to change from now on: a size, a quality, a number of images, a model, or previews."
)
GREETING = """Hi! Say what to draw, for example: a lighthouse at dusk. Reply to the picture to edit it.
Say `help` to see everything you can do."""
#: answers talk where nobody else reads it
TALK = "I didn't draw anything for that, and nothing was billed. Say what to change, or `help`."
WELCOME = "You’re welcome! Say what to draw or change next, or `help`."
#: told with the first prompt in somebody else's thread
JOINED = (
    "Someone else started this thread, so I only draw messages that mention me. "
    "Mention me with `every reply` to change that."
)
NOT_MENTIONED = "In this thread I only draw messages that mention @Easel. Say “@Easel every reply” to change that."
TO_OTHERS = "That was for someone else, so I didn't draw anything. Mention @Easel to have it drawn."
NO_CANVAS = (
    "There's no canvas here, so “{said}” does nothing. Reply to a picture to edit it, or say what to draw. "
    "Nothing was billed."
)
#: answers an image that came without words
_MINUTES = f"{limits.PENDING_PICTURE / 60:.0f} minutes"
KEPT = f"Got it. I'll use {{them}} with your next prompt here; send it within {_MINUTES}."
NOT_YOURS_TO_SET = (
    "Only an admin can change settings for a whole channel or workspace. "
    "Leave out “{where}” to set it for this thread."
)
NOT_YOUR_WORDS = (
    "Only the person who wrote this prompt can see and edit it. Send a prompt of your own."
)
NOT_FOR_ONE = "You can set that for a thread, a channel or a workspace, but not for one person."
GUESTS_WHERE = (
    "You can set that for a channel or a workspace. Add “in this channel” or “in this workspace”."
)
OPTIONS_ALONE = "Those are options without a prompt. Add what to draw, or start with “always” to keep using them from now on."
ALL_DELETED = "This canvas and all of its pictures were deleted. What it cost still counts."
DOWNLOAD = "Your export is ready to download."
PACKING = "Preparing your export. I'll post it in this thread in a moment."
PACKED = "Your export: the original pictures, a log, the edit tree, and an animation of the edits."

#: everything people can say, for `/imagine help` and the like
HELP = f"""Every thread is a canvas.
• Say what to draw. The picture appears in a thread; reply there to edit it.
• Add options to any prompt: `size:portrait` (square, landscape, large), `quality:high` (low, medium), `n:2`, `model:…`
• Reply to an older picture, or write `v2: make it blue`, to edit that version.
• Say `undo`, `redo`, `go back to v2`, `again`, `b` (the second of two), `cancel` or `retry`.
• As a team: `pause` to talk for free, then `go` to draw it; `brainstorm: a mascot` for ideas to pick from; vote with the buttons.
• `before and after` compares an edit with its source; `export` gives you everything as a ZIP; `delete this` deletes what you asked for.
• `always landscape` changes this thread's settings; `finalize` redraws the chosen version at full quality.
• Send pictures along to use them. A picture without words waits {_MINUTES} for your next prompt. To show what you mean, send a marked-up screenshot and say what to change there.
• I don't draw thanks and small talk, emoji or links on their own, messages that start with `//`, or messages to someone else. Mention Easel and I always answer.
• `only when mentioned` or `every reply` sets what I draw in a thread; add `in this channel` or `in this workspace` to set it there."""


def describe_extra_images(came: int, kept: int) -> str:
    """Say that the model sent more images than are kept."""
    return f"The model sent {came} pictures; the first {kept} are kept."


def describe_cancelled(turn: Turn) -> str:
    """Say that a turn was cancelled, and whether it was billed."""
    if turn.result.cost:
        return f"Cancelled, but it still cost {format_money(turn.result.cost, estimated=turn.result.estimated)}."
    return f"Cancelled. {'It may still be billed.' if turn.result.unsettled else 'Not billed.'}"


def describe_control(turn: Turn, *, by: str = "") -> str:
    """Say what a control did, or does when its turn comes, and who did it; `by`: a name, "" where that is known."""
    head, control = turn.request.source, turn.control
    who = " ".join(by.split())[:60]
    by_whom = f" by {who}" if who else ""
    if control is None:
        return ""
    if control.action is Action.SETTINGS:
        return describe_settings(control.fields)
    if control.action is Action.GO:
        return _proposal(turn)
    return {
        Action.UNDO: f"Undone{by_whom}. Replies now edit {head}.",
        Action.REDO: f"Redone{by_whom}. Replies now edit {head}.",
        Action.GOTO: f"{f'{who} went back' if who else 'Back'} to {head}. Replies now edit it.",
        Action.CHOOSE: f"{f'{who} chose' if who else 'Using'} {head}. Replies now edit it.",
        Action.PAUSE: f"Paused{by_whom}. Talk freely; nothing is drawn. Say “go” to draw what you agreed on.",
        Action.FORK: "Drawing side by side, each from the same picture.",
        Action.VOTE: "Which branch do you like best? Everyone has one vote.",
        Action.COMPARE: "Before and after.",
        Action.DELETE: _deleted(control.version, head, by_whom),
    }.get(control.action, "")


def _proposal(turn: Turn) -> str:
    if not turn.team.contributors:
        return "I couldn't find anything to draw in what was said. Drawing is on again: say what to change."
    return f"Your discussion as one edit, with points from {join_names(turn.team.contributors)}:\n{turn.request.text}"


def _deleted(made: str | None, head: str | None, by_whom: str) -> str:
    if not made:
        return f"Deleted everywhere{by_whom}."
    verb = "were" if "," in made else "was"
    now = f"Replies now edit {head}." if head else "Say what to draw next."
    return f"{made} {verb} deleted everywhere{by_whom}. {now}"


def describe_vote(turn: Turn) -> str:
    """Say how a vote stands; "" where nobody voted."""
    total = sum(turn.team.votes.values())
    if turn.team.winner:
        count = turn.team.votes.get(turn.team.winner, 0)
        name = votes.choice_name(turn, turn.team.winner)
        return (
            f"{name} won with {count} of {total} votes. Replies now edit it; the others are kept."
        )
    if turn.team.tied:
        names = join_names([votes.choice_name(turn, one) for one in turn.team.tied])
        each = turn.team.votes.get(turn.team.tied[0], 0)
        return f"It's a tie: {names} have {each} each. Vote again, or pick one."
    people = "1 person has" if total == 1 else f"{total} people have"
    return f"{people} voted so far." if total else ""


def describe_merged(turn: Turn) -> str:
    """Say which prompt a merged one is part of."""
    into = turn.result.failure.detail.get("into", "another") if turn.result.failure else "another"
    return f"This is now part of {' '.join(into.split())[:60]}'s prompt, and is deleted with it."


def describe_owner(name: str, *, whole: bool, page: bool) -> str:
    """Say who can delete what somebody else may not."""
    if whole:
        who = (
            "the person who started this canvas or your Easel admin" if page else "your Easel admin"
        )
        return f"Only {who} can delete a whole canvas. You can delete what you asked for."
    return f"{' '.join(name.split())[:60]} asked for this, so only they or your Easel admin can delete it."


def describe_settings(fields: Mapping[str, str]) -> str:
    """Say what applies from now on."""
    scope = {
        "mine": "For you from now on",
        "channel": "In this channel from now on",
        "workspace": "In this workspace from now on",
    }.get(fields.get("whose", ""), "In this thread from now on")
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
        {"allow": "guests can draw", "block": "guests can't draw"}.get(
            fields.get("guests", ""), ""
        ),
    ]
    return f"{scope}: {', '.join(part for part in parts if part) or 'the defaults'}."


def describe_comparison(old: Version, new: Version) -> str:
    """Describe two images side by side, for those who cannot see them."""
    shown = f"{new.alt[:_LONGEST_ALT]}…" if len(new.alt) > _LONGEST_ALT else new.alt
    return f"Before and after: {old.number} on the left, {new.number} on the right. {shown}"


def describe_left_out(names: Sequence[str]) -> str:
    """Say which files of a message were too many."""
    return (
        f"without {join_names(names)}: a message can include up to {limits.MAX_ATTACHMENTS} pictures"
        if names
        else ""
    )


def describe_reduced(width: int, height: int, *, whole: bool) -> str:
    """Say how an image was made small enough for where it is shown."""
    how = "as a full-size WebP" if whole else f"at {width}×{height}"
    return f"Too large to post here, so it's shown {how}. The original is kept."


def describe_waiting(place: int) -> str:
    """Say how many come before; 1 is next."""
    return "Next in line." if place == 1 else f"Waiting: {place - 1} before this one."


def join_names(names: Sequence[str]) -> str:
    """Join names as people list them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
