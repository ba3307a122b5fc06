"""Which port the scanner is on."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from centara_giftcard.scanner.usb import Identity, choose, identity_of


@dataclass
class Port:
    """A port as the system lists it."""

    device: str
    vid: int | None = None
    pid: int | None = None
    serial_number: str | None = None
    manufacturer: str | None = None
    product: str | None = None
    description: str = "n/a"


HONEYWELL = Port("/dev/ttyACM1", 0x0C2E, 0x0B6A, "A1")
HONEYWELL_SPARE = Port("/dev/ttyACM1", 0x0C2E, 0x0B6A, "C3")
NO_NAME = Port("/dev/ttyACM2", 0x9999, 1, None, "ACME", "2D Barcode Reader")
PRINTER = Port("/dev/ttyACM0", 0x04B8, 0x0202, "P1", "Epson", "TM-T20")
BUILT_IN = Port("/dev/ttyS0")
SEEN = Identity(0x0C2E, 0x0B6A, "A1")


def test_a_device_that_says_it_is_a_scanner_is_taken() -> None:
    assert choose([BUILT_IN, PRINTER, HONEYWELL], "", None) == HONEYWELL.device
    assert choose([PRINTER, NO_NAME], "", None) == NO_NAME.device


def test_no_other_device_is_touched() -> None:
    assert choose([BUILT_IN, PRINTER], "", None) is None
    assert choose([], "", None) is None


def test_the_choice_does_not_depend_on_the_systems_order() -> None:
    assert choose([NO_NAME, HONEYWELL], "", None) == choose([HONEYWELL, NO_NAME], "", None)


def test_a_configured_port_is_taken_whatever_it_is() -> None:
    assert choose([HONEYWELL], "COM3", None) == "COM3"
    assert choose([HONEYWELL], PRINTER.device, None) == PRINTER.device


def test_a_scanner_seen_before_is_found_under_another_name() -> None:
    moved = Port("/dev/ttyACM7", 0x0C2E, 0x0B6A, "A1")
    other = Port("/dev/ttyACM3", 0x0C2E, 0x0B6A, "B2")
    assert choose([HONEYWELL_SPARE, moved], "", SEEN) == moved.device
    assert choose([other, moved], "/dev/ttyACM1", SEEN) == moved.device


def test_a_spare_takes_the_place_of_a_broken_scanner() -> None:
    assert choose([NO_NAME, HONEYWELL_SPARE], "", SEEN) == HONEYWELL_SPARE.device
    assert choose([NO_NAME], "", SEEN) == NO_NAME.device
    assert choose([PRINTER], "/dev/ttyACM1", SEEN) == "/dev/ttyACM1"


@pytest.mark.skipif(os.name == "nt", reason="ports have one name there")
def test_the_identity_is_read_through_a_link(tmp_path: Path) -> None:
    device = tmp_path / "ttyACM1"
    device.touch()
    link = tmp_path / "by-id"
    link.symlink_to(device)
    port = Port(str(device), 0x0C2E, 0x0B6A, "A1")
    assert identity_of(str(link), [BUILT_IN, port]) == SEEN
    assert identity_of("/dev/ttyS0", [BUILT_IN, port]) is None
    assert identity_of("/dev/ttyS9", [BUILT_IN, port]) is None
