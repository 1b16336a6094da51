"""Which app has Slack to make, so that Easel works? The manifest, and the link that makes it in one click."""

from __future__ import annotations

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
_NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_yaml="


def manifest(request_url: str | None = None, redirect_url: str | None = None) -> str:
    """Write the manifest as YAML. `request_url`: where Slack sends requests; None: Socket Mode.

    `redirect_url`: where Slack sends people who install it in their workspace or organization; None: it is for one
    workspace.
    """
    socket = "false" if request_url else "true"
    many = "true" if redirect_url else "false"
    redirect = f"\n  redirect_urls:\n    - {redirect_url}" if redirect_url else ""
    events = (*_EVENTS, *(_ORGANIZATION_EVENTS if redirect_url else ()))
    at = f"\n    request_url: {request_url}" if request_url else ""
    command_at = f"\n      url: {request_url}" if request_url else ""
    return f"""display_information:
  name: Easel
  description: Every thread is a canvas. Say what to draw, reply to change it.
  background_color: "#2d2a55"
features:
  agent_view:
    agent_description: Draws what you say, and changes it when you reply. Every thread is a canvas.
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: Easel
    always_online: true
  slash_commands:
    - command: /imagine
      description: Draw a picture; its thread is the canvas
      usage_hint: a lighthouse at dusk size:portrait quality:high n:2
      should_escape: true{command_at}
    - command: /easel
      description: Your canvases, this channel's gallery, what was spent, the brand kit, and what can be said
      usage_hint: home | gallery | usage | kit | help
      should_escape: false{command_at}
  shortcuts:
    - name: Imagine…
      type: global
      callback_id: {IMAGINE}
      description: Draw a picture
    - name: Edit this image
      type: message
      callback_id: {EDIT_IMAGE}
      description: Edit the picture of this message, in its thread
oauth_config:{redirect}
  scopes:
    bot:
{_listed(SCOPES)}
settings:
  event_subscriptions:{at}
    bot_events:
{_listed(events)}
  interactivity:
    is_enabled: true{at}
  org_deploy_enabled: {many}
  socket_mode_enabled: {socket}
  token_rotation_enabled: {many}
"""


def _listed(names: tuple[str, ...]) -> str:
    return "\n".join(f"      - {name}" for name in names)


def link(written: str) -> str:
    """Give the address at which Slack makes an app of a manifest."""
    return _NEW_APP + quote(written, safe="")
