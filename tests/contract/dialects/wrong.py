"""Settings that are set wrong, one at a time: whatever they are, a till may refuse, but never lie."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec.structs import fields, replace

from centara_giftcard.config.amend import toml
from centara_giftcard.config.settings import examine_text
from centara_giftcard.domain.dialect import WireRules

_CARD: Final = "/loyaltyGroups/{group}/giftcards/{card}"
_INSTRUMENT: Final = "/loyaltyGroups/{group}/instruments/{instrument}"
_HELD: Final = "/authorizations/{code}"
_VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "auth_header": ("X-Other",),
    "auth_scheme": ("Token",),
    "auth_query": ("key",),
    "amounts": ("major", "minor"),
    "net_excludes_holds": (False, True),
    "issued_when": ("created", "start_date", "value"),
    "time_zone": ("Asia/Tokyo", "America/Los_Angeles"),
    "amount_field": ("value", "amountNet", "account.amountNet"),
    "auth_code_field": ("reference", "amount", "giftCardId", "account.amountNet"),
    "held_field": ("amount", "amountNet", "account.amountNet", "account.amountAuthorized"),
    "instrument_field": ("seriesNumber", "giftCardNumber", "id"),
    "new_number_field": ("giftCardId", "seriesNumber", "id"),
    "refused_when": (("account.amountNet = 37.50",), ("status != ok",), ("success = true",)),
    "status_path": ("/giftcards/{card}", f"{_CARD}?v=2"),
    "pay_path": ("/giftcards/{card}/_pay", f"{_CARD}/_issue", f"{_CARD}/_unissue"),
    "commit_path": (f"{_CARD}{_HELD}/commit", f"{_INSTRUMENT}{_HELD}/_cancel"),
    "cancel_path": (f"{_CARD}{_HELD}/_cancel", f"{_CARD}{_HELD}/_commit"),
    "issue_path": (f"{_CARD}/issue", f"{_CARD}/_pay"),
    "issue_live_path": ("/giftCardSeries/{series}/_issue",),
    "unissue_path": (f"{_CARD}/unissue", f"{_CARD}/_issue"),
    "card_sent_as": ("number",),
    "instrument_sent_as": ("id",),
    "code_sent_as": ("code",),
    "series_sent_as": ("series",),
}
"""For each setting what somebody may well write by mistake; one without a line here fails the test."""


def wrong_settings(fitting: WireRules) -> Iterator[tuple[str, WireRules]]:
    """What fits, with one setting wrong, and its name with the wrong value."""
    for setting in fields(WireRules):
        for value in _VALUES[setting.name]:
            if value != getattr(fitting, setting.name):
                yield f"{setting.name} = {value!r}", replace(fitting, **{setting.name: value})


def can_be_set(rules: WireRules) -> bool:
    """Whether a till starts with these settings: those that contradict each other are refused, with names."""
    usual = WireRules()
    lines = (
        f"{it.name} = {toml(value)}"
        for it in fields(WireRules)
        if (value := getattr(rules, it.name)) != getattr(usual, it.name)
    )
    return not examine_text("settings.toml", _TILL + "\n".join(lines)).faults


_TILL: Final = """[till]
store = "12"
pos = "3"
currency = "EUR"
[loyalty]
server = "https://centara.online/x"
group = "acme"
[loyalty.wire]
"""
