"""What is a brand kit: colors, words and pictures that belong to every new canvas of a channel or a workspace?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KitImage:
    """A reference picture: a logo, a mascot."""

    #: as people named the file
    name: str
    #: SHA-256 of its bytes in the image store
    blob: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What is pinned in one scope, or what holds of several. Empty: not set there."""

    #: "#0b3d91", in lower case
    palette: tuple[str, ...] = ()
    #: words for the style, and words for what is left out of pictures
    style: str = ""
    avoid: str = ""
    images: tuple[KitImage, ...] = ()
    #: does the kit go along? None: nobody said
    is_on: bool | None = None

    def over(self, other: Kit) -> Kit:
        """Return what is set here, and field by field, where nothing is set, what `other` sets."""
        return Kit(
            palette=self.palette or other.palette,
            style=self.style or other.style,
            avoid=self.avoid or other.avoid,
            images=self.images or other.images,
            is_on=self.is_on if self.is_on is not None else other.is_on,
        )

    @property
    def has_content(self) -> bool:
        """Is anything pinned?"""
        return bool(self.palette or self.style or self.avoid or self.images)

    @property
    def applies(self) -> bool:
        """Does it go along with a new canvas?"""
        return self.has_content and self.is_on is not False
