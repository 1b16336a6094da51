"""What did whoever runs Easel decide?

All of it is `EASEL_…` in the environment or in `.env`; nothing is read at import.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from bot.conversation.terms import Limits, Rate
from bot.policy.budget import Budget
from bot.policy.permissions import Entry, Permissions, parse_entries, parse_rates
from bot.ports.actions import ACTIONS, Who
from bot.ports.language import LANGUAGES, match_language
from bot.ports.settings import BadSettings, Secret, SettingsModel, Text, Url
from bot.server.environment import read_files, read_model, setting_names
from bot.server.page_settings import PageSettings, is_this_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.ports.platform import AnyPlatform


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _parse_language(value: object) -> object:
    if (known := match_language(str(value))) is None:
        raise ValueError(f"is one of {', '.join(LANGUAGES)}")
    return known


def _parse_dollars(value: object) -> object:
    return value.strip().removeprefix("$") or None if isinstance(value, str) else value


def _parse_never(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() == "never" else value


#: US dollars: "20", "$2.50"
Dollars = Annotated[
    Annotated[float, Field(ge=0, allow_inf_nan=False)] | None, BeforeValidator(_parse_dollars)
]


def _parse_with(parse: Callable[[str], object]) -> BeforeValidator:
    """Read a setting's text as `parse` does; blank is None."""
    return BeforeValidator(
        lambda value: (parse(value) or None) if isinstance(value, str) else value
    )


#: the role of drawing; the others are named after the platforms whose events are taken
WORKER = "worker"
Roles = Annotated[
    frozenset[str] | None,
    NoDecode,
    _parse_with(lambda text: frozenset(re.findall(r"[^\s,]+", text.lower()))),
]
Rates = Annotated[tuple[Rate, ...] | None, NoDecode, _parse_with(parse_rates)]


class Settings(PageSettings):
    """Every setting, frozen. `Settings.read()` makes one with kind errors."""

    model_config = SettingsConfigDict(env_prefix="EASEL_")

    #: the platforms that are installed, each with its settings
    _platforms: dict[AnyPlatform, SettingsModel] = PrivateAttr(default_factory=dict)

    #: the API's base, e.g. https://gateway.example/v1; None: the built-in model
    model_url: Url = None
    model_key: Secret = None
    model: str = "gpt-4o-image"
    model_profile: str = "spec"
    model_stream: Literal["auto", "on", "off"] = "auto"
    #: drawings at once, whole installation
    model_concurrency: int = Field(8, ge=1, le=1000)
    #: of these, for one workspace; None: all
    workspace_concurrency: int | None = Field(None, ge=1, le=1000)
    #: a TOML file of models (docs/models.md); None: those that Easel knows by itself
    models: Path | None = None
    #: a TOML file of prices in US dollars; None: the catalogue's
    prices: Path | None = None

    #: slack:T…:U… or discord:…: who is told about money and faults; None: nobody
    operator: Text = None

    #: what is spoken where neither a person nor a channel says otherwise: en, de, fr, es, pt-BR or ja
    language: Annotated[str, BeforeValidator(_parse_language)] = "en"

    #: seconds of drawing after which whoever asked is mentioned with their picture; None ("never"): nobody is
    mention_after_s: Annotated[
        Annotated[float, Field(ge=0)] | None, BeforeValidator(_parse_never)
    ] = 20.0

    #: who may use Easel, and who may not; None: everybody may
    allow: Text = None
    deny: Text = None
    #: who alone may finalize and resume, beside the operator; None: everybody
    may_finalize: Text = None
    may_resume: Text = None
    #: prompts that one person may send in a time; None: any
    rate_person: Rates = None
    #: US dollars a calendar month, for each person, channel, workspace, and in all; None: no limit
    limit_person: Dollars = None
    limit_channel: Dollars = None
    limit_workspace: Dollars = None
    limit_month: Dollars = None
    limit_person_day: Dollars = None  # a day
    #: US dollars of one press above which it is asked first; None: never
    confirm_above: Dollars = 0.25

    #: what encrypts the tokens of workspaces, the newest first, by commas; None: no platform stores any
    secret_key: Secret = None

    #: what this process does of it, on Postgres: platforms whose events it takes, "worker" to draw; None: everything
    roles: Roles = None
    data: Path = Path("data")
    #: None: a SQLite file in `data`; secret, because it holds a password
    database_url: Secret = None
    #: seconds that the start waits for a database which starts together with it
    database_wait_s: float = Field(20.0, ge=0)
    blobs_url: Text = None
    #: do browsers fetch the page's images from that bucket itself, by links that are good for some minutes?
    image_links: bool = False
    #: days that conversations which nobody touches are kept; None: for ever
    retention_days: float | None = Field(None, gt=0)
    #: days that the audit log has who deleted and set what; None: for ever
    audit_days: float | None = Field(None, gt=0)
    #: seconds that running drawings get on SIGTERM
    grace_s: float = Field(30.0, ge=0)
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)
    ] = "INFO"

    @property
    def platforms(self) -> dict[AnyPlatform, SettingsModel]:
        """The platforms that are installed, each with its settings."""
        return self._platforms

    def has_role(self, name: str) -> bool:
        """Return whether this process takes the events of a platform, or draws."""
        return self.roles is None or name in self.roles

    def check_roles(self) -> None:
        """Raise BadSettings where a role is none, or where nobody else could have the others."""
        known = [*(platform.name for platform in self._platforms), WORKER]
        if self.roles is None:
            return
        if unknown := sorted(self.roles.difference(known)):
            raise BadSettings(f"EASEL_ROLES: {unknown[0]} is none of {', '.join(known)}.")
        if isinstance(self.database, Path):
            raise BadSettings(
                "EASEL_ROLES: with SQLite one process does everything. Unset it, or set EASEL_DATABASE_URL to "
                "a Postgres that several processes share."
            )

    @property
    def has_page(self) -> bool:
        """Do people come to Easel's own server?"""
        return any(
            platform.is_page and platform.is_configured(settings)
            for platform, settings in self._platforms.items()
        )

    @property
    def is_public(self) -> bool:
        """Can others than this machine's people reach the page, at its host or through a proxy?"""
        proxied = self.web_url and not is_this_machine(urlsplit(self.web_url).hostname or "")
        requests = any(
            platform.receives_requests(settings) for platform, settings in self._platforms.items()
        )
        return bool(not self.is_loopback or proxied or requests or self.oidc_issuer)

    @property
    def shown_model_url(self) -> str | None:
        """The model's address as it can be told: without a name and password in it."""
        return self.model_url and re.sub(r"(?<=//)[^/@]*@", "", self.model_url)

    @property
    def database(self) -> Path | str:
        """The SQLite file, or the URL of a Postgres. Raise BadSettings for another database."""
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

    @property
    def secret_keys(self) -> str | None:
        """The keys that encrypt the tokens of workspaces, by commas. Raise BadSettings where they are missing."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        if any(platform.stores_secrets(own) for platform, own in self._platforms.items()):
            raise BadSettings(
                "EASEL_SECRET_KEY: it encrypts the tokens of workspaces, and isn't set. "
                "`easel secrets key` prints one; keep a copy of it apart from your backups."
            )
        return None

    def budget(self) -> Budget:
        """Return what may be spent in a month."""
        limits = Limits(
            person=self.limit_person,
            channel=self.limit_channel,
            workspace=self.limit_workspace,
            month=self.limit_month,
            person_day=self.limit_person_day,
        )
        return Budget(limits)

    def permissions(self) -> Permissions:
        """Return who may do what, and how much. Raise BadSettings."""
        listed = [action for action, row in ACTIONS.items() if row.who is Who.LISTED]
        only = {action: self._entries(f"may_{action.value}") for action in listed}
        people = {platform.name: platform.person for platform in self._platforms if platform.person}
        if self.operator is not None and self.operator.split(":")[0] not in people:
            raise BadSettings(f"EASEL_OPERATOR: is written {' or '.join(people.values())}.")
        operator = self._entries("operator")
        return Permissions(
            operator=operator[0] if operator else None,
            allow=self._entries("allow"),
            deny=self._entries("deny") or (),
            only={action: who for action, who in only.items() if who is not None},
            rates=self.rate_person or (),
            limits=self.budget().limits,
            pages=frozenset(platform.name for platform in self._platforms if platform.is_page),
        )

    def _entries(self, field: str) -> tuple[Entry, ...] | None:
        """Read a list of people; None: there is none. Raise BadSettings."""
        text = getattr(self, field)
        examples = {platform.name: tuple(platform.entries) for platform in self._platforms}
        try:
            return parse_entries(text, examples) or None if text else None
        except ValueError as error:
            raise BadSettings(f"EASEL_{field.upper()}: {error}.") from None

    @classmethod
    def read(cls, platforms: Iterable[AnyPlatform], **given: object) -> Self:
        """Read the environment and `.env`; `given` wins. Raise BadSettings."""
        platforms = tuple(platforms)
        values = {f"EASEL_{name}".upper(): value for name, value in given.items()}
        models = [cls, *(platform.settings for platform in platforms)]
        try:
            values = {**read_files(name for one in models for name in setting_names(one)), **values}
            settings = read_model(cls, values)
            for platform in platforms:
                settings.platforms[platform] = read_model(platform.settings, values)
        except (OSError, UnicodeDecodeError) as error:
            raise BadSettings(
                f".env cannot be read: {error}. Correct it, or take it away."
            ) from None
        settings.check_roles()
        settings.permissions()  # says which list of people cannot be read
        return settings
