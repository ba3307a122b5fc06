"""Any server on day one: what names itself is read without being told, what is ambiguous is not guessed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from unit.loyalty.loyalty_server import ACCOUNT, CARD, EUR, INSTRUMENT, STATUS

from centara_giftcard.domain.cards import Balance, CheckDigit, Series, SeriesKind
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import Issued
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId
from centara_giftcard.loyalty.exact_json import Unreadable
from centara_giftcard.loyalty.wire import Reader, WrongCard

VIENNA = ZoneInfo("Europe/Vienna")
LIVE = Series("Live", "6092", "6092", 16, CheckDigit.LUHN, SeriesKind.LIVE_PRINTED)
READER = Reader(WireRules(), EUR, VIENNA, (LIVE,))
ASKED = Money(2500, EUR)
PLAIN = READER.status(STATUS.encode(), CARD)


def pascal(name: str) -> str:
    return name[0].upper() + name[1:]


def snake(name: str) -> str:
    return "".join(f"_{it.lower()}" if it.isupper() else it for it in name)


def renamed(value: object, rename: Callable[[str], str]) -> object:
    if isinstance(value, dict):
        return {rename(name): renamed(it, rename) for name, it in value.items()}
    return value


@pytest.mark.parametrize("rename", [pascal, snake, str.upper, str.lower, lambda name: snake(name).upper()])
@pytest.mark.parametrize(
    "wrap", ["{}", '{{"data": {}}}', '{{"Result": {}, "success": true}}', '{{"giftCard": {}}}', "[{}]"]
)
def test_a_card_is_read_under_names_in_any_case_and_in_one_wrapper(
    rename: Callable[[str], str], wrap: str
) -> None:
    body = wrap.format(json.dumps(renamed(json.loads(STATUS), rename)))
    assert READER.status(body.encode(), CARD) == PLAIN


def test_amounts_and_ids_are_read_as_texts_or_numbers() -> None:
    texts = STATUS.replace("50.00", '"50.00"').replace("75,", '"75",').replace("5.5", '" 5.50 "')
    assert READER.status(texts.encode(), CARD) == PLAIN
    big = "12345678901234567890123456789"
    for told in (big, f'"{big}"'):
        numbered = STATUS.replace(f'"{INSTRUMENT.reveal()}"', told).replace('"6091"', "6091")
        read = READER.status(numbered.encode(), CARD)
        assert (read.instrument, read.series_number) == (InstrumentId(big), "6091")
    zeros = STATUS.replace(INSTRUMENT.reveal(), "000123")
    assert READER.status(zeros.encode(), CARD).instrument == InstrumentId("000123")


def test_an_account_in_the_same_object_is_read() -> None:
    flat = STATUS.replace(f'"account": {ACCOUNT}', ACCOUNT.strip("{}"))
    assert READER.status(flat.encode(), CARD) == PLAIN


def test_a_byte_order_mark_is_no_part_of_an_answer() -> None:
    assert READER.status(b"\xef\xbb\xbf" + STATUS.encode(), CARD) == PLAIN
    assert READER.hold(b'\xef\xbb\xbf{"authCode": "A1"}', CARD, INSTRUMENT, ASKED).auth_code == AuthCode("A1")


@pytest.mark.parametrize(
    ("member", "shape", "body"),
    [
        ("giftCardId", "missing", STATUS.replace("giftCardId", "id")),
        ("giftCardId", "true or false", STATUS.replace(f'"{INSTRUMENT.reveal()}"', "true")),
        ("account", "a list", STATUS.replace(ACCOUNT, "[]")),
        ("account", "missing", STATUS.replace("account", "x")),
        ("account.amountNet", "there twice", STATUS.replace('"amountNet"', '"AmountNet": 1, "amountNet"')),
        ("account.amountNet", "text", STATUS.replace("50.00", '"fifty"')),
        ("account.amountNet", "too many decimals", STATUS.replace("50.00", "50.005")),
        ("account.amountAuthorized", "below zero", STATUS.replace("5.5", "-5.5")),
        ("account.amountNet", "no number", STATUS.replace("50.00", "NaN")),
        ("account.amountNet", "too large", STATUS.replace("50.00", "1E30")),
        ("body", "no JSON", "oops"),
        ("body", "a list", "[]"),
        ("body", "missing", ""),
        ("giftCardId", "missing", "{}"),
    ],
)
def test_what_could_not_be_read_is_told_by_our_name_for_it_and_its_shape(
    member: str, shape: str, body: str
) -> None:
    with pytest.raises(Unreadable) as error:
        READER.status(body.encode(), CARD)
    assert (error.value.member, error.value.shape) == (member, shape)
    assert not error.value.args


# --- dates --------------------------------------------------------------------------------------------------


def expiring(text: str) -> datetime | None:
    return READER.status(f'{{"expiryDate": {text}, {STATUS[1:]}'.encode(), CARD).expires


NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        '"2026-06-01T12:00:00Z"',
        '"2026-06-01T12:00:00"',
        '"2026-06-01 14:00:00+02:00"',
        '"2026-06-01T12:00:00.0000000Z"',
        '"2026-06-01t12:00z"',
        "1780315200",
        "1780315200000",
        '"1780315200"',
        "1780315200.0",
        '"/Date(1780315200000)/"',
        '"/Date(1780315200000+0200)/"',
        '"\\/Date(1780315200000)\\/"',
    ],
)
def test_a_date_is_read_in_any_of_its_usual_shapes(text: str) -> None:
    assert expiring(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "null",
        '""',
        '"soon"',
        "true",
        "{}",
        "[]",
        '"2026-13-01T00:00"',
        '"\\ud800"',
        '"01.06.2026"',
        '"2026"',
        "0",
        "-1e400",
        "1e400",
        "NaN",
        '"0001-01-01T00:00:00"',
        '"/Date(-62135596800000)/"',
        '"0001-01-01"',
        '"9999-12-31T23:59:59.9999999-05:00"',
        '"9999-12-31"',
        '"/Date(99999999999999999)/"',
        '"/Date()/"',
        '"2026-06-01", "ExpiryDate": "2026-06-02"',
    ],
)
def test_a_date_that_cannot_be_read_is_not_known_and_spoils_nothing(text: str) -> None:
    assert expiring(text) is None


def test_an_expiry_given_as_a_day_lasts_through_that_day_in_the_stores_zone() -> None:
    assert expiring('"2026-12-31"') == datetime(2026, 12, 31, 22, 59, 59, 999999, tzinfo=UTC)
    assert expiring('"20260601"') == datetime(2026, 6, 1, 21, 59, 59, 999999, tzinfo=UTC)
    # The day on which the clocks change has 23 hours.
    assert expiring('"2026-03-29"') == datetime(2026, 3, 29, 21, 59, 59, 999999, tzinfo=UTC)


def test_a_start_given_as_a_day_is_its_beginning() -> None:
    read = READER.status(f'{{"startDate": "2026-06-01", {STATUS[1:]}'.encode(), CARD)
    assert read.starts == datetime(2026, 5, 31, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("created", "issued"),
    [
        ('"01.06.2026"', True),
        ("1780315200", True),
        ("{}", True),
        ("null", False),
        ('""', False),
        ("0", False),
        ('"0001-01-01T00:00:00"', False),
        ("false", False),
    ],
)
def test_a_card_is_issued_when_there_is_a_date_that_can_be_read_or_not(created: str, issued: bool) -> None:
    read = READER.status(STATUS.replace('"2026-01-05T09:30:00Z"', created).encode(), CARD)
    assert read.issued is issued


@pytest.mark.parametrize(
    "decoration",
    [
        '"customer": {"name": "a", "name": "b", "id": NaN}',
        '"expiryDate": {"a": 1, "a": 2}',
        '"x": Infinity',
        '"seriesNumber": null, "SERIESNUMBER": {}',
        '"startDate": [[[]]]',
        '"customer": "Anna"',
        '"links": [{"rel": 1, "rel": 2}]',
    ],
)
def test_what_only_decorates_a_card_never_makes_it_unreadable(decoration: str) -> None:
    read = READER.status(f"{{{decoration}, {STATUS[1:]}".encode(), CARD)
    assert read.balance == PLAIN.balance


def test_a_customers_name_is_found_under_names_in_any_case() -> None:
    for told in ('{"FirstName": "Anna", "last_name": "J"}', '{"DISPLAY_NAME": "Anna J"}'):
        assert READER.status(f'{{"Customer": {told}, {STATUS[1:]}'.encode(), CARD).customer == "Anna J"


# --- the answer to a request for payment --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "location", "code"),
    [
        ('{"AuthCode": "A1-77"}', "", "A1-77"),
        ('{"auth_code": 12345678901234567890123}', "", "12345678901234567890123"),
        ('{"authCode": "007"}', "", "007"),
        ('{"data": {"authCode": "A1"}}', "", "A1"),
        ('{"authorization": {"code": "A1", "id": 7}}', "", "A1"),
        ('{"authorization": {"id": 7}}', "", "7"),
        ('{"authCode": {"value": "A1"}}', "", "A1"),
        ('{"authorizationCode": "A1"}', "", "A1"),
        ('{"authorisationId": 9, "authorized": true}', "", "9"),
        ('{"authCode": "A1", "authorizationId": "other"}', "", "A1"),
        ('{"authCode": null, "authorizationCode": "A1"}', "", "A1"),
        ('"A1-77"', "", "A1-77"),
        ("A1-77", "", "A1-77"),
        ("  4711\r\n", "", "4711"),
        ("", "https://x.example/api/giftcards/1/authorizations/A%2F1", "A/1"),
        ("{}", "/authorisations/A1/", "A1"),
        ('{"authCode": "A1"}', "/authorizations/other", "A1"),
    ],
)
def test_the_auth_code_is_found_where_it_plainly_is(body: str, location: str, code: str) -> None:
    placed = READER.hold(body.encode(), CARD, INSTRUMENT, ASKED, location)
    assert (placed.auth_code, placed.amount, placed.same_card) == (AuthCode(code), ASKED, True)


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ("OK", ""),
        ('"Accepted"', ""),
        ("true", ""),
        ("1", ""),
        ("two words 12", ""),
        ("", ""),
        ("{}", ""),
        ("", "/giftcards/17"),
        ("", "/authorizations/"),
        ("[]", ""),
        ('{"code": "A1"}', ""),
        ('{"authCode": "A1", "AuthCode": "A2"}', ""),
        ('{"authCode": "A1", "data": {"authCode": "A2"}}', ""),
        ('{"authorizationId": "A1", "authorizationCode": "A2"}', ""),
        ('{"account": {"authCode": "A1"}}', ""),
        ('{"authorization": true}', ""),
    ],
)
def test_a_code_is_not_guessed(body: str, location: str) -> None:
    with pytest.raises(Unreadable) as error:
        READER.hold(body.encode(), CARD, INSTRUMENT, ASKED, location)
    assert error.value.member in ("authCode", "body")


@pytest.mark.parametrize(
    ("members", "held"),
    [
        ('"amount": 10.00', 1000),
        ('"Amount": "10.00"', 1000),
        ('"heldAmount": 10', 1000),
        ('"held_amount": 10', 1000),
        ('"authorizedAmount": 10', 1000),
        ('"AmountAuthorised": 10', 1000),
        ('"approvedAmount": 10', 1000),
        ('"approved": 10', 1000),
        ('"approved": true', 2500),
        ('"requestedAmount": 25, "approvedAmount": 10', 1000),
        ('"amount": 10, "heldAmount": "10.00"', 1000),
        ('"authorization": {"amount": 10}', 1000),
        ('"amount": {"value": 10, "currency": "EUR"}', 1000),
        ('"data": {"amount": 10}', 1000),
        ('"amount": null', 2500),
        (f'"account": {ACCOUNT}', 2500),
        (ACCOUNT.strip("{}"), 2500),
        ('"fee": {"amount": 1}', 2500),
        ('"amount": 99', 9900),
    ],
)
def test_what_was_held_is_what_the_server_held(members: str, held: int) -> None:
    body = f'{{"authCode": "A1", {members}}}'
    assert READER.hold(body.encode(), CARD, INSTRUMENT, ASKED).amount == Money(held, EUR)


@pytest.mark.parametrize(
    ("members", "shape"),
    [
        ('"amount": 25, "heldAmount": 10', "there twice"),
        ('"approvedAmount": 25, "authorization": {"amount": 10}', "there twice"),
        ('"amount": 25, "Amount": 10', "there twice"),
        ('"heldAmount": 0', "zero"),
        ('"heldAmount": "ten"', "text"),
        ('"amount": {"currency": "EUR"}', "an object"),
    ],
)
def test_two_amounts_are_not_chosen_from_and_the_code_is_rescued(members: str, shape: str) -> None:
    body = f'{{"authCode": "A1", {members}}}'.encode()
    with pytest.raises(Unreadable) as error:
        READER.hold(body, CARD, INSTRUMENT, ASKED)
    assert (error.value.member, error.value.shape) == ("amount", shape)
    assert READER.rescued_code(body) == AuthCode("A1")


def test_an_amounts_name_that_is_set_decides() -> None:
    told = Reader(WireRules(amount_field="value_held"), EUR)
    body = b'{"authCode": "A1", "ValueHeld": 10, "amount": 25}'
    assert told.hold(body, CARD, INSTRUMENT, ASKED).amount == Money(1000, EUR)


def test_a_code_is_rescued_by_any_name_and_from_a_wrapper_but_never_a_part_of_one() -> None:
    assert READER.rescued_code(b'{"data": {"Auth_Code": "A1", "amount": ') == AuthCode("A1")
    assert READER.rescued_code(b'{"data": {"x": {"authCode": "A1", ') is None
    assert READER.rescued_code(b'{"customer": {"authCode": "A1", ') is None
    assert READER.rescued_code(b'{"authorization": {"code": "A1"}, "amount": true}') == AuthCode("A1")
    assert READER.rescued_code(b"A1-7") is READER.rescued_code(b"1234") is None
    assert READER.rescued_code(b'}{"authCode": "A1", ') is None


@pytest.mark.parametrize(
    ("members", "same"),
    [
        ('"giftCardNumber": "6091 0000 0000 0017"', True),
        ('"CardNumber": 6091000000000017', True),
        ('"cardNumber": "************0017"', True),
        ('"giftCardNumber": ""', True),
        ('"cardNumber": 6091000000000025', False),
        ('"data": {"giftCardId": "gc_other"}', False),
    ],
)
def test_a_hold_is_on_the_card_that_was_asked(members: str, same: bool) -> None:
    body = f'{{"authCode": "A1", {members}}}'
    assert READER.hold(body.encode(), CARD, INSTRUMENT, ASKED).same_card is same


def test_a_status_under_another_number_is_another_cards() -> None:
    with pytest.raises(WrongCard):
        READER.status(f'{{"CARD_NUMBER": 6091000000000025, {STATUS[1:]}'.encode(), CARD)


def test_the_balance_beside_a_hold_is_read_in_any_dialect() -> None:
    body = f'{{"Data": {{"AuthCode": "A1", "Account": {ACCOUNT.replace("amount", "Amount_")}}}}}'
    placed = READER.hold(body.encode(), CARD, INSTRUMENT, ASKED)
    assert placed.balance == Balance(Money(5000, EUR), Money(550, EUR))


# --- a new card ---------------------------------------------------------------------------------------------

NUMBER = "6092000000000014"


@pytest.mark.parametrize(
    ("body", "location"),
    [
        (f'{{"giftCardNumber": "{NUMBER}"}}', ""),
        (f'{{"GIFT_CARD_NUMBER": {NUMBER}}}', ""),
        ('{"data": {"cardNumber": "6092 0000 0000 0014"}}', ""),
        (f'{{"giftCard": {{"cardNumber": "{NUMBER}", "account": ', ""),
        (f'{{"giftCardId": "{NUMBER}"}}', ""),
        (f'"{NUMBER}"', ""),
        (NUMBER, ""),
        ("", f"https://x.example/giftcards/{NUMBER}"),
    ],
)
def test_the_number_of_a_new_card_is_found_where_it_plainly_is(body: str, location: str) -> None:
    assert READER.live_issue(body.encode(), "6092", None, location) == Issued(None, CardNumber(NUMBER))


@pytest.mark.parametrize(
    "number", ["6092000000000015", "609200000000001", "60920000000000140", "6093000000000018", "ABCD", "1"]
)
@pytest.mark.parametrize("body", ['{{"giftCardNumber": "{}"}}', '{{"giftCardId": "{}"}}', "{}"])
def test_a_printed_card_is_a_card_of_its_series(body: str, number: str) -> None:
    with pytest.raises(Unreadable):
        READER.live_issue(body.format(number).encode(), "6092", None, f"/giftcards/{number}")


def test_two_numbers_are_not_chosen_from() -> None:
    with pytest.raises(Unreadable):
        READER.live_issue(
            f'{{"giftCardNumber": "{NUMBER}", "cardNumber": "6092000000000022"}}'.encode(), "6092"
        )


def test_a_name_in_another_encoding_spoils_no_card_but_an_id_or_a_code_in_it_is_none() -> None:
    named = STATUS.rstrip().removesuffix("}") + ', "note": "Jürgen"}'
    assert READER.status(named.encode("latin-1"), CARD) == PLAIN
    with pytest.raises(Unreadable):
        READER.status(STATUS.replace(INSTRUMENT.reveal(), "4711ü").encode("latin-1"), CARD)
    with pytest.raises(Unreadable):
        READER.hold('{"authCode": "A1ü"}'.encode("latin-1"), CARD, INSTRUMENT, ASKED)


def test_a_hold_in_a_list_of_one_is_read() -> None:
    told = b'{"holds": [{"authCode": "A1", "amount": 25.00}]}'
    with pytest.raises(Unreadable):  # several holds may stand in a list of them
        READER.hold(told, CARD, INSTRUMENT, ASKED)
    told = b'{"data": [{"authCode": "A1", "amount": 25.00}]}'
    assert READER.hold(told, CARD, INSTRUMENT, ASKED).auth_code == AuthCode("A1")
