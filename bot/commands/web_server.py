"""Where is Easel served, and behind which tokens?"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, NamedTuple

from bot.commands.data_lock import StartFailed, explain_unwritable
from bot.ports.settings import BadSettings
from bot.server.http import listen
from bot.server.tokens import is_weak_token, new_token

if TYPE_CHECKING:
    import socket

    from pydantic import SecretStr

    from bot.ports.sessions import SessionStore
    from bot.server.settings import Settings
    from bot.server.sign_in import SignIn


class Tokens(NamedTuple):
    """What the page asks for."""

    people: str
    operator: str


def open_socket(settings: Settings) -> socket.socket:
    """Open the port. Raise StartFailed."""
    try:
        return listen(settings.web_host, settings.web_port)
    except OSError as error:
        if "web_port" not in settings.model_fields_set and settings.is_loopback:
            return listen(settings.web_host, 0)
        where = f"{settings.web_host}:{settings.web_port} cannot be opened ({error.strerror})"
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise StartFailed(
                f"EASEL_WEB_PORT: {where}. Set EASEL_WEB_PORT to another port; 0 picks a free one."
            ) from None
        raise StartFailed(
            f"EASEL_WEB_HOST: {where}. Set EASEL_WEB_HOST to an address of this machine, or 0.0.0.0 for all."
        ) from None


def address_of(settings: Settings, listening: socket.socket, *, local: bool = False) -> str:
    """Return where Easel is served: for people, or on this machine."""
    if settings.web_url and not local:
        return settings.web_url
    host = settings.web_host
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{listening.getsockname()[1]}"


def read_tokens(settings: Settings) -> Tokens | None:
    """Return the page's tokens, made at first start where others reach the page.

    None: it is for this machine only. Raise BadSettings or StartFailed.
    """
    if settings.web_token is None and not settings.is_public:
        return None
    return Tokens(
        people=_read_token(settings, settings.web_token, "web-token"),
        operator=_read_token(settings, settings.operator_token, "operator-token"),
    )


def open_sign_in(settings: Settings, store: SessionStore) -> SignIn | None:
    """Return what signs people in; None: the page asks for its token."""
    if settings.oidc_issuer is None:
        return None
    from bot.server.sign_in import SignIn  # noqa: PLC0415 - only where people sign in

    return SignIn(settings, store)


def _read_token(settings: Settings, given: SecretStr | None, name: str) -> str:
    if given is not None:
        return given.get_secret_value()
    file = settings.data / name
    with explain_unwritable(settings.data):
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists() or not file.read_text().strip():  # one that a full disk took is none
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "w") as opened:
                opened.write(new_token())
        file.chmod(0o600)
        token = file.read_text().strip()
    if is_weak_token(token):
        raise BadSettings(
            f"{file}: this token is too easy to guess. Delete the file: a new one is made."
        )
    return token
