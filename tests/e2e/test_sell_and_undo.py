"""Selling cards and undoing sales through the window; the numbers are the failure catalogue's rows."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.cashier import Cashier, Line
from e2e.program import Server, call, export, write_settings
from e2e.screen import Screen

from centara_giftcard.sandbox import SandboxServer

pytestmark = pytest.mark.window

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


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    yield shop
    shop.stop()


@pytest.fixture(scope="module")
def till(screen: Screen, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cashier]:
    """The till of this file; when it is put away, journal, server and screen agree about every card."""
    folder = tmp_path_factory.mktemp("selling")
    printer = f'[printer]\naddress = "{folder / "paper"}"\n'
    settings = write_settings(folder / "settings.toml", shop.address, 2, SERIES + printer)
    cashier = Cashier(screen, folder / "data", "--settings", settings)
    try:
        yield cashier
        assert cashier.end() == 0
        assert_books_agree(cashier, shop)
        assert [line for line in cashier.lines() if line["event"] in {"fault", "journal_failed"}] == []
        assert cashier.complaints() == ""
    finally:
        cashier.put_away()


@pytest.fixture
def cashier(till: Cashier) -> Cashier:
    """The till at Sell, with nothing on its list."""
    till.press("F2")
    till.catch_up()
    till.press("F3")
    for _ in range(4):
        till.press("Escape")
    till.press("F3")
    till.catch_up()
    till.press("F1", "F3")
    till.wait(lambda line: line.get("screen") == "sell", "an empty list")
    return till


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


def see_card_to_undo(cashier: Cashier, number: str, amount: str) -> None:
    cashier.press("F4")
    cashier.sees("undo")
    cashier.scan(number)
    cashier.sees("undo", f"Undo the sale of {amount}?")


# --- selling -----------------------------------------------------------------------------------------------


def test_a_card_is_sold_with_a_scan_an_amount_and_two_presses(cashier: Cashier, shop: Shop) -> None:
    number = shop.blank()
    put_on_list(cashier, number, "37.50")
    cashier.press("Return", "space", "KP_Enter", "Tab")  # nothing but F12 sells
    cashier.scan(number)
    cashier.sees("sell", "On the list already")
    assert shop.asked(number, "issue") == 0
    cashier.press("F12")
    line = cashier.sees("selling", "Sold", "sold")
    assert (line["card"], shop.worth(number)) == (masked(number), (True, 3750))
    assert [
        (r["kind"], r["state"], r["amount_minor"])
        for r in cashier.journal().values()
        if r["id"] == line["operation"]
    ] == [("issue", "done", 3750)]
    cashier.press("p")
    cashier.sees("receipt")
    cashier.press("Escape")
    cashier.sees("selling", "Sold", "sold")
    cashier.press("Return")
    cashier.sees("sell", "Sell gift cards")


def test_a_stack_of_cards_is_sold_in_one_go(cashier: Cashier, shop: Shop) -> None:
    """Typed, preset by Ctrl+2, fixed, after a package check; one is removed again."""
    typed, preset, fixed, boxed, removed = (
        shop.blank(series) for series in (CLASSIC, CLASSIC, FIFTY, BOX, CLASSIC)
    )
    put_on_list(cashier, typed, "10")
    cashier.scan(preset)
    cashier.sees("sell", "For how much?")
    cashier.press("ctrl+2", "Return")
    cashier.sees("sell", "2 cards on the list")
    cashier.scan(fixed)
    cashier.sees("sell", "3 cards on the list")
    cashier.scan(boxed)
    cashier.sees("sell", f"Scan the package of {masked(boxed)}")
    cashier.scan(boxed)
    cashier.sees("sell", "For how much?")
    cashier.type("7.25")
    cashier.press("Return")
    cashier.sees("sell", "4 cards on the list")
    put_on_list(cashier, removed, "5", 5)
    cashier.press("Delete")
    cashier.sees("sell", "4 cards on the list")
    cashier.press("F12")
    cashier.sees("selling", "Sold", "sold")
    cashier.wait(lambda line: line.get("outcome") == "sold" and "operation" not in line, "all are sold")
    cards = (typed, preset, fixed, boxed, removed)
    assert [shop.worth(it)[1] for it in cards] == [1000, 5000, 5000, 725, 0]
    told = {line.get("card"): line["outcome"] for line in cashier.screens() if "outcome" in line}
    assert {told[masked(it)] for it in cards[:4]} == {"sold"}


def test_a_card_is_sold_by_touch_alone(cashier: Cashier, shop: Shop) -> None:
    cashier.touch("Live")
    cashier.sees("sell", "For how much?")
    cashier.touch_pad("15")
    cashier.touch("Put on the list")
    cashier.sees("sell", "1 card on the list")
    cashier.touch("Sell the card €15.00")
    cashier.sees("selling", "Scan the printed card", "sold")
    cashier.scan(shop.newest_live())
    cashier.sees("selling", "Sold", "sold")


@pytest.mark.parametrize(
    ("typed", "headline"),
    [
        ("4.99", "Too little for this series"),
        ("500.01", "Too much for this series"),
        ("0", "Not zero"),
        ("", "Type"),
    ],
)
def test_an_amount_that_is_not_allowed_sends_nothing(
    cashier: Cashier, shop: Shop, typed: str, headline: str
) -> None:
    number = shop.blank()
    cashier.scan(number)
    cashier.sees("sell", "For how much?")
    cashier.type(typed)
    cashier.press("Return")
    cashier.sees("sell", headline)
    assert shop.asked(number, "issue") == 0


def test_cards_that_cannot_be_sold_say_why(cashier: Cashier, shop: Shop) -> None:
    for number, headline in (
        (SOLD_ONCE, f"{masked(SOLD_ONCE)}: Already active"),
        ("6091999999999999", "Card not known"),
        ("6092111122223333", "Card not known"),
        ("7777111122223333", "Not one of our cards"),
    ):
        cashier.scan(number)
        cashier.sees("sell", headline)


@pytest.mark.parametrize(
    "keys",
    [
        [*"4006381333931", "F12"],
        [*"4006381333931", "Return", "F12"],
        ["F12", "F12"],
        [*"400638", "Delete", *"1333931", "Return"],
        ["ctrl+1", *"500", "Return", "F12"],
    ],
)
def test_no_code_sells_a_list_or_changes_it(cashier: Cashier, shop: Shop, keys: list[str]) -> None:
    number = shop.blank()
    put_on_list(cashier, number, "10")
    cashier.wedge(keys)
    cashier.sees("sell", "Scan again")
    cashier.press("Down")  # read and answered
    cashier.sees("sell", "1 card on the list")
    assert shop.asked(number, "issue") == 0


def test_swapped_sleeves_are_found(cashier: Cashier, shop: Shop) -> None:
    card, sleeve = shop.blank(BOX), shop.blank(BOX)
    cashier.scan(card)
    cashier.sees("sell", "Scan the package")
    cashier.scan(sleeve)
    cashier.sees("sell", "Package and card do not match")
    assert (shop.asked(card, "issue"), shop.asked(sleeve, "issue")) == (0, 0)


def test_a_list_is_dropped_only_when_escape_is_pressed_twice(cashier: Cashier, shop: Shop) -> None:
    number = shop.blank()
    put_on_list(cashier, number, "20")
    cashier.press("Escape")
    cashier.sees("sell", "Drop the list?")
    cashier.press("Down")
    cashier.sees("sell", "1 card on the list")
    cashier.press("Escape", "Escape")
    cashier.sees("sell", "Sell gift cards")
    assert shop.asked(number, "issue") == 0


# --- what goes wrong ---------------------------------------------------------------------------------------


def test_a_lost_reply_to_an_issue_is_settled_by_reading_the_card(cashier: Cashier, shop: Shop) -> None:
    """Row 13: issued with our amount."""
    number = shop.blank()
    shop.misbehave(number, "issue", "drop_after")
    assert sell(cashier, number)["outcome"] == "unclear"
    cashier.sees("selling", "Sold", "sold")
    assert (shop.asked(number, "issue"), shop.worth(number)) == (1, (True, 3000))


def test_an_issue_that_never_arrived_may_be_sold_again(cashier: Cashier, shop: Shop) -> None:
    """Row 13: still not issued after half a minute; the till itself sends nothing twice."""
    number = shop.blank()
    shop.misbehave(number, "issue", "drop_before")
    assert sell(cashier, number)["outcome"] == "unclear"
    cashier.sees("selling", "Not sold", "not_sold", within_s=45)
    assert shop.asked(number, "issue") == 1
    assert sell_again(cashier, number)["outcome"] == "sold"
    assert shop.worth(number) == (True, 3000)


def sell_again(cashier: Cashier, number: str) -> Line:
    cashier.press("Return")
    cashier.sees("sell")
    return sell(cashier, number)


def test_a_card_that_another_till_sold_meanwhile_is_not_ours(cashier: Cashier, shop: Shop) -> None:
    """Row 14."""
    put_on_list(cashier, TWICE, "30")
    shop._post(f"giftcards/{TWICE}/_issue", b'{"amount": 80.00}')
    cashier.press("F12")
    cashier.sees("selling", "Not sold", "not_sold")
    assert shop.worth(TWICE) == (True, 8000)


def test_a_lost_live_card_is_for_a_supervisor(cashier: Cashier, shop: Shop) -> None:
    """Row 15: never repeated; it is on the list of exceptions."""
    made = shop.books()["requests"]["issue_live"]
    shop.misbehave(LIVE, "issue_live", "drop_after")
    choose_live(cashier)
    line = cashier.sees("selling", "Unclear", "unclear")
    assert shop.books()["requests"]["issue_live"] == made + 1
    cashier.press("F5")
    assert "Open holds" in cashier.sees("holds")["headline"]
    assert cashier.journal()[line["operation"]]["state"] == "unclear"


def choose_live(cashier: Cashier) -> None:
    cashier.press("ctrl+1")
    cashier.sees("sell", "For how much?")
    cashier.type("15")
    cashier.press("Return")
    cashier.sees("sell", "1 card on the list")
    cashier.press("F12")


def test_an_unprinted_card_is_offered_again_after_a_power_cut(cashier: Cashier, shop: Shop) -> None:
    """Row 16."""
    choose_live(cashier)
    cashier.sees("selling", "Scan the printed card", "sold")
    cashier.kill()
    cashier.start()
    cashier.press("F3")
    cashier.sees("sell", "An unprinted card was found")
    number = shop.newest_live()
    cashier.scan(number)
    cashier.sees("sell", f"{masked(number)} is handed over")
    cashier.press("Up")
    cashier.sees("sell", "Sell gift cards")


def test_the_sale_of_an_unprinted_card_can_be_undone(cashier: Cashier, shop: Shop) -> None:
    choose_live(cashier)
    cashier.sees("selling", "Scan the printed card", "sold")
    number = shop.newest_live()
    cashier.press("u")
    cashier.sees("undo", "Undo the sale of €15.00?")
    cashier.press("F12")
    cashier.sees("undoing", "Sale undone", "undone")
    assert shop.worth(number) == (False, 0)
    cashier.press("F3")
    cashier.sees("sell", "Sell gift cards")  # nothing waits to be printed any more


def test_a_live_card_that_is_undone_slowly_is_never_said_to_be_handed_over(
    cashier: Cashier, shop: Shop
) -> None:
    """The cashier is back on Sell when the answer comes: what is in view decides nothing."""
    choose_live(cashier)
    operation = cashier.sees("selling", "Scan the printed card", "sold")["operation"]
    number = shop.newest_live()
    cashier.press("Escape")
    cashier.sees("sell", "A card was not scanned back")
    shop.misbehave(number, "unissue", {"fault": "delay_after", "seconds": 1.5, "times": 1})
    cashier.press("u")
    cashier.sees("undo", "Undo the sale of €15.00?")
    cashier.press("F12")
    cashier.sees("undoing", "Undoing the sale")
    cashier.press("F3")
    cashier.sees("sell", "Sell gift cards")  # nothing waits to be printed any more
    assert shop.worth(number) == (False, 0)
    about = [line for line in cashier.screens() if line.get("card") == masked(number)]
    assert [line for line in about if "is handed over" in line["headline"]] == []
    cashier.press("F4")
    cashier.sees("undoing", "Sale undone", "undone")
    told = call(cashier.data_dir.parent, "journal", "events", operation, "--data-dir", cashier.data_dir)
    words = {json.loads(line)["event"].lower().replace("_", "") for line in told.stdout.splitlines()}
    assert "undone" in words
    assert "handedover" not in words


def test_an_amount_typed_while_the_card_is_checked_is_sold_whole(cashier: Cashier, shop: Shop) -> None:
    number = shop.blank()
    shop.misbehave(number, "status", {"fault": "delay_before", "seconds": 1.0, "times": 1})
    cashier.scan(number)
    cashier.type("12.50")
    cashier.sees("sell", "For how much?")
    cashier.press("Return")
    cashier.sees("sell", "1 card on the list")
    cashier.press("F12")
    cashier.sees("selling", "Sold", "sold")
    assert shop.worth(number) == (True, 1250)


def test_a_list_is_made_sold_and_left_by_touch_alone(cashier: Cashier, shop: Shop) -> None:
    number = shop.blank()
    cashier.touch_pad(number)
    cashier.touch("Check card")
    cashier.sees("sell", "For how much?")
    cashier.touch_pad("30")
    cashier.touch("Put on the list")
    cashier.sees("sell", "1 card on the list")
    cashier.touch("Drop the list")
    cashier.sees("sell", "Drop the list?")
    cashier.touch("Keep the list")
    cashier.sees("sell", "1 card on the list")
    cashier.touch("Sell the card €30.00")
    cashier.sees("selling", "Sold", "sold")
    cashier.touch("Next sale")
    cashier.sees("sell", "Sell gift cards")
    assert shop.worth(number) == (True, 3000)


def test_a_refused_scan_stays_over_the_list_until_it_is_answered(cashier: Cashier, shop: Shop) -> None:
    put_on_list(cashier, shop.blank(), "30")
    cashier.scan("4006381333931")
    refused = cashier.sees("sell", "Scan again")
    cashier.catch_up()
    cashier.press("Up")
    cashier.sees("sell", "1 card on the list")
    assert refused["screen"] == "sell"


# --- undoing -----------------------------------------------------------------------------------------------


def test_a_sale_is_undone(cashier: Cashier, shop: Shop) -> None:
    number = shop.blank()
    sell(cashier, number)
    see_card_to_undo(cashier, number, "€30.00")
    cashier.press("Return", "space", "Tab")
    cashier.scan(number)
    cashier.press("F1")
    cashier.sees("help")
    cashier.press("F4")
    cashier.sees("undo", "Undo the sale of €30.00?")
    assert shop.asked(number, "unissue") == 0
    cashier.press("F12")
    line = cashier.sees("undoing", "Sale undone", "undone")
    assert (line["card"], shop.worth(number)) == (masked(number), (False, 0))


def test_a_recent_sale_is_picked_with_the_arrows(cashier: Cashier, shop: Shop) -> None:
    first, second = shop.blank(), shop.blank()
    sell(cashier, first)
    sell_again(cashier, second)
    cashier.press("F4")
    cashier.sees("undo", "Undo a sale")
    cashier.press("Down", "Return")
    assert cashier.sees("undo", "Undo the sale of €30.00?")["card"] == masked(first)
    cashier.press("F12")
    cashier.sees("undoing", "Sale undone", "undone")
    assert [shop.worth(it)[0] for it in (first, second)] == [False, True]


def test_a_sale_that_cannot_be_undone_says_why(cashier: Cashier, shop: Shop) -> None:
    cashier.press("F4")
    for number, headline in ((USED, "Not as it was sold"), (shop.blank(), "Never sold")):
        cashier.scan(number)
        cashier.sees("undo", f"{masked(number)}: {headline}")
        cashier.press("F12")
        assert shop.asked(number, "unissue") == 0


def test_a_lost_reply_to_an_unissue_is_settled_by_reading_the_card(cashier: Cashier, shop: Shop) -> None:
    """Row 17."""
    number = shop.blank()
    sell(cashier, number)
    shop.misbehave(number, "unissue", "drop_after")
    see_card_to_undo(cashier, number, "€30.00")
    cashier.press("F12")
    cashier.sees("undoing", "Checking the card", "unclear")
    cashier.sees("undoing", "Sale undone", "undone")
    assert shop.asked(number, "unissue") == 1


def test_a_card_that_is_used_while_its_sale_is_undone_stays_sold(cashier: Cashier, shop: Shop) -> None:
    """Row 18: the server refuses, and the card shows why."""
    number = shop.blank()
    sell(cashier, number)
    see_card_to_undo(cashier, number, "€30.00")
    shop.elsewhere_held(number, "10.00")
    hold = shop.holds(number)[0]
    shop._post(f"giftcards/{number}/authorizations/{hold.code}/_commit")
    cashier.press("F12")
    cashier.sees("undoing", "Not undone. The card was used", "not_undone")
    assert shop.worth(number) == (True, 2000)
