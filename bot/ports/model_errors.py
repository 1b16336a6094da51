"""What can go wrong with the image model? `bot.model.error_mapping` chooses the class by the meaning of the answer."""

from __future__ import annotations

from typing import Self

from bot.ports.error_base import EaselError, Kind


class ModelError(EaselError):
    """The model did not draw. What the answer says: `cost` in US dollars, `wait` in seconds."""

    wait: float | None = None
    cost: float | None = None

    def costs(self, cost: float | None, *, tokens: bool) -> Self:
        """Note what the answer says of money: "not billed" never stands beside it."""
        if cost:
            self.cost, self.billed = cost, True
            self.facts["cost"] = str(cost)
        elif tokens:
            self.billed = None
        return self


class NoCredit(ModelError, kind=Kind.NO_CREDIT, retry=False):
    """The account is empty."""


class Blocked(ModelError, kind=Kind.BLOCKED, retry=False):
    """The upstream's safety system blocked the prompt."""


class ImageRefused(ModelError, kind=Kind.BAD_REQUEST, retry=False):
    """The model could not read an image that was sent along."""


class RequestRefused(ModelError, kind=Kind.BAD_REQUEST, retry=False):
    """The model did not accept the request."""


class DialectRefused(ModelError, kind=Kind.NOT_CONFIGURED):
    """The model does not take requests as Easel writes them; no other words would change that."""


class TooLarge(ModelError, kind=Kind.TOO_LARGE, retry=False):
    """The request is too large for the model, even with a short history."""


class KeyRefused(ModelError, kind=Kind.NOT_CONFIGURED):
    """The key is wrong, or may not use this model."""


class CannotEdit(ModelError, kind=Kind.UNAVAILABLE):
    """The gateway makes new pictures with `model`, and no edits; `other` makes them."""


class UnknownModel(ModelError, kind=Kind.NOT_CONFIGURED):
    """The gateway does not know the model or the address."""


class Busy(ModelError, kind=Kind.BUSY):
    """Too many requests. Sent again by itself, as is `Unavailable`."""


class Unavailable(ModelError, kind=Kind.UNAVAILABLE):
    """The upstream failed, said so, and by the specification does not bill."""


class Unreachable(Unavailable):
    """No connection: nothing was sent."""


class Empty(Unavailable):
    """A 200 with nothing in it."""


class NoImage(ModelError, kind=Kind.UNAVAILABLE, billed=None):
    """A 200 without picture or words that says that it ended so, or what it cost. Never sent again by itself."""


class OnlyCalls(ModelError, kind=Kind.UNAVAILABLE, billed=None):
    """The model called its tools and neither drew nor said anything."""


class UnknownOutcome(ModelError, kind=Kind.UNKNOWN_OUTCOME, billed=None):
    """Nobody knows whether it was drawn; perhaps it was billed. Never sent again by itself."""


class BadImage(ModelError, kind=Kind.BAD_IMAGE, billed=None):
    """The answer's image cannot be used. `final`: nor will it be, if it is fetched once more."""

    def __init__(self, detail: str = "", *, final: bool = False) -> None:
        super().__init__(detail)
        self.final = final


class Interrupted(UnknownOutcome):
    """Easel stopped while it was being drawn."""
