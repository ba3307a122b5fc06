"""What a shop's Windows does to a till: odd names, long paths, full disks, folders that go away, scaling."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from windows.shop import NotTried, Shop, WineCashier, step

FOLDERS: Final = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders"
USUAL: Final = "%USERPROFILE%\\AppData\\Local"
USER: Final = "Þórunn 山田"


@step("a user with an Icelandic and a Japanese name, whose profile is all the till is told")
def _profile(shop: Shop) -> None:
    shop.windows.set_registry(FOLDERS, "Local AppData", USUAL.replace("%USERPROFILE%", f"C:\\users\\{USER}"))
    try:
        status, said = shop.windows.till("--demo", "--platform", "offscreen")
        assert (status, "5. done: Paid [paid]" in said) == (0, True), said
        home = shop.windows.prefix / "drive_c" / "users" / USER / "AppData" / "Local"
        assert (home / "centara-giftcard-demo" / "journal.sqlite3").exists()
        said = shop.windows.till("doctor")[1]
        assert f"C:\\users\\{USER}\\AppData\\Local\\centara-giftcard\\settings.toml does not exist" in said, (
            said
        )
    finally:
        shop.windows.set_registry(FOLDERS, "Local AppData", USUAL, "REG_EXPAND_SZ")


@contextmanager
def _small_disk(place: Path) -> Iterator[Path]:
    """A disk of 1 MiB, made of memory. Raises NotTried."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        raise NotTried("to mount a small disk wants root's rights")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def _till_with_its_recorder_elsewhere(shop: Shop, settings: Path) -> Iterator[WineCashier]:
    """So that what it shows can be read where its data folder cannot."""
    data, log = settings.parent / "data", settings.parent / "log"
    data.mkdir(exist_ok=True)
    log.mkdir()
    (data / "log").symlink_to(log)
    with shop.till(settings) as cashier:
        cashier._recorder = log / "till.jsonl"
        yield cashier


@step("on a full disk the open sale is finished and no new one begins")
def _full_disk(shop: Shop) -> None:
    settings = shop.settings("full")
    first, second = shop.server.new_card(), shop.server.new_card()
    with (
        _small_disk(settings.parent / "data") as disk,
        _till_with_its_recorder_elsewhere(shop, settings) as cashier,
    ):
        cashier.holds(first, "5")
        _fill(disk / "others' file")
        cashier.press("F12")
        cashier.sees("done", "Paid", "paid")
        cashier.next_customer()
        _fill(disk / "others' second file")
        cashier.asks(second, "5")
        cashier.sees("amount", "No new sales")
        assert cashier.end() == 0
    assert (shop.server.states(first), shop.server.asked(second, "pay")) == ([("committed", 500)], 0)


def _fill(path: Path) -> None:
    with open(path, "wb", buffering=0) as file:
        while True:
            try:
                file.write(b"x" * 4096)
            except OSError:
                return


@step("a network folder that goes away under a hold stops the till, and the next start agrees")
def _gone(shop: Shop) -> None:
    settings = shop.settings("gone")
    number = shop.server.new_card()
    with _till_with_its_recorder_elsewhere(shop, settings) as cashier:
        cashier.holds(number, "5")
        data = settings.parent / "data"
        away = data.rename(data.with_name("unplugged"))
        cashier.press("F12")
        cashier.sees("done", "Not paid. The hold was released", "not_paid")
        cashier.press("Return")
        cashier.sees("ready", "Stop using this till")
        assert cashier.end() == 0
        away.rename(data)
        cashier.start()
        cashier.wait(lambda line: line.get("state") == "cancelled", "the journal has it too")
        assert shop.server.states(number) == [("cancelled", 500)]
        assert cashier.end() == 0


@step("a screen that Windows enlarges by half")
def _scaled(shop: Shop) -> None:
    desktop, number = "HKCU\\Control Panel\\Desktop", shop.server.new_card()
    shop.windows.set_registry(desktop, "LogPixels", "144", "REG_DWORD")
    shop.windows.end()  # it is read at the start
    try:
        with shop.till(shop.settings("scaled")) as cashier:
            cashier.holds(number, "5")
            cashier.picture(Path(os.environ.get("PICTURES", shop.folder), "windows-enlarged.png"))
            cashier.press("F12")
            cashier.sees("done", "Paid", "paid")
            assert cashier.end() == 0
    finally:
        shop.windows.set_registry(desktop, "LogPixels", "96", "REG_DWORD")
        shop.windows.end()
