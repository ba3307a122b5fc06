"""The Till with a card on it in Qt's own widgets and layouts: what the till's changes are held against."""

from typing import TypeVar

from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

STEPS = ("Card", "Amount", "Hold", "Done")
SMALL, PLAIN, LARGE, HEAD, KEY, TYPED, FIGURE = 14, 15, 18, 22, 24, 44, 60
"""Sizes of text in pixels: the till's."""

W = TypeVar("W", QLabel, QPushButton, QLineEdit)


def page(spent: int) -> QWidget:
    """One page; `spent` tells one from another."""
    whole = QWidget()
    rows = QVBoxLayout(whole)
    way = QHBoxLayout()
    for number, name in enumerate(STEPS, 1):
        way.addWidget(_sized(QLabel(str(number)), SMALL, bold=True))
        way.addWidget(_sized(QLabel(name), PLAIN, bold=True))
    middle = QHBoxLayout()
    middle.addWidget(_subject(spent), 2)
    middle.addWidget(_decision(spent), 1)
    foot, said = _framed()
    said.addWidget(_sized(QLabel(f"€{100 - spent}.00 available"), HEAD, bold=True))
    said.addWidget(_sized(QLabel("Type the amount, then press Enter."), LARGE))
    rows.addLayout(way)
    rows.addLayout(middle, 1)
    rows.addWidget(foot)
    return whole


def _subject(spent: int) -> QFrame:
    frame, rows = _framed()
    top = QHBoxLayout()
    face, on_it = QFrame(), QGridLayout()
    face.setFrameShape(QFrame.Shape.StyledPanel)
    face.setLayout(on_it)
    on_it.addWidget(_sized(QLabel("Classic"), LARGE, bold=True), 0, 0)
    on_it.addWidget(_sized(QLabel("Gift card"), SMALL), 0, 1)
    on_it.addWidget(_sized(QLabel(f"•••• •••• •••• {spent}16"), KEY, bold=True), 1, 0, 1, 2)
    on_it.addWidget(_sized(QLabel("Valid until 31 Dec 2027"), SMALL), 2, 0)
    on_it.addWidget(_sized(QLabel("Issued 1 Feb 2026"), SMALL), 2, 1)
    beside = QVBoxLayout()
    beside.addWidget(_sized(QLabel("Available"), PLAIN))
    beside.addWidget(_sized(QLabel(f"€{100 - spent}.00"), FIGURE, bold=True))
    top.addWidget(face)
    top.addLayout(beside)
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setValue(100 - spent)
    legend = QHBoxLayout()
    for label, amount in (("Available", 100 - spent), ("Held", 0), ("Spent", spent), ("Original", 100)):
        legend.addWidget(_sized(QLabel(label), PLAIN))
        legend.addWidget(_sized(QLabel(f"€{amount}.00"), PLAIN, bold=True))
    rows.addLayout(top)
    rows.addWidget(bar)
    rows.addLayout(legend)
    return frame


def _decision(spent: int) -> QFrame:
    frame, rows = _framed()
    keys, decisions = QGridLayout(), QHBoxLayout()
    for place, face in enumerate("123456789.0⌫"):
        keys.addWidget(_sized(QPushButton(face), KEY, high=62), *divmod(place, 3))
    for label in ("Request payment", "Back"):
        decisions.addWidget(_sized(QPushButton(label), LARGE, bold=True, high=72))
    rows.addWidget(_sized(QLabel("Amount due"), PLAIN))
    rows.addWidget(_sized(QLineEdit(f"{spent}.00"), TYPED, bold=True))
    rows.addLayout(keys)
    rows.addLayout(decisions)
    return frame


def _framed() -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setFrameShape(QFrame.Shape.StyledPanel)
    rows = QVBoxLayout(frame)
    return frame, rows


def _sized(widget: W, size: int, bold: bool = False, high: int = 0) -> W:
    font = widget.font()
    font.setPixelSize(size)
    font.setBold(bold)
    widget.setFont(font)
    widget.setMinimumHeight(high)
    return widget
