"""Operations to write down, any operation at all, and a journal that is closed after use."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st
from msgspec.structs import replace

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.issue import Ending, Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operation import Closed, Doubt
from centara_giftcard.domain.payment import Decision, Payment, State
from centara_giftcard.domain.replies import Cause, Misfit
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId
from centara_giftcard.journal.store import SqliteJournal, open_journal

T = TypeVar("T")

KEY = bytes(range(32))
EUR = Currency.of("EUR")
NUMBER, INSTRUMENT, CODE = "6091000000001234", "instrument-77f1", "AUTH-5512"


def eur(minor: int) -> Money:
    return Money(minor, EUR)


def payment(**changes: Any) -> Payment:
    """A held payment of 25 euro, unless said otherwise."""
    fields: dict[str, Any] = {
        "id": "op-1",
        "card": CardNumber(NUMBER),
        "instrument": InstrumentId(INSTRUMENT),
        "asked": eur(2500),
        "before": Balance(eur(10000), eur(0)),
        "operator": "Anna",
        "created_at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "state": State.HELD,
        "held": eur(2500),
        "auth_code": AuthCode(CODE),
    }
    return Payment(**(fields | changes))


def issue(**changes: Any) -> Issue:
    """The sale of a card for 50 euro whose reply is still to come, unless said otherwise."""
    fields: dict[str, Any] = {
        "id": "op-1",
        "kind": Kind.ISSUE,
        "series": "1",
        "amount": eur(5000),
        "operator": "Anna",
        "created_at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "card": CardNumber(NUMBER),
        "instrument": InstrumentId(INSTRUMENT),
    }
    return Issue(**(fields | changes))


class Watch:
    """A clock that goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self._ticks = itertools.count()

    def __call__(self) -> datetime:
        return datetime(2026, 3, 1, 10, tzinfo=UTC) + timedelta(seconds=next(self._ticks))


@asynccontextmanager
async def opened(folder: Path, **options: Any) -> AsyncIterator[SqliteJournal]:
    given: dict[str, Any] = {"key": KEY, "now": Watch()} | options
    journal = open_journal(folder, **given)
    try:
        yield journal
    finally:
        await journal.close()


def with_journal(folder: Path, use: Callable[[SqliteJournal], Awaitable[T]], **options: Any) -> T:
    async def run() -> T:
        async with opened(folder, **options) as journal:
            return await use(journal)

    return asyncio.run(run())


_moneys = st.builds(
    Money, st.integers(-(10**12), 10**12), st.sampled_from([EUR, Currency.of("ISK"), Currency.of("KWD")])
)
_balances = st.builds(Balance, _moneys, st.none() | _moneys)
_texts = st.text(max_size=30)
_times = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))

_CLOSABLE = {State.ORPHAN_HOLD, State.UNCLEAR, State.COMMITTED, State.CANCELLED}
_closings = st.none() | st.builds(Closed, _texts, _texts)

payments = st.builds(
    Payment,
    id=st.text(min_size=1, max_size=20),
    card=st.builds(CardNumber, _texts),
    instrument=st.builds(InstrumentId, _texts),
    asked=_moneys,
    before=_balances,
    operator=_texts,
    created_at=_times,
    state=st.sampled_from(State),
    held=st.none() | _moneys,
    auth_code=st.none() | st.builds(AuthCode, _texts),
    holding=st.none() | _balances,
    decision=st.none() | st.sampled_from(Decision),
    lost=st.booleans(),
    guessed=st.booleans(),
    looks=st.integers(0, 13),
    contradicted=st.booleans(),
    after=st.none() | _balances,
    seen=st.none() | _balances,
    doubt=st.none() | st.sampled_from(Doubt),
    problem=st.none() | st.sampled_from(Cause),
    words=_texts,
    misfit=st.none() | st.builds(Misfit, _texts, _texts),
    attempts=st.integers(0, 10**6),
    watched=st.booleans(),
    quiet_since_s=st.none() | st.floats(allow_nan=False),
    closed=_closings,
    due=st.none() | _moneys,
    floor=st.none() | _moneys,
    series=_texts,
    expires=st.none() | _times,
).map(lambda it: it if it.state in _CLOSABLE else replace(it, closed=None))
"""Payments in every state, with every field present and absent."""

issues = st.builds(
    Issue,
    id=st.text(min_size=1, max_size=20),
    kind=st.sampled_from(Kind),
    series=_texts,
    amount=_moneys,
    operator=_texts,
    created_at=_times,
    card=st.none() | st.builds(CardNumber, _texts),
    instrument=st.none() | st.builds(InstrumentId, _texts),
    fixed=st.booleans(),
    state=st.sampled_from(IssueState),
    worth=st.none() | _balances,
    expires=st.none() | _times,
    ending=st.none() | st.sampled_from(Ending),
    doubt=st.none() | st.sampled_from(Doubt),
    problem=st.none() | st.sampled_from(Cause),
    words=_texts,
    misfit=st.none() | st.builds(Misfit, _texts, _texts),
    attempts=st.integers(0, 10**6),
    watched=st.booleans(),
    quiet_since_s=st.none() | st.floats(allow_nan=False),
    closed=_closings,
).map(lambda it: it if it.state is not IssueState.SENDING else replace(it, closed=None))
"""Issues of every kind in every state, with every field present and absent."""
