"""How do cards and forms look? Golden components, each taken by the strict local Discord.

`python -m tests.adapters.discord.test_render` writes them anew; look at the difference.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters.discord import app_commands, custom_ids, modals, panels, places, render
from adapters.discord.text import clean, escape, escape_line
from bot.model.catalog.catalog import Catalog
from bot.ports.actions import Action
from bot.ports.cards import Button, Card, Field, Form, Problem
from bot.ports.errors import Kind
from bot.ports.messages import Defaults, Output, Person, State, Version
from bot.ports.quota import Quota
from bot.presentation import forms, limits_form
from bot.presentation.buttons import HISTORY
from tests.adapters.panels import home, starred
from tests.servers.discord import Limits
from tests.servers.discord.components import Layout, walk
from tests.servers.discord.form import Form as Body
from tests.servers.discord.form import Part
from tests.servers.discord.modals import read_modal

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent / "golden"


def version(number: str, parent: str | None = None) -> Version:
    return Version(
        number=number,
        parent=parent,
        blob="0" * 64,
        media_type="image/png",
        size=1000,
        width=1024,
        height=1024,
        alt="a lighthouse at dusk",
        turn="0123456789abcdef",
    )


def card(**more: Any) -> Card:
    given: dict[str, Any] = {
        "id": "0123456789abcdef",
        "conversation": "c",
        "kind": "prompt",
        "order": 1,
        "state": State.QUEUED,
        "revision": 1,
        "person": Person(id="4", name="Ana"),
        "prompt": "a lighthouse at dusk",
        "title": "",
        "text": "Waiting: 2 before this one.",
        "detail": "1024×1024 · medium",
        "output": Output(size="1024x1024", quality="medium", n=1),
        "buttons": (Button(action=Action.CANCEL, label="Cancel"),),
    }
    return Card(**{**given, **more})


DONE: dict[str, Any] = {
    "state": State.POSTED,
    "text": "",
    "reply": "Here it is, with a *warm* light.",
    "detail": "1024×1024 · medium · about $0.042",
    "buttons": (
        Button(action=Action.EDIT, label="Edit…", version="v3", price=0.042),
        Button(action=Action.VARY, label="Vary", version="v3", price=0.042),
        Button(action=Action.UNDO, label="Undo", version="v3"),
        Button(action=Action.FINALIZE, label="Finalize", version="v3", price=0.668),
        Button(action=Action.COMPARE, label="Before | after", version="v3"),
        Button(action=Action.DELETE, label="Delete…"),
    ),
}
PROBLEM = "The image model's safety system blocked this prompt. It was not billed."
CARDS: dict[str, tuple[Card, int]] = {
    "queued": (card(), 0),
    "drawing": (card(state=State.DRAWING, text="Drawing…"), 0),
    "done": (
        card(
            **DONE,
            title="v3 ← v2",
            images=(version("v3", "v2"),),
            source="v2",
            history=HISTORY,
        ),
        1,
    ),
    "two_images": (
        card(
            **{**DONE, "buttons": (Button(action=Action.CHOOSE, label="Use v1b", version="v1b"),)},
            title="v1a, v1b",
            images=(version("v1a"), version("v1b")),
            captions=("v1a", "v1b"),
        ),
        2,
    ),
    "blocked": (
        card(
            state=State.REFUSED,
            prompt="something unspeakable",
            text=PROBLEM,
            problem=Problem(kind=Kind.BLOCKED, message=PROBLEM, billed=False),
            public_text="A prompt was blocked by the image model's safety system. It was not billed.",
            buttons=(Button(action=Action.EDIT_PROMPT, label="Edit prompt", price=0.042),),
        ),
        0,
    ),
    "control": (
        card(
            kind="control",
            text="Undone by Ana. Replies now edit v1.",
            detail="",
            buttons=(Button(action=Action.REDO, label="Redo"),),
        ),
        0,
    ),
    "notice": (
        card(
            kind="notice",
            conversation="",
            prompt="",
            detail="",
            text="On hold.",
            buttons=(Button(action=Action.RESUME, label="Resume", primary=True),),
        ),
        0,
    ),
    "question": (
        card(
            state=State.POSTED,
            text="",
            reply="By day or by night?",
            buttons=(
                Button(action=Action.ANSWER, label="By day", value="By day"),
                Button(action=Action.ANSWER, label="n" * 75, value="n" * 75),
            ),
        ),
        0,
    ),
    "gallery": (
        card(
            **{
                **DONE,
                "reply": None,
                "buttons": tuple(
                    Button(action=Action.VOTE, label=f"Vote {letter}", version=f"v{number}")
                    for number, letter in enumerate("ABCDEFGH", start=1)
                ),
            },
            images=tuple(version(f"v{number}") for number in range(1, 9)),
            captions=tuple(f"{letter} · v{n}" for n, letter in enumerate("ABCDEFGH", start=1)),
        ),
        8,
    ),
}


def pictures(count: int) -> list[render.AttachedImage]:
    return [render.AttachedImage(name=f"{n}.png", alt="a lighthouse at dusk") for n in range(count)]


def components(one: Card, count: int, **more: Any) -> list[dict[str, Any]]:
    view = render.render_card(one, pictures(count), **more)
    found: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call] # the SDK's
    assert view.is_finished(), "the SDK must not keep it"
    return found


def taken(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Have the strict Discord read components; fail with its complaints."""
    form = Body()
    body = Part(form, (), {"components": found})
    read = Layout(Limits(), lambda url: 1 if url.startswith("attachment://") else None).read(body)
    form.check()
    return read


@pytest.mark.parametrize("name", CARDS)
async def test_a_card_looks_as_it_did(name: str) -> None:
    versions = [("v3", "in red"), ("v2", "with a *hat* " * 20), ("v1", "a lighthouse")]
    found = components(*CARDS[name], versions=versions if name == "done" else ())
    taken(found)
    rows = [one for one in found if one["type"] == 1]
    assert len(rows) <= 2
    assert found == json.loads((HERE / f"{name}.json").read_text())


def test_panels_are_taken_with_pictures_or_in_lines() -> None:
    place = places.make_place(1, 2, 3)
    for panel in (starred(place, version("v4")), home(place, version("v4"))):
        for thumbnails in ({"0" * 64: b""}, {}) if panels.has_room(panel) else ({},):
            view = panels.render_panel(panel, thumbnails)
            found: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call] # the SDK's
            text = "".join(one.get("content", "") for one in walk(taken(found)))
            assert "https://discord.com/channels/1/3" in text
            assert "](https://evil.example)" not in text
            assert text.count("★" if not panel.fields else "3 prompts") == 10


FORMS: dict[str, Callable[[], Form]] = {
    "limits": lambda: limits_form.limits_form(Defaults(quota=Quota(person=2.5)), 16, 0.25),
    "new": lambda: forms.new_form(Catalog("gpt-4o-image")),
    "settings": lambda: forms.settings_form(
        Catalog("gpt-4o-image"), Defaults(), "c1", for_all=True, guests=False
    ),
    "long": lambda: replace(
        forms.new_form(Catalog("gpt-4o-image")),
        title="t" * 200,
        fields=(Field(name="text", label="l" * 90, kind="text", value="w" * 9000),),
    ),
}


@pytest.mark.parametrize("name", FORMS)
async def test_forms_are_taken(name: str) -> None:
    modal = modals.render_form(FORMS[name]())
    assert modal.is_finished(), "the SDK must not keep it"
    form = Body()
    read = read_modal(Part(form, (), modal.to_dict()))
    form.check()
    assert custom_ids.ControlId.parse(read.custom_id)
    assert read.fields


@pytest.mark.parametrize("most", [1, 20, 900])
@pytest.mark.parametrize(
    "text",
    [
        "x" * 9000,
        "*" * 9000,
        "🙂" * 3000,
        "@everyone " * 500,
        "\n" * 900 + "end",
        "\u202e\u0000x",
        "",
    ],
)
def test_no_words_exceed_their_place(text: str, most: int) -> None:
    for written in (escape(text, most), escape_line(text, most), clean(text, most)):
        assert len(written.encode("utf-16-le")) // 2 <= most
        assert "\u0000" not in written
        assert "\u202e" not in written
    assert not escape_line(text, most).endswith("\\")


@pytest.mark.parametrize(
    "text", ["x" * 9000, "_" * 9000, "🙂" * 3000, "<@1>\n# big\n- x\n> y\n" * 300]
)
async def test_the_largest_card_is_taken(text: str) -> None:
    one = card(
        person=Person(id="4", name=text),
        prompt=text,
        title=text,
        text=text,
        reply=text,
        detail=text,
        state=State.POSTED,
        images=tuple(replace(version(f"v{n}"), alt=text) for n in range(1, 9)),
        captions=(text,) * 8,
        buttons=tuple(
            Button(action=Action.VOTE, label=text, version=f"v{n}", price=0.1) for n in range(40)
        ),
    )
    read = taken(components(one, 8, note=text[:200], document="thread.zip"))
    assert len(list(walk(read))) <= 40


async def test_the_first_of_several_people_is_not_named_twice() -> None:
    one = card(person=Person(id="5", name="Bob"), prompt="Bob: in red\nAna: at night")
    assert components(one, 0)[0]["content"] == "**Bob**: in red\nAna: at night"


def test_markdown_of_others_stays_words() -> None:
    assert escape("# big\n- [x](y) ||s|| `c` <@1>", 200) == (
        "\\# big\n\\- \\[x](y) \\|\\|s\\|\\| \\`c\\` \\<@\u200b1>"
    )
    assert escape("C# in a-b", 200) == "C# in a-b"


def test_commands_have_what_the_catalogue_has() -> None:
    found = app_commands.build_commands(forms.new_form(Catalog("gpt-4o-image")))
    assert [one["name"] for one in found] == [
        "imagine",
        "easel",
        "Edit this image",
        "Use as reference",
    ]
    options = {one["name"]: one for one in found[0]["options"]}
    assert list(options) == ["prompt", "size", "quality", "n", "model", "image"]
    assert options["prompt"]["autocomplete"]
    assert [one["value"] for one in options["n"]["choices"]] == [1, 2]
    assert {"name": "1536×1024 (landscape)", "value": "1536x1024"} in options["size"]["choices"]
    assert all(one["integration_types"] == [0, 1] for one in found)


async def _write() -> None:
    HERE.mkdir(exist_ok=True)
    for name, (one, count) in CARDS.items():
        text = json.dumps(components(one, count), indent=1, ensure_ascii=False)
        (HERE / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    asyncio.run(_write())
