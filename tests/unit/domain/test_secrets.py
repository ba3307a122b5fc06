"""A secret shows itself only to who asks for it by name."""

import copy
import io
import json
import logging
import pickle
import pprint
import traceback
from dataclasses import asdict, astuple, dataclass

import pytest
from msgspec import structs
from msgspec.structs import replace
from unit.domain.samples import CODE, requested

from centara_giftcard.domain.secrets import (
    AccessToken,
    AuthCode,
    CardNumber,
    InstrumentId,
    Secret,
    without_numbers,
)

CLEAR = "6091000000001111"
KINDS = (CardNumber, AuthCode, AccessToken, InstrumentId)
kinds = pytest.mark.parametrize("kind", KINDS)


@dataclass
class Holder:
    secret: Secret


def _log(secret: Secret) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.Logger("leak")
    logger.addHandler(handler)
    logger.warning("seen %s, %r, %s", secret, secret, {"card": [secret]})
    return stream.getvalue()


def _raised(secret: Secret) -> str:
    try:
        raise KeyError(secret)
    except KeyError as error:
        return "".join(traceback.format_exception(error))


@kinds
def test_no_way_of_writing_shows_it(kind: type[Secret]) -> None:
    secret = kind(CLEAR)
    written = [
        str(secret),
        repr(secret),
        f"{secret} {secret!r} {secret:>40}",
        "{}".format(secret),  # noqa: UP032 - the other way is above
        "%s" % secret,  # noqa: UP031
        repr(Holder(secret)),
        repr(asdict(Holder(secret))),
        repr(astuple(Holder(secret))),
        pprint.pformat([secret]),
        json.dumps({"secret": secret}, default=str),
        _log(secret),
        _raised(secret),
    ]
    assert not [text for text in written if CLEAR in text]
    assert secret.reveal() == CLEAR


def test_a_payment_is_written_without_its_secrets() -> None:
    payment = replace(requested(), auth_code=CODE)
    for text in (repr(payment), repr(structs.asdict(payment))):
        assert payment.card.reveal() not in text
        assert CODE.reveal() not in text


@kinds
def test_it_is_not_pickled(kind: type[Secret]) -> None:
    with pytest.raises(TypeError, match="is not pickled"):
        pickle.dumps(kind(CLEAR))


@kinds
def test_it_has_no_dict_and_does_not_change(kind: type[Secret]) -> None:
    secret = kind(CLEAR)
    with pytest.raises(TypeError):
        vars(secret)
    with pytest.raises(AttributeError, match="does not change"):
        secret._clear = "another"  # type: ignore[misc]


@kinds
def test_a_copy_is_the_same(kind: type[Secret]) -> None:
    secret = kind(CLEAR)
    assert copy.copy(secret) is copy.deepcopy(secret) is secret


def test_equal_only_to_its_own_kind() -> None:
    assert CardNumber(CLEAR) == CardNumber(CLEAR)
    assert hash(CardNumber(CLEAR)) == hash(CardNumber(CLEAR))
    assert CardNumber(CLEAR) != CardNumber("6091000000002222")
    assert CardNumber(CLEAR) != InstrumentId(CLEAR)
    assert CardNumber(CLEAR) != CLEAR
    assert len({CardNumber(CLEAR), InstrumentId(CLEAR)}) == 2


def test_a_card_shows_its_last_four_and_a_short_number_none() -> None:
    assert str(CardNumber(CLEAR)) == "•••• 1111"
    assert CardNumber("1111").last4 == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Paid out in cash on 2026-03-01, receipt 4711", "Paid out in cash on 2026-03-01, receipt 4711"),
        ("Card 6091000000001234 was returned", "Card •••• 1234 was returned"),
        ("Card 6091 0000 0000 1234, 2 of 3", "Card •••• 1234, 2 of 3"),
        ("GC609100001234, 6091-0000-0000-1234", "•••• 1234, •••• 1234"),
        ("", ""),
    ],
)
def test_a_number_that_somebody_typed_into_a_reason_is_masked(typed: str, kept: str) -> None:
    assert without_numbers(typed) == kept
