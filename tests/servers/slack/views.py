"""Which modals and Home tabs are open, and which triggers may still open one?"""

from __future__ import annotations

import secrets
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.slack.blocks.check import check_view
from tests.servers.slack.blocks.walk import Placed, elements_of
from tests.servers.slack.reading import read_blocks
from tests.servers.slack.values import SlackError

if TYPE_CHECKING:
    from typing import Any

    from tests.servers.slack.person import Person
    from tests.servers.slack.values import Json
    from tests.servers.slack.workspace import Workspace


@dataclass(kw_only=True)
class Trigger:
    """What an interaction gave the app, to open one modal with, soon."""

    person: Person
    #: the server's clock
    made: float
    used: bool = False


@dataclass(kw_only=True, eq=False)
class View:
    """One modal, or one person's Home tab."""

    workspace: Workspace
    id: str
    person: Person
    content: Json
    hash: str = ""
    closed: bool = False
    #: what the person has filled in so far: block id → action id → value as payloads carry it
    state: Json = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def plain(self) -> str:
        """What people read in it, block by block."""
        return "\n".join(read_blocks(self.content["blocks"], self.workspace.name_of))

    @property
    def elements(self) -> list[Placed]:
        return elements_of(self.content["blocks"])

    def take(self, content: Json) -> None:
        """Show other content; what was filled in stays where the same field is still there."""
        self.content = content
        self.hash = f"{int(self.workspace.slack.clock.now())}.{secrets.token_hex(4)}"
        filled, self.state = self.state, initial_state(content["blocks"])
        for block, own in self.state.items():
            for action in own:
                own[action] = filled.get(block, {}).get(action, own[action])
        self.workspace.slack.changes.tell()

    def payload(self) -> Json:
        bot = self.workspace.bot
        org = self.workspace.organization if self.workspace.is_in_organization else None
        base = {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "title": None,
            "submit": None,
            "close": None,
            "clear_on_close": False,
            "notify_on_close": False,
        }
        return {
            **base,
            **self.content,
            "id": self.id,
            "team_id": self.workspace.id,
            "state": {"values": deepcopy(self.state)},
            "hash": self.hash,
            "previous_view_id": None,
            "root_view_id": self.id,
            "app_id": bot.app_id,
            "app_installed_team_id": org.id if org else self.workspace.id,
            "bot_id": bot.bot_id,
        }


class Views:
    """The views of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.triggers: dict[str, Trigger] = {}
        self.by_id: dict[str, View] = {}
        self.homes: dict[str, View] = {}

    def trigger(self, person: Person) -> str:
        """Return a new trigger_id for something that this person just did."""
        team = str(int(self.workspace.id[1:], 36))[:12]
        made = f"{len(self.triggers) + 1}.{team}.{secrets.token_hex(16)}"
        now = self.workspace.slack.clock.now()
        self.triggers[made] = Trigger(person=person, made=now)
        return made

    def use(self, trigger_id: Any) -> Trigger:
        """Take a trigger, once and in time; SlackError otherwise."""
        found = self.triggers.get(trigger_id) if isinstance(trigger_id, str) else None
        if found is None:
            raise SlackError("invalid_trigger_id")
        if found.used:
            raise SlackError("exchanged_trigger_id")
        if self.workspace.slack.clock.now() > found.made + self.workspace.slack.trigger_life:
            raise SlackError("expired_trigger_id")
        return found

    def check(self, content: Any, kind: str = "modal") -> Json:
        """Return a view's content as stored."""
        return check_view(content, kind, self.workspace.refuse_file)

    def open(self, person: Person, content: Json) -> View:
        """Show a modal to a person, in place of one that they had open."""
        made = View(
            workspace=self.workspace,
            id=self.workspace.slack.ids.make("V"),
            person=person,
            content={},
        )
        for old in self.before(person):
            old.closed = True
        self.by_id[made.id] = made
        made.take(content)
        return made

    def before(self, person: Person) -> list[View]:
        """Return what is open before a person."""
        return [one for one in self.by_id.values() if one.person is person and not one.closed]

    def find(self, view_id: Any) -> View:
        """Find an open view by its id; SlackError(not_found) otherwise."""
        for one in self.by_id.values():
            if not one.closed and one.id == view_id:
                return one
        raise SlackError("not_found")

    def close(self, view: View) -> None:
        """Take a modal from the screen."""
        view.closed = True
        self.workspace.slack.changes.tell()


def initial_state(blocks: list[Json]) -> Json:
    """Return what fields hold before a person touches them."""
    state: Json = {}
    for placed in elements_of(blocks):
        value = _initial(placed.element)
        if value is not None:
            own = state.setdefault(placed.block["block_id"], {})
            own[placed.element["action_id"]] = {"type": placed.element["type"], **value}
    return state


#: Which keys payloads carry for an element, and where its first value comes from.
_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
}


def key_of(element: Json) -> str | None:
    """Name the key that holds this element's value in payloads; None: it holds none."""
    found = _KEYS.get(element["type"])
    return found[0] if found else None


def _initial(element: Json) -> Json | None:
    found = _KEYS.get(element["type"])
    if found is None:
        return None
    key, source = found
    return {key: element.get(source)}
