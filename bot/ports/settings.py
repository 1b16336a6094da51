"""Which kinds of values do settings have? For Easel's own and for those of each platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    from bot.ports.messages import Place


class BadSettings(Exception):
    """A setting that cannot be; the text is a sentence for whoever runs Easel."""


_SWITCH = {
    **dict.fromkeys(("off", "no", "false", "0"), False),
    **dict.fromkeys(("on", "yes", "true", "1"), True),
}


def _parse_switch(value: object) -> object:
    return _SWITCH.get(value.strip().lower(), value) if isinstance(value, str) else value


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def parse_key(value: object) -> object:
    """Trim a key that came out of a file, and refuse what no HTTP header can carry."""
    if not isinstance(value, str):
        return value
    key = value.strip()
    if not (key.isascii() and key.isprintable()):
        raise ValueError("holds a character that a key cannot have. Copy it once more")
    return key or None


def _check_url(value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    _ = parts.port  # raises what is wrong with it
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is an address such as https://gateway.example/v1")
    return value.rstrip("/")


#: on or off
Switch = Annotated[bool, BeforeValidator(_parse_switch)]
Text = Annotated[str | None, BeforeValidator(_blank_to_none)]
Url = Annotated[Text, AfterValidator(_check_url)]
#: never in a log or a traceback
Secret = Annotated[SecretStr | None, BeforeValidator(parse_key)]


class SettingsModel(BaseSettings):
    """Settings from the environment and `.env`; a subclass names its `env_prefix`."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What a platform may know of the Easel that it is part of."""

    #: the public address; None: there is none
    url: str | None
    #: the direct messages of whoever is told about money and faults; None: nobody
    operator: Place | None
    #: does a process serve this installation now? Then a check leaves its connections alone
    is_running: bool
