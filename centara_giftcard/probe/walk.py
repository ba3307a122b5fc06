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
from centara_giftcard.domain.operation import Call, Reply
from centara_giftcard.domain.payment import Payment, Release, State
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
from centara_giftcard.probe import sentences, traits
from centara_giftcard.probe.finding import Mark
from centara_giftcard.probe.raw import Raw, dotted
from centara_giftcard.probe.steps import Steps, Stopped
from centara_giftcard.probe.ways import named, nowhere, unlike, ways

_CANDIDATES: Final = 3
"""How many values of an answer are tried as its auth code."""

_NOT_THERE: Final = (404, 405)

_WHY_NOT: Final = {
    Standing.NOT_YET_VALID: "it is not valid yet",
    Standing.EXPIRED: "it has expired",
    Standing.EMPTY: "nothing can be spent from it",
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
            told = f"as it was: {before.balance.net}, nothing held; the hold was not seen"
            raise Stopped("card", f"{told}, so nothing more is tried")
        await self._ask_for_what_is_gone(before, code)
        self.world.tell((Mark.OK, "card", f"as it was: {before.balance.net}, nothing held"))

    # --- the card ---------------------------------------------------------------------------------------

    async def _card_as_it_is(self) -> CardStatus:
        status = await self.read_first(lambda it: it.balance.net == self.balance)
        if status.balance.net != self.balance:
            raise Stopped(
                "balance",
                f"the card's balance is not {self.balance}: is it the test card? "
                "Nothing but this question was sent",
            )
        self.world.tell((Mark.OK, "balance", f"{self.balance}, as was said"))
        if status.balance.authorised is None:
            raise Stopped(
                "held",
                "the server does not tell what is held (account.amountAuthorized): whether a hold is gone "
                "could not be seen, so none was placed. What the till cannot compare is for a supervisor",
            )
        if status.balance.authorised:
            raise Stopped(
                "card",
                f"{status.balance.authorised} is held on it already: take a test card on which nothing is "
                "held, or wait until the other probe or till is done. Nothing was sent but this question",
            )
        self.check_series(status)
        for finding in traits.of_card(self.last, status, self.trying.wire):
            self.world.tell(finding)
        self._sold(status)
        why_not = _WHY_NOT.get(standing(status, self.world.clock.now()))
        if why_not is not None:
            raise Stopped("card", f"{why_not}: take another test card. Nothing was held")
        return status

    def _sold(self, status: CardStatus) -> None:
        """What makes a card count as sold: a card with a balance is."""
        fitting = traits.issued_when(status)
        if status.issued:
            self.world.tell((Mark.OK, "sold", f"by {self.trying.wire.issued_when} the card counts as sold"))
        elif len(fitting) == 1:
            self.found("sold", f"only by {fitting[0]} does this card count as sold", issued_when=fitting[0])
        else:
            told = " or ".join(fitting) or "nothing that it says"
            self.wrong("sold", f"by {told} this card counts as sold: set loyalty.wire.issued_when")

    # --- the hold ---------------------------------------------------------------------------------------

    async def _hold(self, before: CardStatus, again: bool = False) -> AuthCode:
        """Ask for a hold, and find its code."""
        amount = self.amount
        payment = Payment(
            self.world.ids.operation(),
            self.card,
            before.instrument,
            amount,
            before.balance,
            "",
            self.world.clock.now(),
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
                    self.wrong("hold", "the answer names another card")
                elif reply.auth_code == self._freed:
                    self.wrong(
                        "code", "two holds have the same: it is no code; set loyalty.wire.auth_code_field"
                    )
                elif reply.amount != amount:
                    self.wrong("hold", f"{amount} was asked for, and the answer says {reply.amount}")
                return reply.auth_code
            case NotSent():
                raise Stopped("hold", f"it was not sent: {sentences.why(reply)}. Nothing is held")
            case OutcomeUnknown(auth_code=AuthCode() as code):
                self.wrong("hold", f"{sentences.why(reply, raw)}; its auth code can")
                return code
        now = await self.read(before.instrument)
        if isinstance(now, CardStatus):
            await self.seen(now)
        is_held = isinstance(now, CardStatus) and bool(now.balance.authorised)
        if isinstance(reply, Refused):
            told = "though something is held now" if is_held else "nothing is held"
            way = "" if is_held else _hint(reply, raw, amount)
            raise Stopped("hold", f"{sentences.why(reply, raw)}; {told}{way}")
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
                self.found("code", f"it stands at {name}", auth_code_field=name)
                self._freed = code
                return True
        return False

    async def _read_under_hold(self, before: CardStatus) -> bool:
        """Read the card under its hold, and tell whether the net amount is with or without it; False where
        the reading does not show the hold as it should."""
        now = await self.look(before.instrument, lambda it: it.balance != before.balance)
        if not isinstance(now, CardStatus):
            self.wrong("net", f"under the hold the card cannot be read: {sentences.why(now, self.last)}")
            return False
        moves = traits.moves(before.balance, now.balance, self.trying.wire)
        if isinstance(self.operation, Payment) and self.operation.state is State.HELD:
            await self.seen(now)
        held, nothing = self.amount, Money(0, self.balance.currency)
        if moves.risen == held and moves.fallen in (held, nothing):
            way = "is without" if moves.fallen else "still has in it"
            self.found("net", f"the net amount {way} what is held", net_excludes_holds=bool(moves.fallen))
            return True
        if moves.risen == moves.fallen == nothing:
            self.wrong("net", "the reading under the hold does not show it")
            return False
        hundredfold = moves.risen.minor == held.minor * 10**held.currency.decimals != held.minor
        why = "see loyalty.wire.amounts" if hundredfold else "another till moved it"
        told = (
            f"{held} was held, and the reading shows {moves.risen} more held, {moves.fallen} less on the card"
        )
        self.wrong("net", f"{told}: {why}")
        return False

    # --- and back ---------------------------------------------------------------------------------------

    async def _let_go(self, before: CardStatus, code: AuthCode) -> None:
        """Let the hold go, by other addresses too where the one that is set is refused; done when a reading
        shows it gone, whatever the answers were."""
        payment = self.operation
        if not isinstance(payment, Payment) or payment.settled:
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
            told = (
                "was accepted"
                if isinstance(reply, Accepted)
                else f"did not work: {sentences.why(reply, raw)}"
            )
            raise Stopped("cancel", f"letting the hold go {told}; the reading shows it still held")
        if now.balance != before.balance:
            raise Stopped(
                "card", f"{now.balance.net} is on it now: it moved meanwhile, or the hold was taken"
            )
        promised = isinstance(reply, OutcomeUnknown) and reply.cause is Cause.NOT_YET
        if not (isinstance(reply, Accepted) or promised):
            return self.wrong("cancel", f"the hold is gone, though {sentences.why(reply, raw)}")
        self.go_by(usual.wire)
        return self.found(
            "cancel", f"the hold is let go by {named(way, 'cancel')} ({raw.code})", **unlike(usual.wire, way)
        )

    async def _gone(self, before: CardStatus) -> CardStatus:
        """Read whether the hold is gone."""
        now = await self.look(before.instrument, lambda it: it.balance == before.balance)
        if not isinstance(now, CardStatus):
            raise Stopped("card", f"after the release it cannot be read: {sentences.why(now, self.last)}")
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
                    self.found(
                        "commit", f"it is addressed by {named(way, 'commit')}", **unlike(usual.wire, way)
                    )
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
            raise Stopped("card", f"at the end it cannot be read: {sentences.why(now, self.last)}")
        if now.balance != before.balance:
            taken = "a commit of a hold that was let go took the money all the same: "
            why = taken if now.balance.net < before.balance.net else ""
            raise Stopped("card", f"{why}{now.balance.net} is on it at the end, not {before.balance.net}")
        return raw, reply


def _hint(refused: Refused, raw: Raw, amount: Money) -> str:
    """Which settings may explain a refused hold."""
    if refused.cause is Cause.NOT_ACCEPTED:
        return ""
    if raw.code in _NOT_THERE:
        return ". Where that is about the address, see loyalty.wire.pay_path"
    return (
        f". Where it is about the amount: {amount} may be less than it takes, then hold more with --amount; "
        "or see loyalty.wire.amount_field and amounts"
    )
