"""The events of operations, and the words that the journal has for them."""

from typing import Final

from centara_giftcard.domain.issue import HandedOver, Undone
from centara_giftcard.domain.operation import (
    AskedAgain,
    Closed,
    HeldForAnother,
    Overdue,
    Overtaken,
    Reply,
    Restarted,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.payment import Release, Take
from centara_giftcard.domain.replies import (
    Accepted,
    HoldPlaced,
    Issued,
    NotSent,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)
from centara_giftcard.domain.sentences import Sentence

JOURNAL_FAULT: Final = Sentence("The journal has a fault.")
"""Where what failed in it was not foreseen."""

Event = (
    Take
    | Release
    | Restarted
    | Overdue
    | Unread
    | AskedAgain
    | Closed
    | HeldForAnother
    | Overtaken
    | HandedOver
    | Undone
    | StatusSeen
    | Reply
)

WORDS: Final[dict[type, str]] = {
    Take: "take",
    Release: "release",
    Restarted: "restarted",
    Overdue: "overdue",
    Unread: "unread",
    AskedAgain: "asked_again",
    Closed: "closed",
    HeldForAnother: "held_for_another",
    Overtaken: "overtaken",
    HandedOver: "handed_over",
    Undone: "undone",
    StatusSeen: "status read",
    HoldPlaced: "held",
    Issued: "issued",
    Accepted: "accepted",
    Refused: "refused",
    NotSent: "not_sent",
    OutcomeUnknown: "unknown",
    StatusFailed: "failed",
}
"""The journal's words for events and, behind their call's, for replies: a contract, whatever the types are
called."""


def word_of(event: Event) -> str:
    """The journal's word for an event."""
    if isinstance(event, Reply):
        return f"{event.call.value} {WORDS[type(event.result)]}"
    return WORDS[type(event)]
