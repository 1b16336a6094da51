"""How does Easel stand with Slack: tokens, scopes, socket, an upload?"""

from __future__ import annotations

import asyncio
import base64
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.files import Files, NeverProcessed
from adapters.slack.manifest import INSTALL_PATH, SCOPES
from adapters.slack.sessions import open_sessions
from adapters.slack.web_api import CallLost, CallRefused, FixedToken, WebApi
from bot.ports.settings import BadSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.slack.installations import OAuthClient

#: a picture of one pixel
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
#: seconds for a socket to say hello
_HELLO_TIMEOUT = 10.0
_HOW_TO_SIGN_IN = (
    "copy the Bot User OAuth Token (xoxb-…) from the app's page OAuth & Permissions "
    "into EASEL_SLACK_BOT_TOKEN"
)
_HOW_TO_CONNECT = (
    "make an App-Level Token (xapp-…) with the scope connections:write on the app's page Basic Information, "
    "and set EASEL_SLACK_APP_TOKEN"
)
_HOW_TO_NAME_OPERATOR = (
    "EASEL_OPERATOR names nobody whom Easel can write to. Set it to slack:T…:U… "
    "(in Slack: a profile, ⋮, Copy member ID)"
)
_HOW_TO_NAME_CLIENT = (
    "copy Client ID and Client Secret from the app's page Basic Information into "
    "EASEL_SLACK_CLIENT_ID and EASEL_SLACK_CLIENT_SECRET"
)
ORG_WIDE = (
    "this token is of an installation for a whole Enterprise organisation; Easel serves one workspace. "
    "Install the app to that workspace, and take the token from there, or set EASEL_SLACK_CLIENT_ID"
)


class CannotCheck(BadSettings):
    """Something is not in place; the text is a sentence that says what to do."""


async def check_slack(
    bot_token: str,
    app_token: str | None,
    url: str | None,
    *,
    operator: tuple[str, str] | None = None,
    quiet: bool = False,
) -> str:
    """Return how all of it stands. Raise CannotCheck.

    `operator`: the workspace and the person who is told what only they can mend.
    `quiet`: open no socket, because a running Easel would miss what comes over it.
    """
    async with _reach(url, bot_token) as api:
        found = [await _check_token(api)]
        if app_token is not None:
            found.append(await _check_socket(api, app_token, quiet=quiet))
        found.append(await _check_upload(api))
        if operator is not None:
            found.append(await _check_operator(api, *operator))
    return "; ".join(found)


async def check_bot_token(token: str, url: str | None) -> str:
    """Return whose bot a token is of. Raise CannotCheck."""
    async with _reach(url, token) as api:
        return await _check_token(api)


async def check_app_token(token: str, url: str | None, *, quiet: bool) -> str:
    """Return whether a socket opens with an app token. Raise CannotCheck."""
    async with _reach(url) as api:
        return await _check_socket(api, token, quiet=quiet)


@asynccontextmanager
async def _reach(url: str | None, token: str = "") -> AsyncIterator[WebApi]:
    async with open_sessions(url) as http:
        try:
            yield WebApi(http, FixedToken(token))
        except CallLost as error:
            raise CannotCheck(
                f"Slack cannot be reached ({error}). Try again in a moment."
            ) from None


async def check_client(
    client: OAuthClient, app_token: str | None, url: str | None, *, quiet: bool
) -> str:
    """Return how an app stands that workspaces install. Raise CannotCheck. `quiet`: as above."""
    async with open_sessions(url) as http:
        api = WebApi(http, FixedToken(""))
        found = [f"workspaces install it at {INSTALL_PATH}"]
        try:
            # no code is right: Slack looks at the client first
            await http.client().oauth_v2_access(
                client_id=client.id, client_secret=client.secret, code="doctor"
            )
        except SlackApiError as error:
            code = error.response.get("error")
            if code in {"invalid_client_id", "bad_client_secret"}:
                raise CannotCheck(f"Slack says {code}: {_HOW_TO_NAME_CLIENT}.") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise CannotCheck(f"Slack cannot be reached ({error!r}). Try again.") from None
        if app_token is not None:
            found.append(await _check_socket(api, app_token, quiet=quiet))
    return "; ".join(found)


async def _check_token(api: WebApi) -> str:
    """Check the bot token and its scopes."""
    me = await _call(api, "auth.test", _HOW_TO_SIGN_IN)
    if not me.get("team_id"):
        raise CannotCheck(f"{ORG_WIDE}.")
    answer = await api.client.auth_test()
    granted = str(answer.headers.get("x-oauth-scopes", ""))
    missing = sorted(set(SCOPES) - {one.strip() for one in granted.split(",")})
    if granted and missing:
        raise CannotCheck(
            f"the app lacks the scopes {', '.join(missing)}. Put the manifest of `easel slack manifest` "
            "into the app's page App Manifest, then install the app to the workspace again."
        )
    return f"workspace {me.get('team')} as {me.get('user')}, all {len(SCOPES)} scopes"


async def _call(api: WebApi, method: str, what_to_do: str, **args: Any) -> dict[str, Any]:  # noqa: ANN401 - arguments
    try:
        return await api.call(method, **args)
    except CallRefused as error:
        raise CannotCheck(f"Slack says {error.code}: {what_to_do}.") from None


async def _check_socket(api: WebApi, app_token: str, *, quiet: bool) -> str:
    """Check the app token, and whether a socket opens."""
    try:
        answer = await api.client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        raise CannotCheck(f"Slack says {error.response.get('error')}: {_HOW_TO_CONNECT}.") from None
    if quiet:
        return "the app token opens sockets"
    try:
        async with (
            asyncio.timeout(_HELLO_TIMEOUT),
            api.http.slack.ws_connect(answer["url"]) as socket,
        ):
            hello = await socket.receive_json()
    except (aiohttp.ClientError, TimeoutError, TypeError, ValueError) as error:
        raise CannotCheck(
            f"no socket opens ({error!r}). Easel must be let out to wss://*.slack.com."
        ) from None
    if hello.get("type") != "hello":
        raise CannotCheck(f"a socket opens, but Slack says {hello.get('reason')}.")
    return "a socket opens"


async def _check_operator(api: WebApi, team: str, user: str) -> str:
    """Check that whoever runs Easel can be told so."""
    info = (await _call(api, "users.info", _HOW_TO_NAME_OPERATOR, user=user))["user"]
    here = (await _call(api, "auth.test", _HOW_TO_SIGN_IN))["team_id"]
    if team not in {here, "@me"} or info.get("deleted") or info.get("is_bot"):
        raise CannotCheck(f"{_HOW_TO_NAME_OPERATOR}.")
    return f"{info.get('name')} is told what only the operator can mend"


async def _check_upload(api: WebApi) -> str:
    """Check that a picture can be uploaded; it is deleted again."""
    files = Files(api)
    try:
        file = await files.upload_image("easel-doctor.png", _PIXEL, "a single pixel")
        await api.call("files.delete", file=file)
    except CallRefused as error:
        raise CannotCheck(
            f"a picture cannot be uploaded ({error.code}). See whether the workspace allows apps to upload files."
        ) from None
    except NeverProcessed:
        raise CannotCheck(
            "a picture was uploaded, but Slack does not process it. Try again."
        ) from None
    return "a picture can be uploaded"
