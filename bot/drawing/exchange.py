"""What has one turn asked the model so far, and what is its next request?"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.conversation import brainstorm
from bot.conversation.records import Lineage
from bot.drawing import history, tools

if TYPE_CHECKING:
    from bot.conversation.turn import Question, Turn
    from bot.model.answers.stored_messages import Message
    from bot.model.catalog.entry import ModelEntry
    from bot.model.requests.profiles import Profile
    from bot.ports.messages import Output

#: seconds that an image's own address is trusted to live; the shortest seen is an hour
_URL_LIFETIME = 1800.0
#: steps of the history that are sent in full after the model found a request too large
_COMPACT_STEPS = 3


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One turn's exchange with the model, round after round."""

    turn: Turn
    lineage: Lineage
    model: ModelEntry
    profile: Profile
    output: Output
    rounds: int = 0
    #: is it on disk that a request is out, or may have been billed?
    is_sent: bool = False
    is_compact: bool = False
    #: US dollars of the rounds so far; None: the answers do not say
    cost: float | None = None
    #: tool rounds so far: the model's messages and the results
    tool_messages: tuple[Message, ...] = ()
    offer: Output | None = None
    question: Question | None = None

    @property
    def key(self) -> str:
        """Name the next request: the same turn, words, round and length have the same key for ever."""
        words = f"-w{self.turn.request.rewordings}" if self.turn.request.rewordings else ""
        return f"{self.turn.id}-{self.rounds + 1}{words}{'-c' if self.is_compact else ''}"

    def add_cost(self, cost: float | None) -> None:
        """Add what a round cost, where that is known."""
        if cost is not None:
            self.cost = (self.cost or 0.0) + cost

    def messages(self) -> list[Message]:
        """Return the messages of the next request."""
        if self.turn.request.is_brainstorm:
            question = brainstorm.ask_ideas(self.turn.request.text)
            kit = self.turn.request.kit
            kit = replace(kit, images=()) if kit else None  # ideas are words
            turn = replace(self.turn, request=replace(self.turn.request, text=question, kit=kit))
            path = Lineage(source=self.lineage.source, kit=self.lineage.kit)
            return history.build_instruction(path, turn)
        if self.model.protocol == "images" or self.profile.last_instruction_only:
            return history.build_instruction(self.lineage, self.turn)
        newest = _COMPACT_STEPS if self.is_compact else history.NEWEST
        return [
            *history.build_messages(self.lineage, self.turn, newest=newest),
            *self.tool_messages,
        ]

    def tools(self) -> list[dict[str, Any]]:
        """Return the tools that the next request offers."""
        wanted = self.model.protocol == "chat" and not self.turn.request.is_brainstorm
        return tools.define_tools(self.model) if wanted and self.profile.tools else []

    def urls(self) -> dict[str, str]:
        """Return the source's own address, where the gateway takes it and it is fresh."""
        source = self.lineage.source
        if self.profile.image_input != "url" or source is None or source.url is None:
            return {}
        return {source.blob: source.url} if time.time() - source.created < _URL_LIFETIME else {}

    def prompts(self) -> list[str]:
        """Return the prompts from the root to this turn."""
        root = [self.lineage.root_prompt] if self.lineage.root_prompt else []
        return [*root, *(step.text for step in self.lineage.steps), self.turn.request.text]
