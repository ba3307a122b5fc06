"""What the till takes for granted of a server where the settings say nothing."""

from typing import get_args

import pytest
from msgspec.structs import replace

from centara_giftcard.domain.dialect import NEEDS, PLACES, Call, Condition, IssuedWhen, WireRules


def test_without_a_setting_the_servers_own_page_is_followed() -> None:
    """Each is an assumption of the wire contract: to change one silently would misread every answer."""
    rules = WireRules()
    assert (rules.auth_header, rules.auth_scheme) == ("Authorization", "Bearer")
    assert (rules.amount_field, rules.auth_code_field) == ("amount", "authCode")
    assert rules.net_excludes_holds is False
    assert rules.issued_when == get_args(IssuedWhen)[0] == "created"
    assert (rules.auth_query, rules.amounts, rules.time_zone, rules.refused_when) == ("", "major", "UTC", ())
    assert (rules.held_field, rules.instrument_field, rules.new_number_field) == ("", "giftCardId", "")


def test_the_seven_addresses_are_those_of_the_api_page() -> None:
    cards, rules = "/loyaltyGroups/{group}/giftcards", WireRules()
    assert {call: rules.path(call) for call in get_args(Call)} == {
        "status": f"{cards}/{{card}}",
        "pay": f"{cards}/{{card}}/_pay",
        "commit": f"{cards}/{{card}}/authorizations/{{code}}/_commit",
        "cancel": "/loyaltyGroups/{group}/instruments/{instrument}/authorizations/{code}/_cancel",
        "issue": f"{cards}/{{card}}/_issue",
        "issue_live": "/loyaltyGroups/{group}/giftCardSeries/{series}/giftcards/_issue",
        "unissue": f"{cards}/{{card}}/_unissue",
    }
    assert set(PLACES) == set(NEEDS) == set(get_args(Call))
    assert all(NEEDS[call] <= PLACES[call] for call in PLACES)


def test_a_body_tells_what_its_address_has_no_place_for() -> None:
    assert not any(WireRules().sent(call) for call in PLACES)
    named = WireRules(card_sent_as="card", code_sent_as="code", series_sent_as="series")
    assert not any(named.sent(call) for call in PLACES)
    bare = replace(
        named,
        pay_path="/pay",
        commit_path="/commit",
        cancel_path="/{code}/cancel",
        issue_live_path="/new",
        unissue_path="/{instrument}/undo",
    )
    assert {call: bare.sent(call) for call in PLACES} == {
        "status": {},
        "pay": {"card": "card"},
        "commit": {"card": "card", "code": "code"},
        "cancel": {"card": "card"},
        "issue": {},
        "issue_live": {"series": "series"},
        "unissue": {},
    }


def test_a_condition_says_what_stands_where_in_a_success_that_is_none() -> None:
    assert Condition.of("result.code = 51") == Condition("result.code", True, "51")
    assert Condition.of(" result.code!=Not  now ") == Condition("result.code", False, "Not  now")
    for text in ("", "code", "code =", "code == 5", "code ! 5"):
        with pytest.raises(ValueError, match="must be such as"):
            Condition.of(text)
