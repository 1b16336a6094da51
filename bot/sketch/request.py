"""What does a request ask for, and is it well-formed? The answer to a wrong field names it and lists the choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.sketch.faults import wrong
from bot.sketch.photo import Picture, picture_from, picture_of
from bot.sketch.scene import Output, Quality, Size

MOST_IMAGES: Final = 16
MOST_LETTERS: Final = 8_000
KIT: Final = "Brand kit"  #: How a text begins that makes references of the pictures before it: they are not drawn on.
B = TypeVar("B", bound=BaseModel)
_CODES: Final = {"missing": "missing_field", "json_invalid": "invalid_json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, reduced to what matters here."""

    role: str
    texts: tuple[str, ...]  #: The text blocks in order.
    pictures: tuple[Picture, ...] = ()
    calls: tuple[str, ...] = ()  #: Names of the tools that an assistant's message called.


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """A request to draw, from either API."""

    model: str
    messages: tuple[Message, ...]
    output: Output
    tools: frozenset[str] = frozenset()  #: Names of the functions that may be called.
    stream: bool = False
    previews: int = 3  #: How many previews a stream shows.
    prefix: str = ""  #: First part of the Images API's events' names.

    @property
    def prompt(self) -> str:
        """The last text block of the last user message."""
        said = next(message for message in reversed(self.messages) if message.role == "user")
        return said.texts[-1] if said.texts else ""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


def _blocks(content: object) -> object:
    if content is None:
        return []
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


class _Url(_Strict):
    url: str


class _Block(_Strict):
    type: str
    text: str | None = None
    image_url: _Url | None = None


class _Function(_Strict):
    name: str


class _Tool(_Strict):
    id: str = ""
    function: _Function


class _Message(_Strict):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[list[_Block], BeforeValidator(_blocks), Field(max_length=200)] = []
    tool_calls: Annotated[list[_Tool] | None, Field(max_length=64)] = None
    tool_call_id: str | None = None


class _Output(_Strict):
    size: Size | None = None
    quality: Quality | None = None
    n: Annotated[int, Field(ge=1, le=2)] | None = None


class _Chat(_Strict):
    model: Annotated[str, Field(min_length=1)]
    messages: Annotated[list[_Message], Field(min_length=1, max_length=2_000)]
    image_output: _Output | None = None
    tools: Annotated[list[_Tool] | None, Field(max_length=128)] = None
    tool_choice: Any = None
    stream: bool | None = None


_USUAL: Final = {"auto": None, "standard": None, "hd": "high"}
_Said = BeforeValidator(lambda said: _USUAL.get(said, said) if isinstance(said, str) else said)


class _Image(_Output):
    model: Annotated[str, Field(min_length=1)]
    prompt: Annotated[str, Field(min_length=1, max_length=MOST_LETTERS)]
    size: Annotated[Size | None, _Said] = None
    quality: Annotated[Quality | None, _Said] = None
    response_format: Literal["b64_json"] | None = None
    partial_images: Annotated[int, Field(ge=0, le=3)] | None = None
    stream: bool | None = None
    images: Annotated[list[Any], Field(max_length=MOST_IMAGES)] = []


def _read(model: type[B], body: bytes | dict[str, Any]) -> B:
    try:
        if isinstance(body, bytes):
            return model.model_validate_json(body)
        return model.model_validate(body, strict=False)  # a form's fields are all text
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"]).lstrip(".")
    kind = "invalid_type" if first["type"].endswith("_type") else "invalid_value"
    kind = "string_too_long" if first["type"] == "string_too_long" else kind
    code = _CODES.get(first["type"], kind)
    raise wrong(path or None, f"{path or 'The body'}: {first['msg']}.", code)


def _output(found: _Output | None) -> Output:
    said = found.model_dump(include={"size", "quality", "n"}, exclude_none=True) if found else {}
    return Output(**said, named=frozenset(said))


def chat_request(body: bytes) -> ChatRequest:
    """Read a request of the chat API. Raises Refusal."""
    data = _read(_Chat, body)
    messages = tuple(_message(m, f"messages[{i}]") for i, m in enumerate(data.messages))
    _check_results(data.messages)
    if not any(message.role == "user" for message in messages):
        raise wrong("messages", "messages needs at least one message with the role user.")
    if sum(len(message.pictures) for message in messages) > MOST_IMAGES:
        raise wrong("messages", f"messages hold more than {MOST_IMAGES} images.")
    request = ChatRequest(
        model=data.model[:200], messages=messages, output=_output(data.image_output),
        tools=_tools(data), stream=bool(data.stream),
    )  # fmt: skip
    if len(request.prompt) > MOST_LETTERS:
        message = f"The prompt is longer than {MOST_LETTERS} characters."
        raise wrong("messages", message, "string_too_long")
    return request


def _message(data: _Message, param: str) -> Message:
    texts: list[str] = []
    pictures: list[Picture] = []
    for index, block in enumerate(data.content):
        if block.type == "text":
            if block.text is None:
                path = f"{param}.content[{index}].text"
                raise wrong(path, "A text block needs text.", "missing_field")
            texts.append(block.text)
            if block.text.startswith(KIT):
                pictures.clear()
        elif block.type == "image_url":
            path = f"{param}.content[{index}].image_url.url"
            if block.image_url is None:
                raise wrong(path, f"{path} must be a string with a data URL.", "missing_field")
            pictures.append(picture_of(block.image_url.url, path))
    calls = tuple(call.function.name for call in data.tool_calls or ())
    return Message(role=data.role, texts=tuple(texts), pictures=tuple(pictures), calls=calls)


def _check_results(messages: Sequence[_Message]) -> None:
    """Refuse the result of a call that nobody made."""
    made: set[str] = set()
    for index, message in enumerate(messages):
        made |= {call.id for call in message.tool_calls or ()}
        if message.role == "tool" and message.tool_call_id not in made:
            name = f"messages[{index}].tool_call_id"
            raise wrong(name, f"{name} must be the id of a call in a message before.")


def _tools(data: _Chat) -> frozenset[str]:
    names = frozenset(tool.function.name for tool in data.tools or ())
    choice = data.tool_choice
    if isinstance(choice, dict):
        function = choice.get("function")
        name = function.get("name") if isinstance(function, dict) else None
        if name not in names:
            raise wrong("tool_choice", "tool_choice names a function that is not in tools.")
        return frozenset({str(name)})
    if choice not in (None, "auto", "none", "required"):
        raise wrong("tool_choice", "tool_choice must be auto, none, required or a function.")
    return frozenset() if choice == "none" else names


def image_request(
    body: bytes | dict[str, Any], *, edit: bool, given: Sequence[Picture] = ()
) -> ChatRequest:
    """Read a request of the Images API, JSON or a form's fields. Raises Refusal."""
    data = _read(_Image, body)
    pictures = list(given)
    for index, item in enumerate(data.images if edit else ()):
        url = item.get("image_url") if isinstance(item, dict) else item
        url = url.get("url") if isinstance(url, dict) else url
        pictures.append(picture_of(str(url), f"images[{index}].image_url"))
    if edit and not pictures:
        raise wrong("image", "image is required: at least one image to edit.", "missing_field")
    message = Message(role="user", texts=(data.prompt,), pictures=tuple(pictures))
    return ChatRequest(
        model=data.model[:200], messages=(message,), output=_output(data), stream=bool(data.stream),
        previews=data.partial_images or 0, prefix="image_edit" if edit else "image_generation",
    )  # fmt: skip


async def form_request(request: Request) -> ChatRequest:
    """Read a multipart request. Raises Refusal."""
    form = await request.form(max_files=MOST_IMAGES, max_fields=64, max_part_size=2_000_000)
    try:
        return image_request(dict(form), edit=True, given=[
            picture_from(await value.read(), name) for name, value in form.multi_items()
            if isinstance(value, UploadFile) and name in {"image", "image[]"}
        ])  # fmt: skip
    finally:
        await form.close()
