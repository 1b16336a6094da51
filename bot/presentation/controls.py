"""What did a control do, in words: undo, choose, vote, settings, cancel?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import votes
from bot.ports.actions import Action
from bot.ports.language import LANGUAGES, N_, _, ngettext
from bot.ports.money import format_money
from bot.presentation.kit_texts import describe_kit, list_kit
from bot.presentation.sentences import join_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.turn import Turn


def describe_cancelled(turn: Turn) -> str:
    """Say that a turn was cancelled, and whether it was billed."""
    if turn.result.cost:
        cost = format_money(turn.result.cost, estimated=turn.result.estimated)
        return _("Cancelled, but it still cost {cost}.").format(cost=cost)
    if turn.result.unsettled:
        return _("Cancelled. It may still be billed.")
    return _("Cancelled. Not billed.")


#: what a control did, and by whom where that is not known
_DONE = {
    Action.UNDO: N_("Undone. Replies now edit {version}."),
    Action.REDO: N_("Redone. Replies now edit {version}."),
    Action.GOTO: N_("Back to {version}. Replies now edit it."),
    Action.CHOOSE: N_("Using {version}. Replies now edit it."),
    Action.PAUSE: N_("Paused. Talk freely; nothing is drawn. Say “go” to draw what you agreed on."),
    Action.FORK: N_("Drawing side by side, each from the same picture."),
    Action.VOTE: N_("Which branch do you like best? Everyone has one vote."),
    Action.COMPARE: N_("Before and after."),
}
_DONE_BY = {
    Action.UNDO: N_("Undone by {who}. Replies now edit {version}."),
    Action.REDO: N_("Redone by {who}. Replies now edit {version}."),
    Action.GOTO: N_("{who} went back to {version}. Replies now edit it."),
    Action.CHOOSE: N_("{who} chose {version}. Replies now edit it."),
    Action.PAUSE: N_(
        "Paused by {who}. Talk freely; nothing is drawn. Say “go” to draw what you agreed on."
    ),
}


def describe_control(turn: Turn, *, by: str = "") -> str:
    """Say what a control did, or does when its turn comes, and who did it; `by`: a name, "" where that is known."""
    control, who = turn.control, " ".join(by.split())[:60]
    if control is None:
        return ""
    if control.action is Action.SETTINGS:
        return describe_settings(control.fields)
    if control.action is Action.KIT:
        return describe_kit(control.fields)
    if control.action is Action.GO:
        return _proposal(turn)
    if control.action is Action.DELETE:
        return _deleted(control.version, turn.request.source, who)
    said = (_DONE_BY if who else {}).get(control.action) or _DONE.get(control.action, "")
    return _(said).format(who=who, version=turn.request.source)


def _proposal(turn: Turn) -> str:
    if not turn.team.contributors:
        return _(
            "I couldn't find anything to draw in what was said. Drawing is on again: say what to change."
        )
    text = _("Your discussion as one edit, with points from {names}:")
    return f"{text.format(names=join_names(turn.team.contributors))}\n{turn.request.text}"


def _deleted(made: str | None, head: str | None, who: str) -> str:
    if not made:
        said = _("Deleted everywhere by {who}.") if who else _("Deleted everywhere.")
        return said.format(who=who)
    count = made.count(",") + 1
    if who:
        said = ngettext(
            "{made} was deleted everywhere by {who}.",
            "{made} were deleted everywhere by {who}.",
            count,
        )
    else:
        said = ngettext("{made} was deleted everywhere.", "{made} were deleted everywhere.", count)
    now = _("Replies now edit {version}.") if head else _("Say what to draw next.")
    return f"{said.format(made=made, who=who)} {now.format(version=head)}"


def describe_vote(turn: Turn) -> str:
    """Say how a vote stands; "" where nobody voted."""
    total = sum(turn.team.votes.values())
    if turn.team.winner:
        return ngettext(
            "{name} won with {count} of {total} votes. Replies now edit it; the others are kept.",
            "{name} won with {count} of {total} votes. Replies now edit it; the others are kept.",
            total,
        ).format(
            name=votes.choice_name(turn, turn.team.winner),
            count=turn.team.votes.get(turn.team.winner, 0),
            total=total,
        )
    if turn.team.tied:
        names = join_names([votes.choice_name(turn, one) for one in turn.team.tied])
        each = turn.team.votes.get(turn.team.tied[0], 0)
        text = _("It's a tie: {names} have {each} each. Vote again, or pick one.")
        return text.format(names=names, each=each)
    people = ngettext("1 person has voted so far.", "{count} people have voted so far.", total)
    return people.format(count=total) if total else ""


def describe_star(number: str, *, is_starred: bool) -> str:
    """Say that a version has somebody's star now, or no longer."""
    text = (
        _("Starred {version}: it's in this channel's gallery now. Say `gallery` to see it.")
        if is_starred
        else _("{version} no longer has your star.")
    )
    return text.format(version=number)


def describe_stars(turn: Turn) -> str:
    """Say who gave a card's pictures stars; "" where nobody did."""
    several = len(turn.result.versions) > 1
    given = ((one.number, turn.team.stars.get(one.number)) for one in turn.result.versions)
    return " · ".join(
        f"★ {f'{number}: ' if several else ''}{join_names([one.name for one in people])}"
        for number, people in given
        if people
    )


def describe_merged(turn: Turn) -> str:
    """Say which prompt a merged one is part of."""
    into = turn.result.failure.detail.get("into") if turn.result.failure else None
    if into is None:
        return _("This is now part of another prompt, and is deleted with it.")
    name = " ".join(into.split())[:60]
    return _("This is now part of {name}'s prompt, and is deleted with it.").format(name=name)


_FROM_NOW_ON = {
    "mine": N_("For you from now on: {settings}."),
    "channel": N_("In this channel from now on: {settings}."),
    "workspace": N_("In this workspace from now on: {settings}."),
}
#: settings in words, by field and value
_SETTINGS = {
    ("n", "1"): N_("one image"),
    ("n", "2"): N_("two images"),
    ("previews", "on"): N_("previews on"),
    ("previews", "off"): N_("previews off"),
    ("replies", "every"): N_("every reply"),
    ("replies", "mentioned"): N_("only when mentioned"),
    ("mentions", "never"): N_("never mentioned with your picture"),
    ("mentions", "slow"): N_("mentioned when a picture takes long"),
    ("mentions", "always"): N_("always mentioned with your picture"),
    ("guests", "allow"): N_("guests can draw"),
    ("guests", "block"): N_("guests can't draw"),
    ("continue", "anywhere"): N_("copies of canvases may go anywhere"),
    ("continue", "here"): N_("copies of canvases stay in this workspace and on the page"),
    ("kit", "on"): N_("with the brand kit"),
    ("kit", "off"): N_("without the brand kit"),
}
#: how good a picture is to be, in words
_QUALITIES = {
    "low": N_("low quality"),
    "medium": N_("medium quality"),
    "high": N_("high quality"),
    "auto": N_("auto quality"),
}


def describe_settings(fields: Mapping[str, str]) -> str:
    """Say what applies from now on."""
    size, quality = fields.get("size", ""), fields.get("quality", "")
    parts = [
        size.replace("x", "×"),
        describe_quality(quality) if quality else "",
        *(_(_SETTINGS.get(("n", fields.get("n", "")), "")),),
        fields.get("model", ""),
        *(
            _(_SETTINGS.get((name, fields.get(name, "")), ""))
            for name in ("previews", "replies", "guests", "continue", "mentions")
        ),
        _name_kit(fields),
        LANGUAGES.get(fields.get("language", ""), ""),
        fields.get("limits", ""),
    ]
    scope = _FROM_NOW_ON.get(fields.get("whose", ""), N_("In this thread from now on: {settings}."))
    settings = _(", ").join(part for part in parts if part) or _("the defaults")
    return _(scope).format(settings=settings)


def describe_quality(quality: str) -> str:
    """Say how good a picture is to be; of qualities that only one model has, its own word."""
    known = _QUALITIES.get(quality)
    return _(known) if known else _("{quality} quality").format(quality=quality)


def _name_kit(fields: Mapping[str, str]) -> str:
    """Say in a list of settings whether the kit goes along, and what it holds where that is known."""
    says = _(_SETTINGS.get(("kit", fields.get("kit", "")), ""))
    held = _(", ").join(list_kit(fields))
    return f"{says} ({held})" if says and held else says
