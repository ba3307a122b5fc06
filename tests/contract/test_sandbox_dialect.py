"""The practice server in other dialects: what a dialect file says is what goes over the socket."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from json import loads
from pathlib import Path
from typing import Any

import httpx
import pytest
from contract.conftest import GOOD, Pos

from centara_giftcard.sandbox import SandboxError, SandboxServer

ROOT = Path(__file__).resolve().parents[2]
Speak = Callable[[str], Pos]


@pytest.fixture
def speak(tmp_path: Path) -> Iterator[Speak]:
    """A till at a practice server that speaks as a dialect file says."""
    opened: list[Pos] = []

    def speaking(text: str) -> Pos:
        path = tmp_path / "dialect.toml"
        path.write_text(text, encoding="utf-8")
        server = SandboxServer(dialect=path)
        server.start()
        opened.append(Pos(server))
        return opened[-1]

    yield speaking
    for pos in opened:
        pos.http.close()
        pos.server.stop()


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_empty_file_is_the_contract_itself(speak: Speak) -> None:
    pos = speak("")
    assert '"amountNet": 50.00' in pos.get(f"giftcards/{GOOD}").text
    assert pos.commit(pos.hold()).status_code == 200


def test_names_amounts_ids_and_dates_as_a_dotnet_house_writes_them(speak: Speak) -> None:
    pos = speak(
        '[looks]\nnames = "pascal"\nids = "guid"\namounts = "text"\ndates = "seven_digits"\n'
        'wrapper = "result"\nsays_success = true\n'
    )
    card = loads(pos.get(f"giftcards/{GOOD}").content)
    assert card["Success"] is True
    assert card["Result"]["Account"]["AmountNet"] == "50.00"
    assert len(card["Result"]["GiftCardId"]) == 36
    assert card["Result"]["Created"].endswith("0")
    assert "." in card["Result"]["Created"]


def test_names_in_an_object_and_snakes(speak: Speak) -> None:
    pos = speak(
        '[looks]\nnames = "snake"\nids = "number"\namounts = "short"\ndates = "seconds"\nflat = true\n'
        'absent = ["customer", "startDate"]\n[looks.rename]\nauthCode = "authorization.code"\n'
    )
    card = loads(pos.get(f"giftcards/{GOOD}").content)
    assert (card["amount_net"], isinstance(card["gift_card_id"], int)) == (50, True)
    assert isinstance(card["created"], int)
    assert "start_date" not in card
    assert isinstance(loads(pos.pay().content)["authorization"]["code"], int)


@pytest.mark.parametrize("form", ["text", "location"])
def test_the_code_may_stand_elsewhere(speak: Speak, form: str) -> None:
    pos = speak(f'[looks]\ncode_in = "{form}"\nsuccess = 201\n')
    answer = pos.pay()
    assert answer.status_code == 201
    code = answer.text if form == "text" else answer.headers["location"].rpartition("/")[2]
    assert pos.commit(code).status_code == 201
    assert pos.holds() == [(2500, "committed")]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("message", '{"message": "'),
        ("error", '{"error": {"code": "insufficient_funds"'),
        ("text", "The amount is more"),
        ("page", "<!DOCTYPE html>"),
        ("empty", ""),
    ],
)
def test_a_refusal_in_its_form(speak: Speak, form: str, said: str) -> None:
    answer = speak(f'[looks]\nrefusal = "{form}"\n').pay(amount="999.00")
    assert answer.status_code == 422
    assert answer.text.startswith(said)


def test_a_refusal_in_a_success(speak: Speak) -> None:
    pos = speak('[looks]\nrefusal = "message"\nrefusal_status = "200"\n')
    answer = pos.pay(amount="999.00")
    assert (answer.status_code, loads(answer.content)["success"]) == (200, False)
    assert pos.http.get(pos.url(f"giftcards/{GOOD}"), headers={"Authorization": ""}).status_code == 401


def test_bytes_in_wrappings(speak: Speak) -> None:
    pos = speak('[looks]\nbyte_order_mark = true\ngzip = true\nmedia_type = "text/plain"\n')
    with pos.http.stream("GET", pos.url(f"giftcards/{GOOD}")) as answer:
        body = gzip.decompress(b"".join(answer.iter_raw()))
    assert body.startswith(b"\xef\xbb\xbf{")
    assert answer.headers["content-type"].startswith("text/plain")


def test_another_base_path_and_token(speak: Speak) -> None:
    pos = speak(
        '[loyalty.wire]\nauth_header = "X-Token"\nauth_scheme = ""\n[looks]\nbase_path = "/loyalty/gw"\n'
    )
    assert pos.server.address.endswith("/loyalty/gw")
    assert pos.get(f"giftcards/{GOOD}").status_code == 401
    pos.http.headers["X-Token"] = "till-3"
    assert pos.get(f"giftcards/{GOOD}").status_code == 200


PLACES = """
[loyalty.wire]
auth_query = "key"
amounts = "minor"
amount_field = "payment.value"
held_field = "held"
instrument_field = "id"
status_path = "/cards/{card}?group={group}"
pay_path = "/pay"
commit_path = "/holds/{code}/commit"
cancel_path = "/cancel"
card_sent_as = "card.number"
code_sent_as = "code"
"""


def test_other_addresses_names_units_and_places(speak: Speak) -> None:
    pos = speak(PLACES)

    def post(tail: str, body: object) -> httpx.Response:
        return pos.http.post(f"{pos.server.address}/{tail}?key=till-3", json=body)

    read = pos.http.get(f"{pos.server.address}/cards/{GOOD}?group=acme&key=till-3")
    assert loads(read.content)["account"]["amountNet"] == 5000
    assert loads(read.content)["id"].startswith("gc_")
    assert pos.http.get(f"{pos.server.address}/cards/{GOOD}?group=acme").status_code == 401
    assert pos.http.get(f"{pos.server.address}/cards/{GOOD}?key=till-3").status_code == 404
    held = post("pay", {"payment": {"value": 1250}, "card": {"number": GOOD}})
    assert loads(held.content)["held"] == 1250
    assert post(f"holds/{loads(held.content)['authCode']}/commit", None).status_code == 200
    other = loads(post("pay", {"payment": {"value": 100}, "card": {"number": GOOD}}).content)["authCode"]
    assert post("cancel", {"code": other}).status_code == 204
    assert post("cancel", {"code": "none"}).status_code == 404
    assert post("pay", {"payment": 5, "card": {"number": GOOD}}).status_code == 422
    assert pos.holds() == [(1250, "committed"), (100, "cancelled")]


@pytest.mark.parametrize(
    ("condition", "no", "yes"),
    [("result.code = 51", "51", "51-not"), ("result.code != 00", "00-not", "00")],
)
def test_a_no_in_a_success_by_a_condition(speak: Speak, condition: str, no: str, yes: str) -> None:
    pos = speak(
        f'[loyalty.wire]\nrefused_when = ["{condition}"]\n'
        '[looks]\nrefusal = "message"\nrefusal_status = "200"\n'
    )
    assert loads(pos.pay(amount="999.00").content)["result"]["code"] == no
    assert loads(pos.pay().content)["result"]["code"] == yes
    pos.fault("pay", "says_no")
    assert loads(pos.pay().content)["result"]["code"] == no


def test_times_in_the_zone_of_the_server(speak: Speak) -> None:
    pos = speak('[loyalty.wire]\ntime_zone = "Asia/Tokyo"\n[looks]\ndates = "local"\n')
    plain = speak('[looks]\ndates = "local"\n')
    there, utc = (
        datetime.fromisoformat(loads(it.get(f"giftcards/{GOOD}").content)["created"]) for it in (pos, plain)
    )
    assert there - utc == timedelta(hours=9)


def test_holds_of_a_part_that_lapse(speak: Speak) -> None:
    pos = speak("[behaves]\nholds_part = true\nlapse_s = 0.2\n")
    pos.hold()
    wait_for(lambda: pos.holds() == [(1250, "lapsed")])
    assert pos.card()["authorised"] == 0


def test_a_commit_that_is_booked_later(speak: Speak) -> None:
    pos = speak("[behaves]\nbooking_s = 0.4\n")
    assert pos.commit(pos.hold()).status_code == 200
    assert (pos.holds(), pos.card()["net"]) == ([(2500, "booking")], 5000)
    wait_for(lambda: pos.holds() == [(2500, "committed")])
    assert pos.card()["net"] == 2500


@pytest.mark.parametrize("status", [202, 504])
def test_calls_that_are_answered_before_they_are_carried_out(speak: Speak, status: int) -> None:
    pos = speak(f'[behaves]\nlate = ["commit"]\nlate_s = 0.3\nlate_status = {status}\n')
    assert pos.commit(pos.hold()).status_code == status
    wait_for(lambda: pos.holds() == [(2500, "committed")])


@pytest.mark.parametrize(("remembers", "status"), [("call", 200), ("key", 200), ("nothing", 409)])
def test_what_is_remembered_by_a_key(speak: Speak, remembers: str, status: int) -> None:
    pos = speak(f'[behaves]\nremembers = "{remembers}"\n')
    code = pos.read(pos.pay(key="k"))["authCode"]
    assert pos.commit(code, key="c").status_code == 200
    assert pos.commit(code, key="c").status_code == status
    other = pos.hold(amount="1.00")
    assert pos.commit(other, key="k").status_code == 200
    assert pos.holds()[-1][1] == ("open" if remembers == "key" else "committed")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[looks\n", "is no TOML"),
        ("[look]\n", "has the unknown key 'look'"),
        ('[looks]\ndate = "day"\n', "looks has the unknown key 'date'"),
        ('[looks]\ndates = "weekly"\n', "looks.dates must be 'mixed', "),
        ('[behaves]\nlapse_s = "2"\n', "behaves.lapse_s must be a number"),
        ("[behaves]\nlapse_s = -1\n", "behaves.lapse_s"),
        ('[behaves]\nlate = ["sing"]\n', r"behaves.late\[0\] 'sing' is not a valid Call"),
        ("[loyalty.wire]\nnet_excludes_holds = 1\n", "loyalty.wire.net_excludes_holds must be true or false"),
        ('[loyalty.wire]\ntime_zone = "Mars"\n', "loyalty.wire.time_zone 'Mars' is no time zone"),
        ('[loyalty.wire]\nrefused_when = ["no"]\n', "loyalty.wire.refused_when needs conditions"),
        ('[loyalty.wire]\npay_path = "/pay"\n', "loyalty.wire.pay_path has no place for the card"),
        ('[loyalty.wire]\npay_path = "/{card}/{card}"\n', "loyalty.wire.pay_path must begin with a slash"),
        ('[looks]\nbase_path = "x"\n', "looks.base_path must begin with a slash"),
        ('[loyalty]\nserver = "https://x"\n', "loyalty has the unknown key 'server'"),
    ],
)
def test_a_bad_dialect_file_is_one_sentence_with_the_key(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "dialect.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SandboxError, match=told) as caught:
        SandboxServer(dialect=path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_on_the_command_line_a_bad_file_is_exit_status_2(tmp_path: Path) -> None:
    command: list[Any] = [
        sys.executable,
        "-m",
        "centara_giftcard",
        "sandbox",
        "--dialect",
        tmp_path / "none.toml",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("centara-giftcard: The dialect file ")
    assert done.stderr.count("\n") == 1


def test_a_wrong_token_is_refused_in_every_dialect(speak: Speak) -> None:
    pos = speak('[looks]\nrefusal = "error"\nrefusal_status = "200"\n')
    answer = httpx.get(
        pos.url(f"giftcards/{GOOD}"), headers={"Authorization": "Bearer refused"}, trust_env=False
    )
    assert answer.status_code == 401
