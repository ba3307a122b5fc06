"""The lamps of the top bar."""

from msgspec.structs import replace
from unit.presenters.face import EUR, WORDS, card

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import Cause
from centara_giftcard.machine import SystemClock
from centara_giftcard.terminal.events import ServerHeard, ServerSilent
from centara_giftcard.ui.presenters.bars import Bars
from centara_giftcard.ui.presenters.first import ThisTill
from centara_giftcard.ui.presenters.views import Lamp, Tone


def lamps(bars: Bars) -> tuple[Lamp, ...]:
    return bars.view(None, {}, "till").lamps


def test_a_server_that_no_probe_has_proven_is_named_so_until_it_is() -> None:
    this_till = ThisTill("12", "3", "", scanner_configured=False, settings=(), proven=False)
    bars = Bars(WORDS, this_till, SystemClock())
    bars.told(ServerHeard(0.0124))
    assert lamps(bars)[0] == Lamp(Tone.ATTENTION, "Server not proven")
    bars.told(ServerSilent(Cause.TIMEOUT))
    assert lamps(bars)[0].text == "Server: no answer"


def test_a_server_that_does_not_tell_what_is_held_is_said_so_from_the_first_card_on() -> None:
    bars = Bars(WORDS, ThisTill("12", "3", "", scanner_configured=False, settings=()), SystemClock())
    bars.told(ServerHeard(0.0124))
    bars.told(card())
    assert lamps(bars)[0].text == "Server 12 ms"
    untold = replace(card().status, balance=Balance(Money(10_000, EUR), None))
    bars.told(replace(card(), status=untold))
    told = Lamp(Tone.ATTENTION, "Server: holds are not told")
    assert lamps(bars)[0] == told
    bars.told(ServerHeard(0.0124))
    assert lamps(bars)[0] == told
