"""How does a form look on Discord, as a modal? Pure."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from adapters.discord.custom_ids import EMPTY, ControlId, make_choice
from adapters.discord.text import clean
from adapters.shared.text import truncate
from bot.ports.language import _
from bot.ports.money import format_money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.discord.custom_ids import ImageId
    from bot.ports.cards import Field, Form

#: fields of a form; characters of a text field, of a title or label, of a choice; choices of a list
_MAX_FIELDS, _MAX_TEXT, _MAX_LABEL, _MAX_CHOICE, _MAX_CHOICES = 5, 4000, 45, 100, 25


def render_form(form: Form) -> ui.Modal:
    """Draw a form."""
    custom_id = ControlId(action=form.action, turn=form.turn, version=form.version, is_form=True)
    fields = [_render_field(one) for one in _fit_fields(form.fields)]
    modal = _make_modal(clean(form.title, _MAX_LABEL), str(custom_id), fields)
    if form.price is not None and len(fields) < _MAX_FIELDS:
        price = format_money(form.price, estimated=True)
        modal.add_item(ui.TextDisplay[Any](f"-# {clean(form.submit, _MAX_LABEL)}: {price}"))
    return modal


def render_image_form(custom_id: ImageId) -> ui.Modal:
    """Ask what to make of a message's image."""
    text = ui.TextInput[Any](
        custom_id="text", style=discord.TextStyle.paragraph, max_length=_MAX_TEXT
    )
    label = _("What should change?") if custom_id.is_edit else _("What to draw with it")
    title = _("Edit this image") if custom_id.is_edit else _("Use as reference")
    return _make_modal(title, str(custom_id), [ui.Label[Any](text=label, component=text)])


def _make_modal(title: str, custom_id: str, fields: Sequence[ui.Label[Any]]) -> ui.Modal:
    modal = ui.Modal(title=title or "Easel", custom_id=custom_id, timeout=None)
    for field in fields:
        modal.add_item(field)
    modal.stop()  # answered by custom id, also after a restart: the SDK must not keep it
    return modal


def _fit_fields(fields: Sequence[Field]) -> Sequence[Field]:
    """Return as many fields as a form may have: where there are more, lists are joined by twos."""
    pairs = max(0, len(fields) - _MAX_FIELDS)
    # a list that is too long would lose choices, so the shortest are joined
    joins = [
        starts
        for starts in combinations(range(len(fields) - 1), pairs)
        if all(two - one > 1 for one, two in pairwise(starts))
    ]
    best = min(joins, key=lambda starts: _longest_list(fields, starts), default=())
    return [
        _join_fields(*fields[at : at + 2]) if at in best else one
        for at, one in enumerate(fields)
        if at - 1 not in best
    ]


def _longest_list(fields: Sequence[Field], starts: Sequence[int]) -> tuple[int, int]:
    """Return how many choices the longest joined list has, and all of them; `starts`: the first of each pair."""
    lengths = [len(fields[at].choices) * len(fields[at + 1].choices) for at in starts]
    texts = sum("text" in {fields[at].kind, fields[at + 1].kind} for at in starts)
    return max(lengths, default=0) + texts * 1000, -sum(starts)


def _join_fields(first: Field, second: Field) -> Field:
    """Return one list for two."""
    choices = tuple(
        (
            value if other == second.value else make_choice(value, second.name, other),
            f"{name} · {other_name}",
        )
        for other, other_name in second.choices
        for value, name in first.choices
    )
    return replace(first, label=f"{first.label} · {second.label}", choices=choices)


def _render_field(field: Field) -> ui.Label[Any]:
    component: ui.TextInput[Any] | ui.Select[Any]
    if field.kind == "text":
        component = ui.TextInput(
            custom_id=field.name,
            style=discord.TextStyle.paragraph,
            default=truncate(field.value, _MAX_TEXT) or None,
            max_length=_MAX_TEXT,
            required=not field.is_optional,
        )
    else:
        # a list's value is never empty here: "as it is" has a word of its own
        options = [
            discord.SelectOption(
                label=clean(name, _MAX_CHOICE) or "…",
                value=value or EMPTY,
                default=value == field.value,
            )
            for value, name in field.choices[:_MAX_CHOICES]
        ]
        component = ui.Select(custom_id=field.name, options=options, required=True)
    return ui.Label(text=clean(field.label, _MAX_LABEL), component=component)
