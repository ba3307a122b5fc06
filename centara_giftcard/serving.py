"""The only composition root: settings -> adapters -> terminal -> window, under the first picture."""

import asyncio
import gc
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard import crash
from centara_giftcard.bootstrap import SUPPORT, TRIAL, Plan, this_till_of
from centara_giftcard.config.settings import Settings
from centara_giftcard.config.vault import TOKEN_VARIABLE
from centara_giftcard.domain.cards import is_number_of
from centara_giftcard.domain.errors import NoToken
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.journal.flight import FlightRecorder
from centara_giftcard.journal.store import SqliteJournal
from centara_giftcard.machine import SystemClock, SystemIds
from centara_giftcard.probe.proof import is_proven, units_proven
from centara_giftcard.scanner.framing import read_frame
from centara_giftcard.scanner.keyboard import WedgeDetector
from centara_giftcard.started import seconds_since_start
from centara_giftcard.terminal.controller import Controller
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import (
    JournalMissing,
    JournalSetAside,
    KeyboardChanged,
    PaperTrouble,
    ScannerChanged,
    TerminalEvent,
)
from centara_giftcard.terminal.papers import Papers
from centara_giftcard.terminal.ports import Locksmith, Loyalty, Recorder, Scan, ScanSource, SourceState
from centara_giftcard.terminal.tasks import Tasks, where
from centara_giftcard.ui.app import App
from centara_giftcard.ui.beeper import Beeper
from centara_giftcard.ui.focus import KeyboardWatch
from centara_giftcard.ui.keys import KeyRouter
from centara_giftcard.ui.presenters.paper import PaperPresenter
from centara_giftcard.ui.presenters.shell import ShellPresenter
from centara_giftcard.ui.presenters.sounds import Sounds
from centara_giftcard.ui.screens import rest_of_it
from centara_giftcard.words import Words
from centara_giftcard.workshop import (
    PaperStock,
    journal_of,
    locksmith_of,
    loyalty_of,
    paper_of,
    scanner_of,
    typesetter_of,
    vault_of,
)

CLOSE_LIMIT_S: Final = 15.0
"""How long closing waits for an answer under way: longer than the reply timeout's default."""

PRINT_LIMIT_S: Final = 5.0
"""How long it waits for the printer after that."""


class Till(Struct, frozen=True, weakref=True):  # Qt holds what it calls weakly
    """A running till, as a driver inside the program sees it (the demo's walk). `hear` adds a listener."""

    app: App
    controller: Controller
    presenter: ShellPresenter
    papers: Papers
    settings: Settings
    words: Words
    data_dir: Path
    hear: Callable[[Callable[[TerminalEvent], None]], None]

    def scan(self, number: str, source: ScanSource = ScanSource.DEMO) -> None:
        """Have a card scanned."""
        self.presenter.scanned(Scan(number, source))


async def serve(app: App, plan: Plan, words: Words, painted_s: float) -> int:
    """Compose the till under the painted window and run it until it is closed."""

    clock = SystemClock()
    async with AsyncExitStack() as stack:
        flight = FlightRecorder(plan.data_dir, clock.now)
        stack.callback(flight.close)
        recorder = plan.wrap_recorder(flight)
        tasks = Tasks(lambda fault: recorder.event("fault", fault=where(fault)))
        loyalty, journal, paper, settings, locksmith = await _adapters(plan, recorder, stack)
        rules = Rules(
            settings.series,
            settings.till.currency,
            settings.operators.may_key_numbers,
            settings.loyalty.reply_timeout_s,
            frozenset(settings.operators.supervisors),
            can_print=paper.printer is not None,
            units_proven=plan.practice or units_proven(plan.data_dir, settings.loyalty),
            signs_on=locksmith is not None,
            lock_after_s=settings.operators.lock_after_s,
        )
        events: list[Callable[[TerminalEvent], None]] = []

        def publish(event: TerminalEvent) -> None:
            for hear in events:
                hear(event)

        papers = Papers(
            paper.printer,
            typesetter_of(words, settings, paper.templates),
            journal,
            clock,
            recorder,
            settings.series,
            settings.printer.automatic,
            publish,
        )
        events.append(papers.told)
        if paper.printer is not None:
            stack.callback(paper.printer.close)
        tasks.spawn(papers.run())
        proven = plan.practice or is_proven(plan.data_dir, settings.loyalty)
        controller = Controller(loyalty, journal, clock, SystemIds(), recorder, rules, publish, locksmith)
        presenter = ShellPresenter(
            app.shell,
            controller,
            journal,
            clock,
            recorder,
            words,
            settings.till.currency,
            rules,
            PaperPresenter(words, papers, settings.printer.width_mm),
            replace(this_till_of(replace(plan, settings=settings), words), proven=proven),
            tasks.spawn,
            asyncio.get_running_loop().call_later,
            None if plan.practice else app.close,
        )
        events.append(presenter.told)
        stack.push_async_callback(tasks.close)
        tasks.spawn(controller.run())
        till = Till(app, controller, presenter, papers, settings, words, plan.data_dir, events.append)
        listen_to_serial = _listen(till, publish, recorder, stack)
        if settings.till.sounds:
            events.append(Sounds(Beeper().play).told)
        plan.ready(till)
        await controller.started()
        listen_to_serial()  # it looks for a scanner in a thread, which the start would have waited for
        tasks.spawn(_import_the_rest())
        if ended_by := crash.untold(plan.data_dir):
            presenter.crashed(ended_by)
        if paper.trouble:
            publish(PaperTrouble(paper.trouble))
        if journal.missing:
            publish(JournalMissing())
        if journal.set_aside is not None:
            publish(JournalSetAside(journal.set_aside.name, journal.salvaged))
        gc.freeze()  # what start-up made stays for good: no collection need look at it
        gc.enable()
        recorder.event("ready", painted_ms=round(painted_s * 1000), proven=proven)
        status = await _run_to_the_end(till, plan, painted_s)
        await controller.close(CLOSE_LIMIT_S)
        await papers.close(PRINT_LIMIT_S)
        recorder.event("stopped")
        return status


async def _import_the_rest() -> None:
    """So that no page waits for its import when it is first shown, and the start for no page."""
    await asyncio.to_thread(rest_of_it)


async def _run_to_the_end(till: Till, plan: Plan, painted_s: float) -> int:
    if plan.quit_when_ready:
        ready_s = seconds_since_start()
        sys.stdout.write(f"first paint: {painted_s * 1000:.0f} ms\nready: {ready_s * 1000:.0f} ms\n")
        return 0
    if plan.drive is not None:
        return await plan.drive(till)
    await till.app.closed()
    return {"trial": TRIAL, "support": SUPPORT}.get(till.presenter.wanted, 0)


_Adapters = tuple[Loyalty, SqliteJournal, PaperStock, Settings, Locksmith | None]


async def _adapters(plan: Plan, recorder: Recorder, stack: AsyncExitStack) -> _Adapters:
    """Open and connect the adapters, in a thread. Raises TerminalError."""

    def build() -> _Adapters:

        settings = plan.prepare(plan.settings)
        vault = vault_of(plan.data_dir, settings.identity, plan.use_keyring)
        token = plan.token or vault.token()
        if token is None:
            told = (
                "This till has no access token: set {variable}, "
                "or store it with centara-giftcard doctor --store-token."
            )
            raise NoToken(Sentence(told, variable=TOKEN_VARIABLE))
        loyalty = loyalty_of(settings, token, lambda name, fields: recorder.event(name, **fields))
        locksmith = locksmith_of(plan.data_dir, vault) if settings.operators.required else None
        journal = journal_of(plan.data_dir, vault)
        return loyalty, journal, paper_of(settings.printer), settings, locksmith

    built = loyalty, journal, *_ = await asyncio.to_thread(build)
    stack.push_async_callback(loyalty.close)
    stack.push_async_callback(journal.close)
    return built


def _listen(
    till: Till, publish: Callable[[TerminalEvent], None], recorder: Recorder, stack: AsyncExitStack
) -> Callable[[], None]:
    """Connect keyboard and wedge; what is returned begins to listen to the serial scanner."""

    scanner = till.settings.scanner

    def number(text: str) -> str:
        # A scan that says nothing was a scan all the same, and the cashier heard it beep.
        return read_frame(text, scanner.prefix, scanner.suffix) or ""

    def is_card(text: str) -> bool:
        return is_number_of(number(text), till.settings.series)

    sorter = WedgeDetector(scanner.prefix, scanner.suffix, scanner.max_gap_ms, is_card)
    router = KeyRouter(till.app.qt, sorter)

    def keyboard(text: str) -> None:
        till.scan(number(text), ScanSource.KEYBOARD)

    till.app.attach(till.presenter, router, keyboard)
    watch = KeyboardWatch(till.app.qt, till.app.window)
    watch.changed.connect(lambda here: publish(KeyboardChanged(here)))
    till.app.watch_session(till.words.say("Closing after confirmation"))
    serial = scanner_of(scanner, lambda fault: recorder.event("fault", fault=where(fault)))

    def changed(state: SourceState) -> None:
        recorder.event("scanner", state=state.value)
        publish(ScannerChanged(state))

    stack.callback(serial.stop)
    return lambda: serial.start(till.presenter.scanned, changed)
