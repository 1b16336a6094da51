"""Does a picture's description say what it shows, whatever the model chats about?"""

from __future__ import annotations

import pytest

from bot.conversation import descriptions

ASKED = ["a lighthouse at dusk", "add a red boat"]
PATH = "a lighthouse at dusk; add a red boat"


@pytest.mark.parametrize(
    "chatter",
    [
        "",
        "Here is image 7.",
        "Here is your updated image with the requested changes applied.",
        "Sure! I've added a small red boat right beside the old lighthouse for you.",
        "Voici l'image 7 que vous avez demandée, avec toutes les modifications.",
        "Would you like the red boat to be larger, or the lighthouse to be taller and brighter?",
        "Done!\nLet me know if you want the lighthouse or the boat in other colours.",
        "9f8e7d6c5b4a",
    ],
)
def test_what_the_model_says_about_its_work_is_no_description(chatter: str) -> None:
    assert descriptions.describe(chatter, ASKED, None) == PATH


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (
            "A white lighthouse on a cliff in purple light, a red boat below.",
            "A white lighthouse on a cliff in purple light, a red boat below.",
        ),
        (
            "Sure, here you go! A white lighthouse stands tall over a calm and glassy sea. Enjoy!",
            "A white lighthouse stands tall over a calm and glassy sea.",
        ),
    ],
)
def test_words_that_tell_what_it_shows_describe_it(words: str, kept: str) -> None:
    assert descriptions.describe(words, ASKED, None) == kept
    assert descriptions.describe(words, ASKED, 1) == f"{kept} (b)"


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        ([ASKED[0]], "add a red boat"),
        ([ASKED[1]], "a lighthouse at dusk"),
        (["something else"], PATH),
        ([" a lighthouse\nat dusk "], "add a red boat"),
    ],
)
def test_words_that_are_deleted_are_taken_out(gone: list[str], left: str) -> None:
    assert descriptions.remove_words(descriptions.describe("", ASKED, None), gone) == left


def test_only_one_step_goes_for_one_that_is_deleted() -> None:
    told = descriptions.describe("", ["a boat", "bluer", "bluer"], None)
    assert descriptions.remove_words(told, ["bluer"]) == "a boat; bluer"


def test_of_a_long_way_the_beginning_and_the_end_are_told() -> None:
    asked = [
        "a lighthouse at dusk",
        *(f"make the sky a little more purple, {n}" for n in range(99)),
    ]
    told = descriptions.describe("", asked, None)
    assert len(told) <= 500
    assert told.startswith("a lighthouse at dusk; …; ")
    assert told.endswith("make the sky a little more purple, 98")
    assert descriptions.describe("", ["x" * 900, "add a boat"], None).endswith("…; …; add a boat")
