"""How does the page's API show a card, a version, a form? Values become JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.ports.cards import Button, Card, Form, Problem
    from bot.ports.messages import Version
    from bot.ports.queries import CardChange, Summary, Usage, UsageRow, View

Json = dict[str, Any]

#: the name of a thread whose every prompt was deleted
UNTITLED = "An empty canvas"


def thread(view: View) -> Json:
    """Show a whole thread; a control's card is no turn."""
    return {
        "id": view.id,
        "title": view.title or UNTITLED,
        "head": view.head,
        "mode": view.mode,
        "revision": view.revision,
        "turns": [turn(card) for card in view.cards if card.kind == "prompt"],
        "versions": [version(one, view.colors.get(one.blob)) for one in view.versions],
        "controls": [turn(card) for card in view.cards if card.kind != "prompt"],
    }


def turn(card: Card) -> Json:
    """Show a turn: what the API promises, then what the page draws as its card."""
    return {
        "id": card.id,
        "state": card.state.value,
        "person": card.person.name,
        "text": card.prompt,
        "source": card.source,
        "reply": card.reply,
        "error": problem(card.problem) if card.problem else None,
        "cost": card.cost,
        "place": card.queue,
        "output": {"size": card.output.size, "quality": card.output.quality, "n": card.output.n},
        "versions": [
            one.number for one in card.images if card.kind == "prompt" and one.turn == card.id
        ],
        "files": [
            {"name": one.name, "url": f"/images/{one.blob}"} for one in card.files if one.blob
        ],
        "kind": "wish" if card.kind == "prompt" else card.kind,
        "gathering": card.parent,
        "hidden": card.hidden,
        "gone": card.gone,
        "order": card.order,
        "revision": card.revision,
        "about": card.estimated,
        "created": card.created,
        "card": {
            "title": card.title,
            "text": card.text,
            "detail": card.detail,
            "captions": list(card.captions),
            "images": [version(one) for one in card.images],
            "buttons": [button(one) for one in card.buttons],
        },
    }


def change(one: CardChange) -> Json:
    """Show a changed card, with its images and what else changed with it."""
    return {
        **turn(one.card),
        "turn": one.card.id,
        "thread": one.card.conversation,
        "head": one.head,
        "mode": one.mode,
    }


def preview(one: CardChange) -> Json:
    """Show that there is a new preview, and where."""
    card = one.card
    index = card.preview.index if card.preview else 0
    return {
        "turn": card.id,
        "index": index,
        "url": f"/api/threads/{card.conversation}/turns/{card.id}/preview?index={index}",
    }


def version(one: Version, color: str | None = None) -> Json:
    """Show one image. `color`: its mean colour, where that is known."""
    return {
        "number": one.number,
        "parent": one.parent,
        "url": f"/images/{one.blob}",
        "width": one.width,
        "height": one.height,
        "alt": one.alt,
        "turn": one.turn,
        "type": one.media_type,
        "size": one.size,
        "color": color,
    }


def summary(one: Summary) -> Json:
    """Show a line of the list of threads."""
    return {
        "id": one.id,
        "title": one.title or UNTITLED,
        "head": one.head,
        "image": version(one.image, one.color) if one.image else None,
        "turns": one.turns,
        "updated": one.updated,
        "revision": one.revision,
        "people": list(one.people),
    }


def usage(one: Usage) -> Json:
    """Show what was spent in a month."""
    return {
        "month": one.month,
        "total": _spent(one.total),
        "people": [_spent(line) for line in one.people],
        "channels": [_spent(line) for line in one.channels],
        "models": [_spent(line) for line in one.models],
        "days": [_spent(line) for line in one.days],
    }


def _spent(one: UsageRow) -> Json:
    return {
        "name": one.name,
        "images": one.images,
        "settled": one.settled,
        "perhaps": one.unsettled,
        "about": one.estimated,
        "unpriced": one.unpriced,
    }


def dollars(amount: float) -> str:
    """Write US dollars in a table."""
    return f"${amount:.2f}" if amount >= 0.1 else f"${amount:.3f}" if amount else "–"


def billed(one: UsageRow) -> str:
    """Write what was billed for certain; `about` where it is the catalogue's price."""
    return (
        f"about {dollars(one.settled)}" if one.estimated and one.settled else dollars(one.settled)
    )


def button(one: Button) -> Json:
    """Show a control of a card."""
    return {
        "action": one.action.value,
        "label": one.label,
        "version": one.version,
        "value": one.value,
        "price": one.price,
        "primary": one.primary,
        "hint": one.hint,
    }


def form(one: Form) -> Json:
    """Show what is asked before a control can be done."""
    return {
        "action": one.action.value,
        "title": one.title,
        "submit": one.submit,
        "price": one.price,
        "prices": dict(one.prices),
        "turn": one.turn,
        "version": one.version,
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "kind": field.kind,
                "value": field.value,
                "choices": [{"value": value, "label": label} for value, label in field.choices],
            }
            for field in one.fields
        ],
    }


def problem(one: Problem) -> Json:
    """Show an error."""
    return {"kind": one.kind.value, "says": one.message, "billed": one.billed}
