"""How do the catalogues of translations follow the sentences of the code?

`make languages` reads the sentences of the code, adds new ones to each catalogue of `bot/locales`, takes out what is no
more, and compiles them. It says what is still to be translated: the texts with an empty `msgstr`.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "bot/locales"
#: how each counts: the locale data has a form for a million, which nothing here reaches
_PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "pt_BR": "nplurals=2; plural=(n > 1);",
    "ja": "nplurals=1; plural=0;",
}
LANGUAGES = tuple(_PLURALS)
_NO_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
#: by domain: where its sentences are, and how each sort of file is read
_SOURCES = {
    "easel": {
        "bot": [("**.py", "python")],
        "adapters": [("**.py", "python"), ("web/templates/**.html", "jinja2.ext:babel_extract")],
    },
    "page": {"adapters/web/static": [("*.js", "javascript")]},
}


def extract(domain: str) -> Catalog:
    """Return the sentences of the code."""
    found = Catalog()
    for folder, methods in _SOURCES[domain].items():
        texts = extract_from_dir(ROOT / folder, methods, keywords=_KEYWORDS, comment_tags=["i18n:"])
        for name, _line, text, comments, context in sorted(texts, key=lambda one: (one[0], one[1])):
            place = (f"{folder}/{Path(name).as_posix()}", 1)
            found.add(text, None, [place], auto_comments=comments, context=context)
    return found


def read(language: str, domain: str) -> Catalog:
    """Return a catalogue as it is."""
    path = LOCALES / language / "LC_MESSAGES" / f"{domain}.po"
    catalog = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    catalog.mime_headers = _plural_header(language)
    return catalog


def _plural_header(language: str) -> list[tuple[str, str]]:
    return [("Plural-Forms", _PLURALS[language])]


def write(language: str, domain: str, catalog: Catalog) -> None:
    """Write a catalogue, and compile it."""
    path = LOCALES / language / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(format_po(catalog))
    path.with_suffix(".mo").write_bytes(compile_mo(catalog))


def format_po(catalog: Catalog) -> bytes:
    """Return a catalogue as text, without dates and lines, so that it changes only with its sentences."""
    header = {
        "Language": str(catalog.locale),
        "Plural-Forms": catalog.plural_forms,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    written = io.BytesIO()
    write_po(
        written, catalog, width=100, omit_header=True, include_lineno=False, ignore_obsolete=True
    )
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in header.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'.encode() + written.getvalue()


def compile_mo(catalog: Catalog) -> bytes:
    """Return a catalogue as gettext reads it."""
    # the header has no date, so that the same texts are the same bytes
    dates = {"creation_date": _NO_DATE, "revision_date": _NO_DATE}
    own = Catalog(locale=catalog.locale, project="Easel", version="1", fuzzy=False, **dates)
    own.mime_headers = _plural_header(str(catalog.locale))
    for message in catalog:
        if message.id:
            own[message.id] = message
    written = io.BytesIO()
    write_mo(written, own)
    return written.getvalue()


def is_translated(text: str | tuple[str, ...] | list[str]) -> bool:
    """Return whether a text, or each form of its plural, is there."""
    return all(text) if isinstance(text, tuple | list) else bool(text)


def main() -> int:
    """Bring all catalogues up to date; 1: something is still to be translated."""
    missing = 0
    for domain in _SOURCES:
        template = extract(domain)
        for language in LANGUAGES:
            catalog = read(language, domain)
            catalog.update(template, no_fuzzy_matching=True)
            write(language, domain, catalog)
            left = [one.id for one in catalog if one.id and not is_translated(one.string)]
            missing += len(left)
            for text in left[:20]:
                print(f"{language}: {text!r}")
            print(f"{language} {domain}: {len(catalog)} texts, {len(left)} to translate")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
