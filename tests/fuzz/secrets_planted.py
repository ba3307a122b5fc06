"""The secrets of a fuzzed till, and whether a text gives one away."""

from collections.abc import Iterable
from typing import Final

from centara_giftcard.domain.secrets import AccessToken, AuthCode, CardNumber, InstrumentId

CARD: Final = CardNumber("6091004407712345")
OTHER_CARD: Final = CardNumber("6091008800065432")
INSTRUMENT: Final = InstrumentId("gc-7f3a-internal-5512")
CODE: Final = AuthCode("AUTH-93-hush/7")
HELD_CODE: Final = AuthCode("HOLD-kept-quiet-41")
TOKEN: Final = AccessToken("till-token-9c1f-2277")

PLANTED: Final = tuple(s.reveal() for s in (CARD, INSTRUMENT, CODE, HELD_CODE, TOKEN))
GROUPED: Final = "6091 0044-0771.2345"
"""The card's number as a person or a server might group it."""


def given_away(text: str, secrets: Iterable[str] = PLANTED) -> str | None:
    """Return the first of `secrets` that `text` shows, whatever stands between its characters."""
    bare = _bare(text)
    return next((secret for secret in secrets if _bare(secret) in bare), None)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
