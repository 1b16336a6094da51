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

#: modals on top of each other
DEEP = 3


@dataclass(kw_only=True)
class Trigger:
    """What an interaction gave the app, to open one modal with, soon."""

    id: str
    person: Person
    #: the server's clock
    made: float
    #: the modal that the interaction came from; None: a message, a command, a shortcut
    view: View | None = None
    used: bool = False


@dataclass(kw_only=True, eq=False)
class View:
    """One modal, or one person's Home tab."""

    workspace: Workspace
    id: str
    person: Person
    content: Json
    hash: str = ""
    previous: View | None = None
    closed: bool = False
    #: what the person has filled in so far: block id → action id → value as payloads carry it
    state: Json = field(default_factory=dict)

    @property
    def root(self) -> View:
        return self if self.previous is None else self.previous.root

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

    @property
    def private_metadata(self) -> str:
        return str(self.content.get("private_metadata", ""))

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
            "previous_view_id": self.previous.id if self.previous else None,
            "root_view_id": self.root.id,
            "app_id": bot.app_id,
            "app_installed_team_id": self.workspace.id,
            "bot_id": bot.bot_id,
        }


class Views:
    """The views of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.triggers: dict[str, Trigger] = {}
        self.by_id: dict[str, View] = {}
        #: user id → the open modals, the topmost last
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def trigger(self, person: Person, view: View | None = None) -> str:
        """Give a new trigger_id for something that this person just did."""
        team = str(int(self.workspace.id[1:], 36))[:12]
        made = f"{len(self.triggers) + 1}.{team}.{secrets.token_hex(16)}"
        now = self.workspace.slack.clock.now()
        self.triggers[made] = Trigger(id=made, person=person, made=now, view=view)
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

    def check(self, content: Any, kind: str = "modal", *, but: View | None = None) -> Json:
        """Give a view's content as stored; its external_id must be its own in this team."""
        checked = check_view(content, kind, self.workspace.refuse_file)
        external = checked.get("external_id")
        taken = [
            one
            for one in [*self.by_id.values(), *self.homes.values()]
            if one is not but and not one.closed and one.content.get("external_id") == external
        ]
        if external and taken:
            raise SlackError("duplicate_external_id")
        return checked

    def open(self, person: Person, content: Json, previous: View | None = None) -> View:
        made = View(
            workspace=self.workspace,
            id=self.workspace.slack.ids.make("V"),
            person=person,
            content={},
            previous=previous,
        )
        self.by_id[made.id] = made
        stack = self.stacks.setdefault(person.id, [])
        if previous is None:
            for old in stack:
                old.closed = True
            stack.clear()
        stack.append(made)
        made.take(content)
        return made

    def push(self, top: View, content: Json) -> View:
        stack = self.stacks.get(top.person.id, [])
        if len(stack) >= DEEP:
            raise SlackError("push_limit_reached")
        return self.open(top.person, content, stack[-1] if stack else top)

    def find(self, view_id: Any, external_id: Any) -> View:
        """Find an open view by its id or the app's own; SlackError(not_found) otherwise."""
        for one in self.by_id.values():
            own = one.content.get("external_id")
            if not one.closed and (one.id == view_id or (external_id and own == external_id)):
                return one
        raise SlackError("not_found")

    def close(self, view: View, *, whole_stack: bool = False) -> None:
        """Take a modal from the screen, or all of them; below it the one before appears."""
        stack = self.stacks.get(view.person.id, [])
        gone = list(stack) if whole_stack else [view]
        for one in gone:
            one.closed = True
            if one in stack:
                stack.remove(one)
        self.workspace.slack.changes.tell()


def initial_state(blocks: list[Json]) -> Json:
    """Give what fields hold before a person touches them."""
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
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
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
    empty: list[Any] | None = [] if key.endswith("s") else None
    return {key: element.get(source, empty)}
