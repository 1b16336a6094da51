"""What can go wrong, was it billed, and what may be done about it?

    EaselError
    ├── Refused                 before anything is sent: the sentence goes to the person alone
    │   ├── BadPrompt             a size, quality or count that the model has not; no words; too long
    │   ├── NoSuchVersion       "v9" where there are four
    │   ├── NoSuchThread        unknown, or somebody else's
    │   ├── NoSuchTurn          likewise
    │   ├── NothingToUndo       the first version
    │   ├── NothingToRedo
    │   ├── NothingToChoose     the head is not one of two
    │   ├── NothingToCancel     all is done already
    │   ├── NothingToRetry
    │   ├── NothingToResume
    │   ├── NothingToGo         the thread is not paused
    │   ├── NothingToMerge      fewer than two prompts wait
    │   ├── NothingToCompare    a picture that was made from nothing
    │   ├── PictureGone         its bytes are missing from the image store
    │   ├── NoVotes             nobody has voted
    │   ├── Tie                 several have the most votes
    │   ├── NotAllowed          this person, here
    │   ├── OverLimit           the month's money is spent
    │   ├── UnknownPrice        nobody said what the model costs, and money is limited
    │   ├── TooFast             more prompts than one person may send in a time
    │   ├── NotYet              the model asked to wait, and that is not over
    │   └── NotSaved            the store did not answer, nothing is on disk
    ├── ModelError              the model's answer, by meaning
    │   ├── NoCredit            no money: hold everything until Resume
    │   ├── Blocked             upstream safety: never retried, never billed
    │   ├── ImageRefused        the model could not read an image we sent
    │   ├── RequestRefused      a plain 400
    │   ├── DialectRefused      a 400 of how Easel asks, which no other words would change
    │   ├── TooLarge            413 and its disguises
    │   ├── KeyRefused          401, 403
    │   ├── UnknownModel        404
    │   ├── Busy                429, also after waiting as told
    │   ├── Unavailable         the upstream failed and said so
    │   ├── Unreachable         connection refused, DNS, TLS: nothing was sent
    │   ├── Empty               a 200 with nothing in it
    │   ├── NoImage             it ended without picture or words, and may have been billed
    │   ├── OnlyCalls           tools were called, nothing was drawn: perhaps billed
    │   ├── UnknownOutcome      time-out, cut connection: perhaps billed
    │   │   └── Interrupted     Easel itself stopped meanwhile
    │   └── BadImage            an answer whose image cannot be used
    ├── FileUnreadable          a file that somebody sent cannot be used
    ├── NotPosted               the platform would not take the card; the image is kept
    │   ├── NotReached          it does not answer now; later it may take it
    │   └── AdapterFailed       our own fault; whether the platform would take it is not known
    ├── CannotPost              its place takes no picture now; nothing was sent
    ├── NotKept                 the image store takes no images now; nothing was sent
    ├── Internal                our own fault
    │   ├── Storage             the image store did not take the image
    │   └── LostImage           the image being edited is gone from the image store
    └── Superseded              another holder of the lane went on; this one must not write

`bot.model.error_mapping.classify` maps a status and a body to a class, in one place. What people read about each is in
`bot.presentation.cards`; `str(error)` is for the log.
"""

from __future__ import annotations

import re
import time
from typing import ClassVar, Self

from bot.ports.messages import Kind


class EaselError(Exception):
    """Everything below. `facts` is what the sentence needs to know."""

    kind: ClassVar[Kind] = Kind.INTERNAL
    #: was it billed? None: perhaps
    billed: bool | None = False
    #: may the client send the same request again by itself?
    again: ClassVar[bool] = False
    #: can a Retry button help?
    retry: ClassVar[bool] = True

    def __init__(self, detail: str = "", **facts: str | None) -> None:
        self.detail = detail
        self.facts = {name: value for name, value in facts.items() if value is not None}
        super().__init__(detail or " ".join(f"{k}={v}" for k, v in self.facts.items()))

    def conceal(self, text: str, *, from_people: bool = False) -> None:
        """Take a text out of what the log gets, and out of what people read."""
        self.detail = self.detail.replace(text, "…")
        self.args = tuple(str(one).replace(text, "…") for one in self.args)
        if from_people:
            self.facts = {name: value.replace(text, "…") for name, value in self.facts.items()}

    @classmethod
    def code(cls) -> str:
        """Give the class's name as a word for the store and the log: `no_such_version`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


class Refused(EaselError):
    """Said to the person; nothing was sent, nothing was billed."""

    kind = Kind.BAD_REQUEST


class BadPrompt(Refused):
    """The prompt cannot be drawn as it stands; `problem` is the sentence."""

    @classmethod
    def code(cls) -> str:
        """Return the word that the page's API has for it."""
        return "bad_wish"


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


class NotAllowed(Refused):
    """This person may not do this here; `problem` says who can."""

    kind = Kind.NOT_ALLOWED


class OverLimit(Refused):
    """The month's money is spent."""

    kind = Kind.NOT_ALLOWED


class NotYet(Refused):
    """The model asked not to be asked again before `until`, Unix seconds."""

    kind = Kind.BUSY


class UnknownPrice(Refused):
    """Nobody said what the model costs, and money is limited."""

    kind = Kind.NOT_ALLOWED


class TooFast(Refused):
    """More prompts in a time than one person may send."""

    kind = Kind.NOT_ALLOWED


class Stopping(Refused):
    """Easel is about to end, and draws nothing more."""

    kind = Kind.UNAVAILABLE


class NotSaved(Refused):
    """The store did not take the prompt; it is not on disk."""

    kind = Kind.UNAVAILABLE


class NotPacked(NotSaved):
    """The export did not get onto the disk."""


class ModelError(EaselError):
    """The model did not draw. `cost` is what the answer says that it cost, in US dollars."""

    #: seconds that the answer asks to wait; None: nothing said
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

    def not_before(self, wait: float) -> None:
        """Note when the same may be asked again."""
        self.facts["until"] = str(int(time.time() + wait) + 1)


class NoCredit(ModelError):
    """The account is empty."""

    kind = Kind.NO_CREDIT
    retry = False


class Blocked(ModelError):
    """The upstream's safety system blocked the prompt."""

    kind = Kind.BLOCKED
    retry = False


class ImageRefused(ModelError):
    """The model could not read an image that was sent along."""

    kind = Kind.BAD_REQUEST
    retry = False


class RequestRefused(ModelError):
    """The model did not accept the request."""

    kind = Kind.BAD_REQUEST
    retry = False


class DialectRefused(ModelError):
    """The model does not take requests as Easel writes them; no other words would change that."""

    kind = Kind.NOT_CONFIGURED


class TooLarge(ModelError):
    """The request is too large for the model, even with a short history."""

    kind = Kind.TOO_LARGE
    retry = False


class KeyRefused(ModelError):
    """The key is wrong, or may not use this model."""

    kind = Kind.NOT_CONFIGURED


class UnknownModel(ModelError):
    """The gateway does not know the model or the address."""

    kind = Kind.NOT_CONFIGURED


class Busy(ModelError):
    """Too many requests."""

    kind = Kind.BUSY
    again = True


class Unavailable(ModelError):
    """The upstream failed, said so, and by the specification does not bill."""

    kind = Kind.UNAVAILABLE
    again = True


class Unreachable(Unavailable):
    """No connection: nothing was sent."""


class Empty(Unavailable):
    """A 200 with nothing in it."""


class NoImage(ModelError):
    """A 200 without picture or words that says that it ended so, or what it cost. Never sent again by itself."""

    kind = Kind.UNAVAILABLE
    billed = None


class OnlyCalls(ModelError):
    """The model called its tools and neither drew nor said anything."""

    kind = Kind.UNAVAILABLE
    billed = None


class UnknownOutcome(ModelError):
    """Nobody knows whether it was drawn; perhaps it was billed. Never sent again by itself."""

    kind = Kind.UNKNOWN_OUTCOME
    billed = None


class BadImage(ModelError):
    """The answer's image cannot be used. `final`: nor will it be, if it is fetched once more."""

    kind = Kind.BAD_IMAGE
    billed = None

    def __init__(self, detail: str = "", *, final: bool = False) -> None:
        super().__init__(detail)
        self.final = final


class NotPosted(EaselError):
    """The platform would not take the card; the image is kept."""

    kind = Kind.NOT_POSTED
    billed = True

    @classmethod
    def code(cls) -> str:
        """Give one word for all of these: people read the same."""
        return "not_posted"


class NotReached(NotPosted):
    """The platform does not answer now; later it may take the card."""


class AdapterFailed(NotPosted):
    """An adapter failed in a way of its own; nobody knows whether the platform would take the card."""


class CannotPost(EaselError):
    """A picture cannot be posted at this place now, so nothing was sent to the model; `problem` says why."""

    kind = Kind.NOT_POSTED


class Internal(EaselError):
    """Our own fault; the log has the rest."""

    billed: bool | None = None


class Interrupted(UnknownOutcome):
    """Easel stopped while it was being drawn."""


class NotKept(EaselError):
    """The image store takes no images now; nothing was sent. The text says why, for whoever runs Easel."""

    kind = Kind.UNAVAILABLE
    billed = False


class Storage(Internal):
    """The image store did not take the image."""


class LostImage(Internal):
    """The image being edited is not in the image store any more; nothing was sent."""

    billed = False
    retry = False


class FileUnreadable(EaselError):
    """A file that somebody sent cannot be used; `problem` is the sentence. Nothing was sent."""

    kind = Kind.BAD_REQUEST
    retry = False


class Superseded(EaselError):
    """This attempt is over: its lane went to another holder, or the turn was cancelled."""
