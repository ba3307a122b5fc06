"""Selling cards: a list of cards for one customer, each of them an operation of its own.

Nothing is sent before F12; then one card after the other is issued, and the list says of each what became of
it. A card that is printed live counts as handed over only after it was scanned back from its paper.
"""

from typing import TypeGuard

from centara_giftcard.domain.cards import KnownCard, SeriesKind, why_not_sellable
from centara_giftcard.domain.errors import AmountError
from centara_giftcard.domain.issue import HandedOver, Issue, Kind
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Call
from centara_giftcard.domain.operators import Need, Permission
from centara_giftcard.domain.replies import StatusFailed
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.desk import Answer, CardReader, Desk
from centara_giftcard.terminal.events import CardToPrint, Refusal, SellShown, Why
from centara_giftcard.terminal.ports import Operation
from centara_giftcard.terminal.sales import SaleLine, SaleStep, Trouble, Unfit, rules_of


class Selling:
    """The use case behind Sell (F3). Its public methods are handled in the one queue's turn."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reader = CardReader(desk)
        self._step = SaleStep.SCAN
        self._lines: tuple[SaleLine, ...] = ()
        self._pending: SaleLine | None = None
        self._trouble: tuple[KnownCard, Trouble] | None = None
        self._current = -1
        self._printed: set[str] = set()

    # --- what the cashier asks for ---

    def choose(self, series_number: str) -> None:
        """Add a card of a live-printed series."""
        self._desk.put(self._choose, series_number)

    def price(self, amount: Money) -> None:
        """Sell the card in hand for `amount`."""
        self._desk.put(self._price, amount)

    def remove(self, index: int) -> None:
        """Take a line off the list; nothing was sent for it yet."""
        self._desk.put(self._remove, index)

    def sell(self) -> None:
        """Issue every card of the list: the call that moves value."""
        live, plain = Permission.SELL_LIVE, Permission.SELL
        needs = [Need(live if line.sight is None else plain, line.amount) for line in self._lines]
        self._desk.access.ask(needs, self._sell)

    def print(self, operation: str) -> None:
        """Print a live card again that was not handed over yet."""
        needs = [Need(Permission.REPRINT)] if operation in self._printed else []
        self._desk.access.ask(needs, self._print, operation)

    def leave(self) -> None:
        """Step back from the card in hand, or go on from a sale that is over; a list stays."""
        self._desk.put(self._leave)

    def drop(self) -> None:
        """Forget the list; nothing was sent for it."""
        self._desk.put(self._drop)

    def show(self) -> None:
        """Publish the list as it is: the screen comes to the front."""
        self._desk.put(self._shown)

    @property
    def busy(self) -> bool:
        """Whether cards are being issued."""
        return self._step is SaleStep.SELLING

    # --- cards ---

    async def named(self, card: KnownCard) -> None:
        """A card was scanned, or its number typed."""
        printed = next((it for it in self._desk.operations.unprinted() if it.card == card.number), None)
        if self.busy:
            return self._refuse(Why.FINISH_FIRST)
        if printed is not None:
            if self._undone_now(printed):
                return self._refuse(Why.OPEN_ON_CARD)
            await self._desk.operations.apply(printed.id, HandedOver())
            return self._publish()
        if self._step is SaleStep.PACKAGE:
            return await self._package(card)
        if self._step is SaleStep.AMOUNT:
            return self._refuse(Why.FINISH_FIRST) if card != self._card_in_hand() else None
        listed = self._step is not SaleStep.DONE and any(line.named(card) for line in self._lines)
        why = Why.ALREADY_LISTED if listed else self._unclear(card) or self._desk.barred(card)
        if why in {Why.ALREADY_LISTED, Why.OPEN_ON_CARD, Why.STOPPED}:
            return self._refuse(why)
        if self._step is SaleStep.DONE:
            self._lines = ()
        self._trouble, self._step = None, SaleStep.CHECKING
        self._reader.read(card, self._checked)
        return self._publish(card)

    async def _checked(self, card: KnownCard, result: Answer) -> None:
        if isinstance(result, StatusFailed):
            return self._keep_out(card, result)
        why = why_not_sellable(card, result)
        if why is not None:
            return self._keep_out(card, Unfit(why, result))
        series = card.series
        self._pending = SaleLine(series, rules_of(series).value, self._reader.seen(card, result))
        if rules_of(series).package_check:
            self._step = SaleStep.PACKAGE
            return self._publish()
        return self._ask_amount()

    def _keep_out(self, card: KnownCard, trouble: Trouble) -> None:
        self._trouble, self._step = (card, trouble), SaleStep.SCAN
        self._publish()

    async def _package(self, card: KnownCard) -> None:
        if card == self._card_in_hand():
            return self._ask_amount()
        self._pending, self._step = None, SaleStep.SCAN
        self._publish()
        return self._refuse(Why.PACKAGE_DIFFERS)

    async def _choose(self, series_number: str) -> None:
        if self._step not in {SaleStep.SCAN, SaleStep.DONE}:
            return self._refuse(Why.FINISH_FIRST)
        live = [s for s in self._desk.rules.series if s.kind is SeriesKind.LIVE_PRINTED and s.sale.may_sell]
        series = next((s for s in live if s.number == series_number), None)
        if series is None:
            return None
        if not self._desk.rules.can_print:
            return self._refuse(Why.NO_PRINTER)
        if self._step is SaleStep.DONE:
            self._lines = ()
        self._trouble, self._pending = None, SaleLine(series, series.sale.value)
        return self._ask_amount()

    def _ask_amount(self) -> None:
        if self._pending is not None and self._pending.rules.fixed:
            return self._add(self._pending)
        self._step = SaleStep.AMOUNT
        return self._publish()

    async def _price(self, amount: Money) -> None:
        if self._step is not SaleStep.AMOUNT or self._pending is None:
            return None
        try:
            self._pending.rules.check(amount)
        except AmountError:
            return self._refuse(Why.AMOUNT_NOT_ALLOWED)
        return self._add(self._pending.priced(amount))

    def _add(self, line: SaleLine) -> None:
        self._lines = (*self._lines, line)
        self._pending, self._step = None, SaleStep.SCAN
        self._publish()

    async def _remove(self, index: int) -> None:
        if self._step is SaleStep.SCAN and 0 <= index < len(self._lines):
            self._lines = self._lines[:index] + self._lines[index + 1 :]
            self._publish()

    async def _leave(self) -> None:
        if self.busy:
            return None
        if self._step is SaleStep.DONE:
            self._lines = ()
        self._reader.stop()
        self._pending = self._trouble = None
        self._step = SaleStep.SCAN
        return self._publish()

    async def _print(self, operation: str) -> None:
        for issue in self._desk.operations.unprinted():
            if issue.id == operation and self._undone_now(issue):
                self._refuse(Why.OPEN_ON_CARD)
            elif issue.id == operation:
                self._printed.add(operation)
                self._desk.publish(CardToPrint(issue))
                self._publish()

    async def _drop(self) -> None:
        if self._step is SaleStep.SCAN:
            self._lines = ()
            await self._leave()

    # --- issuing ---

    async def _sell(self) -> None:
        if self._step is not SaleStep.SCAN or not self._lines:
            return None
        why = self._desk.barred(None)
        if why is not None:
            return self._refuse(why)
        self._step, self._trouble = SaleStep.SELLING, None
        self._publish()
        return await self._next()

    async def _next(self) -> None:
        """Issue the next card of the list; when the last one is under way or done, the sale is over."""
        self._current = next((i for i, line in enumerate(self._lines) if line.open), -1)
        if self._current < 0 or self._desk.operations.journal_failed:
            return self._end()
        line = self._lines[self._current]
        if line.sight is None or self._desk.fresh(line.sight):
            return await self._issue(line)
        return self._reader.read(line.sight.card, self._read_again)

    async def _read_again(self, card: KnownCard, result: Answer) -> None:
        if isinstance(result, StatusFailed):
            return await self._pass_over(result)
        why = why_not_sellable(card, result)
        if why is not None:
            return await self._pass_over(Unfit(why, result))
        line = self._lines[self._current].read_again(self._reader.seen(card, result))
        self._put_line(self._current, line)
        return await self._issue(line)

    async def _pass_over(self, trouble: Trouble) -> None:
        self._put_line(self._current, self._lines[self._current].passed_over(trouble))
        self._publish()
        await self._next()

    async def _issue(self, line: SaleLine) -> None:
        sight, zero = line.sight, Money(0, self._desk.rules.currency)
        issue = Issue(
            id=self._desk.ids.operation(),
            kind=Kind.ISSUE_LIVE if sight is None else Kind.ISSUE,
            series=line.series.number if line.series else sight.status.series_number if sight else "",
            amount=line.amount or zero,
            operator=self._desk.operator,
            created_at=self._desk.clock.now(),
            card=sight.card.number if sight else None,
            instrument=sight.status.instrument if sight else None,
            fixed=line.rules.fixed,
        )
        self._put_line(self._current, line.sold_by(issue))
        if not await self._desk.start(issue):
            self._put_line(self._current, line.sold_by(None))
            self._end()
            self._refuse(Why.JOURNAL_FAILED)

    def _end(self) -> None:
        """All that could be sent was; what the till is still finding out about stays in view."""
        self._current = -1
        self._step = SaleStep.DONE
        self._publish()
        if self._desk.operations.journal_failed:
            self._refuse(Why.STOPPED)

    def owns(self, operation: Operation) -> TypeGuard[Issue]:
        """Whether an operation is in this list, in front of the cashier."""
        return any(line.issue is not None and line.issue.id == operation.id for line in self._lines)

    def changed(self, operation: Operation) -> bool:
        """An operation moved on; whether it is in the list. The next need not wait for the end of a doubt."""
        if operation.undid_a_sale:
            self._desk.put(self._undone, operation.card)
        if not self.owns(operation):
            return False
        issue = operation
        index = next(i for i, line in enumerate(self._lines) if line.issue and line.issue.id == issue.id)
        self._put_line(index, self._lines[index].sold_by(issue))
        if issue.unprinted and issue.id not in self._printed:
            self._printed.add(issue.id)
            self._desk.publish(CardToPrint(issue))
        self._publish()
        if index == self._current and (issue.told or issue.doubtful):
            self._current = -1
            self._desk.put(self._next)
        return True

    async def _undone(self, card: CardNumber | None) -> None:
        """The sale of a card was undone: what is in view of it is no receipt any more."""
        ours = [n for n, it in enumerate(self._lines) if it.issue is not None and it.issue.card == card]
        for index in ours:
            self._put_line(index, self._lines[index].taken_back())
        if ours:
            self._publish()

    def _put_line(self, index: int, line: SaleLine) -> None:
        lines = list(self._lines)
        lines[index] = line
        self._lines = tuple(lines)

    # --- the screen ---

    def _undone_now(self, printed: Issue) -> bool:
        """Whether the sale of a card that nobody was given is being undone: it is for no customer."""
        unsettled = self._desk.operations.unsettled()
        return any(it.request is Call.UNISSUE and it.card == printed.card for it in unsettled)

    def _unclear(self, card: KnownCard) -> Why | None:
        """A sale that is left to a person bars another: one could be taken for the other."""
        sales = (it for it in self._desk.operations.unsettled() if it.request is not Call.PAY)
        return Why.OPEN_ON_CARD if any(it.card == card.number for it in sales) else None

    def _card_in_hand(self) -> KnownCard | None:
        return self._pending.sight.card if self._pending and self._pending.sight else None

    def _refuse(self, why: Why) -> None:
        self._desk.publish(Refusal(why))

    async def _shown(self) -> None:
        self._publish()

    def _publish(self, checking: KnownCard | None = None) -> None:
        self._desk.publish(
            SellShown(
                self._step,
                self._lines,
                self._pending,
                self._trouble,
                checking,
                self._desk.operations.unprinted(),
                frozenset(self._printed),
            )
        )
