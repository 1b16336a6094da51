"""The contract of the Adapter port: a suite that each adapter runs, against its real SDK and a local server."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from bot.ports.actions import Action
from bot.ports.cards import Button, Card, Document, Posted, Problem
from bot.ports.errors import CannotPost, Kind, NotPosted
from bot.ports.messages import Output, Person, Place, State, Version
from tests.servers.pictures import png

if TYPE_CHECKING:
    from pathlib import Path

    from bot.ports.adapter import Adapter

ANA = Person(id="U1", name="Ana")


class Harness(Protocol):
    """A running Easel with the adapter under test, and its platform."""

    adapter: Adapter
    #: does the platform show messages of its own (the page does not)?
    posts: bool

    def channel(self) -> Place:
        """Return a place without a thread, where the bot may post."""
        ...

    def gone(self) -> Place:
        """Return a place where the bot cannot post."""
        ...

    async def image(self, data: bytes) -> Version:
        """Keep an image, so that a card may show it."""
        ...

    async def texts(self, place: Place) -> list[str]:
        """Return the readable text of each message of the bot in a thread, oldest first."""
        ...

    async def said(self, place: Place, words: str) -> None:
        """Wait until a message of the bot in a thread says this: what only moves may be put off a little."""
        ...

    async def images(self, place: Place) -> list[bytes]:
        """Return the images shown in a thread, as people see them."""
        ...

    async def documents(self, place: Place) -> list[tuple[str, bytes]]:
        """Return the files in a thread that are no pictures: their names and bytes."""
        ...

    def notified(self) -> list[Any]:
        """Return whom the bot's messages would have notified."""
        ...

    async def private(self, person: Person) -> list[str]:
        """Return what only this person was shown."""
        ...


def card(**more: Any) -> Card:
    """Make a card; a new one each time."""
    defaults: dict[str, Any] = {
        "id": secrets.token_hex(8),
        "conversation": secrets.token_hex(8),
        "kind": "prompt",
        "order": 1,
        "state": State.QUEUED,
        "revision": 1,
        "person": ANA,
        "prompt": "a lighthouse at dusk",
        "title": "",
        "text": "Next in line.",
        "detail": "1024×1024 · medium",
        "output": Output(size="1024x1024", quality="medium", n=1),
        "buttons": (Button(action=Action.CANCEL, label="Cancel"),),
    }
    return Card(**{**defaults, **more})


def drawn(of: Card, *images: Version) -> Card:
    """Return the same card, finished."""
    return replace(
        of,
        state=State.POSTED,
        title=", ".join(image.number for image in images),
        text="",
        reply="Here it is.",
        images=images,
        buttons=(
            Button(action=Action.EDIT, label="Edit…", version="v1", price=0.042),
            Button(action=Action.VARY, label="Vary", version="v1", price=0.042),
            Button(action=Action.UNDO, label="Undo", version="v1"),
        ),
    )


class AdapterContract:
    """Subclass it with a fixture `harness`."""

    async def test_the_first_show_makes_the_thread_and_says_where_it_is(
        self, harness: Harness
    ) -> None:
        one = card()
        at = await harness.adapter.show(harness.channel(), one, None)
        assert at.place.thread is not None
        assert at.place.platform == harness.adapter.name
        assert bool(at.messages) is harness.posts

    async def test_a_card_is_one_message_that_changes(self, harness: Harness) -> None:
        one = card()
        at = await harness.adapter.show(harness.channel(), one, None)
        again = await harness.adapter.show(at.place, replace(one, text="Drawing…"), at)
        assert again.place == at.place
        assert again.messages[:1] == at.messages[:1]
        if harness.posts:
            await harness.said(at.place, "Drawing…")
            [text] = await harness.texts(at.place)
            assert "Next in line" not in text

    async def test_a_card_whose_whereabouts_were_forgotten_is_found_again(
        self, harness: Harness
    ) -> None:
        """As after a crash between posting and remembering: in a new thread, and in an old one."""
        root = card()
        at = await harness.adapter.show(harness.channel(), root, None)
        found = await harness.adapter.show(harness.channel(), replace(root, text="Drawing…"), None)
        assert (found.place, found.messages[:1]) == (at.place, at.messages[:1])
        reply = card(conversation=root.conversation, prompt="make it blue")
        first = await harness.adapter.show(at.place, reply, None)
        second = await harness.adapter.show(at.place, replace(reply, text="Drawing…"), None)
        assert second.messages[:1] == first.messages[:1]
        if harness.posts:
            assert len(await harness.texts(at.place)) == 2

    async def test_a_finished_card_shows_its_image_with_words_for_those_who_cannot_see_it(
        self, harness: Harness
    ) -> None:
        one = card()
        at = await harness.adapter.show(harness.channel(), one, None)
        image = await harness.image(png(5))
        at = await harness.adapter.show(at.place, drawn(one, image), at)
        if harness.posts:
            assert await harness.images(at.place) == [png(5)]
            [text] = await harness.texts(at.place)
            assert image.alt in text
            assert "Here it is." in text

    async def test_two_images_are_both_shown(self, harness: Harness) -> None:
        one = card()
        images = [await harness.image(png(n)) for n in (5, 6)]
        numbered = [
            replace(i, number=f"v1{letter}") for i, letter in zip(images, "ab", strict=True)
        ]
        at = await harness.adapter.show(harness.channel(), drawn(one, *numbered), None)
        if harness.posts:
            assert await harness.images(at.place) == [png(5), png(6)]

    @pytest.mark.parametrize(
        "text",
        [
            "<!channel> <!here> <@U1> @everyone @here <@1> <@&1>",
            "*bold* _it_ `code` ```block``` ~~x~~ || spoiler || [a](https://evil.example)",
            "& < > &lt;b&gt; <https://evil.example|click>",
            "x" * 9000,
            "\n" * 300 + "end",
            "\u202e reversed \u0000 nul",
            "🙂" * 3000,
        ],
        ids=["mentions", "markdown", "escapes", "long", "lines", "controls", "emoji"],
    )
    async def test_whatever_people_or_the_model_write_is_shown_and_notifies_nobody(
        self, harness: Harness, text: str
    ) -> None:
        one = card(
            prompt=text, person=Person(id="U1", name=text[:300]), reply=text, text=text[:2000]
        )
        at = await harness.adapter.show(harness.channel(), one, None)
        image = replace(await harness.image(png(5)), alt=text)
        await harness.adapter.show(at.place, drawn(replace(one, reply=text), image), at)
        assert harness.notified() == []

    async def test_every_state_and_many_buttons_can_be_shown(self, harness: Harness) -> None:
        for state in State:
            buttons = tuple(
                Button(action=Action.VOTE, label=f"Vote for v{n} ({n})", version=f"v{n}", price=0.1)
                for n in range(9)
            )
            problem = Problem(kind=Kind.UNAVAILABLE, message="It has a fault. Retry.", billed=False)
            one = card(state=state, buttons=buttons, problem=problem, text=problem.message)
            at = await harness.adapter.show(harness.channel(), one, None)
            assert at.place.thread

    async def test_words_that_are_kept_from_others_are_not_in_the_thread(
        self, harness: Harness
    ) -> None:
        if not harness.posts:
            pytest.skip("the page shows everything to everybody")
        one = card(
            prompt="something unspeakable", state=State.REFUSED, public_text="A prompt was blocked."
        )
        at = await harness.adapter.show(harness.channel(), one, None)
        [text] = await harness.texts(at.place)
        assert "unspeakable" not in text
        assert "A prompt was blocked." in text

    async def test_a_whisper_is_private_or_not_said(self, harness: Harness) -> None:
        at = await harness.adapter.show(harness.channel(), card(), None)
        secret = card(prompt="something unspeakable", text="It was blocked.", state=State.REFUSED)
        if await harness.adapter.post_ephemeral(at.place, ANA, secret, "no-such-event"):
            assert any("It was blocked." in text for text in await harness.private(ANA))
        if harness.posts:
            assert not any("It was blocked." in text for text in await harness.texts(at.place))

    async def test_what_is_removed_is_gone_and_may_be_removed_again(self, harness: Harness) -> None:
        one = card()
        root = await harness.adapter.show(harness.channel(), one, None)
        at = await harness.adapter.show(root.place, card(conversation=one.conversation), None)
        for _ in range(2):
            await harness.adapter.remove_card(at)
        if harness.posts:
            assert len(await harness.texts(root.place)) == 1

    async def test_a_thread_whose_first_card_is_removed_goes_on(self, harness: Harness) -> None:
        one = card()
        root = await harness.adapter.show(harness.channel(), one, None)
        await harness.adapter.show(root.place, card(conversation=one.conversation), None)
        await harness.adapter.remove_card(root)
        again = card(conversation=one.conversation, text="Still here.")
        at = await harness.adapter.show(root.place, again, None)
        assert at.place == root.place
        if harness.posts:
            texts = await harness.texts(root.place)
            assert len(texts) == 2
            assert "Still here." in texts[-1]

    async def test_a_picture_goes_with_its_card_and_stays_on_others(self, harness: Harness) -> None:
        image = await harness.image(png(5))
        one = card()
        root = await harness.adapter.show(harness.channel(), drawn(one, image), None)
        for count in (1, 2):  # also what is drawn anew just as it was
            other = drawn(card(conversation=one.conversation), image)
            at = await harness.adapter.show(root.place, other, None)
            if harness.posts:
                assert await harness.images(root.place) == [png(5)] * 2, count
            await harness.adapter.remove_card(at)
            if harness.posts:
                assert await harness.images(root.place) == [png(5)], count

    async def test_a_card_that_loses_one_of_two_pictures_shows_the_other(
        self, harness: Harness
    ) -> None:
        two = [await harness.image(png(n)) for n in (5, 6)]
        one = card()
        at = await harness.adapter.show(harness.channel(), drawn(one, *two), None)
        at = await harness.adapter.show(at.place, drawn(one, two[1]), at)
        if harness.posts:
            assert await harness.images(at.place) == [png(6)]

    async def test_a_file_that_is_handed_out_is_in_the_thread_once(
        self, harness: Harness, tmp_path: Path
    ) -> None:
        file = tmp_path / "export.zip"
        file.write_bytes(b"PK\x05\x06" + bytes(18))
        root = await harness.adapter.show(harness.channel(), card(), None)
        document = Document(name="easel-a-boat.zip", media_type="application/zip", path=file)
        given = card(kind="notice", prompt="", text="All in one file.", document=document)
        for _ in range(2):
            await harness.adapter.show(root.place, given, None)
        if harness.posts:
            assert await harness.documents(root.place) == [("easel-a-boat.zip", file.read_bytes())]
            assert "All in one file." in (await harness.texts(root.place))[1]

    async def test_a_place_where_pictures_can_be_posted_passes_the_look_before_paying(
        self, harness: Harness
    ) -> None:
        at = await harness.adapter.show(harness.channel(), card(), None)
        await harness.adapter.check_place(harness.channel(), "no-such-event")
        await harness.adapter.check_place(at.place, "no-such-event")

    async def test_a_place_where_it_cannot_post_is_told_before_anything_is_paid(
        self, harness: Harness
    ) -> None:
        if not harness.posts:
            pytest.skip("the page is always there")
        with pytest.raises(CannotPost) as raised:
            await harness.adapter.check_place(harness.gone(), "no-such-event")
        problem = raised.value.facts["problem"]
        assert problem
        assert not problem.endswith("."), "a part of a sentence"

    async def test_a_place_where_it_cannot_post_is_told(self, harness: Harness) -> None:
        if not harness.posts:
            pytest.skip("the page is always there")
        with pytest.raises(NotPosted):
            await harness.adapter.show(harness.gone(), card(), None)

    async def test_a_notice_without_a_conversation_can_be_shown_and_changed(
        self, harness: Harness
    ) -> None:
        notice = card(kind="notice", conversation="", prompt="", text="On hold.", order=0)
        at = await harness.adapter.show(harness.channel(), notice, None)
        again = await harness.adapter.show(harness.channel(), replace(notice, text="Resumed."), at)
        assert again.messages[:1] == at.messages[:1]
        assert isinstance(again, Posted)
