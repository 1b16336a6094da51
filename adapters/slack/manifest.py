"""Which app has Slack to make, so that Easel works? The manifest, and the link that makes it in one click."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

#: what the bot may do
SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "mpim:history",
    "reactions:read",
    "reactions:write",
    "usergroups:read",
    "users:read",
)
_EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_unarchive",
    "group_left",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)
#: of an app that whole organizations can install
_ORGANIZATION_EVENTS = ("team_access_granted", "team_access_revoked")
#: where Slack sends its requests in HTTP mode
REQUEST_PATH = "/slack/events"
#: where people install it in their workspace, and come back to
INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
IMAGINE = "imagine"
EDIT_IMAGE = "edit_image"
_FEATURES: dict[str, Any] = {
    "agent_view": {
        "agent_description": "Draws what you say, and changes it when you reply. Every thread is a canvas."
    },
    "app_home": {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    },
    "bot_user": {"display_name": "Easel", "always_online": True},
    "shortcuts": [
        {
            "name": "Imagine…",
            "type": "global",
            "callback_id": IMAGINE,
            "description": "Draw a picture",
        },
        {
            "name": "Edit this image",
            "type": "message",
            "callback_id": EDIT_IMAGE,
            "description": "Edit the picture of this message, in its thread",
        },
    ],
}
_NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_yaml="


def manifest(request_url: str | None = None, redirect_url: str | None = None) -> str:
    """Write the manifest as JSON, which is YAML too. `request_url`: where Slack sends requests; None: Socket Mode.

    `redirect_url`: where Slack sends people who install it in their workspace or organization; None: it is for one
    workspace.
    """
    oauth: dict[str, Any] = {"scopes": {"bot": SCOPES}}
    if redirect_url:
        oauth["redirect_urls"] = [redirect_url]
    at = {"request_url": request_url} if request_url else {}
    events = (*_EVENTS, *(_ORGANIZATION_EVENTS if redirect_url else ()))
    app = {
        "display_information": {
            "name": "Easel",
            "description": "Every thread is a canvas. Say what to draw, reply to change it.",
            "background_color": "#2d2a55",
        },
        "features": {**_FEATURES, "slash_commands": _list_commands(request_url)},
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {**at, "bot_events": events},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": redirect_url is not None,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": redirect_url is not None,
        },
    }
    return json.dumps(app, indent=2, ensure_ascii=False)


def _list_commands(request_url: str | None) -> list[dict[str, Any]]:
    at = {"url": request_url} if request_url else {}
    return [
        {
            "command": "/imagine",
            "description": "Draw a picture; its thread is the canvas",
            "usage_hint": "a lighthouse at dusk size:portrait quality:high n:2",
            "should_escape": True,
            **at,
        },
        {
            "command": "/easel",
            "description": "Your canvases, this channel's gallery, what was spent, the brand kit, and what can be said",
            "usage_hint": "home | gallery | usage | kit | help",
            "should_escape": False,
            **at,
        },
    ]


def link(written: str) -> str:
    """Give the address at which Slack makes an app of a manifest."""
    return _NEW_APP + quote(written, safe="")
