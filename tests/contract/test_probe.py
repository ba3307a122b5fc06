"""`doctor --probe` at servers on real sockets: what it finds, what it never does, what it leaves behind."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contract.probe_server import NUMBER, Dialect, LoyaltyServer, loyalty_server
from unit.test_translations import TRANSLATED, untranslated

from centara_giftcard.__main__ import main
from centara_giftcard.probe import command
from centara_giftcard.probe.finding import Finding, Mark
from centara_giftcard.probe.finding import told as finding_line
from centara_giftcard.probe.proof import UNITS_FILE
from centara_giftcard.sandbox import SandboxServer
from centara_giftcard.words import Words

SETTINGS = """\
# the shop's own words
[till]
store = "12"
pos = "3"
currency = "EUR"
[loyalty]
server = "{address}/loyalty/api/v1/pos"
group = "acme"
reply_timeout_s = 0.4
[loyalty.wire]   # how it speaks
{wire}
[[series]]
name = "Classic"
number = "6091"
prefix = "6091"
length = 16
"""


class Probe:
    """A till's folder, and the probe run on it as the command line runs it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = folder / "settings.toml"
        self.data = folder / "data"
        self._capsys = capsys

    def run(
        self,
        server: LoyaltyServer | SandboxServer,
        *more: str,
        wire: str = "",
        card: str = NUMBER,
        balance: str = "50.00",
    ) -> int:
        if wire or not self.file.exists():
            address = server.address.removesuffix("/loyalty/api/v1/pos")
            self.file.write_text(SETTINGS.format(address=address, wire=wire))
        call = ["doctor", "--probe", card, "--balance", balance, "--yes", *more]
        self.status = main([*call, "--settings", str(self.file), "--data-dir", str(self.data)])
        told = self._capsys.readouterr()
        self.out, self.err = told.out, told.err
        return self.status

    def doctor(self) -> int:
        """Plain `doctor`, after it."""
        status = main(["doctor", "--settings", str(self.file), "--data-dir", str(self.data)])
        self.out = self._capsys.readouterr().out
        return status

    def line(self, subject: str) -> tuple[str, str]:
        """Mark and sentence of the last finding about a subject."""
        found = [line.split(maxsplit=2) for line in self.out.splitlines() if line[5:14].strip() == subject]
        assert found, self.out
        return found[-1][0], found[-1][2]

    def journal(self) -> list[tuple[str, str]]:
        """Kind and state of every operation, and nothing open."""
        main(["journal", "export", "--data-dir", str(self.data)])
        return [(it["kind"], it["state"]) for it in json.loads(self._capsys.readouterr().out)]


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTARA_GIFTCARD_TOKEN", "till-3")


@pytest.fixture
def probe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Probe]:
    """What any of these tests finds wrong, the window could tell in each of its languages."""
    english = set[str]()

    def told(finding: Finding) -> str:
        if finding[0] is Mark.FAIL:
            english.update(*(untranslated(finding[2], Words(language)) for language in TRANSLATED))
        return finding_line(finding)

    monkeypatch.setattr(command, "told", told)
    yield Probe(tmp_path, capsys)
    assert english == set()


WALK = ["status", "_pay", "status", "_cancel", "status", "_commit", "status"]


def test_a_server_that_speaks_as_set_is_proven_and_the_card_is_as_it_was(probe: Probe) -> None:
    with loyalty_server() as server:
        assert probe.run(server) == 0, probe.out
        assert server.calls() == WALK
        assert (server.net, server.held) == (5000, 0)
    assert "FAIL" not in probe.out
    assert "[loyalty.wire]" not in probe.out
    assert probe.journal() == [("payment", "cancelled")]
    assert NUMBER not in probe.out
    assert "A-1" not in probe.out


def test_what_is_not_set_is_printed_to_paste_and_then_proven(probe: Probe) -> None:
    with loyalty_server(Dialect(net_excludes=True)) as server:
        assert probe.run(server) == 1
        assert probe.line("net") == (
            "FAIL",
            "the net amount is without what is held: set loyalty.wire.net_excludes_holds = true",
        )
        assert "\n[loyalty.wire]\nnet_excludes_holds = true\n" in probe.out
        assert (server.net, server.held) == (5000, 0)
        assert probe.run(server, wire="net_excludes_holds = true") == 0, probe.out


def test_what_is_not_set_is_written_and_the_old_file_kept(probe: Probe) -> None:
    with loyalty_server(Dialect(net_excludes=True)) as server:
        wire = "net_excludes_holds = false   # we think"
        assert probe.run(server, "--write", wire=wire) == 1
        old = SETTINGS.format(address=server.address, wire=wire)
        assert probe.file.read_text() == old.replace("= false   # we", "= true   # we")
        kept = list(probe.file.parent.glob("settings.toml.*"))
        assert [file.read_text() for file in kept] == [old]
        assert probe.run(server) == 0, probe.out


def test_it_asks_before_it_begins_and_no_is_no(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with loyalty_server() as server:
        probe.file.write_text(SETTINGS.format(address=server.address, wire=""))
        words = ["doctor", "--probe", NUMBER, "--balance", "50.00", "--settings", str(probe.file)]
        for answer, status in ((b"", 2), (b"n\n", 2), (b"y\n", 0)):
            done = subprocess.run(
                [sys.executable, "-m", "centara_giftcard", *words, "--data-dir", str(probe.data)],
                input=answer,
                capture_output=True,
                timeout=30,
            )
            assert done.returncode == status, done
            assert b"never take a customer's" in done.stdout
            assert bool(server.asked) is (status == 0)


# --- what it must not do -----------------------------------------------------------------------------------


def test_a_customer_s_card_is_read_and_nothing_else(probe: Probe) -> None:
    with loyalty_server(net=4999) as server:
        assert probe.run(server) == 1
        assert server.calls() == ["status"]
    assert probe.line("balance")[0] == "FAIL"
    assert "is it the test card?" in probe.line("balance")[1]
    assert "49.99" not in probe.out
    assert probe.journal() == []


@pytest.mark.parametrize(
    ("card", "balance", "words"),
    [
        ("7777000000000017", "50.00", "its number begins like that of no series in the settings"),
        ("609100000000001", "50.00", "one digit is missing"),
        ("6091 0000 0000 001x", "50.00", "numbers of digits only"),
        (NUMBER, "0", "What is on the test card must be an amount above zero, such as 50.00"),
        (NUMBER, "fifty", "What is on the test card must be an amount"),
        (NUMBER, "50.001", "What is on the test card must be an amount"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_asked(
    probe: Probe, card: str, balance: str, words: str
) -> None:
    with loyalty_server() as server:
        assert probe.run(server, card=card, balance=balance) == 2
        assert server.asked == []
    assert words in probe.err


def test_a_card_that_the_server_counts_to_another_series_is_not_touched(probe: Probe) -> None:
    with loyalty_server() as server:
        text = SETTINGS.format(address=server.address, wire="").replace('number = "6091"', 'number = "77"')
        probe.file.write_text(text)
        assert probe.run(server) == 1
        assert server.calls() == ["status"]
    assert 'the server counts the card to series "6091"' in probe.line("series")[1]


def test_a_card_with_a_hold_is_not_touched_so_two_probes_cannot_meet(probe: Probe) -> None:
    with loyalty_server(held=1) as server:
        assert probe.run(server) == 1
        assert server.calls() == ["status"]
    assert "is held on it already" in probe.line("card")[1]


def test_a_server_that_does_not_tell_what_is_held_is_told_so_and_nothing_is_held(probe: Probe) -> None:
    with loyalty_server(Dialect(tells_holds=False)) as server:
        assert probe.run(server) == 1
        assert server.calls() == ["status"]
    assert "does not tell what is held (account.amountAuthorized)" in probe.line("held")[1]
    assert (probe.data / UNITS_FILE).exists()  # the balance that was known was read all the same


def test_while_the_till_runs_there_is_no_probe(probe: Probe) -> None:
    from centara_giftcard.journal.instance import InstanceLock

    lock = InstanceLock(probe.data)
    lock.acquire()
    try:
        with loyalty_server() as server:
            assert probe.run(server) == 2
            assert server.asked == []
    finally:
        lock.release()
    assert "already running" in probe.err


# --- half-way ----------------------------------------------------------------------------------------------


def till_settles(probe: Probe, server: LoyaltyServer) -> list[tuple[str, str]]:
    """Start the till, which takes up what was left; what became of it."""
    words = ["--settings", str(probe.file), "--data-dir", str(probe.data), "--platform", "offscreen"]
    subprocess.run(
        [sys.executable, "-m", "centara_giftcard", *words, "--quit-when-ready"], check=True, timeout=60
    )
    return probe.journal()


def test_a_refused_hold_ends_the_walk_and_nothing_is_left(probe: Probe) -> None:
    def refuse(_: LoyaltyServer) -> Any:
        return 422, {"detail": "Below the minimum of 1.00"}

    with loyalty_server(before={"_pay": refuse}) as server:
        assert probe.run(server) == 1
        assert server.calls() == ["status", "_pay", "status"]
    mark, sentence = probe.line("hold")
    assert (mark, "“Below the minimum of 1.00”" in sentence, "nothing is held" in sentence) == (
        "FAIL",
        True,
        True,
    )
    assert probe.journal() == [("payment", "refused")]


def test_a_hold_whose_answer_was_lost_is_told_and_left_to_the_till(probe: Probe) -> None:
    with loyalty_server(before={"_pay": lambda _: "lost"}) as server:
        assert probe.run(server) == 1
        assert server.held == 1
    assert "no code is known that would free it" in probe.line("left")[1]
    assert probe.journal() == [("payment", "orphan_hold")]


def test_a_server_that_goes_down_under_the_hold_leaves_it_to_the_next_start(probe: Probe) -> None:
    """Nothing of it is lost: the till lets it go by itself."""

    def down(server: LoyaltyServer) -> Any:
        return "cut" if server.held else None

    with loyalty_server(before={"status": down, "_cancel": down}) as server:
        assert probe.run(server) == 1
        assert server.held == 1
        assert "the till lets it go at its next start" in probe.line("left")[1]
        assert probe.run(server) == 2
        assert "An earlier operation on card •••• 0017 is not settled" in probe.err
        server.before.clear()
        assert till_settles(probe, server) == [("payment", "cancelled")]
        assert server.held == 0


def test_a_power_cut_under_the_hold_loses_nothing(probe: Probe) -> None:
    """The process is killed where it hurts most: the server holds, and the answer is not written down yet."""
    victims: list[subprocess.Popen[bytes]] = []

    def cut(server: LoyaltyServer) -> Any:
        if server.held:
            victims[0].kill()
            victims[0].wait()
        return None

    with loyalty_server(before={"_cancel": cut}) as server:
        probe.file.write_text(SETTINGS.format(address=server.address, wire=""))
        words = ["doctor", "--probe", NUMBER, "--balance", "50.00", "--yes", "--settings", str(probe.file)]
        command = [sys.executable, "-m", "centara_giftcard", *words, "--data-dir", str(probe.data)]
        victims.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        assert victims[0].wait(30) != 0
        server.held, server.before = 1, {}  # the cancel that was under way never came
        assert probe.journal() == [("payment", "cancelling")]
        assert till_settles(probe, server) == [("payment", "cancelled")]
        assert server.held == 0


def test_a_hold_that_does_not_come_back_is_told(probe: Probe) -> None:
    with loyalty_server(before={"_cancel": lambda _: (204, None)}) as server:
        assert probe.run(server) == 1
        assert "_commit" not in server.calls()
    assert "was accepted; the reading shows it still held" in probe.line("cancel")[1]
    assert probe.line("left")[0] == "FAIL"
    assert probe.journal() == [("payment", "cancelling")]


def test_a_card_that_moves_meanwhile_ends_the_walk(probe: Probe) -> None:
    def spend(server: LoyaltyServer) -> Any:
        server.net -= 700 * (server.net == 5000)

    with loyalty_server(before={"_cancel": spend}) as server:
        assert probe.run(server) == 1
        assert server.held == 0
        assert "_commit" not in server.calls()
    assert "EUR 43.00 is on it now: it moved meanwhile" in probe.line("card")[1]


def test_a_hold_that_no_reading_shows_is_let_go_and_nothing_more_is_tried(probe: Probe) -> None:
    """Without a reading nothing proves that it is gone, so it must not be asked for."""

    def unmoved(server: LoyaltyServer) -> Any:
        held, server.held = server.held, 0
        answer = 200, server.document()
        server.held = held
        return answer

    with loyalty_server(before={"status": unmoved}) as server:
        assert probe.run(server) == 1
        assert server.held == 0
        assert "_commit" not in server.calls()
    assert probe.line("net") == ("FAIL", "the reading under the hold does not show it")
    assert "nothing more is tried" in probe.line("card")[1]
    assert probe.journal() == [("payment", "cancelled")]


def test_a_hold_a_hundredfold_names_the_units(probe: Probe) -> None:
    def hundredfold(server: LoyaltyServer) -> Any:
        server.held += 99

    with loyalty_server(before={"_pay": hundredfold}) as server:
        assert probe.run(server) == 1
        assert server.held == 0
    assert probe.line("net")[1].endswith(
        "EUR 1.00 more held, EUR 0.00 less on the card: see loyalty.wire.amounts"
    )


@pytest.mark.parametrize("call", ["_pay", "_cancel"])
def test_a_token_that_is_refused_half_way_is_told_as_such(probe: Probe, call: str) -> None:
    with loyalty_server(before={call: lambda _: (401, {"message": "Not this token"})}) as server:
        assert probe.run(server) == 1
        assert server.calls().count(call) == 1
    assert "the access token is not accepted (401): “Not this token”; " in probe.out
    assert "loyalty.wire" not in probe.out


def test_an_unreadable_error_is_never_taken_for_a_code(probe: Probe) -> None:
    def fail(server: LoyaltyServer) -> Any:
        server.held += 1
        return 500, {"message": "A-1"}

    with loyalty_server(before={"_pay": fail}) as server:
        assert probe.run(server) == 1
        assert server.calls() == ["status", "_pay", "status"]
    assert "no code is known that would free it" in probe.line("left")[1]


def test_a_commit_that_takes_what_was_let_go_is_told(probe: Probe) -> None:
    def take(server: LoyaltyServer) -> Any:
        server.net -= 1
        return 200, None

    with loyalty_server(before={"_commit": take}) as server:
        assert probe.run(server) == 1
    assert "a commit of a hold that was let go took the money all the same" in probe.line("card")[1]
    assert probe.run(server) != 0  # not proven, and the balance is another now


# --- what it finds out -------------------------------------------------------------------------------------


def test_a_token_that_is_wanted_in_another_way_is_found_with_readings_only(probe: Probe) -> None:
    with loyalty_server(Dialect(header="Authorize")) as server:
        assert probe.run(server) == 1
        assert server.calls()[-len(WALK) :] == WALK
    assert probe.line("token")[
        1
    ] == "it is accepted as “Authorize: Bearer …”: set loyalty.wire.auth_header = " + ('"Authorize"')


def test_a_token_that_is_not_accepted_at_all_is_told(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTARA_GIFTCARD_TOKEN", "another")
    with loyalty_server() as server:
        assert probe.run(server) == 1
        assert set(server.calls()) == {"status"}
    assert "the access token is not accepted (401)" in probe.line("card")[1]
    assert "another" not in probe.out


def test_another_base_path_is_found(probe: Probe) -> None:
    with loyalty_server(Dialect(base="/loyalty/gw")) as server:
        assert probe.run(server) == 1
        assert f'set loyalty.server = "{server.address}/loyalty/gw"' in probe.line("server")[1]
        assert probe.run(server, "--write") == 1
        assert probe.run(server) == 0, probe.out


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, {"message": "No such card"}), "does not know this card (“No such card”)"),
        (
            (404, {"message": "Unknown group"}),
            'the loyalty group "acme" (“Unknown group”): mend loyalty.group',
        ),
        ((404, None), "404 without a word of the server's own: the path of loyalty.server is wrong, or"),
    ],
)
def test_why_a_card_is_not_found_is_told_as_far_as_the_server_tells(
    probe: Probe, answer: Any, words: str
) -> None:
    with loyalty_server(before={"status": lambda _: answer}) as server:
        assert probe.run(server) == 1
    assert words in probe.line("card")[1]


def pascal(name: str) -> str:
    return name[:1].upper() + name[1:]


@pytest.mark.parametrize(
    ("dialect", "subject", "words"),
    [
        (Dialect(names=pascal), "names", "the balance at Account.AmountNet"),
        (Dialect(wrapper="data"), "code", "the auth code stands at data.authCode"),
        (Dialect(code=77001, cancel_by="instruments/gc-17"), "code", "at authCode, a number"),
        (Dialect(code="A-17-1", hold=lambda server, amount: "A-17-1"), "code", "alone, as the whole answer"),
        (Dialect(hold=lambda server, amount: {"authCode": "A-1"}), "hold", "not told: it is taken as asked"),
        (Dialect(created="2026-01-05T09:30:00.1234567"), "dates", "times without a zone are read as UTC"),
        (Dialect(created=1767605400), "dates", "a number of seconds since 1970"),
        (Dialect(refusal=(200, {"success": False})), "refusal", "in a success, which is understood"),
        (Dialect(refusal=(422, {"detail": "Gone"})), "refusal", "it says no with 422, application/json"),
        (Dialect(refusal=(404, {"message": "No such hold"})), "commit", "addressed by the card's number"),
        (Dialect(refusal=(404, None), unknown=(404, None)), "commit", "cannot be told"),
    ],
)
def test_what_needs_no_setting_is_told_and_proven(
    probe: Probe, dialect: Dialect, subject: str, words: str
) -> None:
    with loyalty_server(dialect) as server:
        assert probe.run(server) == 0, probe.out
        assert (server.net, server.held) == (5000, 0)
    assert words in probe.line(subject)[1]


def test_a_code_under_a_name_of_its_own_is_found_by_the_release_that_it_makes(probe: Probe) -> None:
    hold = lambda server, amount: {"ticket": {"ref": "A-1"}, "till": "3", "amount": amount}  # noqa: E731
    with loyalty_server(Dialect(hold=hold)) as server:
        assert probe.run(server) == 1
        assert (server.net, server.held) == (5000, 0)
    assert probe.line("code")


def test_after_a_probe_that_went_well_doctor_has_nothing_against_the_settings(probe: Probe) -> None:
    """A hold of a cent was taken for a hundredth of what was asked."""
    with loyalty_server() as server:
        assert probe.run(server) == 0
        assert probe.doctor() == 0, probe.out
    assert probe.line("answers")[0] == "ok"
    assert probe.line("server")[1].endswith("a probe went well with it")


# --- a sale ------------------------------------------------------------------------------------------------


def test_a_sale_is_tried_only_when_told_and_undone(probe: Probe) -> None:
    with loyalty_server(Dialect(created=None), net=0, original=0) as server:
        assert probe.run(server, "--issue") == 0, probe.out
        assert server.calls() == ["status", "_issue", "status", "_unissue", "status"]
        assert server.net == 0
    assert probe.line("sold") == ("ok", "a sold card is told by created and by value")
    assert probe.journal() == [("issue", "done"), ("unissue", "done")]


def test_a_sale_is_not_tried_with_a_card_that_is_sold(probe: Probe) -> None:
    with loyalty_server() as server:
        assert probe.run(server, "--issue") == 1
        assert server.calls() == ["status"]
