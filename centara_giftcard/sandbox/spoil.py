"""Turning a true answer into the bytes that are sent, or into the wrong ones that a fault asks for. Pure.

Faults that touch an amount or a code leave a refusal as it is: there is nothing in it to spoil.
"""

from collections.abc import Callable

from msgspec.structs import replace

from centara_giftcard.sandbox.faults import Fault, FaultName
from centara_giftcard.sandbox.voice import Rendered, Voice
from centara_giftcard.sandbox.wire import JSON_TYPE, AmountText, RawJson, Reply, problem

OTHER_NUMBER = "6091000000009999"
OTHER_ID = "gc_another_card"
OTHER_SERIES = "9999"
NEVER_HELD = "A-never-held"
HUGE_BYTES = 1_500_000
_REDIRECTED = "/loyalty/api/v1/pos/elsewhere"
_HTML = b"<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>It works!</h1></body></html>"
_GARBAGE = b"\x00\xff\xfe{]not json\x1b[31m" * 4


def fault_answer(fault: Fault) -> Reply:
    """The answer of a fault that does nothing, or that is answered before it does something."""
    match fault.name:
        case FaultName.REDIRECT:
            return Reply(302, None, {"Location": _REDIRECTED})
        case FaultName.NOT_DONE:
            return Reply(200, {"authCode": NEVER_HELD})
        case FaultName.PROMISED:
            return Reply(202)
        case FaultName.SAYS_NO:
            return Reply(
                200, {"success": False, "message": fault.detail or "The sandbox was told to say so."}
            )
    headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
    return problem(fault.status, "fault", fault.detail or "The sandbox was told to answer so.", headers)


def spoil(reply: Reply, fault: Fault, voice: Voice) -> Rendered:
    """The bytes for an answer under a fault that lets the request be applied."""
    name = fault.name
    if name is FaultName.STATUS_AFTER:
        return voice.render(fault_answer(fault))
    if name in (FaultName.GARBAGE, FaultName.HTML, FaultName.TRUNCATED, FaultName.HUGE):
        return _spoil_bytes(voice.render(reply), name)
    if reply.status < 400 and reply.document is not None:
        return voice.render(replace(reply, document=_spoil_document(reply.document, name)))
    return voice.render(reply)


def _spoil_bytes(true: Rendered, name: FaultName) -> Rendered:
    # An empty answer (204) has no body to spoil, so the spoilt one is an ordinary 200.
    status = 200 if true.status == 204 else true.status
    body, media_type = true.body or b"{}", true.media_type or JSON_TYPE
    match name:
        case FaultName.GARBAGE:
            body = _GARBAGE
        case FaultName.HTML:
            body, media_type = _HTML, "text/html; charset=utf-8"
        case FaultName.TRUNCATED:
            body = body[: max(1, len(body) * 2 // 3)]
        case FaultName.HUGE:
            body = body[:-1] + b', "padding": "' + b"x" * HUGE_BYTES + b'"}'
            body = body.replace(b"{, ", b"{", 1)
    return Rendered(status, body, media_type, true.headers)


def _spoil_document(true: dict[str, object], name: FaultName) -> dict[str, object]:
    match name:
        case FaultName.NAN_AMOUNT:
            return _with_amount(true, lambda _: AmountText("NaN"))
        case FaultName.TOO_MANY_DECIMALS:
            return _with_amount(true, lambda text: AmountText(text + ("12345" if "." in text else ".12345")))
        case FaultName.MORE_THAN_ASKED:
            return _with_amount(true, lambda text: AmountText("1" + text))
        case FaultName.WRONG_CARD:
            other = {"giftCardId": OTHER_ID, "giftCardNumber": OTHER_NUMBER, "seriesNumber": OTHER_SERIES}
            return {**true, **other}
        case FaultName.NO_AUTH_CODE:
            return {key: value for key, value in true.items() if key != "authCode"}
        case FaultName.AUTH_CODE_NUMBER if str(true["authCode"]).isdecimal():
            return {**true, "authCode": RawJson(str(true["authCode"]))}
    return true


def _with_amount(true: dict[str, object], change: Callable[[str], AmountText]) -> dict[str, object]:
    if "amount" in true:
        return {**true, "amount": change(str(true["amount"]))}
    account = true["account"]
    if not isinstance(account, dict):
        raise TypeError("an account is an object")
    return {**true, "account": {**account, "amountNet": change(str(account["amountNet"]))}}
