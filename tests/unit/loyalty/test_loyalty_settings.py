"""What cannot be seen of a server is set, and obeyed in every call."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from unit.loyalty.loyalty_server import (
    ACCOUNT,
    CARD,
    CODE,
    EUR,
    INSTRUMENT,
    STATUS,
    TOKEN,
    TWENTY_FIVE,
    Cut,
    all_calls,
    http,
    pay,
    run,
    talking,
)

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    Issued,
    Misfit,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId
from centara_giftcard.loyalty.exact_json import Unreadable
from centara_giftcard.loyalty.wire import Reader

HELD = '{"authCode": "A1"}'


def reader(**rules: Any) -> Reader:
    return Reader(WireRules(**rules), EUR)


def hold(body: str, **rules: Any) -> HoldPlaced:
    return reader(**rules).hold(body.encode(), CARD, INSTRUMENT, TWENTY_FIVE)


# --- what is sent, and where to -----------------------------------------------------------------------------


def test_every_call_goes_where_its_address_says() -> None:
    rules = WireRules(
        status_path="/cards/{card}?tenant={group}&till={store}-{pos}",
        pay_path="/holds/{instrument}/",
        commit_path="/holds/{code}/take",
        cancel_path="/cards/{card}/holds/{code}/release",
        issue_path="/v2/{group}/{instrument}/sell",
        issue_live_path="/series/{series}",
        unissue_path="/undo/{instrument}",
    )

    async def body() -> None:
        async with talking(http(200, HELD), rules=rules, group="a c", store="1/2", pos="3") as (till, server):
            await all_calls(till)
        assert [asked.line.split()[:2] for asked in server.asked] == [
            ["POST", "/api/holds/gc_0017_internal/"],
            ["POST", "/api/holds/A-77-secret%2F1/take"],
            ["POST", "/api/cards/6091000000000017/holds/A-77-secret%2F1/release"],
            ["POST", "/api/v2/a%20c/gc_0017_internal/sell"],
            ["POST", "/api/series/6092"],
            ["POST", "/api/undo/gc_0017_internal"],
            ["GET", "/api/cards/6091000000000017?tenant=a%20c&till=1%2F2-3"],
            ["GET", "/api"],
        ]

    run(body)


def test_what_an_address_has_no_place_for_stands_in_the_body() -> None:
    rules = WireRules(
        pay_path="/pay",
        commit_path="/commit",
        cancel_path="/holds/{code}/cancel",
        issue_path="/issue",
        issue_live_path="/new",
        card_sent_as="card.number",
        instrument_sent_as="card.id",
        code_sent_as="hold",
        series_sent_as="series",
        amount_field="payment.amount",
    )

    async def body() -> None:
        async with talking(http(200, HELD), rules=rules) as (till, server):
            await all_calls(till)
        card = {"number": CARD.reveal(), "id": INSTRUMENT.reveal()}
        paying, amount = {"payment": {"amount": 25.0}}, b'{"payment": {"amount": 25.00}'
        bodies = [json.loads(asked.body or "null") for asked in server.asked]
        assert bodies == [
            {**paying, "card": card},
            {"card": card, "hold": CODE.reveal()},
            {"card": card},
            {**paying, "card": card},
            {**paying, "series": "6092"},
            None,  # its address has the card's number
            None,
            None,
        ]
        assert server.asked[0].body.startswith(amount)  # with exactly the currency's decimals

    run(body)


@pytest.mark.parametrize(
    "path", ["https://evil.example/{card}", "@evil.example/{card}", "//evil.example/{card}", "/../{card}"]
)
def test_no_address_leads_to_another_host(path: str) -> None:
    async def body() -> None:
        with pytest.raises(SettingsError, match="the address of a call"):
            async with talking(http(200, STATUS), rules=WireRules(pay_path=path)):
                pass

    run(body)


@pytest.mark.parametrize(
    "hostile", ["..", ".", "../../x", "//evil.example/", "?a=b", "#x", "a%2Fb", "å\r\nX: 1"]
)
def test_a_hostile_code_stays_where_it_was_put(hostile: str) -> None:
    """In a parameter, in a part of its own, and beside other letters."""
    rules = WireRules(commit_path="/t?code={code}&card={card}", cancel_path="/x-{code}/r")

    async def body() -> None:
        async with talking(http(204), rules=rules) as (till, server):
            await till.commit("op-1", CARD, INSTRUMENT, AuthCode(hostile))
            await till.cancel("op-1", CARD, INSTRUMENT, AuthCode(hostile))
        commit, cancel = (asked.line.split()[1] for asked in server.asked)
        assert commit.startswith("/api/t?code=")
        assert commit.endswith("&card=6091000000000017")
        assert (commit.count("&"), commit.count("?"), cancel.count("/")) == (1, 1, 3)
        assert "?" not in cancel

    run(body)


def test_the_token_stands_in_the_address_where_that_is_set_and_in_no_note() -> None:
    noted: list[object] = []
    rules = WireRules(auth_query="access_token", status_path="/cards/{card}?x=1")

    async def body() -> None:
        said = http(404, f'{{"message": "Unknown token {TOKEN.reveal()}"}}')
        async with talking(said, rules=rules, note=lambda *it: noted.append(it)) as (till, server):
            *_, status, _ = await all_calls(till)
        token = f"access_token={TOKEN.reveal()}"
        assert [asked.line.split()[1].partition("access_token")[0][-1] for asked in server.asked] == [
            *"??????", "&", "?",
        ]  # fmt: skip
        assert all(token in asked.line for asked in server.asked)
        assert not any("authorization" in asked.headers for asked in server.asked)
        assert status == StatusFailed(Cause.NOT_FOUND)
        assert TOKEN.reveal() not in repr(noted)

    run(body)


# --- amounts ------------------------------------------------------------------------------------------------


def test_amounts_in_minor_units_are_sent_and_read_so() -> None:
    minor = STATUS.replace("50.00", "5000").replace("75,", '"7500",').replace("5.5", "550")
    rules = WireRules(amounts="minor")

    async def body() -> None:
        async with talking(
            http(200, minor), http(200, '{"authCode": "A1", "amount": 2400}'), rules=rules
        ) as (
            till,
            server,
        ):
            status, held = await till.status(CARD), await pay(till)
        assert server.asked[1].body == b'{"amount": 2500}'
        assert isinstance(status, CardStatus)
        assert status == reader().status(STATUS.encode(), CARD)
        assert held == HoldPlaced(AuthCode("A1"), Money(2400, EUR))

    run(body)


@pytest.mark.parametrize("number", ["2500.5", '"25.005"', "1E-3", "2500.00", "0.0"])
def test_minor_units_have_no_parts(number: str) -> None:
    with pytest.raises(Unreadable) as error:
        hold(f'{{"authCode": "A1", "amount": {number}}}', amounts="minor")
    assert (error.value.member, error.value.shape) == ("amount", 'a decimal point, and amounts = "minor"')


# --- names in replies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", ["{}", '{{"data": {}}}'])
def test_a_code_and_an_amount_are_read_where_the_settings_say(wrap: str) -> None:
    body = wrap.format('{"id": "no-code", "hold": {"Ref": "A1", "value": "24.50"}, "amount": 25.00}')
    found = hold(body, auth_code_field="hold.ref", held_field="hold.value")
    assert found == HoldPlaced(AuthCode("A1"), Money(2450, EUR))
    assert found.told


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"id": "no-code", "hold": {"id": "A1", "x', "A1"),
        ('{"data": {"hold": {"id": "A1"}, "x', "A1"),
        ('{"id": "no-code", "hold": {"x', None),
        ('{"other": {"hold": {"id": "A1"}, "x', None),
        ('{"hold": [{"id": "A1"}], "x', None),
        ('{"hold": {"id": "A1"}, "data": {"hold": {"id": "A2"}}, "x', None),
    ],
)
def test_a_code_is_rescued_from_where_the_settings_say_and_from_nowhere_else(
    body: str, code: str | None
) -> None:
    found = reader(auth_code_field="hold.id").rescued_code(body.encode())
    assert found == (code and AuthCode(code))


def test_a_missing_member_is_told_by_the_name_that_is_set() -> None:
    with pytest.raises(Unreadable) as error:
        hold("{}", auth_code_field="hold.ref")
    assert error.value.member == "hold.ref"
    with pytest.raises(Unreadable) as error:
        hold('{"authCode": "A1", "sum": -1}', held_field="sum")
    assert (error.value.member, error.value.shape) == ("sum", "below zero")


def test_the_id_of_a_card_is_read_where_the_settings_say() -> None:
    named = STATUS.replace('"giftCardId"', '"giftCardId": "other", "id"')
    assert reader(instrument_field="id").status(named.encode(), CARD).instrument == INSTRUMENT
    deep = f'{{"card": {{"key": 17}}, "account": {ACCOUNT}}}'
    assert reader(instrument_field="card.key").status(deep.encode(), CARD).instrument == InstrumentId("17")
    with pytest.raises(Unreadable) as error:
        reader(instrument_field="card.key").status(STATUS.encode(), CARD)
    assert (error.value.member, error.value.shape) == ("card.key", "missing")


def test_an_id_of_an_envelope_is_not_the_cards() -> None:
    wrapped = f'{{"id": "request-9", "data": {STATUS.replace("giftCardId", "id")}}}'
    assert reader(instrument_field="id").status(wrapped.encode(), CARD).instrument == INSTRUMENT
    assert reader(instrument_field="id").issue(b'{"id": "sale-9"}', CARD, INSTRUMENT) == Issued()
    with pytest.raises(Unreadable) as error:
        reader(instrument_field="id").status(b'{"id": "request-9"}', CARD)
    assert (error.value.member, error.value.shape) == ("account", "missing")


def test_an_id_beside_a_hold_is_compared_only_where_it_can_be_the_cards() -> None:
    assert hold('{"authCode": "A1", "id": "hold-9"}', instrument_field="id").same_card
    assert not hold('{"authCode": "A1", "card": {"key": "x"}}', instrument_field="card.key").same_card
    assert not hold('{"authCode": "A1", "giftCardId": "x"}').same_card


@pytest.mark.parametrize(
    "body",
    [
        '{"new": {"no": "6092 0000 0000 0011"}, "cardNumber": "1"}',
        '{"data": {"new": {"no": 6092000000000011}}, "x',
    ],
)
def test_the_number_of_a_new_card_is_read_where_the_settings_say(body: str) -> None:
    found = reader(new_number_field="new.no").live_issue(body.encode(), "6092")
    assert found == Issued(None, CardNumber("6092000000000011"))


def test_a_new_number_that_is_not_where_the_settings_say_is_not_looked_for_elsewhere() -> None:
    with pytest.raises(Unreadable) as error:
        reader(new_number_field="new.no").live_issue(STATUS.encode(), "6092", location="/6092000000000011")
    assert (error.value.member, error.value.shape) == ("new.no", "missing")


@pytest.mark.parametrize(
    ("zone", "expires"),
    [
        ("UTC", datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("Europe/Dublin", datetime(2026, 6, 1, 11, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 6, 1, 16, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_in_the_one_that_is_set(zone: str, expires: datetime) -> None:
    def read(text: str) -> datetime | None:
        document = f'{{"expiryDate": "{text}", {STATUS[1:]}'
        return reader(time_zone=zone).status(document.encode(), CARD).expires

    assert read("2026-06-01T12:00:00.0000000") == expires
    assert read("2026-06-01T12:00:00Z") == datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert read("2026-06-01T14:00:00+02:00") == datetime(2026, 6, 1, 12, tzinfo=UTC)


# --- a success that says no in a way of its own -------------------------------------------------------------

NO = Refused(Cause.REFUSED, "Not enough")


@pytest.mark.parametrize(
    ("condition", "body", "no"),
    [
        ("result.code = 51", '{"result": {"code": 51}, "message": "Not enough"}', True),
        ("result.code = 51", '{"result": {"code": "51 "}, "message": "Not enough"}', True),
        ("RESULT.Code=51", '{"data": {"Result": {"CODE": 51}}, "message": "Not enough"}', True),
        ("result.code = 51", '{"result": {"code": 0}}', False),
        ("result.code = 51", '{"result": {}}', False),
        ("result.code = 51", '{"result": 51}', False),
        ("result.code = 51", '{"code": 51}', False),
        ("result.code = 51", '{"result": {"code": null}}', False),
        ("result.code = 51", "", False),
        ("answer != 00", '{"answer": "05", "message": "Not enough"}', True),
        ("answer != 00", '{"answer": "00"}', False),
        ("answer != 00", '{"other": "05"}', False),
        ("granted = false", '{"granted": false, "message": "Not enough"}', True),
        ("granted != TRUE", '{"granted": "no", "message": "Not enough"}', True),
        ("granted != true", '{"granted": true}', False),
        ("answer = Not  now", '{"answer": "not  NOW", "message": "Not enough"}', True),
    ],
)
def test_a_success_says_no_where_the_settings_say_so(condition: str, body: str, no: bool) -> None:
    rules = WireRules(refused_when=("nothing = here", condition))

    async def talk() -> None:
        async with talking(http(200, body), rules=rules) as (till, _):
            outcomes = [
                await till.commit("op-1", CARD, INSTRUMENT, CODE),
                await till.cancel("op-1", CARD, INSTRUMENT, CODE),
                await till.unissue("op-1", CARD, INSTRUMENT),
            ]
            others = [
                await till.issue("op-1", CARD, INSTRUMENT, TWENTY_FIVE),
                await till.status(CARD),
                await pay(till),
            ]
        assert outcomes == [NO if no else Accepted()] * 3
        if no:
            assert others == [NO, StatusFailed(Cause.REFUSED, "Not enough"), NO]
        else:
            assert others[0] == Issued()

    run(talk)


def test_a_condition_about_a_member_that_is_there_twice_proves_nothing() -> None:
    async def body() -> None:
        rules, twice = (
            WireRules(refused_when=("answer != 00",)),
            http(200, '{"answer": "00", "answer": "05"}'),
        )
        async with talking(twice, rules=rules) as (till, _):
            assert await till.commit("op-1", CARD, INSTRUMENT, CODE) == OutcomeUnknown(Cause.UNREADABLE)

    run(body)


# --- whatever is set ----------------------------------------------------------------------------------------


def test_every_call_tells_what_did_not_fit_and_never_its_value() -> None:
    noted: list[tuple[str, dict[str, object]]] = []
    odd = '{"giftCardId": true, "authCode": ["x"], "account": "6091000000000017"}'

    async def body() -> None:
        async with talking(http(200, odd), note=lambda name, facts: noted.append((name, dict(facts)))) as (
            till,
            server,
        ):
            answers: list[Any] = [
                await till.status(CARD),
                await pay(till),
                await till.issue("op-1", CARD, INSTRUMENT, None),
                await till.issue_live("op-1", "6092", None),
            ]
        assert [it.misfit for it in answers] == [
            Misfit("account", "text"),
            Misfit("authCode", "a list"),
            Misfit("account", "text"),
            Misfit("giftCardNumber", "true or false"),
        ]
        told = [facts for name, facts in noted if name == "unreadable"]
        asked = [it.headers["x-request-id"] for it in server.asked]
        assert [it["request_id"] for it in told] == asked
        assert CARD.reveal() not in repr(noted)

    run(body)


def test_no_post_is_repeated_and_each_has_its_key_whatever_the_address() -> None:
    rules = WireRules(pay_path="/pay", card_sent_as="card")

    async def body() -> None:
        async with talking(Cut(), rules=rules) as (till, server):
            await all_calls(till)
        posts = [asked for asked in server.asked if asked.line.startswith("POST")]
        assert [asked.headers["idempotency-key"] for asked in posts] == [
            "op-1-pay", "op-1-commit", "op-1-cancel", "op-1-issue", "op-1-issue", "op-1-unissue",
        ]  # fmt: skip

    run(body)


LATIN = (STATUS[:-1] + ', "customer": {"name": "J\u00f3n"}, "note": "\u00e6"}').encode("latin-1")


def test_a_name_in_another_encoding_never_makes_a_card_unreadable() -> None:
    card = reader().status(LATIN, CARD)
    assert card == reader().status(STATUS.encode(), CARD)
    assert card.customer == ""  # a name with a hole in it is none
    with pytest.raises(Unreadable) as error:
        reader().status(STATUS.replace("_internal", "\u00f3").encode("latin-1"), CARD)
    assert error.value.member == "giftCardId"


@pytest.mark.parametrize(
    "body", ['[{"authCode": "A1", "amount": 24}]', '{"data": [{"authCode": "A1", "amount": 24}]}']
)
def test_a_list_of_one_hold_is_that_hold(body: str) -> None:
    assert hold(body) == HoldPlaced(AuthCode("A1"), Money(2400, EUR))
    with pytest.raises(Unreadable):
        hold(body.replace("}]", '}, {"authCode": "A2"}]'))


def test_a_location_tells_the_code_where_a_commit_has_it_in_its_address() -> None:
    def at(location: str, **rules: Any) -> AuthCode:
        return reader(**rules).hold(b"", CARD, INSTRUMENT, TWENTY_FIVE, location).auth_code

    assert at("https://x/holds/A%2F1?x=1", commit_path="/holds/{code}/take") == AuthCode("A/1")
    assert at("/a/authorizations/A1") == AuthCode("A1")
    for rules in ({}, {"commit_path": "/{code}/take"}, {"commit_path": "/take?code={code}"}):
        with pytest.raises(Unreadable):
            at("/holds/A1", **rules)


@pytest.mark.parametrize(
    ("reply", "misfit"),
    [
        (http(200, "<html>"), Misfit("body", "a page")),
        (http(200, "OK"), Misfit("body", "no JSON")),
        (http(200, "{}", Content_Type="application/problem+json"), Misfit("body", "a problem")),
        (http(206, "{}"), Misfit("status code", "206")),
        (http(302, "", Location="https://evil.example/"), Misfit("status code", "302")),
        (http(200, '{"status": 1, "status": 2}'), Misfit("status", "there twice")),
        (http(200, "x", Content_Encoding="br"), Misfit("body", "packed in another way than gzip")),
        (http(200, "plain words", Content_Encoding="gzip"), Misfit("body", "no gzip")),
        (http(200, b"x" * (1024 * 1024 + 1)), Misfit("body", "too large")),
    ],
)
def test_what_did_not_fit_is_told_of_every_call_and_noted(reply: bytes, misfit: Misfit) -> None:
    noted: list[dict[str, object]] = []

    def note(name: str, facts: Any) -> None:
        if name == "unreadable":
            noted.append(dict(facts))

    async def body() -> None:
        async with talking(reply, note=note, reply_timeout_s=5.0, listen_timeout_s=5.0) as (till, server):
            *answers, _ = await all_calls(till)
            told: list[Any] = answers
        assert [it.misfit for it in told] == [misfit] * 7
        asked = {it.headers["x-request-id"] for it in server.asked[:7]}
        assert {it["request_id"] for it in noted} == asked
        assert {(it["member"], it["shape"]) for it in noted} == {(misfit.member, misfit.shape)}

    run(body)


def test_a_code_beside_a_no_and_a_gateways_refusal_of_a_new_card_are_told() -> None:
    async def body() -> None:
        async with talking(http(200, '{"authCode": "A1", "success": false}'), http(403, "<html>")) as (
            till,
            _,
        ):
            held: Any = await pay(till)
            made: Any = await till.issue_live("op-1", "6092", None)
        assert held.misfit == Misfit("authCode", "beside a no")
        assert made.misfit == Misfit("body", "no refusal in a form of the server's own")

    run(body)
