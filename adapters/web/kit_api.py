"""How is the brand kit of the page shown and changed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from adapters.web import answers, body, body_fields, parse, render
from adapters.web.api import accept, reply
from adapters.web.openapi import ACCEPTED, REFUSED, VIEWER, Call, ok
from bot.ports import limits
from bot.ports.actions import COMMANDS
from bot.ports.caller import read_caller
from bot.ports.cards import Form
from bot.ports.messages import ActionEvent, IncomingMessage, Person, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.ports.adapter import Bot
    from bot.ports.caller import Caller
    from bot.ports.messages import Attachment

_FIELDS = ("palette", "style", "avoid", "remove")


class KitBody(parse.SaidBody):
    """What is pinned from now on; what is left out stays, “” empties it."""

    palette: body_fields.Text = Field(
        None, description="colors, with spaces", examples=["#0b3d91 #fff"]
    )
    style: body_fields.Text = Field(None, description="words for the style of every new canvas")
    avoid: body_fields.Text = Field(None, description="what is left out of pictures")
    remove: body_fields.Text = Field(None, description="pictures to remove: 1,3 or all")
    files: body_fields.Files = Field(
        default_factory=list,
        description=f"pictures to pin, up to {limits.MAX_KIT_IMAGES} with those that are there",
    )

    def action_event(self, files: Sequence[Attachment], caller: Caller) -> ActionEvent:
        """Return the change."""
        person, event_id = self.speaker(caller), self.event_id("kit")
        given = {name: getattr(self, name) for name in _FIELDS if getattr(self, name) is not None}
        message = IncomingMessage(
            event_id=event_id,
            place=_PLACE,
            person=person,
            text="kit",
            attachments=(*files, *self.files),
        )
        return _make_event(event_id, person, given, message)


_PLACE = Place(platform="web", workspace=parse.WORKSPACE, channel=parse.CHANNEL)


def _make_event(
    event_id: str,
    person: Person,
    fields: dict[str, str] | None = None,
    message: IncomingMessage | None = None,
) -> ActionEvent:
    return ActionEvent(
        event_id=event_id,
        place=_PLACE,
        person=person,
        action=COMMANDS["kit"],
        fields=fields,
        message=message,
    )


class Kits:
    """The calls about the brand kit."""

    def __init__(self, bot: Callable[[], Bot]) -> None:
        self._bot = bot

    def calls(self) -> list[Call]:
        """Return the calls, as they are served and described."""
        form = ok(answers.FormJson, "its fields as they are", REFUSED)
        return [
            Call("GET", "/api/kit", self._show, form, query=(VIEWER,)),
            Call("POST", "/api/kit", self._change, {**ACCEPTED, **REFUSED}, KitBody),
        ]

    async def _show(self, request: Request) -> Response:
        """Show the brand kit, which goes along with every new thread, to those who may change it."""
        person = parse.make_person(request.query_params.get("viewer"), read_caller(request))
        found = await self._bot().handle_action(_make_event("kit", person))
        return reply(render.form(found)) if isinstance(found, Form) else accept(request, found, "")

    async def _change(self, request: Request) -> Response:
        """Change the brand kit."""
        async with body.read(request) as (fields, files):
            event = KitBody.read(fields).action_event(files, read_caller(request))
            found = await self._bot().handle_action(event)
        assert not isinstance(found, Form)  # noqa: S101 - it holds fields
        return accept(request, found, "")
