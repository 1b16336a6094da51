"""Which sentences do people read? Short, warm, active: what happened, whether it cost anything, what to do next.

Errors are in `bot.presentation.problems`, what controls did in `bot.presentation.controls`. Labels of modals and
commands that only one platform has are in that adapter's `render.py`. A constant is marked for translation by `N_`
here, and translated by `_` where it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports import limits
from bot.ports.language import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.ports.messages import Version

#: characters of an image's description, in that of an image made of it
_LONGEST_ALT = 300

#: qualities, as they are read
QUALITY_LABELS = {
    "low": N_("low"),
    "medium": N_("medium"),
    "high": N_("high"),
    "auto": N_("auto"),
}
#: the prompt of an image's final drawing
FINAL = N_("The same picture once more, exactly as it is, in its final size and quality.")

ASIDE = N_(
    "Messages that start with // are ignored. Say what to draw, for example: a lighthouse at dusk."
)
NOTHING_SET = N_(
    "Say what to change from now on: a size, a quality, a number of images, a model, or previews."
)
GREETING = N_("""Hi! Say what to draw, for example: a lighthouse at dusk. Reply to the picture to edit it.
Say `help` to see everything you can do.""")
#: said once in a channel that Easel was invited to
INTRODUCTION = N_("""Hi, I'm Easel. Type `/imagine a lighthouse at dusk`: the picture gets a thread, and replies there edit it.
Say `help` to me to see everything you can do, and `home` to see what is yours.""")
#: answers talk where nobody else reads it
TALK = N_("I didn't draw anything for that, and nothing was billed. Say what to change, or `help`.")
WELCOME = N_("You’re welcome! Say what to draw or change next, or `help`.")
#: told with the first prompt in somebody else's thread
JOINED = N_(
    "Someone else started this thread, so I only draw messages that mention me. "
    "Mention me with `every reply` to change that."
)
NOT_MENTIONED = N_(
    "In this thread I only draw messages that mention @Easel. Say “@Easel every reply” to change that."
)
TO_OTHERS = N_(
    "That was for someone else, so I didn't draw anything. Mention @Easel to have it drawn."
)
NO_CANVAS = N_(
    "There's no canvas here, so “{said}” does nothing. Reply to a picture to edit it, or say what to draw. "
    "Nothing was billed."
)
#: minutes that an image without words waits for
_MINUTES = round(limits.PENDING_PICTURE / 60)
NOT_YOURS_TO_SET = N_(
    "Only an admin can change settings for a whole channel or workspace. "
    "Leave out “{where}” to set it for this thread."
)
NOT_YOUR_KIT = N_(
    "Only an admin can change the brand kit of a channel or workspace. "
    "Say `kit off` to leave it out in this thread, or `kit:off` with a prompt."
)
KIT_WHERE = N_(
    "A brand kit is for a channel or a workspace. Say `/easel kit`, or `/easel kit workspace`."
)
KIT_ADD = N_("Send a picture along with `kit add`, or name a version: `kit add v2`.")
COPIES_WHERE = N_("You can only set that for a whole workspace. Add “in this workspace”.")
NOTHING_TO_CONTINUE = N_("There's no picture here yet, so there's nothing to continue elsewhere.")
NO_SUCH_CODE = N_(
    "That code doesn't work: it may have expired or been mistyped, or its picture was deleted. "
    "Press “Open in…” on the picture again to get a new one. Nothing was billed."
)
NOT_ELSEWHERE = N_(
    "The workspace of that canvas keeps its canvases to itself. One of its admins can say "
    "`copies anywhere` there. Nothing was billed."
)
CANVAS_ALREADY = N_(
    "This thread has a canvas already. Say that in a channel, or in your messages with Easel."
)
NOT_YOUR_WORDS = N_(
    "Only the person who wrote this prompt can see and edit it. Send a prompt of your own."
)
NOT_FOR_ONE = N_("You can set that for a thread, a channel or a workspace, but not for one person.")
GUESTS_WHERE = N_(
    "You can set that for a channel or a workspace. Add “in this channel” or “in this workspace”."
)
LANGUAGE_WHERE = N_(
    "Each person reads what I tell them alone in their own language. Add “in this channel” or "
    "“in this workspace” to choose the one of the cards there."
)
OPTIONS_ALONE = N_(
    "Those are options without a prompt. Add what to draw, or start with “always” to keep using them from now on."
)
ALL_DELETED = N_("This canvas and all of its pictures were deleted. What it cost still counts.")
DOWNLOAD = N_("Your export is ready to download.")
PACKING = N_("Preparing your export. I'll post it in this thread in a moment.")
PACKED = N_(
    "Your export: the original pictures, a log, the edit tree, and an animation of the edits."
)

#: everything people can say, for `/imagine help` and the like
_HELP = N_("""Every thread is a canvas.
• Say what to draw. The picture appears in a thread; reply there to edit it.
• Add options to any prompt: `size:portrait` (square, landscape, large), `quality:high` (low, medium), `n:2`, `model:…`
• Reply to an older picture, or write `v2: make it blue`, to edit that version.
• Say `undo`, `redo`, `go back to v2`, `again`, `b` (the second of two), `cancel` or `retry`.
• As a team: `pause` to talk for free, then `go` to draw it; `brainstorm: a mascot` for ideas to pick from; vote with the buttons.
• `batch` with a prompt on each line below it, or with a CSV or text file, draws up to {batch} pictures at once. You see the price first.
• `kit` shows the channel's brand kit, which goes along with every new canvas; `kit off` leaves it out in a thread, `kit:off` in a prompt. Admins change it with `/easel kit`, and pin pictures with `kit add`.
• `before and after` compares an edit with its source; `export` gives you everything as a ZIP; `delete this` deletes what you asked for.
• `star` puts a picture into the channel's `gallery`; `home` shows your canvases, spending and defaults.
• `always landscape` changes this thread's settings; `finalize` redraws the chosen version at full quality.
• Send pictures along to use them. A picture without words waits {minutes} minutes for your next prompt. To show what you mean, send a marked-up screenshot and say what to change there.
• I don't draw thanks and small talk, emoji or links on their own, messages that start with `//`, or messages to someone else. Mention Easel and I always answer.
• `only when mentioned` or `every reply` sets what I draw in a thread; add `in this channel` or `in this workspace` to set it there.""")


def get_help() -> str:
    """Return everything people can say."""
    return _(_HELP).format(minutes=_MINUTES, batch=limits.MAX_BATCH)


def describe_kept_pictures(count: int) -> str:
    """Answer pictures that came without words."""
    return ngettext(
        "Got it. I'll use it with your next prompt here; send it within {minutes} minutes.",
        "Got it. I'll use them with your next prompt here; send it within {minutes} minutes.",
        count,
    ).format(minutes=_MINUTES)


def describe_code(version: str, code: str, link: str) -> str:
    """Say how a canvas goes on elsewhere. `link`: where on the page; "": there is no page."""
    text = _(
        "To continue {version} elsewhere as a copy, say this there within 24 hours: `/imagine continue {code}` "
        "(or mention Easel and say `continue {code}`). It costs nothing, and this canvas stays as it is."
    )
    said = text.format(version=version, code=code)
    return f"{said} {_('On the page: {link}').format(link=link)}" if link else said


def describe_copy(made: str, origin: str) -> str:
    """Say what a copied canvas begins with, and where that is from; "": not for everybody to read."""
    text = _("{made} ← copied from {where}") if origin else _("{made} ← copied")
    return text.format(made=made, where=origin)


def name_platform(platform: str) -> str:
    """Return what a platform is called."""
    return {"slack": "Slack", "discord": "Discord", "web": _("the page")}.get(platform, platform)


def describe_extra_images(came: int, kept: int) -> str:
    """Say that the model sent more images than are kept."""
    text = _("The model sent {came} pictures; the first {kept} are kept.")
    return text.format(came=came, kept=kept)


def describe_owner(name: str, *, whole: bool, page: bool) -> str:
    """Say who can delete what somebody else may not."""
    if not whole:
        return _("{name} asked for this, so only they or your Easel admin can delete it.").format(
            name=" ".join(name.split())[:60]
        )
    if page:
        return _(
            "Only the person who started this canvas or your Easel admin can delete a whole canvas. "
            "You can delete what you asked for."
        )
    return _("Only your Easel admin can delete a whole canvas. You can delete what you asked for.")


def describe_comparison(old: Version, new: Version) -> str:
    """Describe two images side by side, for those who cannot see them."""
    shown = f"{new.alt[:_LONGEST_ALT]}…" if len(new.alt) > _LONGEST_ALT else new.alt
    text = _("Before and after: {old} on the left, {new} on the right. {shown}")
    return text.format(old=old.number, new=new.number, shown=shown)


def say_edited_by(asked: str | None, model: str) -> str:
    """Say which model made an edit in place of one that cannot; "": the one that was asked for did."""
    if asked is None:
        return ""
    return _("edited by {model}, because {asked} can't edit").format(model=model, asked=asked)


def describe_left_out(names: Sequence[str]) -> str:
    """Say which files of a message were too many."""
    if not names:
        return ""
    text = _("without {names}: a message can include up to {most} pictures")
    return text.format(names=join_names(names), most=limits.MAX_ATTACHMENTS)


def describe_unusable_file(name: str, why: str, facts: Mapping[str, str]) -> str:
    """Say why a file cannot be used, and what can. `why`: one of Easel's own reasons, `facts` what stands in it."""
    text = _("“{file}” can't be used: {why}. Send a PNG, JPEG, WebP, GIF or HEIC picture.")
    file = " ".join(name.split())[:60] or _("The file")
    return text.format(file=file, why=_(why).format_map(facts))


def describe_reduced(width: int, height: int, *, whole: bool) -> str:
    """Say how an image was made small enough for where it is shown."""
    if whole:
        return _("Too large to post here, so it's shown as a full-size WebP. The original is kept.")
    text = _("Too large to post here, so it's shown at {width}×{height}. The original is kept.")
    return text.format(width=width, height=height)


def describe_waiting(place: int) -> str:
    """Say how many come before; 1 is next."""
    if place == 1:
        return _("Next in line.")
    before = ngettext(
        "Waiting: {count} before this one.", "Waiting: {count} before this one.", place - 1
    )
    return before.format(count=place - 1)


def join_names(names: Sequence[str]) -> str:
    """Join names as people list them."""
    if len(names) < 2:
        return "".join(names)
    return _("{names} and {last}").format(names=_(", ").join(names[:-1]), last=names[-1])
