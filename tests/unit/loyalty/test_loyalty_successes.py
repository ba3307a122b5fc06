"""A success that says no is no success: what a 2xx is worth, over real sockets."""

from collections.abc import Awaitable, Callable

import pytest
from unit.loyalty.loyalty_server import (
    CARD,
    CODE,
    INSTRUMENT,
    STATUS,
    TWENTY_FIVE,
    Cut,
    Reply,
    Stall,
    http,
    pay,
    run,
    talking,
)

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    Issued,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AuthCode, CardNumber
from centara_giftcard.loyalty.client import HttpLoyalty
from centara_giftcard.loyalty.successes import NOT_YET, Deed, said_no, spoilt_success

Call = Callable[[HttpLoyalty], Awaitable[object]]

RESOLVING: dict[str, Call] = {
    "commit": lambda till: till.commit("op-1", CARD, INSTRUMENT, CODE),
    "cancel": lambda till: till.cancel("op-1", CARD, INSTRUMENT, CODE),
    "unissue": lambda till: till.unissue("op-1", CARD, INSTRUMENT),
}
EVERY_POST: dict[str, Call] = {
    **RESOLVING,
    "pay": pay,
    "issue": lambda till: till.issue("op-1", CARD, INSTRUMENT, TWENTY_FIVE),
    "issue_live": lambda till: till.issue_live("op-1", "6092", TWENTY_FIVE),
}
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"
JSON = {"Content_Type": "application/json"}
PAGE = "<!DOCTYPE html><title>Sign in</title>"


def assert_answers(call: Call, answers: list[tuple[Reply, object]]) -> None:
    async def body() -> None:
        async with talking(*(reply for reply, _ in answers)) as (loyalty, _):
            for reply, result in answers:
                assert await call(loyalty) == result, reply

    run(body)


@pytest.mark.parametrize("call", RESOLVING)
def test_a_clean_success_is_empty_or_json_that_does_not_say_no(call: str) -> None:
    bodies = [
        "", " \r\n", "{}", "null", "true", "[]", '{"success": true}', '{"error": null, "errors": []}',
        STATUS,
        '{"status": "COMPLETED"}', '{"status": 200, "errorCode": 0, "errorMessage": "OK"}', '"OK"',
        "\ufeff{}",
        '{"errors": {"amount": []}, "message": "Everything went well, no failure."}',
        '{"note": "declined by nobody", "failedAttempts": 3}',
    ]  # fmt: skip
    clean: list[tuple[Reply, object]] = [(http(200, body, **JSON), Accepted()) for body in bodies]
    assert_answers(RESOLVING[call], [*clean, (http(204), Accepted()), (http(201, "{}"), Accepted())])


@pytest.mark.parametrize("call", EVERY_POST)
def test_a_promise_a_page_a_problem_and_a_text_are_no_success(call: str) -> None:
    assert_answers(
        EVERY_POST[call],
        [
            (http(202), OutcomeUnknown(Cause.NOT_YET)),
            (http(202, "{}"), OutcomeUnknown(Cause.NOT_YET)),
            (http(202, "soon"), OutcomeUnknown(Cause.NOT_YET)),
            (http(203, "{}"), OutcomeUnknown(Cause.UNREADABLE)),
            (http(206, "{}"), OutcomeUnknown(Cause.UNREADABLE)),
            (http(200, "OK", Content_Type="text/plain"), OutcomeUnknown(Cause.UNREADABLE)),
            (http(200, "OK"), OutcomeUnknown(Cause.UNREADABLE)),
            (http(200, PAGE, Content_Type="text/html"), OutcomeUnknown(Cause.UNREADABLE)),
            (http(200, PAGE, **JSON), OutcomeUnknown(Cause.UNREADABLE)),
            (http(200, " \n" + PAGE), OutcomeUnknown(Cause.UNREADABLE)),
            (http(200, "", Content_Type="text/html"), OutcomeUnknown(Cause.UNREADABLE)),
            (http(200, "{}", Content_Type="application/problem+json"), OutcomeUnknown(Cause.UNREADABLE)),
            (http(200, b"\x00\xff{]"), OutcomeUnknown(Cause.UNREADABLE)),
            (Cut(HALF), OutcomeUnknown(Cause.LOST)),
            (Stall(HALF), OutcomeUnknown(Cause.TIMEOUT)),
        ],
    )


@pytest.mark.parametrize("call", EVERY_POST)
def test_a_success_whose_body_says_no_is_a_refusal_with_the_servers_words(call: str) -> None:
    said = [
        ('{"success": false, "message": "Not enough"}', "Not enough"),
        ('{"Success": false, "Data": null, "Errors": [{"Message": "Card blocked"}]}', "Card blocked"),
        ('{"ok": false, "error": "Gone"}', "Gone"),
        ('{"IS_SUCCESS": "false", "Detail": "No"}', "No"),
        ('{"error": {"code": "E7", "message": "Too late"}}', "Too late"),
        ('{"errors": {"amount": ["Too high."]}}', "Too high."),
        ('{"status": "DECLINED", "reason": "Card 6091000000000017 <b>"}', ""),
        ('{"status": 422, "title": "No hold"}', "No hold"),
        ('{"result": {"status": "failed", "detail": "Busy till"}}', "Busy till"),
        ('[{"success": false}]', ""),
        ("false", ""),
        ('"FAILED"', ""),
    ]
    assert_answers(
        EVERY_POST[call],
        [(http(200, body, **JSON), Refused(Cause.REFUSED, words)) for body, words in said],
    )


def test_a_code_told_in_a_success_counts_as_that_code() -> None:
    assert_answers(
        EVERY_POST["commit"],
        [
            (http(200, '{"statusCode": "404", "message": "No code"}'), Refused(Cause.NOT_FOUND, "No code")),
            (http(200, '{"status": 401}'), Refused(Cause.NOT_ACCEPTED)),
            (http(200, '{"status": 503, "success": false}'), OutcomeUnknown(Cause.SERVER_ERROR)),
            (http(200, '{"status": 409}'), OutcomeUnknown(Cause.CONFLICT)),
            (http(200, '{"status": 202}'), OutcomeUnknown(Cause.NOT_YET)),
            (http(200, '{"committed": false}'), OutcomeUnknown(Cause.NOT_YET)),
            (http(200, '{"state": "in progress"}'), OutcomeUnknown(Cause.NOT_YET)),
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "deed", "no"),
    [
        ('{"status": "cancelled"}', Deed.TAKES, 400),
        ('{"status": "Cancelled"}', Deed.GIVES_BACK, None),
        ('{"status": "reversed", "error": "x"}', Deed.GIVES_BACK, 400),
        ('{"status": "expired"}', Deed.TAKES, 400),
        ('{"status": "expired", "account": {}}', Deed.TAKES, None),
        ('{"status": "not committed"}', Deed.TAKES, NOT_YET),
        ('{"status": "pending"}', Deed.HOLDS, None),
        ('{"approved": 0}', Deed.TAKES, None),
        ('{"approved": false}', Deed.TAKES, 400),
        ('{"success": 0}', Deed.TAKES, 400),
        ('{"status": {"code": "ERR", "text": "declined"}}', Deed.TAKES, 400),
        ('{"status": {"code": 200}}', Deed.TAKES, None),
        ('{"status": false}', Deed.TAKES, 400),
        ('{"status": "' + "failed " * 9 + '"}', Deed.TAKES, None),
        ('{"data": {"success": true}, "error": "x"}', Deed.TAKES, 400),
        ('{"customer": {"status": "blocked"}}', Deed.TAKES, None),
        ('{"result": {"code": "412", "name": "Error"}}', Deed.HOLDS, None),
        ('{"result": {"status": "declined"}}', Deed.HOLDS, 400),
        ('{"status": "default"}', Deed.TAKES, None),
        ('{"valid": false}', Deed.TAKES, 400),
        ('{"valid": false, "completed": false, "account": {}}', Deed.TAKES, None),
        ('{"success": false, "account": {}}', Deed.TAKES, 400),
        ("7", Deed.TAKES, None),
        ("409", Deed.TAKES, 409),
    ],
)
def test_words_are_taken_for_what_the_call_does(body: str, deed: Deed, no: int | None) -> None:
    assert said_no(body.encode(), deed) == no


def test_a_hold_is_not_believed_beside_a_no_but_its_code_is_rescued() -> None:
    promised = http(202, '{"authCode": "A1"}')
    rescued = AuthCode("A1")
    assert_answers(
        pay,
        [
            (http(200, '{"success": false, "authCode": null}'), Refused(Cause.REFUSED)),
            (http(200, '{"ok": false, "authCode": "A1"}'), OutcomeUnknown(Cause.UNREADABLE, None, rescued)),
            (promised, OutcomeUnknown(Cause.NOT_YET, None, rescued)),
            (http(200, '{"status": "PENDING", "authCode": "A1"}'), HoldPlaced(AuthCode("A1"), TWENTY_FIVE)),
        ],
    )  # fmt: skip


def test_a_promise_of_a_new_card_keeps_its_number_and_the_card_is_to_be_read() -> None:
    made = f'{{"giftCardNumber": "6092000000000011", {STATUS[1:]}'.replace('"6091"', '"6092"')
    assert_answers(
        EVERY_POST["issue_live"], [(http(202, made), Issued(None, CardNumber("6092000000000011")))]
    )


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (http(403, '{"title": "Till is blocked"}', **JSON), Refused(Cause.NOT_ACCEPTED, "Till is blocked")),
        (http(422, "No such series", Content_Type="text/plain"), Refused(Cause.REFUSED)),
        (http(401, "", WWW_Authenticate="Bearer"), Refused(Cause.NOT_ACCEPTED)),
        (http(403, "<html>Forbidden</html>", Content_Type="text/html"), OutcomeUnknown(Cause.UNREADABLE)),
        (http(403, "<html>Forbidden</html>", **JSON), OutcomeUnknown(Cause.UNREADABLE)),
        (http(403), OutcomeUnknown(Cause.UNREADABLE)),
        (http(401), OutcomeUnknown(Cause.UNREADABLE)),
        (http(404, b"\x00\x01"), OutcomeUnknown(Cause.UNREADABLE)),
        (http(404, "x" * 500), OutcomeUnknown(Cause.UNREADABLE)),
        (Cut(b"HTTP/1.1 422 No\r\nContent-Length: 90\r\n\r\n{"), OutcomeUnknown(Cause.UNREADABLE)),
        (http(429), OutcomeUnknown(Cause.BUSY)),
    ],
)
def test_a_new_card_was_refused_only_where_the_server_itself_says_so(reply: Reply, result: object) -> None:
    assert_answers(EVERY_POST["issue_live"], [(reply, result)])


def test_a_status_that_says_no_is_none() -> None:
    async def body() -> None:
        blocked = f'{{"status": "BLOCKED", "errors": [], {STATUS[1:]}'
        script = [
            http(200, '{"success": false, "status": 404, "message": "No such card"}'),
            http(202, STATUS),
            http(200, PAGE, **JSON),
            http(203, STATUS),
            http(200, blocked),
        ]
        async with talking(*script) as (loyalty, _):
            told = [await loyalty.status(CARD) for _ in script]
        assert told[0] == StatusFailed(Cause.NOT_FOUND, "No such card")
        assert told[1:3] == [StatusFailed(Cause.NOT_YET), StatusFailed(Cause.UNREADABLE)]
        assert all(isinstance(status, CardStatus) for status in told[3:])

    run(body)


@pytest.mark.parametrize(
    ("code", "kind", "body", "member", "shape"),
    [
        (203, "application/json", b"{}", "status code", "203"),
        (200, "text/html", b"<p>Welcome", "body", "a page"),
        (200, "application/problem+json", b"{}", "body", "a problem"),
        (200, "application/json", b'{"success": true, "success": false}', "success", "twice"),
    ],
)
def test_what_is_no_clean_success_is_told_with_what_did_not_fit(
    code: int, kind: str, body: bytes, member: str, shape: str
) -> None:
    told = spoilt_success(code, {"content-type": kind}, body, ())
    assert isinstance(told, OutcomeUnknown)
    assert told.misfit is not None
    assert (told.misfit.member, shape in told.misfit.shape) == (member, True)
