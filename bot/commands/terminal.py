"""How is somebody asked at a terminal, or through a pipe?"""

from __future__ import annotations

import getpass
import sys


class Terminal:
    """Asks, and says. Through a pipe each answer is a line; where none is left, it is the default."""

    def __init__(self, *, assumes_yes: bool) -> None:
        self._assumes_yes = assumes_yes
        self.is_interactive = sys.stdin.isatty() and not assumes_yes

    @staticmethod
    def say(text: str = "") -> None:
        """Print a line."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def ask(self, label: str, default: str = "") -> str:
        """Return what is answered, trimmed; nothing: the default."""
        shown = f"{label} [{default}]: " if default else f"{label}: "
        if self.is_interactive:
            return input(shown).strip() or default
        self.say(shown.rstrip())
        return default if self._assumes_yes else sys.stdin.readline().strip() or default

    def ask_secret(self, label: str) -> str:
        """Return what is answered; at a terminal it is not seen."""
        return getpass.getpass(f"{label}: ").strip() if self.is_interactive else self.ask(label)

    def confirm(self, question: str, *, default: bool) -> bool:
        """Return whether the answer is yes."""
        answer = self.ask(f"{question} [{'Y/n' if default else 'y/N'}]").lower()
        return default if not answer else answer in {"y", "yes"}
