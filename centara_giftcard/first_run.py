"""What a start shows before there is a till: the first set-up, a token that is asked for, a fault.

Nothing here ends the program silently: what cannot be done is told on the screen, with the other way.
"""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from msgspec import Struct

from centara_giftcard.config.first import (
    DEFAULT_SERVER,
    Answers,
    NotWritten,
    Verdict,
    check_answer,
    first_text,
    judge,
    normal,
    write_first,
)
from centara_giftcard.config.settings import ScannerSettings, Settings, examine_text
from centara_giftcard.config.vault import TOKEN_VARIABLE
from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.errors import SettingsError, VaultError
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.journal.flight import FlightRecorder
from centara_giftcard.machine import SystemClock
from centara_giftcard.options import Options
from centara_giftcard.probe.asking import NOBODY_S_CARD
from centara_giftcard.scanner.framing import read_frame
from centara_giftcard.scanner.keyboard import WedgeDetector
from centara_giftcard.terminal.ports import SourceState
from centara_giftcard.ui.app import App, system_language, system_locale
from centara_giftcard.ui.keys import KeyRouter
from centara_giftcard.ui.presenters.fault import FaultPresenter
from centara_giftcard.ui.presenters.setup import SetupPresenter
from centara_giftcard.ui.presenters.setup_pages import LANGUAGE, PORT, TOKEN
from centara_giftcard.ui.presenters.setup_work import Finished, Kept
from centara_giftcard.ui.presenters.views import LockView, ShellView
from centara_giftcard.words import LANGUAGES, Words
from centara_giftcard.workshop import loyalty_of, scanner_of, vault_of

if TYPE_CHECKING:
    from centara_giftcard.loyalty.client import HttpLoyalty
    from centara_giftcard.scanner.serial import SerialScanner

_LOCALES: Final = {"en": "en_IE", "de": "de_DE", "is": "is_IS"}

T = TypeVar("T")


class SetUp(Struct, frozen=True):
    """Where the settings are; `token` only where it could not be kept, for this run."""

    file: Path
    token: AccessToken | None = None


def run_first(options: Options, title: str) -> SetUp | None:
    """Ask for the settings, keep them and the token; None when the window was closed before the end."""
    answers = {
        "loyalty.server": options.server or DEFAULT_SERVER,
        LANGUAGE: "system",
        "till.locale": _locale("system"),
    }
    return _ask(options, title, answers, None)


def ask_token(settings: Settings, options: Options, title: str) -> SetUp | None:
    """Ask for the token of a till that is set up; None when the window was closed before the end."""
    answers = {
        "till.store": settings.till.store,
        "till.pos": settings.till.pos,
        "loyalty.group": settings.loyalty.group,
        LANGUAGE: settings.till.language,
    }
    return _ask(options, title, answers, settings)


def show_fault(fault: str, title: str) -> bool:
    """Show why the till cannot start; whether to try again."""
    app = App(title, "system")
    answered: list[bool] = []
    ended = asyncio.Event()

    def done(again: bool) -> None:
        answered.append(again)
        ended.set()

    presenter = FaultPresenter(_words("system"), fault, _show_on(app), done)
    _until(app, ended, presenter.render, lambda: app.attach(presenter, _keys(app), lambda _text: None))
    return bool(answered and answered[0])


def _ask(options: Options, title: str, answers: dict[str, str], settings: Settings | None) -> SetUp | None:
    app = App(title, "system")
    finished: list[Finished] = []
    ended = asyncio.Event()
    flight = FlightRecorder(options.data_folder(), SystemClock().now)

    def done(all_is_kept: Finished) -> None:
        finished.append(all_is_kept)
        ended.set()

    work = _Work(options, settings)
    presenter = SetupPresenter(
        work,
        _words,
        _show_on(app),
        lambda page: flight.screen("setup", page, None, None, None),
        app.clipboard,
        done,
        file=str(options.settings_file()),
        answers=answers,
        ask_token=not os.environ.get(TOKEN_VARIABLE, "").strip(),
        only_token=settings is not None,
    )
    work.presenter = presenter

    def heard(text: str) -> None:
        number = read_frame(text)
        if number:
            presenter.scanned(number)

    try:
        _until(app, ended, presenter.render, lambda: app.attach(presenter, _keys(app), heard))
    finally:
        work.stop()
        flight.close()
    if not finished:
        return None
    token = finished[0].answers.get(TOKEN, "")
    kept = finished[0].token_kept or not token
    return SetUp(Path(finished[0].file).expanduser(), None if kept else AccessToken(token))


class _Work:
    """The set-up's work on the real server, disk, keyring and scanner."""

    presenter: SetupPresenter

    def __init__(self, options: Options, settings: Settings | None) -> None:
        self._options = options
        self._settings = settings
        self._serial: SerialScanner | None = None
        self.now_s = time.monotonic

    def judge(self, name: str, typed: str, answers: Answers) -> Verdict:
        """Judge an answer as far as it is typed."""
        return judge(name, typed, answers)

    def normal(self, name: str, typed: str) -> str:
        """An answer as it is kept."""
        return normal(name, typed)

    def check_server(
        self, answers: Answers, told: Callable[[StatusFailed | None], None]
    ) -> "_UnderWay[StatusFailed | None]":
        """Ask the server about a card of nobody's."""
        failed = StatusFailed(Cause.UNREADABLE)
        return _UnderWay(self._server_says(answers), told, lambda _fault: failed)

    def listen(self, answers: Answers) -> None:
        """Listen to the scanner on the serial port among the answers, or to one that is found."""
        self.stop()
        self._serial = scanner_of(ScannerSettings(serial_port=answers.get(PORT, "")))
        self._serial.start(
            lambda scan: self.presenter.scanned(scan.number),
            lambda state: self.presenter.port_told(state is SourceState.READY),
        )

    def keep(self, file: str, answers: Answers, told: Callable[[Kept], None]) -> "_UnderWay[Kept]":
        """Write the settings and put the token into the keyring, in a thread: a keyring may take its time."""
        whole = {**answers, "till.locale": _locale(answers.get(LANGUAGE, "system"))}
        return _UnderWay(asyncio.to_thread(self._kept, file, whole), told, lambda fault: Kept(str(fault)))

    def later(self, seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back after a while."""
        return asyncio.get_running_loop().call_later(seconds, call)

    def stop(self) -> None:
        """Let the serial port go."""
        if self._serial is not None:
            self._serial.stop()
            self._serial = None

    async def _server_says(self, answers: Answers) -> StatusFailed | None:
        found = await asyncio.to_thread(self._client, answers)
        try:
            status = await found.status(NOBODY_S_CARD)
        finally:
            await found.close()
        if isinstance(status, CardStatus) or status.cause is Cause.WRONG_CARD:
            return None
        # That it does not know the card is as it should be, unless it says that it is the group.
        unknown_group = "group" in status.words.lower()
        return None if status.cause is Cause.NOT_FOUND and not unknown_group else status

    def _client(self, answers: Answers) -> "HttpLoyalty":
        settings = self._settings or examine_text("settings.toml", first_text(answers)).settings
        token = answers.get(TOKEN) or os.environ.get(TOKEN_VARIABLE, "").strip()
        return loyalty_of(settings, AccessToken(token))

    def _kept(self, file: str, answers: Answers) -> Kept:
        settings = {name: text for name, text in answers.items() if name != TOKEN}
        try:
            if file:
                write_first(Path(file).expanduser(), settings)
        except NotWritten as fault:
            return Kept(fault.reason)
        token = answers.get(TOKEN, "")
        if not token:
            return Kept()
        till = f"{answers['loyalty.group']}/{answers['till.store']}/{answers['till.pos']}"
        vault = vault_of(self._options.data_folder(), till)
        try:
            vault.store_token(AccessToken(token))
            found = vault.token()
        except VaultError:
            return Kept(token=False)
        return Kept(token=found is not None)  # some keyrings forget at once


class _UnderWay(Generic[T]):
    """Work of the set-up that is going on: `told` hears how it ended, unless it is called off before.

    What it raises is told as `failed` puts it: nothing ends silently.
    """

    def __init__(
        self, work: Coroutine[None, None, T], told: Callable[[T], None], failed: Callable[[BaseException], T]
    ) -> None:
        self._told = told
        self._failed = failed
        self._task = asyncio.ensure_future(work)
        self._task.add_done_callback(self._ended)

    def cancel(self) -> None:
        """Call it off."""
        self._task.cancel()

    def _ended(self, task: "asyncio.Task[T]") -> None:
        if not task.cancelled():
            fault = task.exception()
            self._told(task.result() if fault is None else self._failed(fault))


def _until(app: App, ended: asyncio.Event, render: Callable[[], None], attach: Callable[[], None]) -> None:
    """Show the window until `ended` is set, or somebody closes it."""

    async def wait() -> int:
        attach()
        waiting = {asyncio.ensure_future(app.closed()), asyncio.ensure_future(ended.wait())}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        return 0

    app.open(lambda _shell: render(), fill_screen=True)
    app.run(wait)


def _show_on(app: App) -> Callable[[ShellView, LockView], None]:
    def show(bars: ShellView, page: LockView) -> None:
        app.shell.show_shell(bars)
        app.shell.show_lock(page)

    return show


def _keys(app: App) -> KeyRouter:
    return KeyRouter(app.qt, WedgeDetector())


def _words(language: str) -> Words:
    """The words of a language by its setting: `system` is this machine's user's."""
    return Words(_spoken(language), _locale(language))


def _spoken(language: str) -> str:
    wanted = system_language() if language == "system" else language
    return wanted if wanted in LANGUAGES else "en"


def _locale(language: str) -> str:
    """This machine's locale where it speaks the language and the till knows it, else the language's own."""
    locale = system_locale()
    with suppress(SettingsError):
        check_answer("till.locale", locale)
        if language in {"system", locale[:2]}:
            return locale
    return _LOCALES[_spoken(language)]
