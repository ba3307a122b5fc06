"""Calls to the Loyalty server on behalf of the terminal: when to repeat a reading, when to give up waiting.

Nothing here repeats a POST: that is the payment machine's decision.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.payment import Call, Event, Overdue, Payment, Reply, StatusSeen
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    NotSent,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.events import ServerHeard, ServerSilent
from centara_giftcard.terminal.ports import Clock, Ids, Loyalty

READ_ATTEMPTS: Final = 3
FIRST_PAUSE_S: Final = 0.3
LONGEST_PAUSE_S: Final = 30.0

_WORTH_REPEATING: Final = frozenset({Cause.TIMEOUT, Cause.LOST, Cause.SERVER_ERROR, Cause.BUSY})
_SILENCE: Final = frozenset({Cause.NAME, Cause.CONNECT, Cause.TLS, Cause.TIMEOUT})

_Result = CardStatus | StatusFailed | HoldPlaced | Accepted | Refused | NotSent | OutcomeUnknown


class Calls:
    """Makes calls and tells `notice` how the server is. Holds no state of any payment."""

    def __init__(
        self,
        loyalty: Loyalty,
        clock: Clock,
        ids: Ids,
        reply_timeout_s: float,
        notice: Callable[[ServerHeard | ServerSilent], None],
    ) -> None:
        self._loyalty = loyalty
        self._clock = clock
        self._ids = ids
        self._reply_timeout_s = reply_timeout_s
        self._notice = notice

    async def read(self, card: CardNumber) -> CardStatus | StatusFailed:
        """Read a status for the screen: a few times with jitter, honouring Retry-After (row 4)."""
        for attempt in range(READ_ATTEMPTS):
            started_s = self._clock.monotonic()
            result = await self._loyalty.status(card)
            self._tell(result, started_s)
            if not isinstance(result, StatusFailed) or result.cause not in _WORTH_REPEATING:
                break
            if attempt + 1 < READ_ATTEMPTS:
                pause_s = FIRST_PAUSE_S * 2**attempt * (0.5 + self._ids.jitter())
                wish_s = min(result.retry_after_s or 0.0, LONGEST_PAUSE_S)
                await self._clock.sleep(max(pause_s, wish_s))
        return result

    async def make(self, call: Call, payment: Payment, feed: Callable[[Event], None]) -> None:
        """Make one call for a payment and feed what comes of it.

        A request for payment without a reply in time feeds `Overdue`, and its reply later, whenever that is:
        a late hold must be known to be released (row 22).
        """
        started_s = self._clock.monotonic()
        task = asyncio.ensure_future(self._send(call, payment))
        try:
            if call is Call.PAY:
                done, _ = await asyncio.wait({task}, timeout=self._reply_timeout_s)
                if not done:
                    self._notice(ServerSilent(Cause.TIMEOUT))
                    feed(Overdue())
            result = await task
        finally:
            task.cancel()  # only at closing is it not done yet
        self._tell(result, started_s)
        if isinstance(result, CardStatus):
            feed(StatusSeen(result.balance, self._clock.monotonic()))
        else:
            feed(Reply(call, result))

    async def _send(self, call: Call, payment: Payment) -> _Result:
        match call:
            case Call.PAY:
                return await self._loyalty.request_payment(
                    payment.id, payment.card, payment.instrument, payment.asked
                )
            case Call.STATUS:
                return await self._loyalty.status(payment.card, payment.instrument)
        if payment.auth_code is None:
            raise ValueError(f"payment {payment.id} has no authorisation to {call.value}")
        if call is Call.COMMIT:
            return await self._loyalty.commit(payment.id, payment.card, payment.auth_code)
        return await self._loyalty.cancel(payment.id, payment.instrument, payment.auth_code)

    def _tell(self, result: _Result, started_s: float) -> None:
        cause = getattr(result, "cause", None)
        if cause in _SILENCE:
            self._notice(ServerSilent(cause))
        else:
            self._notice(ServerHeard(self._clock.monotonic() - started_s))
