"""The walk through a sale: read a card that is not sold, sell it, read, undo the sale, read."""

from datetime import timedelta
from typing import Final

from centara_giftcard.config.zones import SYSTEM, zone_of
from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.operation import Call, Reply
from centara_giftcard.domain.replies import Accepted, Issued
from centara_giftcard.domain.secrets import InstrumentId
from centara_giftcard.domain.sentences import Sentence, either
from centara_giftcard.probe import sentences, traits
from centara_giftcard.probe.finding import Mark
from centara_giftcard.probe.steps import Steps, Stopped

_JUST_NOW: Final = timedelta(minutes=5)
"""A card that was sold a moment ago was made within this; zones are a quarter of an hour apart at least."""


class SaleWalk(Steps):
    """Sells a test card for `balance`, undoes the sale, and leaves the card as it was."""

    async def walk(self) -> None:
        before = await self.read_first(lambda it: True)
        if before.issued or before.balance.net or before.balance.authorised:
            told = (
                "by {name} and its balance it is sold already: take a test card that is not, or set "
                "loyalty.wire.issued_when. Nothing but this question was sent"
            )
            raise Stopped("card", Sentence(told, name=self.trying.wire.issued_when))
        self.check_series(before)
        if self.balance.currency.decimals:  # what is sent in wrong units is told back in the same
            unseen = "in which the server counts a sale does not tell: probe a card that is sold first"
            self.world.tell((Mark.LEFT_OUT, "units", unseen))
        await self._sell(before)
        sold = await self._until(before.instrument, is_sold=True)
        self._told_by(before, sold)
        self._zone_of(sold)
        await self._undo(before)
        await self._until(before.instrument, is_sold=False)
        self.world.tell((Mark.OK, "card", "as it was: not sold"))

    def _zone_of(self, sold: CardStatus) -> None:
        """Tell the zone of times that come without one: the card was made just now."""
        if sold.created is None or not traits.has_no_zone(self.last):
            return None
        usual, now = self.trying.wire.time_zone, sold.server_time or self.world.clock.now()
        as_written = sold.created.astimezone(zone_of(usual))
        for name in dict.fromkeys((usual, "UTC", self.settings.till.time_zone)):
            if name != SYSTEM and abs(as_written.replace(tzinfo=zone_of(name)) - now) < _JUST_NOW:
                told = Sentence("times without a zone are those of {name}", name=name)
                return self.found("zone", told, time_zone=name)
        hours = (sold.created - now) / timedelta(hours=1)
        apart = "times without a zone are {hours} hours from {zone}: set loyalty.wire.time_zone"
        return self.wrong("zone", Sentence(apart, hours=f"{hours:+.1f}", zone=usual))

    async def _sell(self, before: CardStatus) -> None:
        series = self.known.series
        fixed = series is not None and series.sale.fixed
        issue = self._intent(Kind.ISSUE, before, fixed)
        await self.begin(issue)
        amount = None if fixed else self.balance
        reply = await self.loyalty.issue(issue.id, self.card, before.instrument, amount)
        raw = self.last
        await self.happened(Reply(Call.ISSUE, reply))
        if isinstance(reply, Issued):
            told = (
                "with the card in its answer"
                if reply.status is not None
                else "without the card in its answer"
            )
            return self.world.tell((Mark.OK, "sale", f"carried out ({raw.code}), {told}"))
        now = await self.read(before.instrument)
        if isinstance(now, CardStatus):
            await self.seen(now)
            if now.balance.net:
                why = sentences.why(reply, raw)
                return self.wrong("sale", Sentence("the card is sold, though {reason}", reason=why))
        raise Stopped("sale", sentences.why(reply, raw))

    async def _undo(self, before: CardStatus) -> None:
        undoing = self._intent(Kind.UNISSUE, before, False)
        await self.begin(undoing)
        reply = await self.loyalty.unissue(undoing.id, self.card, before.instrument)
        raw = self.last
        await self.happened(Reply(Call.UNISSUE, reply))
        if isinstance(reply, Accepted):
            self.world.tell((Mark.OK, "undo", f"carried out ({raw.code})"))
        else:
            self.wrong("undo", sentences.why(reply, raw))

    def _intent(self, kind: Kind, before: CardStatus, fixed: bool) -> Issue:
        return Issue(
            id=self.world.ids.operation(),
            kind=kind,
            series=before.series_number,
            amount=self.balance,
            operator="",
            created_at=self.world.clock.now(),
            card=self.card,
            instrument=before.instrument,
            fixed=fixed,
        )

    async def _until(self, instrument: InstrumentId | None, is_sold: bool) -> CardStatus:
        """Read the card until its balance is what the sale, or its undoing, makes of it."""
        now = await self.look(instrument, lambda it: bool(it.balance.net) is is_sold)
        if not isinstance(now, CardStatus):
            why = sentences.why(now, self.last)
            raise Stopped("card", Sentence("it cannot be read any more: {reason}", reason=why))
        await self.seen(now)
        if is_sold and now.balance.net != self.balance:
            told = "the card was sold for {amount}, and {net} is on it"
            self.wrong("sale", Sentence(told, amount=self.balance, net=now.balance.net))
        if not is_sold and now.balance.net:
            told = "{net} is still on the card: undo the sale at the till (F4)"
            raise Stopped("undo", Sentence(told, net=now.balance.net))
        return now

    def _told_by(self, before: CardStatus | None, sold: CardStatus) -> None:
        """What shows that a card is sold: what is there now and was not before."""
        there = traits.issued_when(before) if before is not None else ()
        telling = [name for name in traits.issued_when(sold) if name not in there]
        if self.trying.wire.issued_when in telling:
            self.world.tell((Mark.OK, "sold", f"a sold card is told by {' and by '.join(telling)}"))
        elif len(telling) == 1:
            told = Sentence("a sold card is told by {names}", names=telling[0])
            self.found("sold", told, issued_when=telling[0])
        else:
            names = either(telling or [Sentence("nothing that it says")])
            told = Sentence("a sold card is told by {names}", names=names)
            self.wrong("sold", sentences.to_set(told, "loyalty.wire.issued_when"))
