"""A probe from its first check to its last word, for the command line and for the window alike."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.config.amend import Changes, amend
from centara_giftcard.config.settings import LoyaltySettings, Settings, load
from centara_giftcard.domain.cards import KnownCard, SeriesKind, identify
from centara_giftcard.domain.errors import AmountError, CardNumberError, EnvironmentFault, SettingsError
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.secrets import AccessToken, CardNumber
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.journal.flight import FlightRecorder
from centara_giftcard.journal.instance import InstanceLock
from centara_giftcard.loyalty.client import HttpLoyalty
from centara_giftcard.machine import SystemClock, SystemIds
from centara_giftcard.probe.finding import Finding, Mark
from centara_giftcard.probe.live import LiveWalk
from centara_giftcard.probe.proof import note_proven, note_units
from centara_giftcard.probe.raw import Raw
from centara_giftcard.probe.sale import SaleWalk
from centara_giftcard.probe.steps import Outcome, Steps, World
from centara_giftcard.probe.walk import HoldWalk
from centara_giftcard.terminal.ports import Recorder
from centara_giftcard.workshop import journal_of, loyalty_of, vault_of

LISTEN_TIMES: Final = 3
"""How many reply timeouts a probe waits for an auth code, which cannot be had in another way."""

_NO_CARD: Final = {
    "empty": Sentence("no number was given"),
    "malformed": Sentence("a card number has letters and digits only"),
    "unknown_series": Sentence("its number begins like that of no series in the settings"),
    "one_missing": Sentence("one digit is missing for its series"),
    "one_extra": Sentence("it has one digit too many for its series"),
    "too_short": Sentence("it has too few digits for its series"),
    "too_long": Sentence("it has too many digits for its series"),
    "length": Sentence("its length is that of no series in the settings"),
    "letter": Sentence("its series has numbers of digits only"),
    "check_digit": Sentence("its check digit is wrong"),
}


class Trial(Struct, frozen=True):
    """What is tried: a till's settings, its data folder and token, a card and what is said to be on it.

    `amount` is held of it and let go. With `sale` the card is to be sold for the balance, and the sale
    undone. A card that is `live` has its series' number until the server makes it.
    """

    settings: Settings
    folder: Path
    token: AccessToken
    card: KnownCard
    balance: Money
    amount: Money
    sale: bool = False

    @property
    def live(self) -> bool:
        """Whether the server is to make the card."""
        series = self.card.series
        return self.sale and series is not None and self.card.number.reveal() == series.number


def card_of(number: CardNumber | None, settings: Settings, sale: bool = False) -> KnownCard:
    """A card of the settings' series; for a `sale` a series may be named whose cards are made at it.

    Raises SettingsError: nothing is asked about another.
    """
    text = number.reveal() if number else ""
    made = [it for it in settings.series if it.kind is SeriesKind.LIVE_PRINTED and sale]
    for series in made:
        if text == series.number:
            return KnownCard(CardNumber(text), series)
    try:
        known = identify(text, settings.series)
        if known.series in made:
            name = known.series.number if known.series is not None else ""
            raise SettingsError(
                f"Cards of this series are made at their sale: give its number, --probe {name} --issue."
            )
        return known
    except CardNumberError as fault:
        told = "This is no card of this till: {reason}."
        raise SettingsError(Sentence(told, reason=_NO_CARD[fault.reason])) from None


def balance_of(text: str, settings: Settings) -> Money:
    """What is said to be on the card. Raises SettingsError."""
    return _amount(text, settings, Sentence("What is on the test card"), 50)


def amount_of(text: str | None, balance: Money, settings: Settings) -> Money:
    """What is to be held of the balance: the smallest amount there is, unless told. Raises SettingsError."""
    if text is None:
        return Money(1, balance.currency)
    amount = _amount(text, settings, Sentence("What is to be held"), 1)
    if amount > balance:
        raise SettingsError(f"{amount} cannot be held of {balance}: let --amount be no more than --balance.")
    return amount


def _amount(text: str, settings: Settings, what: Sentence, usual: int) -> Money:
    try:
        return Money.typed(text.strip(), settings.till.currency)
    except AmountError:
        such = Money(usual * 10**settings.till.currency.decimals, settings.till.currency).decimal
        told = "{what} must be an amount above zero, such as {such}."
        raise SettingsError(Sentence(told, what=what, such=such)) from None


async def probe(trial: Trial, tell: Callable[[Finding], None]) -> Outcome:
    """Walk, and remember a proof. Raises EnvironmentFault where it cannot begin: then nothing was sent."""
    lock = InstanceLock(trial.folder)
    await asyncio.to_thread(lock.acquire)
    try:
        known = False

        def told(finding: Finding) -> None:
            nonlocal known
            known = known or finding[:2] == (Mark.OK, "balance")
            tell(finding)

        outcome = await _walk(trial, told)
        now = SystemClock().now()
        if known and not trial.sale:
            note_units(trial.folder, outcome.loyalty, now)
        if outcome.passed and not trial.sale:
            note_proven(trial.folder, outcome.loyalty, now)
        return outcome
    finally:
        lock.release()


async def _walk(trial: Trial, tell: Callable[[Finding], None]) -> Outcome:
    clock, settings, card = SystemClock(), trial.settings, trial.card
    vault = vault_of(trial.folder, settings.identity)
    journal = await asyncio.to_thread(journal_of, trial.folder, vault)
    recorder = FlightRecorder(trial.folder, clock.now)
    try:
        open_here, _ = await journal.unfinished()
        if any(it.card == card.number and it.listed for it in open_here):
            told = (
                "An earlier operation on card {card} is not settled: "
                "start the till, which settles it or says under Open holds (F5) what to do."
            )
            raise EnvironmentFault(Sentence(told, card=card.number))
        world = World(connector(settings, trial.token, recorder), journal, clock, SystemIds(), tell)
        walk: type[Steps] = LiveWalk if trial.live else SaleWalk if trial.sale else HoldWalk
        return await walk(world, settings, card, trial.balance, trial.amount).go()
    finally:
        recorder.close()
        await journal.close()


def connector(
    settings: Settings, token: AccessToken, recorder: Recorder
) -> Callable[[LoyaltySettings, Callable[[Raw], None]], HttpLoyalty]:
    """What makes a client that goes by other settings of the server."""

    def connect(loyalty: LoyaltySettings, hear: Callable[[Raw], None]) -> HttpLoyalty:
        return loyalty_of(
            replace(settings, loyalty=loyalty),
            token,
            lambda name, facts: recorder.event(name, **facts),
            listen_timeout_s=LISTEN_TIMES * loyalty.reply_timeout_s,
            hear=lambda *reply: hear(Raw(*reply)),
        )

    return connect


def changes_of(settings: Settings, outcome: Outcome) -> Changes:
    """What must be set otherwise than it is, by table and key; empty where all is as set."""
    server = outcome.loyalty.server
    return {
        **({"loyalty": {"server": server}} if server != settings.loyalty.server else {}),
        **({"loyalty.wire": outcome.differs} if outcome.differs else {}),
    }


def write_changes(file: Path, changes: Changes, outcome: Outcome) -> Path:
    """Write them into the settings file; return where the old one is kept. Raises SettingsError."""
    said = load(file)  # what the file says, without what the command line says instead
    server = outcome.loyalty.server if "loyalty" in changes else said.loyalty.server
    loyalty = replace(said.loyalty, server=server, wire=outcome.loyalty.wire)
    return amend(file, changes, replace(said, loyalty=loyalty), SystemClock().now())
