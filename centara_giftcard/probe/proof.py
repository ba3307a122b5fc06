"""Which server a probe has proven: the file DATA_DIR/server.proven; and server.units, the units alone.

It holds a hash of everything that the proof is worth for (server, group, every setting of the wire that is
not the usual one): with another server, group or setting it is no proof any more. A demo's server is part of
this program and needs none; every other does, one on this computer too: it may be a way to a real one.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from centara_giftcard.config.settings import LoyaltySettings
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.errors import EnvironmentFault
from centara_giftcard.domain.sentences import Sentence, reason_of
from centara_giftcard.files import write_whole

FILE: Final = "server.proven"
UNITS_FILE: Final = "server.units"
_USUAL: Final = WireRules()


def is_proven(data_dir: Path, loyalty: LoyaltySettings) -> bool:
    """Whether a probe has gone well with these settings."""
    return _stands(data_dir / FILE, _worth(loyalty))


def note_proven(data_dir: Path, loyalty: LoyaltySettings, now: datetime) -> None:
    """Remember that a probe has gone well with these settings. Raises EnvironmentFault."""
    _note(data_dir / FILE, _worth(loyalty), now)


def units_proven(data_dir: Path, loyalty: LoyaltySettings) -> bool:
    """Whether money may move by the setting `amounts`.

    A server of major units shows them by its decimal points. Of minor units no reading tells that they are
    not set wrong, and a card would be sold for a hundred times its price: a probe must have read a balance
    that somebody knew.
    """
    if loyalty.wire.amounts == "major" or is_proven(data_dir, loyalty):
        return True
    return _stands(data_dir / UNITS_FILE, _worth_of_units(loyalty))


def note_units(data_dir: Path, loyalty: LoyaltySettings, now: datetime) -> None:
    """Remember that a known balance was read with these units. Raises EnvironmentFault."""
    _note(data_dir / UNITS_FILE, _worth_of_units(loyalty), now)


def _stands(path: Path, worth: str) -> bool:
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return text.partition(" ")[0] == worth


def _note(path: Path, worth: str, now: datetime) -> None:
    try:
        write_whole(path, f"{worth} {now.isoformat(timespec='seconds')}\n".encode("ascii"))
    except OSError as error:
        told = Sentence("{file} cannot be written: {reason}.", file=path, reason=reason_of(error))
        raise EnvironmentFault(told) from None


def _worth(loyalty: LoyaltySettings) -> str:
    set_here = {
        name: value
        for name, value in msgspec.structs.asdict(loyalty.wire).items()
        if value != getattr(_USUAL, name)
    }
    return _hash(loyalty, set_here)


def _worth_of_units(loyalty: LoyaltySettings) -> str:
    return _hash(loyalty, {"amounts": loyalty.wire.amounts})


def _hash(loyalty: LoyaltySettings, wire: dict[str, Any]) -> str:
    told = msgspec.json.encode([loyalty.server.rstrip("/"), loyalty.group, wire], order="sorted")
    return hashlib.sha256(told).hexdigest()
