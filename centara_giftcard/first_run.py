"""What a start shows before there is a till: the first set-up, a token that is asked for, a fault.

Nothing here ends the program silently: what cannot be done is told on the screen, with the other way.
"""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

from msgspec import Struct

from centara_giftcard import bundle
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
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.errors import SettingsError, VaultError
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.domain.sentences import reason_of
from centara_giftcard.journal.flight import FlightRecorder
from centara_giftcard.machine import SystemClock
from centara_giftcard.options import Options
from centara_giftcard.probe.asking import ask, objection
from centara_giftcard.scanner.framing import read_frame
from centara_giftcard.scanner.keyboard import WedgeDetector
from centara_giftcard.scanner.serial import SerialScanner
from centara_giftcard.terminal.ports import SourceState
from centara_giftcard.trial import TrialWork, UnderWay, sentence_of
from centara_giftcard.ui.app import App, system_language, system_locale
from centara_giftcard.ui.keys import KeyRouter
from centara_giftcard.ui.presenters.fault import FaultPresenter
from centara_giftcard.ui.presenters.setup import SetupPresenter
from centara_giftcard.ui.presenters.setup_pages import LANGUAGE, PORT, TOKEN
from centara_giftcard.ui.presenters.setup_work import Finished, Kept, ServerSaid
from centara_giftcard.ui.presenters.support import Gathered, SupportPresenter, Written
from centara_giftcard.ui.presenters.trial import TrialPresenter
from centara_giftcard.ui.presenters.views import LockView, ShellView
from centara_giftcard.words import LANGUAGES, Words
from centara_giftcard.workshop import scanner_of, vault_of

_LOCALES: Final = {"en": "en_IE", "de": "de_DE", "is": "is_IS"}


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


def show_fault(faults: Sequence[str], language: str, title: str) -> bool:
    """Show why the till cannot start, in a language by its setting; whether to try again."""
    app = App(title, "system")
    answered: list[bool] = []
    ended = asyncio.Event()

    def done(again: bool) -> None:
        answered.append(again)
        ended.set()

    presenter = FaultPresenter(_words(language), faults, _show_on(app), done)
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

    work = _Work(
        options, settings, _show_on(app), lambda page: flight.screen("setup", page, None, None, None)
    )
    presenter = SetupPresenter(
        work,
        _words,
        work.show,
        work.note,
        app.clipboard,
        done,
        file=str(options.settings_file()),
        answers=answers,
        ask_token=not os.environ.get(TOKEN_VARIABLE, "").strip(),
        only_token=settings is not None,
    )
    work.presenter = presenter
    shown = work.pages = _Pages(presenter)

    def heard(text: str) -> None:
        number = read_frame(text)
        if number:
            shown.scanned(number)

    try:
        _until(app, ended, shown.render, lambda: app.attach(shown, _keys(app), heard), work.finished)
    finally:
        work.stop()
        flight.close()
    if not finished:
        return None
    token = finished[0].answers.get(TOKEN, "")
    kept = finished[0].token_kept or not token
    return SetUp(Path(finished[0].file).expanduser(), None if kept else AccessToken(token))


def try_server(options: Options, settings: Settings, token: AccessToken | None, title: str) -> None:
    """Probe the server of a till that is set up, at a window of its own; keep what was found in its file."""
    app = App(title, settings.till.theme)
    flight = FlightRecorder(options.data_folder(), SystemClock().now)
    ended = asyncio.Event()
    work = TrialWork(options.data_folder(), settings, token, options.settings_file())
    presenter = TrialPresenter(
        work,
        Words(_spoken(settings.till.language), settings.till.locale),
        _show_on(app),
        lambda page: flight.screen("trial", page, None, None, None),
        ended.set,
    )

    def heard(text: str) -> None:
        presenter.scanned(read_frame(text, settings.scanner.prefix, settings.scanner.suffix) or "")

    try:
        _until(app, ended, presenter.render, lambda: app.attach(presenter, _keys(app), heard), work.finished)
    finally:
        flight.close()


def show_bundle(options: Options, settings: Settings, title: str) -> None:
    """Show what support asks for, at a window of its own, and write it where that is wanted."""
    app = App(title, settings.till.theme)
    flight = FlightRecorder(options.data_folder(), SystemClock().now)
    ended = asyncio.Event()
    work = _SupportWork(options, settings.till.zone)
    presenter = SupportPresenter(
        work,
        Words(_spoken(settings.till.language), settings.till.locale),
        app.shell,
        lambda page: flight.screen("support", page, None, None, None),
        ended.set,
    )

    def attach() -> None:
        app.attach(presenter, _keys(app), lambda _text: None)
        presenter.begin()

    try:
        _until(app, ended, presenter.render, attach, work.finished)
    finally:
        flight.close()


class _SupportWork:
    """Gathers what support asks for, and writes it beside the journal."""

    def __init__(self, options: Options, zone: tzinfo) -> None:
        self._options = options
        self._zone = zone
        self._pages: list[bundle.Page] = []
        self._under_way: UnderWay[Gathered] | None = None
        self.now_s = time.monotonic

    def gather(self, told: Callable[[Gathered], None]) -> "UnderWay[Gathered]":
        """Gather it in a thread: the doctor asks the server, and a port may take its time."""
        work = self._gathered(bundle.hardware())
        self._under_way = UnderWay(work, told, lambda fault: Gathered(fault=sentence_of(fault)))
        return self._under_way

    async def _gathered(self, seen: list[str]) -> Gathered:
        self._pages = await asyncio.to_thread(bundle.gather, self._options, seen)
        return Gathered(tuple(bundle.to_read(self._pages)))

    def write(self) -> Written:
        """Write it into a new file of the data folder, named by the moment in the store's zone."""
        file = self._options.data_folder() / f"support-{datetime.now(self._zone):%Y%m%d-%H%M%S}.zip"
        try:
            bundle.write(file, self._pages)
        except OSError as fault:
            return Written(str(file), reason_of(fault))
        return Written(str(file))

    async def finished(self) -> None:
        """Return when nothing is gathered any more: the till that opens next wants the ports."""
        if self._under_way is not None:
            await self._under_way.finished()


class _Pages:
    """The window's presenter during the set-up: the set-up itself, or for a while a probe's."""

    def __init__(self, first: SetupPresenter) -> None:
        self._first = first
        self._now: SetupPresenter | TrialPresenter = first

    def turn_to(self, other: TrialPresenter | None) -> None:
        """Show another's pages, or the set-up's again."""
        self._now = other or self._first
        self.render()

    def key(self, key: str) -> None:
        self._now.key(key)

    def press(self, name: str) -> None:
        self._now.press(name)

    def go(self, name: str) -> None:
        self._now.go(name)

    def scanned(self, number: str) -> None:
        self._now.scanned(number)

    def render(self) -> None:
        self._now.render()


class _Work:
    """The set-up's work on the real server, disk, keyring and scanner."""

    presenter: SetupPresenter
    pages: _Pages

    def __init__(
        self,
        options: Options,
        settings: Settings | None,
        show: Callable[[ShellView, LockView], None] = lambda bars, page: None,
        note: Callable[[str], None] = lambda page: None,
    ) -> None:
        self._options = options
        self._settings = settings
        self.show = show
        self.note = note
        self._trial: TrialWork | None = None
        self._wire = WireRules()
        self._serial: SerialScanner | None = None
        self.now_s = time.monotonic

    def judge(self, name: str, typed: str, answers: Answers) -> Verdict:
        """Judge an answer as far as it is typed."""
        return judge(name, typed, answers)

    def normal(self, name: str, typed: str) -> str:
        """An answer as it is kept."""
        return normal(name, typed)

    def check_server(self, answers: Answers, told: Callable[[ServerSaid], None]) -> "UnderWay[ServerSaid]":
        """Ask the server about a card of nobody's."""
        failed = ServerSaid(StatusFailed(Cause.UNREADABLE))
        return UnderWay(self._server_says(answers), told, lambda _fault: failed)

    def try_server(self, answers: Answers, found: Callable[[Answers], None]) -> None:
        """Probe the server on pages of its own; the settings that were found are kept with the others."""
        settings = self._settings or examine_text("settings.toml", first_text(answers)).settings
        work = self._trial = TrialWork(self._options.data_folder(), settings, _token(answers))

        def done() -> None:
            if work.found is not None:
                self._wire = work.found.wire
                found({"loyalty.server": work.found.server})
            self.pages.turn_to(None)

        words = _words(answers.get(LANGUAGE, "system"))
        self.pages.turn_to(TrialPresenter(work, words, self.show, self.note, done))

    async def finished(self) -> None:
        """Return when no probe is under way."""
        if self._trial is not None:
            await self._trial.finished()

    def listen(self, answers: Answers) -> None:
        """Listen to the scanner on the serial port among the answers, or to one that is found."""
        self.stop()
        self._serial = scanner_of(ScannerSettings(serial_port=answers.get(PORT, "")))
        self._serial.start(
            lambda scan: self.presenter.scanned(scan.number),
            lambda state: self.presenter.port_told(state is SourceState.READY),
        )

    def keep(self, file: str, answers: Answers, told: Callable[[Kept], None]) -> "UnderWay[Kept]":
        """Write the settings and put the token into the keyring, in a thread: a keyring may take its time."""
        whole = {**answers, "till.locale": _locale(answers.get(LANGUAGE, "system"))}
        return UnderWay(
            asyncio.to_thread(self._kept, file, whole), told, lambda fault: Kept(sentence_of(fault))
        )

    def later(self, seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back after a while."""
        return asyncio.get_running_loop().call_later(seconds, call)

    def stop(self) -> None:
        """Let the serial port go."""
        if self._serial is not None:
            self._serial.stop()
            self._serial = None

    async def _server_says(self, answers: Answers) -> ServerSaid:
        settings = self._settings or examine_text("settings.toml", first_text(answers)).settings
        found = objection(await ask(settings, _token(answers)))
        return ServerSaid() if found is None else ServerSaid(found.failed, found.unsure)

    def _kept(self, file: str, answers: Answers) -> Kept:
        settings = {name: text for name, text in answers.items() if name != TOKEN}
        try:
            if file:
                write_first(Path(file).expanduser(), settings, self._wire)
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


def _token(answers: Answers) -> AccessToken:
    return AccessToken(answers.get(TOKEN) or os.environ.get(TOKEN_VARIABLE, "").strip())


async def _nothing() -> None:
    """There is nothing to wait for."""


def _until(
    app: App,
    ended: asyncio.Event,
    render: Callable[[], None],
    attach: Callable[[], None],
    finished: Callable[[], Coroutine[None, None, None]] = _nothing,
) -> None:
    """Show the window until `ended` is set, or somebody closes it, and what is under way has `finished`."""

    async def wait() -> int:
        attach()
        waiting = {asyncio.ensure_future(app.closed()), asyncio.ensure_future(ended.wait())}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        await finished()
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
