"""A shop that sells cards: its server, and what a cashier does to sell and undo."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from e2e.cashier import Cashier, Line
from e2e.program import Server, export

from centara_giftcard.sandbox import SandboxServer

CLASSIC, LIVE, BOX, FIFTY = "6091", "6092", "6093", "6094"
SOLD_ONCE, USED, TWICE = "6091700000000001", "6091700000000002", "6091700000000003"
SERIES = f"""
minimum = "5.00"
maximum = "500.00"
presets = ["25.00", "50.00"]
[[series]]
name = "Live"
number = "{LIVE}"
prefix = "{LIVE}"
length = 16
kind = "live_printed"
[[series]]
name = "Gift box"
number = "{BOX}"
prefix = "{BOX}"
length = 16
package_check = true
[[series]]
name = "Fifty"
number = "{FIFTY}"
prefix = "{FIFTY}"
length = 16
amount = "fixed"
value = "50.00"
"""


class Shop(Server):
    """A sandbox with blank cards of every series, one that was sold, and one that was used since."""

    def __init__(self, folder: Path) -> None:
        made = {s: [f"{s}80000000{s[3]}{n:03d}" for n in range(60)] for s in (CLASSIC, BOX, FIFTY)}
        self._blanks = {series: iter(numbers) for series, numbers in made.items()}
        blanks = [{"number": number} for numbers in made.values() for number in numbers]
        sold = {"created": "2026-01-05T09:30:00Z", "original": 40, "net": 40}
        known = [{"number": SOLD_ONCE, **sold}, {"number": USED, **sold, "net": 15}, {"number": TWICE}]
        seed = folder / "blanks.json"
        seed.write_text(json.dumps({"cards": [*blanks, *known]}))
        self._sandbox = SandboxServer(seed=seed)
        self.address = self._sandbox.start()

    def blank(self, series: str = CLASSIC) -> str:
        """The number of a card that was never sold."""
        return next(self._blanks[series])

    def card(self, number: str) -> dict[str, Any]:
        """A card as the server's books have it."""
        found: dict[str, Any] = next(it for it in self.books()["cards"] if it["number"] == number)
        return found

    def worth(self, number: str) -> tuple[bool, int]:
        """Whether a card is sold, and what is on it."""
        card = self.card(number)
        return card["created"] is not None, card["net"]

    def newest_live(self) -> str:
        """The number of the live card that was issued last."""
        made = [it for it in self.books()["operations"] if it["number"].startswith(LIVE)]
        number: str = made[-1]["number"]
        return number


OUTCOMES = {"done": {"sold", "undone"}, "refused": {"not_sold", "not_undone"}, "unclear": {"unclear"}}


def assert_books_agree(cashier: Cashier, shop: Shop) -> None:
    """Every operation's last word on the screen is what the journal says, and what the server did."""
    last = {
        line["operation"]: line for line in cashier.screens() if "outcome" in line and "operation" in line
    }
    rows = {row["id"]: row for row in export(cashier.data_dir)}
    assert last.keys() <= rows.keys()
    told = {id: (rows[id]["state"], line["outcome"]) for id, line in last.items()}
    assert {id: it for id, it in told.items() if it[1] not in {*OUTCOMES[it[0]], "unclear"}} == {}
    done = Counter((row["kind"], row["card"][-4:]) for row in rows.values() if row["state"] == "done")
    ours = {"issue", "unissue"}
    operations = [it for it in shop.books()["operations"] if it["kind"] in ours and it["number"] != TWICE]
    did = Counter((_kind(it), it["number"][-4:]) for it in operations)
    assert done - did == Counter()
    assert {kind for kind, _ in did - done} <= {"issue_live"}  # one whose reply was lost


def _kind(operation: dict[str, Any]) -> str:
    live = operation["kind"] == "issue" and operation["number"].startswith(LIVE)
    return "issue_live" if live else str(operation["kind"])


def masked(number: str) -> str:
    return f"•••• {number[-4:]}"


def put_on_list(cashier: Cashier, number: str, amount: str, cards: int = 1) -> None:
    """Scan a card, type its amount, Enter."""
    cashier.scan(number)
    cashier.sees("sell", "For how much?")
    cashier.type(amount)
    cashier.press("Return")
    cashier.sees("sell", f"{cards} card{'s' if cards > 1 else ''} on the list")


def sell(cashier: Cashier, number: str, amount: str = "30") -> Line:
    """Sell one card, whatever comes of it."""
    put_on_list(cashier, number, amount)
    cashier.press("F12")
    return cashier.wait(lambda line: "outcome" in line, "the sale has an outcome")


def sell_again(cashier: Cashier, number: str) -> Line:
    cashier.press("Return")
    cashier.sees("sell")
    return sell(cashier, number)


def choose_live(cashier: Cashier) -> None:
    cashier.press("ctrl+1")
    cashier.sees("sell", "For how much?")
    cashier.type("15")
    cashier.press("Return")
    cashier.sees("sell", "1 card on the list")
    cashier.press("F12")


def see_card_to_undo(cashier: Cashier, number: str, amount: str) -> None:
    cashier.press("F4")
    cashier.sees("undo")
    cashier.scan(number)
    cashier.sees("undo", f"Undo the sale of {amount}?")
