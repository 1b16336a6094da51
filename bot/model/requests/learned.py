"""What has this gateway refused to take of a model's requests, so that it is left out for a while?

Each is a word (`bot.model.requests.fallbacks`), remembered by the model's name: only what then went well, for six
hours, so that one odd answer takes nothing away for good.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Callable

#: seconds that a lesson holds
_LASTS = 6 * 3600.0
#: models that are remembered
_MOST = 200
#: how words are written in the key of a request; others are written out
_LETTERS = {
    "stream": "s",
    "tools": "t",
    "multipart": "m",
    "own": "r",
    "assistant": "u",
    "modalities=image": "i",
    "modalities=image,text": "b",
}


class Learned:
    """What is left out, by model."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: LRU[str, dict[str, float]] = LRU(_MOST)

    def of(self, model: str) -> frozenset[str]:
        """Return what is left out of this model's requests now."""
        now = self._clock()
        return frozenset(word for word, until in self._until.get(model, {}).items() if until > now)

    def note(self, model: str, words: frozenset[str]) -> None:
        """Leave these out from now on; what is left out already is not made to last longer."""
        if new := words - self.of(model):
            until = self._clock() + _LASTS
            held = {word: self._until[model][word] for word in words - new}
            self._until[model] = {**held, **dict.fromkeys(new, until)}


def suffix(words: frozenset[str]) -> str:
    """Return what a request's key ends in: another body must have another key."""
    letters = sorted(_LETTERS[word] for word in words if word in _LETTERS)
    rest = sorted(re.sub(r"[^\w.]", "", word)[:40] for word in words if word not in _LETTERS)
    return "".join(f"-{part}" for part in ("".join(letters), *rest) if part)
