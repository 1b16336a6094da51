"""What can go wrong, was it billed, and what may be done about it?

`Refused` is raised before anything is sent, and said to the person alone; `ModelError` is the model's answer, by
meaning (`bot.model.error_mapping` chooses the class); the rest are faults of platforms, files, stores and Easel.

To add one: a class here, and its sentence in `bot.presentation.problems` by `code()`. `str(error)` is for the log.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import ClassVar, Self, TypedDict, Unpack


class Kind(StrEnum):
    """What sort of error ended a turn, or refused a request. The values are on the wire."""

    NO_CREDIT = "no_credit"
    BLOCKED = "blocked"
    NOT_ALLOWED = "not_allowed"
    BAD_REQUEST = "bad_request"
    TOO_LARGE = "too_large"
    UNKNOWN_OUTCOME = "unknown_outcome"
    NOT_CONFIGURED = "not_configured"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    BAD_IMAGE = "bad_image"
    NOT_POSTED = "not_posted"
    INTERNAL = "internal"


class _Traits(TypedDict, total=False):
    kind: Kind
    billed: bool | None
    retry: bool
    word: str


class EaselError(Exception):
    """Everything below. `facts` is what the sentence needs to know."""

    kind: ClassVar[Kind] = Kind.INTERNAL
    #: was it billed? None: perhaps
    billed: bool | None = False
    retry: ClassVar[bool] = True
    #: its code, where that is not made of its name
    word: ClassVar[str] = ""

    def __init_subclass__(cls, **traits: Unpack[_Traits]) -> None:
        super().__init_subclass__()
        for name, value in traits.items():
            setattr(cls, name, value)

    def __init__(self, detail: str = "", **facts: str | None) -> None:
        self.detail = detail
        self.facts = {name: value for name, value in facts.items() if value is not None}
        super().__init__(detail or " ".join(f"{k}={v}" for k, v in self.facts.items()))

    @classmethod
    def code(cls) -> str:
        """Return the class's name as a word: `no_such_version`."""
        return cls.word or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


class Refused(EaselError, kind=Kind.BAD_REQUEST):
    """Said to the person; nothing was sent, nothing was billed."""


class BadPrompt(Refused, word="bad_wish"):
    """The prompt cannot be drawn as it stands; `problem` is the sentence."""


class NoSuchVersion(Refused):
    """No version of that name in this conversation."""


class NoSuchThread(Refused):
    """No such conversation, or none of this workspace."""


class NoSuchTurn(Refused):
    """No such turn in this conversation."""


class NothingToUndo(Refused):
    """The head is the first version, or there is none."""


class NothingToRedo(Refused):
    """Nothing was undone."""


class NothingToChoose(Refused):
    """The head is not one of two images."""


class NothingToCancel(Refused):
    """Neither waiting nor being drawn any more."""


class NothingToRetry(Refused):
    """That turn did not fail, or trying again cannot help."""


class NothingToResume(Refused):
    """The model's account is not on hold."""


class NothingToGo(Refused):
    """The thread is not paused."""


class NothingToMerge(Refused):
    """Fewer than two prompts wait."""


class NothingToCompare(Refused):
    """The picture was made from nothing, or there is none."""


class PictureGone(Refused):
    """The bytes of a picture are missing from the image store, or damaged."""


class NotInVote(Refused):
    """That picture is not among those that this vote is about, `choices`."""


class NoVotes(Refused):
    """Nobody has voted."""


class VoteClosed(Refused):
    """The vote is over; `winner` won."""


class NoSuchIdea(Refused):
    """No direction of that number in this brainstorm; there are `count`."""


class NotAllowed(Refused, kind=Kind.NOT_ALLOWED):
    """This person may not do this here; `problem` says who can."""


class OverLimit(Refused, kind=Kind.NOT_ALLOWED):
    """The month's money is spent."""


class NotYet(Refused, kind=Kind.BUSY):
    """The model asked not to be asked again before `until`, Unix seconds."""


class UnknownPrice(Refused, kind=Kind.NOT_ALLOWED):
    """Nobody said what the model costs, and money is limited."""


class TooFast(Refused, kind=Kind.NOT_ALLOWED):
    """More prompts in a time than one person may send."""


class Stopping(Refused, kind=Kind.UNAVAILABLE):
    """Easel is about to end, and draws nothing more."""


class NotSaved(Refused, kind=Kind.UNAVAILABLE):
    """The store did not take the prompt; it is not on disk."""


class NotPacked(NotSaved):
    """The export did not get onto the disk."""


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


class NotPosted(EaselError, kind=Kind.NOT_POSTED, billed=True, word="not_posted"):
    """The platform would not take the card; the image is kept."""


class NotReached(NotPosted):
    """The platform does not answer now; later it may take the card."""


class ServedElsewhere(NotReached):
    """Another process is connected with this workspace; it draws for it, and shows what came of it."""


class AdapterFailed(NotPosted):
    """An adapter failed in a way of its own; nobody knows whether the platform would take the card."""


class CannotPost(EaselError, kind=Kind.NOT_POSTED):
    """A picture cannot be posted at this place now, so nothing was sent to the model; `problem` says why."""


class Internal(EaselError, billed=None):
    """Our own fault; the log has the rest."""


class Interrupted(UnknownOutcome):
    """Easel stopped while it was being drawn."""


class NotKept(EaselError, kind=Kind.UNAVAILABLE, billed=False):
    """The image store takes no images now; nothing was sent. The text says why, for whoever runs Easel."""


class Storage(Internal):
    """The image store did not take the image."""


class LostImage(Internal, billed=False, retry=False):
    """The image being edited is not in the image store any more; nothing was sent."""


class FileUnreadable(EaselError, kind=Kind.BAD_REQUEST, retry=False):
    """A file that somebody sent cannot be used; `file` is its name, `why` says why. Nothing was sent."""


class PostedElsewhere(EaselError):
    """Another process has posted this card too, and was first."""


class Superseded(EaselError):
    """This attempt is over: its lane went to another holder, or the turn was cancelled."""
