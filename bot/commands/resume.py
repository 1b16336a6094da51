"""`easel resume`: does what waits for credit go on?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.commands.data_lock import StartFailed, call_running, read_running
from bot.commands.platforms import read_settings

if TYPE_CHECKING:
    import argparse


def main(_args: argparse.Namespace) -> int:
    """Take the model's account off hold, through the running bot."""
    settings = read_settings()
    found = read_running(settings.data)
    if found is None:
        raise StartFailed(
            f"No Easel runs on {settings.data}. Start it with `easel run`; what waits goes on "
            "after `easel resume`."
        )
    resumed = call_running(found, "/control/resume")["resumed"]
    sys.stdout.write(
        "Resumed: what waited is being drawn.\n" if resumed else "Nothing is on hold.\n"
    )
    return 0
