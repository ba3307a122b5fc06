"""One question to the server, and what its answer says of token, path, group and card."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.config.settings import Settings
from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import AccessToken, CardNumber
from centara_giftcard.probe.finding import Finding, Mark
from centara_giftcard.probe.raw import Raw
from centara_giftcard.probe.sentences import is_unsure, names_place, not_read
from centara_giftcard.workshop import loyalty_of

NOBODY_S_CARD = CardNumber("0000000000000000")
"""The server is asked about this number: it says no to it only once it has accepted group and token."""


_NOWHERE: Final = "/_nothing"
"""Behind the server's address: there is nothing at any server, and its answer shows how that is told."""


class Answer(Struct, frozen=True):
    """What a reading of `card` came to, and the reply as it came; after a 404 also how the server answers
    where nothing can be."""

    card: CardNumber
    status: CardStatus | StatusFailed
    raw: Raw
    nowhere: Raw | None = None


async def ask(settings: Settings, token: AccessToken, card: CardNumber = NOBODY_S_CARD) -> Answer:
    """Read a card. Raises SettingsError."""
    answer = await _read(settings, token, card)
    if not isinstance(answer.status, StatusFailed) or answer.status.cause is not Cause.NOT_FOUND:
        return answer
    loyalty = replace(settings.loyalty, server=settings.loyalty.server + _NOWHERE)
    nowhere = await _read(replace(settings, loyalty=loyalty), token, card)
    return replace(answer, nowhere=nowhere.raw)


async def _read(settings: Settings, token: AccessToken, card: CardNumber) -> Answer:
    heard = [Raw("status", 0, {}, b"")]
    client = loyalty_of(settings, token, hear=lambda *reply: heard.append(Raw(*reply)))
    try:
        return Answer(card, await client.status(card), heard[-1])
    finally:
        await client.close()


class Objection(Struct, frozen=True):
    """What stands against token, path or group; `unsure`: a 404 that may be of a wrong address as well."""

    failed: StatusFailed
    unsure: bool


def objection(answer: Answer) -> Objection | None:
    """What the answer about nobody's card says against token, path and group; None where all is well."""
    failed = answer.status
    if isinstance(failed, CardStatus) or failed.cause is Cause.WRONG_CARD:
        return None
    is_no = failed.cause in {Cause.NOT_FOUND, Cause.REFUSED} and answer.raw.is_own
    unsure = failed.cause is Cause.NOT_FOUND and is_unsure(failed, answer.raw, answer.nowhere)
    return None if is_no and not unsure and not names_place(failed) else Objection(failed, unsure)


def access(answer: Answer, group: str) -> Iterator[Finding]:
    """The same as lines of the doctor's."""
    found = objection(answer)
    if found is None:
        return
    failed = found.failed
    sentence = not_read(failed, answer.raw, group, answer.nowhere)
    if found.unsure:
        yield Mark.LEFT_OUT, "server", f"{sentence}: reading a card tells more, with doctor --card"
    else:
        yield Mark.FAIL, "token" if failed.cause is Cause.NOT_ACCEPTED else "server", sentence


def reading(answer: Answer, group: str) -> Finding:
    """What reading a card brought."""
    if isinstance(answer.status, StatusFailed):
        return (
            Mark.FAIL,
            "card",
            f"{answer.card}: {not_read(answer.status, answer.raw, group, answer.nowhere)}",
        )
    status = answer.status
    sold = "sold" if status.issued else "not sold"
    authorised = status.balance.authorised
    held = f", {authorised} held" if authorised else ""
    held = ", and it does not tell what is held" if authorised is None else held
    return Mark.OK, "card", f"{answer.card} is {sold}, {status.balance.net} on it{held}"
