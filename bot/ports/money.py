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
    number = f"{dollars:.2f}" if dollars >= 0.1 else f"{dollars:.3f}"
    if current_language() in _WITH_COMMA:
        number = number.replace(".", ",")
    amount = _("${number}").format(number=number)
    return _("about {amount}").format(amount=amount) if estimated else amount
