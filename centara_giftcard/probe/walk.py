"""The walk through a hold: read, hold an amount, read, let it go, read, ask for what is gone.

The hold is a payment like any other: it stands in the till's journal before it is asked for, and each answer
after it, by the till's own machine. What the walk cannot settle (a cut line, a power cut) the till settles at
its next start, or lists. Two rules keep it harmless: no step is made before a reading proves the last one,
and what fits two readings is told, not guessed.
"""

from typing import Final

from centara_giftcard.domain.cards import CardStatus, Standing, standing
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Call, Reply, Verdict
from centara_giftcard.domain.payment import Payment, Release
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    NotSent,
    OutcomeUnknown,
    Refused,
    ResolveReply,
)
from centara_giftcard.domain.secrets import AuthCode
from centara_giftcard.domain.sentences import Sentence, either
from centara_giftcard.probe import sentences, traits
from centara_giftcard.probe.finding import Mark
from centara_giftcard.probe.raw import Raw, dotted
from centara_giftcard.probe.steps import Steps, Stopped
from centara_giftcard.probe.ways import named, nowhere, unlike, ways

_CANDIDATES: Final = 3
"""How many values of an answer are tried as its auth code."""

_NOT_THERE: Final = (404, 405)

_WHY_NOT: Final = {
    Standing.NOT_YET_VALID: Sentence("it is not valid yet"),
    Standing.EXPIRED: Sentence("it has expired"),
    Standing.EMPTY: Sentence("nothing can be spent from it"),
}


class HoldWalk(Steps):
    """Walks a card that is sold through a hold, and leaves it as it was."""

    _yes = Raw("", 0, {}, b"")
    """How the server said yes to the hold."""
    _calls = 0
    _freed: AuthCode | None = None
    """The code of a hold before that was found by letting it go."""

    async def walk(self) -> None:
        before = await self._card_as_it_is()
        code = await self._hold(before)
        is_seen = await self._read_under_hold(before)
        await self._let_go(before, code)
        if not is_seen:
            told = "as it was: {net}, nothing held; the hold was not seen, so nothing more is tried"
            raise Stopped("card", Sentence(told, net=before.balance.net))
        await self._ask_for_what_is_gone(before, code)
        self.world.tell((Mark.OK, "card", f"as it was: {before.balance.net}, nothing held"))

    # --- the card ---------------------------------------------------------------------------------------

    async def _card_as_it_is(self) -> CardStatus:
        status = await self.read_first(lambda it: it.balance.net == self.balance)
        if status.balance.net != self.balance:
            told = (
                "the card's balance is not {amount}: is it the test card? Nothing but this question was sent"
            )
            raise Stopped("balance", Sentence(told, amount=self.balance))
        self.world.tell((Mark.OK, "balance", f"{self.balance}, as was said"))
        if status.balance.authorised is None:
            told = (
                "the server does not tell what is held (account.amountAuthorized): whether a hold is gone "
                "could not be seen, so none was placed. What the till cannot compare is for a supervisor"
            )
            raise Stopped("held", Sentence(told))
        if status.balance.authorised:
            told = (
                "{held} is held on it already: take a test card on which nothing is held, or wait until the "
                "other probe or till is done. Nothing was sent but this question"
            )
            raise Stopped("card", Sentence(told, held=status.balance.authorised))
        self.check_series(status)
        for finding in traits.of_card(self.last, status, self.trying.wire):
            self.world.tell(finding)
        self._sold(status)
        why_not = _WHY_NOT.get(standing(status, self.world.clock.now()))
        if why_not is not None:
            told = "{reason}: take another test card. Nothing was held"
            raise Stopped("card", Sentence(told, reason=why_not))
        return status

    def _sold(self, status: CardStatus) -> None:
        """What makes a card count as sold: a card with a balance is."""
        fitting = traits.issued_when(status)
        if status.issued:
            self.world.tell((Mark.OK, "sold", f"by {self.trying.wire.issued_when} the card counts as sold"))
        elif len(fitting) == 1:
            told = Sentence("only by {name} does this card count as sold", name=fitting[0])
            self.found("sold", told, issued_when=fitting[0])
        else:
            names = either(fitting or [Sentence("nothing that it says")])
            told = Sentence("by {names} this card counts as sold", names=names)
            self.wrong("sold", sentences.to_set(told, "loyalty.wire.issued_when"))

    # --- the hold ---------------------------------------------------------------------------------------

    async def _hold(self, before: CardStatus, again: bool = False) -> AuthCode:
        """Ask for a hold, and find its code."""
        amount = self.amount
        payment = Payment(
            id=self.world.ids.operation(),
            card=self.card,
            instrument=before.instrument,
            asked=amount,
            before=before.balance,
            operator="",
            created_at=self.world.clock.now(),
        )
        await self.begin(payment)
        reply = await self.loyalty.request_payment(payment.id, self.card, before.instrument, amount)
        raw = self._yes = self.last
        await self.happened(Reply(Call.PAY, reply))
        match reply:
            case HoldPlaced():
                for finding in traits.of_hold(raw, reply):
                    self.world.tell(finding)
                if not reply.same_card:
                    self.wrong("hold", Sentence("the answer names another card"))
                elif reply.auth_code == self._freed:
                    told = "two holds have the same: it is no code; set loyalty.wire.auth_code_field"
                    self.wrong("code", Sentence(told))
                elif reply.amount != amount:
                    told = "{amount} was asked for, and the answer says {other}"
                    self.wrong("hold", Sentence(told, amount=amount, other=reply.amount))
                return reply.auth_code
            case NotSent():
                told = "it was not sent: {reason}. Nothing is held"
                raise Stopped("hold", Sentence(told, reason=sentences.why(reply)))
            case OutcomeUnknown(auth_code=AuthCode() as code):
                told = "{reason}; its auth code can"
                self.wrong("hold", Sentence(told, reason=sentences.why(reply, raw)))
                return code
        now = await self.read(before.instrument)
        if isinstance(now, CardStatus):
            await self.seen(now)
        is_held = isinstance(now, CardStatus) and bool(now.balance.authorised)
        if isinstance(reply, Refused):
            why = sentences.why(reply, raw)
            if is_held:
                raise Stopped("hold", Sentence("{reason}; though something is held now", reason=why))
            told = Sentence("{reason}; nothing is held", reason=why)
            raise Stopped("hold", _with_hint(told, reply, raw, amount))
        may_be_read = is_held and 200 <= raw.code <= 299
        if may_be_read and await self._code_by_letting_go(before, raw) and not again:
            return await self._hold(before, again=True)  # that one is gone; now with the setting for its code
        raise Stopped("hold", sentences.why(reply, raw))

    async def _code_by_letting_go(self, before: CardStatus, raw: Raw) -> bool:
        """Find the code of a hold whose answer is unreadable: the value whose cancel frees it.

        A cancel of what is no code does nothing; the hold is told to the journal only with its own.
        """
        known = (before.instrument.reveal(), self.card.reveal(), before.series_number)
        fitting = traits.holds_code(raw, known)
        if not fitting or len(fitting) > _CANDIDATES or self.operation is None:
            return False
        for path, text in fitting:
            code = AuthCode(text)
            reply = await self.loyalty.cancel(self._call_id(), self.card, before.instrument, code)
            now = await self.read(before.instrument)
            if isinstance(now, CardStatus) and now.balance.nothing_held:
                await self.happened(Reply(Call.PAY, HoldPlaced(code, self.amount)))
                await self.happened(Reply(Call.CANCEL, reply))
                await self.seen(now)
                name = dotted(traits.unwrapped(path))
                self.found("code", Sentence("it stands at {name}", name=name), auth_code_field=name)
                self._freed = code
                return True
        return False

    async def _read_under_hold(self, before: CardStatus) -> bool:
        """Read the card under its hold, and tell whether the net amount is with or without it; False where
        the reading does not show the hold as it should."""
        now = await self.look(before.instrument, lambda it: it.balance != before.balance)
        if not isinstance(now, CardStatus):
            why = sentences.why(now, self.last)
            self.wrong("net", Sentence("under the hold the card cannot be read: {reason}", reason=why))
            return False
        moves = traits.moves(before.balance, now.balance, self.trying.wire)
        if self.operation is not None and self.operation.verdict is Verdict.HELD:
            await self.seen(now)
        held, nothing = self.amount, Money(0, self.balance.currency)
        if moves.risen == held and moves.fallen in (held, nothing):
            without, within = (
                "the net amount is without what is held",
                "the net amount still has in it what is held",
            )
            told = Sentence(without) if moves.fallen else Sentence(within)
            self.found("net", told, net_excludes_holds=bool(moves.fallen))
            return True
        if moves.risen == moves.fallen == nothing:
            self.wrong("net", Sentence("the reading under the hold does not show it"))
            return False
        hundredfold = moves.risen.minor == held.minor * 10**held.currency.decimals != held.minor
        why = _see("loyalty.wire.amounts") if hundredfold else Sentence("another till moved it")
        shown = (
            "{held} was held, and the reading shows {risen} more held, {fallen} less on the card: {reason}"
        )
        self.wrong("net", Sentence(shown, held=held, risen=moves.risen, fallen=moves.fallen, reason=why))
        return False

    # --- and back ---------------------------------------------------------------------------------------

    async def _let_go(self, before: CardStatus, code: AuthCode) -> None:
        """Let the hold go, by other addresses too where the one that is set is refused; done when a reading
        shows it gone, whatever the answers were."""
        payment = self.operation
        if payment is None or payment.settled:
            return None
        if payment.releasable:
            await self.happened(Release())
        usual = self.trying
        for way in ways(usual.wire, "cancel"):
            self.go_by(way)
            reply = await self.loyalty.cancel(self._call_id(), self.card, before.instrument, code)
            raw = self.last
            await self.happened(Reply(Call.CANCEL, reply))
            now = await self._gone(before)
            elsewhere = isinstance(reply, Refused) and reply.cause is not Cause.NOT_ACCEPTED
            if now.balance.nothing_held or not elsewhere:
                break
        if not now.balance.nothing_held:
            told = Sentence("letting the hold go was accepted; the reading shows it still held")
            if not isinstance(reply, Accepted):
                failed = "letting the hold go did not work: {reason}; the reading shows it still held"
                told = Sentence(failed, reason=sentences.why(reply, raw))
            raise Stopped("cancel", told)
        if now.balance != before.balance:
            moved = "{net} is on it now: it moved meanwhile, or the hold was taken"
            raise Stopped("card", Sentence(moved, net=now.balance.net))
        promised = isinstance(reply, OutcomeUnknown) and reply.cause is Cause.NOT_YET
        if not (isinstance(reply, Accepted) or promised):
            why = sentences.why(reply, raw)
            return self.wrong("cancel", Sentence("the hold is gone, though {reason}", reason=why))
        self.go_by(usual.wire)
        told = Sentence(
            "the hold is let go by {address} ({code})", address=named(way, "cancel"), code=raw.code
        )
        return self.found("cancel", told, **unlike(usual.wire, way))

    async def _gone(self, before: CardStatus) -> CardStatus:
        """Read whether the hold is gone."""
        now = await self.look(before.instrument, lambda it: it.balance == before.balance)
        if not isinstance(now, CardStatus):
            why = sentences.why(now, self.last)
            raise Stopped("card", Sentence("after the release it cannot be read: {reason}", reason=why))
        await self.seen(now)
        return now

    def _call_id(self) -> str:
        """The name of the next call about the hold: another for each, for a server that keeps its answers by
        the Idempotency-Key would say again to another address or code what it said to the first."""
        self._calls += 1
        id_ = "" if self.operation is None else self.operation.id
        return id_ if self._calls == 1 else f"{id_}.{self._calls}"

    async def _ask_for_what_is_gone(self, before: CardStatus, code: AuthCode) -> None:
        """Commit what was let go, which a server must refuse: that is how it says no.

        A 404 may mean the hold or the address. Which it is shows where nothing can be, and the address that
        is answered otherwise is the right one.
        """
        usual = self.trying
        raw, reply = await self._commit(usual.wire, before, code)
        if raw.code in _NOT_THERE:
            nothing, _ = await self._commit(nowhere(usual.wire), before, code)
            for way in ways(usual.wire, "commit"):
                if way is not usual.wire:
                    raw, reply = await self._commit(way, before, code)
                if traits.shape(raw) != traits.shape(nothing):
                    by = Sentence("it is addressed by {address}", address=named(way, "commit"))
                    self.found("commit", by, **unlike(usual.wire, way))
                    break
            else:
                told = "whether its address is right cannot be told: nothing is said of a hold, anywhere"
                self.world.tell((Mark.LEFT_OUT, "commit", told))
        finding = traits.of_refusal(raw, reply, self._yes)
        self.failed = self.failed or finding[0] is Mark.FAIL
        self.world.tell(finding)

    async def _commit(self, wire: WireRules, before: CardStatus, code: AuthCode) -> tuple[Raw, ResolveReply]:
        """Commit by these rules what is gone; nothing may move. Raises Stopped."""
        usual = self.trying
        self.go_by(wire)
        reply = await self.loyalty.commit(self._call_id(), self.card, before.instrument, code)
        raw, now = self.last, await self.read(before.instrument)
        self.go_by(usual.wire)
        if not isinstance(now, CardStatus):
            why = sentences.why(now, self.last)
            raise Stopped("card", Sentence("at the end it cannot be read: {reason}", reason=why))
        if now.balance != before.balance:
            told = "{net} is on it at the end, not {before}"
            if now.balance.net < before.balance.net:
                told = (
                    "a commit of a hold that was let go took the money all the same: "
                    "{net} is on it at the end, not {before}"
                )
            raise Stopped("card", Sentence(told, net=now.balance.net, before=before.balance.net))
        return raw, reply


def _see(setting: str) -> Sentence:
    return Sentence("see {setting}", setting=setting)


def _with_hint(told: Sentence, refused: Refused, raw: Raw, amount: Money) -> Sentence:
    """A refused hold with the settings that may explain it."""
    if refused.cause is Cause.NOT_ACCEPTED:
        return told
    if raw.code in _NOT_THERE:
        way = "{refusal}. Where that is about the address, see loyalty.wire.pay_path"
        return Sentence(way, refusal=told)
    way = (
        "{refusal}. Where it is about the amount: {amount} may be less than it takes, then hold more with "
        "--amount; or see loyalty.wire.amount_field and amounts"
    )
    return Sentence(way, refusal=told, amount=amount)
