"""How is an amount of money written? The same in a chat, on the page, in a terminal and in an export."""

from __future__ import annotations


def format_money(dollars: float | None, *, estimated: bool = False) -> str:
    """Write US dollars as people read them; "" where they are not known."""
    if dollars is None:
        return ""
    if dollars == 0:
        return "free"
    amount = f"${dollars:.2f}" if dollars >= 0.1 else f"${dollars:.3f}"
    return f"about {amount}" if estimated else amount
