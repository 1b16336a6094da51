"""What are the commands called in other languages?"""

from __future__ import annotations

from adapters.discord import app_commands
from bot.model.catalog.catalog import Catalog
from bot.presentation import forms
from tests.servers.discord.commands import read_command
from tests.servers.discord.form import Form as Body
from tests.servers.discord.form import Part


def test_commands_are_called_and_described_as_people_call_them() -> None:
    form = forms.new_form(Catalog("gpt-4o-image"))
    imagine, easel, *menus = app_commands.build_commands(form)
    part = Part(Body(), (), {"commands": [imagine, easel, *menus]})
    read = [read_command(one) for one in part.each("commands", most=130, required=True)]
    part.form.check()
    assert "name_localizations" not in read[0], "/imagine is called so everywhere"
    assert read[0]["description_localizations"].keys() == {
        "de",
        "fr",
        "es-ES",
        "es-419",
        "pt-BR",
        "ja",
    }
    names = {one["name"]: one.get("name_localizations", {}) for one in read[1]["options"]}
    assert names["help"] == {
        "de": "hilfe",
        "fr": "aide",
        "es-ES": "ayuda",
        "es-419": "ayuda",
        "pt-BR": "ajuda",
        "ja": "ヘルプ",
    }
    for locale in ("de", "fr", "es-ES", "pt-BR", "ja"):
        said = [own.get(locale, name) for name, own in names.items()]
        assert len(set(said)) == len(said), "no two of one name"
    assert read[2]["name_localizations"]["de"] == "Dieses Bild bearbeiten"
