"""`[loyalty.wire]`: what an integrator writes is obeyed, or refused in a sentence with its name and line."""

import pytest

from centara_giftcard.config.settings import examine_text
from centara_giftcard.domain.dialect import WireRules

TILL = """[till]
store = "12"
pos = "3"
currency = "EUR"
[loyalty]
server = "https://centara.online/x"
group = "acme"
[loyalty.wire]
"""
FIRST = TILL.count("\n") + 1
"""The line that the first setting stands on."""


def told(lines: str) -> list[str]:
    """What is said of these lines under the heading."""
    return [fault.sentence for fault in examine_text("settings.toml", TILL + lines).faults]


def test_every_rule_is_read() -> None:
    lines = """auth_query = "api-key"
amounts = "minor"
net_excludes_holds = true
issued_when = "value"
time_zone = "Europe/Dublin"
amount_field = "payment.sum"
auth_code_field = "hold.ref"
held_field = "hold.sum"
instrument_field = "card.id"
new_number_field = "card.no"
refused_when = ["result.code != 00", "declined=true"]
status_path = "/cards/{card}?group={group}&till={store}-{pos}"
pay_path = "/holds/"
commit_path = "/holds/{code}/take"
cancel_path = "/release"
issue_path = "/cards/{card}"
issue_live_path = "/cards"
unissue_path = "/cards/{instrument}/undo"
card_sent_as = "cardNo"
code_sent_as = "ref"
series_sent_as = "card.series"
"""
    found = examine_text("settings.toml", TILL + lines)
    assert not found.faults
    assert found.settings.loyalty.wire == WireRules(
        auth_query="api-key",
        amounts="minor",
        net_excludes_holds=True,
        issued_when="value",
        time_zone="Europe/Dublin",
        amount_field="payment.sum",
        auth_code_field="hold.ref",
        held_field="hold.sum",
        instrument_field="card.id",
        new_number_field="card.no",
        refused_when=("result.code != 00", "declined=true"),
        status_path="/cards/{card}?group={group}&till={store}-{pos}",
        pay_path="/holds/",
        commit_path="/holds/{code}/take",
        cancel_path="/release",
        issue_path="/cards/{card}",
        issue_live_path="/cards",
        unissue_path="/cards/{instrument}/undo",
        card_sent_as="cardNo",
        code_sent_as="ref",
        series_sent_as="card.series",
    )


NO_MARKS = "must begin with / and have no other marks than an address may, without # and %"
NO_DOTS = "must not have an empty part, or one of dots alone"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('amounts = "cents"', 'amounts: "cents" must be "major" or "minor"'),
        ('time_zone = "system"', 'time_zone: "system" is not a time zone such as "Europe/Dublin"'),
        ('time_zone = ""', 'time_zone: "" must be a time zone such as "Europe/Dublin"'),
        ('auth_query = "a&b"', 'auth_query: "a&b" cannot be the name of a parameter in an address'),
        ('amount_field = ""', "amount_field: must not be empty"),
        ('held_field = "hold."', 'held_field: "hold." must be a name such as "amount", or names such as '
         '"data.amount"'),
        ('card_sent_as = "..a"', 'card_sent_as: "..a" must be a name such as "amount", or names such as '
         '"data.amount"'),
        ('refused_when = "a = 1"', 'refused_when: "a = 1" must be a list in [ ]'),
        ('refused_when = ["code"]', 'refused_when: "code" must be such as "result.code = 51" or '
         '"result.code != 00"'),
        ('refused_when = ["code == 5"]', 'refused_when: "code == 5" must be such as "result.code = 51" or '
         '"result.code != 00"'),
        ('refused_when = ["code ="]', 'refused_when: "code =" must be such as "result.code = 51" or '
         '"result.code != 00"'),
        ('refused_when = ["a..b = 1"]', 'refused_when: "a..b" must be a name such as "amount", or names such '
         'as "data.amount"'),
        ("pay_path = 1", 'pay_path: 1 must be a text, in quotes: "1"'),
        ('pay_path = "{card}/_pay"', f'pay_path: "{{card}}/_pay" {NO_MARKS}'),
        ('pay_path = "@evil.example/{card}"', f'pay_path: "@evil.example/{{card}}" {NO_MARKS}'),
        ('pay_path = ".evil.example/{card}"', f'pay_path: ".evil.example/{{card}}" {NO_MARKS}'),
        ('pay_path = "https://evil.example/{card}"', f'pay_path: "https://evil.example/{{card}}" {NO_MARKS}'),
        ('pay_path = "//evil.example/{card}"', f'pay_path: "//evil.example/{{card}}" {NO_DOTS}'),
        ('pay_path = "/\\\\evil.example/{card}"', f'pay_path: "/\\evil.example/{{card}}" {NO_MARKS}'),
        ('pay_path = "/a/../{card}"', f'pay_path: "/a/../{{card}}" {NO_DOTS}'),
        ('pay_path = "/a/.{card}/x"', f'pay_path: "/a/.{{card}}/x" {NO_DOTS}'),
        ('pay_path = "/%2e%2e/{card}"', f'pay_path: "/%2e%2e/{{card}}" {NO_MARKS}'),
        ('pay_path = "/a#{card}"', f'pay_path: "/a#{{card}}" {NO_MARKS}'),
        ('pay_path = "/a b/{card}"', f'pay_path: "/a b/{{card}}" {NO_MARKS}'),
        ('pay_path = "/{card"', f'pay_path: "/{{card" {NO_MARKS}'),
        ('pay_path = "/{code}/{card}"', 'pay_path: "/{code}/{card}" has no {code} to fill in: there are '
         "{card}, {group}, {instrument}, {pos} and {store}"),
        ('status_path = "/{instrument}"', 'status_path: "/{instrument}" has no {instrument} to fill in: '
         "there are {card}, {group}, {pos} and {store}"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_told_with_its_name_and_line(line: str, problem: str) -> None:
    assert told(f'net_excludes_holds = true\n{line}\nissued_when = "value"') == [
        f"settings.toml, line {FIRST + 1}: loyalty.wire.{problem}"
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('auth_query = "key"\nauth_scheme = "Token"', "auth_scheme: does not go with auth_query"),
        ('auth_query = "key"\nauth_header = "X-Token"', "auth_header: does not go with auth_query"),
        ('amount_field = "X"\nauth_code_field = "x"', "auth_code_field: must differ from amount_field"),
        ('amount_field = "hold"\nheld_field = "hold.sum"', "held_field: must differ from amount_field"),
        ('pay_path = "/pay"\ncard_sent_as = "amount.no"', "card_sent_as: must differ from amount_field"),
        ('status_path = "/cards"', "status_path: has no place for the card: {card}"),
        ('pay_path = "/pay"', "pay_path: has no place for the card: {card} or {instrument}"),
        ('issue_path = "/{group}"', "issue_path: has no place for the card: {card} or {instrument}"),
        ('unissue_path = "/undo"\ncode_sent_as = "x"\ncommit_path = "/{card}"', "unissue_path: has no place"),
        ('commit_path = "/{card}/take"', "commit_path: has no place for the hold: {code}"),
        ('cancel_path = "/{card}/take"', "cancel_path: has no place for the hold: {code}"),
        ('refused_when = ["a.code = 1", "A.Code != 1"]', "refused_when: says no to whatever stands at a"),
        ('refused_when = ["code != 1", "code != 2"]', "refused_when: says no to whatever stands at code"),
        ('issue_live_path = "/new"', "issue_live_path: has no place for the series: {series}"),
        ('cancel_path = "/x/{code}"\ncommit_path = "/x/{code}"',
         "cancel_path: cannot be told apart from commit_path"),
        ('cancel_path = "/x/{instrument}/{code}"\ncommit_path = "/x/{card}/{code}"',
         "cancel_path: cannot be told apart from commit_path"),
        ('card_sent_as = "no"', "card_sent_as: is not used: the card's number stands in the address of each"),
        ('code_sent_as = "no"', "code_sent_as: is not used: the hold's code stands in the address of each"),
        ('series_sent_as = "no"', "series_sent_as: is not used: the series' number stands in the address"),
        ('instrument_sent_as = "no"', "instrument_sent_as: is not used: the card's id stands in the address"),
    ],
)  # fmt: skip
def test_settings_that_contradict_each_other_are_told(lines: str, problem: str) -> None:
    first, *more = told(lines)
    assert f"loyalty.wire.{problem}" in first
    assert first.startswith("settings.toml, line ")
    assert not more


def test_an_empty_table_is_the_usual_one() -> None:
    assert told("") == []
    assert examine_text("settings.toml", TILL).settings.loyalty.wire == WireRules()
