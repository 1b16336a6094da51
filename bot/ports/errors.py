"""What can go wrong, was it billed, and what may be done about it?

`Refused` is raised before anything is sent, and said to the person alone; `ModelError` and its kinds, in
`bot.ports.model_errors` and here by import, are the model's answers; the rest are faults of platforms, files, stores and Easel.

To add one: a class here or there, and its sentence in `bot.presentation.problems` by `code()`. `str(error)` is for the log.
"""

from __future__ import annotations

# whoever handles errors finds all of them here
from bot.ports.error_base import EaselError as EaselError  # noqa: PLC0414 - exported
from bot.ports.error_base import Kind as Kind  # noqa: PLC0414 - exported
from bot.ports.model_errors import *  # noqa: F403 - exported


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
