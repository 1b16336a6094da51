from tests.servers.discord.attachments import Upload
from tests.servers.discord.calls import Call
from tests.servers.discord.channels import Channel, Thread
from tests.servers.discord.codes import Intent, MessageType
from tests.servers.discord.faults import Cut, Fault
from tests.servers.discord.filling import CannotDo
from tests.servers.discord.guilds import Guild, Role, User
from tests.servers.discord.interactions import Interaction, Seen
from tests.servers.discord.limits import Limits
from tests.servers.discord.messages import Message
from tests.servers.discord.modals import Modal
from tests.servers.discord.people import Person
from tests.servers.discord.permissions import May
from tests.servers.discord.pointing import pointed_at
from tests.servers.discord.server import Discord

__all__ = [
    "Call",
    "CannotDo",
    "Channel",
    "Cut",
    "Discord",
    "Fault",
    "Guild",
    "Intent",
    "Interaction",
    "Limits",
    "May",
    "Message",
    "MessageType",
    "Modal",
    "Person",
    "Role",
    "Seen",
    "Thread",
    "Upload",
    "User",
    "pointed_at",
]
