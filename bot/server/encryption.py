"""How are tokens of workspaces stored so that a copy of the database gives none away?

As Fernet tokens (AES and HMAC). The first key of `EASEL_SECRET_KEY` encrypts, all of them decrypt, so that a key can be
replaced: put the new one first, run `easel secrets rotate`, remove the old one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.secret_store import LostKey
from bot.ports.settings import BadSettings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

    from bot.conversation.store import SecretRowStore

_BAD_KEY = (
    "EASEL_SECRET_KEY: one of its keys is none. `easel secrets key` prints a new one; "
    "write several with commas between them, the newest first."
)
_NO_KEY = (
    "EASEL_SECRET_KEY: there is no key for the tokens of workspaces. Set the one that encrypted them; "
    "for the first, `easel secrets key` prints one."
)
_LOST_KEY = (
    "EASEL_SECRET_KEY: none of its keys decrypts what is stored for {platform} {name}. Put the key that "
    "encrypted it back, after a comma. If that key is lost, have Easel installed there again."
)


def new_key() -> str:
    """Return a new key."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - 8 MB, where there are secrets alone

    return Fernet.generate_key().decode()


def _read_keys(keys: list[str]) -> MultiFernet:
    """Return the keys. Raise BadSettings."""
    from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - as above

    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise BadSettings(_BAD_KEY) from None


class EncryptedSecrets:
    """The SecretStore, in the rows of a store. `keys`: as in `EASEL_SECRET_KEY`; None: nothing can be stored."""

    def __init__(self, rows: SecretRowStore, keys: str | None) -> None:
        self._rows = rows
        given = [one.strip() for one in (keys or "").split(",") if one.strip()]
        self._fernet = _read_keys(given) if given else None

    @property
    def fernet(self) -> MultiFernet:
        """The keys. Raise BadSettings where there is none."""
        if self._fernet is None:
            raise BadSettings(_NO_KEY)
        return self._fernet

    async def save(self, platform: str, name: str, value: str) -> None:
        """Store a secret in place of the one before."""
        await self._rows.save_secret(platform, name, self.seal(value))

    async def find(self, platform: str, name: str) -> str | None:
        """Return a secret; None: there is none. Raise LostKey."""
        found = await self._rows.find_secret(platform, name)
        if found is None:
            return None
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as above

        try:
            return self.fernet.decrypt(found).decode()
        except InvalidToken:
            raise LostKey(_LOST_KEY.format(platform=platform, name=name)) from None

    async def delete(self, platform: str, name: str) -> None:
        """Delete a secret, if there is one."""
        await self._rows.delete_secret(platform, name)

    async def list_names(self, platform: str) -> list[str]:
        """Return the names of a platform's secrets."""
        return [name for of, name in await self._rows.list_secrets() if of == platform]

    def seal(self, text: str) -> str:
        """Return a text as a token that only an Easel with these keys makes and reads."""
        return self.fernet.encrypt(text.encode()).decode()

    def unseal(self, token: str, max_age: int) -> str | None:
        """Return the text of a token; None: it isn't ours, or is older than `max_age` seconds."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as above

        try:
            return self.fernet.decrypt(token, ttl=max_age).decode()
        except InvalidToken:
            return None

    async def check(self) -> int:
        """Decrypt all secrets, and return how many there are. Raise LostKey."""
        names = await self._rows.list_secrets()
        for platform, name in names:
            await self.find(platform, name)
        return len(names)

    async def rotate(self) -> int:
        """Encrypt all secrets under the newest key, and return how many there are. Raise LostKey, BadSettings."""
        fernet, count = self.fernet, await self.check()
        for platform, name in await self._rows.list_secrets():
            old = await self._rows.find_secret(platform, name)
            if old is not None:  # one that changes meanwhile is under the newest key already
                new = fernet.rotate(old).decode()
                await self._rows.replace_secret(platform, name, old, new)
        return count
