"""Is every sentence translated, whole and short enough, and is it said in the language of who reads it?"""

from __future__ import annotations

import ast
import asyncio
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.turn import Failure
from bot.ports.errors import Kind
from bot.ports.language import (
    LANGUAGES,
    _,
    current_language,
    find_catalog,
    find_language,
    format_count,
    match_language,
    ngettext,
    speak,
)
from bot.ports.money import format_money
from bot.presentation import problems
from bot.server.browser_language import parse_accepted

ROOT = Path(__file__).parents[2]
TOOL = runpy.run_path(str(ROOT / "scripts/languages.py"))
DOMAINS = ("easel", "page")
_FIELD = re.compile(r"\{\w*\}")
#: what one side of a pair stands for, and what must be as often in both
_MARKS = ("`", "<b>", "</b>", "<em>", "</em>", "•", "\n")
#: characters of a modal's title and buttons on Slack, of a button's label beside its price on both
_MAX_TITLE, _MAX_LABEL = 24, 60


def forms_of(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (text,)


@pytest.fixture(scope="module")
def templates() -> dict[str, Any]:
    return {domain: TOOL["extract"](domain) for domain in DOMAINS}


@pytest.mark.parametrize("language", TOOL["LANGUAGES"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_sentence_is_translated_and_compiled(
    templates: dict[str, Any], language: str, domain: str
) -> None:
    catalog = TOOL["read"](language, domain)
    wanted = {one.id: one for one in templates[domain] if one.id}
    known = {one.id: one for one in catalog if one.id}
    missing = [
        id_
        for id_ in wanted
        if not TOOL["is_translated"](known[id_].string if id_ in known else "")
    ]
    assert not missing, "run `make languages`, then fill in its msgstr"
    assert not known.keys() - wanted.keys(), "run `make languages`: sentences that are no more"
    assert not [one.id for one in catalog if one.fuzzy]
    compiled = TOOL["LOCALES"] / language / "LC_MESSAGES" / f"{domain}.mo"
    assert compiled.read_bytes() == TOOL["compile_mo"](catalog), "run `make languages`"


@pytest.mark.parametrize("language", TOOL["LANGUAGES"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_a_translation_has_the_names_and_marks_of_its_sentence(language: str, domain: str) -> None:
    for message in TOOL["read"](language, domain):
        if not message.id:
            continue
        english = forms_of(message.id)
        names = set(_FIELD.findall(english[-1]))
        for text in forms_of(message.string):
            found = set(_FIELD.findall(text))
            assert found <= names, message.id
            # a form for one may leave the number out
            assert len(english) > 1 or found == names, message.id
            for mark in _MARKS:
                assert text.count(mark) == english[-1].count(mark) or (
                    mark == "`" and text.count(mark) % 2 == 0
                ), (mark, message.id)
            assert text.count("„") == text.count("“") or language != "de", message.id
            assert text.count("«") == text.count("»"), message.id
            assert text.count("「") == text.count("」"), message.id


def texts_of(keywords: set[str]) -> set[str]:
    """Find the texts that these arguments are given in the presentation: `title=_("…")`."""
    found = set()
    for path in (ROOT / "bot/presentation").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg in keywords:
                found |= {
                    call.args[0].value
                    for call in ast.walk(node.value)
                    if isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Name)
                    and call.func.id in {"_", "N_"}
                    and isinstance(call.args[0], ast.Constant)
                }
    return {str(one) for one in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_buttons_fit_in_every_language(language: str) -> None:
    titles, labels = texts_of({"title", "submit"}), texts_of({"label"})
    assert {"Edit prompt", "Draw"} <= titles
    assert {"Undo", "Vary"} <= labels
    with speak(language):
        assert [
            _(one) for one in titles if len(_(one).replace("{version}", "v12a")) > _MAX_TITLE
        ] == []
        assert [_(one) for one in labels if len(_(one)) > _MAX_LABEL] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_cost_is_said_exactly_in_every_language(language: str) -> None:
    with speak(language):
        unbilled, perhaps = _("It was not billed."), _("It may have been billed.")
        blocked = problems.problem(
            Failure(kind=Kind.BLOCKED, code="blocked", billed=False, retry=False)
        )
        unknown = problems.problem(
            Failure(kind=Kind.UNKNOWN_OUTCOME, code="only_calls", billed=None, retry=True)
        )
        unreachable = Failure(kind=Kind.UNAVAILABLE, code="unreachable", billed=False, retry=True)
        paid = problems.problem(unreachable, 0.2)
        assert len({unbilled, perhaps, _("It was billed."), _("Nothing was sent or billed.")}) == 4
        assert unbilled in blocked.message
        assert perhaps in unknown.message
        assert _("Nothing was sent or billed.") in problems.problem(unreachable).message
        # "not billed" never stands beside a cost
        assert _("Nothing was sent or billed.") not in paid.message
        assert format_money(0.2) in paid.message
        assert "{" not in paid.message


async def test_two_people_are_answered_at_once_each_in_their_own_language() -> None:
    both = asyncio.Barrier(2)

    async def answer(language: str) -> str:
        with speak(language):
            await both.wait()
            return _("Undo")

    assert list(await asyncio.gather(answer("de"), answer("ja"))) == ["Rückgängig", "元に戻す"]
    assert current_language() == "en"


def test_counts_and_amounts_are_written_as_people_write_them() -> None:
    said = {}
    for language in LANGUAGES:
        with speak(language):
            counted = [
                ngettext("1 picture", "{count} pictures", n).format(count=n) for n in (0, 1, 2)
            ]
            said[language] = (format_money(0.05), format_count(8000), *counted)
    assert said["en"] == ("$0.050", "8,000", "0 pictures", "1 picture", "2 pictures")
    assert said["de"] == ("0,050 $", "8.000", "0 Bilder", "1 Bild", "2 Bilder")
    assert said["fr"] == ("0,050 $", "8\u202f000", "0 image", "1 image", "2 images")
    assert said["ja"][2:] == ("0枚", "1枚", "2枚")


@pytest.mark.parametrize(
    ("tags", "known"),
    [
        (("de-AT",), "de"),
        (("pt_BR",), "pt-BR"),
        (("pt-PT",), "pt-BR"),
        (("nl", "fr-CA"), "fr"),
        (("nl", ""), None),
        ((None,), None),
        (("german",), None),
    ],
)
def test_a_tag_finds_its_language(tags: tuple[str | None, ...], known: str | None) -> None:
    assert match_language(*tags) == known


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("German", "de"),
        ("Deutsch", "de"),
        ("français", "fr"),
        ("pt-br", "pt-BR"),
        ("日本語", "ja"),
        ("cat", None),
    ],
)
def test_people_name_a_language_as_they_call_it(name: str, tag: str | None) -> None:
    assert find_language(name) == tag


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", ["de-DE", "de", "en"]),
        ("en;q=0.3, fr", ["fr", "en"]),
        ("ja;q=0, en", ["en"]),
        ("de;q=many", []),
        ("", [""]),
    ],
)
def test_a_browser_says_what_it_wants_most(header: str, tags: list[str]) -> None:
    assert parse_accepted(header) == tags


def test_both_catalogues_translate_a_text_alike() -> None:
    for language in LANGUAGES:
        page, all_ = (
            vars(find_catalog(language, one)).get("_catalog", {}) for one in ("page", "easel")
        )
        assert {key for key in page.keys() & all_.keys() if key and page[key] != all_[key]} == set()
