"""How does somebody see their home, or a channel's gallery? In a message that is theirs alone, or in the app's Home tab.

A Home tab is shown anew to those who opened it lately when something of it changed, not more often than every few seconds.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from adapters.slack import render, sentences
from adapters.slack.files import find_file
from adapters.slack.parse import MAX_OPTION, write_value
from adapters.slack.render import Content
from adapters.slack.text import clean, escape
from adapters.slack.web_api import CallFailed
from bot.ports.actions import COMMANDS, Action
from bot.ports.cards import Button, Field
from bot.ports.language import current_language, match_language, speak
from bot.ports.lru import LRU
from bot.ports.messages import ActionEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.context import BotContext
    from adapters.slack.ephemerals import Ephemerals
    from adapters.slack.web_api import WebApi
    from bot.ports.adapter import Bot
    from bot.ports.cards import Posted
    from bot.ports.messages import IncomingMessage, Json, Person
    from bot.ports.panels import Entry, Panel

_log = structlog.stdlib.get_logger("easel.slack")

_MAX_LINKS, _MAX_HOMES = 2000, 1000
#: seconds for which a Home tab is shown anew after somebody opened it, and between two times
_HOME_TTL, _HOME_PAUSE = 3600.0, 10.0


def render_panel(
    of: Panel, links: Mapping[int, str], *, with_images: bool = True
) -> tuple[Json, ...]:
    """Return a panel's blocks. `links`: addresses of its entries, by their place in it."""
    blocks: list[Json] = [
        {"type": "header", "block_id": "title", "text": render.plain(of.title, 150)}
    ]
    if text := escape(of.text, 2800):
        blocks.append(render.section("text", text))
    for number, one in enumerate(of.entries):
        blocks.append(_entry(one, number, links.get(number, ""), with_image=with_images))
    if of.fields:
        blocks += [{"type": "divider"}, render.section("fields", escape(of.fields_title, 300))]
        blocks += [_choice(one, of.action) for one in of.fields]
    rows = [render.button(one, "", number) for number, one in enumerate(of.buttons)]
    return (
        *blocks,
        *([{"type": "actions", "block_id": "buttons", "elements": rows}] if rows else []),
    )


def _entry(one: Entry, number: int, link: str, *, with_image: bool) -> Json:
    title = escape(one.title.replace("*", ""), 300)
    shown = f"<{link}|{title.replace('|', '¦')}>" if link else title
    block = render.section(f"entry{number}", f"*{shown}*\n{escape(one.detail, 300)}".strip())
    file = find_file(one.at, one.image) if one.image and with_image else None
    if file is not None and one.image is not None:
        alt = clean(one.image.alt, 300) or "A picture"
        block["accessory"] = {"type": "image", "slack_file": {"id": file}, "alt_text": alt}
    return block


def _choice(one: Field, action: Action) -> Json:
    """Return a field that is saved as it is chosen, with its label."""
    options = {}
    for value, label in one.choices[:100]:
        said = Button(action=action, label=label, value=f"{one.name}={value}")
        if len(written := write_value(said, "")) <= MAX_OPTION:
            options[value] = {"text": render.plain(label, render.MAX_LABEL), "value": written}
    select: Json = {
        "type": "static_select",
        "action_id": f"easel.{action.value}.{one.name}",
        "options": list(options.values()),
    }
    select |= {"initial_option": options[one.value]} if one.value in options else {}
    return {**render.section(one.name, escape(one.label, 100)), "accessory": select}


class Panels:
    """Shows panels to people."""

    def __init__(
        self, bot: Bot, api: WebApi, ephemerals: Ephemerals, tasks: BackgroundTasks
    ) -> None:
        self._bot = bot
        self._api = api
        self._ephemerals = ephemerals
        self._tasks = tasks
        self._links: LRU[tuple[str, str], str] = LRU(_MAX_LINKS)
        #: when somebody opened their Home tab last, and the one event that it is shown for
        self._homes: LRU[str, tuple[float, ActionEvent]] = LRU(_MAX_HOMES)
        self._refreshing: dict[str, asyncio.Task[None]] = {}

    def reply(self, panel: Panel, event: ActionEvent | IncomingMessage, body: Json) -> None:
        """Show a panel to whoever asked, in place of the one that they pressed."""
        if is_home(body):
            self._tasks.start(self._publish(event.person, panel), "home")
        else:
            self._tasks.start(self._post(panel, event, body), "panel")

    async def _post(self, panel: Panel, event: ActionEvent | IncomingMessage, body: Json) -> None:
        links = await self._find_links(panel)
        url = body.get("response_url")
        is_own = bool((body.get("container") or {}).get("is_ephemeral"))
        for with_images in (True, False):  # a picture's file may be gone
            blocks = render_panel(panel, links, with_images=with_images)
            content = Content(text=clean(panel.title, 150), blocks=blocks)
            if is_own and url:
                replaced = {"replace_original": True, **content.payload()}
                if await self._api.respond(url, replaced):
                    return
            elif await self._ephemerals.post(event.place, event.person.id, content, event.event_id):
                return

    # the app's own tabs

    def open_tab(self, event: Json, context: BotContext) -> None:
        """Show what stands in a tab that somebody opened."""
        if event.get("tab") == "messages":
            self._suggest_prompts(event["channel"])
            return
        person = context.person(str(event["user"]))
        opened = ActionEvent(
            event_id=f"home/{event.get('event_ts')}",
            place=context.place(f"@{person.id}"),
            person=person,
            action=COMMANDS["home"],
        )
        self._homes[person.id] = time.monotonic(), opened
        self._tasks.start(self._show_home(opened), "home")

    def _suggest_prompts(self, channel: str) -> None:
        method = "assistant.threads.setSuggestedPrompts"
        prompts = sentences.suggest_prompts()
        call = self._api.try_call(method, channel_id=channel, prompts=prompts)
        self._tasks.start(call, "suggested prompts")

    def note_change(self, person: str) -> None:
        """Note that something of a person's changed: their Home tab is shown anew in a while."""
        since, opened = self._homes.get(person) or (0.0, None)
        if opened is None or person in self._refreshing:
            return
        if time.monotonic() - since > _HOME_TTL:
            del self._homes[person]
            return
        task = self._tasks.start(self._refresh(opened), f"home of {person}")
        self._refreshing[person] = task
        task.add_done_callback(lambda _: self._refreshing.pop(person, None))

    async def _refresh(self, opened: ActionEvent) -> None:
        await asyncio.sleep(_HOME_PAUSE)
        self._refreshing.pop(opened.person.id, None)  # what changes from here on is not in it
        await self._show_home(opened)

    async def _show_home(self, opened: ActionEvent) -> None:
        with speak(match_language(opened.person.locale) or current_language()):
            found = await self._bot.handle_action(opened)
        panel = getattr(found, "panel", None)
        if panel is not None:
            await self._publish(opened.person, panel)
        elif (refusal := getattr(found, "refusal", None)) is not None:
            text = render.section("text", escape(refusal.message, 2800))
            await self._publish_blocks(opened.person, (text,))

    async def _publish(self, person: Person, panel: Panel) -> None:
        links = await self._find_links(panel)
        if not await self._publish_blocks(person, render_panel(panel, links)):
            await self._publish_blocks(person, render_panel(panel, links, with_images=False))

    async def _publish_blocks(self, person: Person, blocks: tuple[Json, ...]) -> bool:
        view = {"type": "home", "blocks": list(blocks)}
        return await self._api.try_call("views.publish", user_id=person.id, view=view) is not None

    # links

    async def _find_links(self, panel: Panel) -> dict[int, str]:
        """Return the addresses of what a panel lists, by its place in it."""
        found = await asyncio.gather(*(self._find_link(one.at) for one in panel.entries))
        return {number: link for number, link in enumerate(found) if link}

    async def _find_link(self, at: Posted | None) -> str:
        if at is None:
            return ""
        ts = at.messages[0] if at.messages else at.place.thread
        if not ts or at.place.channel.startswith("@"):
            return ""
        key = (at.place.channel, ts)
        if key not in self._links:
            try:
                answer = await self._api.call(
                    "chat.getPermalink", channel=at.place.channel, message_ts=ts
                )
            except CallFailed as error:
                _log.info("no link", error=str(error))
                return ""
            self._links[key] = str(answer["permalink"])
        return self._links[key]


def is_home(body: Json) -> bool:
    """Return whether something was done in a Home tab."""
    return bool((body.get("view") or {}).get("type") == "home")
