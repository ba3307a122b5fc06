"""A cashier at a real till: the program as a process, its window on a display, keys, scans and touches.

What the till has said is read from its flight recorder, line by line; nothing here waits by sleeping for a
fixed time. A wait that ends in vain tells what the recorder said instead, and leaves a picture.
"""

import io
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from e2e.names import NoSuchName, Spot
from e2e.program import PROGRAM, TOKEN, environment
from e2e.screen import Screen

from centara_giftcard.journal.reader import export_json

TITLE: Final = "Centara gift cards"
PATIENCE_S: Final = 45.0
"""Nothing takes so long, on a busy machine either; what comes is seen at once."""
PUT_DOWN_S: Final = 0.3
"""A hand that was on the keys takes this long until it has a card under the scanner."""

SCAN_TO_KEY_S: Final = 0.3
"""Nobody presses a key sooner after a scan; for a while it is taken for the scanner's own."""

SCANNER_MS: Final = 4.0
"""A scanner's pause between two keys, where a test names none."""

KEY_S: Final = 0.1
"""A quick hand's pause between two keys, or two touches of the keypad."""

AGAIN_S: Final = 0.45
"""Nobody who has looked presses the same key again sooner: what comes sooner is a double press."""

LOOK_S: Final = 0.5
"""Nobody's finger is sooner on what has come to the screen."""

EXPECTED_S: Final = 0.9
"""What comes later than this after the press it answers is looked at before the next key."""

Line = dict[str, Any]


class Cashier:
    """One till, from its start to its end, and whoever works at it.

    `more` are the program's further arguments, after the data folder.
    """

    def __init__(self, screen: Screen, data_dir: Path, *more: str | Path, token: str = TOKEN) -> None:
        self.screen = screen
        self.data_dir = data_dir
        self._more = more
        self._token = token
        self._recorder = data_dir / "log" / "till.jsonl"
        self._lines = list[Line]()
        self._bytes = self._read = 0
        self._hands_free_s = self._acted_s = 0.0
        self._pressed, self._looked = "", False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the till
        self._till: subprocess.Popen[bytes] | None = None
        try:
            self.start()
        except BaseException:
            self.put_away()
            raise

    # --- the program ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the program and wait until it is ready for a card."""
        self.catch_up()
        self._till = subprocess.Popen(
            [*PROGRAM, "--data-dir", str(self.data_dir), *map(str, self._more)],
            env=environment(
                self.data_dir.parent,
                DISPLAY=self.screen.name,
                AT_SPI_BUS_ADDRESS=self.screen.names.address,
                CENTARA_GIFTCARD_TOKEN=self._token,
            ),
            stdout=self._errors,
            stderr=self._errors,
        )
        self.wait(lambda line: line["event"] == "ready", "the till is ready")
        self.screen.wait_for_focus(TITLE)

    def kill(self) -> None:
        """The power fails."""
        assert self._till is not None
        self._till.kill()
        self._till.wait()

    def end(self, how: signal.Signals | None = None) -> int:
        """Close the window, or send a signal; return the exit status."""
        assert self._till is not None
        if how is None:
            self.screen.close_windows(TITLE)
        else:
            self._till.send_signal(how)
        return self._till.wait(timeout=PATIENCE_S)

    def put_away(self) -> None:
        """Whatever became of the till, it is gone after this."""
        if self._till is not None and self._till.poll() is None:
            self.kill()
        self._errors.close()

    def complaints(self) -> str:
        """What the program wrote on its standard streams: a till in service has nothing to write there."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")

    # --- hands ---------------------------------------------------------------------------------------------

    def scan(self, number: str) -> None:
        """A scanner types a card's number, or a track, and its Enter; by a hand that has left the keys."""
        self._come_to_hand()
        self._scanner_types([*number, "Return"], SCANNER_MS, {})

    def wedge(
        self, keys: Sequence[str], gap_ms: float = SCANNER_MS, pauses: dict[int, float] | None = None
    ) -> None:
        """A scanner presses keys by their X11 names at its own pace, with a pause before some of them."""
        self._come_to_hand()
        time.sleep(PUT_DOWN_S)
        self._scanner_types(keys, gap_ms, pauses or {})

    def wedge_at_once(self, keys: Sequence[str]) -> None:
        """The same, whatever the cashier's hands do."""
        self._scanner_types(keys, SCANNER_MS, {})

    def _scanner_types(self, keys: Sequence[str], gap_ms: float, pauses: dict[int, float]) -> None:
        moments = list(accumulate(gap_ms / 1000 + pauses.get(place, 0) for place in range(len(keys))))
        time.sleep(moments[-1])
        began_s = time.monotonic() - moments[-1]
        self.screen.windows.strike((key, began_s + at_s) for key, at_s in zip(keys, moments, strict=True))
        self._rest(SCAN_TO_KEY_S)

    def type(self, text: str) -> None:
        """A person types, at a quick hand's pace."""
        self.press(*text)

    def press(self, *keys: str) -> None:
        """Keys, one after the other, by their X11 names; by a hand that has just put a card down."""
        for key in keys:
            if key == self._pressed and self._looked:
                self._hands_free_s = max(self._hands_free_s, self._acted_s + AGAIN_S)
            self._come_to_hand()
            self.screen.windows.strike([(key, time.monotonic())])
            self._rest(KEY_S)
            self._pressed, self._looked = key, False

    def hold_down(self, key: str, seconds: float) -> None:
        """A key that is held down, which the display itself repeats."""
        self._come_to_hand()
        self.screen.do("keydown", key, "sleep", seconds, "keyup", key)
        self._rest(KEY_S)

    def touch(self, name: str) -> None:
        """A finger on the button, key, row or tile that has this name, or one that begins with it.

        Waits until it is there and can be pressed; then for the eye that has to find it.
        """
        self._tap(name, LOOK_S)

    def spot(self, name: str) -> Spot:
        """Where the button, key, row or tile with this name is."""
        return self._find(name)

    def touch_pad(self, text: str) -> None:
        """The keypad's keys, one after the other."""
        self._tap(text[0], LOOK_S)
        for key in text[1:]:
            self._tap(key, KEY_S)

    def _tap(self, name: str, eye_s: float) -> None:
        self._come_to_hand()
        spot, before = self._find(name), None
        while spot != before:  # it came, or it moved under the finger
            time.sleep(eye_s)
            spot, before = self._find(name), spot
        self.screen.do("mousemove", *spot.middle, "click", 1)
        self._rest(KEY_S)

    def _find(self, name: str) -> Spot:
        assert self._till is not None
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.screen.names.find(self._till.pid, name)
            except NoSuchName as problem:
                if time.monotonic() > until:
                    raise AssertionError(f"{problem}\n{self._account(self.lines())}") from None
                time.sleep(0.02)

    def _come_to_hand(self) -> None:
        time.sleep(max(0.0, self._hands_free_s - time.monotonic()))

    def _rest(self, pause_s: float) -> None:
        self._acted_s = time.monotonic()
        self._hands_free_s = self._acted_s + pause_s

    # --- eyes ----------------------------------------------------------------------------------------------

    def lines(self) -> list[Line]:
        """All the recorder said, but what is being written or was cut short; only what is new is read."""
        if self._recorder.exists():
            with self._recorder.open("rb") as file:
                file.seek(self._bytes)
                new, line_end, _ = file.read().rpartition(b"\n")
            self._bytes += len(new + line_end)
            self._lines += [json.loads(line) for line in new.splitlines() if line.endswith(b"}")]
        return self._lines

    def catch_up(self) -> None:
        """What was said up to now does not count for the next wait."""
        self._read = len(self.lines())

    def wait(self, fits: Callable[[Line], bool], what: str, within_s: float = PATIENCE_S) -> Line:
        """The next line that fits, of those said since the last one waited for."""
        until = time.monotonic() + within_s
        while True:
            lines = self.lines()
            for place in range(self._read, len(lines)):
                if fits(lines[place]):
                    self._read, self._looked = place + 1, True
                    if time.monotonic() - self._acted_s > EXPECTED_S:
                        self._hands_free_s = max(self._hands_free_s, time.monotonic() + LOOK_S)
                    return lines[place]
            if time.monotonic() > until:
                raise AssertionError(f"Not seen: {what}.\n{self._account(lines)}")
            time.sleep(0.005)

    def sees(
        self, screen: str, headline: str = "", outcome: str | None = None, within_s: float = PATIENCE_S
    ) -> Line:
        """The till shows this; `headline` is a part of it. One that is ready may tell of another sale."""

        def fits(line: Line) -> bool:
            same = (line["event"], line.get("screen")) == ("screen", screen)
            as_told = line.get("outcome") == outcome or (screen == "ready" and outcome is None)
            return same and as_told and headline in line["headline"]

        what = f"{screen}: {headline}" + (f" [{outcome}]" if outcome else "")
        return self.wait(fits, what, within_s)

    def screens(self) -> list[Line]:
        """Everything the cashier was shown."""
        return [line for line in self.lines() if line["event"] == "screen"]

    def shows(self) -> Line:
        """What the till shows now, after all keys before this have had their effect.

        Help and back: the keys are handled in their order, and the recorder notes the screen anew.
        """
        self.catch_up()
        self.press("F1")
        self.sees("help")
        self.press("F2")
        return self.wait(lambda line: line["event"] == "screen" and line["screen"] != "help", "a screen")

    def shows_again(self) -> str:
        """The screen that is noted anew after Help was looked at and left by its Esc."""
        self.catch_up()
        self.press("F1")
        self.sees("help")
        self.press("Escape")
        line = self.wait(lambda it: it["event"] == "screen" and it["screen"] != "help", "a screen")
        return str(line["screen"])

    def journal(self) -> dict[str, Line]:
        """The journal's export by the operations' ids, without the half second that a process takes."""
        out = io.StringIO()
        export_json(self.data_dir, out)
        return {row["id"]: row for row in json.loads(out.getvalue())}

    def journal_of(self, number: str) -> list[tuple[str, int]]:
        """State and amount of every payment the journal has of a card."""
        card = f"•••• {number[-4:]}"
        return [(row["state"], row["amount_minor"]) for row in self.journal().values() if row["card"] == card]

    def picture(self, path: Path) -> None:
        self.screen.picture(path)

    # --- a sale --------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """A till that waits for the next customer, whatever was before."""
        self._rest(LOOK_S)
        for _ in range(6):
            now = self.screens()[-1]
            self.catch_up()
            self.press("Escape")  # out of a page, a card, a hold, a result; clears a number that was begun
            if now["screen"] == "ready":
                return
            self.wait(lambda line: line["event"] == "screen", "the till goes on")
        raise AssertionError(f"The till does not come to its first screen.\n{self._account(self.lines())}")

    def asks(self, number: str, amount: str) -> None:
        """Scan a card, type the amount due and request it."""
        self.scan(number)
        self.sees("card", "available")
        self.type(amount)
        self.sees("amount")
        self.press("Return")

    def holds(self, number: str, amount: str) -> str:
        """Bring a sale to its hold; return the operation's id."""
        self.asks(number, amount)
        line = self.sees("hold", "is held, not taken")
        operation: str = line["operation"]
        return operation

    def pays_in_part(self, number: str, due: str) -> None:
        """Ask more of a card than it has, and accept what it can pay: up to the hold."""
        self.scan(number)
        self.sees("card")
        self.type(due)
        self.sees("amount", "Only")
        self.press("Return")
        self.sees("amount", "with this card?")
        self._rest(LOOK_S)
        self.press("Return")
        self.sees("hold", "is held, not taken")

    def next_customer(self) -> None:
        """All is said about this sale."""
        self.press("Return")
        self.sees("ready")

    def _account(self, lines: list[Line]) -> str:
        picture = self.data_dir / f"picture-{os.getpid()}-{time.monotonic_ns()}.png"
        self.screen.picture(picture)
        told = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines[-12:])
        alive = "runs" if self._till is not None and self._till.poll() is None else "has ended"
        return f"The till {alive}. Its recorder, at last:\n{told}\n{self.complaints()}\nPicture: {picture}"


@contextmanager
def opened(screen: Screen, settings: Path) -> Iterator[Cashier]:
    """A till with its data folder beside its settings; at the end it is closed, without a complaint."""
    cashier = Cashier(screen, settings.parent / "data", "--settings", settings)
    try:
        yield cashier
        assert cashier.end() == 0
        assert cashier.complaints() == ""
    finally:
        cashier.put_away()
