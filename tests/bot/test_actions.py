"""Is the table of actions the only place that knows them?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.intake.actions import find_handlers
from bot.intake.batch_actions import BatchActions
from bot.intake.choices import ChoiceActions
from bot.intake.continue_actions import ContinueActions
from bot.intake.general import GeneralActions
from bot.intake.kit_actions import KitActions
from bot.intake.panels import PanelActions
from bot.intake.prompt_actions import PromptActions
from bot.intake.quota_actions import QuotaActions
from bot.intake.team import TeamActions
from bot.intake.version_actions import VersionActions
from bot.ports.actions import ACTIONS, Action

ADAPTERS = Path(__file__).parents[2] / "adapters"


def test_every_action_has_a_row() -> None:
    assert list(ACTIONS) == list(Action)


@pytest.mark.parametrize("module", sorted(ADAPTERS.rglob("*.py")), ids=lambda path: path.stem)
def test_no_adapter_names_an_action(module: Path) -> None:
    assert not re.search(r"\bAction\.[A-Z]", module.read_text())


def test_every_action_has_one_handler() -> None:
    groups = (
        BatchActions,
        ChoiceActions,
        ContinueActions,
        GeneralActions,
        KitActions,
        PanelActions,
        PromptActions,
        QuotaActions,
        TeamActions,
        VersionActions,
    )
    assert find_handlers(*groups).keys() == set(Action) - {Action.TALK}


def test_no_two_actions_are_said_alike() -> None:
    said = [phrase for row in ACTIONS.values() for phrase in row.phrases]
    assert len(said) == len(set(said))
