"""What is true of a company, whatever happened to the processes: nothing lost, doubled, paid twice, or seen by others?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.journeys.slack import SlackDriver

if TYPE_CHECKING:
    from tests.crash.company import Company, Team
    from tests.journeys.discord_driver import DiscordDriver


def check(company: Company) -> None:
    """Assert that nothing was lost, doubled, out of order, paid twice or seen by others."""
    for team in company.living:
        _check_turns(company, team)
        _check_cards(team)
        _check_order(company, team)
    _check_money(company)
    _check_apart(company)


def _check_turns(company: Company, team: Team) -> None:
    found = company.rows(
        "SELECT t.text, t.state, (SELECT count(*) FROM versions v WHERE v.turn = t.id) FROM turns t "
        "JOIN conversations c ON c.id = t.conversation "
        "WHERE t.action IS NULL AND c.workspace = %s ORDER BY t.seq",
        team.workspace,
    )
    about = f"a mascot of {team.name}"
    drawn = [f"{about}: {one} of {team.name}" for one in ("A fox", "A robot", "A kite")]
    asked = [words for thread in team.said.values() for words in thread] + drawn
    assert Counter(text for text, *_ in found) == Counter(asked), team.name
    for text, state, versions in found:
        assert (state, versions) == ("posted", 0 if text.startswith("brainstorm") else 1), text


def _check_cards(team: Team) -> None:
    """People see each prompt once, with its picture."""
    for thread, said in team.said.items():
        cards = _cards(team.driver, thread)
        for words in said:
            is_topic = words.startswith("brainstorm")
            about = words.removeprefix("brainstorm: ")
            [images] = [count for text, count in cards if about in text.partition("\n")[0]]
            assert images == (3 if is_topic else 1), (team.name, cards)
        assert len(cards) == len(said), (team.name, cards)


def _check_order(company: Company, team: Team) -> None:
    """Each thread is drawn in the order of asking, each edit upon the one before."""
    for said in team.said.values():
        asked = [one.prompt for one in company.model.requests if one.prompt in said[1:]]
        assert list(dict.fromkeys(asked)) == said[1:], team.name
    numbers = company.rows(
        "SELECT v.number FROM versions v JOIN turns t ON t.id = v.turn JOIN conversations c "
        "ON c.id = t.conversation WHERE c.workspace = %s AND c.title LIKE 'a lighthouse%%' AND t.attempt = 1 "
        "ORDER BY t.seq",
        team.workspace,
    )
    assert numbers == sorted(numbers), team.name


def _check_money(company: Company) -> None:
    """Easel's records enclose the bill; what is certain is what the model says."""
    rows = company.rows("SELECT turn, attempt, state, cost, reserved FROM ledger")
    requests = Counter(str(one.key) for one in company.model.requests)
    attempts = Counter(turn for turn, _, state, *_ in rows if state != "free")
    retried = Counter(turn for turn, attempt, *_ in rows if attempt > 1)
    for key, count in requests.items():
        turn = key.rpartition("-")[0]
        assert count <= attempts[turn], f"{key} was asked for more often than is known"
        assert count == 1 or retried[turn], f"{key} was asked for twice, and nobody pressed Retry"
    assert not [state for *_, state, _, _ in rows if state == "reserved"]
    for turn in attempts:
        billed = sum(sum(costs) for key, costs in company.bill.items() if key.startswith(turn))
        own = [row for row in rows if row[0] == turn]
        certain = sum(cost or 0 for *_, cost, _ in own) / 1e9
        doubtful = sum(r or 0 for *_, state, _, r in own if state == "unsettled") / 1e9
        assert certain <= billed + 1e-9, own
        assert billed <= certain + doubtful + 1e-9, own


def _check_apart(company: Company) -> None:
    """Each call is made with the token of the workspace that it is about, and no team sees another's words."""
    names = [one.name for one in company.teams]
    for team in company.teams:
        others = [f"of {name}" for name in names if name != team.name]
        words = "\n".join(_everything(team.driver))
        assert f"of {team.name}" in words
        assert not [name for name in others if name in words], team.name
    owners = {one: space for space in company.slack.workspaces for one in space.channels}
    tokens: dict[str, set[str]] = {}
    for call in company.slack.calls:
        space = owners.get(str(call.args.get("channel") or call.args.get("channel_id")))
        if space is not None and call.token:
            tokens.setdefault(call.token, set()).add(space.id)
    assert all(len(spaces) == 1 for spaces in tokens.values()), tokens


def _cards(driver: SlackDriver | DiscordDriver, thread: str) -> list[tuple[str, int]]:
    """Return the words and the number of pictures of each prompt's card."""
    if isinstance(driver, SlackDriver):
        return [(one.plain, len(one.images)) for one in driver.prompts(thread)]
    return [(one.plain, len(one.images())) for one in driver.cards(thread)]


def _everything(driver: SlackDriver | DiscordDriver) -> list[str]:
    """Return all that stands in a team's channels."""
    if isinstance(driver, SlackDriver):
        channels = driver.workspace.channels.values()
        return [m.plain for one in channels for m in (*one.messages, *one.ephemerals)]
    server, guild = driver.server, driver.around.guild
    places = [one for one in server.world.channels.values() if getattr(one, "guild", None) is guild]
    return [m.plain for one in places for m in server.messages(one)]
