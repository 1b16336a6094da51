"""Which methods of the Web API does the local Slack know?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.methods import assistant, auth, chat, conversations, files, people, views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.slack.methods.method import Method

METHODS: Mapping[str, Method] = {
    **assistant.METHODS,
    **auth.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **people.METHODS,
    **views.METHODS,
}
