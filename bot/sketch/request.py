"""What does a request ask for, and is it well-formed?

Every field is checked by hand, so that the answer to a wrong one can name it and list the choices.
"""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from bot.sketch.errors import wrong
from bot.sketch.photo import Picture, picture_of
from bot.sketch.scene import QUALITIES, SIZES, Output

MOST_MESSAGES: Final = 2_000
MOST_BLOCKS: Final = 200
MOST_IMAGES: Final = 16
MOST_LETTERS: Final = 8_000
ROLES: Final = ("system", "developer", "user", "assistant", "tool", "function")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, reduced to what matters here."""

    role: str
    #: The text blocks in order.
    texts: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()
    #: Names of the tools that an assistant's message called.
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """A request to draw, from either API."""

    model: str
    messages: tuple[Message, ...]
    output: Output
    #: Names of the functions that may be called.
    tools: frozenset[str] = frozenset()
    stream: bool = False

    @property
    def wish(self) -> str:
        """The last text block of the last user message."""
        for message in reversed(self.messages):
            if message.role == "user":
                return message.texts[-1] if message.texts else ""
        return ""


def parsed(body: bytes) -> dict[str, Any]:
    """Read a JSON object. Raises Refusal."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise wrong(None, f"The body is not valid JSON: {error}.", "invalid_json") from None
    if not isinstance(data, dict):
        raise wrong(None, "The body must be a JSON object.", "invalid_json")
    return data


def chat_request(body: bytes) -> ChatRequest:
    """Read a request of the chat API. Raises Refusal."""
    data = parsed(body)
    messages = _messages(data.get("messages"))
    request = ChatRequest(
        model=model_of(data),
        messages=messages,
        output=_output(data.get("image_output")),
        tools=_tools(data),
        stream=flag(data, "stream"),
    )
    if not any(message.role == "user" for message in messages):
        raise wrong("messages", "messages needs at least one message with the role user.")
    if len(request.wish) > MOST_LETTERS:
        raise wrong(
            "messages", f"The wish is longer than {MOST_LETTERS} characters.", "string_too_long"
        )
    return request


def model_of(data: dict[str, Any]) -> str:
    """Return the model; any name will do, but there must be one."""
    model = data.get("model")
    if not isinstance(model, str) or not model.strip():
        raise wrong(
            "model", "model is required: a non-empty string such as gpt-4o-image.", "missing_field"
        )
    return model[:200]


def flag(data: dict[str, Any], name: str) -> bool:
    """Return a boolean field; missing or null is false."""
    value = data.get(name)
    if value is not None and not isinstance(value, bool):
        raise wrong(name, f"{name} must be true or false.", "invalid_type")
    return bool(value)


def _output(value: object) -> Output:
    if value is None:
        return Output()
    if not isinstance(value, dict):
        raise wrong(
            "image_output",
            "image_output must be an object with size, quality and n.",
            "invalid_type",
        )
    return output_of(value, "image_output.")


def output_of(data: dict[str, Any], prefix: str) -> Output:
    """Read size, quality and n. Raises Refusal, naming the field."""
    size = data.get("size")
    quality = data.get("quality")
    n = data.get("n")
    named = frozenset(name for name in ("size", "quality", "n") if data.get(name) is not None)
    if size is None or (size == "auto" and not prefix):
        size = SIZES[0]
    if quality is None or (str(quality) in {"auto", "standard", "hd"} and not prefix):
        quality = "high" if quality == "hd" else "medium"
    if not isinstance(size, str) or size not in SIZES:
        raise wrong(f"{prefix}size", f"{prefix}size must be one of {', '.join(SIZES)}.")
    if not isinstance(quality, str) or quality not in QUALITIES:
        raise wrong(f"{prefix}quality", f"{prefix}quality must be one of {', '.join(QUALITIES)}.")
    if n is not None and (isinstance(n, bool) or not isinstance(n, int) or n not in {1, 2}):
        raise wrong(f"{prefix}n", f"{prefix}n must be 1 or 2.")
    return Output(size=size, quality=quality, n=n or 1, named=named)


def _tools(data: dict[str, Any]) -> frozenset[str]:
    tools = data.get("tools")
    if tools is None:
        return frozenset()
    if not isinstance(tools, list) or len(tools) > 128:
        raise wrong("tools", "tools must be an array of at most 128 functions.", "invalid_type")
    names = set()
    for index, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, dict) else None
        name = function.get("name") if isinstance(function, dict) else None
        if not isinstance(name, str):
            raise wrong(
                f"tools[{index}].function.name",
                "Each tool needs a function with a name.",
                "invalid_type",
            )
        names.add(name)
    choice = data.get("tool_choice")
    if isinstance(choice, dict):
        function = choice.get("function")
        chosen = function.get("name") if isinstance(function, dict) else None
        if not isinstance(chosen, str) or chosen not in names:
            raise wrong("tool_choice", "tool_choice names a function that is not in tools.")
        return frozenset({chosen})
    if choice not in {None, "auto", "none", "required"} if isinstance(choice, str | None) else True:
        raise wrong("tool_choice", "tool_choice must be auto, none, required or a function.")
    return frozenset() if choice == "none" else frozenset(names)


def _messages(value: object) -> tuple[Message, ...]:
    if not isinstance(value, list) or not value:
        raise wrong("messages", "messages is required: a non-empty array.", "missing_field")
    if len(value) > MOST_MESSAGES:
        raise wrong("messages", f"messages has more than {MOST_MESSAGES} entries.")
    messages = tuple(_message(item, f"messages[{index}]") for index, item in enumerate(value))
    _check_results(value)
    if sum(len(message.pictures) for message in messages) > MOST_IMAGES:
        raise wrong("messages", f"messages hold more than {MOST_IMAGES} images.")
    return messages


def _message(item: object, param: str) -> Message:
    if not isinstance(item, dict):
        raise wrong(param, f"{param} must be an object with role and content.", "invalid_type")
    role = item.get("role")
    if not isinstance(role, str) or role not in ROLES:
        raise wrong(f"{param}.role", f"{param}.role must be one of {', '.join(ROLES)}.")
    content = item.get("content")
    if content is None and role == "assistant":
        return Message(role=role, texts=(), calls=_calls(item, param))
    if isinstance(content, str):
        return Message(role=role, texts=(content,), calls=_calls(item, param))
    if not isinstance(content, list) or len(content) > MOST_BLOCKS:
        raise wrong(
            f"{param}.content",
            f"{param}.content must be a string or an array of at most {MOST_BLOCKS} blocks.",
            "invalid_type",
        )
    texts: list[str] = []
    pictures: list[Picture] = []
    for index, block in enumerate(content):
        _block(block, f"{param}.content[{index}]", texts, pictures)
    return Message(
        role=role, texts=tuple(texts), pictures=tuple(pictures), calls=_calls(item, param)
    )


def _block(block: object, param: str, texts: list[str], pictures: list[Picture]) -> None:
    if not isinstance(block, dict):
        raise wrong(param, f"{param} must be an object with a type.", "invalid_type")
    kind = block.get("type")
    if kind == "text":
        text = block.get("text")
        if not isinstance(text, str):
            raise wrong(f"{param}.text", f"{param}.text must be a string.", "invalid_type")
        texts.append(text)
    elif kind == "image_url":
        holder = block.get("image_url")
        url = holder.get("url") if isinstance(holder, dict) else None
        pictures.append(picture_of(url, f"{param}.image_url.url"))
    elif not isinstance(kind, str):
        raise wrong(f"{param}.type", f"{param}.type must be text or image_url.", "invalid_type")


def _check_results(messages: list[dict[str, Any]]) -> None:
    """Refuse the result of a call that nobody made."""
    made: set[str] = set()
    for index, message in enumerate(messages):
        for call in message.get("tool_calls") or ():
            made.add(str(call.get("id")) if isinstance(call, dict) else "")
        if message["role"] == "tool":
            answered = message.get("tool_call_id")
            if not isinstance(answered, str) or answered not in made:
                name = f"messages[{index}].tool_call_id"
                raise wrong(name, f"{name} must be the id of a call in a message before.")


def _calls(item: dict[str, Any], param: str) -> tuple[str, ...]:
    calls = item.get("tool_calls")
    if calls is None:
        return ()
    if not isinstance(calls, list):
        raise wrong(f"{param}.tool_calls", f"{param}.tool_calls must be an array.", "invalid_type")
    names = []
    for call in calls[:64]:
        function = call.get("function") if isinstance(call, dict) else None
        name = function.get("name") if isinstance(function, dict) else None
        if isinstance(name, str):
            names.append(name)
    return tuple(names)
