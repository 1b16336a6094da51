"""Is a manifest refused where Slack would refuse it?"""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.servers.slack import Manifest, ManifestRefused, SlackServer
from tests.servers.slack.manifest import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_manifest_gives_scopes_events_commands_and_shortcuts() -> None:
    manifest = Manifest.read(DEFAULT)
    assert manifest == Manifest.read(yaml.safe_load(DEFAULT))
    assert "chat:write.public" in manifest.scopes
    assert "message.channels" in manifest.events
    assert set(manifest.commands) == {"/imagine", "/easel"}
    assert manifest.shortcuts["edit_image"]["type"] == "message"
    assert manifest.socket_mode
    slack = SlackServer(DEFAULT)
    assert slack.workspace.scopes == manifest.scopes


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: m["display_information"].update(name="x" * 36), "less than 36 characters"),
        (lambda m: m["display_information"].update(description="x" * 141), "less than 141"),
        (lambda m: m["features"]["shortcuts"][0].update(name="x" * 25), "less than 25"),
        (lambda m: m["features"]["agent_view"].update(agent_description="x" * 301), "less than 301"),
        (lambda m: m["features"]["slash_commands"][0].update(command="imagine"), "slash command"),
        (lambda m: m["features"]["slash_commands"][0].pop("description"), "field: description"),
        (lambda m: m["features"].update(gadgets=[]), "additional property: gadgets"),
        (lambda m: m["features"].update(assistant_view={"assistant_description": "x"}), "together"),
        (lambda m: m["features"].pop("bot_user"), "require a bot user"),
        (lambda m: m["settings"].pop("socket_mode_enabled"), "requires a Request URL"),
        (lambda m: m["settings"]["interactivity"].update(is_enabled=False), "require interactivity"),
        (lambda m: m["settings"]["event_subscriptions"]["bot_events"].append("message"), "enum"),
        (lambda m: m["oauth_config"]["scopes"]["bot"].append("files:eat"), "enum"),
        (lambda m: m["oauth_config"]["scopes"]["bot"].remove("commands"), "require the scope commands"),
        (
            lambda m: m["oauth_config"]["scopes"]["bot"].remove("im:history"),
            "message.im requires the scope im:history",
        ),
    ],
)  # fmt: skip
def test_what_slack_refuses_it_says(change: Callable[[Any], Any], says: str) -> None:
    manifest = yaml.safe_load(DEFAULT)
    change(manifest)
    with pytest.raises(ManifestRefused) as refused:
        Manifest.read(manifest)
    assert any(says in reason for reason in refused.value.reasons), refused.value.reasons


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_document_whatsoever_breaks_it(data: st.DataObject) -> None:
    manifest: Any = deepcopy(yaml.safe_load(DEFAULT))
    place = manifest
    for _ in range(data.draw(st.integers(0, 3))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        inner = place[data.draw(st.sampled_from(keys))]
        if not isinstance(inner, dict | list) or not inner:
            break
        place = inner
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    place[data.draw(st.sampled_from(keys))] = data.draw(
        st.none() | st.integers() | st.text() | st.lists(st.text()) | st.just({})
    )
    with suppress(ManifestRefused):
        Manifest.read(manifest)
