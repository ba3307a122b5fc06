"""Four sounds, told apart by their pattern, from what the terminal tells."""

import pytest
from unit.presenters.face import CARD, card, payment, shown

from centara_giftcard.domain.cards import Standing
from centara_giftcard.domain.operation import Verdict
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.events import (
    Checking,
    KeyboardChanged,
    Ready,
    Refusal,
    ScannerChanged,
    ScanRefused,
    SellShown,
    Settled,
    StatusMissing,
    TerminalEvent,
    UndoShown,
    Why,
)
from centara_giftcard.terminal.ports import SourceState
from centara_giftcard.terminal.sales import SaleStep
from centara_giftcard.ui.presenters.sounds import OF_A_VERDICT, Sound, Sounds


def heard(*events: TerminalEvent) -> list[Sound]:
    played: list[Sound] = []
    sounds = Sounds(played.append)
    for event in events:
        sounds.told(event)
    return played


@pytest.mark.parametrize(
    ("event", "sound"),
    [
        (Checking(CARD), Sound.SCANNED),
        (SellShown(SaleStep.CHECKING, (), None, None, CARD, ()), Sound.SCANNED),
        (UndoShown(CARD, None, None, None, ()), Sound.SCANNED),
        (ScanRefused("length"), Sound.REFUSED),
        (Refusal(Why.FINISH_FIRST), Sound.REFUSED),
        (StatusMissing(CARD, Cause.NOT_FOUND, ""), Sound.REFUSED),
        (card(0, standing=Standing.EMPTY), Sound.REFUSED),
        (shown(payment(State.COMMITTED)), Sound.DONE),
        (shown(payment(State.REFUSED)), Sound.REFUSED),
        (shown(payment(State.UNCLEAR)), Sound.ATTENTION),
        (Settled(payment(State.COMMITTED)), Sound.ATTENTION),
        (KeyboardChanged(here=False), Sound.ATTENTION),
        (ScannerChanged(SourceState.LOST), Sound.ATTENTION),
        (ScannerChanged(SourceState.UNREADABLE), Sound.ATTENTION),
    ],
)
def test_each_event_has_its_sound(event: TerminalEvent, sound: Sound) -> None:
    assert heard(event) == [sound]


@pytest.mark.parametrize(
    "event",
    [
        Ready(),
        card(),
        shown(payment(State.HELD)),
        KeyboardChanged(here=True),
        ScannerChanged(SourceState.READY),
        SellShown(SaleStep.SCAN, (), None, None, None, ()),
        UndoShown(None, None, None, None, ()),
    ],
)
def test_what_the_cashier_waits_for_makes_none(event: TerminalEvent) -> None:
    assert heard(event) == []


def test_a_payment_that_is_shown_again_is_done_once() -> None:
    taken = shown(payment(State.COMMITTED))
    assert heard(shown(payment(State.COMMITTING)), taken, taken) == [Sound.DONE]


def test_every_refused_scan_is_heard() -> None:
    assert heard(ScanRefused("length"), ScanRefused("length")) == [Sound.REFUSED] * 2


def test_patterns_differ() -> None:
    assert len({sound.value for sound in Sound}) == len(Sound) == 4


def test_every_verdict_has_its_sound_or_its_silence() -> None:
    assert set(OF_A_VERDICT) == set(Verdict)
