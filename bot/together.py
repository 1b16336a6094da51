"""What does a team do beside drawing: settle, talk, merge, vote, brainstorm, finalize?

Each method ends with something on disk, a Form to show, or a refusal raised.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import controls, errors, forms, sentences, talk, votes
from bot.brainstorming import topic
from bot.controls import Reading
from bot.conversation import Control, spoken_names
from bot.records import Begun
from bot.values import Action, Ask, Defaults, Output, Press

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.conversation import Turn
    from bot.faces import Form
    from bot.model.catalog import Catalog
    from bot.ports import Store
    from bot.wishes import Wishes

    Doing = Callable[[Ask | Press, Control, str], Awaitable[Begun | Form]]

#: edits that “redo in one go” takes together
_ROW = 5


class Together:
    """Does what people do together."""

    def __init__(self, store: Store, catalog: Catalog, wishes: Wishes) -> None:
        self._store = store
        self._catalog = catalog
        self._wishes = wishes
        self.does: Mapping[Action, Doing] = {
            Action.SETTINGS: self._settings,
            Action.FINALIZE: self._finalize,
            Action.PAUSE: self._pause,
            Action.GO: self._go,
            Action.MERGE: self._merge,
            Action.FORK: self._fork,
            Action.VOTE: self._vote,
            Action.CLOSE: self._close,
            Action.TICK: self._tick,
            Action.DRAW: self._draw,
            Action.TOGETHER: self._together,
        }

    async def _settings(self, said: Ask | Press, control: Control, id_: str) -> Begun | Form:
        """Set what holds from now on: said in words, or by a form."""
        known = await self._store.conversation(id_)
        fields = dict(control.fields)
        if isinstance(said, Press):
            if said.fields is None:
                return forms.settings_form(
                    self._catalog, known.defaults if known else Defaults(), id_
                )
            fields = {name: value for name, value in said.fields.items() if value}
        output = controls.output_of(fields.get("size"), fields.get("quality"), fields.get("n"))
        model = fields.get("model")
        self._catalog.fit(model or (known.defaults.model if known else None), output)
        previews = {"on": True, "off": False}.get(fields.get("previews", ""))
        wanted = Defaults(output=output, model=model, previews=previews)
        what = Control(action=Action.SETTINGS, fields=fields)
        return await self._store.set_defaults(secrets.token_hex(8), said, id_, what, wanted)

    async def _finalize(self, said: Ask | Press, control: Control, id_: str) -> Begun:
        """Draw the chosen version once more, as large and as fine as the model can."""
        turn, version = await self._version(id_, control.version)
        model = self._catalog.entry(turn.model)
        ask = _ask(said, sentences.FINAL, output=model.best(turn.output), model=turn.model)
        return await self._wishes.begin(
            replace(ask, source=version), Reading(text=ask.text), fixed=True
        )

    async def _version(self, id_: str, name: str | None) -> tuple[Turn, str]:
        """Find a version, None: the head, and the turn that made it. Raises NoSuchVersion."""
        known = await self._store.conversation(id_, spoken_names(name))
        if known is None or (name is None and known.head is None):
            raise errors.NoSuchVersion(version=name or "picture")
        number = known.named(name or known.head or "")
        turn = await self._store.turn(known.versions[number].turn)
        if turn is None:
            raise errors.NoSuchTurn
        return turn, number

    async def _pause(self, said: Ask | Press, _control: Control, id_: str) -> Begun:
        what = Control(action=Action.PAUSE)
        return await self._store.set_mode(secrets.token_hex(8), said, id_, what)

    async def _go(self, said: Ask | Press, control: Control, id_: str) -> Begun | Form:
        """Turn the talk into one edit; its wording is shown first."""
        known = await self._store.conversation(id_)
        if known is None or known.mode != "talking":
            raise errors.NothingToGo
        spoken = [(turn.person, turn.text) for turn in await self._store.talk(id_)]
        wording, people = talk.wording(spoken), talk.people(spoken)
        fields = (said.fields or {}) if isinstance(said, Press) else {}
        if fields.get("value") == "draw" and control.turn is not None:
            proposal = await self._store.turn(control.turn)
            wording = proposal.text if proposal else wording
        elif fields.get("text"):
            wording = fields["text"]
        elif not spoken:
            return await self._store.set_mode(
                secrets.token_hex(8), said, id_, Control(action=Action.GO)
            )
        elif isinstance(said, Press):
            return forms.wording_form(wording, known.id, control.turn)
        else:
            return await self._store.propose(secrets.token_hex(8), said, id_, wording)
        ask = _ask(said, wording)
        return await self._wishes.begin(ask, Reading(text=wording), people=people, ends_talk=True)

    async def _merge(self, said: Ask | Press, _control: Control, id_: str) -> Begun:
        press = _press(said, Action.MERGE)
        merged = await self._store.merge(press, id_)
        if not merged:
            return Begun(conversation=id_, turn=None, new=False)
        return Begun(conversation=id_, turn=merged[0], new=True, also=tuple(merged[1:]))

    async def _fork(self, said: Ask | Press, _control: Control, id_: str) -> Begun:
        press = _press(said, Action.FORK)
        begun, forked = await self._store.fork(secrets.token_hex(8), press, id_)
        return replace(begun, also=tuple(forked))

    async def _vote(self, said: Ask | Press, control: Control, id_: str) -> Begun:
        """Vote for a version, by its number or, in a gallery, its letter."""
        poll = await self._poll(control.turn, id_)
        made = [one.number for part in (poll, *poll.gathered) for one in part.versions]
        number = control.version
        if number is None and control.letter is not None:
            place = ord(control.letter) - ord("a")
            number = made[place] if place < len(made) else None
        if number is None:
            raise errors.NoSuchVersion(version=control.letter or "such picture")
        return await self._store.vote(_press(said, Action.VOTE), poll.id, number)

    async def _close(self, _said: Ask | Press, control: Control, id_: str) -> Begun:
        """End a vote; a tie asks for one more."""
        poll = await self._poll(control.turn, id_)
        return await self._store.close_vote(poll.id, votes.winner(poll.votes))

    async def _poll(self, turn: str | None, id_: str) -> Turn:
        found = await (self._store.turn(turn) if turn else self._store.newest_poll(id_))
        if found is None or found.conversation != id_:
            raise errors.NothingToChoose
        return found

    async def _tick(self, said: Ask | Press, control: Control, id_: str) -> Begun:
        value = (said.fields or {}).get("value", "") if isinstance(said, Press) else ""
        if control.turn is None or not value.isdecimal() or len(value) > 2:
            raise errors.BadWish(problem="Say which direction to tick: its number, in “value”.")
        turn = await self._poll(control.turn, id_)
        return await self._store.tick(_press(said, Action.TICK), turn.id, int(value))

    async def _draw(self, said: Ask | Press, control: Control, id_: str) -> Begun:
        """Draw the ticked directions side by side, each a branch of its own."""
        gallery = await self._poll(control.turn, id_)
        if not gallery.ticked:
            raise errors.BadWish(problem="Tick at least one direction first.")
        about = topic(gallery.text) or gallery.text
        drawn = []
        for number in gallery.ticked:
            idea = gallery.directions[number - 1]
            ask = _ask(
                said,
                f"{about}: {idea}",
                event=f"{said.event}/{number}",
                output=gallery.output,
                model=gallery.model,
            )
            begun = await self._wishes.begin(
                ask, Reading(text=ask.text), fixed=True, gathering=gallery.id
            )
            drawn += [begun.turn] if begun.turn and begun.new else []
        shown = await self._store.turn(gallery.id)
        return Begun(conversation=id_, turn=shown, new=bool(drawn), also=tuple(drawn))

    async def _together(self, said: Ask | Press, control: Control, id_: str) -> Begun:
        """Redo the newest edits from where they began, in one go: less drift."""
        turn, version = await self._version(id_, control.version)
        row = await self._store.edits_back(id_, version, _ROW)
        if len(row) < 2:
            raise errors.NothingToMerge
        said_ = [(one.person, one.text) for one in row]
        ask = _ask(said, talk.numbered(said_), output=turn.output, model=turn.model)
        reading = Reading(text=ask.text)
        people = talk.people(said_)
        return await self._wishes.begin(
            replace(ask, source=row[0].source), reading, fixed=True, people=people
        )


def _press(said: Ask | Press, action: Action) -> Press:
    if isinstance(said, Press):
        return said
    return Press(event=said.event, place=said.place, person=said.person, action=action)


def _ask(
    said: Ask | Press,
    text: str,
    *,
    event: str | None = None,
    output: Output | None = None,
    model: str | None = None,
) -> Ask:
    """Make an Ask of the bot's own wording, by whoever pressed or said it."""
    return Ask(
        event=event or said.event,
        place=said.place,
        person=said.person,
        text=text,
        message=said.message if isinstance(said, Ask) else None,
        output=output or Output(),
        model=model,
        literal=True,
    )
