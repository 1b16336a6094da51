"""Which tokens keep others out?"""

from __future__ import annotations

import re
import secrets

#: what people set where they mean to choose a token later
_COMMON = re.compile(
    r"(password|passwort|passwd|changeme|change-?me|letmein|secret|token|admin|easel|welcome|default|"
    r"example|qwerty|test|1234567890?|123456|12345|1234|123)+[!.]?",
    re.IGNORECASE,
)


def is_weak_token(token: str) -> bool:
    """Is this token soon guessed? Short, a word that everybody tries, or the same few characters."""
    kinds = len(set(token))
    few = len(token) < 8 or kinds < 6 or (len(token) < 16 and (kinds < 8 or token.isdecimal()))
    return few or _COMMON.fullmatch(re.sub(r"[-_ ]", "", token)) is not None


def new_token() -> str:
    """Return a token that cannot be guessed."""
    return secrets.token_urlsafe(24)
