"""The doctor on the server: what its answers say of token, path, group and card; when a token runs out."""

import base64
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from contract.probe_server import NUMBER, Dialect, LoyaltyServer, loyalty_server
from unit.test_doctor import _memory_keyring, till

from centara_giftcard.config.first import MAX_TOKEN
from centara_giftcard.doctor import run_doctor, store_token
from centara_giftcard.domain.errors import EnvironmentFault
from centara_giftcard.domain.secrets import AccessToken, CardNumber
from centara_giftcard.options import Options
from centara_giftcard.probe.jwt import runs_out

__all__ = ["_memory_keyring"]


def doctor(
    folder: Path,
    server: LoyaltyServer,
    capsys: pytest.CaptureFixture[str],
    card: str = "",
    group: str = "acme",
) -> list[tuple[str, str, str]]:
    """Every line: mark, subject, sentence."""
    options = till(folder, f"{server.address}/loyalty/api/v1/pos")
    file = options.settings_file()
    file.write_text(file.read_text().replace('group = "demo"', f'group = "{group}"'))
    asked = Options(("doctor",), options.settings, options.data_dir, card=CardNumber(card) if card else None)
    run_doctor(asked)
    found = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    return [(mark, subject, sentence) for mark, subject, sentence in found]


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch, _memory_keyring: None) -> None:
    monkeypatch.setenv("CENTARA_GIFTCARD_TOKEN", "till-3")


def test_a_server_that_no_probe_has_proven_is_named_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with loyalty_server() as server:
        found = doctor(tmp_path, server, capsys)
        assert [mark for mark, *_ in found if mark == "FAIL"] == []
        (line,) = [sentence for _, subject, sentence in found if subject == "server"]
        assert "server not proven yet" in line


def test_a_token_that_is_not_accepted_is_not_ok(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 10, 4: 401 was ok, for the server answers."""
    monkeypatch.setenv("CENTARA_GIFTCARD_TOKEN", "another")
    with loyalty_server() as server:
        found = doctor(tmp_path, server, capsys)
    (line,) = [it for it in found if it[0] == "FAIL"]
    assert line[1] == "token"
    assert line[2].startswith("the access token is not accepted (401): “Not this token”: store the right one")


@pytest.mark.parametrize(
    ("dialect", "mark", "words"),
    [
        (Dialect(unknown=(404, {"message": "Loyalty group not found"})), "FAIL", "mend loyalty.group"),
        (Dialect(base="/elsewhere"), "--", "the path of loyalty.server is wrong, or the group"),
        (Dialect(unknown=(404, None)), "--", "reading a card tells more, with doctor --card"),
        (Dialect(unknown=(404, {"title": "Not Found"})), "--", "404, as where nothing can be (“Not Found”)"),
        (
            Dialect(unknown=(404, {"message": "No such address."})),
            "FAIL",
            "mend loyalty.server, or loyalty.w",
        ),
        (Dialect(unknown=(404, {"message": "Unknown instrument"})), "ok", "answers in"),
        (Dialect(unknown=(200, "<html>Welcome</html>")), "FAIL", "its answer cannot be read (200)"),
        (Dialect(unknown=(400, {"message": "No such number"})), "ok", "answers in"),
    ],
)
def test_a_wrong_path_and_a_wrong_group_are_told_apart_where_the_answer_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dialect: Dialect, mark: str, words: str
) -> None:
    with loyalty_server(dialect) as server:
        last = [it for it in doctor(tmp_path, server, capsys) if it[1] == "server"][-1]
    assert last[0] == mark
    assert words in last[2]


@pytest.mark.parametrize(
    ("card", "mark", "words"),
    [
        (NUMBER, "ok", "•••• 0017 is sold, EUR 50.00 on it, EUR 7.00 held"),
        ("6091000000000025", "FAIL", "•••• 0025: the server does not know this card (“No such card”)"),
    ],
)
def test_a_card_is_read_when_one_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], card: str, mark: str, words: str
) -> None:
    with loyalty_server(held=700) as server:
        (line,) = [it for it in doctor(tmp_path, server, capsys, card) if it[1] == "card"]
        asked = [path for path in server.asked if "/_nothing/" not in path]
        assert len(asked) == 3
    assert (line[0], line[2]) == (mark, words)


# --- tokens ------------------------------------------------------------------------------------------------


def jwt(claims: Any, padding: str = "") -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return ".".join((part({"alg": "RS256"}), part({**claims, "more": padding}), "c2lnbmF0dXJl"))


@pytest.mark.parametrize(
    ("ahead", "mark", "words"),
    [(timedelta(days=30), "ok", "good until 20"), (timedelta(days=-3), "FAIL", "it ran out on 20")],
)
def test_when_a_jwt_runs_out_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    ahead: timedelta,
    mark: str,
    words: str,
) -> None:
    end = datetime.now(UTC) + ahead
    monkeypatch.setenv("CENTARA_GIFTCARD_TOKEN", jwt({"exp": round(end.timestamp())}))
    with loyalty_server() as server:
        first = next(it for it in doctor(tmp_path, server, capsys) if it[1] == "token")
    assert first[0] == mark
    assert words in first[2]
    assert f"{end:%Y-%m-%d}" in first[2]


@pytest.mark.parametrize(
    "text", ["plain", "a.b.c", jwt({}), jwt({"exp": "soon"}), jwt({"exp": 1e30}), f"a.{'W' * 5000}.c"]
)
def test_a_token_that_does_not_say_so_runs_out_nobody_knows_when(text: str) -> None:
    assert runs_out(AccessToken(text)) is None


def test_a_long_jwt_is_taken_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was cut after 4,096 letters without a word."""
    monkeypatch.delenv("CENTARA_GIFTCARD_TOKEN")
    long = jwt({"exp": 4102444800}, "x" * 9000)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{long}\n"))
    with loyalty_server() as server:
        options = till(tmp_path, server.address)
        assert store_token(options) == 0
    import keyring

    assert keyring.get_password("centara-giftcard", "token:demo/12/3") == long
    monkeypatch.setattr("sys.stdin", io.StringIO("x" * (MAX_TOKEN + 1)))
    with pytest.raises(EnvironmentFault, match="cannot be used"):
        store_token(options)
