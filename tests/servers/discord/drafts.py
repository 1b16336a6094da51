"""What does a request ask a message to become, and is that allowed?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.discord.attachments import Attachment
from tests.servers.discord.codes import Flag
from tests.servers.discord.components import Layout
from tests.servers.discord.errors import refused
from tests.servers.discord.form import as_whole
from tests.servers.discord.mentions import Allowed, read_allowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.discord.attachments import Links, Upload
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.clock import Clock
    from tests.servers.discord.errors import Json
    from tests.servers.discord.form import Part
    from tests.servers.discord.limits import Limits
    from tests.servers.discord.messages import Message

#: flags that a request may set
SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2 | Flag.EPHEMERAL


@dataclass(slots=True, kw_only=True)
class Draft:
    """A message's new state; None leaves a part as it is."""

    content: str | None = None
    components: list[Json] | None = None
    attachments: list[Attachment] | None = None
    flags: Flag = Flag.NONE
    allowed: Allowed
    nonce: str | int | None = None
    enforce_nonce: bool = False

    @property
    def speaks(self) -> bool:
        """Whether it changes what people read, so that mentions are looked for again."""
        return self.content is not None or self.components is not None


@dataclass(slots=True, kw_only=True)
class Desk:
    """Where drafts are read: what they may hold here, and which files came along."""

    limits: Limits
    clock: Clock
    links: Links
    channel: Channel
    #: bytes a file
    file_bytes: int
    files: Mapping[int, Upload] = field(default_factory=dict)
    #: what holds when the body names no allowed mentions
    unsaid: Allowed
    ephemeral: bool = False

    def read(self, body: Part, existing: Message | None = None) -> Draft:
        """Read a message's body; raises all complaints at once."""
        if any(len(file.data) > self.file_bytes for file in self.files.values()):
            raise refused(40005)
        attachments = self._attachments(body, existing)
        kept = existing.attachments if existing and attachments is None else attachments or []
        if len(kept) > self.limits.files:
            raise refused(30015)
        flags = Flag(body.whole("flags", 0, most=2**31 - 1) or 0) & SETTABLE
        v2 = Flag.COMPONENTS_V2 in flags or (existing is not None and existing.is_v2)
        layout = Layout(self.limits, lambda url: self._find(url, kept))
        draft = Draft(
            content=self._content(body),
            components=layout.read(body) if "components" in body.value else None,
            attachments=attachments,
            flags=flags,
            allowed=read_allowed(body, self.unsaid),
            nonce=_nonce(body),
            enforce_nonce=body.flag("enforce_nonce", default=False),
        )
        _check_kind(body, draft, existing, v2=v2)
        body.form.check()
        _something(draft, existing, kept)
        return draft

    def _content(self, body: Part) -> str | None:
        if "content" not in body.value:
            return None
        return body.text("content", most=self.limits.content).strip()

    def _attachments(self, body: Part, existing: Message | None) -> list[Attachment] | None:
        """Work out the complete new set; None: as it was."""
        if existing is not None and "attachments" not in body.value and not self.files:
            return None
        listed = body.each("attachments", most=100)
        before = {a.id: a for a in existing.attachments} if existing else {}
        if existing is not None and "attachments" not in body.value:
            return [*before.values(), *(self._take(index, None) for index in self.files)]
        final, taken = [], set()
        for part in listed:
            number = as_whole(part.value.get("id"))
            described = part.text("description", most=1024) or None
            if number is not None and number in self.files and number not in taken:
                taken.add(number)
                final.append(self._take(number, described))
            elif number in before:
                before[number].description = described or before[number].description
                final.append(before[number])
            else:
                part.wrong(
                    "ATTACHMENT_NOT_FOUND", f"Attachment data for index {number} not found", "id"
                )
        if existing is None:
            final += [self._take(index, None) for index in self.files if index not in taken]
        return final

    def _take(self, index: int, described: str | None) -> Attachment:
        return Attachment.of(
            self.files[index],
            self.clock.snowflake(),
            self.channel.id,
            description=described,
            ephemeral=self.ephemeral,
        )

    def _find(self, url: str, kept: list[Attachment]) -> int | None:
        """Find the attachment that a link in the body means."""
        for attachment in kept:
            if url == f"attachment://{attachment.name}":
                return attachment.id
            if url.partition("?")[0] in (
                self.links.address + attachment.path,
                f"{self.links.address}/media{attachment.path}",
            ):
                return attachment.id
        return None


def _nonce(body: Part) -> str | int | None:
    nonce = body.value.get("nonce")
    if nonce is None or (isinstance(nonce, int) and not isinstance(nonce, bool)):
        return nonce
    return body.text("nonce", most=25) or None


def _check_kind(body: Part, draft: Draft, existing: Message | None, *, v2: bool) -> None:
    """Complain about components of the older kind, and about what may not stand beside the new ones."""
    if draft.components and not v2:
        body.wrong("UNION_TYPE_CHOICES", "This needs MessageFlags.IS_COMPONENTS_V2", "components")
    old = existing.content if existing is not None and not existing.is_v2 else ""
    if v2 and (draft.content or (draft.content is None and old)):
        says = "The content field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        body.wrong("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", says, "content")
    if body.value.get("embeds"):
        body.wrong("BASE_TYPE_CHOICES", "This Discord knows no embeds", "embeds")


def _something(draft: Draft, existing: Message | None, kept: list[Attachment]) -> None:
    """Refuse a message that would be empty."""
    old_content = existing.content if existing else ""
    old_components = existing.components if existing else []
    components = old_components if draft.components is None else draft.components
    content = old_content if draft.content is None else draft.content
    v2 = Flag.COMPONENTS_V2 in draft.flags or (existing is not None and existing.is_v2)
    if not (components if v2 else content or kept):
        raise refused(50006)
