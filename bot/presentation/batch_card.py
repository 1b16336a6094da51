"""How does a list of pictures look: its price before anything is drawn, how far it is, its pages? Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.batch_view import BatchRowView, BatchView
from bot.ports.cards import Button
from bot.ports.errors import Kind
from bot.ports.language import N_, _, ngettext
from bot.ports.messages import OPEN, State
from bot.ports.money import format_money
from bot.presentation.batch_texts import get_title
from bot.presentation.problems import FAILURES, problem, public_text
from bot.presentation.sentences import join_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.conversation.turn import Batch, Turn
    from bot.ports.cards import Card
    from bot.ports.messages import Version

#: sentences about rows without a picture that a card has room for, and characters of a caption
_MAX_SAID, _MAX_CAPTION = 5, 60
_MOVING = OPEN - {State.HELD}


def _get_state(turn: Turn) -> State:
    """Return how far a batch is as a whole, as a card's state."""
    states = {part.state for part in turn.team.children}
    if states & _MOVING:
        return State.DRAWING
    return State.HELD if State.HELD in states else State.POSTED


def is_moving(turn: Turn) -> bool:
    """Return whether a turn is a batch that is being drawn, so that its card changes often."""
    return turn.team.batch is not None and _get_state(turn) is State.DRAWING


def _get_number(part: Turn) -> int:
    """Return which row a turn draws, from 1."""
    number = part.request.event_id.rpartition("/")[2]
    return int(number) if number.isdecimal() else 0


def _pages(batch: Batch) -> int:
    return max(1, -(-len(batch.prices) // limits.BATCH_PAGE))


def _page_of(batch: Batch) -> int:
    return min(max(batch.page, 0), _pages(batch) - 1)


def _on_page(turn: Turn, batch: Batch) -> Iterator[Turn]:
    first = _page_of(batch) * limits.BATCH_PAGE
    for part in turn.team.children:
        if first < _get_number(part) <= first + limits.BATCH_PAGE:
            yield part


def _list_images(turn: Turn, batch: Batch) -> tuple[tuple[Version, str], ...]:
    """Return the pictures of the page that is shown, each with its caption."""
    found = []
    for part in _on_page(turn, batch):
        words = " ".join(part.request.text.split())
        short = words if len(words) <= _MAX_CAPTION else f"{words[:_MAX_CAPTION].rstrip()}…"
        for one in part.result.versions:
            found.append((one, f"{_get_number(part)} · {one.number} · {short}"))  # noqa: PERF401 - two loops
    return tuple(found)


def _describe(turn: Turn, batch: Batch) -> str:
    """Say what a batch would cost, or how far it is, and which of its rows did not come."""
    if batch.state == "cancelled":
        return _("Cancelled before anything was drawn. Nothing was billed.")
    if batch.state == "ready":
        return _describe_price(batch)
    return "\n".join([_describe_progress(turn), *_describe_missing(turn)])


def _describe_price(batch: Batch) -> str:
    count, unknown = len(batch.prices), batch.prices.count(None)
    title = get_title(count)
    if unknown == count:
        said = _("{title}. What they cost isn't known.").format(title=title)
    else:
        price = format_money(sum(one or 0.0 for one in batch.prices), estimated=True)
        said = _("{title} for {price}.").format(title=title, price=price)
    if 0 < unknown < count:
        more = ngettext(
            "That is without {count} picture whose price isn't known.",
            "That is without {count} pictures whose price isn't known.",
            unknown,
        )
        said = f"{said} {more.format(count=unknown)}"
    return f"{said}\n{_('Nothing is drawn or billed until you press Start.')}"


def show(shown: Card, turn: Turn, money: str) -> Card:
    """Return the card of a list: how far it is, and one page of its pictures. `money`: what it cost so far."""
    batch = turn.team.batch
    assert batch is not None  # noqa: S101 - the caller looked
    listed = _list_images(turn, batch)
    return replace(
        shown,
        state=_get_state(turn),
        prompt=Action.BATCH.value,
        title=turn.request.text if batch.state == "started" else "",
        text=_describe(turn, batch),
        detail=_get_detail(turn, batch, money),
        images=tuple(image for image, _caption in listed),
        captions=tuple(caption for _image, caption in listed),
        buttons=_list_buttons(turn, batch),
    )


#: how many end up or stay so, in the order of the sentence
_COUNTS = {
    "drawing": N_("{count} being drawn"),
    "waiting": N_("{count} waiting"),
    "held": N_("{count} on hold"),
    "blocked": N_("{count} blocked"),
    "failed": N_("{count} failed"),
    "cancelled": N_("{count} cancelled"),
}
_COUNTED = {
    State.DRAWING: "drawing",
    State.QUEUED: "waiting",
    State.HELD: "held",
    State.CANCELLED: "cancelled",
    State.DRAWN: "drawn",
    State.POSTED: "drawn",
}


def _name_state(part: Turn) -> str:
    failed = part.result.failure
    is_blocked = failed is not None and failed.kind is Kind.BLOCKED
    return _COUNTED.get(part.state) or ("blocked" if is_blocked else "failed")


def _count_rows(turn: Turn) -> Counter[str]:
    """Count the rows of a batch: drawn, drawing, waiting, held, blocked, failed, cancelled."""
    return Counter(map(_name_state, turn.team.children))


def make_view(turn: Turn, card: Card) -> BatchView:
    """Return a list as it is now."""
    batch = turn.team.batch
    assert batch is not None  # noqa: S101 - the caller looked
    state = "ready" if batch.state == "ready" else "cancelled"
    waiting = [
        BatchRowView(
            number=number, text=one.text, output=one.output, model=one.model or "", state=state
        )
        for number, one in enumerate(batch.rows, start=1)
    ]
    parts = turn.team.children
    return BatchView(
        card=card,
        state=batch.state,
        price=_add(batch.prices),
        counts=_count_rows(turn) if parts else {state: len(batch.prices)},
        rows=tuple(waiting or map(_view_row, parts)),
    )


def _view_row(part: Turn) -> BatchRowView:
    failed = part.result.failure
    return BatchRowView(
        number=_get_number(part),
        text="" if public_text(failed) else part.request.text,
        output=part.request.output,
        model=part.request.model,
        state=_name_state(part),
        version=part.result.versions[0] if part.result.versions else None,
        cost=part.result.cost,
        problem=problem(failed, part.result.cost) if failed else None,
    )


def _add(prices: Sequence[float | None]) -> float | None:
    """Add prices up; None: one of them is not known."""
    known = [one for one in prices if one is not None]
    return sum(known) if len(known) == len(prices) else None


def _describe_progress(turn: Turn) -> str:
    counts = _count_rows(turn)
    said = [_("{done} of {count} drawn").format(done=counts["drawn"], count=counts.total())]
    said += [_(text).format(count=counts[one]) for one, text in _COUNTS.items() if counts[one]]
    return f"{' · '.join(said)}."


def _describe_missing(turn: Turn) -> list[str]:
    """Say why rows did not come, those with the same reason together; never with their words."""
    reasons: dict[str, list[str]] = {}
    for part in turn.team.children:
        if part.state is State.HELD:
            reason = _(FAILURES["no_credit"])
        elif part.result.failure is not None and part.state not in OPEN:
            about = part.result.estimated
            reason = problem(part.result.failure, part.result.cost, about=about).message
        else:
            continue
        reasons.setdefault(reason, []).append(str(_get_number(part)))
    said = [
        ngettext("Row {rows}: {reason}", "Rows {rows}: {reason}", len(numbers)).format(
            rows=join_names(numbers), reason=reason
        )
        for reason, numbers in reasons.items()
    ]
    return [*said[:_MAX_SAID], *(["…"] if len(said) > _MAX_SAID else [])]


def _get_detail(turn: Turn, batch: Batch, money: str) -> str:
    """Return the small line: who asked, what was spent, which page is shown."""
    parts = [turn.person.name, money]
    if batch.state == "started" and _pages(batch) > 1:
        page = _("page {page} of {pages}")
        parts.append(page.format(page=_page_of(batch) + 1, pages=_pages(batch)))
    return " · ".join(part for part in parts if part)


def _list_buttons(turn: Turn, batch: Batch) -> tuple[Button, ...]:
    """Return the controls of a batch."""
    if batch.state == "cancelled":
        return ()
    cancel = Button(action=Action.CANCEL, label=_("Cancel"))
    if batch.state == "ready":
        price = _add(batch.prices)
        start = Button(action=Action.START, label=_("Start"), price=price, primary=True)
        return start, cancel
    parts = turn.team.children
    found = _pager(batch)
    if any(part.state is State.HELD for part in parts):
        found.append(Button(action=Action.RESUME, label=_("Resume"), primary=True))
    if again := [part for part in parts if part.can_retry]:
        price = _add([batch.prices[_get_number(part) - 1] for part in again])
        label = _("Retry {count} failed").format(count=len(again))
        found.append(Button(action=Action.RETRY, label=label, price=price))
    if any(part.state in {State.QUEUED, State.HELD} for part in parts):
        found.append(Button(action=Action.CANCEL, label=_("Cancel the rest")))
    found += [
        Button(
            action=Action.OPEN,
            label=_("Edit {version}").format(version=one.number),
            version=one.number,
        )
        for one, _caption in _list_images(turn, batch)
    ]
    if any(part.result.versions for part in parts) and _get_state(turn) is not State.DRAWING:
        found.append(Button(action=Action.EXPORT, label=_("Export as ZIP")))
    return tuple(found)


def _pager(batch: Batch) -> list[Button]:
    page, found = _page_of(batch), []
    if page > 0:
        found.append(Button(action=Action.PAGE, label=_("◀ Previous"), value=str(page)))
    if page + 1 < _pages(batch):
        found.append(Button(action=Action.PAGE, label=_("Next ▶"), value=str(page + 2)))
    return found
