"""Does each answer that gateways are known to give mean what it means?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bot.model.error_mapping import retry_after
from bot.model.error_mapping.classify import classify
from bot.ports import errors
from tests.bot.model.gateway_faults import CASES, PROMPT, Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.what}-{case.status}")
def test_what_a_gateway_says_means_one_thing(case: Case) -> None:
    wait = retry_after.from_headers(case.head)
    found = classify(case.status, case.body, wait=wait, prompt=PROMPT)
    assert type(found) is case.means
    if case.wait is not None:
        assert found.wait == pytest.approx(case.wait, abs=1.5)
    said = str(found.facts.get("says", ""))
    assert not any(figure in said for figure in ("12.5", "balance of", "sk-", "quota"))
    if case.message and case.means is not errors.RequestRefused:
        assert case.message[:60] not in str(found.facts), "its own words stay out of the thread"


def error_of(case: Case) -> dict[str, Any] | str | None:
    """Return the error that a 200 can hold; None: only the status says what it means."""
    error = case.body.get("error") if isinstance(case.body, dict) else None
    return error if isinstance(error, dict | str) and case.status not in {200, 446} else None


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if error_of(case) is not None],
    ids=lambda case: f"{case.what}-{case.status}",
)
def test_an_error_inside_a_200_means_the_same(case: Case) -> None:
    error, told = error_of(case), {"status_code": case.status}
    error = {**error, **told} if isinstance(error, dict) else {"message": error, **told}
    found = classify(200, {"error": error}, prompt=PROMPT)
    assert type(found) is case.means


def test_there_are_enough_of_each() -> None:
    counts = Counter(case.means for case in CASES)
    assert counts[errors.NoCredit] >= 40
    assert counts[errors.Blocked] >= 30
    assert counts[errors.Busy] >= 14


PROMPTS = [
    "a safety poster for the lab",
    "draw a credit card with insufficient balance",
    "insufficient credits, as a neon sign",
    "the word PROHIBITED_CONTENT on a wall; our content policy below it",
    "a billing hard limit, as a cartoon",
]


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize(
    ("status", "code", "means"),
    [
        (400, "invalid_value", errors.RequestRefused),
        (403, "forbidden", errors.KeyRefused),
        (429, "rate_limit_exceeded", errors.Busy),
        (500, "server_error", errors.Unavailable),
    ],
)
@pytest.mark.parametrize("how", ["{}", "prompt: {}", "in “{}”", "in '{}'", "in `{}`", '"{}"'])
def test_a_prompt_that_an_error_repeats_decides_nothing(
    prompt: str, status: int, code: str, means: type[errors.ModelError], how: str
) -> None:
    message = f"This request failed {how.format(prompt)} at step 3"
    error = {"error": {"code": code, "message": message}}
    assert type(classify(status, error, prompt=prompt)) is means
