"""Operators at the real window: number and PIN or a badge, what each may do, and a colleague's leave."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from e2e.cashier import Cashier, opened
from e2e.program import PROGRAM, Server, environment, export, write_settings
from e2e.screen import Screen

pytestmark = pytest.mark.window

MANAGER, MANAGER_PIN, BADGE = "1", "846291750362", "STAFF-00417"  # no hash has them by chance
CASHIER, CASHIER_PIN = "7", "7391"
REQUIRED: Final = "[operators]\nrequired = true\n"


def operators(home: Path, data_dir: Path, given: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The command for operators, with its standard input."""
    return subprocess.run(
        [*PROGRAM, "--data-dir", str(data_dir), "operators", *words],
        env=environment(home),
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.fixture(scope="module")
def till(screen: Screen, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cashier]:
    """A till where somebody has to sign on, with a manager and a cashier."""
    folder = tmp_path_factory.mktemp("staff")
    settings = write_settings(folder / "settings.toml", server.address, reply_timeout_s=2, more=REQUIRED)
    for given, words in (
        (f"{MANAGER_PIN}\n{BADGE}\n", ("add", MANAGER, "--name", "Anna", "--group", "manager", "--badge")),
        (f"{CASHIER_PIN}\n", ("add", CASHIER, "--name", "Bo", "--group", "cashier")),
    ):
        assert operators(folder, folder / "data", given, *words).returncode == 0
    with opened(screen, settings) as cashier:
        yield cashier
    assert [line for line in cashier.lines() if line["event"] in {"fault", "journal_failed"}] == []


def signs_on(till: Cashier, number: str, pin: str) -> None:
    till.type(number)
    till.press("Return")
    till.type(pin)
    till.press("Return")


def test_a_day_with_two_operators(till: Cashier, server: Server, tmp_path: Path) -> None:
    # the till begins with the question who is there; a card scanned at it is not used
    assert any(line["screen"] == "sign_on" for line in till.screens())
    signs_on(till, CASHIER, "1234")
    till.wait(lambda line: line["event"] == "sign_on_denied" and line["why"] == "wrong", "a wrong PIN")
    signs_on(till, CASHIER, CASHIER_PIN)
    till.sees("ready")
    # a cashier takes a payment, and the journal says who
    operation = till.holds(server.new_card(), "12.50")
    till.press("F12")
    till.sees("done", "Paid", "paid")
    till.next_customer()
    # what a cashier may not do, a manager allows with the badge, this once, and the cashier goes on
    till.press("F9")
    till.sees("override", "This needs somebody's leave")
    till.scan(BADGE)
    till.wait(lambda line: line["event"] == "override" and line["by"] == MANAGER, "the manager's leave")
    till.sees("settings")
    till.press("F2")
    till.sees("ready")
    # who may not allow it either is told so, and Esc leaves it: nothing happens
    till.press("F6")
    till.sees("override")
    signs_on(till, CASHIER, CASHIER_PIN)
    till.wait(lambda line: line["event"] == "override_denied", "no leave")
    till.press("Escape")
    till.sees("ready")
    # the lock covers a hold; another operator signs on with a badge, and is told whose it is
    held = till.holds(server.new_card(), "10")
    till.press("F10")
    till.sees("lock")
    till.scan(BADGE)
    till.sees("hold", "A sale of operator 7 is open")
    till.touch("Take payment")  # by an eye that has read the notice
    till.sees("done", "Paid", "paid")
    till.next_customer()
    rows = {row["id"]: row for row in export(till.data_dir)}
    assert (rows[operation]["operator"], rows[held]["operator"]) == (CASHIER, CASHIER)
    assert (rows[operation]["state"], rows[held]["state"]) == ("committed", "committed")
    everything = b"".join(path.read_bytes() for path in till.data_dir.rglob("*") if path.is_file())
    for secret in (MANAGER_PIN, BADGE, f'"{CASHIER_PIN}"'):
        assert secret.encode() not in everything


def test_after_wrong_pins_the_till_makes_one_wait_until_a_new_pin(till: Cashier) -> None:
    if till.screens()[-1]["screen"] != "sign_on":  # as it is where this test comes first
        till.press("F10")
        till.sees("lock")
    why = ""
    while why != "wait":  # each pause is twice the one before: sooner or later no hand is slower
        signs_on(till, CASHIER, "5555")
        why = till.wait(lambda line: line["event"] == "sign_on_denied", "no way in")["why"]
        assert why in {"wrong", "wait"}
    # a new PIN lets them in again, without a new start of the till
    changed = operators(till.data_dir.parent, till.data_dir, "7392\n", "change", CASHIER, "--pin")
    assert (changed.returncode, changed.stderr) == (0, "")
    signs_on(till, CASHIER, "7392")
    till.sees("ready")


def test_a_till_without_operators_says_how_to_add_one(server: Server, tmp_path: Path) -> None:
    settings = write_settings(tmp_path / "settings.toml", server.address, more=REQUIRED)
    found = subprocess.run(
        [*PROGRAM, "--settings", settings, "--data-dir", tmp_path / "d", "--platform", "offscreen",
         "--quit-when-ready"],
        env=environment(tmp_path, CENTARA_GIFTCARD_TOKEN="t"),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert found.returncode == 2
    assert "centara-giftcard operators add ID --name NAME --group manager" in found.stderr
