"""Is what was paid kept: an address fetched again, an answer not asked for twice, a wait kept to?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from tests.bot.model.table import stage
from tests.servers.model import completion, fails, says
from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.model.table import Stage
    from tests.servers.model import Received, Reply


def at(name: str, **more: Any) -> Reply:
    """Answer with the address of one of the model's own files."""

    async def reply(received: Received) -> Response:
        url = f"http://{received.host}/files/{name}"
        return await says(completion(f"Here it is.\n![x]({url})", **more))(received)

    return reply


class Files:
    """Gives one answer after another for a file, the last for ever."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.asked = 0

    def get(self, _name: str) -> Response:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def whole(data: bytes) -> Response:
    return Response(data, media_type="image/png")


def short(data: bytes) -> Response:
    """Return half of a picture, as if that were all of it."""
    return Response(data[: len(data) // 2], media_type="image/png")


def cut(data: bytes) -> Response:
    """Return half of a picture, and break the connection."""
    return Response(data[: len(data) // 2], headers={"content-length": str(len(data))})


async def test_a_pictures_address_is_asked_again_before_it_is_given_up(tmp_path: Path) -> None:
    async with stage(tmp_path) as one:
        for number, first in enumerate((Response("busy", 503), short(png(1)), cut(png(1)))):
            one.model.files = files = Files(first, whole(png(1)))  # type: ignore[assignment]
            one.model.answer(at("x.png"))
            turn = await one.ended(await one.web.start(f"a boat {number}"), 0)
            assert turn["state"] == "posted", turn
            assert files.asked == 2
            assert len(one.model.requests) == number + 1


async def test_retry_fetches_what_was_paid_and_pays_again_only_where_that_fails(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as one:
        one.model.files = Files(Response("gone", 503))  # type: ignore[assignment]
        one.model.answer(at("x.png", usage={"cost": 0.04}))
        thread = await one.web.start("a boat")
        turn = await one.ended(thread, 0, "failed")
        assert (turn["error"]["kind"], turn["error"]["billed"]) == ("bad_image", True)
        assert "It cost $0.040." in turn["card"]["text"]
        one.model.files = Files(whole(png(5)))  # type: ignore[assignment]
        await one.web.press(thread, 0, "Retry")
        turn = await one.ended(thread, 0, "posted")
        assert len(one.model.requests) == 1, "what was paid was only fetched"
        assert (turn["reply"], turn["cost"]) == ("Here it is.", 0.04)
        await one.web.say(thread, "paint it red")
        await one.ended(thread, 1, "posted")
        assert one.model.requests[1].images == [png(5)]


async def test_retry_asks_anew_where_the_address_is_dead(tmp_path: Path) -> None:
    async with stage(tmp_path) as one:
        one.model.answer(at("gone.png"))
        thread = await one.web.start("a boat")
        await one.ended(thread, 0, "failed")
        await one.web.press(thread, 0, "Retry")
        await one.ended(thread, 0, "posted")
        assert len(one.model.requests) == 2
        assert len({request.key for request in one.model.requests}) == 1


async def test_what_is_to_be_waited_for_is_said_and_not_asked_before(tmp_path: Path) -> None:
    async with stage(tmp_path) as one:
        for number, status in enumerate((429, 503)):
            one.model.answer(fails(status, "overloaded", **{"retry-after": "3600"}))
            thread = await one.web.start(f"a boat {number}")
            turn = await one.ended(thread, 0, "failed")
            assert "to wait until" in turn["card"]["text"]
            assert "UTC" in turn["card"]["text"]
            said = await refused(one, thread)
            assert "UTC" in said
            assert "Nothing was sent or billed" in said
            assert len(one.model.requests) == number + 1


async def refused(one: Stage, thread: str) -> str:
    """Press Retry, which is refused; return what is said."""
    turn = (await one.web.thread(thread))["turns"][0]
    button = next(one for one in turn["card"]["buttons"] if one["label"] == "Retry")
    answer = await one.web.http.post(
        f"/api/threads/{thread}/actions",
        json={"action": button["action"], "turn": turn["id"], "event": "again", "person": "Ana"},
    )
    assert answer.status_code >= 400, answer.text
    return answer.text


async def test_of_a_draft_and_the_final_the_final_is_the_picture(tmp_path: Path) -> None:
    async with stage(tmp_path) as one:
        one.model.answer(says(completion([block(1), block(2)])))
        thread = await one.web.start("a boat")
        turn = await one.ended(thread, 0, "posted")
        assert turn["versions"] == ["v1"]
        await one.web.say(thread, "paint it red")
        await one.ended(thread, 1, "posted")
        assert one.model.requests[1].images == [png(2)]


async def test_of_twenty_pictures_four_are_kept_and_the_card_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as one:
        one.model.answer(says(completion([block(number) for number in range(20)])))
        turn = await one.ended(await one.web.start("a boat"), 0, "posted")
        assert len(turn["versions"]) == 4
        assert turn["reply"] == "The model sent 20 pictures; the first 4 are kept."


def block(number: int) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": data_url(png(number))}}
