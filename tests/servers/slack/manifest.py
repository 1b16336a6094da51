"""Would Slack take this app manifest, and what does the app get from it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from tests.servers.slack.rules import (
    Report,
    boolean,
    items,
    literal,
    matching,
    shape,
    string,
)
from tests.servers.slack.scopes import BOT_SCOPES, EVENT_SCOPES

if TYPE_CHECKING:
    from collections.abc import Mapping

_https = matching(r"https://\S+", "a full https URL", 3000)
_prompt = shape({"title": string(255), "message": string(4000)})
_display = shape(
    {"name": string(35)},
    {
        "description": string(140),
        "long_description": string(4000, 174),
        "background_color": matching("#(?:[0-9a-fA-F]{3}){1,2}", "a hex colour"),
    },
)
_command = shape(
    {
        "command": matching(r"/[^\s/]{1,31}", "a slash command of at most 32 characters"),
        "description": string(2000),
    },
    {"url": _https, "usage_hint": string(1000), "should_escape": boolean},
)
_shortcut = shape(
    {
        "name": string(24),
        "type": literal("global", "message"),
        "callback_id": string(255),
        "description": string(150),
    }
)
_features = shape(
    {},
    {
        "agent_view": shape(
            {}, {"agent_description": string(300), "suggested_prompts": items(_prompt, high=4)}
        ),
        "app_home": shape(
            {},
            {
                "home_tab_enabled": boolean,
                "messages_tab_enabled": boolean,
                "messages_tab_read_only_enabled": boolean,
            },
        ),
        "bot_user": shape({"display_name": string(80)}, {"always_online": boolean}),
        "shortcuts": items(_shortcut, high=10),
        "slash_commands": items(_command, high=50),
    },
)
_settings = shape(
    {},
    {
        "event_subscriptions": shape(
            {"bot_events": items(literal(*EVENT_SCOPES), high=100)}, {"request_url": _https}
        ),
        "interactivity": shape({"is_enabled": boolean}, {"request_url": _https}),
        "org_deploy_enabled": boolean,
        "socket_mode_enabled": boolean,
        "token_rotation_enabled": boolean,
    },
)
_bot_scopes = shape({"bot": items(literal(*sorted(BOT_SCOPES)), high=255)})
_manifest = shape(
    {"display_information": _display},
    {
        "features": _features,
        "oauth_config": shape(
            {}, {"redirect_urls": items(_https, high=1000), "scopes": _bot_scopes}
        ),
        "settings": _settings,
    },
)


class ManifestRefused(ValueError):
    """Slack would not make an app of this manifest; `reasons` says why, one sentence each."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What Slack takes from a manifest."""

    name: str
    bot_name: str
    scopes: frozenset[str]
    #: event subscriptions: app_mention, message.channels…
    events: frozenset[str]
    #: command → its description of itself
    commands: Mapping[str, Mapping[str, Any]]
    #: callback id → its description of itself
    shortcuts: Mapping[str, Mapping[str, Any]]
    socket_mode: bool
    interactive: bool
    home_tab: bool
    messages_tab: bool
    agent_view: bool
    redirect_urls: tuple[str, ...]
    #: may whole organizations install it?
    org_deploy: bool
    #: do its tokens expire?
    rotates: bool

    @classmethod
    def read(cls, source: Mapping[str, Any] | str) -> Manifest:
        """Read a manifest as YAML (or JSON) text or as its document; ManifestRefused with reasons."""
        document = yaml.safe_load(source) if isinstance(source, str) else source
        report = Report(surface="manifest")
        _manifest(document, "", report)
        if not report.problems:
            _agree(document, report)
        if report.problems:
            raise ManifestRefused(report.problems)
        features, settings = document.get("features", {}), document.get("settings", {})
        home = features.get("app_home", {})
        return cls(
            name=document["display_information"]["name"],
            bot_name=features.get("bot_user", {}).get("display_name", ""),
            scopes=frozenset(_scopes(document)),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            commands={one["command"]: one for one in features.get("slash_commands", ())},
            shortcuts={one["callback_id"]: one for one in features.get("shortcuts", ())},
            socket_mode=settings.get("socket_mode_enabled", False),
            interactive=settings.get("interactivity", {}).get("is_enabled", False),
            home_tab=home.get("home_tab_enabled", False),
            messages_tab=home.get("messages_tab_enabled", True)
            and not home.get("messages_tab_read_only_enabled", False),
            agent_view="agent_view" in features,
            redirect_urls=tuple(document.get("oauth_config", {}).get("redirect_urls", ())),
            org_deploy=settings.get("org_deploy_enabled", False),
            rotates=settings.get("token_rotation_enabled", False),
        )


def _scopes(document: Mapping[str, Any]) -> list[str]:
    granted: list[str] = document.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    return granted


def _agree(document: Mapping[str, Any], report: Report) -> None:
    """Check what must fit together: events and scopes, features and scopes, addresses and sockets."""
    features, settings = document.get("features", {}), document.get("settings", {})
    scopes = set(_scopes(document))
    events = settings.get("event_subscriptions", {})
    for number, event in enumerate(events.get("bot_events", ())):
        needed = EVENT_SCOPES[event]
        if needed and not scopes.intersection(needed):
            where = f"/settings/event_subscriptions/bot_events/{number}"
            report.add(f"{event} requires the scope {' or '.join(needed)}", where)
    if scopes and "bot_user" not in features:
        report.add("bot scopes require a bot user", "/features/bot_user")
    for name in ("slash_commands", "shortcuts"):
        if features.get(name) and "commands" not in scopes:
            report.add(f"{name} require the scope commands", f"/features/{name}")
    if "agent_view" in features and "assistant:write" not in scopes:
        report.add("agent_view requires the scope assistant:write", "/features/agent_view")
    ids = [one["callback_id"] for one in features.get("shortcuts", ())]
    if len(ids) != len(set(ids)):
        report.add("callback_id of shortcuts must be unique", "/features/shortcuts")
    interactivity = settings.get("interactivity", {})
    if features.get("shortcuts") and not interactivity.get("is_enabled"):
        report.add("shortcuts require interactivity", "/settings/interactivity")
    if settings.get("socket_mode_enabled"):
        return
    if events and "request_url" not in events:
        report.add("Event Subscription requires a Request URL", "/settings/event_subscriptions")
    if interactivity.get("is_enabled") and "request_url" not in interactivity:
        report.add("Interactivity requires a Request URL", "/settings/interactivity")
    for number, command in enumerate(features.get("slash_commands", ())):
        if "url" not in command:
            report.add("a slash command requires a URL", f"/features/slash_commands/{number}")
