"""What is told by itself, wherever the cashier looks: how something ended that is not in view. No Qt here."""

from typing import Final

from msgspec.structs import replace

from centara_giftcard.domain.operation import Verdict
from centara_giftcard.terminal.events import PaymentShown, Reopened, Settled, TerminalEvent
from centara_giftcard.ui.presenters import sentences
from centara_giftcard.ui.presenters.stage import Note
from centara_giftcard.words import Words

REMEMBERED: Final = 64
"""Operations of which the last word is remembered: many more than are open at once."""


class Tidings:
    """Turns events into notices, each told once. `said` stands until it is answered, or a newer one comes."""

    def __init__(self, words: Words) -> None:
        self.said: Note | None = None
        self._words = words
        self._told: dict[str, str] = {}

    def of(self, event: TerminalEvent) -> Note | None:
        """What there is to tell of `event` where its stage is not in view, if anything new."""
        match event:
            case Settled(operation=operation) if operation.ended_by_hand:
                return None  # scanned back, or its sale undone
            case Settled(operation=operation):
                band, outcome = sentences.settled(self._words, operation)
            case Reopened(operation=operation):
                band, outcome = sentences.reopened(self._words, operation)
            case PaymentShown(payment=operation) if operation.told or operation.verdict is Verdict.HELD:
                band, outcome = sentences.payment(self._words, event)
                advice = band.advice if operation.told else self._words.say("It waits on the Till (F2).")
                band = replace(band, headline=f"{operation.card}: {band.headline}", advice=advice)
            case _:
                return None
        card = str(operation.card) if operation.card else None
        return self.fresh(operation.id, Note(band, outcome, operation.id, card))

    def fresh(self, about: str, note: Note | None) -> Note | None:
        """`note`, if it was not told last `about` an operation or a stage; without one it begins anew."""
        if note is None:
            self._told.pop(about, None)
        elif self._told.get(about) == note.band.headline:
            return None
        else:
            self._note(about, note.band.headline)
        return note

    def seen(self, event: PaymentShown) -> None:
        """A payment was shown on its own stage: it need not be told elsewhere again."""
        band, _ = sentences.payment(self._words, event)
        self._note(event.payment.id, f"{event.payment.card}: {band.headline}")

    def _note(self, id: str, headline: str) -> None:
        self._told.pop(id, None)
        self._told[id] = headline
        if len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]
