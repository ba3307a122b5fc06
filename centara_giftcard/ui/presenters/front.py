"""The window as the presenters show it, with the guard told what can be pressed on each page. No Qt here."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from centara_giftcard.ui.presenters.guard import Guard, Offered
from centara_giftcard.ui.presenters.views import (
    Action,
    Entry,
    HoldsView,
    ListPanel,
    LockView,
    ReceiptView,
    Role,
    ShellView,
    TableView,
    TextView,
    TillView,
)
from centara_giftcard.words import Words


class Window(Protocol):
    """The window as these presenters need it."""

    def show_shell(self, view: ShellView) -> None:
        """Draw top bar and rail."""

    def show_till(self, view: TillView) -> None:
        """Bring the Till, or a stage of its shape, to the front."""

    def show_table(self, view: TableView) -> None:
        """Bring a list to the front."""

    def show_holds(self, view: HoldsView) -> None:
        """Bring the open holds to the front."""

    def show_text(self, view: TextView) -> None:
        """Bring a page to read to the front."""

    def show_receipt(self, view: ReceiptView) -> None:
        """Bring a receipt to the front."""

    def show_lock(self, view: LockView) -> None:
        """Bring a question, such as who signs on, to the front."""

    def toggle_samples(self) -> None:
        """Open or close the demo's tray."""

    def sample_key(self, key: str) -> bool:
        """A key while the demo's tray is open; whether it chose or scanned a card there."""

    def close_samples(self) -> bool:
        """Close the demo's tray where it lies over the stage; whether it did."""

    def turn_page(self, pages: float) -> None:
        """Scroll the page in view by a share of its height; negative is up."""


class Front:
    """A Window that hands everything on to `window`, and tells `guard` of each page."""

    def __init__(self, window: Window, guard: Guard, words: Words) -> None:
        self._window = window
        self._guard = guard
        named = {"Enter": "enter", "Esc": "escape", "Del": "delete"}
        self._caps: Mapping[str, str] = {"F12": "f12"} | {words.say(it): key for it, key in named.items()}

    def show_till(self, view: TillView) -> None:
        """Bring the Till, or a stage of its shape, to the front."""
        rows = [row.name for row in view.panel.rows] if isinstance(view.panel, ListPanel) else []
        self._offer((*view.actions, *view.choices), view.entry, rows)
        self._window.show_till(view)

    def show_holds(self, view: HoldsView) -> None:
        """Bring the open holds to the front."""
        self._offer(view.actions, None, [row.name for row in view.rows])
        self._window.show_holds(view)

    def show_lock(self, view: LockView) -> None:
        """Bring a question, such as who signs on, to the front."""
        self._offer(view.actions, view.entry)
        self._window.show_lock(view)

    def show_receipt(self, view: ReceiptView) -> None:
        """Bring a receipt to the front."""
        self._offer(view.actions)
        self._window.show_receipt(view)

    def show_table(self, view: TableView) -> None:
        """Bring a list to the front."""
        self._offer(())
        self._window.show_table(view)

    def show_text(self, view: TextView) -> None:
        """Bring a page to read to the front."""
        self._offer(view.actions)
        self._window.show_text(view)

    def show_shell(self, view: ShellView) -> None:
        """Draw top bar and rail; nothing on them ever stands in another place."""
        self._window.show_shell(view)

    def toggle_samples(self) -> None:
        """Open or close the demo's tray."""
        self._window.toggle_samples()

    def sample_key(self, key: str) -> bool:
        """A key while the demo's tray is open; whether it chose or scanned a card there."""
        return self._window.sample_key(key)

    def close_samples(self) -> bool:
        """Close the demo's tray where it lies over the stage; whether it did."""
        return self._window.close_samples()

    def turn_page(self, pages: float) -> None:
        """Scroll the page in view by a share of its height; negative is up."""
        self._window.turn_page(pages)

    def _offer(self, actions: Iterable[Action], entry: Entry | None = None, rows: Iterable[str] = ()) -> None:
        actions = tuple(actions)
        caps = [(self._caps.get(it.key, it.key.lower()), it.name) for it in actions if it.enabled and it.key]
        under = (*(it.name for it in actions), *rows)
        field = entry.caption if entry is not None and entry.enabled else ""
        deciding = {it.name for it in actions if it.role is Role.TAKE} | {"accept", "allow"}
        self._guard.shows(Offered(frozenset(caps), under, field, frozenset(deciding)))
