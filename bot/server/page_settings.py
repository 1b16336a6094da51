"""Where is the page, and how do people get in? The settings `EASEL_WEB_…` and `EASEL_OIDC_…`."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from bot.ports.settings import Secret, SettingsModel, Text, Url, parse_key
from bot.server.tokens import is_weak_token

_MEMBER = re.compile(r"group:\S(.*\S)?|[^\s@]*@[^\s@]+\.[^\s@]+")


def _parse_members(value: object) -> object:
    """Read a list by commas: addresses, domains as `@example.com`, and `group:NAME`."""
    if not isinstance(value, str):
        return value
    found = tuple(one.strip() for one in value.split(",") if one.strip())
    for one in found:
        if not _MEMBER.fullmatch(one):
            raise ValueError(
                f"“{one[:40]}” is none: write ana@example.com, @example.com for everybody there, or group:design"
            )
    return tuple(one if one.startswith("group:") else one.lower() for one in found) or None


Members = Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(_parse_members)]


def _parse_token(value: object) -> object:
    key = parse_key(value)
    if isinstance(key, str) and is_weak_token(key):
        raise ValueError(
            "is too easy to guess. Use 16 random characters or more, or leave it out: "
            "Easel makes one where others reach the page"
        )
    return key


def is_this_machine(host: str) -> bool:
    """Is it a name or an address of the machine itself?"""
    host = host.strip("[]").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


Token = Annotated[SecretStr | None, BeforeValidator(_parse_token)]


class PageSettings(SettingsModel):
    """The page's address, its tokens, and a company's sign-in."""

    model_config = SettingsConfigDict(env_prefix="EASEL_")

    web_host: str = "127.0.0.1"
    #: 0: a free one
    web_port: int = Field(8080, ge=0, le=65535)
    web_token: Token = None
    web_url: Url = None
    #: whoever opens the page with it operates this Easel; None: one is made where a token is asked for
    operator_token: Token = None

    #: an OpenID Connect provider: its address, below which is /.well-known/openid-configuration; None: the
    #: page asks for its token instead
    oidc_issuer: Url = None
    oidc_client_id: Text = None
    oidc_client_secret: Secret = None
    #: what is asked for; some providers tell groups only where `groups` is among it
    oidc_scope: str = "openid profile email"
    #: who may sign in; None: everybody whom the provider knows
    oidc_allow: Members = None
    #: who of them operates this Easel
    oidc_operators: Members = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        given = {
            "ISSUER": self.oidc_issuer is not None,
            "CLIENT_ID": self.oidc_client_id is not None,
            "CLIENT_SECRET": self.oidc_client_secret is not None,
        }
        missing = [f"EASEL_OIDC_{name}" for name, is_given in given.items() if not is_given]
        if missing and (len(missing) < len(given) or self.oidc_allow or self.oidc_operators):
            raise ValueError(
                f"{missing[0]}: signing in needs EASEL_OIDC_ISSUER, EASEL_OIDC_CLIENT_ID and "
                "EASEL_OIDC_CLIENT_SECRET, all three of your provider"
            )
        issuer = urlsplit(self.oidc_issuer or "")
        if issuer.scheme == "http" and issuer.hostname not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError("EASEL_OIDC_ISSUER: whom to believe must be said over https://")
        if self.oidc_issuer and not self.web_url:
            raise ValueError(
                "EASEL_WEB_URL: signing in needs Easel's public address, to which people come back. "
                "Tell your provider <that address>/sign-in/callback too"
            )
        return self

    @property
    def is_loopback(self) -> bool:
        """Is the page for this machine only?"""
        return is_this_machine(self.web_host)
