"""How is an amount of money written? The same in a chat, on the page, in a terminal and in an export."""

from __future__ import annotations

from bot.ports.language import _, current_language

#: languages that write 0,05
_WITH_COMMA = {"de", "fr", "es", "pt-BR"}


def format_money(dollars: float | None, *, estimated: bool = False) -> str:
    """Write US dollars as people read them; "" where they are not known."""
    if dollars is None:
        return ""
    if dollars == 0:
        return _("free")
    amount = format_dollars(dollars, 2 if dollars >= 0.1 else 3)
    return _("about {amount}").format(amount=amount) if estimated else amount


def format_dollars(dollars: float, digits: int) -> str:
    """Write US dollars with so many digits behind the mark."""
    number = f"{dollars:.{digits}f}"
    if current_language() in _WITH_COMMA:
        number = number.replace(".", ",")
    return _("${number}").format(number=number)
