"""What the server's documents mean, and that no bytes whatever do more than be unreadable."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.loyalty.loyalty_server import ACCOUNT, CARD, EUR, INSTRUMENT, STATUS

from centara_giftcard.domain.cards import Balance, CardStatus
from centara_giftcard.domain.dialect import IssuedWhen, WireRules
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import HoldPlaced, Issued
from centara_giftcard.domain.secrets import AccessToken, AuthCode, CardNumber, InstrumentId
from centara_giftcard.loyalty.exact_json import Unreadable, parse, written
from centara_giftcard.loyalty.members import MAX_TEXT
from centara_giftcard.loyalty.requests import Requests
from centara_giftcard.loyalty.wire import MAX_NAME, Reader, WrongCard, display_name

READER = Reader(WireRules(), EUR)
ASKED = Money(2500, EUR)
few = settings(max_examples=300)


def status(body: str | bytes, reader: Reader = READER) -> CardStatus:
    return reader.status(body.encode() if isinstance(body, str) else body, CARD)


def hold(body: str | bytes) -> HoldPlaced:
    return READER.hold(body.encode() if isinstance(body, str) else body, CARD, INSTRUMENT, ASKED)


def with_net(number: str) -> str:
    return STATUS.replace('"amountNet": 50.00', f'"amountNet": {number}')


def with_member(member: str) -> str:
    return f"{{{member}, {STATUS[1:]}"


# --- the status document ------------------------------------------------------------------------------------


def test_a_status_in_the_domains_words() -> None:
    read = READER.status(with_member('"expiryDate": null, "odd": [1]').encode(), CARD, INSTRUMENT)
    assert read == CardStatus(
        instrument=INSTRUMENT,
        series_number="6091",
        issued=True,
        balance=Balance(Money(5000, EUR), Money(550, EUR)),
        original=Money(7500, EUR),
        floor=Money(0, EUR),
        created=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize("number", ["25", "25.0", "25.00", "2.5E1", "2.50e+01", "250E-1", "25." + "0" * 40])
def test_amounts_written_differently_are_read_alike(number: str) -> None:
    assert status(with_net(number)).balance.net == Money(2500, EUR)


@pytest.mark.parametrize(
    "number",
    [
        "NaN", "Infinity", "-Infinity", "true", '""', '"25,00"', '"EUR 25"', '"NaN"',
        "[]", "{}", "-1", "-0.01", "25.005", "1e-3",
        "1" + "0" * 11, "9" * 5000, "1E999999999", "1E99999999999999999999", "1e-99999999999999999999",
        "25." + "0" * 40 + "1", "+1", "01", ".5", "1.", "0x1", "1_000", "١",
    ],
)  # fmt: skip
def test_numbers_that_are_no_amount_are_unreadable(number: str) -> None:
    with pytest.raises(Unreadable):
        status(with_net(number))


def test_what_is_on_a_card_is_needed() -> None:
    with pytest.raises(Unreadable) as error:
        status(STATUS.replace("amountNet", "other"))
    assert (error.value.member, error.value.shape) == ("account.amountNet", "missing")


def test_what_is_held_may_be_absent_and_is_not_known_then_unless_the_net_depends_on_it() -> None:
    bare = STATUS.replace("amountAuthorized", "other")
    assert status(bare).balance == Balance(Money(5000, EUR), None)
    with pytest.raises(Unreadable) as error:
        status(bare, Reader(WireRules(net_excludes_holds=True), EUR))
    assert (error.value.member, error.value.shape) == ("account.amountAuthorized", "missing")


def test_an_amount_that_is_null_is_nothing_and_the_others_may_be_absent() -> None:
    assert status(with_net("null")).balance.net == Money(0, EUR)
    bare = status(STATUS.replace("amountOriginal", "x").replace("amountFloor", "y"))
    assert (bare.original, bare.floor, bare.balance.net) == (Money(0, EUR), Money(0, EUR), Money(5000, EUR))


def test_amounts_follow_the_currency() -> None:
    krona, dinar = Currency.of("ISK"), Currency.of("KWD")
    assert (
        status(with_net("9.125").replace("5.5", "5.125"), Reader(WireRules(), dinar)).balance.net.minor
        == 9125
    )
    with pytest.raises(Unreadable):
        status(STATUS, Reader(WireRules(), krona))


def test_a_net_that_excludes_holds_is_told_with_them() -> None:
    read = status(STATUS, Reader(WireRules(net_excludes_holds=True), EUR))
    assert read.balance == Balance(Money(5550, EUR), Money(550, EUR))
    assert read.available == Money(5000, EUR)


@pytest.mark.parametrize(
    ("rule", "document", "issued"),
    [
        ("created", STATUS, True),
        ("created", STATUS.replace("created", "x"), False),
        ("created", STATUS.replace('"2026-01-05T09:30:00Z"', "null"), False),
        ("start_date", STATUS, False),
        ("start_date", with_member('"startDate": "2026-01-05T00:00"'), True),
        ("value", STATUS, True),
        ("value", STATUS.replace("75", "0.00"), False),
    ],
)
def test_when_a_card_counts_as_issued(rule: IssuedWhen, document: str, issued: bool) -> None:
    assert status(document, Reader(WireRules(issued_when=rule), EUR)).issued is issued


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-01T12:00:00Z", datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("2026-06-01T12:00:00", datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("2026-06-01T12:00:00.1234567", datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2026-06-01T12:00:00.5+02:00", datetime(2026, 6, 1, 10, 0, 0, 500000, tzinfo=UTC)),
        ("2026-06-01T12:00-0130", datetime(2026, 6, 1, 13, 30, tzinfo=UTC)),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59.9999999-05:00", None),
    ],
)
def test_moments(text: str, moment: datetime | None) -> None:
    assert status(with_member(f'"expiryDate": "{text}"')).expires == moment


def test_an_answer_about_another_card_is_told_apart() -> None:
    other = with_member('"giftCardNumber": "6091000000000025"').encode()
    with pytest.raises(WrongCard):
        READER.status(other, CARD)
    with pytest.raises(WrongCard):
        READER.status(STATUS.encode(), CARD, InstrumentId("other"))
    assert status(with_member('"giftCardNumber": "6091 0000 0000 0017"')).issued
    assert status(with_member('"giftCardNumber": null')).issued


@pytest.mark.parametrize(
    ("customer", "name"),
    [
        (None, ""), ("a text", ""), (7, ""), ([], ""), ({}, ""), ({"name": 7}, ""), ({"name": "  "}, ""),
        ({"name": " Anna Jónsdóttir "}, "Anna Jónsdóttir"), ({"displayName": "A", "name": "B"}, "A"),
        ({"firstName": "Anna", "lastName": "Jónsdóttir"}, "Anna Jónsdóttir"), ({"lastName": "J"}, "J"),
        ({"name": "two\nlines", "fullName": "One"}, "One"), ({"name": "\ud800"}, ""),
        ({"name": "\u202eA"}, ""),
        ({"name": "x" * 500}, "x" * MAX_NAME), ({"name": {"first": "A"}}, ""),
    ],
)  # fmt: skip
def test_a_customers_name_is_kept_only_where_it_is_plain(customer: object, name: str) -> None:
    assert display_name(customer) == name
    assert status(with_member(f'"customer": {json.dumps(customer)}')).customer == name


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe", b"\x00", b"<html></html>", b"{} {}",
        b"[" * 200_000, b'{"a":' * 200_000, b"9" * 1_000_000, STATUS.encode("utf-16"),
        STATUS.replace("}}", '}, "account": {}}').encode(), STATUS.replace("gc_0017", "gc\n0017").encode(),
        STATUS.replace("gc_0017_internal", "").encode(),
        STATUS.replace("gc_0017_internal", "\\ud800").encode(),
        STATUS.replace("gc_0017_internal", "x" * (MAX_TEXT + 1)).encode(),
        STATUS.replace("gc_0017_internal", "a\\u0000b").encode(),
        STATUS.replace('"gc_0017_internal"', "17.0").encode(),
        STATUS.replace('"gc_0017_internal"', "-1").encode(),
        STATUS.replace(ACCOUNT, "null").encode(), STATUS.replace(ACCOUNT, "[]").encode(),
    ],
)  # fmt: skip
def test_what_is_no_status_document_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        READER.status(body, CARD)
    assert error.value.args == ()
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None


# --- the answer to a request for payment --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "held"),
    [
        ('{"authCode": "A1", "amount": 25.00}', HoldPlaced(AuthCode("A1"), ASKED)),
        ('{"authCode": "A1"}', HoldPlaced(AuthCode("A1"), ASKED)),
        ('{"authCode": "A1", "amount": null, "account": null}', HoldPlaced(AuthCode("A1"), ASKED)),
        ('{"authCode": 12345678901234567890123}', HoldPlaced(AuthCode("12345678901234567890123"), ASKED)),
        ('{"authCode": "0", "amount": 0.01}', HoldPlaced(AuthCode("0"), Money(1, EUR))),
        ('{"authCode": "A1", "amount": 99}', HoldPlaced(AuthCode("A1"), Money(9900, EUR))),
        ('{"authCode": "A1", "giftCardNumber": "6091000000000017"}', HoldPlaced(AuthCode("A1"), ASKED)),
        ('{"authCode": "A1", "giftCardNumber": "x"}', HoldPlaced(AuthCode("A1"), ASKED, same_card=False)),
        ('{"authCode": "A1", "giftCardId": "x"}', HoldPlaced(AuthCode("A1"), ASKED, same_card=False)),
        ('{"authCode": "A1", "account": {}}', HoldPlaced(AuthCode("A1"), ASKED)),
        ('{"authCode": "A1", "account": 1}', HoldPlaced(AuthCode("A1"), ASKED)),
    ],
)  # fmt: skip
def test_holds(body: str, held: HoldPlaced) -> None:
    assert hold(body) == held


def test_whether_the_server_said_how_much_it_holds_is_known() -> None:
    assert hold('{"authCode": "A1", "amount": 25.00}').told
    assert not hold('{"authCode": "A1"}').told


@pytest.mark.parametrize(
    "member",
    [
        '"amount": 0', '"amount": 0.00', '"amount": -25', '"amount": NaN', '"amount": 1E400',
        '"amount": true', '"amount": 25.001', '"amount": 1000000000000',
        '"heldAmount": 24, "amount": 25', '"amount": 25, "amount": 24', '"amount": 25 "x"',
        '"amount": ' + "[" * 100_000,
    ],
)  # fmt: skip
def test_a_code_is_rescued_from_an_answer_that_is_wrong_elsewhere(member: str) -> None:
    body = f'{{"authCode": "A\\u0031-é", {member}}}'.encode()
    with pytest.raises(Unreadable):
        hold(body)
    assert READER.rescued_code(body) == AuthCode("A1-é")


@pytest.mark.parametrize(
    "code",
    ['""', '" "', '" A1"', "null", "true", "[]", '["A1"]', "{}", "1.5", "-1", "1e3", '"\\ud800"', '"a\\nb"',
     '"a\\u0000"', f'"{"x" * (MAX_TEXT + 1)}"', '"\\u202e1"'],
)  # fmt: skip
def test_what_is_no_auth_code_is_neither_read_nor_rescued(code: str) -> None:
    body = f'{{"authCode": {code}}}'.encode()
    with pytest.raises(Unreadable):
        hold(body)
    assert READER.rescued_code(body) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"authCode": "A1"', "A1"),
        ('{"amount": NaN, "authCode" :\n"A1", "x": "', "A1"),
        ('{"authCode": 1234,', "1234"),
        ('{"authCode": "A\\"1", ', 'A"1'),
        ('{"account": {"authCode": "no"}, "authCode": "A1", ', "A1"),
        ('{"authCode": "A1", "authCode": "A1", ', "A1"),
        ('{"authCode": "A1', None),
        ('{"authCode": 1234', None),
        ('{"authCode": 12.5,', None),
        ('{"authCode": "A\\x1", ', None),
        ('{"authCode": "A1", "authCode": "A2", ', None),
        ('{"account": {"authCode": "no"', None),
        ('{"note": "\\"authCode\\": \\"no\\"", ', None),
        ('["authCode", "no"', None),
        ('"authCode": "no"', None),
        ("", None),
    ],
)
def test_rescuing_takes_whole_values_of_the_outermost_object_only(body: str, code: str | None) -> None:
    assert READER.rescued_code(body.encode()) == (AuthCode(code) if code else None)


def test_a_cut_at_any_place_rescues_the_whole_code_or_nothing() -> None:
    whole = f'{{"amount": 25.00, "authCode": "A1-77", "account": {ACCOUNT}}}'.encode()
    rescued = [READER.rescued_code(whole[:length]) for length in range(len(whole) + 1)]
    first = whole.index(b'77"') + 3
    assert rescued == [None] * first + [AuthCode("A1-77")] * (len(whole) + 1 - first)


def test_a_rescue_from_a_large_answer_takes_no_time() -> None:
    assert READER.rescued_code(b'{"authCode": "' + b"\\" * 1_000_001) is None
    assert READER.rescued_code(b'"' * 1_000_001) is None
    assert READER.rescued_code(b'{"' + b'\\"' * 500_000) is None
    assert READER.rescued_code(b'{"authCode":' * 80_000) is None


# --- issue, live issue, un-issue ----------------------------------------------------------------------------


def test_the_reply_to_an_issue_is_a_status_or_nothing() -> None:
    assert READER.issue(b" ", CARD, INSTRUMENT) == Issued()
    assert READER.issue(STATUS.encode(), CARD, INSTRUMENT) == Issued(status(STATUS))
    with pytest.raises(WrongCard):
        READER.issue(STATUS.encode(), CARD, InstrumentId("other"))
    assert READER.issue(b"{}", CARD, INSTRUMENT) == Issued()
    with pytest.raises(Unreadable):
        READER.issue(STATUS.replace("50.00", "NaN").encode(), CARD, INSTRUMENT)
    with pytest.raises(Unreadable):
        READER.issue(b"{", CARD, INSTRUMENT)


NEW = STATUS.replace('"6091"', '"6092"')
BY_ID = NEW.replace(INSTRUMENT.reveal(), "6092000000000029")


def live(body: str) -> Issued:
    return READER.live_issue(body.encode(), "6092")


def test_a_live_issue_tells_the_new_number_and_its_status() -> None:
    for number in ("6092000000000011", "6092 0000 0000 0011", "6092-0000-0000-0011"):
        named = f'{{"giftCardNumber": "{number}", {NEW[1:]}'
        assert live(named) == Issued(status(NEW), CardNumber("6092000000000011"))
    assert live(BY_ID).card == CardNumber("6092000000000029")
    assert live('{"giftCardNumber": null, ' + BY_ID[1:]).card == CardNumber("6092000000000029")
    assert (
        live('{"giftCardNumber": "6092000000000011", ' + NEW[1:].replace('"6092"', '""')).status is not None
    )


def test_a_card_of_another_series_is_not_the_new_one() -> None:
    with pytest.raises(WrongCard):
        READER.live_issue(BY_ID.encode(), "6093")


@pytest.mark.parametrize(
    "odd", ["{}", "[]", "true", "1.5", "-6092", '"609"', '"60/92"', '"6092é"', f'"{"6" * 65}"']
)
def test_what_is_no_number_is_not_made_one(odd: str) -> None:
    with pytest.raises(Unreadable):
        live(f'{{"giftCardNumber": {odd}, {BY_ID[1:]}')


@pytest.mark.parametrize(
    "body", [NEW, NEW.replace("gc_0017_internal", "6092-0000"), "{}", "[]", "", "<html>"]
)
def test_a_live_issue_without_a_number_is_unreadable(body: str) -> None:
    with pytest.raises(Unreadable):
        live(body)


def test_the_new_number_is_read_where_the_rest_cannot_be() -> None:
    told = '{"giftCardNumber": "6092000000000011"'
    rescued = Issued(None, CardNumber("6092000000000011"))
    assert live(told) == live(told + ', "amount": NaN}') == live(told + "}") == rescued
    assert live('{"giftCardNumber": 6092000000000011, "account": ') == rescued
    assert live('{"giftCardId": "6092000000000011", "account": {}}') == rescued


def test_of_a_live_issue_cut_off_anywhere_the_id_is_never_taken_for_the_number() -> None:
    whole = BY_ID.removesuffix("}") + ', "giftCardNumber": "6092000000000011"}'
    for length in range(len(whole)):
        try:
            issued = live(whole[:length])
        except Unreadable:
            continue
        assert issued == Issued(None, CardNumber("6092000000000011"))
    assert live(whole) == Issued(status(BY_ID), CardNumber("6092000000000011"))


def test_the_addresses_of_the_other_three_calls() -> None:
    requests = Requests("https://centara.online/pos/", "a/c", AccessToken("t"), WireRules())
    base = "https://centara.online/pos/loyaltyGroups/a%2Fc"
    assert requests.url("issue", {"card": CARD}) == f"{base}/giftcards/6091000000000017/_issue"
    assert requests.url("unissue", {"card": CARD}) == f"{base}/giftcards/6091000000000017/_unissue"
    new = requests.url("issue_live", {"series": "60 92"})
    assert new == f"{base}/giftCardSeries/60%2092/giftcards/_issue"


# --- whatever the bytes are ---------------------------------------------------------------------------------

numbers = st.one_of(st.integers(), st.floats(), st.booleans(), st.decimals(allow_nan=False).map(float))
json_values = st.recursive(
    st.one_of(st.none(), numbers.filter(lambda n: abs(n) < 1e300), st.text()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
status_members = st.fixed_dictionaries(
    {"giftCardId": st.text(min_size=1) | json_values, "seriesNumber": st.text() | json_values},
    optional={
        **{name: json_values | st.datetimes().map(str) for name in ("created", "startDate", "expiryDate")},
        "account": st.fixed_dictionaries(
            {name: st.integers(0, 10**13) | json_values for name in json.loads(ACCOUNT)}
        ),
        "customer": json_values,
        "giftCardNumber": json_values,
        "authCode": json_values,
        "amount": json_values,
    },
)  # fmt: skip


def assert_reads_or_refuses(body: bytes) -> None:
    for read in (status, hold):
        with suppress(Unreadable, WrongCard):
            assert isinstance(read(body), CardStatus | HoldPlaced)
    with suppress(Unreadable, WrongCard):
        assert READER.live_issue(body, "6092").card is not None
    READER.rescued_code(body)


@few
@given(st.binary())
def test_any_bytes_are_read_or_unreadable(body: bytes) -> None:
    assert_reads_or_refuses(body)


@few
@given(status_members.map(json.dumps))
def test_any_document_is_read_or_unreadable(body: str) -> None:
    assert_reads_or_refuses(body.encode("utf-8", "surrogatepass"))


@few
@given(st.data())
def test_any_damage_to_a_true_document_is_read_or_unreadable(data: st.DataObject) -> None:
    true = with_member(
        '"authCode": "A1", "startDate": "2026-01-05T09:30:00+01:00", "customer": {"name": "A"}'
    ).encode()
    at = data.draw(st.integers(0, len(true)))
    assert_reads_or_refuses(
        true[:at] + data.draw(st.binary(max_size=4)) + true[at + data.draw(st.integers(0, 9)) :]
    )


@few
@given(st.integers(0, 10**12 - 1), st.sampled_from(["ISK", "EUR", "KWD"]))
def test_an_amount_that_is_sent_is_read_back_as_it_was(minor: int, code: str) -> None:
    currency = Currency.of(code)
    body = written({"amount": Money(minor, currency).decimal})
    assert parse(body) == {"amount": Money(minor, currency).decimal}
    digits = body.removeprefix(b'{"amount": ').removesuffix(b"}")
    assert len(digits.partition(b".")[2]) == currency.decimals
    assert Money.of(Decimal(digits.decode()), currency).minor == minor
