"""The till on Windows, without Windows: `python tests/windows/run.py [WORD…]` tries it under Wine 8.

Python is python.org's own for Windows, the packages are the Windows wheels of the constraints, the programs
are real processes at a virtual display, with a server, a scanner at a COM port, and printers. With
words only the steps whose sentence has one of them. Exit status 1 if a step fails, 3 without Wine.

What only Wine gets wrong is mended in `wine_only.py`; what needs Windows itself is listed in the README.
"""

import os
import pty
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    sys.path.remove(str(Path(__file__).parent))

from e2e.patience import wait_for
from e2e.program import Server
from e2e.screen import Screen
from windows import hardships, printers  # noqa: F401 - they bring steps
from windows.prefix import PACKAGES, ROOT, Windows, install_debian_packages, windows_path
from windows.shop import STEPS, TOKEN, NotTried, Shop, step

NOT_TRIED: Final = 3
FIT: Final = ("tests/unit/config", "tests/unit/journal", "tests/unit/scanner")
"""The tests that are tried on Windows too: those of what touches its files, locks and ports."""
LONG: Final = "not any_unsettled_operation and not whichever_page"
"""Without the two that try hundreds of files: half a minute each."""


# --- the steps ---------------------------------------------------------------------------------------------


@step("it tells its version, its help, and what is wrong with a till that is not set up")
def _words(shop: Shop) -> None:
    assert shop.windows.till("--version") == (0, "centara-giftcard 0.1.0\n")
    assert "centara-giftcard doctor" in shop.windows.till("--help")[1]
    status, said = shop.windows.till("doctor")
    assert (status, "does not exist: start centara-giftcard to set it up" in said) == (1, True), said


@step("settings with Windows' line ends, and a fault in them, are told with their line")
def _settings(shop: Shop) -> None:
    bad = shop.folder / "bad.toml"
    bad.write_bytes(b'[till]\r\nstore = "1"\r\npos = "1"\r\ncurrency = "EUR"\r\ncolour = 3\r\n')
    status, said = shop.windows.till("doctor", "--settings", windows_path(bad))
    assert (status, "line 5: till.colour" in said) == (1, True), said


@step("a whole sale without a display, in a folder with a strange name of 260 letters; its journal is whole")
def _offscreen(shop: Shop) -> None:
    data = ("--data-dir", "\\".join(["C:", "Jürgen 日本 €", "x" * 121, "y" * 123]))
    status, said = shop.windows.till("--demo", "--platform", "offscreen", *data)
    assert (status, "5. done: Paid [paid]" in said) == (0, True), said
    assert shop.windows.till("journal", "verify", *data)[0] == 0
    assert '"state": "committed"' in shop.windows.till("journal", "export", *data)[1]
    assert "committed" in shop.windows.till("journal", "list", *data)[1]


@step("a start without a console, as from an icon")
def _no_console(shop: Shop) -> None:
    program = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable.replace('python.exe', 'pythonw.exe'),"
    )
    program += " '-m', 'centara_giftcard', '--demo', '--platform', 'offscreen', '--quit-when-ready',"
    program += " '--data-dir', 'C:/icon'], creationflags=subprocess.DETACHED_PROCESS, close_fds=True);"
    program += " print('ended with', p.wait(90))"
    said = shop.windows.run("-c", program)[1]
    assert "ended with 0" in said, said


@step("the token is kept in Windows' own store of credentials")
def _keyring(shop: Shop) -> None:
    settings = ("--settings", windows_path(shop.settings("keyring")))
    status, said = shop.windows.till("doctor", "--store-token", *settings, given=TOKEN + "\n")
    assert status == 0, said
    said = shop.windows.till("doctor", *settings)[1]
    assert "ok   token" in said, said
    assert "ok   server" in said, said


@step("power is cut under a hold and after a decision: both are settled at the next start")
def _kill(shop: Shop) -> None:
    held, decided = shop.server.new_card(), shop.server.new_card()
    with shop.till(shop.settings("kill")) as cashier:
        cashier.holds(held, "5")
        cashier.kill()
        cashier.start()
        wait_for(lambda: shop.server.states(held) == [("cancelled", 500)])
        cashier.holds(decided, "5")
        shop.server.misbehave(decided, "commit", {"fault": "drop_before", "times": None})
        cashier.press("F12")
        cashier.sees("committing", "Confirming. Do not charge again", "unclear")
        cashier.kill()
        shop.server.misbehave(decided, "commit")
        cashier.start()
        wait_for(lambda: shop.server.states(decided) == [("committed", 500)])
        wait_for(lambda: {row["state"] for row in cashier.journal().values()} == {"cancelled", "committed"})


@step("a second till on the same data is refused with a sentence")
def _second(shop: Shop) -> None:
    settings = shop.settings("second")
    with shop.till(settings) as cashier:
        data = ("--data-dir", windows_path(cashier.data_dir), "--settings", windows_path(settings))
        status, said = shop.windows.till(
            "--platform", "offscreen", *data, more={"CENTARA_GIFTCARD_TOKEN": TOKEN}
        )
        assert (status, "already" in said) == (2, True), said


@step("a scan through a COM port")
def _com(shop: Shop) -> None:
    ours, theirs = pty.openpty()
    shop.windows.set_registry("HKLM\\Software\\Wine\\Ports", "COM7", os.ttyname(theirs))
    shop.windows.end()  # ports are found at its start
    number = shop.server.new_card()
    with shop.till(shop.settings("com", '[scanner]\nserial_port = "COM7"\n')) as cashier:
        cashier.wait(lambda line: line.get("state") == "ready", "the scanner is there")
        os.write(ours, number.encode() + b"\r")
        cashier.sees("card", "€100.00 available")
    os.close(ours)
    os.close(theirs)


@step("the end of the session waits until the hold is let go")
def _session(shop: Shop) -> None:
    number = shop.server.new_card()
    with shop.till(shop.settings("session")) as cashier:
        cashier.holds(number, "5")
        shop.windows.end_session(shop.screen.name)
        cashier.ended()
        assert shop.server.states(number) == [("cancelled", 500)]


@step("the tests of files, settings, journal, wire and scanner")
def _tests(shop: Shop) -> None:
    words = ("-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "-q", "-k", LONG, *FIT)
    status, said = shop.windows.run(*words, within_s=600)
    print("\n".join("    " + line for line in said.splitlines()[-12:]))
    assert status == 0


# --- the run -----------------------------------------------------------------------------------------------


def main(words: list[str]) -> int:
    """The command line."""
    os.chdir(ROOT)
    began, failed, windows = time.monotonic(), 0, Windows()
    try:
        install_debian_packages()
    except (OSError, subprocess.CalledProcessError) as why:
        print(f"Not tried: the Debian packages {', '.join(PACKAGES.values())} cannot be had here ({why}).")
        return NOT_TRIED
    windows.set_up()
    print(
        f"{time.monotonic() - began:6.1f} s  ok    Windows' Python and its packages, under Wine", flush=True
    )
    screen = Screen()
    with tempfile.TemporaryDirectory() as scratch:
        server = Server(Path(scratch))
        shop = Shop(windows, screen, server, Path(scratch))
        for sentence, what in STEPS:
            if words and not any(word in sentence for word in words):
                continue
            started, told, fault = time.monotonic(), "ok  ", ""
            try:
                what(shop)
            except NotTried as why:
                told, fault = "----", f": not tried, {why}"
            except Exception:  # noqa: BLE001 - the other steps are tried all the same
                told, fault, failed = "FAIL", "\n" + traceback.format_exc(), failed + 1
            print(f"{time.monotonic() - started:6.1f} s  {told}  {sentence}{fault}", flush=True)
        server.stop()
    windows.end()
    screen.close()
    print(f"{time.monotonic() - began:6.1f} s in all, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
