"""What does Easel say that only Slack needs? A constant is translated where it is used."""

from __future__ import annotations

from bot.ports.cards import Problem
from bot.ports.errors import Kind
from bot.ports.language import N_, _

#: the code of a refusal that only Slack has
TOO_SLOW = "too_slow"
NO_PICTURE = N_("There's no picture in this message. Choose one that has a picture.")
TOO_LATE = N_("That took too long, so Slack closed it. Nothing was billed. Try again.")
NOT_A_MEMBER = N_(
    "Easel isn't in this channel, so it can't read replies here. The buttons still work. "
    "To edit the picture by replying, type /invite @Easel."
)
NOT_INSTALLED = N_(
    "Easel isn't installed in this workspace any more. Ask one of its admins to add it again."
)
NOT_IN = N_(
    "Easel isn't in this conversation, so it can't see its pictures. Type /invite @Easel there, then try again."
)
PREVIEW_ALT = N_("An unfinished picture")
SMALLER = N_("Shown smaller, because Slack didn't accept the original. The original is saved.")


def suggest_prompts() -> list[dict[str, str]]:
    """Return first prompts for the Messages tab."""
    return [
        {"title": _("A lighthouse at dusk"), "message": _("a lighthouse at dusk, in watercolours")},
        {"title": _("Ideas for a mascot"), "message": _("brainstorm: a mascot for our team")},
        {"title": _("What can I say?"), "message": _("help")},
    ]


def too_slow() -> Problem:
    """Tell somebody that what they did is not on disk yet."""
    said = _(
        "Easel is slow to save this right now. If nothing appears within a minute, ask again. "
        "Nothing was billed."
    )
    return Problem(kind=Kind.BUSY, message=said, billed=False, code=TOO_SLOW)
