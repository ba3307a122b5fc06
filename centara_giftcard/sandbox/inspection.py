"""The doors beside the API, for tests and support: the books, a reset, faults at run time. They need no
token.

- `GET /_sandbox/ledger`: `currency_decimals`, `cards` (amounts in minor units), `holds` (`auth_code`,
  `number`, `amount`, `state` open, committed or cancelled, `idempotency_key`), `operations` (the log),
  `requests` (how often each call was asked for) and `requests_by_card` (the same for each known card).
- `POST /_sandbox/reset`: everything as at the start; 204.
- `POST /_sandbox/faults`: puts faults in force (see `fault_request`); 204.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from centara_giftcard.sandbox.ledger import Card
from centara_giftcard.sandbox.routes import Call
from centara_giftcard.sandbox.service import Service
from centara_giftcard.sandbox.wire import Reply, WireError, problem


def books(service: Service) -> Reply:
    """The whole state of the server."""
    ledger = service.ledger
    return Reply(
        200,
        {
            "currency_decimals": service.decimals,
            "cards": [_card(card, ledger.authorised(card.number)) for card in ledger.cards.values()],
            "holds": [
                {
                    "auth_code": hold.auth_code,
                    "number": hold.number,
                    "amount": hold.amount,
                    "state": hold.state.value,
                    "idempotency_key": hold.idempotency_key,
                }
                for hold in ledger.holds.values()
            ],
            "operations": [
                {
                    "at": operation.at.isoformat(),
                    "kind": operation.kind,
                    "number": operation.number,
                    "amount": operation.amount,
                    "auth_code": operation.auth_code,
                }
                for operation in ledger.operations
            ],
            "requests": _counts(service.requests),
            "requests_by_card": {n: _counts(counts) for n, counts in service.requests_by_card.items()},
        },
    )


def reset(service: Service) -> Reply:
    """Everything as at the start."""
    service.reset()
    return Reply(204)


def set_faults(service: Service, body: bytes) -> Reply:
    """Put faults in force; 422 names what is wrong with them, and then none is."""
    from centara_giftcard.sandbox.fault_request import read_faults

    try:
        service.faults.program(read_faults(body))
    except WireError as error:
        return problem(422, "fault_invalid", f"The faults cannot be set: {error}.")
    return Reply(204)


def _card(card: Card, authorised: int) -> Mapping[str, object]:
    return {
        "number": card.number,
        "id": card.id,
        "series": card.series,
        "created": _moment(card.created),
        "start": _moment(card.start),
        "expiry": _moment(card.expiry),
        "original": card.original,
        "net": card.net,
        "authorised": authorised,
        "floor": card.floor,
        "customer": card.customer,
    }


def _counts(requests: Counter[Call]) -> dict[str, int]:
    return {call.value: requests[call] for call in Call}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
