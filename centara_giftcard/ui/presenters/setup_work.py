"""What the first-run set-up has done by others: judging answers, asking the server, keeping what was said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from msgspec import Struct

from centara_giftcard.domain.replies import StatusFailed
from centara_giftcard.ui.presenters.patience import Timer

Answers = Mapping[str, str]


class Judged(Protocol):
    """What is thought of an answer as far as it is typed; `fault` is a key of FAULTS, or empty."""

    @property
    def good(self) -> bool: ...
    @property
    def fault(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, object]: ...


class Kept(Struct, frozen=True):
    """How keeping the answers went: `file` is the system's reason why the settings could not be written."""

    file: str = ""
    token: bool = True


class ServerSaid(Struct, frozen=True):
    """What the server's answer about no card of anyone's says: `failed` is why it is none, or None; `unsure`:
    it does not tell a wrong address or group from a card that is not known."""

    failed: StatusFailed | None = None
    unsure: bool = False


class SetupWork(Protocol):
    """What the set-up has done by others. Each call ends with one call back, unless it is called off."""

    def judge(self, name: str, typed: str, answers: Answers) -> Judged:
        """Judge an answer as far as it is typed."""

    def normal(self, name: str, typed: str) -> str:
        """An answer as it is kept."""

    def check_server(self, answers: Answers, told: Callable[[ServerSaid], None]) -> Timer:
        """Ask the server about no card of anyone's."""

    def try_server(self, answers: Answers, found: Callable[[Answers], None]) -> None:
        """Probe the server on pages of its own; what was found is told as answers to keep."""

    def listen(self, answers: Answers) -> None:
        """Listen to the scanner on the serial port among the answers from now on."""

    def keep(self, file: str, answers: Answers, told: Callable[[Kept], None]) -> Timer:
        """Write the settings to `file`, and the token where it is kept."""

    def later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Call back after a while."""

    def now_s(self) -> float:
        """Seconds that never jump."""


@dataclass(frozen=True)
class Finished:
    """All answers, the file that has them, and whether the token is kept beside them."""

    answers: Answers = field(repr=False)  # the token is among them
    file: str
    token_kept: bool
