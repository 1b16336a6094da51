"""How does a test speak with the built-in model, in words, without drawing anything?"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from bot.sketch.compose import HEAVENLY
from bot.sketch.photo import with_scene
from bot.sketch.reply import Reply, reply_to
from bot.sketch.request import chat_request
from bot.sketch.scene import dump
from tests.servers import pictures

if TYPE_CHECKING:
    from bot.sketch.scene import Scene, Thing


def image_of(scene: Scene) -> str:
    """Write a data URL of a one-pixel picture that carries the scene, as a drawn one would."""
    return pictures.data_url(with_scene(_dot(), dump(scene)))


@cache
def _dot() -> bytes:
    return pictures.png(0, 1, 1)


class Talk:
    """One conversation: each prompt is sent with all that came before, images too."""

    def __init__(self, *, tools: list[str] | None = None, **output: Any) -> None:
        self.tools = tools or []
        self.output = output
        self.messages: list[dict[str, Any]] = []
        self.last = Reply(text="")

    def say(self, prompt: str | list[dict[str, Any]], **output: Any) -> Reply:
        """Send a prompt, or whole content blocks; the answer is kept in the conversation."""
        self.messages.append({"role": "user", "content": prompt})
        return self.send(**output)

    def send(self, **output: Any) -> Reply:
        """Send the conversation as it stands."""
        body: dict[str, Any] = {"model": "gpt-4o-image", "messages": self.messages}
        body["image_output"] = self.output | output
        if self.tools:
            body["tools"] = [
                {"type": "function", "function": {"name": name}} for name in self.tools
            ]
        self.last = reply_to(chat_request(orjson.dumps(body)))
        self.messages.append({"role": "assistant", "content": self._content()})
        return self.last

    def _content(self) -> list[dict[str, Any]]:
        images = [
            {"type": "image_url", "image_url": {"url": image_of(scene)}}
            for scene in self.last.scenes
        ]
        return [{"type": "text", "text": self.last.text}, *images]

    @property
    def scene(self) -> Scene:
        """The newest picture."""
        return self.last.scenes[0]


def after(*prompts: str) -> Scene:
    """Return the scene that these prompts, one after the other, lead to."""
    talk = Talk()
    for prompt in prompts:
        talk.say(prompt)
    return talk.scene


def kinds(scene: Scene) -> list[str]:
    """Return what people asked for in a picture, in order; sun, moon and clouds left out."""
    return [thing.kind for thing in scene.things if thing.kind not in HEAVENLY]


def only(scene: Scene, kind: str) -> Thing:
    """Return the one thing of a kind."""
    (found,) = [thing for thing in scene.things if thing.kind == kind]
    return found
