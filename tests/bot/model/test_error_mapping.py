from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.client import ModelClient
from bot.model.error_mapping.classify import classify
from bot.model.requests.profiles import PROFILES
from bot.ports import errors
from bot.ports.errors import Kind


def error(code: object = None, message: str = "no", **more: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **more}}


HTML = "<html><body><h1>504 Gateway Time-out</h1></body></html>"


@pytest.mark.parametrize(
    ("status", "body", "expected", "kind", "billed"),
    [
        # no money
        (402, error(), errors.NoCredit, Kind.NO_CREDIT, False),
        (402, "", errors.NoCredit, Kind.NO_CREDIT, False),
        (429, error("insufficient_quota"), errors.NoCredit, Kind.NO_CREDIT, False),
        (429, error(None, type="insufficient_quota"), errors.NoCredit, Kind.NO_CREDIT, False),
        (400, error("billing_hard_limit_reached"), errors.NoCredit, Kind.NO_CREDIT, False),
        (403, error("insufficient_user_quota"), errors.NoCredit, Kind.NO_CREDIT, False),
        (200, error(402, "Insufficient credits"), errors.NoCredit, Kind.NO_CREDIT, False),
        (200, error("402"), errors.NoCredit, Kind.NO_CREDIT, False),
        (
            429,
            error("rate_limit_exceeded", "Insufficient balance, top up"),
            errors.NoCredit,
            Kind.NO_CREDIT,
            False,
        ),
        # blocked
        (451, error(), errors.Blocked, Kind.BLOCKED, False),
        (451, "", errors.Blocked, Kind.BLOCKED, False),
        (
            400,
            error("moderation_blocked", moderation_details={}),
            errors.Blocked,
            Kind.BLOCKED,
            False,
        ),
        (400, error("content_policy_violation"), errors.Blocked, Kind.BLOCKED, False),
        (403, error(403, metadata={"reasons": ["violence"]}), errors.Blocked, Kind.BLOCKED, False),
        (403, error(403, metadata={"flagged_input": "x"}), errors.Blocked, Kind.BLOCKED, False),
        (403, error(403, "flagged", moderation_details={}), errors.Blocked, Kind.BLOCKED, False),
        (400, [error("content_policy_violation")], errors.Blocked, Kind.BLOCKED, False),
        (400, error("sensitive_words_detected"), errors.Blocked, Kind.BLOCKED, False),
        (200, error(451), errors.Blocked, Kind.BLOCKED, False),
        (
            400,  # what the provider behind a gateway said
            error(400, metadata={"raw": '{"error":{"code":"moderation_blocked"}}'}),
            errors.Blocked,
            Kind.BLOCKED,
            False,
        ),
        # not blocked: an input image could not be read
        (451, error("image_fetch_failed"), errors.ImageRefused, Kind.BAD_REQUEST, False),
        (
            451,
            error(None, "Failed to download image from the given address"),
            errors.ImageRefused,
            Kind.BAD_REQUEST,
            False,
        ),
        (
            400,
            error("invalid_request_error", "The image could not be decoded"),
            errors.ImageRefused,
            Kind.BAD_REQUEST,
            False,
        ),
        (
            400,  # a field of that name, not a picture
            error("invalid_image_size", "image_output.size must be one of …"),
            errors.RequestRefused,
            Kind.BAD_REQUEST,
            False,
        ),
        (451, error("image_download_failed"), errors.ImageRefused, Kind.BAD_REQUEST, False),
        (400, error("invalid_image_url"), errors.ImageRefused, Kind.BAD_REQUEST, False),
        # the key, the model
        (401, error("invalid_api_key"), errors.KeyRefused, Kind.NOT_CONFIGURED, False),
        (401, "", errors.KeyRefused, Kind.NOT_CONFIGURED, False),
        (403, error("forbidden"), errors.KeyRefused, Kind.NOT_CONFIGURED, False),
        (403, HTML, errors.KeyRefused, Kind.NOT_CONFIGURED, False),
        (404, error("model_not_found"), errors.UnknownModel, Kind.NOT_CONFIGURED, False),
        (404, "not found", errors.UnknownModel, Kind.NOT_CONFIGURED, False),
        # too large, also in disguise
        (413, error(), errors.TooLarge, Kind.TOO_LARGE, False),
        (404, error(None, "Request entity too large"), errors.TooLarge, Kind.TOO_LARGE, False),
        (
            400,
            error(None, "the payload size exceeds the limit"),
            errors.TooLarge,
            Kind.TOO_LARGE,
            False,
        ),
        (400, error("context_length_exceeded"), errors.TooLarge, Kind.TOO_LARGE, False),
        # too fast
        (429, error("rate_limit_exceeded"), errors.Busy, Kind.BUSY, False),
        (429, "", errors.Busy, Kind.BUSY, False),
        # a plain wrong request
        (
            400,
            error("invalid_request_error", "bad size"),
            errors.RequestRefused,
            Kind.BAD_REQUEST,
            False,
        ),
        (422, {"detail": "nope"}, errors.RequestRefused, Kind.BAD_REQUEST, False),
        # upstream, in the API's own words
        (500, error("server_error"), errors.Unavailable, Kind.UNAVAILABLE, False),
        (502, error(502, "Provider returned error"), errors.Unavailable, Kind.UNAVAILABLE, False),
        (529, error("overloaded_error"), errors.Unavailable, Kind.UNAVAILABLE, False),
        (500, {"detail": "worker died"}, errors.Unavailable, Kind.UNAVAILABLE, False),
        (200, error(10013), errors.Unavailable, Kind.UNAVAILABLE, False),
        (503, error("overloaded"), errors.Unavailable, Kind.UNAVAILABLE, False),
        (504, error("upstream_timeout"), errors.Unavailable, Kind.UNAVAILABLE, False),
        (200, error(502, "Provider returned error"), errors.Unavailable, Kind.UNAVAILABLE, False),
        (200, error("server_error"), errors.Unavailable, Kind.UNAVAILABLE, False),
        # nobody knows: a proxy speaks
        (504, HTML, errors.UnknownOutcome, Kind.UNKNOWN_OUTCOME, None),
        (502, HTML, errors.UnknownOutcome, Kind.UNKNOWN_OUTCOME, None),
        (520, "", errors.UnknownOutcome, Kind.UNKNOWN_OUTCOME, None),
        (524, HTML, errors.UnknownOutcome, Kind.UNKNOWN_OUTCOME, None),
        (500, "", errors.UnknownOutcome, Kind.UNKNOWN_OUTCOME, None),
        (503, "", errors.UnknownOutcome, Kind.UNKNOWN_OUTCOME, None),
        (
            504,  # JSON, but a proxy's
            {"message": "Endpoint request timed out"},
            errors.UnknownOutcome,
            Kind.UNKNOWN_OUTCOME,
            None,
        ),
        (
            524,
            {"title": "Error 524", "status": 524, "cloudflare_error": True},
            errors.UnknownOutcome,
            Kind.UNKNOWN_OUTCOME,
            None,
        ),
        (408, error(), errors.UnknownOutcome, Kind.UNKNOWN_OUTCOME, None),
        # an address that is not the API's
        (301, HTML, errors.UnknownModel, Kind.NOT_CONFIGURED, False),
        (405, "", errors.UnknownModel, Kind.NOT_CONFIGURED, False),
    ],
)
def test_body_and_status_mean_one_thing(
    status: int, body: object, expected: type[errors.ModelError], kind: Kind, billed: object
) -> None:
    found = classify(status, body)
    assert type(found) is expected
    assert (found.kind, found.billed) == (kind, billed)


async def test_only_what_is_safe_is_sent_again_by_itself() -> None:
    client = ModelClient("http://gateway.example/v1", key=None, profile=PROFILES["spec"])
    classes = [one for one in vars(errors).values() if isinstance(one, type)]
    found = [one for one in classes if issubclass(one, errors.ModelError)]
    retried = {one.__name__ for one in found if client._may_retry(one("why"), 2)}
    await client.close()
    assert retried == {"Busy", "Unavailable", "Unreachable", "Empty"}


def test_a_busy_answer_says_how_long_to_wait() -> None:
    found = classify(429, error("rate_limit_exceeded"), wait=7.0)
    assert isinstance(found, errors.Busy)
    assert found.wait == 7.0


def test_what_people_may_read_of_a_refusal_holds_no_payload() -> None:
    message = "bad image data:image/png;base64,AAAABBBB and " + "Q" * 200 + " <b>here</b>"
    found = classify(400, error("invalid_request_error", message))
    assert found.facts["says"] == "bad image and here"


@given(
    st.integers(200, 599),
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda x: st.dictionaries(
            st.sampled_from(["error", "code", "message", "type", "metadata", "status"]),
            x,
            max_size=4,
        ),
    ),
)
def test_any_status_and_body_mean_something(status: int, body: object) -> None:
    assert isinstance(classify(status, body), errors.ModelError)
