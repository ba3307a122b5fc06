"""What the demo does under the first picture: its server, its sample cards, the walk without a display."""

import asyncio
import sys
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from centara_giftcard.config.settings import Settings, with_server
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.receipts import as_text
from centara_giftcard.sandbox import SAMPLE_CARDS, SandboxServer
from centara_giftcard.serving import Till
from centara_giftcard.terminal.events import CardToPrint, TerminalEvent
from centara_giftcard.terminal.ports import Recorder
from centara_giftcard.ui.presenters.views import SampleTile, SampleTray

WALK_LIMIT_S: Final = 20.0
"""How long the walk waits for each screen before it says that something is wrong."""

Screen = tuple[str, str, str | None]


class Embedded:
    """The sandbox inside the program. Its ledger begins anew at each start, so the journal does too."""

    def __init__(self, settings: Settings) -> None:
        self._server = SandboxServer(currency_decimals=settings.till.currency.decimals)

    def prepare(self, settings: Settings, data_dir: Path) -> Settings:
        """Start it; return the settings that name it. Raises JournalError."""
        _keep_last_journal(data_dir)
        return _with_printer(with_server(settings, self._server.start()), data_dir)

    def stop(self) -> None:
        """End it."""
        self._server.stop()


def _keep_last_journal(data_dir: Path) -> None:
    """Put the last demo's journal aside as `last-*`: its holds mean nothing to a new ledger.

    Raises JournalError for a folder with a journal that is not a demo's.
    """
    mark = data_dir / "demo"
    if (data_dir / "journal.sqlite3").exists() and not mark.exists():
        raise JournalError(f"{data_dir} holds the journal of a till: choose another --data-dir for the demo.")
    mark.touch()
    (data_dir / "journal.reserve").unlink(missing_ok=True)  # else its journal would be missed
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


def offer_samples(till: Till) -> None:
    """Put the sample cards into the tray, and a card that was printed."""
    say = till.words.say
    tiles = tuple(SampleTile(card.number, card.label, card.explains) for card in SAMPLE_CARDS)
    till.app.offer_samples(SampleTray(say("Sample cards"), "F8", tiles), till.scan)

    def offer_printed(event: TerminalEvent) -> None:
        """A card that was printed must be scanned back; here no paper lies on the counter."""
        if isinstance(event, CardToPrint) and event.issue.card is not None:
            printed = SampleTile(event.issue.card.reveal(), "Printed card", "The card that was printed last.")
            till.app.shell.show_samples(SampleTray(say("Sample cards"), "F8", (printed, *tiles)))

    till.hear(offer_printed)


class Walk:
    """One whole sale, told in text with a picture of each step.

    It is a recorder that passes everything on, which is how it knows of each screen.
    """

    def __init__(self) -> None:
        self._inner: Recorder | None = None
        self._screens: asyncio.Queue[Screen] = asyncio.Queue()
        self._step = 0

    def wrap(self, inner: Recorder) -> Recorder:
        """Stand before `inner`."""
        self._inner = inner
        return self

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        """The till shows something else."""
        if self._inner is not None:
            self._inner.screen(screen, headline, outcome, operation, card)
        self._screens.put_nowait((screen, headline, outcome))

    def event(self, name: str, **fields: str | int | float | bool | None) -> None:
        """Anything else."""
        if self._inner is not None:
            self._inner.event(name, **fields)

    async def go(self, till: Till) -> int:
        """Walk and return 0; 1 if the till does not come to the screen that it should."""
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
            screen, headline, outcome = await asyncio.wait_for(self._screens.get(), WALK_LIMIT_S)
            if screen == wanted:
                break
        self._step += 1
        path = till.data_dir / "pictures" / f"{self._step}-{screen}.png"
        till.app.picture(path)
        _tell(f"{self._step}. {screen}: {headline}" + (f" [{outcome}]" if outcome else "") + f"  ({path})")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
