"""In which language do people read a text?

The code has the English text, and `bot/locales` its translations: `_("Undo")` is the text in the language that
is spoken now (`speak`). A text that is made before anybody reads it, such as a constant, is marked with `N_` and
translated with `_` where it is read. What is spoken belongs to the task, so that two people are answered at once.
"""

from __future__ import annotations

import gettext as catalogs
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: by their tags, as they are called there; the first is the code's own
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt-BR": "Português (Brasil)",
    "ja": "日本語",
}
#: what the page stores the choice of a reader as
LANGUAGE_COOKIE = "easel_language"
_LOCALES = Path(__file__).parents[1] / "locales"
_spoken: ContextVar[str] = ContextVar("language", default="en")


def current_language() -> str:
    """Return the tag of the language that is spoken now."""
    return _spoken.get()


@contextmanager
def speak(language: str) -> Iterator[None]:
    """Speak a language of `LANGUAGES` in this block, and in the tasks that it starts."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


#: what people call them elsewhere
_NAMES = {
    "english": "en", "englisch": "en", "anglais": "en", "inglés": "en", "inglês": "en", "英語": "en",
    "german": "de", "allemand": "de", "alemán": "de", "alemão": "de", "ドイツ語": "de",
    "french": "fr", "französisch": "fr", "francés": "fr", "francês": "fr", "フランス語": "fr",
    "spanish": "es", "spanisch": "es", "espagnol": "es", "espanhol": "es", "スペイン語": "es",
    "portuguese": "pt-BR", "brazilian portuguese": "pt-BR", "portugiesisch": "pt-BR",
    "portugais": "pt-BR", "portugués": "pt-BR", "português": "pt-BR", "ポルトガル語": "pt-BR",
    "japanese": "ja", "japanisch": "ja", "japonais": "ja", "japonés": "ja", "japonês": "ja",
}  # fmt: skip


def find_language(name: str) -> str | None:
    """Return the tag of a language by what people call it, or by its tag; None: it is none of ours."""
    said = name.strip().lower()
    own = {called.lower(): tag for tag, called in LANGUAGES.items()}
    tags = {tag.lower(): tag for tag in LANGUAGES}
    return own.get(said) or _NAMES.get(said) or tags.get(said.replace("_", "-"))


def match_language(*wanted: str | None) -> str | None:
    """Return the tag of the first that is spoken, of tags such as "de-AT" or "pt_BR"; None: none is."""
    for one in wanted:
        tag = (one or "").strip().replace("_", "-").lower()
        for known in LANGUAGES:
            if tag and tag.split("-")[0] == known.lower().split("-")[0]:
                return known
    return None


def _(text: str) -> str:
    """Return a text in the language that is spoken now; where it has none, in English."""
    language = _spoken.get()
    return text if language == "en" or not text else find_catalog(language).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the text for a count in the language that is spoken now."""
    return find_catalog(_spoken.get()).ngettext(one, many, count)


def N_(text: str) -> str:  # noqa: N802 - as everywhere
    """Mark a text to be translated where it is read."""
    return text


def format_count(count: int) -> str:
    """Write a count with its thousands set apart: 8,000."""
    marks = {"de": ".", "es": ".", "pt-BR": ".", "fr": "\u202f"}
    return f"{count:,}".replace(",", marks.get(_spoken.get(), ","))


_MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


def name_month(number: int) -> str:
    """Return what a month is called; 1 is January."""
    return _(_MONTHS[number - 1])


def format_month(month: str) -> str:
    """Write "2026-11" as people read it."""
    year, number = month.split("-")
    return _("{month} {year}").format(month=name_month(int(number)), year=year)


def page_catalog() -> dict[str, str | list[str]]:
    """Return the texts of the page's scripts in the language that is spoken now; plurals as lists."""
    catalog = getattr(find_catalog(_spoken.get(), "page"), "_catalog", {})
    found: dict[str, str | list[str]] = {}
    for key, text in catalog.items():
        if isinstance(key, tuple):
            found.setdefault(key[0], [])
            forms = found[key[0]]
            if isinstance(forms, list):
                forms.append(text)
        elif key:
            found[key] = text
    return found


@cache
def find_catalog(language: str, domain: str = "easel") -> catalogs.NullTranslations:
    """Return the translations into a language of `LANGUAGES`; into English there are none."""
    if language == "en":
        return catalogs.NullTranslations()
    return catalogs.translation(domain, _LOCALES, [language.replace("-", "_")], fallback=True)
