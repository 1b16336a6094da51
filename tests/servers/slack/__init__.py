"""A strict local Slack that the real Bolt app and the real SDK connect to; see README.md."""

from __future__ import annotations

from tests.servers.slack.bots import OtherBot
from tests.servers.slack.channel import Channel
from tests.servers.slack.delivery import Envelope
from tests.servers.slack.faults import Fault
from tests.servers.slack.files import StoredFile
from tests.servers.slack.manifest import Manifest, ManifestRefused
from tests.servers.slack.message import Message
from tests.servers.slack.person import Person
from tests.servers.slack.server import SlackServer
from tests.servers.slack.values import Call, Notice, Outcome, PersonCannot, Remark
from tests.servers.slack.views import View
from tests.servers.slack.workspace import Workspace

__all__ = [
    "Call",
    "Channel",
    "Envelope",
    "Fault",
    "Manifest",
    "ManifestRefused",
    "Message",
    "Notice",
    "OtherBot",
    "Outcome",
    "Person",
    "PersonCannot",
    "Remark",
    "SlackServer",
    "StoredFile",
    "View",
    "Workspace",
]
