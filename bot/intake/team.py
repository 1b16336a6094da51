"""What does a team do beside drawing: settle, talk, merge, fork, finalize?

Each method ends with something on disk, a Form to show, or a refusal raised.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import commands, discussion
from bot.conversation.commands import ParsedText
from bot.conversation.conversation import Control, possible_numbers
from bot.conversation.records import SCOPES, Proposal, Recorded
from bot.intake.events import ask_of, press_of
from bot.intake.polls import Polls
from bot.ports import errors, limits
from bot.ports.actions import Action
from bot.ports.cards import Receipt
from bot.ports.messages import ActionEvent, Defaults, IncomingMessage, Output
from bot.presentation import forms, sentences

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from bot.conversation.conversation import Turn
    from bot.conversation.store import Store
    from bot.intake.prompts import Prompts
    from bot.model.catalog.catalog import Catalog
    from bot.ports.cards import Form
    from bot.ports.messages import Person, Place, Replies

    Doing = Callable[[IncomingMessage | ActionEvent, Control, str], Awaitable[Recorded | Form]]


class TeamActions:
    """Does what people do together."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        prompts: Prompts,
        operates: Callable[[Place, Person], bool],
    ) -> None:
        self._store = store
        self._operates = operates
        self._catalog = catalog
        self._prompts = prompts
        self.polls = Polls(store, catalog, prompts)
        self.does: Mapping[Action, Doing] = {
            Action.SETTINGS: self._settings,
            Action.FINALIZE: self._finalize,
            Action.PAUSE: self._pause,
            Action.GO: self._go,
            Action.MERGE: self._merge,
            Action.FORK: self._fork,
            Action.VOTE: self.polls.vote,
            Action.CLOSE: self.polls.close,
            Action.TICK: self.polls.tick,
            Action.DRAW: self.polls.draw,
            Action.TOGETHER: self._together,
        }

    async def _settings(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Recorded | Form:
        """Set what holds from now on: said in words, or by a form."""
        known = await self._store.find_conversation(id_)
        fields = dict(control.fields)
        if isinstance(incoming, IncomingMessage) and not fields:
            return await self._as_they_are(incoming, known.defaults if known else Defaults(), id_)
        if isinstance(incoming, ActionEvent):
            if incoming.fields is None:
                return forms.settings_form(
                    self._catalog,
                    known.defaults if known else Defaults(),
                    id_,
                    operates=self._operates(incoming.place, incoming.person),
                )
            fields = {name: value for name, value in incoming.fields.items() if value}
        wanted = self._wanted(incoming, fields, known.defaults.model if known else None)
        what = Control(action=Action.SETTINGS, fields=fields)
        return await self._store.set_defaults(secrets.token_hex(8), incoming, id_, what, wanted)

    async def prefer(self, message: IncomingMessage, control: Control) -> Receipt:
        """Set what holds in a channel or workspace, said where there is no canvas. Raises Refused."""
        fields = dict(control.fields)
        await self._store.set_preferences(
            message, fields["whose"], self._wanted(message, fields, None)
        )
        return Receipt(message=sentences.settings(fields))

    def _wanted(
        self, incoming: IncomingMessage | ActionEvent, fields: Mapping[str, str], model: str | None
    ) -> Defaults:
        """Read what is to hold from now on, by whom it may be set. Raises Refused."""
        output = commands.output_of(fields.get("size"), fields.get("quality"), fields.get("n"))
        self._catalog.resolve(fields.get("model") or model, output)
        _one_of(fields, "whose", dict.fromkeys(SCOPES, True))
        whose = fields.get("whose", "thread")
        if whose in {"channel", "workspace"} and not self._operates(
            incoming.place, incoming.person
        ):
            raise errors.NotAllowed(
                problem=sentences.NOT_YOURS_TO_SET.format(where=f"in this {whose}")
            )
        if not fields.keys() - {"whose"}:
            raise errors.BadPrompt(problem=sentences.NOTHING_SET)
        previews = _one_of(fields, "previews", {"on": True, "off": False})
        every = _one_of(fields, "replies", {"every": True, "mentioned": False})
        if every is not None and whose == "mine":
            raise errors.BadPrompt(problem=sentences.NOT_FOR_ONE)
        replies: Replies | None = None if every is None else "every" if every else "mentioned"
        return Defaults(
            output=output, model=fields.get("model"), previews=previews, replies=replies
        )

    async def _as_they_are(self, incoming: IncomingMessage, now: Defaults, id_: str) -> Recorded:
        """Say what holds, on a card from which it can be changed."""
        model, output, _ = self._catalog.resolve(now.model, Output(), now.output)
        previews = {None: "", True: "on", False: "off"}[now.previews]
        fields = {"size": output.size or "", "quality": output.quality or "", "n": str(output.n)}
        thread = await self._store.get_thread(incoming)
        also = {"model": model, "previews": previews, "replies": thread.replies}
        what = Control(action=Action.SETTINGS, fields={**fields, **also})
        return await self._store.set_defaults(secrets.token_hex(8), incoming, id_, what, Defaults())

    async def _finalize(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Recorded | Form:
        """Draw the chosen version once more, as large and as fine as the model can."""
        turn, version = await self._version(id_, control.version)
        best = self._catalog.entry(turn.model).best_output(turn.output)
        if best == replace(turn.output, n=1):
            raise errors.BadPrompt(
                problem=f"{version} is as large and as fine as {turn.model} draws. It is final."
            )
        price = self._catalog.entry(turn.model).price(best)
        if (form := self._prompts.confirmed(incoming, price, id_)) is not None:
            return form
        message = ask_of(incoming, sentences.FINAL, output=best, model=turn.model, source=version)
        return await self._prompts.begin(message, ParsedText(text=message.text), fixed=True)

    async def _version(self, id_: str, name: str | None) -> tuple[Turn, str]:
        """Find a version, None: the head, and the turn that made it. Raises NoSuchVersion."""
        known = await self._store.find_conversation(id_, possible_numbers(name))
        if known is None or (name is None and known.head is None):
            raise errors.NoSuchVersion(version=name or "picture")
        number = known.resolve_version(name or known.head or "")
        turn = await self._store.find_turn(known.versions[number].turn)
        if turn is None:
            raise errors.NoSuchTurn
        return turn, number

    async def _pause(
        self, incoming: IncomingMessage | ActionEvent, _control: Control, id_: str
    ) -> Recorded:
        what = Control(action=Action.PAUSE)
        return await self._store.set_mode(secrets.token_hex(8), incoming, id_, what)

    async def _go(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Recorded | Form:
        """Turn the talk into one edit; its wording is shown first."""
        known = await self._store.find_conversation(id_)
        if known is None or known.mode != "talking":
            raise errors.NothingToGo
        turns = await self._store.list_talk(id_)
        spoken = [(turn.person, turn.text) for turn in turns if turn.text.strip()]
        files = tuple(file for turn in turns for file in turn.attachments if not file.left)[
            -limits.MAX_ATTACHMENTS :
        ]
        wording, people = discussion.wording(spoken), discussion.people(spoken)
        fields = (incoming.fields or {}) if isinstance(incoming, ActionEvent) else {}
        agreed = await self._agreed(control.turn, turns) if fields.get("value") == "draw" else None
        if fields.get("text") or agreed:
            wording = fields.get("text") or agreed or ""
            message = ask_of(incoming, wording, attachments=files)
            return await self._prompts.begin(
                message, ParsedText(text=wording), contributors=people, ends_pause=True
            )
        if not spoken:
            what = Control(action=Action.GO)
            return await self._store.set_mode(secrets.token_hex(8), incoming, id_, what)
        model, output, price = self._catalog.resolve(
            known.defaults.model, Output(), known.defaults.output
        )
        if isinstance(incoming, ActionEvent) and "value" not in fields:
            return forms.wording_form(wording, people, price, known.id, control.turn)
        proposal = Proposal(text=wording, contributors=people, model=model, output=output)
        return await self._store.record_proposal(secrets.token_hex(8), incoming, id_, proposal)

    async def _agreed(self, turn: str | None, said: Sequence[Turn]) -> str | None:
        """Give the wording that was proposed; None: none was, or more was said since."""
        proposal = await self._store.find_turn(turn) if turn else None
        if proposal is None or proposal.control is None or not said:
            return None
        here = proposal.conversation == said[0].conversation
        fits = here and proposal.control.action is Action.GO and proposal.seq > said[-1].seq
        return proposal.text if fits else None

    async def _merge(
        self, incoming: IncomingMessage | ActionEvent, _control: Control, id_: str
    ) -> Recorded:
        return await self._store.merge_prompts(press_of(incoming, Action.MERGE), id_)

    async def _fork(
        self, incoming: IncomingMessage | ActionEvent, _control: Control, id_: str
    ) -> Recorded:
        event = press_of(incoming, Action.FORK)
        shown = (
            (incoming.fields or {}).get("value", "") if isinstance(incoming, ActionEvent) else ""
        )
        most = int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 4 else None
        return await self._store.fork_prompts(secrets.token_hex(8), event, id_, most)

    async def _together(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Recorded:
        """Redo the newest edits from where they began, in one go: less drift."""
        turn, version = await self._version(id_, control.version)
        row = await self._store.list_edits(id_, version, limits.DRIFTING_EDITS)
        if len(row) < 2:
            raise errors.NothingToMerge
        spoken = [(one.person, one.text) for one in row if one.text != sentences.FINAL]
        message = ask_of(
            incoming,
            discussion.numbered(spoken),
            output=turn.output,
            model=turn.model,
            source=row[0].source,
            attachments=tuple(file for one in row for file in one.attachments if not file.left)[
                -limits.MAX_ATTACHMENTS :
            ],
        )
        reading, people = ParsedText(text=message.text), discussion.people(spoken)
        return await self._prompts.begin(message, reading, fixed=True, contributors=people)


def _one_of(fields: Mapping[str, str], name: str, known: Mapping[str, bool]) -> bool | None:
    """Read a choice of a form; None: not chosen. Raises BadPrompt."""
    value = fields.get(name)
    if value is None or value in known:
        return known[value] if value else None
    raise errors.BadPrompt(problem=f"“{value[:40]}” is no {name}. Choose {' or '.join(known)}.")
