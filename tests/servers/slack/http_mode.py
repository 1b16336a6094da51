"""How do events and interactions come as signed HTTP requests?"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

if TYPE_CHECKING:
    from tests.servers.slack.delivery import Attempt, Envelope
    from tests.servers.slack.server import SlackServer
    from tests.servers.slack.values import Json

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the value of X-Slack-Signature."""
    base = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpPosts:
    """Posts to the app's request URL; a Carrier."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        #: pretend that requests were signed so many seconds ago
        self.skew = 0
        #: the secret that requests are signed with; another one than the app's: a forger's
        self.secret = slack.signing_secret

    async def carry(self, envelope: Envelope, attempt: Attempt) -> None:
        body, media_type = written(envelope)
        headers = {}
        if attempt.number:
            headers = {
                "X-Slack-Retry-Num": str(attempt.number),
                "X-Slack-Retry-Reason": envelope.attempts[attempt.number - 1].failed
                or "http_timeout",
            }
        attempt.sent = True
        try:
            status, answer = await self.post(body, media_type, headers)
        except TimeoutError:
            attempt.failed = "http_timeout"
            if envelope.kind != "events_api":
                attempt.failed = "operation_timeout"
            return
        except aiohttp.ClientError:
            attempt.failed = "connection_failed"
            if envelope.kind != "events_api":
                attempt.failed = "dispatch_failed"
            return
        if status >= 300:
            attempt.failed = "http_client_error" if status < 500 else "http_service_error"
            return
        envelope.acknowledge(self._read(envelope, answer))

    def _read(self, envelope: Envelope, answer: str) -> Json | None:
        if not answer.strip():
            return None
        try:
            found = json.loads(answer)
        except ValueError:
            if envelope.kind == "slash_commands":
                return {"text": answer}
            return None
        return found if isinstance(found, dict) else None

    async def post(
        self, body: bytes, media_type: str, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Post a signed body to the app; give its status and its answer."""
        assert self.slack.request_url is not None
        timestamp = int(time.time()) - self.skew
        signed = {
            "Content-Type": media_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": str(timestamp),
            "X-Slack-Signature": sign(self.secret, timestamp, body),
            **(headers or {}),
        }
        timeout = aiohttp.ClientTimeout(total=self.slack.delivery.ack_timeout)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(self.slack.request_url, data=body, headers=signed) as response,
        ):
            return response.status, await response.text()

    async def verify(self) -> bool:
        """Ask as Slack does when a request URL is entered: does the app give the challenge back?"""
        challenge = {
            "type": "url_verification",
            "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
        }
        body = {"token": self.slack.verification_token, **challenge}
        status, answer = await self.post(json.dumps(body).encode(), JSON)
        return status == 200 and challenge["challenge"] in answer


def written(envelope: Envelope) -> tuple[bytes, str]:
    """Write a payload the way Slack does: events as JSON, the rest as forms."""
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload).encode(), JSON
    if envelope.kind == "slash_commands":
        return urlencode(envelope.payload).encode(), FORM
    return urlencode({"payload": json.dumps(envelope.payload)}).encode(), FORM
