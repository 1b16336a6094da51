"""How does the log look? One line an event: plain on a terminal, JSON elsewhere. Never a secret."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any

import orjson
import structlog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from structlog.typing import EventDict, WrappedLogger

#: a data URL, or anything as long as an image in base64
_PAYLOAD = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=_-]*|[A-Za-z0-9+/=_-]{200,}")
_TOKENS = re.compile(r"\b(?:xox[a-z]-|xapp-|sk-|Bearer )[A-Za-z0-9._-]+")
_LONGEST = 2000
#: libraries' loggers that say too much
_NOISY = ("httpx", "httpcore", "aiosqlite", "alembic", "procrastinate")


def scrub(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take image payloads and tokens out of every text, and shorten it."""
    return {key: _scrub_value(value, end=key == "exception") for key, value in event.items()}


def _scrub_value(value: Any, *, end: bool) -> Any:  # noqa: ANN401 - a log line holds anything
    if not isinstance(value, str):
        return value
    value = _TOKENS.sub("…", _PAYLOAD.sub("…", value))
    if len(value) <= _LONGEST:
        return value
    return (
        "…" + value[-_LONGEST:] if end else value[:_LONGEST] + "…"
    )  # an exception's name is its end


def configure(level: str = "INFO", noisy: Iterable[str] = ()) -> None:
    """Send all logs, ours and the libraries', to standard error; those of `noisy` loggers from warnings on."""
    terminal = sys.stderr.isatty()
    renderer: Any = (
        structlog.dev.ConsoleRenderer()
        if terminal
        else structlog.processors.JSONRenderer(serializer=_json)
    )
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    # exceptions become text before `scrub`, so that a traceback is scrubbed too
    ending = [structlog.processors.format_exc_info, scrub, renderer]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    logging.getLogger("easel").setLevel(level)
    # libraries at DEBUG write down what people said
    root.setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
    for name in (*_NOISY, *noisy):
        logging.getLogger(name).setLevel(logging.WARNING)
    # each try to reach a database that is away; `storage` says once that it is
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def _json(value: object, **_options: object) -> str:
    return orjson.dumps(value, default=str).decode()
