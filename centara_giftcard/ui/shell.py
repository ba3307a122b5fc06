"""The window's inside: top bar, rail, the stage with its pages, and the demo's tray."""

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from centara_giftcard.ui.presenters.views import (
    HoldsView,
    LockView,
    ReceiptView,
    SampleTray,
    ShellView,
    TableView,
    TextView,
    TillView,
)
from centara_giftcard.ui.screens import rest_of_it
from centara_giftcard.ui.screens.till import TillScreen
from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets.band import NoticeBar
from centara_giftcard.ui.widgets.base import Drawn
from centara_giftcard.ui.widgets.measure import stage_rect
from centara_giftcard.ui.widgets.rail import Rail
from centara_giftcard.ui.widgets.topbar import TopBar

if TYPE_CHECKING:
    from centara_giftcard.ui.screens.holds import HoldsPage
    from centara_giftcard.ui.screens.lock import LockPage
    from centara_giftcard.ui.screens.reading import TextPage
    from centara_giftcard.ui.screens.receipt import ReceiptScreen
    from centara_giftcard.ui.screens.table import TablePage
    from centara_giftcard.ui.widgets.tray import Tray

P = TypeVar("P", bound=QWidget)

TRAY_WIDTH = 368
DOCK_FROM = 1600
"""From this logical width on the tray stands beside the stage instead of over it."""


class Shade(Drawn):
    """Darkens what lies behind an open drawer. Emits `touched` when it is pressed."""

    touched = Signal()

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.theme.colours.shade)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self.touched.emit()


class Shell(Drawn):
    """Shows whatever view it is given and brings that page to the front.

    Emits `action` (the name of an Action pressed), `key` (a key of the pad: "0".."9", ".", "backspace",
    "clear"), `go` (the name of a destination) and `sample` (the number of a sample card pressed).
    Keys of the keyboard are not handled here.
    """

    action = Signal(str)
    key = Signal(str)
    go = Signal(str)
    sample = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setMinimumSize(800, 480)
        self.setAutoFillBackground(True)
        self.setPalette(theme.palette())
        self.top = TopBar(theme, self)
        self.rail = Rail(theme, self)
        self.stage = QStackedWidget(self)
        self.till = TillScreen(theme)
        self.stage.addWidget(self.till)
        self._samples: SampleTray | None = None
        self._tray: Tray | None = None  # the one that was made, if any
        self.notice = NoticeBar(theme, self)
        self.notice.hide()  # it lies over the stage, which is made before it, and under tray and shade
        self.notice.touched.connect(lambda: self.action.emit("notice"))
        self.rail.go.connect(self.go)
        self.till.action.connect(self.action)
        self.till.key.connect(self.key)
        self.till.samples.connect(self.toggle_samples)

    # The pages below are made when they are first shown: the first picture is the Till.

    @cached_property
    def table(self) -> "TablePage":
        """The page for every list to read."""
        return self._staged(rest_of_it().table(self.theme))

    @cached_property
    def holds(self) -> "HoldsPage":
        """The page of open holds and exceptions."""
        page = self._staged(rest_of_it().holds(self.theme))
        page.action.connect(self.action)
        return page

    @cached_property
    def text(self) -> "TextPage":
        """The page for everything to read."""
        page = self._staged(rest_of_it().text(self.theme))
        page.action.connect(self.action)
        return page

    @cached_property
    def receipt(self) -> "ReceiptScreen":
        """The page with a receipt on it."""
        page = self._staged(rest_of_it().receipt(self.theme))
        page.action.connect(self.action)
        return page

    @cached_property
    def lock(self) -> "LockPage":
        """The page for one question: in front while the till is locked, and when an entry is closed."""
        page = self._staged(rest_of_it().lock(self.theme))
        page.action.connect(self.action)
        page.key.connect(self.key)
        return page

    @cached_property
    def tray(self) -> "Tray":
        """The demo's sample cards, closed at first."""
        tray = rest_of_it().tray(self.theme, self)
        tray.hide()
        tray.scanned.connect(self._scan_sample)
        tray.dismissed.connect(self.toggle_samples)
        self._tray = tray
        return tray

    @cached_property
    def shade(self) -> Shade:
        """The dark ground under the tray while it lies over the stage."""
        shade = Shade(self.theme, self)
        shade.hide()
        shade.touched.connect(self.toggle_samples)
        return shade

    def show_shell(self, view: ShellView) -> None:
        """Show the top bar and the rail."""
        if not self.top.show_value(view):
            return
        if view.notice is not None:
            self.notice.show_value(view.notice)
        self.notice.setVisible(view.notice is not None)
        self.rail.show_destinations(view.destinations, view.current)

    def show_till(self, view: TillView) -> None:
        """Bring the Till, or a stage of its shape, to the front."""
        self.till.show_view(view)
        self.stage.setCurrentWidget(self.till)

    def show_table(self, view: TableView) -> None:
        """Bring a list to the front."""
        self.table.show_view(view)
        self.stage.setCurrentWidget(self.table)

    def show_holds(self, view: HoldsView) -> None:
        """Bring the open holds to the front."""
        self.holds.show_view(view)
        self.stage.setCurrentWidget(self.holds)

    def show_text(self, view: TextView) -> None:
        """Bring a page to read to the front."""
        self.text.show_view(view)
        self.stage.setCurrentWidget(self.text)

    def show_receipt(self, view: ReceiptView) -> None:
        """Bring a receipt to the front."""
        self.receipt.show_view(view)
        self.stage.setCurrentWidget(self.receipt)

    def show_lock(self, view: LockView) -> None:
        """Bring a question, such as who signs on, to the front."""
        self.lock.show_view(view)
        self.stage.setCurrentWidget(self.lock)

    def show_samples(self, samples: SampleTray) -> None:
        """Have sample cards at hand; the tray stays closed until `toggle_samples`."""
        self._samples = samples
        self.till.subject.prompt.offer_samples(samples.title, samples.key)
        if self._tray is not None:
            self._tray.show_tray(samples)

    def toggle_samples(self) -> None:
        """Open or close the tray; without sample cards nothing happens."""
        if self._samples is None:
            return
        self.tray.show_tray(self._samples)
        self.tray.setVisible(self.tray.isHidden())
        self.arrange()
        self.tray.choose(0 if self._tray_open() else None)

    def sample_key(self, key: str) -> bool:
        """A key while the tray is open; whether it chose or scanned a card there."""
        return self._tray_open() and self.tray.key(key)

    def close_samples(self) -> bool:
        """Close the tray where it lies over the stage; whether it did."""
        covers = self._tray_open() and not self._docked()
        if covers:
            self.toggle_samples()
        return covers

    def turn_page(self, pages: float) -> None:
        """Scroll the page in view by a share of its height; negative is up. The Till does not scroll."""
        page = self.stage.currentWidget()
        if isinstance(page, rest_of_it().page):
            page.column.turn(pages)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self.theme.fit_to(self.width(), self.height())
        super().resizeEvent(event)

    def arrange(self) -> None:
        sizes = self.theme.sizes
        self.top.setGeometry(0, 0, self.width(), sizes.bar)
        below = QRect(0, sizes.bar, self.width(), self.height() - sizes.bar)
        self.rail.setGeometry(0, below.top(), sizes.rail, below.height())
        stage = below.adjusted(sizes.rail, 0, 0, 0)
        if self._tray_open() and self._docked():
            stage.adjust(0, 0, -TRAY_WIDTH, 0)
        self.stage.setGeometry(stage)
        room = stage_rect(QRect(0, 0, stage.width(), stage.height()), sizes).translated(stage.topLeft())
        self.notice.setGeometry(room.left(), room.bottom() + 1 - sizes.band, room.width(), sizes.band)
        if self._tray is not None:
            self._arrange_tray(below)

    def restyle(self) -> None:
        self.setPalette(self.theme.palette())
        super().restyle()

    def _arrange_tray(self, below: QRect) -> None:
        wide = min(TRAY_WIDTH, below.width() // 2)
        self.tray.setGeometry(self.width() - wide, below.top(), wide, below.height())
        self.shade.setGeometry(below.adjusted(0, 0, -wide, 0))
        self.shade.setVisible(self._tray_open() and not self._docked())
        self.shade.raise_()
        self.tray.raise_()

    def _tray_open(self) -> bool:
        return self._tray is not None and not self._tray.isHidden()

    def _docked(self) -> bool:
        return self.width() >= DOCK_FROM

    def _scan_sample(self, number: str) -> None:
        if not self._docked():
            self.toggle_samples()
        self.sample.emit(number)

    def _staged(self, page: P) -> P:
        self.stage.addWidget(page)
        return page
