"""The demo: the till on an embedded sandbox server with sample cards; without a display, one sale in text.

Nothing is simulated on this side: the window, the controller, the journal and the client are the real ones,
and the server is a real one on loopback.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.bootstrap import Plan, Till
from centara_giftcard.bootstrap import run as run_plan
from centara_giftcard.config.settings import Settings, demo_settings, load, with_server
from centara_giftcard.display import display_problem
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.options import Options
from centara_giftcard.terminal.events import CardToPrint, TerminalEvent
from centara_giftcard.terminal.ports import Recorder
from centara_giftcard.ui.presenters.views import SampleTile, SampleTray

if TYPE_CHECKING:
    from asyncio import Queue

    from centara_giftcard.sandbox import SandboxServer

WALK_LIMIT_S: Final = 20.0
"""How long the walk waits for each screen before it says that something is wrong."""

_BEFORE_START: Final = "http://127.0.0.1:1"
"""Stands for the sandbox's address until that is known; nothing is sent to it."""

Screen = tuple[str, str, str | None]


def run(options: Options) -> int:
    """Run the demo; return the exit status. Raises TerminalError."""
    told = _Telling()
    without_display = options.platform == "offscreen" or display_problem() is not None
    if without_display:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    settings = load(options.settings) if options.settings else demo_settings(_BEFORE_START)
    if options.server:
        settings = with_server(settings, options.server)
    embedded = _Embedded(None)
    data_dir = options.data_folder()
    try:
        return run_plan(
            Plan(
                settings,
                data_dir,
                badge="DEMO",
                fill_screen=False,
                use_keyring=False,
                practice=not options.server,
                token=AccessToken(os.environ.get("CENTARA_GIFTCARD_TOKEN") or "demo"),
                prepare=(lambda known: known) if options.server else embedded.prepare(data_dir),
                ready=_offer_samples,
                drive=_Walk(told).go if without_display else None,
                wrap_recorder=told.wrap,
                quit_when_ready=options.quit_when_ready,
                settings_name=str(options.settings or ""),
            )
        )
    finally:
        embedded.stop()


class _Embedded(Struct):
    """The sandbox inside the program. Its ledger begins anew at each start, so the journal does too."""

    server: "SandboxServer | None"

    def prepare(self, data_dir: Path) -> Callable[[Settings], Settings]:
        def start(settings: Settings) -> Settings:
            from centara_giftcard.sandbox import SandboxServer

            _keep_last_journal(data_dir)
            self.server = SandboxServer(currency_decimals=settings.till.currency.decimals)
            return _with_printer(with_server(settings, self.server.start()), data_dir)

        return start

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()


def _keep_last_journal(data_dir: Path) -> None:
    """Put the last demo's journal aside as `last-*`: its holds mean nothing to a new ledger.

    Raises JournalError for a folder with a journal that is not a demo's.
    """
    mark = data_dir / "demo"
    if (data_dir / "journal.sqlite3").exists() and not mark.exists():
        raise JournalError(f"{data_dir} holds the journal of a till: choose another --data-dir for the demo.")
    mark.touch()
    for file in data_dir.glob("journal.sqlite3*"):
        file.replace(file.with_name(f"last-{file.name}"))


def _with_printer(settings: Settings, data_dir: Path) -> Settings:
    """Have receipts and printed cards come as PDF files, unless the settings name a printer."""
    if settings.printer.address:
        return settings
    papers = data_dir / "receipts"
    papers.mkdir(parents=True, exist_ok=True)
    for old in papers.glob("receipts-*.pdf"):
        old.unlink(missing_ok=True)
    return replace(settings, printer=replace(settings.printer, address=str(papers / "receipts.pdf")))


def _offer_samples(till: Till) -> None:
    from centara_giftcard.sandbox import SAMPLE_CARDS

    say = till.words.say
    tiles = tuple(SampleTile(card.number, card.label, card.explains) for card in SAMPLE_CARDS)
    till.app.offer_samples(SampleTray(say("Sample cards"), "F8", tiles), till.scan)

    def offer_printed(event: TerminalEvent) -> None:
        """A card that was printed must be scanned back; here no paper lies on the counter."""
        if isinstance(event, CardToPrint) and event.issue.card is not None:
            printed = SampleTile(event.issue.card.reveal(), "Printed card", "The card that was printed last.")
            till.app.shell.show_samples(SampleTray(say("Sample cards"), "F8", (printed, *tiles)))

    till.hear(offer_printed)


class _Telling:
    """A recorder that passes everything on and lets the walk wait for screens."""

    def __init__(self) -> None:
        self._inner: Recorder | None = None
        self._screens: Queue[Screen] | None = None

    def wrap(self, inner: Recorder) -> Recorder:
        from asyncio import Queue  # after the first paint

        self._inner, self._screens = inner, Queue()
        return self

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        if self._inner is not None:
            self._inner.screen(screen, headline, outcome, operation, card)
        if self._screens is not None:
            self._screens.put_nowait((screen, headline, outcome))

    def event(self, name: str, **fields: str | int | float | bool | None) -> None:
        if self._inner is not None:
            self._inner.event(name, **fields)

    async def next_screen(self) -> Screen:
        """The next screen that the till shows. Raises TimeoutError after WALK_LIMIT_S."""
        import asyncio

        if self._screens is None:
            raise TimeoutError
        return await asyncio.wait_for(self._screens.get(), WALK_LIMIT_S)


class _Walk:
    """One whole sale, told in text with a picture of each step."""

    def __init__(self, told: _Telling) -> None:
        self._told = told
        self._step = 0

    async def go(self, till: Till) -> int:
        """Walk and return 0; 1 if the till does not come to the screen that it should."""
        from centara_giftcard.domain.receipts import as_text
        from centara_giftcard.sandbox import SAMPLE_CARDS

        pictures = till.data_dir / "pictures"
        pictures.mkdir(parents=True, exist_ok=True)
        _tell("There is no display, so here is one whole sale in text, on a server of its own.")
        try:
            await self._until(till, "ready")
            till.scan(SAMPLE_CARDS[0].number)
            await self._until(till, "card")
            for key in "12.50":
                till.app.tap(key)
            await self._until(till, "amount")
            till.app.tap("enter")
            await self._until(till, "hold")
            till.app.tap("f12")
            await self._until(till, "done")
        except TimeoutError:
            _tell("The till did not get there in time; its log says more.")
            return 1
        receipt = till.papers.preview("till")
        if receipt is not None:
            _tell("\n" + as_text(receipt))
        return 0

    async def _until(self, till: Till, wanted: str) -> None:
        while True:
            screen, headline, outcome = await self._told.next_screen()
            if screen == wanted:
                break
        self._step += 1
        path = till.data_dir / "pictures" / f"{self._step}-{screen}.png"
        till.app.picture(path)
        _tell(f"{self._step}. {screen}: {headline}" + (f" [{outcome}]" if outcome else "") + f"  ({path})")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
