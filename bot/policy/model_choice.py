"""What does a prompt call for that another model draws better? By simple rules, in several languages. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.ports.models import PHOTO

if TYPE_CHECKING:
    from bot.conversation.turn import Turn
    from bot.model.catalog.catalog import Catalog
    from bot.model.catalog.entry import ModelEntry

_NOT_ONE = r"(?<!this )(?<!that )(?<!my )(?<!your )(?<!our )(?<!the )(?<!no )(?<!not a )(?<!dieses )(?<!mein )(?<!cette )(?<!\bma )"
#: a photo that is to be made, not one that is spoken of
_PHOTO = re.compile(
    rf"\b{_NOT_ONE}(?:photo(?:s|graph|graphs|graphy|graphic)?|photo-?realis\w+|foto(?:s|grafia|grafía|grafie)?"
    r"|foto-?realis\w+|photographie|photor[ée]aliste)\b(?! (?:frame|album|booth|camera|shop))"
    r"|\b(?:headshot|selfie|product shot|dslr|bokeh|35 ?mm|85 ?mm|shot on (?:film|an? \w+)|porträtfoto|produktfoto)\b"
    r"|写真(?!立て)|実写|フォトリアル",
    re.IGNORECASE,
)


def find_strength(text: str) -> str | None:
    """Return what a new picture's words call for, as models are good at it; None: nothing in particular."""
    return PHOTO if _PHOTO.search(text) else None


def suggest_model(catalog: Catalog, turn: Turn) -> ModelEntry | None:
    """Return the model that a new picture's card suggests trying; None: none does it better, or it is not there."""
    request = turn.request
    if request.source or request.attachments or request.is_brainstorm or not turn.result.versions:
        return None
    strength = find_strength(request.text)
    if strength is None or strength in catalog.entry(request.model).strengths:
        return None
    found = catalog.find_strong(strength)
    is_free = (
        found is not None and found.price(found.default_output) == 0
    )  # the built-in one takes no photos
    return None if is_free else found
