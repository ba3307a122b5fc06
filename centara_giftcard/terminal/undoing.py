"""Undoing a sale: the card is scanned, or picked from what this till sold since it was started."""

from collections import deque
from typing import Final, TypeGuard

from centara_giftcard.domain.cards import KnownCard, why_not_undoable
from centara_giftcard.domain.issue import Issue, Kind, Undone
from centara_giftcard.domain.operators import Need, Permission
from centara_giftcard.domain.papers import is_sold
from centara_giftcard.domain.replies import StatusFailed
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.desk import Answer, CardReader, Desk
from centara_giftcard.terminal.events import Refusal, UndoShown, Why
from centara_giftcard.terminal.ports import Operation
from centara_giftcard.terminal.sales import Sight, Trouble, Unfit

RECENT: Final = 20
"""Sales that can be picked. Their numbers are in memory only: the journal forgets those of settled ones."""


class Undoing:
    """The use case behind Undo a sale (F4). Its public methods are handled in the one queue's turn."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reader = CardReader(desk)
        self._recent: deque[tuple[Issue, KnownCard]] = deque(maxlen=RECENT)
        self._checking: KnownCard | None = None
        self._sight: Sight | None = None
        self._trouble: tuple[KnownCard, Trouble] | None = None
        self._issue: Issue | None = None

    # --- what the cashier asks for ---

    def pick(self, operation: str) -> None:
        """Take the card of a recent sale, or one that was not handed over, by its operation."""
        self._desk.put(self._pick, operation)

    def undo(self) -> None:
        """Undo the sale of the card in view: the call that moves value."""
        amount = self._sight.status.balance.net if self._sight is not None else None
        self._desk.access.ask([Need(Permission.UNDO, amount)], self._undo)

    def leave(self) -> None:
        """Step back from the card, or on from an undone sale."""
        self._desk.put(self._leave)

    def show(self) -> None:
        """Publish what there is: the screen comes to the front."""
        self._desk.put(self._shown)

    @property
    def busy(self) -> bool:
        """Whether a sale is being undone; the end of a doubt need not be waited for."""
        return self._issue is not None and not self._issue.told and not self._issue.doubtful

    # --- cards ---

    def _sold(self, issue: Issue, number: CardNumber) -> None:
        """Remember a card that was sold on this till, as it is known now."""
        others = [it for it in self._recent if it[0].id != issue.id]
        self._recent = deque([(issue, self._known(issue, number)), *others], maxlen=RECENT)

    def _known(self, issue: Issue, number: CardNumber) -> KnownCard:
        series = (it for it in self._desk.rules.series if it.number == issue.series)
        return KnownCard(number, next(series, None))

    async def named(self, card: KnownCard) -> None:
        """A card was scanned, typed or picked."""
        if self.busy:
            return self._desk.publish(Refusal(Why.FINISH_FIRST))
        why = self._desk.barred(card)
        if why in {Why.OPEN_ON_CARD, Why.STOPPED}:
            return self._desk.publish(Refusal(why))
        self._clear()
        self._checking = card
        self._reader.read(card, self._checked)
        return self._publish()

    async def _checked(self, card: KnownCard, result: Answer) -> None:
        self._checking = None
        if isinstance(result, StatusFailed):
            self._trouble = (card, result)
        elif (why := why_not_undoable(result)) is not None:
            self._trouble = (card, Unfit(why, result))
        else:
            self._sight = self._reader.seen(card, result)
        self._publish()

    async def _pick(self, operation: str) -> None:
        for issue, card in (*self._recent, *self._unprinted()):
            if issue.id == operation:
                return await self.named(card)
        return None

    def _unprinted(self) -> list[tuple[Issue, KnownCard]]:
        """Cards that nobody was given yet, from before the last start too."""
        return [
            (it, self._known(it, it.card)) for it in self._desk.operations.unprinted() if it.card is not None
        ]

    # --- undoing ---

    async def _undo(self) -> None:
        sight = self._sight
        if sight is None or self._issue is not None:
            return None
        why = self._desk.barred(sight.card)
        if why is not None:
            return self._desk.publish(Refusal(why))
        if self._desk.fresh(sight):
            return await self._start(sight)

        async def read_again(card: KnownCard, result: Answer) -> None:
            await self._checked(card, result)
            if self._sight is not None and self._sight.status.original == sight.status.original:
                await self._start(self._sight)

        self._sight, self._checking = None, sight.card
        self._publish()
        return self._reader.read(sight.card, read_again)

    async def _start(self, sight: Sight) -> None:
        self._issue = Issue(
            id=self._desk.ids.operation(),
            kind=Kind.UNISSUE,
            series=sight.status.series_number,
            amount=sight.status.original,
            operator=self._desk.operator,
            created_at=self._desk.clock.now(),
            card=sight.card.number,
            instrument=sight.status.instrument,
        )
        if not await self._desk.start(self._issue):
            self._issue = None
            self._publish()
            self._desk.publish(Refusal(Why.JOURNAL_FAILED))

    def owns(self, operation: Operation) -> TypeGuard[Issue]:
        """Whether an operation is the one in front of the cashier."""
        return self._issue is not None and self._issue.id == operation.id

    def changed(self, operation: Operation) -> bool:
        """An operation moved on; whether it is the one in front."""
        if operation.undid_a_sale:
            self._desk.put(self._undone, operation.card)
        elif is_sold(operation) and operation.card is not None:
            self._sold(operation, operation.card)
        if not self.owns(operation):
            return False
        self._issue = operation
        self._publish()
        return True

    async def _undone(self, number: CardNumber | None) -> None:
        """A sale was undone: nothing of it is to be picked or printed any more."""
        for it, card in self._unprinted():
            if card.number == number:
                await self._desk.operations.apply(it.id, Undone())
        self._recent = deque((it for it in self._recent if it[0].card != number), maxlen=RECENT)
        self._publish()

    async def _leave(self) -> None:
        if not self.busy:
            self._clear()
            self._publish()

    def _clear(self) -> None:
        self._reader.stop()
        self._checking = self._sight = self._trouble = self._issue = None

    async def _shown(self) -> None:
        self._publish()

    def _publish(self) -> None:
        recent = tuple(issue for issue, _ in self._recent)
        self._desk.publish(UndoShown(self._checking, self._sight, self._trouble, self._issue, recent))
