"""What the bot makes of a team's words and presses, with a real store and a strict local model."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import brainstorm, commands, discussion, votes
from bot.conversation.turn import Control
from bot.model.catalog.catalog import Catalog
from bot.ports.actions import Action
from bot.ports.errors import BadPrompt
from bot.ports.messages import IncomingMessage, MessageChange, Output, Person, Place, State
from bot.presentation import cards
from tests.bot.test_history import ANA, BEN, turn, version
from tests.journeys.driver import drawn, says
from tests.journeys.web import WebDriver
from tests.servers.model import Gate, ModelServer, fails, text
from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from tests.conftest import Start

MODEL = Catalog("gpt-4o-image").entry("gpt-4o-image")
IDEAS = "1. A fox\n2. A robot\n3. A lighthouse\n4. A paper boat"


async def act(web: WebDriver, thread: str, action: str, **more: Any) -> Any:
    return await web.http.post(
        f"/api/threads/{thread}/actions", json={"action": action, "person": "Ana", **more}
    )


async def begun(web: WebDriver, prompt: str = "a park", **output: str) -> tuple[str, str]:
    """Draw a first picture; return its thread and turn."""
    thread = await web.start(prompt, **output)
    await web.seen(thread, 0, lambda seen: "Vary" in seen.buttons)
    return thread, (await web.prompts(thread))[0]["id"]


async def ideas(web: WebDriver, model: ModelServer, *ticks: int) -> tuple[str, str]:
    """Brainstorm and tick; return its thread and turn."""
    model.answer(text(IDEAS))
    thread = await web.start("brainstorm: a mascot")
    await web.seen(thread, 0, lambda seen: "☐ 1" in seen.buttons)
    poll = (await web.prompts(thread))[0]["id"]
    for number in ticks:
        answer = await act(web, thread, "tick", turn=poll, fields={"value": str(number)})
        assert answer.json() == {"thread": thread, "turn": None}
    return thread, poll


# Words.


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("1. A fox\n2. A robot", ("A fox", "A robot")),
        ("Sure!\n\n1) **A fox** in red\n2) A robot", ("A fox in red", "A robot")),
        ("- A fox\n- A robot\n- A fox", ("A fox", "A robot")),
        ("**1.** A fox\n**2.** A robot", ("A fox", "A robot")),
        ("a. A fox\nb. A robot", ("A fox", "A robot")),
        ("A fox\nA robot", ("A fox", "A robot")),
        ("I cannot help with that.", ()),
        ("", ()),
        ("\n".join(f"{n}. idea {n}" for n in range(1, 9)), tuple(f"idea {n}" for n in range(1, 5))),
    ],
)
def test_directions_are_read_however_they_are_listed(reply: str, found: tuple[str, ...]) -> None:
    assert brainstorm.parse_ideas(reply) == found


@given(st.text())
def test_any_answer_gives_at_most_four_short_directions(reply: str) -> None:
    found = brainstorm.parse_ideas(reply)
    assert len(found) <= 4
    assert all(one.strip() == one and 0 < len(one) <= 300 and "\n" not in one for one in found)


people = st.sampled_from([ANA, BEN, Person(id="3", name="Cleo")])
points = st.lists(st.tuples(people, st.text("abc \n", min_size=1)), max_size=8)


@given(points)
def test_a_wording_says_every_point_in_order_and_whose_it_is(
    said: list[tuple[Person, str]],
) -> None:
    spoken = [(person, " ".join(words.split())) for person, words in said if words.strip()]
    wording = discussion.join_points(said)
    assert [
        line.partition(" ")[2] if len(spoken) > 1 else line for line in wording.splitlines()
    ] == [words for _, words in spoken]
    assert discussion.list_people(said) == tuple(dict.fromkeys(person.name for person, _ in spoken))
    if len({person.id for person, _ in spoken}) > 1:
        names = [line.partition(":")[0] for line in wording.splitlines()]
        assert names == [person.name for person, _ in spoken]


@given(st.dictionaries(st.sampled_from(["v1", "v2", "v3", "v4"]), st.integers(0, 3)))
def test_those_who_lead_have_the_most_votes_and_nobody_leads_without(
    counted: dict[str, int],
) -> None:
    lead = votes.find_leaders(counted)
    assert all(counted[one] == max(counted.values()) > 0 for one in lead)
    assert bool(lead) == (max(counted.values(), default=0) > 0)


@pytest.mark.parametrize(
    ("words", "action", "version", "letter"),
    [
        ("c", Action.CHOOSE, None, "c"),
        ("use d", Action.CHOOSE, None, "d"),
        ("choose the first one", Action.CHOOSE, None, "a"),
        ("I'll take the right one", Action.CHOOSE, None, "b"),
        ("vote C", Action.VOTE, None, "c"),
        ("I vote for v3", Action.VOTE, "v3", None),
        ("close the vote", Action.CLOSE, None, None),
        ("merge them", Action.MERGE, None, None),
        ("draw them side by side", Action.FORK, None, None),
        ("Finalise v2, please", Action.FINALIZE, "v2", None),
        ("pause", Action.PAUSE, None, None),
        ("go!", Action.GO, None, None),
    ],
)
def test_a_team_says_its_controls_in_words(
    words: str, action: Action, version: str | None, letter: str | None
) -> None:
    control = commands.parse(words).control
    assert control is not None
    assert (control.action, control.version, control.letter) == (action, version, letter)


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("always landscape from now on", {"size": "landscape"}),
        ("from now on, two images and no previews", {"n": "2", "previews": "off"}),
        ("always high quality for me", {"quality": "high", "whose": "mine"}),
        ("draft mode", {"quality": "low"}),
        ("always model gpt-image-2", {"model": "gpt-image-2"}),
        ("draft mode off", {"quality": "medium"}),
    ],
)
def test_settings_are_said_in_words(words: str, fields: dict[str, str]) -> None:
    assert commands.parse(words).control == Control(action=Action.SETTINGS, fields=fields)


@pytest.mark.parametrize("words", ["always a smile", "from now on it rains", "go to the beach"])
def test_words_that_only_begin_like_a_setting_are_prompts(words: str) -> None:
    assert commands.parse(words).control is None


# Cards.


def test_a_card_in_another_model_or_without_previews_says_so() -> None:
    catalog = Catalog("gpt-4o-image")
    other = turn(state=State.DRAWING, model="gpt-image-2", previews=False)
    detail = cards.card(other, model=catalog.entry("gpt-image-2")).detail
    assert detail == "1024×1024 · low · gpt-image-2 · no previews"


def test_prices_of_drawing_many_are_those_of_all_together() -> None:
    gallery = turn(
        state=State.POSTED,
        directions=("a", "b", "c"),
        ticked=(1, 3),
        is_brainstorm=True,
        output=Output(size="1024x1024", quality="medium", n=2),
    )
    buttons = cards.card(gallery, model=MODEL).buttons
    [button] = [one for one in buttons if one.action is Action.DRAW]
    assert (button.label, button.price) == ("Draw 2", 0.084)
    first = turn(state=State.QUEUED, queue_position=1, forkable=3, mergeable=2)
    merge, fork, cancel = cards.card(first, model=MODEL).buttons[:3]
    assert (merge.label, merge.price) == ("Merge 2 into one edit", 0.011)
    assert (fork.label, fork.price, fork.value) == ("Draw 3 side by side", 0.033, "3")
    assert cancel.action is Action.CANCEL


def test_a_gallery_names_its_pictures_by_letters_that_stay() -> None:
    parts = (
        turn(
            id="p1",
            state=State.POSTED,
            output=Output(n=2),
            versions=(version("v4a"), version("v4b")),
        ),
        turn(id="p2", state=State.DRAWING),
        turn(id="p3", state=State.POSTED, versions=(version("v5"),)),
    )
    gallery = turn(state=State.POSTED, directions=("a", "b", "c"), ticked=(1, 2, 3), children=parts)
    card = cards.card(gallery, model=MODEL)
    assert card.captions == ("A · v4a", "B · v4b", "D · v5")
    assert "2 of 3 done" in card.text
    assert votes.find_version(gallery, "d") == "v5"
    assert votes.find_version(gallery, "c") is None
    assert not votes.can_vote(gallery)
    assert "Cancel the rest" in [button.label for button in card.buttons]


# What comes twice, late, from elsewhere, or makes no sense.


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("settings", {"fields": {"size": "9x9"}}, 422, "1024x1024"),
    ("settings", {"fields": {"previews": "maybe"}}, 422, "on or off"),
    ("settings", {"fields": {"whose": "theirs"}}, 422, "thread or mine"),
    ("settings", {"fields": {"size": ""}}, 422, "from now on"),
    ("settings", {"fields": {"n": "many"}}, 422, "1 or 2"),
    ("settings", {"fields": {"model": "dall-e"}}, 422, "gpt-4o-image"),
    ("finalize", {"version": "v9"}, 422, "v9"),
    ("go", {}, 409, "pause"),
    ("go", {"fields": {"value": "draw"}, "turn": "nothing"}, 409, "pause"),
    ("merge", {}, 409, "aren't two prompts"),
    ("fork", {}, 409, "aren't two prompts"),
    ("vote", {"version": "v1"}, 409, "nothing to choose"),
    ("vote", {"version": "v1", "turn": "nothing"}, 409, "nothing to choose"),
    ("close", {}, 409, "nothing to choose"),
    ("tick", {"turn": "x", "fields": {"value": "\u0661"}}, 422, "the number of"),
    ("tick", {}, 422, "the number of"),
    ("draw", {}, 409, "nothing to choose"),
    ("together", {}, 409, "aren't two"),
]


async def test_what_does_not_fit_is_refused_with_a_sentence_and_draws_nothing(
    web: WebDriver, model: ModelServer
) -> None:
    thread, _ = await begun(web)
    for action, more, status, words in REFUSED:
        answer = await act(web, thread, action, **more)
        assert answer.status_code == status, answer.text
        assert words in answer.json()["error"]["says"]
    assert len(model.requests) == 1


async def test_nobody_reaches_into_another_thread(web: WebDriver, model: ModelServer) -> None:
    _, poll = await ideas(web, model, 1)
    thread, _ = await begun(web)
    for action, more in (
        ("draw", {}),
        ("vote", {"version": "v1"}),
        ("tick", {"fields": {"value": "1"}}),
        ("close", {}),
    ):
        answer = await act(web, thread, action, turn=poll, **more)
        assert answer.status_code == 409, answer.text
    assert len(model.requests) == 2


async def test_the_same_press_twice_is_done_once_and_answers_the_same(
    web: WebDriver, model: ModelServer
) -> None:
    thread, poll = await ideas(web, model, 1, 2)
    tick = {"turn": poll, "fields": {"value": "3"}, "event": "tick"}
    assert (await act(web, thread, "tick", **tick)).json() == (
        await act(web, thread, "tick", **tick)
    ).json()
    ticked = (await web.prompts(thread))[0]["card"]["buttons"]
    assert [one["label"][0] for one in ticked[:4]] == ["☑", "☑", "☑", "☐"]
    answers = await asyncio.gather(
        *(act(web, thread, "draw", turn=poll, event=f"draw {n}", person=n) for n in "abc")
    )
    assert {answer.status_code for answer in answers} == {202}
    await web.seen(thread, 0, lambda seen: "Vote C" in seen.buttons)
    assert len(model.requests) == 4, "each direction is drawn once, whoever presses"
    late = await act(web, thread, "tick", turn=poll, fields={"value": "3"})
    assert late.status_code == 409
    assert "closed" in late.json()["error"]["says"]


async def test_what_a_button_says_is_what_is_drawn_and_what_is_left_can_be_drawn_later(
    web: WebDriver, model: ModelServer
) -> None:
    thread, poll = await ideas(web, model, 1, 2)
    card = (await web.prompts(thread))[0]["card"]
    [draw] = [one for one in card["buttons"] if one["action"] == "draw"]
    assert draw["label"] == "Draw 2"
    await act(web, thread, "tick", turn=poll, fields={"value": "4"})
    # somebody ticked one more meanwhile: who pressed read a price for two
    await act(web, thread, "draw", turn=poll, fields={"value": draw["value"]})
    await web.seen(thread, 0, lambda seen: "Vote B" in seen.buttons)
    assert len(model.requests) == 3
    card = (await web.prompts(thread))[0]["card"]
    labels = [one["label"] for one in card["buttons"]]
    assert [one for one in labels if one[0] in "☐☑"] == ["☐ 3", "☑ 4"]
    assert "Draw 1" in labels
    assert "free" not in card["detail"]
    assert all(len(one.split(" · ")) == 3 for one in card["captions"]), card["captions"]
    await act(web, thread, "vote", turn=poll, version="v2")
    await act(web, thread, "close", turn=poll)
    await web.seen(thread, 0, lambda seen: "Edit…" in seen.buttons)
    card = (await web.prompts(thread))[0]["card"]
    edits = [one for one in card["buttons"] if one["action"] in {"edit", "vary", "finalize"}]
    assert {one["version"] for one in edits} == {"v2"}
    assert len(edits) == 3


async def test_a_proposal_is_proposed_anew_when_more_was_said_since(
    web: WebDriver, model: ModelServer
) -> None:
    thread, _ = await begun(web)
    await act(web, thread, "pause")
    await web.say(thread, "a red roof")
    await web.say(thread, "go")
    await web.say(thread, "and a blue door", person="Ben")
    await web.use(thread, "Draw")
    await web.shown(thread, says("Ben: and a blue door"))
    assert len(model.requests) == 1
    await web.use(thread, "Draw")
    await web.seen(thread, 1, drawn("v2 ← v1"))
    assert model.requests[1].prompt == "Ana: a red roof\nBen: and a blue door"


async def test_pictures_that_come_with_the_talk_are_in_the_edit(
    web: WebDriver, model: ModelServer
) -> None:
    thread, _ = await begun(web)
    await act(web, thread, "pause")
    await web.http.post(
        f"/api/threads/{thread}/messages",
        data={"text": "a door like this"},
        files=[("files", ("door.png", png(50), "image/png"))],
    )
    await act(web, thread, "go", fields={"text": "add the door"})
    await web.seen(thread, 1, drawn("v2 ← v1"))
    assert model.requests[1].images == [png(1), png(50)]


async def test_a_pause_in_which_nobody_spoke_just_ends(web: WebDriver, model: ModelServer) -> None:
    thread, _ = await begun(web)
    await act(web, thread, "pause")
    assert (await web.thread(thread))["mode"] == "talking"
    assert "Drawing is on again" in (await act(web, thread, "go")).json()["says"]
    assert (await web.thread(thread))["mode"] == "drawing"
    assert len(model.requests) == 1


async def test_messages_that_are_changed_later_change_what_they_asked(
    start: Start, model: ModelServer
) -> None:
    """As chat platforms tell it: what was said is edited, or deleted, while it waits or is talked about."""
    async with start() as one, WebDriver(one.address) as web:
        thread, _ = await begun(web)
        place = Place(platform="web", workspace="local", channel="page", thread=thread)

        async def say(message: str, words: str, person: Person = ANA) -> None:
            said = IncomingMessage(
                event_id=message, place=place, person=person, text=words, message_id=message
            )
            assert (await one.easel.handle_message(said)).refusal is None

        async def change(message: str, what: Literal["edited", "deleted"], words: str = "") -> None:
            event = f"{message} {what}"
            change = MessageChange(
                event_id=event, place=place, message_id=message, what=what, text=words
            )
            await one.easel.handle_change(change)

        await say("m0", "pause")
        await say("m1", "a red roof")
        await say("m2", "and a cat", BEN)
        await say("m3", "or none", BEN)
        await change("m1", "edited", "a blue roof")
        await change("m2", "deleted")
        await change("m3", "edited", "// never mind")
        form = (await act(web, thread, "go")).json()["form"]
        assert form["fields"][0]["value"] == "a blue roof"
        gate = Gate()
        model.answer(gate.before(model.draw))
        await act(web, thread, "go", fields={"text": "a blue roof"})
        await gate.entered.wait()
        await say("m4", "add a bench")
        await change("m4", "edited", "// add a bench?")
        await say("m5", "add a dog")
        await say("m6", "add a cat", BEN)
        await web.use(thread, "Merge 2")
        await change("m5", "deleted")
        await change("m6", "edited", "add a tiger")
        gate.open.set()
        await web.seen(thread, 3, drawn("v3 ← v2"))
        assert (await web.prompts(thread))[2]["state"] == "cancelled"
        assert model.requests[2].prompt == "Ana: add a dog\nBen: add a cat", "theirs by now"


async def test_what_is_final_already_is_not_drawn_again(web: WebDriver) -> None:
    thread, _ = await begun(web, size="2048x2048", quality="high")
    answer = await act(web, thread, "finalize")
    assert answer.status_code == 422
    assert "v1 is already the best" in answer.json()["error"]["says"]


async def test_a_brainstorm_about_a_picture_is_shown_it_and_branches_from_it(
    web: WebDriver, model: ModelServer
) -> None:
    thread, _ = await begun(web)
    model.answer(text(IDEAS))
    await web.say(thread, "brainstorm: what could stand on the hill")
    await web.seen(thread, 1, lambda seen: "☐ 1" in seen.buttons)
    assert model.requests[1].images == model.requests[1].images[:1] != []
    await web.press(thread, 1, "☐ 1")
    await web.press(thread, 1, "☐ 2")
    await web.press(thread, 1, "Draw 2")
    await web.seen(thread, 1, lambda seen: "Vote A" in seen.buttons)
    found = await web.thread(thread)
    assert [one["parent"] for one in found["versions"]] == [None, "v1", "v1"]
    assert found["head"] == "v1", "until somebody chooses"
    await web.say(thread, "b: with a flag")
    await web.seen(thread, 2, lambda seen: "Vary" in seen.buttons)
    letters = [one["number"] for one in (await web.prompts(thread))[1]["card"]["images"]]
    assert (await web.prompts(thread))[2]["source"] == letters[1]
    await web.say(thread, "use a")
    assert (await web.thread(thread))["head"] == letters[0]


async def test_an_answer_without_a_list_offers_no_ticks(web: WebDriver, model: ModelServer) -> None:
    model.answer(text("I would rather not."))
    thread = await web.start("brainstorm: a mascot")
    seen = await web.seen(thread, 0, says("rather not"))
    assert not [label for label in seen.buttons if label.startswith("☐")]


async def test_a_gallery_goes_on_after_a_restart(start: Start, model: ModelServer) -> None:
    gate = Gate()
    async with start(grace_s=0) as one, WebDriver(one.address) as web:
        thread, poll = await ideas(web, model, 1, 2)
        model.answer(gate.before(fails(500)))
        await act(web, thread, "draw", turn=poll)
        await gate.entered.wait()
    async with start() as two, WebDriver(two.address) as web:
        gallery = await web.seen(thread, 0, lambda seen: any("Retry" in b for b in seen.buttons))
        assert "may have been billed" in gallery.text
        gate.open.set()
        await web.use(thread, "Retry")
        await web.seen(thread, 0, lambda seen: {"Vote A", "Vote B"} <= set(seen.buttons))


async def test_what_is_not_drawn_of_a_gallery_is_cancelled_at_once(
    web: WebDriver, model: ModelServer
) -> None:
    thread, _ = await ideas(web, model, 1, 2, 3)
    gate = Gate()
    model.answer(model.draw, gate.before(model.draw), gate.before(model.draw))
    await web.press(thread, 0, "Draw 3")
    await web.seen(thread, 0, says("1 of 3 done"))
    await web.use(thread, "Cancel the rest")
    seen = await web.seen(thread, 0, says("Cancelled"))
    assert len(seen.images) == 1
    assert not any(label.startswith("Vote") for label in seen.buttons)
    gate.open.set()


def test_a_setting_that_says_nothing_names_what_could_be_said() -> None:
    with pytest.raises(BadPrompt):
        commands.make_output("square", None, "no")


async def test_a_page_says_what_it_left_alone_and_keeps_pictures_for_their_words(
    web: WebDriver, model: ModelServer
) -> None:
    thread = await web.start("a room")
    await web.seen(thread, 0, drawn("v1"))
    path = f"/api/threads/{thread}/messages"
    for said, answer in (
        ("thanks!", "You’re welcome"),
        ("👍", "I didn't draw anything for that"),
        ("@ben thoughts?", "for someone else"),
        ("hi", "Say what to draw"),
        ("what can you do?", "Every thread is a canvas"),
    ):
        told = await web.begin(path, {"person": "Ana", "text": said})
        assert answer in told["says"]
    picture = {"person": "Ana", "files": [data_url(png(5))], "event": "lone"}
    told = await web.begin(path, picture)
    assert "use it with your next prompt" in told["says"]
    assert "says" not in await web.begin(path, picture), "the same call keeps it once"
    await web.say(thread, "use this")
    await web.seen(thread, 1, drawn("v2 ← v1"))
    await web.say(thread, "brighter")
    await web.seen(thread, 2, drawn("v3 ← v2"))
    assert [one.images for one in model.requests[1:]] == [[png(1), png(5)], [png(2)]]


async def test_no_name_is_made_of_blocked_words(web: WebDriver, model: ModelServer) -> None:
    model.answer(fails(451, "moderation_blocked"))
    thread = await web.start("something unspeakable")
    await web.seen(thread, 0, says("safety"))
    assert "unspeakable" not in (await web.thread(thread))["title"]
    blocked = (await web.prompts(thread))[0]
    other = {"action": "edit_prompt", "turn": blocked["id"], "person": "Ben"}
    refused = await web.http.post(f"/api/threads/{thread}/actions", json=other)
    assert (refused.status_code, "Only the person who wrote" in refused.text) == (403, True)
    await web.say(thread, "a lighthouse")
    await web.seen(thread, 1, drawn("v1"))
    assert (await web.thread(thread))["title"] == "a lighthouse"


async def test_a_setting_of_a_channel_is_no_one_persons(web: WebDriver) -> None:
    thread, _ = await begun(web)
    refused = await act(web, thread, "settings", fields={"replies": "mentioned", "whose": "mine"})
    assert "not for one person" in refused.text
    for whose in ("channel", "workspace"):
        said = await act(web, thread, "settings", fields={"replies": "mentioned", "whose": whose})
        assert f"In this {whose} from now on: only when mentioned" in said.json()["says"]
    path = f"/api/threads/{thread}/messages"
    told = await web.begin(path, {"person": "Ana", "text": "a hat"})
    assert "only draw messages that mention @Easel" in told["says"]
