"""Are controls understood in other languages, and prompts left alone?"""

from __future__ import annotations

import pytest

from bot.conversation import commands
from bot.ports.actions import Action


@pytest.mark.parametrize(
    ("said", "action", "version"),
    [
        ("rückgängig", Action.UNDO, None),
        ("Mach das rückgängig!", Action.UNDO, None),
        ("défaire", Action.UNDO, None),
        ("deshacer", Action.UNDO, None),
        ("desfazer", Action.UNDO, None),
        ("元に戻して", Action.UNDO, None),
        ("wiederherstellen", Action.REDO, None),
        ("やり直して", Action.REDO, None),
        ("zurück zu v2", Action.GOTO, "v2"),
        ("reviens à la v3", Action.GOTO, "v3"),
        ("volver a v2", Action.GOTO, "v2"),
        ("voltar para v2", Action.GOTO, "v2"),
        ("v2に戻して", Action.GOTO, "v2"),
        ("nochmal", Action.VARY, None),
        ("encore une fois", Action.VARY, None),
        ("otra vez", Action.VARY, None),
        ("de novo", Action.VARY, None),
        ("もう一度", Action.VARY, None),
        ("abbrechen", Action.CANCEL, None),
        ("annuler", Action.CANCEL, None),
        ("cancelar", Action.CANCEL, None),
        ("キャンセル", Action.CANCEL, None),
        ("versuch es nochmal", Action.RETRY, None),
        ("réessayer", Action.RETRY, None),
        ("再試行", Action.RETRY, None),
        ("Hilfe", Action.HELP, None),
        ("réglages", Action.SETTINGS, None),
        ("gastos", Action.USAGE, None),
        ("exportieren", Action.EXPORT, None),
        ("vorher und nachher", Action.COMPARE, None),
    ],
)
def test_a_control_is_understood(said: str, action: Action, version: str | None) -> None:
    control = commands.find_control(said)
    assert control is not None
    assert (control.action, control.version) == (action, version)


@pytest.mark.parametrize(
    "prompt",
    [
        "mach den Schatten rückgängig und den Himmel heller",
        "nochmal, aber in Blau",
        "encore une maison à gauche",
        "otra casa a la derecha",
        "de novo com um chapéu",
        "もう一度、青で",
        "zurück zu den Wurzeln",
        "einstellungen eines Radios",
        "un panneau « annuler »",
        "speak to the crowd",
        "talk show",
    ],
)
def test_what_says_more_is_drawn(prompt: str) -> None:
    assert commands.find_control(prompt) is None


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("speak German in this channel", {"language": "de", "whose": "channel"}),
        ("language: français in this workspace", {"language": "fr", "whose": "workspace"}),
        ("speak 日本語 in this channel", {"language": "ja", "whose": "channel"}),
    ],
)
def test_a_channel_is_given_its_language(said: str, fields: dict[str, str]) -> None:
    control = commands.find_control(said)
    assert control is not None
    assert (control.action, control.fields) == (Action.SETTINGS, fields)
