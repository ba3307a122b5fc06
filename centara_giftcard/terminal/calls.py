"""Calls to the Loyalty server on behalf of the terminal: when to repeat a reading, when to give up waiting.

Nothing here repeats a POST: that is the payment machine's decision.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.operation import Call, Overdue, Reply, Result, StatusSeen
from centara_giftcard.domain.payment import Payment
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.ports import Clock, Ids, Loyalty, Operation
from centara_giftcard.terminal.watch import Watch

READ_ATTEMPTS: Final = 3
FIRST_PAUSE_S: Final = 0.3
LONGEST_PAUSE_S: Final = 30.0

_WORTH_REPEATING: Final = frozenset({Cause.TIMEOUT, Cause.LOST, Cause.SERVER_ERROR, Cause.BUSY})
_SILENCE: Final = frozenset({Cause.NAME, Cause.CONNECT, Cause.TLS, Cause.TIMEOUT})
_SUSPECT: Final = frozenset({Cause.LOST, Cause.SERVER_ERROR})  # of this call, or of the whole server
_HEARD_LATE: Final = frozenset({Call.PAY, Call.ISSUE_LIVE})

Heard = Overdue | StatusSeen | Reply


class Calls:
    """Makes calls and tells the watch how the server is. Holds no state of any operation."""

    def __init__(
        self,
        loyalty: Loyalty,
        clock: Clock,
        ids: Ids,
        reply_timeout_s: float,
        watch: Watch,
    ) -> None:
        self._loyalty = loyalty
        self._clock = clock
        self._ids = ids
        self._reply_timeout_s = reply_timeout_s
        self._watch = watch

    async def read(self, card: CardNumber) -> CardStatus | StatusFailed:
        """Read a status for the screen: a few times with jitter, honouring Retry-After (row 4).

        Once only while the server is known to be out of reach: the watch is asking already.
        """
        attempts = 1 if self._watch.down else READ_ATTEMPTS
        for attempt in range(attempts):
            started_s = self._clock.monotonic()
            result = await self._loyalty.status(card)
            self._tell(result, started_s)
            if not isinstance(result, StatusFailed) or result.cause not in _WORTH_REPEATING:
                break
            if attempt + 1 < attempts:
                pause_s = FIRST_PAUSE_S * 2**attempt * (0.5 + self._ids.jitter())
                wish_s = min(result.retry_after_s or 0.0, LONGEST_PAUSE_S)
                await self._clock.sleep(max(pause_s, wish_s))
        return result

    async def make(self, call: Call, operation: Operation, feed: Callable[[Heard], None]) -> None:
        """Make one call for an operation and feed what comes of it.

        A request for payment, or for a live card, without a reply in time feeds `Overdue`, and its reply
        later, whenever that is: a late hold must be known to be released (row 22), a late card to be printed.
        """
        started_s = self._clock.monotonic()
        task = asyncio.ensure_future(self._send(call, operation))
        try:
            if call in _HEARD_LATE:
                done, _ = await asyncio.wait({task}, timeout=self._reply_timeout_s)
                if not done:
                    self._watch.silent(Cause.TIMEOUT)
                    feed(Overdue())
            result = await task
        finally:
            task.cancel()  # only at closing is it not done yet
        self._tell(result, started_s)
        if isinstance(result, CardStatus):
            at_s = self._clock.monotonic()
            feed(StatusSeen(result.balance, at_s, result.issued, result.original, result.expires))
        else:
            feed(Reply(call, result))

    async def _send(self, call: Call, operation: Operation) -> CardStatus | Result:
        if call is Call.STATUS:
            return await self._loyalty.status(_card(operation), operation.instrument)
        if isinstance(operation, Issue):
            return await self._send_issue(call, operation)
        if call is Call.PAY:
            return await self._loyalty.request_payment(
                operation.id, operation.card, operation.instrument, operation.asked
            )
        return await self._send_decision(call, operation)

    async def _send_decision(self, call: Call, payment: Payment) -> Result:
        if payment.auth_code is None:
            raise ValueError(f"payment {payment.id} has no authorisation to {call.value}")
        resolve = self._loyalty.commit if call is Call.COMMIT else self._loyalty.cancel
        return await resolve(payment.id, payment.card, payment.instrument, payment.auth_code)

    async def _send_issue(self, call: Call, issue: Issue) -> Result:
        amount = None if issue.fixed else issue.amount
        if call is Call.ISSUE_LIVE:
            return await self._loyalty.issue_live(issue.id, issue.series, amount)
        if issue.instrument is None:
            raise ValueError(f"issue {issue.id} has no instrument")
        if call is Call.UNISSUE:
            return await self._loyalty.unissue(issue.id, _card(issue), issue.instrument)
        return await self._loyalty.issue(issue.id, _card(issue), issue.instrument, amount)

    def _tell(self, result: CardStatus | Result, started_s: float) -> None:
        cause = getattr(result, "cause", None)
        if cause in _SILENCE:
            self._watch.silent(cause)
        elif cause in _SUSPECT:
            self._watch.look()
        else:
            self._watch.heard(self._clock.monotonic() - started_s)


def _card(operation: Operation) -> CardNumber:
    if operation.card is None:
        raise ValueError(f"{operation.id} has no card number")
    return operation.card
