"""May a canvas go on elsewhere? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.conversation.codes import Code
    from bot.ports.messages import Place


def may_copy(code: Code, place: Place, *, is_page: bool) -> bool:
    """Return whether whoever holds a code may copy its canvas to a place. `is_page`: that is on the page.

    Within its own workspace and on the page: always. Elsewhere its workspace may forbid or allow it; where nothing is
    said, on other platforms, but not in another workspace of its own platform.
    """
    if is_page or (place.platform, place.workspace) == (code.platform, code.workspace):
        return True
    if code.copies is not None:
        return code.copies == "anywhere"
    return place.platform != code.platform
