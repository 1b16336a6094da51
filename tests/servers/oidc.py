"""A strict local OpenID Connect provider. It signs in `claims`; `refused` is what was wrong with what came.

As the specifications have it: OpenID Connect Core 1.0 §3.1, RFC 7636 (PKCE, S256 only), RFC 6749 §4.1.3.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

CLIENT, SECRET = "easel-page", "a secret of the provider's"


class OidcServer:
    """The server; `url` is its issuer, once it listens."""

    def __init__(self) -> None:
        self.url = ""
        #: who is at the browser
        self.claims: dict[str, Any] = {}
        #: what an id token says otherwise than it ought to
        self.wrong: dict[str, Any] = {}
        self.calls_itself: str | None = None
        self.refused: list[str] = []
        #: what is told of somebody at the userinfo endpoint only
        self.elsewhere: dict[str, Any] = {}
        self.redirects: set[str] = set()
        self.rotate()
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: set[str] = set()
        self.routes = [
            Route("/.well-known/openid-configuration", self._describe),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/keys", self._show_keys),
            Route("/userinfo", self._show_person),
        ]

    def rotate(self) -> None:
        """Sign with a new key, and forget the old one."""
        self._key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})

    async def _describe(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.calls_itself or self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "none"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _show_keys(self, _request: Request) -> Response:
        return JSONResponse(KeySet([self._key]).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        given = dict(request.query_params)
        wrong = [
            *(
                name
                for name in ("state", "nonce", "code_challenge")
                if len(given.get(name, "")) < 20
            ),
            *(["client_id"] if given.get("client_id") != CLIENT else []),
            *(["redirect_uri"] if given.get("redirect_uri") not in self.redirects else []),
            *(["response_type"] if given.get("response_type") != "code" else []),
            *(["code_challenge_method"] if given.get("code_challenge_method") != "S256" else []),
            *(["scope"] if "openid" not in given.get("scope", "").split() else []),
        ]
        if wrong:
            return self._refuse("invalid_request", f"wrong at /authorize: {', '.join(wrong)}")
        code = secrets.token_urlsafe(16)
        self._codes[code] = given
        answer = urlencode({"code": code, "state": given["state"]})
        return RedirectResponse(f"{given['redirect_uri']}?{answer}", 302)

    async def _token(self, request: Request) -> Response:
        async with request.form() as form:
            given = {name: str(value) for name, value in form.items()}
        asked = self._codes.pop(given.get("code", ""), None)
        if asked is None:
            return self._refuse("invalid_grant", "no such code, or a code that was used")
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return self._refuse("invalid_client", "not the client's secret", 401)
        if given.get("redirect_uri") != asked["redirect_uri"]:
            return self._refuse("invalid_grant", "another redirect_uri than was asked with")
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return self._refuse("invalid_grant", "not the verifier of this challenge")
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
            **self.wrong,
        }
        header = {"alg": "RS256", "kid": self._key.kid}
        token = secrets.token_urlsafe(16)
        self._tokens.add(token)
        return JSONResponse(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": jwt.encode(header, claims, self._key),
            }
        )

    async def _show_person(self, request: Request) -> Response:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return self._refuse("invalid_token", "not a token of ours", 401)
        return JSONResponse({"sub": self.claims.get("sub"), **self.elsewhere})

    def _refuse(self, error: str, why: str, status: int = 400) -> Response:
        self.refused.append(why)
        return JSONResponse({"error": error, "error_description": why}, status)
