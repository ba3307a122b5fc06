"""The set-up's work on real things: a server, a disk, a keyring. And which starts get a window."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from unit.keyrings import MemoryKeyring, only_memory

from centara_giftcard import window
from centara_giftcard.bootstrap import Plan
from centara_giftcard.config.settings import load
from centara_giftcard.domain.errors import JournalError, NoToken, SettingsError
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.first_run import SetUp, _Work
from centara_giftcard.options import Options
from centara_giftcard.sandbox import SandboxServer
from centara_giftcard.ui.presenters.setup_work import Kept, ServerSaid

ANSWERS = {
    "till.store": "12",
    "till.pos": "3",
    "till.currency": "EUR",
    "till.locale": "en_IE",
    "till.language": "en",
    "loyalty.group": "acme",
    "token": "secret-token",
}


class Answering(ThreadingHTTPServer):
    """A server that gives one answer to everything; `asked` are the paths with their tokens."""

    def __init__(self, status: int, body: bytes, kind: str) -> None:
        asked: list[tuple[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, self.headers["Authorization"]))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Not on the test's output."""

        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = asked
        self.address = f"http://127.0.0.1:{self.server_address[1]}/pos"
        Thread(target=self.serve_forever, daemon=True).start()


def found(address: str, folder: Path, more: Mapping[str, str] | None = None) -> ServerSaid:
    """What the set-up finds of a server."""

    async def ask() -> ServerSaid:
        told: asyncio.Future[ServerSaid] = asyncio.get_running_loop().create_future()
        work = _Work(Options(data_dir=folder), None)
        kept = work.check_server({**ANSWERS, "loyalty.server": address, **(more or {})}, told.set_result)
        answer = await asyncio.wait_for(told, 20)
        kept.cancel()
        return answer

    return asyncio.run(ask())


_PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("status", "body", "kind", "cause", "unsure"),
    [
        (404, b'{"title": "Card not found"}', _PROBLEM, None, False),
        (404, b'{"title": "Not found"}', _PROBLEM, Cause.NOT_FOUND, True),  # as it says everywhere
        (404, b"", "text/plain", Cause.NOT_FOUND, True),
        (404, b"<html><h1>404 Not Found</h1></html>", "text/html", Cause.NOT_FOUND, True),
        (404, b'{"title": "Unknown loyalty group"}', _PROBLEM, Cause.NOT_FOUND, False),
        (401, b"", "text/plain", Cause.NOT_ACCEPTED, False),
        (403, b"", "text/plain", Cause.NOT_ACCEPTED, False),
        (500, b"", "text/plain", Cause.SERVER_ERROR, False),
        (200, b"<html><h1>It works!</h1></html>", "text/html", Cause.UNREADABLE, False),
    ],
)
def test_what_a_server_says_before_the_set_up_ends(
    tmp_path: Path, status: int, body: bytes, kind: str, cause: Cause | None, unsure: bool
) -> None:
    with Answering(status, body, kind) as server:
        answer = found(server.address, tmp_path)
        server.shutdown()
    assert (answer.failed.cause if answer.failed else None, answer.unsure) == (cause, unsure)
    assert server.asked[0] == ("/pos/loyaltyGroups/acme/giftcards/0000000000000000", "Bearer secret-token")


def test_the_practice_server_is_known_and_another_path_of_it_is_not(tmp_path: Path) -> None:
    """Seen: at any web server, and any path of it, the set-up said in green that the server answers."""
    server = SandboxServer()
    address = server.start()
    try:
        assert found(address, tmp_path) == ServerSaid()
        wrong = found(address.replace("/pos", "/till"), tmp_path)
        assert wrong.failed is not None
        assert wrong.failed.cause is Cause.NOT_FOUND
    finally:
        server.stop()


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    server = Answering(200, b"", "text/plain")
    server.shutdown()
    server.server_close()
    assert found(server.address, tmp_path) == ServerSaid(StatusFailed(Cause.CONNECT))


def test_a_fault_of_the_program_s_own_is_an_answer_too(tmp_path: Path) -> None:
    answer = found("http://127.0.0.1:9", tmp_path, {"till.currency": "no currency"})
    assert answer == ServerSaid(StatusFailed(Cause.UNREADABLE))


# --- keeping -----------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    with only_memory(monkeypatch) as ring:
        yield ring


def kept(file: Path | str, folder: Path) -> Kept:
    async def keep() -> Kept:
        told: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        answers = {**ANSWERS, "loyalty.server": "https://shop.example"}
        _Work(Options(data_dir=folder), None).keep(str(file), answers, told.set_result)
        return await asyncio.wait_for(told, 20)

    return asyncio.run(keep())


def test_settings_and_token_are_kept_each_in_its_place(tmp_path: Path, ring: MemoryKeyring) -> None:
    assert kept(tmp_path / "settings.toml", tmp_path) == Kept()
    assert load(tmp_path / "settings.toml").till.store == "12"
    assert "secret-token" not in (tmp_path / "settings.toml").read_text()
    assert ring.kept == {("centara-giftcard", "token:acme/12/3"): "secret-token"}


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring], ids=["none", "one that forgets"])
def test_a_token_that_nothing_keeps_is_told_and_the_settings_are_kept(
    tmp_path: Path, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    assert kept(tmp_path / "settings.toml", tmp_path) == Kept(token=False)
    assert (tmp_path / "settings.toml").exists()


def test_a_folder_that_cannot_be_written_is_told_with_the_system_s_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert kept(tmp_path / "file" / "settings.toml", tmp_path).file == "not a directory"
    (tmp_path / "settings.toml").touch()
    assert kept(tmp_path / "settings.toml", tmp_path).file == "file exists"


# --- which starts get a window -----------------------------------------------------------------------------


class Starts:
    """Stands for the till and for the pages before it; `outcomes` is how each start ends in turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *outcomes: int | Exception) -> None:
        self.outcomes = list(outcomes)
        self.pages: list[str] = []
        self.tokens: list[str] = []
        self.languages: list[str] = []
        self.again = [True] * 10
        monkeypatch.setattr(window, "run", self._run)
        monkeypatch.setattr("centara_giftcard.first_run.show_fault", self._fault)
        monkeypatch.setattr("centara_giftcard.first_run.ask_token", self._token)

    def _run(self, plan: Plan) -> int:
        self.tokens.append(plan.token.reveal() if plan.token else "")
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _fault(self, faults: Sequence[str], language: str, _title: str) -> bool:
        self.pages.append("\n".join(faults))
        self.languages.append(language)
        return self.again.pop(0)

    def _token(self, *_: object) -> SetUp | None:
        self.pages.append("token")
        return SetUp(Path("x"), AccessToken("typed")) if self.again.pop(0) else None


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The usual settings file of this machine's user."""
    file = tmp_path / "settings.toml"
    answers = {name: text for name, text in ANSWERS.items() if name != "token"}
    lines = [f"[till]\n{_toml(answers, 'till')}\n[loyalty]\n{_toml(answers, 'loyalty')}"]
    file.write_text("\n".join([*lines, 'server = "https://shop.example"']))
    monkeypatch.setattr("centara_giftcard.config.paths.config_file", lambda: file)
    return file


def _toml(answers: Mapping[str, str], table: str) -> str:
    mine = {name.partition(".")[2]: text for name, text in answers.items() if name.startswith(table)}
    return "\n".join(f"{name} = {json.dumps(text)}" for name, text in mine.items())


@pytest.mark.usefixtures("settings")
def test_a_start_without_a_token_asks_for_it_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    starts = Starts(monkeypatch, NoToken("This till has no access token."), 0)
    assert window.run_till(Options(data_dir=tmp_path)) == 0
    assert (starts.pages, starts.tokens) == (["token"], ["", "typed"])
    assert capsys.readouterr().err == "centara-giftcard: This till has no access token.\n"


@pytest.mark.usefixtures("settings")
def test_a_start_that_fails_is_told_and_tried_again_until_it_is_closed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    starts = Starts(monkeypatch, JournalError("The disk is full."), JournalError("The disk is full."))
    starts.again = [True, False]
    assert window.run_till(Options(data_dir=tmp_path)) == 2
    assert starts.pages == ["The disk is full."] * 2
    assert capsys.readouterr().err == "centara-giftcard: The disk is full.\n" * 2


def test_all_that_is_wrong_with_the_settings_stands_on_the_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Path
) -> None:
    good = settings.read_text()
    bad = good.replace('"EUR"', '"EURO"').replace("pos", "pso")
    starts = Starts(monkeypatch, 0)
    versions = [bad.replace('language = "en"', 'language = "xx"'), good]
    settings.write_text(bad.replace('language = "en"', 'language = "is"'))

    def mend(faults: Sequence[str], language: str, title: str) -> bool:
        settings.write_text(versions.pop(0))
        return starts._fault(faults, language, title)

    monkeypatch.setattr("centara_giftcard.first_run.show_fault", mend)
    assert window.run_till(Options(data_dir=tmp_path)) == 0
    assert starts.pages[0] == (
        "settings.toml, line 3: till.pso is not a setting: did you mean pos?\n"
        'settings.toml, line 4: till.currency: "EURO" is not an ISO 4217 currency code'
    )
    assert starts.languages == ["is", "system"]  # as the settings say, where they say it


@pytest.mark.parametrize("how", ["settings", "platform", "quit_when_ready"])
def test_a_call_from_a_command_line_gets_its_sentence_and_no_window(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Path, how: str
) -> None:
    starts = Starts(monkeypatch, NoToken("This till has no access token."))
    named = {"settings": settings, "platform": "xcb", "quit_when_ready": True}[how]
    with pytest.raises(NoToken):
        window.run_till(Options(data_dir=tmp_path, **{how: named}))  # type: ignore[arg-type]
    settings.write_text("till = 3")
    with pytest.raises(SettingsError):
        window.run_till(Options(data_dir=tmp_path, **{how: named}))  # type: ignore[arg-type]
    assert starts.pages == []
