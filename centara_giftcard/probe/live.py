"""The walk through a sale of a card that the server makes: have one made, read it, undo the sale, read it.

Nothing is printed: the number is in the answer. What cannot be undone is an unprinted card of the till's.
"""

from centara_giftcard.domain.cards import KnownCard
from centara_giftcard.domain.issue import Issue, Kind, Undone
from centara_giftcard.domain.operation import Call, Reply
from centara_giftcard.domain.replies import Cause, Issued, StatusFailed
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.probe import sentences
from centara_giftcard.probe.finding import Mark
from centara_giftcard.probe.sale import SaleWalk
from centara_giftcard.probe.steps import Stopped


class LiveWalk(SaleWalk):
    """Has a card of a series made for `balance`, and undoes the sale."""

    async def walk(self) -> None:
        await self._make()
        sold = await self._until(None, is_sold=True)
        made = self.operation
        self.check_series(sold)
        self._told_by(None, sold)
        self._zone_of(sold)
        await self._undo(sold)
        now = await self.read(sold.instrument)
        if isinstance(now, StatusFailed) and now.cause is Cause.NOT_FOUND:  # there is no such card any more
            await self.happened(Reply(Call.STATUS, now))
        else:
            await self._until(sold.instrument, is_sold=False)
        undone = self.operation is not None and self.operation.settled
        if undone and made is not None and made.unprinted:
            self.operation = made
            await self.happened(Undone())
        self.world.tell((Mark.OK, "card", "it was made, and its sale undone: nobody has it"))

    async def _make(self) -> None:
        series = self.known.series
        if series is None:
            raise Stopped("sale", Sentence("it is not known of which series a card is to be made"))
        fixed = series.sale.fixed
        now = self.world.clock.now()
        issue = Issue(
            id=self.world.ids.operation(),
            kind=Kind.ISSUE_LIVE,
            series=series.number,
            amount=self.balance,
            operator="",
            created_at=now,
            fixed=fixed,
        )
        await self.begin(issue)
        reply = await self.loyalty.issue_live(issue.id, series.number, None if fixed else self.balance)
        raw = self.last
        await self.happened(Reply(Call.ISSUE_LIVE, reply))
        if not isinstance(reply, Issued) or reply.card is None:
            why = Sentence("it names no card") if isinstance(reply, Issued) else sentences.why(reply, raw)
            if self.operation is not None and self.operation.settled:
                why = Sentence("{reason}; no card was made", reason=why)
            raise Stopped("sale", why)
        self.known, self.card = KnownCard(reply.card, series), reply.card
        self.world.tell((Mark.OK, "sale", f"card {self.card} was made ({raw.code}), a number of its series"))
