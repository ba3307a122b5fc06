"""Rows to choose from, under each other: what a list of cards and the list of open holds have in common."""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.screens.page import Body
from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets.buttons import DrawnButton


class Named(Protocol):
    """A row's value: it has a name of its own."""

    @property
    def name(self) -> str:
        """What is emitted when the row is touched."""


R = TypeVar("R", bound=Named)


class RowButton(DrawnButton, Generic[R]):
    """One row. Each kind fills `named`, `height_for` and `paint`."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.row: R | None = None
        self.chosen = False

    def show_row(self, row: R, chosen: bool) -> None:
        """Show `row`; the same one again does nothing."""
        if (row, chosen) == (self.row, self.chosen):
            return
        self.row, self.chosen = row, chosen
        name, told, description = self.named(row)
        self.setObjectName(name)
        self.setAccessibleName(", ".join(part for part in told if part))
        self.setAccessibleDescription(description)
        self.update()

    def named(self, row: R) -> tuple[str, tuple[str, ...], str]:
        """The object's name, the parts of its accessible name, and its accessible description."""
        raise NotImplementedError

    def height_for(self, _width: int) -> int:
        """The height the row takes at this width."""
        raise NotImplementedError


class RowsBody(Body, Generic[R]):
    """As many rows as there are values, `inset` pixels from the sides. Emits `touched` with a row's name."""

    touched = Signal(str)

    def __init__(
        self,
        theme: Theme,
        make: Callable[[Theme, QWidget], RowButton[R]],
        parent: QWidget | None = None,
        inset: int = 0,
    ) -> None:
        super().__init__(theme, parent)
        self._make = make
        self._inset = inset
        self._buttons: list[RowButton[R]] = []  # those that are no longer needed stay, hidden
        self.count = 0

    def show_rows(self, rows: Sequence[R], selected: int) -> None:
        """Show `rows` from now on; `selected` is the place of the one that is chosen."""
        self.count = len(rows)
        while len(self._buttons) < self.count:
            button = self._make(self.theme, self)
            button.clicked.connect(self._press)
            self._buttons.append(button)
        for place, button in enumerate(self._buttons):
            if place < self.count:
                button.show_row(rows[place], place == selected)
            button.setVisible(place < self.count)

    def button(self, place: int) -> RowButton[R]:
        """The row at `place`."""
        return self._buttons[place]

    def height_for(self, width: int) -> int:
        return sum(it.height_for(width - 2 * self._inset) for it in self._buttons[: self.count])

    def arrange(self) -> None:
        top, wide = 0, self.width() - 2 * self._inset
        for button in self._buttons[: self.count]:
            high = button.height_for(wide)
            button.setGeometry(self._inset, top, wide, high)
            top += high

    def _press(self) -> None:
        button = self.sender()
        if isinstance(button, RowButton) and button.row is not None:
            self.touched.emit(button.row.name)
