"""`doctor --probe`: ask, walk, tell, and print or write the settings that were found."""

import asyncio
import sys
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from centara_giftcard.config.amend import Changes, amend, block
from centara_giftcard.config.settings import LoyaltySettings, Settings, load, with_server
from centara_giftcard.domain.cards import KnownCard, identify
from centara_giftcard.domain.errors import (
    AmountError,
    CardNumberError,
    EnvironmentFault,
    NoToken,
    SettingsError,
)
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.secrets import AccessToken, CardNumber
from centara_giftcard.journal.flight import FlightRecorder
from centara_giftcard.journal.lock import InstanceLock
from centara_giftcard.loyalty.client import HttpLoyalty
from centara_giftcard.machine import SystemClock, SystemIds
from centara_giftcard.options import Options
from centara_giftcard.probe.finding import Finding, told
from centara_giftcard.probe.proof import note_proven
from centara_giftcard.probe.raw import Raw
from centara_giftcard.probe.sale import SaleWalk
from centara_giftcard.probe.steps import Outcome, Steps, World
from centara_giftcard.probe.walk import HoldWalk
from centara_giftcard.terminal.ports import Recorder
from centara_giftcard.workshop import journal_of, loyalty_of, vault_of

LISTEN_TIMES: Final = 3
"""How many reply timeouts a probe waits for an auth code, which cannot be had in another way."""

_NO_CARD: Final = {
    "malformed": "a card number has letters and digits only",
    "unknown_series": "its number begins like that of no series in the settings",
    "one_missing": "one digit is missing for its series",
    "one_extra": "it has one digit too many for its series",
    "length": "its length is that of no series in the settings",
    "letter": "its series has numbers of digits only",
    "check_digit": "its check digit is wrong",
}


def run_probe(options: Options) -> int:
    """Probe the server; return 0 where all is as set, 1 where something was found. Raises TerminalError."""
    settings = load(options.settings_file())
    if options.server is not None:
        settings = with_server(settings, options.server)
    card, balance = card_of(options.probe, settings), _balance(options.balance or "", settings)
    folder = options.data_folder()
    vault = vault_of(folder, settings.identity)
    token = vault.token()
    if token is None:
        raise NoToken(
            f"There is no access token for {settings.identity}: "
            "store it with centara-giftcard doctor --store-token."
        )
    _say(_announced(settings, card, balance, options.issue))
    if not (options.yes or _agreed()):
        raise EnvironmentFault("Nothing was sent: the question was not answered with y. --yes answers it.")
    lock = InstanceLock(folder)
    lock.acquire()
    try:
        outcome = asyncio.run(_walk(options, settings, token, card, balance))
        as_set = not _changes(settings, outcome)
        _told(options, settings, outcome)
        if outcome.passed and not options.issue:
            note_proven(folder, outcome.loyalty, SystemClock().now())
            if as_set or options.write:
                _say("The server is proven: the till may open.")
            else:
                _say("With these lines in the settings file the server is proven.")
    finally:
        lock.release()
    return 0 if outcome.passed and as_set else 1


def card_of(number: CardNumber | None, settings: Settings) -> KnownCard:
    """A card of the settings' series. Raises SettingsError: nothing is asked about another."""
    try:
        return identify(number.reveal() if number else "", settings.series)
    except CardNumberError as fault:
        raise SettingsError(
            f"This is no card of this till: {_NO_CARD.get(fault.reason, fault.reason)}."
        ) from None


def _balance(text: str, settings: Settings) -> Money:
    try:
        return Money.typed(text, settings.till.currency)
    except AmountError:
        usual = Money(50 * 10**settings.till.currency.decimals, settings.till.currency).decimal
        raise SettingsError(f"--balance must be an amount above zero, such as {usual}.") from None


def _announced(settings: Settings, card: KnownCard, balance: Money, sale: bool) -> str:
    smallest = Money(1, balance.currency)
    where = f"{settings.loyalty.server}, group {settings.loyalty.group}"
    if sale:
        does = (
            f"The card must not be sold yet. It is read, sold for {balance}, read, the sale is undone, and "
            "it is read again: it is left as it was."
        )
    else:
        does = (
            f"It is read; where exactly {balance} is on it and nothing is held, {smallest} is held, the "
            "card read, the hold let go, the card read, and the hold that is gone asked for, which the "
            "server must refuse: it is left as it was."
        )
    return (
        f"This tries {where} with card {card.number}.\n"
        f"It is for a test card: never take a customer's.\n{does}\n"
        "Whatever is held is in the till's journal first: the till lets it go if this is cut short."
    )


def _agreed() -> bool:
    sys.stdout.write("Is it a test card, and shall it begin? [y/N] ")
    sys.stdout.flush()
    try:
        return sys.stdin.readline(10).strip().lower() in {"y", "yes"}
    finally:
        if not sys.stdin.isatty():
            sys.stdout.write("\n")


async def _walk(
    options: Options, settings: Settings, token: AccessToken, card: KnownCard, balance: Money
) -> Outcome:
    clock, folder = SystemClock(), options.data_folder()
    journal = journal_of(folder, vault_of(folder, settings.identity))
    recorder = FlightRecorder(folder, clock.now)
    try:
        open_here, _ = await journal.unfinished()
        if any(it.card == card.number and it.listed for it in open_here):
            raise EnvironmentFault(
                f"An earlier operation on card {card.number} is not settled: "
                "start the till, which settles it or says under Open holds (F5) what to do."
            )
        world = World(connector(settings, token, recorder), journal, clock, SystemIds(), _line)
        walk: type[Steps] = SaleWalk if options.issue else HoldWalk
        return await walk(world, settings, card, balance).go()
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


def _told(options: Options, settings: Settings, outcome: Outcome) -> None:
    """Print the settings that were found, or write them."""
    changes = _changes(settings, outcome)
    if not changes:
        return
    if not options.write:
        _say(f"\n{block(changes)}\n")
        return
    file = options.settings_file()
    wanted = load(file)  # what the file says, without what the command line says instead
    server = changes.get("loyalty", {}).get("server", wanted.loyalty.server)
    wanted = replace(wanted, loyalty=replace(wanted.loyalty, server=server, wire=outcome.loyalty.wire))
    try:
        kept = amend(file, changes, wanted, SystemClock().now())
    except SettingsError:
        _say(f"\n{block(changes)}\n")
        raise
    _say(f"Written into {file}; the old file is {kept}.")


def _changes(settings: Settings, outcome: Outcome) -> Changes:
    """What must be set otherwise than it is, by table and key."""
    server = outcome.loyalty.server
    return {
        **({"loyalty": {"server": server}} if server != settings.loyalty.server else {}),
        **({"loyalty.wire": outcome.differs} if outcome.differs else {}),
    }


def _line(finding: Finding) -> None:
    sys.stdout.write(told(finding))
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
