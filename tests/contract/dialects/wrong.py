"""Settings that are set wrong, one at a time: whatever they are, a till may refuse, but never lie."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec.structs import fields, replace

from centara_giftcard.domain.dialect import WireRules

_VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "auth_header": ("X-Other",),
    "auth_scheme": ("Token",),
    "amount_field": ("value", "amountNet", "account.amountNet"),
    "auth_code_field": ("reference", "amount", "giftCardId"),
    "net_excludes_holds": (False, True),
    "issued_when": ("created", "start_date", "value"),
}
"""For each setting what somebody may well write by mistake; one without a line here fails the test."""


def wrong_settings(fitting: WireRules) -> Iterator[tuple[str, WireRules]]:
    """What fits, with one setting wrong, and its name with the wrong value."""
    for setting in fields(WireRules):
        for value in _VALUES[setting.name]:
            if value != getattr(fitting, setting.name):
                yield f"{setting.name} = {value!r}", replace(fitting, **{setting.name: value})
