"""Which server a probe has proven: the file DATA_DIR/server.proven.

It holds a hash of everything that the proof is worth for (server, group, every setting of the wire that is
not the usual one): with another server, group or setting it is no proof any more. A demo's server is part of
this program and needs none; every other does, one on this computer too: it may be a way to a real one.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from centara_giftcard.config.settings import LoyaltySettings
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.errors import EnvironmentFault

FILE: Final = "server.proven"
_USUAL: Final = WireRules()


def is_proven(data_dir: Path, loyalty: LoyaltySettings) -> bool:
    """Whether a probe has gone well with these settings."""
    try:
        text = (data_dir / FILE).read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return text.partition(" ")[0] == _worth(loyalty)


def note_proven(data_dir: Path, loyalty: LoyaltySettings, now: datetime) -> None:
    """Remember that a probe has gone well with these settings. Raises EnvironmentFault."""
    path = data_dir / FILE
    draft = path.with_name(f"{FILE}.{secrets.token_hex(4)}")
    try:
        draft.write_text(f"{_worth(loyalty)} {now.isoformat(timespec='seconds')}\n", encoding="ascii")
        os.replace(draft, path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise EnvironmentFault(f"{path} cannot be written: {error.strerror}.") from None


def _worth(loyalty: LoyaltySettings) -> str:
    set_here = {
        name: value
        for name, value in msgspec.structs.asdict(loyalty.wire).items()
        if value != getattr(_USUAL, name)
    }
    told = msgspec.json.encode([loyalty.server.rstrip("/"), loyalty.group, set_here], order="sorted")
    return hashlib.sha256(told).hexdigest()
