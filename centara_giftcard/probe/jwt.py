"""When a token runs out, where it is a JSON Web Token (RFC 7519) and says so. It is only read: whether it is
genuine is the server's to say."""

import base64
import json
from datetime import UTC, datetime

from centara_giftcard.domain.secrets import AccessToken


def runs_out(token: AccessToken) -> datetime | None:
    """The moment in a token's `exp`; None for a token that names none, or is no JWT."""
    parts = token.reveal().split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        return None
