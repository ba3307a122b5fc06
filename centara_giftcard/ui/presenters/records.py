"""What the journal's records are called on every list: their states, and who closed them. No Qt here."""

from typing import Final

from centara_giftcard.terminal.ports import Closure, Record
from centara_giftcard.ui.presenters.views import Tone
from centara_giftcard.words import Words

STATES: Final[dict[str, tuple[str, Tone]]] = {
    "requesting": ("Requesting", Tone.UNCLEAR),
    "held": ("Held", Tone.HELD),
    "committing": ("Confirming", Tone.UNCLEAR),
    "committed": ("Paid", Tone.PAID),
    "cancelling": ("Releasing", Tone.UNCLEAR),
    "cancelled": ("Released", Tone.INFO),
    "refused": ("Refused", Tone.REFUSED),
    "not_held": ("Not held", Tone.REFUSED),
    "orphan_hold": ("Orphan hold", Tone.UNCLEAR),
    "unclear": ("Unclear", Tone.UNCLEAR),
    "sending": ("Sending", Tone.UNCLEAR),
    "done": ("Done", Tone.PAID),
}
"""The words for the states of the journal's export, and their tones."""

SALES: Final = ("issue", "issue_live")

_SALE_STATES: Final[dict[tuple[bool, str], tuple[str, Tone]]] = {
    (True, "done"): ("Sold", Tone.PAID),
    (True, "refused"): ("Not sold", Tone.REFUSED),
    (False, "done"): ("Sale undone", Tone.INFO),
    (False, "refused"): ("Not undone", Tone.REFUSED),
}
"""The same for sales (True) and for undoing them, where they have words of their own."""

REASONS: Final = (
    "The server shows it gone",
    "Settled with the customer",
    "Support has confirmed it",
    "Entered by mistake",
)
"""Why an entry is mostly closed. The journal keeps the English words, alike in every shop."""

NOT_HANDED_OVER: Final = ("Not handed over", Tone.ATTENTION)
"""A card that was printed at its sale, and not scanned back yet."""

TO_BE_CONFIRMED: Final = ("To be confirmed", Tone.UNCLEAR)
"""What ended on the server's word alone: no reading has borne it out yet, so it is open still."""

_ENDED: Final = ("committed", "cancelled", "done")


def state_of(record: Record) -> tuple[str, Tone]:
    """The words for where an operation stands, and their tone."""
    if record.closed is not None:
        return "Closed", Tone.INFO
    if (record.kind, record.state, record.settled) == ("issue_live", "done", False):
        return NOT_HANDED_OVER
    if record.state in _ENDED and not record.settled:
        return TO_BE_CONFIRMED
    known = STATES.get(record.state, (record.state, Tone.UNCLEAR))
    if record.kind == "payment":
        return known
    return _SALE_STATES.get((record.kind in SALES, record.state), known)


def closed_by(words: Words, closed: Closure) -> str:
    """Who took an entry off the list, when and why: `Closed by 7 on 2 Mar 2026 at 13:10: Settled…`."""
    return words.say(
        "Closed by {id} on {date} at {time}: {reason}",
        id=closed.by,
        date=words.date(closed.at),
        time=words.time(closed.at),
        reason=words.say(closed.reason) if closed.reason in REASONS else closed.reason,
    )
