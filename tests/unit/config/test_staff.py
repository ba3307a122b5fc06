"""The list of operators on the disk: hostile files, wrong PINs, a list that another till can take over."""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace

from centara_giftcard.config import staff as module
from centara_giftcard.config.staff import (
    Locksmith,
    StaffFile,
    fresh_staff,
    hash_badge,
    hash_pin,
    read,
    written,
)
from centara_giftcard.domain.errors import StaffError
from centara_giftcard.domain.operators import LOCKED_AFTER, Denial, Denied, Operator, Staff
from centara_giftcard.domain.secrets import Pin

KEY: Final = bytes(range(32))
BADGE: Final = "STAFF-00417"
PIN: Final = "846291750362"
"""So long that no hash has it by chance."""

_FRESH: Final = fresh_staff()
STAFF: Final = _FRESH.changed(
    Operator("1", "Anna 山田", "manager", hash_pin(Pin(PIN)), hash_badge(BADGE, _FRESH.salt))
).changed(Operator("7", "Bo", "cashier", hash_pin(Pin("7391"))))


class Clock:
    """The clock on the wall, which somebody may set."""

    now_s = 1_000.0


@pytest.fixture
def file(tmp_path: Path) -> StaffFile:
    file = StaffFile(tmp_path, KEY)
    file.save(STAFF)
    return file


def locksmith(file: StaffFile) -> Locksmith:
    return Locksmith(file, lambda: Clock.now_s)


def tries(file: StaffFile, id: str, pin: str) -> Operator | Denied:
    return asyncio.run(locksmith(file).by_pin(id, Pin(pin)))


def test_what_was_saved_is_what_is_loaded_and_nobody_else_reads_it(file: StaffFile) -> None:
    assert file.load() == STAFF
    assert StaffFile(file.path.parent / "another", KEY).load().operators == {}
    text = file.path.read_text()
    assert PIN not in text
    assert BADGE not in text


def test_number_and_pin_or_the_badge_let_somebody_in(file: StaffFile) -> None:
    keys = locksmith(file)
    assert asyncio.run(keys.by_pin("7", Pin("7391"))) == STAFF.operators["7"]
    assert asyncio.run(keys.by_badge(BADGE)) == STAFF.operators["1"]
    assert asyncio.run(keys.by_badge("STAFF-00418")) == Denied(Denial.WRONG)
    assert asyncio.run(keys.by_pin("99", Pin("7391"))) == Denied(Denial.WRONG)


def test_wrong_pins_are_counted_over_restarts_and_the_right_one_begins_anew(file: StaffFile) -> None:
    for _ in range(2):
        assert tries(file, "7", "1111") == Denied(Denial.WRONG)
    assert tries(file, "7", "1111") == Denied(Denial.WRONG, 2.0)
    assert tries(file, "7", "7391") == Denied(Denial.WAIT, 2.0)
    assert tries(file, "1", PIN) == STAFF.operators["1"]  # the others are not made to wait
    Clock.now_s += 2
    assert tries(file, "7", "7391") == STAFF.operators["7"]
    assert tries(file, "7", "1111") == Denied(Denial.WRONG)


def test_after_many_they_are_locked_out_until_a_new_pin_and_nobody_else_is(file: StaffFile) -> None:
    for _ in range(LOCKED_AFTER):
        Clock.now_s += 1_000
        tries(file, "7", "1111")
        tries(file, "99", "1111")
    Clock.now_s += 1_000_000
    assert tries(file, "7", "7391") == Denied(Denial.LOCKED)
    assert tries(file, "98", "1111") == Denied(Denial.WRONG, 300.0)  # a number that nobody has locks nobody
    assert tries(file, "1", PIN) == STAFF.operators["1"]


def test_the_count_cannot_be_edited_and_a_full_disk_is_no_way_to_try_for_nothing(
    file: StaffFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = locksmith(file)
    tries(file, "7", "1111")
    counted = file.path.with_name("tries.json")
    counted.write_bytes(counted.read_bytes().replace(b'"wrong":1', b'"wrong":0'))
    assert asyncio.run(keys.by_pin("7", Pin("7391"))) == Denied(Denial.DISK)
    assert asyncio.run(keys.by_badge(BADGE)) == Denied(Denial.DISK)
    with pytest.raises(StaffError, match="changed by hand"):
        locksmith(file)
    counted.unlink()

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_whole", full)
    assert asyncio.run(keys.by_pin("7", Pin("7391"))) == Denied(Denial.DISK)


def test_a_list_that_was_edited_or_is_another_tills_is_refused(file: StaffFile) -> None:
    whole = file.path.read_text()
    for text in (whole.replace('"cashier"', '"manager"', 1), whole[:-20], "", "{}", "\0"):
        file.path.write_text(text)
        with pytest.raises(StaffError, match="changed by hand or is another till's"):
            file.load()
    file.path.write_text(whole)
    with pytest.raises(StaffError, match="another till's"):
        StaffFile(file.path.parent, bytes(32)).load()
    file.path.unlink()
    file.path.mkdir()
    with pytest.raises(StaffError, match="cannot be read"):
        file.load()
    with pytest.raises(StaffError, match="cannot be written"):
        file.save(STAFF)


def test_a_chains_list_is_taken_over_with_its_pins(file: StaffFile) -> None:
    assert read(written(STAFF)) == STAFF


def _edited(**changes: object) -> bytes:
    return json.dumps({**json.loads(written(STAFF)), **changes}).encode()


def _with(**changes: object) -> bytes:
    document: dict[str, Any] = json.loads(written(STAFF))
    document["operators"][1].update(changes)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "no list of operators"),
        (b"[]", "no list of operators"),
        (b"\xff\xfe", "no list of operators"),
        (_edited(more=1), "no list of operators"),
        (_edited(version=2), "of a newer program"),
        (_edited(salt="zz"), "damaged"),
        (_edited(salt="z" * 32), "damaged"),
        (_edited(operators=json.loads(written(STAFF))["operators"] * 2), "in the list twice"),
        (_edited(groups={"cashier": {"may": ["fly"]}}), "something that there is not"),
        (_edited(groups={"cashier": {"may": [], "limits": {"fly": 1}}}), "something that there is not"),
        (_with(group="boss"), "group boss, which there is not"),
        (_with(pin="$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"), "was not made by this program"),
        (_with(pin="7391"), "was not made by this program"),
        (_with(badge="short"), "damaged"),
        (_with(name="\u202eoB"), "printable letters"),
        (b" " * 9_000_000, "never as large"),
    ],
)
def test_a_hostile_list_is_refused_in_one_sentence(text: bytes, words: str) -> None:
    with pytest.raises(StaffError, match=words) as caught:
        read(text)
    assert "\n" not in str(caught.value)


def test_ten_thousand_operators_are_no_burden(file: StaffFile) -> None:
    pin = STAFF.operators["7"].pin
    many = {str(id): Operator(str(id), f"Nr {id}", "cashier", pin) for id in range(10, 10_010)}
    staff = Staff(STAFF.groups, {**STAFF.operators, **many}, STAFF.salt)
    file.save(staff)
    assert tries(file, "9999", "7391") == replace(STAFF.operators["7"], id="9999", name="Nr 9999")
