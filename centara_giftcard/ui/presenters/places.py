"""The places of the rail and their keys, and which events the bars and the papers are about."""

from typing import Final

from centara_giftcard.domain.operators import Permission
from centara_giftcard.terminal.events import (
    CardShown,
    KeyboardChanged,
    OpenChanged,
    OperatorChanged,
    PaymentShown,
    Ready,
    ScannerChanged,
    ServerHeard,
    ServerSilent,
)
from centara_giftcard.terminal.printing import ReceiptPending, ReceiptPrinted, ReceiptPrinting

PLACES: Final = {
    "f1": "help",
    "f2": "till",
    "f3": "sell",
    "f4": "undo",
    "f5": "holds",
    "f6": "history",
    "f7": "shift",
    "f9": "settings",
    "f10": "lock",
}
WAYS: Final = {"t": "trial", "s": "support"}
"""What the till is closed for from its Settings, by its key; `wanted` tells which."""

TURNS: Final = {"page_up": -0.9, "page_down": 0.9, "up": -0.1, "down": 0.1}
ANSWERS: Final = frozenset({"enter", "escape", "f12", "delete"})
"""The keys that answer a notice too."""

OF_PAPER: Final = (ReceiptPrinting, ReceiptPrinted, ReceiptPending)
ASIDE: Final = frozenset({"help", "receipt"})
"""Pages to glance at: cards that are scanned meanwhile are still for the stage behind them."""

ON_THE_BARS: Final = (
    ServerHeard,
    ServerSilent,
    ScannerChanged,
    KeyboardChanged,
    OpenChanged,
    OperatorChanged,
    PaymentShown,
    CardShown,
    Ready,
)
"""The events that change what the bars show; the clock has its own beat."""

NEEDED: Final = {
    "history": Permission.HISTORY,
    "shift": Permission.X_REPORT,
    "settings": Permission.SETTINGS,
}
"""What somebody has to be allowed to do to see a place."""
