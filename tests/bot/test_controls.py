from __future__ import annotations

import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import commands
from bot.ports.actions import Action
from bot.ports.errors import BadPrompt
from bot.ports.messages import Output


@pytest.mark.parametrize(
    ("text", "action", "version", "letter"),
    [
        ("undo", Action.UNDO, None, None),
        ("Undo that, please!", Action.UNDO, None, None),
        ("please undo the last edit", Action.UNDO, None, None),
        ("go back", Action.UNDO, None, None),
        ("redo", Action.REDO, None, None),
        ("go back to v2", Action.GOTO, "v2", None),
        ("Back to version 12.", Action.GOTO, "v12", None),
        ("back to v8b", Action.GOTO, "v8b", None),
        ("restore the original", Action.GOTO, "v1", None),
        ("go back to the first one", Action.GOTO, "v1", None),
        ("V3", Action.GOTO, "v3", None),
        ("again", Action.VARY, None, None),
        ("another one please", Action.VARY, None, None),
        ("vary v4", Action.VARY, "v4", None),
        ("use the second one", Action.CHOOSE, None, "b"),
        ("I'll take the left one", Action.CHOOSE, None, "a"),
        ("choose v8b", Action.CHOOSE, "v8b", None),
        ("b", Action.CHOOSE, None, "b"),
        ("cancel", Action.CANCEL, None, None),
        ("never mind", Action.CANCEL, None, None),
        ("Try again", Action.RETRY, None, None),
        ("resume", Action.RESUME, None, None),
        ("undo 🙏", Action.UNDO, None, None),
        ("`undo`", Action.UNDO, None, None),
        ("*undo*", Action.UNDO, None, None),
        ("> undo", Action.UNDO, None, None),
        ("“undo”", Action.UNDO, None, None),
        ("/undo", Action.UNDO, None, None),
        ("sorry, undo :pray:", Action.UNDO, None, None),
        ("hey easel, undo that pls!! 😅", Action.UNDO, None, None),
        ("undo ;)", Action.UNDO, None, None),
        ("go back to v2 👍", Action.GOTO, "v2", None),
        ("**redo**…", Action.REDO, None, None),
        ("b 👍", Action.CHOOSE, None, "b"),
        ("¡export!", Action.EXPORT, None, None),
    ],
)
def test_a_control_in_words_is_understood(
    text: str, action: Action, version: str | None, letter: str | None
) -> None:
    control = commands.parse(text).control
    assert control is not None
    assert (control.action, control.version, control.letter) == (action, version, letter)


@pytest.mark.parametrize(
    "text",
    [
        "undo the top button of his shirt",
        "go back to the sea",
        "redo the sky in purple",
        "again but at night",
        "another one of those boats on the left",
        "cancel the clouds",
        "stop sign on the left",
        "stop the rain",
        "use the second boat as a house",
        "choose a nicer colour",
        "pick a flower",
        "take the train away",
        "resume the party",
        "v-shaped flock of birds",
        "back to back dancers",
        "a",  # soft: a choice where there is one, else a prompt
        "make it 2 cats",
        "try again with a dog",
        "restore the castle",
        "undo 👕",
        "a 🐱",
        "export :container_ship: at sea",
    ],
)
def test_a_prompt_is_never_swallowed(text: str) -> None:
    reading = commands.parse(text)
    assert reading.control is None or reading.soft
    assert reading.text == text


WORDS = st.lists(
    st.text(string.ascii_lowercase, min_size=3, max_size=9).filter(
        lambda word: word not in {"please", "pls", "thanks", "now", "then", "that", "this", "one"}
    ),
    min_size=3,
    max_size=8,
)


@given(WORDS, st.sampled_from(["undo", "redo", "cancel", "again", "stop", "go back to", "use the"]))
def test_whatever_says_more_than_a_control_is_a_prompt(words: list[str], control: str) -> None:
    text = f"{control} {' '.join(words)}"
    assert commands.parse(text).control is None


@given(st.text(max_size=200))
def test_reading_never_fails_but_with_a_sentence(text: str) -> None:
    with suppress(BadPrompt):
        reading = commands.parse(text)
        assert reading.control is not None or isinstance(reading.text, str)


@pytest.mark.parametrize(
    ("text", "source", "letter", "rest"),
    [
        ("v2: make it blue", "v2", None, "make it blue"),
        ("V12a , add a dog", "v12a", None, "add a dog"),
        ("edit v2 – make it\nblue", "v2", None, "make it\nblue"),
        ("b: give it a hat", None, "b", "give it a hat"),
        ("a lighthouse: tall", None, None, "a lighthouse: tall"),
        ("ratio 16:9, v2 engine", None, None, "ratio 16:9, v2 engine"),
    ],
)
def test_a_prompt_can_name_what_it_edits(
    text: str, source: str | None, letter: str | None, rest: str
) -> None:
    reading = commands.parse(text)
    assert (reading.source, reading.letter, reading.text) == (source, letter, rest)


def test_options_are_found_anywhere_and_taken_out() -> None:
    reading = commands.parse(
        "size:portrait a lighthouse QUALITY:best at dusk n:2 model:gpt-4o-image"
    )
    assert reading.text == "a lighthouse at dusk"
    assert reading.output == Output(size="1024x1536", quality="high", n=2)
    assert reading.model == "gpt-4o-image"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("size:portrait, quality:high", ""),
        ("a cat, size:portrait, quality:high", "a cat"),
        ("size:portrait,quality:high a cat", "a cat"),
        ("a cat; size: portrait; quality: high.", "a cat"),
        ("size=portrait quality=high a cat", "a cat"),
        ("a size: portrait quality:high, cat", "a cat"),
    ],
)
def test_options_may_stand_in_a_list(text: str, rest: str) -> None:
    reading = commands.parse(text)
    assert (reading.text, reading.output) == (rest, Output(size="1024x1536", quality="high"))


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("only when mentioned", {"replies": "mentioned"}),
        ("Reply only when mentioned, please", {"replies": "mentioned"}),
        ("every reply", {"replies": "every"}),
        ("every reply in this channel", {"replies": "every", "whose": "channel"}),
        ("allow guests in this channel", {"guests": "allow", "whose": "channel"}),
        ("block guests in this workspace", {"guests": "block", "whose": "workspace"}),
        ("only when mentioned in the server", {"replies": "mentioned", "whose": "workspace"}),
        ("only if you're mentioned here", {"replies": "mentioned", "whose": "thread"}),
        ("always only when mentioned everywhere", {"replies": "mentioned", "whose": "workspace"}),
        ("always landscape in this channel", {"size": "landscape", "whose": "channel"}),
        ("always low quality for me", {"quality": "low", "whose": "mine"}),
    ],
)
def test_what_holds_from_now_on_can_be_said(text: str, fields: dict[str, str]) -> None:
    control = commands.parse(text).control
    assert control is not None
    assert (control.action, control.fields) == (Action.SETTINGS, fields)


@pytest.mark.parametrize(
    "text", ["size: as big as a house", "a model: tall", "n: a letter", "every reply bird"]
)
def test_what_is_no_option_or_setting_is_drawn(text: str) -> None:
    reading = commands.parse(text)
    assert (reading.control, reading.text, reading.output) == (None, text, Output())


def test_a_count_that_is_no_number_is_refused_with_the_choices() -> None:
    with pytest.raises(BadPrompt) as caught:
        commands.parse("two boats n:many")
    assert "1 or 2" in caught.value.facts["problem"]


def test_an_unknown_size_is_kept_for_the_catalogue_to_refuse() -> None:
    assert commands.parse("a boat size:9x9").output.size == "9x9"


def test_text_that_only_looks_like_an_option_stays() -> None:
    assert commands.parse("a sign that says time:now").text == "a sign that says time:now"


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_no_words_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadPrompt) as caught:
        commands.check_prompt(text)
    assert "lighthouse" in caught.value.facts["problem"]


def test_too_many_words_are_refused_with_the_limit() -> None:
    assert commands.check_prompt("x" * 8000)
    with pytest.raises(BadPrompt) as caught:
        commands.check_prompt("x" * 8001)
    assert "8,000" in caught.value.facts["problem"]


@pytest.mark.parametrize("text", ["// nice", "  //nice", "//"])
def test_what_begins_with_two_slashes_is_for_other_people(text: str) -> None:
    assert commands.is_aside(text)
    assert not commands.is_aside(f"draw {text}")
