"""What does Easel say of a list of prompts before it is a batch?"""

from __future__ import annotations

from bot.ports import limits
from bot.ports.language import N_, _, ngettext

HOW = N_(
    "Write `batch` and a prompt on each line below it, up to {most} of them, or attach a CSV or text file. "
    "You see the price first; nothing is drawn until you press Start."
)
READ_ONLY_BY_AUTHOR = N_("Only {name} can start this batch. Send the list yourself to draw it.")
OPENED = N_("This picture has a canvas of its own now. Reply there to edit it; nothing was billed.")
TOO_LARGE = N_("This file is too large for a list of prompts: it can have up to {most} KB.")
NOT_READ = N_("This file couldn't be read, so nothing was drawn or billed. Send it again.")
ONE_FILE = N_("Send one list at a time.")
TOO_MANY = N_(
    "You can send {most} prompts at a time here, and this list has {count}. Split it, or ask your Easel admin."
)


def get_how() -> str:
    """Say how a list is sent."""
    return _(HOW).format(most=limits.MAX_BATCH)


def say_repeated(count: int) -> str:
    """Say that rows which repeat others are left out."""
    return ngettext(
        "{count} row repeats another one and is left out.",
        "{count} rows repeat others and are left out.",
        count,
    ).format(count=count)


def get_title(count: int) -> str:
    """Name a batch of so many rows."""
    return ngettext("Batch of {count} picture", "Batch of {count} pictures", count).format(
        count=count
    )
