"""Where does a platform keep the tokens that workspaces gave it?"""

from __future__ import annotations

from typing import Protocol

from bot.ports.settings import BadSettings


class LostKey(BadSettings):
    """None of the keys in `EASEL_SECRET_KEY` decrypts a secret; the text is a sentence for whoever runs Easel."""


class SecretStore(Protocol):
    """Secrets by platform and name, encrypted on disk. All that reads or writes raises NotSaved."""

    async def save(self, platform: str, name: str, value: str) -> None:
        """Store a secret in place of the one before."""
        ...

    async def find(self, platform: str, name: str) -> str | None:
        """Return a secret; None: there is none. Raise LostKey."""
        ...

    async def delete(self, platform: str, name: str) -> None:
        """Delete a secret, if there is one."""
        ...

    async def list_names(self, platform: str) -> list[str]:
        """Return the names of a platform's secrets."""
        ...

    def seal(self, text: str) -> str:
        """Return a text as a token that only an Easel with these keys makes and reads."""
        ...

    def unseal(self, token: str, max_age: int) -> str | None:
        """Return the text of a token; None: it isn't ours, or is older than `max_age` seconds."""
        ...
