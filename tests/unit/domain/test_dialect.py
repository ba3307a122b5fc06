"""What the till takes for granted of a server where the settings say nothing."""

from typing import get_args

from centara_giftcard.domain.dialect import IssuedWhen, WireRules


def test_without_a_setting_the_servers_own_page_is_followed() -> None:
    """Each is an assumption of the wire contract: to change one silently would misread every answer."""
    rules = WireRules()
    assert (rules.auth_header, rules.auth_scheme) == ("Authorization", "Bearer")
    assert (rules.amount_field, rules.auth_code_field) == ("amount", "authCode")
    assert rules.net_excludes_holds is False
    assert rules.issued_when == get_args(IssuedWhen)[0] == "created"
