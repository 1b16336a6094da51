"""How do the bot's values look as JSON? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from adapters.web.answers import (
    ButtonJson,
    CardJson,
    ChangeJson,
    ChoiceJson,
    FileJson,
    FormFieldJson,
    FormJson,
    OutputJson,
    PreviewJson,
    ProblemJson,
    SummaryJson,
    ThreadJson,
    TurnJson,
    VersionJson,
)

if TYPE_CHECKING:
    from bot.ports import cards, queries
    from bot.ports.messages import Version

T = TypeVar("T", bound=TurnJson)

#: the name of a thread whose every prompt was deleted
UNTITLED = "An empty canvas"


def problem(one: cards.Problem) -> ProblemJson:
    """Return what went wrong as JSON."""
    return ProblemJson(kind=one.kind, says=one.message, billed=one.billed)


def button(one: cards.Button) -> ButtonJson:
    """Return a control as JSON."""
    return ButtonJson(
        one.action, one.label, one.version, one.value, one.price, one.primary, one.hint
    )


class Renderer:
    """Renders what has addresses in it. `base_path`: the path below which the page is served; "": none."""

    def __init__(self, base_path: str) -> None:
        self._base_path = base_path

    def version(self, one: Version, color: str | None = None) -> VersionJson:
        """Return an image as JSON."""
        return VersionJson(
            number=one.number,
            parent=one.parent,
            url=f"{self._base_path}/images/{one.blob}",
            width=one.width,
            height=one.height,
            alt=one.alt,
            turn=one.turn,
            type=one.media_type,
            size=one.size,
            color=color,
        )

    def turn(self, card: cards.Card) -> TurnJson:
        """Return a card as JSON: what the API promises, then what the page draws."""
        return self._turn(TurnJson, card)

    def _turn(self, shape: type[T], card: cards.Card, **more: Any) -> T:  # noqa: ANN401 - the shape's other fields
        is_prompt, output = card.kind == "prompt", card.output
        return shape(
            id=card.id,
            state=card.state,
            person=card.person.name,
            text=card.prompt,
            source=card.source,
            reply=card.reply,
            error=problem(card.problem) if card.problem else None,
            cost=card.cost,
            about=card.estimated,
            place=card.queue,
            output=OutputJson(size=output.size or "", quality=output.quality, n=output.n or 0),
            versions=[one.number for one in card.images if is_prompt and one.turn == card.id],
            files=[
                FileJson(name=one.name, url=f"{self._base_path}/images/{one.blob}")
                for one in card.files
                if one.blob
            ],
            kind="wish" if is_prompt else card.kind,
            gathering=card.parent,
            hidden=card.hidden,
            order=card.order,
            created=card.created,
            revision=card.revision,
            gone=card.gone,
            card=CardJson(
                title=card.title,
                text=card.text,
                detail=card.detail,
                images=[self.version(one) for one in card.images],
                captions=card.captions,
                buttons=[button(one) for one in card.buttons],
            ),
            **more,
        )

    def change(self, one: queries.CardChange) -> ChangeJson:
        """Return a changed card as JSON."""
        of = {"turn": one.card.id, "thread": one.card.conversation}
        title = one.title or UNTITLED
        return self._turn(ChangeJson, one.card, **of, head=one.head, mode=one.mode, title=title)

    def preview(self, one: queries.CardChange) -> PreviewJson:
        """Return a change of a preview alone as JSON."""
        card = one.card
        index = card.preview.index if card.preview else 0
        url = f"{self._base_path}/api/threads/{card.conversation}/turns/{card.id}/preview?index={index}"
        return PreviewJson(turn=card.id, index=index, url=url)

    def thread(self, view: queries.View) -> ThreadJson:
        """Return a whole thread as JSON; a control's card is no turn."""
        return ThreadJson(
            id=view.id,
            title=view.title or UNTITLED,
            head=view.head,
            mode=view.mode,
            revision=view.revision,
            turns=[self.turn(card) for card in view.cards if card.kind == "prompt"],
            versions=[self.version(one, view.colors.get(one.blob)) for one in view.versions],
            controls=[self.turn(card) for card in view.cards if card.kind != "prompt"],
            platform=view.platform,
            workspace=view.workspace,
        )

    def summary(self, one: queries.Summary) -> SummaryJson:
        """Return a line of the list of threads as JSON."""
        return SummaryJson(
            id=one.id,
            title=one.title or UNTITLED,
            head=one.head,
            image=self.version(one.image, one.color) if one.image else None,
            turns=one.turns,
            updated=one.updated,
            order=int(one.cursor),
            revision=one.revision,
            people=one.people,
            starred=one.starred,
            unread=one.unread,
            platform=one.platform,
            workspace=one.workspace,
            channel=one.channel,
        )


def form(one: cards.Form) -> FormJson:
    """Return a form as JSON."""
    return FormJson(
        action=one.action,
        title=one.title,
        submit=one.submit,
        price=one.price,
        prices=dict(one.prices),
        turn=one.turn,
        version=one.version,
        fields=[
            FormFieldJson(
                name=field.name,
                label=field.label,
                kind=field.kind,
                value=field.value,
                choices=[ChoiceJson(value=value, label=label) for value, label in field.choices],
                optional=field.is_optional,
            )
            for field in one.fields
        ],
    )
