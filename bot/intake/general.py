"""What do the actions do that are about no picture: help, usage, settings, resume?"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bot.conversation import commands
from bot.conversation.kit_rules import merge_kits, summarize_kit
from bot.conversation.records import SCOPES
from bot.conversation.turn import Control
from bot.policy.budget import get_usage
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.cards import Receipt
from bot.ports.kit import Kit
from bot.ports.language import LANGUAGES, _, match_language
from bot.ports.messages import Defaults, Output
from bot.ports.queries import UsageQuery
from bot.presentation import controls, forms, limits_form, sentences, statement

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.conversation.intake_store import GeneralStore
    from bot.conversation.records import Recorded
    from bot.model.catalog.catalog import Catalog
    from bot.policy.languages import Languages
    from bot.policy.permissions import Permissions
    from bot.ports.cards import Form
    from bot.ports.messages import (
        ActionEvent,
        Copies,
        IncomingMessage,
        Mentions,
        Person,
        Place,
        Replies,
    )


_PREVIEWS = {"on": True, "off": False}
_COPIES: Mapping[str, Copies] = {"anywhere": "anywhere", "here": "here"}
_GUESTS = {"allow": True, "block": False}


class GeneralActions:
    """Answers what needs no canvas."""

    def __init__(
        self,
        store: GeneralStore,
        catalog: Catalog,
        permissions: Permissions,
        resume: Callable[[ActionEvent], Awaitable[bool]],
        languages: Languages,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._permissions = permissions
        self._resume = resume
        self._languages = languages

    async def help(self, event: ActionEvent, _conversation: str) -> Receipt:
        """Say what can be said."""
        await self._find_conversation(event)
        return Receipt(message=sentences.get_help())

    async def usage(self, event: ActionEvent, _conversation: str) -> Receipt:
        """Say what was spent this month."""
        await self._find_conversation(event)
        place = event.place
        query = UsageQuery(platform=place.platform, workspace=place.workspace)
        found = await get_usage(self._store, query)
        known = await self._store.find_preferences(place, event.person)
        limits = self._permissions.limits().tightened(known["workspace"].quota)
        return Receipt(message=statement.chat(found, limits, place, event.person) if found else "")

    async def resume(self, event: ActionEvent, _conversation: str) -> Receipt:
        """Take the model's account off hold."""
        conversation = await self._find_conversation(event)
        if not await self._resume(event):
            raise errors.NothingToResume
        return Receipt(conversation=conversation)

    async def _find_conversation(self, event: ActionEvent) -> str | None:
        """Return the conversation of a place. Raise NoSuchThread: a page has nothing else."""
        conversation = await self._store.find_conversation_at(event.place)
        if conversation is None and self._permissions.is_page(event.place):
            raise errors.NoSuchThread
        return conversation

    async def settings(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Set what is said, or what a form holds; show what holds now where nothing is."""
        known = await self._store.find_conversation(conversation)
        now = known.defaults if known else Defaults()
        if event.fields is None and event.message is not None:
            return await self._show(event, event.message, now, conversation)
        if event.fields is None:
            for_all = self._permissions.sets_for_all(event.place, event.person)
            guests = for_all and not self._permissions.is_page(event.place)
            return forms.settings_form(
                self._catalog, now, conversation, for_all=for_all, guests=guests
            )
        fields = {name: value for name, value in event.fields.items() if value}
        wanted = self._read(event.place, event.person, fields, now.model)
        return await self._record(event, conversation, fields, wanted)

    async def set_preferences(self, message: IncomingMessage, fields: Mapping[str, str]) -> Receipt:
        """Set what holds in a channel or workspace, said where there is no canvas. Raise Refused."""
        wanted = self._read(message.place, message.person, fields, None)
        await self._store.set_preferences(message, fields["whose"], fields, wanted)
        self._languages.forget_channels()
        return Receipt(message=controls.describe_settings(fields))

    async def save_own(self, event: ActionEvent, fields: Mapping[str, str]) -> None:
        """Set what holds for a person from now on; what is empty is set no more. Raise Refused."""
        given = {name: value for name, value in fields.items() if value}
        cleared = fields.keys() - given.keys()
        wanted = Defaults()
        if given:
            of = event.place, event.person, {**given, "whose": "mine"}
            wanted = self._read(*of, fields.get("model"))
        await self._store.set_preferences(event, "person", fields, wanted, cleared)

    def _read(
        self, place: Place, person: Person, fields: Mapping[str, str], model: str | None
    ) -> Defaults:
        """Read what is to hold from now on, by whom it may be set. Raise Refused."""
        output = commands.output_from(fields)
        self._catalog.resolve(fields.get("model") or model, output)
        whose = _read_choice(fields, "whose", SCOPES) or "thread"
        is_shared = whose in {"channel", "workspace"}
        if is_shared and not self._permissions.sets_for_all(place, person):
            problem = _(sentences.NOT_YOURS_TO_SET).format(where=f"in this {whose}")
            raise errors.NotAllowed(problem=problem)
        if not fields.keys() - {"whose"}:
            raise errors.BadPrompt(problem=sentences.NOTHING_SET)
        previews = _read_choice(fields, "previews", _PREVIEWS)
        replies: dict[str, Replies] = {"every": "every", "mentioned": "mentioned"}
        wanted = _read_choice(fields, "replies", replies)
        if wanted is not None and whose == "mine":
            raise errors.BadPrompt(problem=sentences.NOT_FOR_ONE)
        if _read_choice(fields, "continue", _COPIES) and whose != "workspace":
            raise errors.BadPrompt(problem=_(sentences.COPIES_WHERE))
        kit = _read_choice(fields, "kit", _PREVIEWS)
        if kit is not None and whose == "mine":
            raise errors.BadPrompt(problem=sentences.NOT_FOR_ONE)
        guests = _read_choice(fields, "guests", _GUESTS)
        if guests is not None and not is_shared:
            raise errors.BadPrompt(problem=sentences.GUESTS_WHERE)
        mentions: dict[str, Mentions] = {"never": "never", "slow": "slow", "always": "always"}
        mentioned = _read_choice(fields, "mentions", mentions)
        language = match_language(fields.get("language"))
        if fields.get("language") and language is None:
            raise errors.BadPrompt(
                problem=_("I can speak {languages}.").format(
                    languages=sentences.join_names(list(LANGUAGES.values()))
                )
            )
        if language is not None and not is_shared:
            raise errors.BadPrompt(problem=sentences.LANGUAGE_WHERE)
        return Defaults(
            output=output,
            model=fields.get("model"),
            previews=_PREVIEWS[previews] if previews else None,
            replies=replies[wanted] if wanted else None,
            guests=_GUESTS[guests] if guests else None,
            kit=Kit(is_on=_PREVIEWS[kit] if kit else None),
            language=language,
            mentions=mentions[mentioned] if mentioned else None,
            copies=_COPIES.get(fields.get("continue", "")),
        )

    async def _show(
        self, event: ActionEvent, message: IncomingMessage, now: Defaults, conversation: str
    ) -> Recorded:
        """Say what holds, on a card from which it can be changed."""
        model, output, _price = self._catalog.resolve(now.model, Output(), now.output)
        thread = await self._store.get_thread(message)
        fields = {
            "size": output.size or "",
            "quality": output.quality or "",
            "n": str(output.n),
            "model": model,
            "previews": {None: "", True: "on", False: "off"}[now.previews],
            "replies": thread.replies,
            **_name_kit(await self._store.list_kits(event.place)),
            "limits": await self._name_limits(event),
        }
        return await self._record(event, conversation, fields, Defaults())

    async def _name_limits(self, event: ActionEvent) -> str:
        """Return what the settings card says of the limits in the workspace."""
        known = await self._store.find_preferences(event.place, event.person)
        limits = self._permissions.limits()
        return _(", ").join(limits_form.list_limits(limits, known["workspace"]))

    async def _record(
        self, event: ActionEvent, conversation: str, fields: Mapping[str, str], wanted: Defaults
    ) -> Recorded:
        control = Control(action=Action.SETTINGS, fields=fields)
        id_ = secrets.token_hex(8)
        recorded = await self._store.set_defaults(id_, event, conversation, control, wanted)
        self._languages.forget_channels()
        return recorded


def _name_kit(kits: Mapping[str, Kit]) -> dict[str, str]:
    """Return what the settings card says of the brand kit that holds; nothing where nothing is pinned."""
    held = merge_kits(kits)
    if not held.has_content:
        return {}
    return {"kit": "on", **summarize_kit(held)}


def _read_choice(fields: Mapping[str, str], name: str, known: Mapping[str, object]) -> str | None:
    """Return a choice of a form; None: not chosen. Raise BadPrompt."""
    value = fields.get(name) or None
    if value is None or value in known:
        return value
    raise errors.BadPrompt(
        problem=_("“{value}” isn't a choice for {name}. Choose {choices}.").format(
            value=value[:40], name=name, choices=_(" or ").join(known)
        )
    )
