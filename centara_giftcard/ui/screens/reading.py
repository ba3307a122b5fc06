"""A page to read: help, the settings in force."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import TextView
from centara_giftcard.ui.screens.acting import ActingPage
from centara_giftcard.ui.screens.page import Body
from centara_giftcard.ui.theme import BOLD, SEMIBOLD, Theme
from centara_giftcard.ui.widgets import text

MEASURE = 860
LINES = 12


class TextBody(Body):
    """Draws the sections under each other: a heading, then terms on the left and their text on the right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._view: TextView | None = None

    def set_view(self, view: TextView) -> None:
        """Draw `view` from now on."""
        self._view = view
        self.update()

    def height_for(self, width: int) -> int:
        return round(self._run(None, width))

    def paint(self, painter: QPainter) -> None:
        self._run(painter, self.width())

    def _run(self, painter: QPainter | None, width: int) -> float:
        """Go down the page, drawing when there is a painter; returns the height."""
        if self._view is None:
            return 0.0
        pad, colours = self.theme.sizes.panel_pad, self.theme.colours
        head_font = self.theme.font(self.theme.sizes.lead, BOLD)
        top = float(pad)
        for number, (heading, lines) in enumerate(self._view.sections):
            top += pad if number else 0
            words = text.broken(heading, head_font, width - 2 * pad, 2)
            if painter is not None:
                text.draw_lines(painter, QPointF(pad, top), words, head_font, colours.ink)
            top += text.line_height(head_font) * len(words) + 6
            for term, sentence in lines:
                top = self._run_line(painter, top, width, term, sentence)
        return top + pad

    def _run_line(self, painter: QPainter | None, top: float, width: int, term: str, sentence: str) -> float:
        pad, colours = self.theme.sizes.panel_pad, self.theme.colours
        term_font, font = self.theme.font(self.theme.sizes.body, SEMIBOLD), self._font()
        room = min(width - 2 * pad, MEASURE)
        column = self._term_column(room) if term else 0.0
        terms = text.broken(term, term_font, column - 16, LINES) if term else []
        words = text.broken(sentence, font, room - column, LINES)
        if painter is not None:
            text.draw_lines(painter, QPointF(pad, top), terms, term_font, colours.ink)
            text.draw_lines(painter, QPointF(pad + column, top), words, font, colours.ink2)
        return top + text.line_height(font) * max(len(terms), len(words)) + 6

    def _term_column(self, room: float) -> float:
        """As wide as the widest term, within a third of the measure."""
        font = self.theme.font(self.theme.sizes.body, SEMIBOLD)
        sections = self._view.sections if self._view is not None else ()
        widest = max((text.width_of(term, font) for _, lines in sections for term, _ in lines), default=0.0)
        return min(widest + 24, room / 3)

    def _font(self) -> QFont:
        return self.theme.font(self.theme.sizes.body)


class TextPage(ActingPage):
    """Shows a TextView."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._text = TextBody(theme)
        super().__init__(theme, self._text, parent)
        self._view: TextView | None = None

    def show_view(self, view: TextView) -> None:
        """Show `view`; the same one again does nothing."""
        if view == self._view:
            return
        self._view = view
        self.set_heading(view.title, view.subtitle)
        self._text.set_view(view)
        self.show_actions(view.actions)
        self.arrange()
        self.update()
