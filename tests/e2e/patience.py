"""A cashier who waits half a minute, and more; and how to wait for what no line of the recorder tells."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from e2e.cashier import PATIENCE_S, Cashier, Line
from e2e.program import Server

FRESH_S = 10.0
"""How long the till relies on a balance that it has read."""


def wait_for(condition: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    """Ask again until it is so: for what no line of the recorder tells."""
    pause = threading.Event()
    for _ in range(int(within_s / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come about in time")


@dataclass
class Story:
    """What the waiting cashier saw; the cards by the row of the catalogue they stand for."""

    cards: dict[int, str]
    checking: Line
    settled: Line
    asked_after_change: int
    unconfirmed: list[tuple[str, int]]
    confirmed: list[tuple[str, int]]


@dataclass
class Patient:
    """The till where it happened, its server, and what was seen there."""

    cashier: Cashier
    server: Server
    story: Story


def wait_patiently(cashier: Cashier, server: Server) -> Story:
    """Answers that were lost without a hold, a commit that is never answered, a balance that changes."""
    cards = {row: server.new_card() for row in (10, 19, 24, 27, 28)}
    server.misbehave(cards[24], "pay", {"fault": "status_before", "status": 500})
    server.misbehave(cards[10], "pay", {"fault": "status_before", "status": 429, "retry_after": "1"})
    for row, headline in ((24, "Checking the card"), (10, "Server busy. Checking the card")):
        cashier.asks(cards[row], "5")
        cashier.sees("requesting", headline, "unclear")
        cashier.press("Escape")
        cashier.sees("ready")
    server.misbehave(cards[28], "commit", {"fault": "drop_before", "times": None})
    cashier.holds(cards[28], "5")
    cashier.press("F12")
    cashier.sees("committing", "Confirming. Do not charge again", "unclear")
    cashier.press("Escape")
    cashier.sees("ready")
    server.misbehave(cards[19], "pay", "drop_before")
    cashier.asks(cards[19], "5")
    checking = cashier.sees("requesting", "Checking the card", "unclear")
    settled = cashier.sees("done", "Not paid. No hold was placed", "not_paid", within_s=90)
    cashier.next_customer()

    cashier.scan(cards[27])
    cashier.sees("card", "€100.00 available")
    server.elsewhere_held(cards[27], "96.00")
    threading.Event().wait(FRESH_S + 0.2)
    cashier.type("5")
    cashier.press("Return")
    cashier.sees("amount", "€4.00 is available")
    asked = server.asked(cards[27], "pay") - 1  # the other till's
    cashier.press("Escape")
    cashier.sees("ready")

    wait_for(lambda: cashier.journal_of(cards[28]) == [("unclear", 500)])
    unconfirmed = server.states(cards[28])
    server.misbehave(cards[28], "commit")
    cashier.kill()
    cashier.start()  # the decision is repeated at once
    wait_for(lambda: cashier.journal_of(cards[28]) == [("committed", 500)])
    return Story(cards, checking, settled, asked, unconfirmed, server.states(cards[28]))
