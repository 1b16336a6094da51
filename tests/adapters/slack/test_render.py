"""How do cards and forms look in Slack? Golden blocks, one a case, each of which Slack takes."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters.slack import modals, render
from adapters.slack.modals import ModalContext
from adapters.slack.panels import render_panel
from adapters.slack.render import Picture
from bot.model.catalog.catalog import Catalog
from bot.ports.actions import Action
from bot.ports.cards import Button, Field, Form, Problem
from bot.ports.errors import Kind
from bot.ports.messages import Attachment, Place, State, Version
from bot.presentation import forms, notice_cards
from tests.adapters.contract import card, drawn
from tests.adapters.panels import home, starred
from tests.servers.slack.blocks.check import check_blocks, check_view

if TYPE_CHECKING:
    from bot.ports.cards import Card

GOLDEN = Path(__file__).parent / "golden"
#: set it to write the golden files anew
ANEW = "GOLDEN_ANEW" in os.environ
PLACE = Place(platform="slack", workspace="T1", channel="C1", thread="1700000000.000001")


def version(number: str, blob: str, alt: str = "a lighthouse") -> Version:
    return Version(
        number=number,
        parent="v1",
        blob=blob,
        media_type="image/png",
        size=1,
        width=1024,
        height=1024,
        alt=alt,
        turn="turn",
    )


PICTURES = {blob: Picture(file=f"F{blob}") for blob in "abcdefgh"}
QUEUED = card(id="turn", conversation="c1")
DRAWN = drawn(QUEUED, version("v2", "a"))
TWO = replace(
    drawn(QUEUED, version("v2a", "a"), version("v2b", "b")),
    captions=("v2a", "v2b"),
    buttons=(
        Button(action=Action.CHOOSE, label="Use v2a", version="v2a", primary=True),
        Button(action=Action.CHOOSE, label="Use v2b", version="v2b", primary=True),
        *DRAWN.buttons,
        Button(action=Action.VOTE, label="Vote v2a (1)", version="v2a"),
        Button(action=Action.VOTE, label="Vote v2b", version="v2b"),
        Button(action=Action.FINALIZE, label="Finalize", version="v2a", price=0.167),
        Button(action=Action.COMPARE, label="Before | after", version="v2a"),
        Button(action=Action.DELETE, label="Delete…"),
    ),
)
BLOCKED = replace(
    QUEUED,
    state=State.REFUSED,
    prompt="something unspeakable",
    text="It was blocked.",
    public_text="A prompt was blocked.",
    problem=Problem(kind=Kind.BLOCKED, message="It was blocked.", billed=False, code="blocked"),
    buttons=(Button(action=Action.EDIT_PROMPT, label="Edit prompt"),),
)
IDEAS = tuple(
    Button(action=Action.TICK, label=f"☐ {number}", value=str(number)) for number in range(1, 9)
)
CASES: dict[str, Card] = {
    "queued": QUEUED,
    "drawing_hostile_words": replace(
        QUEUED, state=State.DRAWING, prompt="<!channel> & <@U2> *bold*", text="Drawing…"
    ),
    "drawn": replace(DRAWN, detail="1024×1024 · medium · $0.042"),
    "two_to_choose_from": TWO,
    "ideas_to_tick": replace(
        DRAWN,
        images=(),
        buttons=(*IDEAS, Button(action=Action.DRAW, label="Draw 2", price=0.084, primary=True)),
    ),
    "gallery": replace(
        drawn(QUEUED, *(version(f"v{n}", blob) for n, blob in enumerate("cdef", start=3))),
        buttons=tuple(
            Button(action=Action.VOTE, label=f"Vote {name}", version=f"v{n}")
            for n, name in enumerate("ABCD", start=3)
        ),
    ),
    "blocked_in_the_thread": BLOCKED,
    "control": replace(
        QUEUED,
        kind="control",
        text="Undone by Ana. Replies now edit v1.",
        buttons=(Button(action=Action.REDO, label="Redo"),),
    ),
    "on_hold_for_the_operator": notice_cards.on_hold(1.0, over=False),
}


def golden(name: str, found: Any) -> None:
    path = GOLDEN / f"{name}.json"
    if ANEW:
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(path.read_text())


def taken(shown: render.Content) -> Any:
    """Return what is shown, once Slack has taken it."""
    check_blocks(list(shown.blocks), lambda _file: None)
    assert 0 < len(shown.text) <= 4000
    return {"text": shown.text, "blocks": list(shown.blocks)}


@pytest.mark.parametrize("name", CASES)
def test_cards_look_as_they_did(name: str) -> None:
    golden(name, taken(render.card(CASES[name], PICTURES)))


def test_what_is_rare_is_in_the_menu_though_the_row_has_room() -> None:
    rare = (
        Button(action=Action.EXPORT, label="Export"),
        Button(action=Action.DELETE, label="Delete…"),
    )
    retry = Button(action=Action.RETRY, label="Retry", primary=True)
    shown = taken(render.card(replace(QUEUED, buttons=(retry, *rare)), {}))
    (row,) = [one for one in shown["blocks"] if one["type"] == "actions"]
    button, menu = row["elements"]
    assert button["text"]["text"] == "Retry"
    assert [one["text"]["text"] for one in menu["options"]] == ["Export", "Delete…"]


def test_an_ephemeral_says_what_the_thread_does_not() -> None:
    shown = render.card(BLOCKED, {}, private=True, thread=PLACE.thread)
    golden("blocked_for_the_asker_alone", taken(shown))
    assert "unspeakable" in shown.text
    assert "unspeakable" not in str(taken(render.card(BLOCKED, {})))


def test_a_form_carries_what_it_is_about() -> None:
    of = Form(
        action=Action.EDIT,
        title="Edit v2, a very long title indeed",
        submit="Draw",
        fields=(
            Field(name="text", label="What should change?", kind="text", value="x" * 4000),
            Field(name="size", label="Size", kind="choice", value="", choices=(("", "as it is"),)),
        ),
        price=0.042,
        conversation="c1",
        turn="turn",
        version="v2",
    )
    files = tuple(Attachment(id=f"F{number}", name="ü" * 300, media_type="") for number in range(4))
    context = ModalContext(place=PLACE, action=of.action, turn="turn", version="v2", files=files)
    view = modals.modal(of, context)
    check_view(view, "modal")
    golden("form", view)


@pytest.mark.parametrize("channel", ["C1", ""])
def test_the_form_of_a_first_prompt_is_taken(channel: str) -> None:
    place = replace(PLACE, channel=channel, thread=None)
    view = modals.modal(
        forms.new_form(Catalog("gpt-4o-image")), ModalContext(place=place, action=Action.NEW)
    )
    check_view(view, "modal")
    asks = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert asks[0] == "text"
    assert ("where" in asks) is (not channel)


def test_panels_are_taken_as_messages_and_as_a_home_tab() -> None:
    links = {0: "https://acme.slack.com/archives/C1/p1700000000000001"}
    for panel in (starred(PLACE, version("v4", "a" * 64)), home(PLACE, version("v4", "a" * 64))):
        blocks = list(render_panel(panel, links))
        check_blocks(blocks, lambda _file: None)
        check_view({"type": "home", "blocks": blocks}, "home")
        golden(f"panel_{panel.action.value}", blocks)
        assert "<!channel>" not in json.dumps(blocks)
        assert "<@" not in json.dumps(blocks)


def test_controls_of_pictures_side_by_side_have_ids_of_their_own() -> None:
    shown = render.card(TWO, PICTURES)
    (carousel,) = [one for one in shown.blocks if one["type"] == "carousel"]
    ids = [action["action_id"] for one in carousel["elements"] for action in one["actions"]]
    assert len(ids) == len(set(ids)) > 2
