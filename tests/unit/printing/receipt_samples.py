"""One sample of every kind of paper, in every language the till speaks; and a logo."""

import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace

from centara_giftcard.domain.cards import Balance, CardStatus, Series, SeriesKind
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.papers import Item, Paper, PaperKind, paper_of_payment
from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.domain.receipts import Receipt, as_copy
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId
from centara_giftcard.printing.template_text import Templates
from centara_giftcard.printing.templates import load_templates
from centara_giftcard.printing.typesetter import Typesetter
from centara_giftcard.words import Words

NOON: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
YEARS_LATER: Final = datetime(2030, 3, 2, 12, 0, tzinfo=UTC)
NUMBER, LIVE_NUMBER = CardNumber("6091000000000017"), CardNumber("6092417700031185")
OPERATION: Final = "3f0c9a6e-58f1-4d0b-9a35-4be1c2a7d901"
PLACES: Final = {"en": ("en_IE", "EUR", 100), "de": ("de_DE", "EUR", 100), "is": ("is_IS", "ISK", 100)}
SERIES_NAMES: Final = {"en": "Classic", "de": "Große Größe", "is": "Þórður góði"}
DESCRIPTIONS: Final = {
    "en": "For everything in the shop, café and online.",
    "de": "Für alles im Geschäft, im Café und im Netz – auch für Räucherlachs zu 9,90 €.",
    "is": "Gildir fyrir allt í búðinni, á kaffihúsinu og á vefnum. Þú ræður!",
}


def papers(
    language: str, templates: Templates | None = None, number: CardNumber = LIVE_NUMBER
) -> Mapping[str, Receipt]:
    """Every kind of paper by a short name."""
    locale, code, unit = PLACES[language]
    currency = Currency.of(code)

    def money(major: int) -> Money:
        return Money(major * unit, currency)

    told = DESCRIPTIONS[language]
    series = Series(SERIES_NAMES[language], "6091", "6091", 16, description=told)
    live = Series(SERIES_NAMES[language], "6092", "6092", 16, kind=SeriesKind.LIVE_PRINTED, description=told)
    make = Typesetter(Words(language, locale), templates or load_templates(), "12", "3")
    status = CardStatus(
        instrument=InstrumentId("gc-1"),
        series_number="6091",
        issued=True,
        balance=Balance(money(50), money(5)),
        original=money(100),
        floor=money(0),
        created=NOON,
        expires=YEARS_LATER,
    )
    payment = Payment(
        id=OPERATION,
        card=NUMBER,
        instrument=InstrumentId("gc-1"),
        asked=money(12),
        before=Balance(money(62), money(5)),
        operator="7",
        created_at=NOON,
        state=State.COMMITTED,
        auth_code=AuthCode("auth-7781"),
        after=status.balance,
        floor=status.floor,
        expires=YEARS_LATER,
    )

    def paid(state: State, words: str = "", due: int = 20) -> Paper:
        paper = paper_of_payment(replace(payment, state=state, words=words, due=money(due)), series)
        assert paper is not None
        return paper

    def of_cards(kind: PaperKind, *items: Item) -> Paper:
        return Paper(kind, OPERATION, NOON, "7", items)

    sold = Item(OPERATION, str(NUMBER), money(50), series, YEARS_LATER)
    live_card = replace(sold, card=str(number), series=live, amount=money(100))
    balance = replace(of_cards(PaperKind.BALANCE, sold), status=status)
    found = {
        "payment": paid(State.COMMITTED, due=12),
        "part payment": paid(State.COMMITTED),
        "released": paid(State.CANCELLED),
        "refused": paid(State.REFUSED, "Card is blocked since 1 March"),
        "sale": of_cards(PaperKind.SALE, sold),
        "sale of three": of_cards(PaperKind.SALE, sold, replace(sold, amount=money(25)), live_card),
        "undone": of_cards(PaperKind.UNDONE, sold),
        "balance": balance,
        "card": of_cards(PaperKind.CARD, replace(live_card, number=number, amount=money(50))),
    }
    made = {name: make.set(paper) for name, paper in found.items()}
    return {**made, "copy": as_copy(made["payment"])}


def png(width: int = 4, height: int = 2) -> bytes:
    """A grey picture."""
    return _png(width, height, b"".join(b"\x00" + b"\x40" * width for _ in range(height)))


def bomb(width: int, height: int) -> bytes:
    """A small file that says it is a huge picture."""
    return _png(width, height, b"\x00" * 1000)


def _png(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    )
