"""How do people sign in to the page with their company's account? By OpenID Connect, as authlib does it.

Who signed in is written in the store, so that any replica knows them and a log-out holds everywhere. A browser holds a
random word for it; the store has that word's hash only.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import TYPE_CHECKING, Any

import httpx
import structlog
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.ports.caller import OPERATOR, Caller, base_path
from bot.ports.language import _
from bot.ports.sessions import Session
from bot.server.replies import (
    SIGN_IN,
    SIGN_IN_BACK,
    message_page,
    safe_target,
    set_cookie,
    sign_in_page,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from authlib.integrations.starlette_client import StarletteOAuth2App  # type: ignore[import-untyped]
    from starlette.requests import Request

    from bot.ports.sessions import SessionStore
    from bot.server.settings import Settings

_log = structlog.stdlib.get_logger("easel.sign_in")

_LOG_OUT = "/log-out"
_COOKIE, _STATE_COOKIE = "easel-session", "easel-sign-in"
#: seconds: that somebody stays signed in, and that they may take at their provider's
LIFETIME, _PATIENCE = 12 * 3600, 600
#: characters of a name, and groups of one person, that are kept
_LONGEST_NAME, _MOST_GROUPS = 80, 500
_METADATA = "/.well-known/openid-configuration"


class ProviderError(Exception):
    """A provider that cannot be asked, or says what cannot be believed."""


class SignIn:
    """Signs people in, and knows them again."""

    def __init__(self, settings: Settings, store: SessionStore) -> None:
        assert settings.oidc_issuer is not None  # noqa: S101 - the caller looked
        assert settings.oidc_client_secret is not None  # noqa: S101 - it comes with the issuer
        self._issuer = settings.oidc_issuer
        self._allow = settings.oidc_allow
        self._operators = settings.oidc_operators or ()
        self._url = settings.web_url or ""
        self._store = store
        self._is_secure = self._url.startswith("https:")
        secret = settings.oidc_client_secret.get_secret_value().encode()
        #: all replicas know it, and nobody else
        self._state_key = hmac.new(secret, b"easel sign-in", hashlib.sha256).hexdigest()
        self._client = build_client(settings)

    def routes(self) -> list[Route]:
        """Return the routes of going to the provider, coming back, and logging out."""
        state = Middleware(
            SessionMiddleware,
            secret_key=self._state_key,
            session_cookie=_STATE_COOKIE,
            max_age=_PATIENCE,
            https_only=self._is_secure,
        )
        return [
            Route(SIGN_IN, self._start, middleware=[state]),
            Route(SIGN_IN_BACK, self._come_back, middleware=[state]),
            Route(_LOG_OUT, self._log_out, methods=["POST"]),
        ]

    async def find_caller(self, request: Request) -> Caller | None:
        """Return who calls, by their browser's cookie; None: nobody who is signed in. Raise NotSaved."""
        word = request.cookies.get(_COOKIE, "")
        found = await self._store.find_session(_hash(word)) if word else None
        if found is None or not self._may_enter(found.email, found.groups):
            return None
        is_operator = _is_among(self._operators, found.email, found.groups)
        groups = tuple(group for group in found.groups if group != OPERATOR)
        return Caller(found.person, (OPERATOR, *groups) if is_operator else groups, found.name)

    def _may_enter(self, email: str, groups: tuple[str, ...]) -> bool:
        among = (*(self._allow or ()), *self._operators)
        return self._allow is None or _is_among(among, email, groups)

    async def _start(self, request: Request) -> Response:
        """Send a browser to the provider."""
        request.session["to"] = safe_target(request, request.query_params.get("to"))
        try:
            await load_metadata(self._client, self._issuer)
            answer: Response = await self._client.authorize_redirect(
                request, f"{self._url}{SIGN_IN_BACK}"
            )
        except Exception as error:
            return self._fail(request, error)
        return answer

    async def _come_back(self, request: Request) -> Response:
        """Let in who comes back from the provider."""
        try:
            claims = await self._read_claims(request)
        except Exception as error:
            return self._fail(request, error)
        email = str(claims.get("email") or "").lower()
        if claims.get("email_verified") not in {True, "true"}:
            email = ""  # anybody can write anything there
        groups = _read_groups(claims)
        if not self._may_enter(email, groups):
            _log.info("not let in", person=_person(self._issuer, claims))
            says = _("Your account can't use this Easel. Ask your Easel admin.")
            return sign_in_page(request, says, 403)
        word, until = secrets.token_urlsafe(32), time.time() + LIFETIME
        person = _person(self._issuer, claims)
        session = Session(person, _name(claims), email, groups, until)
        await self._store.save_session(_hash(word), session)
        _log.info("signed in", person=person)
        to = safe_target(request, request.session.pop("to", None))
        answer = RedirectResponse(to, 303)
        set_cookie(request, answer, _COOKIE, word, LIFETIME, is_secure=self._is_secure)
        return answer

    async def _read_claims(self, request: Request) -> Mapping[str, Any]:
        """Return what the provider says of whoever comes back."""
        metadata = await load_metadata(self._client, self._issuer)
        try:
            token = await self._client.authorize_access_token(request)
        except Exception:
            metadata.pop("jwks", None)  # keys may have changed: read them again next time
            raise
        claims: Mapping[str, Any] | None = token.get("userinfo")
        if not claims or not claims.get("sub"):
            raise ProviderError("it sent no id token")
        if "userinfo_endpoint" not in metadata or {"name", "email"} <= claims.keys():
            return claims
        more = await self._client.userinfo(token=token)  # some say names there only
        return {**more, **claims} if more.get("sub") == claims["sub"] else claims

    def _fail(self, request: Request, error: Exception) -> Response:
        _log.warning("sign-in failed", kind=type(error).__name__, error=str(error)[:200])
        if isinstance(error.__cause__ or error, httpx.HTTPError):
            says = _("Your company's sign-in can't be reached just now. Try again in a minute.")
            return sign_in_page(request, says, 503)
        says = _("That sign-in didn't work, or took too long. Try again.")
        return sign_in_page(request, says, 400)

    async def _log_out(self, request: Request) -> Response:
        if word := request.cookies.get(_COOKIE):
            await self._store.delete_session(_hash(word))
        answer = message_page(request, 200, _("You're logged out."), _("Sign in again"))
        answer.delete_cookie(_COOKIE, path=base_path(request) or "/")
        return answer


def build_client(settings: Settings) -> StarletteOAuth2App:
    """Return authlib's client of the provider."""
    assert settings.oidc_client_secret is not None  # noqa: S101 - it comes with the issuer
    from authlib.integrations.starlette_client import (  # noqa: PLC0415 - 0.3 s that other pages do not pay
        OAuth,
    )

    return OAuth().register(
        "easel",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer}{_METADATA}",
        client_kwargs={
            "scope": settings.oidc_scope,
            "code_challenge_method": "S256",
            "timeout": 10,
        },
    )


async def load_metadata(client: StarletteOAuth2App, issuer: str) -> dict[str, Any]:
    """Return what the provider says of itself, read once. Raise ProviderError."""
    try:
        metadata: dict[str, Any] = await client.load_server_metadata()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderError(str(error) or type(error).__name__) from error
    if str(metadata.get("issuer", "")).rstrip("/") != issuer:
        raise ProviderError(f"it calls itself {str(metadata.get('issuer'))[:100]}")
    algorithms = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    # a token is only believed by the provider's own signature
    signed = [one for one in algorithms if one != "none" and not one.startswith("HS")]
    metadata["id_token_signing_alg_values_supported"] = signed or ["RS256"]
    return metadata


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _person(issuer: str, claims: Mapping[str, Any]) -> str:
    """Return somebody's id in Easel: the same whatever they are called today."""
    return hashlib.sha256(f"{issuer} {claims['sub']}".encode()).hexdigest()[:16]


def _name(claims: Mapping[str, Any]) -> str:
    names = (claims.get("name"), claims.get("preferred_username"), claims.get("email"))
    found = next(
        (" ".join(one.split()) for one in names if isinstance(one, str) and one.strip()), ""
    )
    return found[:_LONGEST_NAME] or "Somebody"


def _read_groups(claims: Mapping[str, Any]) -> tuple[str, ...]:
    found: list[str] = []
    for claim in ("groups", "roles"):
        given = claims.get(claim) or []
        given = [given] if isinstance(given, str) else given
        found += [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    return tuple(found[:_MOST_GROUPS])


def _is_among(members: tuple[str, ...], email: str, groups: tuple[str, ...]) -> bool:
    """Return whether a list names somebody by address, domain or group."""
    known = {f"group:{one}" for one in groups}
    if email:
        known |= {email, email[email.rindex("@") :] if "@" in email else email}
    return not known.isdisjoint(members)
