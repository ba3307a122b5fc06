"""One question to the server, and what its answer says of token, path, group and card."""

from collections.abc import Iterator

from msgspec import Struct

from centara_giftcard.config.settings import Settings
from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import AccessToken, CardNumber
from centara_giftcard.probe.finding import Finding, Mark
from centara_giftcard.probe.raw import Raw
from centara_giftcard.probe.sentences import not_read
from centara_giftcard.workshop import loyalty_of

NOBODY_S_CARD = CardNumber("0000000000000000")
"""The server is asked about this number: it says no to it only once it has accepted group and token."""


class Answer(Struct, frozen=True):
    """What a reading of `card` came to, and the reply as it came."""

    card: CardNumber
    status: CardStatus | StatusFailed
    raw: Raw


async def ask(settings: Settings, token: AccessToken, card: CardNumber = NOBODY_S_CARD) -> Answer:
    """Read a card once. Raises SettingsError."""
    heard = [Raw("status", 0, {}, b"")]
    client = loyalty_of(settings, token, hear=lambda *reply: heard.append(Raw(*reply)))
    try:
        return Answer(card, await client.status(card), heard[-1])
    finally:
        await client.close()


def access(answer: Answer, group: str) -> Iterator[Finding]:
    """What the answer about nobody's card says against token, path and group; nothing where all is well."""
    failed = answer.status
    if isinstance(failed, CardStatus) or failed.cause is Cause.WRONG_CARD:
        return
    is_no = failed.cause in {Cause.NOT_FOUND, Cause.REFUSED} and answer.raw.is_own
    if is_no and "group" not in failed.words.lower():
        return
    sentence = not_read(failed, answer.raw, group)
    if failed.cause is Cause.NOT_FOUND and not answer.raw.is_own:
        yield Mark.LEFT_OUT, "server", f"{sentence}: reading a card tells more, with doctor --card"
    else:
        yield Mark.FAIL, "token" if failed.cause is Cause.NOT_ACCEPTED else "server", sentence


def reading(answer: Answer, group: str) -> Finding:
    """What reading a card brought."""
    if isinstance(answer.status, StatusFailed):
        return Mark.FAIL, "card", f"{answer.card}: {not_read(answer.status, answer.raw, group)}"
    status = answer.status
    sold = "sold" if status.issued else "not sold"
    held = f", {status.balance.authorised} held" if status.balance.authorised else ""
    return Mark.OK, "card", f"{answer.card} is {sold}, {status.balance.net} on it{held}"
