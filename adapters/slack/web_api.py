"""How is Slack's Web API called? Within a workspace's limits, and never a second message for a lost answer.

Connection faults and 5xx are retried where doing it twice is the same as once; the SDK's own retry would post twice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from adapters.slack.rate_limits import RateLimits
from adapters.slack.sessions import may_be_public
from bot.ports import meters
from bot.ports.retry import retry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from adapters.slack.sessions import HttpSessions
    from bot.ports.messages import Json
_log = structlog.stdlib.get_logger("easel.slack")

_OWN_HOSTS = (".slack.com", ".slack-gov.com", ".slack-files.com")
_FILE_TIMEOUT = aiohttp.ClientTimeout(total=120, sock_connect=10, sock_read=30)
#: seconds before a call is retried
RETRY_PAUSES = (0.2, 1.0, 3.0, 6.0)
#: 429s in a row for one call
_MAX_RATE_LIMITED = 30
#: the code of a call that may not wait for a limit
RATE_LIMITED = "ratelimited"
_RATE_LIMITED_CODES = frozenset({RATE_LIMITED, "rate_limited"})
#: codes that say Slack itself has a fault
#: codes that say a token is good for nothing (any more)
BAD_TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
_FAULTS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
#: messages of a page, and pages of one thread or channel
PAGE_SIZE = 200
_MAX_PAGES = 10


class CallFailed(Exception):
    """Slack did not do it, or nobody knows whether it did."""

    #: what Slack says; "" where no answer says it
    code = ""


class CallRefused(CallFailed):
    """Slack did not do it, and says why in `code`."""

    def __init__(self, method: str, code: str, detail: str = "") -> None:
        super().__init__(f"{method}: {code} {detail}".strip())
        self.code = code


class CallLost(CallFailed):
    """No answer came, or a fault's; it may have been done."""


def is_lost(error: Exception) -> bool:
    """Return whether a call may have been done."""
    return isinstance(error, CallLost)


class TokenSource(Protocol):
    """Where a workspace's bot token comes from."""

    async def get(self) -> str:
        """Return the token. Raise CallRefused where the workspace gives none."""
        ...

    def forget(self, token: str) -> None:
        """Note that Slack refuses a token: the next one is read again."""
        ...


class FixedToken:
    """The one token that whoever runs Easel has set."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get(self) -> str:
        """Return the token."""
        return self._token

    def forget(self, token: str) -> None:
        """Do nothing: there is no other one."""


class WebApi:
    """The Web API, for one workspace."""

    def __init__(self, http: HttpSessions, token: TokenSource) -> None:
        self.http = http
        self.token = token
        self.client = http.client()
        self.limits = RateLimits()

    async def call(
        self,
        method: str,
        *,
        idempotent: bool = True,
        max_wait: float = math.inf,
        **args: Any,  # noqa: ANN401 - arguments of any method
    ) -> Json:
        """Call a method and return its answer. Raise CallRefused or CallLost.

        `idempotent`: may it be done twice? `max_wait`: seconds that it may wait for a limit; where that takes
        longer, it is refused as RATE_LIMITED.
        """
        given = {name: value for name, value in args.items() if value is not None}
        return await retry(
            lambda: self._attempt(method, given, max_wait),
            is_transient=lambda error: idempotent and is_lost(error),
            pauses=RETRY_PAUSES,
        )

    async def try_call(self, method: str, **args: Any) -> Json | None:  # noqa: ANN401 - as above
        """Call a method whose failure is no harm, and return its answer; None where it failed."""
        try:
            return await self.call(method, **args)
        except CallFailed as error:
            _log.info("slack call failed", error=str(error))
            return None

    async def _attempt(self, method: str, args: Json, max_wait: float) -> Json:
        refused = None
        for _ in range(_MAX_RATE_LIMITED):
            window = await self.limits.enter(method, str(args.get("channel", "")), max_wait)
            if window is None:
                break
            token = ""
            try:
                token = self.client.token = await self.token.get()
                answer = await getattr(self.client, method.replace(".", "_"))(**args)
                return dict(answer.data)
            except SlackApiError as error:
                seconds = _retry_after(error)
                if seconds is None:
                    failed = _call_failed(method, error)
                    if refused is None and failed.code in BAD_TOKEN:
                        refused = token
                        self.token.forget(token)  # another process may have replaced it
                        if await self.token.get() != refused:
                            continue
                    raise failed from error
                _log.info("slack limits", method=method, seconds=seconds)
                meters.RATE_LIMITED["slack"] += 1
                self.limits.hold(window, seconds)
                if seconds > max_wait:
                    break
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise CallLost(f"{method}: {error!r}") from error
            finally:
                window.leave()
        raise CallRefused(method, RATE_LIMITED)

    async def messages(
        self, channel: str, thread: str | None, oldest: float | None = None
    ) -> AsyncIterator[Json]:
        """Yield the messages of a thread in order, or a channel's newest first. Raise CallRefused or CallLost."""
        cursor: str | None = None
        for _ in range(_MAX_PAGES):
            answer = await self.call(
                "conversations.history" if thread is None else "conversations.replies",
                channel=channel,
                ts=thread,
                oldest=f"{oldest:.6f}" if oldest else None,
                limit=PAGE_SIZE,
                cursor=cursor,
                include_all_metadata=True,
            )
            for message in answer["messages"]:
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    # bytes

    async def upload(self, url: str, data: bytes | BinaryIO) -> None:
        """Send a file's bytes to the address of its ticket. Raise CallLost."""
        try:
            async with self.http.slack.post(url, data=data, timeout=_FILE_TIMEOUT) as answer:
                if answer.status != 200:
                    raise CallLost(f"upload: {answer.status}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CallLost(f"upload: {error!r}") from error

    async def download(self, url: str) -> Any:  # noqa: ANN401 - aiohttp's own context manager
        """Request a file's bytes: Slack's own with the token, others without it and at public addresses only.

        Raise CallRefused for another address.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host == urlsplit(self.http.url).hostname or host.endswith(_OWN_HOSTS):
            headers = {"Authorization": f"Bearer {await self.token.get()}"}
            return self.http.slack.get(url, headers=headers, timeout=_FILE_TIMEOUT)
        if parts.scheme != "https" or not may_be_public(host):
            raise CallRefused("download", "not_slack", host)
        return self.http.outside.get(url, timeout=_FILE_TIMEOUT, max_redirects=0)

    async def respond(self, url: str, body: Mapping[str, Any]) -> bool:
        """Answer over a response_url; False: it is used up, or gone."""
        try:
            async with self.http.slack.post(url, json=dict(body)) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.warning("response_url failed", error=repr(error))
            return False


def _retry_after(error: SlackApiError) -> float | None:
    """Return the seconds that a 429 asks for; None: it is none."""
    answer = error.response
    if answer.status_code != 429 and _body(error).get("error") not in _RATE_LIMITED_CODES:
        return None
    try:
        seconds = float(answer.headers.get("Retry-After", 1))
    except ValueError:
        return 1.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 1.0


def _call_failed(method: str, error: SlackApiError) -> CallFailed:
    """Return what an error of the SDK's means: a refusal, or a fault of Slack's."""
    body, status = _body(error), error.response.status_code
    code = str(body.get("error") or status)
    if status >= 500 or code in _FAULTS or body.get("error") is None:
        return CallLost(f"{method}: {code}")
    messages = (body.get("response_metadata") or {}).get("messages") or body.get("errors") or ()
    return CallRefused(method, code, "; ".join(str(one) for one in messages)[:500])


def _body(error: SlackApiError) -> Mapping[str, Any]:
    """Return an answer's body; empty where it is a page, or nothing."""
    data = error.response.data
    return data if isinstance(data, dict) else {}
