"""What did whoever runs Easel decide?

All of it is `EASEL_…` in the environment or in `.env`; nothing is read at import.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.conversation.records import Limits, Rate
from bot.policy import permissions
from bot.policy.budget import Budget
from bot.ports.messages import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_OFF = {"off": False, "no": False, "false": False, "0": False}
_ON = {"on": True, "yes": True, "true": True, "1": True}


def _switch(value: object) -> object:
    known = {**_OFF, **_ON}
    return known.get(value.strip().lower(), value) if isinstance(value, str) else value


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _key(value: object) -> object:
    """Trim a key that came out of a file, and refuse what no HTTP header can carry."""
    if not isinstance(value, str):
        return value
    key = value.strip()
    if not (key.isascii() and key.isprintable()):
        raise ValueError("holds a character that a key cannot have. Copy it once more")
    return key or None


#: what a Kubernetes service or a linked container of this name puts into the environment, and the benchmark
_NOT_OURS = re.compile(
    r"EASEL_(BENCH_|\w*SERVICE_(HOST|PORT)|\w*PORT_\d+_(TCP|UDP)|\w*PORT=(tcp|udp)://|(ENV|NAME)\b)"
)
#: what people set where they mean to choose a token later
_COMMON = re.compile(
    r"(password|passwort|passwd|changeme|change-?me|letmein|secret|token|admin|easel|welcome|default|"
    r"example|qwerty|test|1234567890?|123456|12345|1234|123)+[!.]?",
    re.IGNORECASE,
)


def weak(token: str) -> bool:
    """Is this token soon guessed? Short, a word that everybody tries, or the same few characters."""
    kinds = len(set(token))
    few = len(token) < 8 or kinds < 6 or (len(token) < 16 and (kinds < 8 or token.isdecimal()))
    return few or _COMMON.fullmatch(re.sub(r"[-_ ]", "", token)) is not None


def _token(value: object) -> object:
    key = _key(value)
    if isinstance(key, str) and weak(key):
        raise ValueError(
            "is too easy to guess. Use 16 random characters or more, or leave it out: "
            "Easel makes one where others reach the page"
        )
    return key


def this_machine(host: str) -> bool:
    """Is it a name or an address of the machine itself?"""
    host = host.strip("[]").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


Switch = Annotated[bool, BeforeValidator(_switch)]
Text = Annotated[str | None, BeforeValidator(_blank_is_none)]
Secret = Annotated[SecretStr | None, BeforeValidator(_key)]
Token = Annotated[SecretStr | None, BeforeValidator(_token)]


def _dollars(value: object) -> object:
    return value.strip().removeprefix("$") or None if isinstance(value, str) else value


#: US dollars: "20", "$2.50"
Dollars = Annotated[
    Annotated[float, Field(ge=0, allow_inf_nan=False)] | None, BeforeValidator(_dollars)
]


def _read(parse: Callable[[str], object]) -> BeforeValidator:
    """Read a setting's text as `parse` does; blank is None."""
    return BeforeValidator(
        lambda value: (parse(value) or None) if isinstance(value, str) else value
    )


People = Annotated[tuple[permissions.Entry, ...] | None, NoDecode, _read(permissions.entries)]
Rates = Annotated[tuple[Rate, ...] | None, NoDecode, _read(permissions.rates)]


def _unknown(known: Iterable[str]) -> list[str]:
    """Tell of each EASEL_… that is no setting: one that is misspelt would not hold."""
    names = [f"EASEL_{name}".upper() for name in known]
    said = []
    for name, value in {**dotenv_values(".env"), **os.environ}.items():
        upper = name.upper()
        if not upper.startswith("EASEL_") or upper in names or _NOT_OURS.match(f"{upper}={value}"):
            continue
        near = difflib.get_close_matches(upper, names, n=1, cutoff=0.7)
        meant = f" Did you mean {near[0]}?" if near else " README.md lists all of them."
        said.append(f"{upper}: there is no such setting.{meant}")
    return said


class BadSettings(Exception):
    """A setting that cannot be; the text is a sentence for whoever runs Easel."""


class Settings(BaseSettings):
    """Every setting, frozen. `Settings.read()` makes one with kind errors."""

    model_config = SettingsConfigDict(
        env_prefix="EASEL_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    #: the API's base, e.g. https://gateway.example/v1; None: the built-in model
    model_url: Text = None
    model_key: Secret = None
    model: str = "gpt-4o-image"
    model_profile: str = "spec"
    model_stream: Literal["auto", "on", "off"] = "auto"
    #: drawings at once, whole installation
    model_concurrency: int = Field(8, ge=1, le=1000)
    #: a TOML file of models (docs/models.md); None: those that Easel knows by itself
    models: Path | None = None
    #: a TOML file of prices in US dollars; None: the catalogue's
    prices: Path | None = None

    slack_bot_token: Secret = None
    slack_app_token: Secret = None
    slack_signing_secret: Secret = None
    slack_api_url: Text = None
    discord_token: Secret = None
    discord_api_url: Text = None

    web: Switch = True
    web_host: str = "127.0.0.1"
    #: 0: a free one
    web_port: int = Field(8080, ge=0, le=65535)
    web_token: Token = None
    web_url: Text = None
    #: whoever opens the page with it operates this Easel; None: one is made where a token is asked for
    operator_token: Token = None

    #: slack:T…:U… or discord:…: who is told about money and faults; None: nobody
    operator: Text = None

    #: who may use Easel, and who may not; None: everybody may
    allow: People = None
    deny: People = None
    #: who alone may finalize and resume, beside the operator; None: everybody
    may_finalize: People = None
    may_resume: People = None
    #: prompts that one person may send in a time; None: any
    rate_person: Rates = None
    #: US dollars a calendar month, for each person, channel, workspace, and in all; None: no limit
    limit_person: Dollars = None
    limit_channel: Dollars = None
    limit_workspace: Dollars = None
    limit_month: Dollars = None
    #: US dollars of one press above which it is asked first; None: never
    confirm_above: Dollars = 0.25

    data: Path = Path("data")
    #: None: a SQLite file in `data`; secret, because it holds a password
    database_url: Secret = None
    blobs_url: Text = None
    #: days that conversations which nobody touches are kept; None: for ever
    retention_days: float | None = Field(None, gt=0)
    #: seconds that running drawings get on SIGTERM
    grace_s: float = Field(30.0, ge=0)
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)
    ] = "INFO"

    @field_validator("model_url", "web_url", "slack_api_url", "discord_api_url")
    @classmethod
    def _is_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        _ = parts.port  # raises what is wrong with it
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("is an address such as https://gateway.example/v1")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _has_a_host_of_its_own(self) -> Self:
        """Refuse a page below a path, whose links and cookies would lead elsewhere."""
        path = urlsplit(self.web_url or "").path
        if self.web and path:
            raise ValueError(
                f"EASEL_WEB_URL: the page cannot be served below a path ({path}). Give it a host name "
                "of its own, such as https://easel.example.com, or set EASEL_WEB=off"
            )
        return self

    @field_validator("operator")
    @classmethod
    def _is_operator(cls, value: str | None) -> str | None:
        if value is not None and value.split(":")[0] not in {"slack", "discord"}:
            raise ValueError("is written slack:T…:U… or discord:…")
        return value

    @property
    def loopback(self) -> bool:
        """Is the page for this machine only?"""
        return this_machine(self.web_host)

    @property
    def public(self) -> bool:
        """Can others than this machine's people reach the page, at its host or through a proxy?"""
        proxied = self.web_url and not this_machine(urlsplit(self.web_url).hostname or "")
        requests = self.slack_signing_secret is not None and self.slack_app_token is None
        return bool(not self.loopback or proxied or requests)

    @property
    def model_at(self) -> str | None:
        """The model's address as it can be told: without a name and password in it."""
        return self.model_url and re.sub(r"(?<=//)[^/@]*@", "", self.model_url)

    @property
    def database(self) -> Path | str:
        """The SQLite file, or the URL of a Postgres. Raises BadSettings for another database."""
        if self.database_url is None:
            return self.data / "easel.db"
        url = self.database_url.get_secret_value().strip()
        if re.match(r"postgres(ql)?(\+psycopg)?://", url):
            return url
        if not url.startswith("sqlite:///"):
            raise BadSettings(
                "EASEL_DATABASE_URL: write postgresql://user:password@host/name, or "
                "sqlite:////srv/easel/easel.db for a file. Unset, it is a file in EASEL_DATA."
            )
        return Path(url.removeprefix("sqlite:///"))

    def budget(self) -> Budget:
        """Return what may be spent in a month."""
        limits = Limits(
            person=self.limit_person,
            channel=self.limit_channel,
            workspace=self.limit_workspace,
            month=self.limit_month,
        )
        return Budget(limits)

    def permissions(self) -> permissions.Permissions:
        """Return who may do what, and how much."""
        given = {Action.FINALIZE: self.may_finalize, Action.RESUME: self.may_resume}
        return permissions.Permissions(
            operator=permissions.Entry.parse(self.operator) if self.operator else None,
            allow=self.allow,
            deny=self.deny or (),
            only={action: who for action, who in given.items() if who is not None},
            rates=self.rate_person or (),
            limits=self.budget().limits,
        )

    @classmethod
    def read(cls, **given: object) -> Settings:
        """Read the environment and `.env`; `given` wins. Raises BadSettings."""
        try:
            if unknown := _unknown(cls.model_fields):
                raise BadSettings("\n".join(unknown))
            return cls(**given)  # type: ignore[arg-type] # pydantic checks the values
        except ValidationError as error:
            lines = []
            for one in error.errors():
                name = "EASEL_" + "_".join(str(part) for part in one["loc"]).upper()
                said = one["msg"].removeprefix("Value error, ")
                lines.append(f"{name}: {said}." if one["loc"] else f"{said}.")
            raise BadSettings("\n".join(lines)) from None
        except (OSError, UnicodeDecodeError) as error:
            raise BadSettings(
                f".env cannot be read: {error}. Correct it, or take it away."
            ) from None
