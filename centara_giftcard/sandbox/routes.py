"""The seven calls by name, and what is said of a request once it is understood (`hearing`)."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from centara_giftcard.sandbox.ledger import RefusalError

PREFIX = "/loyalty/api/v1/pos"


class Call(StrEnum):
    """The operations of the API."""

    STATUS = "status"
    ISSUE = "issue"
    ISSUE_LIVE = "issue_live"
    UNISSUE = "unissue"
    PAY = "pay"
    COMMIT = "commit"
    CANCEL = "cancel"


class Match(Struct, frozen=True):
    """A recognised request; `path` is the address as it was sent.

    `names` is what it is about: `card` (a number), `instrument` (a giftCardId), `code`, `series`, `group`.
    """

    call: Call
    path: str
    names: Mapping[str, str]


class WrongMethodError(RefusalError):
    """The address is known, the method is not; `allow` names the one that is."""

    def __init__(self, allow: str) -> None:
        super().__init__(405, "method_not_allowed", f"This address takes {allow} only.")
        self.allow = allow
