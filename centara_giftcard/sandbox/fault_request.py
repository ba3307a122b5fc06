"""Faults as they are sent to `/_sandbox/faults`: one object, or a list of them that happen in order.

`number` (a card number, a series number for `issue_live`, or `*`), `call`, `fault`, and where it matters
`times` (1 unless given; null = always, 0 = never), `seconds`, `status` (400 to 599), `retry_after`, `detail`.
"""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import from_json

from centara_giftcard.sandbox.faults import KINDS, Fault, FaultName
from centara_giftcard.sandbox.routes import Call
from centara_giftcard.sandbox.strict import Strict, judge
from centara_giftcard.sandbox.wire import WireError

MAX_SECONDS = 600


def _header(text: str) -> str:
    if not (text.isascii() and text.isprintable()):  # a header takes no line break
        raise ValueError("must be printable ASCII")
    return text


class _Row(Strict):
    number: str
    call: Annotated[Call, BeforeValidator(Call)]
    fault: Annotated[FaultName, BeforeValidator(FaultName)]
    times: Annotated[int, Field(ge=0, le=1_000_000)] | None = 1
    seconds: Annotated[float, Field(ge=0, le=MAX_SECONDS)] = 0.0
    status: Annotated[int, Field(ge=400, le=599)] = 500
    retry_after: Annotated[str, AfterValidator(_header)] | None = None
    detail: str | None = None


def read_faults(body: bytes) -> list[tuple[str, Call, Fault]]:
    """Read faults. Raises WireError with the name of what is wrong."""
    try:
        document = from_json(body)
    except ValueError:
        raise WireError("what was sent is no JSON") from None
    return [_read(row) for row in (document if isinstance(document, list) else [document])]


def _read(document: object) -> tuple[str, Call, Fault]:
    row = judge(_Row, document, "a fault")
    if row.call not in KINDS[row.fault].calls:
        raise WireError(f"the fault {row.fault} makes no sense at {row.call}")
    fault = Fault(row.fault, row.times, row.seconds, row.status, row.retry_after, row.detail)
    return row.number, row.call, fault
