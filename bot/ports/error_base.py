"""What has every error in common: its kind, its code, was it billed, and does trying again help?"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import ClassVar, TypedDict, Unpack


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
