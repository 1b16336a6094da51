"""How does the app open and change modals and Home tabs?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.methods.method import Method
from tests.servers.slack.values import SlackError
from tests.servers.slack.views import View

if TYPE_CHECKING:
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.values import Json


def _document(asked: Asked) -> Any:
    view = asked.document("view", "invalid_arguments")
    return {} if view is None else view


async def open_(asked: Asked) -> Json:
    """Open a modal for a trigger. Slack spends the trigger only on a view that it takes."""
    views = asked.workspace.views
    trigger = views.use(asked.args.get("trigger_id"))
    content = views.check(_document(asked))
    trigger.used = True
    return {"ok": True, "view": views.open(trigger.person, content).payload()}


async def update(asked: Asked) -> Json:
    views = asked.workspace.views
    view = views.find(asked.args.get("view_id"))
    if asked.has("hash") and asked.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    view.take(views.check(_document(asked)))
    return {"ok": True, "view": view.payload()}


async def publish(asked: Asked) -> Json:
    if not asked.slack.manifest.home_tab:
        raise SlackError("not_enabled")
    views, person = asked.workspace.views, asked.person("user_id")
    home = views.homes.get(person.id)
    if asked.has("hash") and home is not None and asked.text("hash") != home.hash:
        raise SlackError("hash_conflict")
    content = views.check(_document(asked), "home")
    if home is None:
        made = asked.slack.ids.make("V")
        home = View(workspace=asked.workspace, id=made, person=person, content={})
        views.homes[person.id] = home
    home.take(content)
    return {"ok": True, "view": home.payload()}


METHODS = {
    "views.open": Method(work=open_),
    "views.update": Method(work=update),
    "views.publish": Method(work=publish),
}
