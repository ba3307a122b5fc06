"""The failure catalogue's rows that take half a minute: one cashier's patience is enough for all of them."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from e2e.cashier import opened
from e2e.conftest import assert_all_is_well
from e2e.patience import Patient, Story, wait_for, wait_patiently
from e2e.program import Server, write_settings
from e2e.screen import Screen

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def patient(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patient]:
    folder = tmp_path_factory.mktemp("patient")
    server = Server(folder)
    settings = write_settings(folder / "settings.toml", server.address)
    with opened(screen, settings) as cashier:
        yield Patient(cashier, server, wait_patiently(cashier, server))
    assert_all_is_well(cashier, server)
    server.stop()


@pytest.fixture
def story(patient: Patient) -> Story:
    return patient.story


def test_no_hold_is_believed_only_after_half_a_minute_of_quiet(patient: Patient, story: Story) -> None:
    """Rows 10, 19 and 24: nothing is requested again by itself, whether the cashier waits or has gone on."""
    waited = datetime.fromisoformat(story.settled["ts"]) - datetime.fromisoformat(story.checking["ts"])
    assert 29.9 <= waited.total_seconds() <= 33
    for row in (10, 19, 24):
        number = story.cards[row]
        wait_for(lambda number=number: patient.cashier.journal_of(number) == [("not_held", 500)])  # type: ignore[misc]
        assert patient.server.states(number) == []
        assert patient.server.asked(number, "pay") == 1


def test_a_balance_that_changed_since_the_scan_is_shown_and_nothing_requested(
    patient: Patient, story: Story
) -> None:
    """Row 27."""
    assert story.asked_after_change == 0
    assert patient.cashier.journal_of(story.cards[27]) == []


def test_a_commit_that_six_tries_could_not_confirm_is_confirmed_after_a_restart(
    patient: Patient, story: Story
) -> None:
    """Rows 28 and 36: unclear, with the hold still open at the server; then committed, once."""
    assert story.unconfirmed == [("open", 500)]
    assert story.confirmed == [("committed", 500)]
    codes = {hold.code for hold in patient.server.holds(story.cards[28])}
    assert len(codes) == 1
    assert patient.server.asked(story.cards[28], "commit") == 7
