"""One zone for every date a person reads, the store's: screen, slip and the shift's midnight agree."""

import ast
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from unit.presenters.face import CARD, WORDS, payment, status

import centara_giftcard
from centara_giftcard.config.settings import TillSettings
from centara_giftcard.config.zones import SystemZone
from centara_giftcard.domain.cards import Standing
from centara_giftcard.domain.cards import standing as standing_of
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Currency
from centara_giftcard.domain.papers import paper_of_payment
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.receipts import as_text
from centara_giftcard.loyalty.wire import Reader
from centara_giftcard.printing.templates import load_templates
from centara_giftcard.printing.typesetter import Typesetter
from centara_giftcard.ui.presenters import card_sentences
from centara_giftcard.ui.presenters.till_views import card_face
from centara_giftcard.words import Words

PACKAGE = Path(centara_giftcard.__file__).parent
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YEAR_IN_BERLIN = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
"""Half an hour past midnight in Berlin, and still the old year in Dublin."""


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Auckland"])
def _computer_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The computer's own zone, which must not matter to a store that has one of its own."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def _berlin_computer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_computer_zone")
@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [("Europe/Berlin", "1 Jan 2026", "00:30"), ("Europe/Dublin", "31 Dec 2025", "23:30")],
)
def test_the_screen_and_the_slip_tell_the_same_day(zone: str, day: str, hour: str) -> None:
    words = Words(zone=ZoneInfo(zone))
    card = replace(status(), expires=NEW_YEAR_IN_BERLIN, starts=NEW_YEAR_IN_BERLIN)
    paid = payment(State.COMMITTED, created_at=NEW_YEAR_IN_BERLIN, expires=card.expires)
    sold = paper_of_payment(paid)
    assert sold is not None
    slip = as_text(Typesetter(words, load_templates(), "12", "3").set(sold))
    face = card_face(words, CARD, card)
    band = card_sentences.card_standing(words, card, Standing.EXPIRED, False)
    assert day in face.valid
    assert day in band.advice + band.headline
    assert f"Valid until {day}" in " ".join(slip.split())
    assert f"{day} {hour}" in slip.replace(" · ", " ")


@pytest.mark.usefixtures("_computer_zone")
@pytest.mark.parametrize(("moment", "standing"), [("22:59", Standing.GOOD), ("23:00", Standing.EXPIRED)])
def test_an_expiry_given_as_a_day_lasts_through_that_day_in_the_store(
    moment: str, standing: Standing
) -> None:
    """Told as a day by the server; 23:00 UTC is midnight in Berlin."""
    document = {
        "giftCardId": "gc-1",
        "created": "2025-01-01",
        "startDate": "2025-01-01",
        "expiryDate": "2026-01-05",
        "seriesNumber": "6091",
        "account": {"amountNet": 5, "amountOriginal": 5, "amountFloor": 0, "amountAuthorized": 0},
    }
    told = Reader(WireRules(), Currency.of("EUR"), BERLIN).status(json.dumps(document).encode(), CARD.number)
    words = Words(zone=BERLIN)
    assert told.starts is not None
    assert told.expires is not None
    assert (words.date(told.starts), words.time(told.starts)) == ("1 Jan 2025", "00:00")
    assert words.date(told.expires) == "5 Jan 2026"
    now = datetime.fromisoformat(f"2026-01-05T{moment}:00+00:00")
    assert standing_of(told, now) is standing


@pytest.mark.usefixtures("_computer_zone")
@pytest.mark.parametrize(
    ("now", "midnight", "hours"),
    [
        ("2026-03-29T10:00", "2026-03-28T23:00", 23),  # summer time begins
        ("2026-10-25T10:00", "2026-10-24T22:00", 25),  # and ends
        ("2026-10-25T00:30", "2026-10-24T22:00", 25),
        ("2026-07-01T22:30", "2026-07-01T22:00", 24),
    ],
)
def test_a_shift_begins_at_the_store_s_midnight(now: str, midnight: str, hours: int) -> None:
    words = Words(zone=BERLIN)
    began = words.midnight(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert began.astimezone(UTC) == datetime.fromisoformat(midnight).replace(tzinfo=UTC)
    next_day = words.midnight(began.astimezone(UTC) + timedelta(hours=26))
    assert next_day.astimezone(UTC) - began.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.usefixtures("_berlin_computer")
def test_the_computer_s_own_zone_is_as_good_as_its_name() -> None:
    ours = SystemZone()
    begin = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)  # over the hour that comes twice
    for minutes in (*range(0, 8 * 60, 15), *range(60 * 24 * 154, 60 * 24 * 155, 15)):
        moment = begin + timedelta(minutes=minutes)
        wall = moment.astimezone(ours)
        assert wall.replace(tzinfo=None) == moment.astimezone(BERLIN).replace(tzinfo=None)
        assert wall.fold == moment.astimezone(BERLIN).fold
        assert wall.astimezone(UTC) == moment
        assert Words(zone=ours).midnight(moment) == Words(zone=BERLIN).midnight(moment)
    assert ours.tzname(None) == "CET/CEST"
    assert begin.replace(year=9998).astimezone(ours).year == 9998


def test_the_settings_name_the_zone() -> None:
    till = TillSettings("12", "3", Currency.of("EUR"))
    assert isinstance(till.zone, SystemZone)
    assert replace(till, time_zone="Europe/Berlin").zone == BERLIN


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no moment"):
        WORDS.date(datetime(2026, 1, 1))


ALLOWED = {"config/zones.py"}
"""Where the computer's own zone is asked for: nowhere else."""


@pytest.mark.parametrize(
    "file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE))
)
def test_nobody_asks_the_computer_for_its_zone(file: Path) -> None:
    """A bare `astimezone()`, `now()`, `today()` or the like reads the computer's zone, not the store's."""
    if str(file.relative_to(PACKAGE).as_posix()) in ALLOWED:
        return
    bare = {"astimezone", "now", "today", "localtime", "utcnow", "utcfromtimestamp", "ctime"}
    found = [
        f"line {node.lineno}: {node.func.attr}()"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr in bare and not node.args and not node.keywords and _of_a_class(node.func))
            or (node.func.attr == "fromtimestamp" and len(node.args) + len(node.keywords) < 2)
        )
    ]
    assert found == []


def _of_a_class(call: ast.Attribute) -> bool:
    """Not `clock.now()`, which is the port's and tells UTC."""
    if call.attr != "now":
        return True
    return isinstance(call.value, ast.Name) and call.value.id in {"datetime", "date"}
