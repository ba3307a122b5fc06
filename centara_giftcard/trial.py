"""What the window has done by others while it waits: work that is under way, a probe of the server."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Generic, TypeVar

from centara_giftcard.config.settings import LoyaltySettings, Settings
from centara_giftcard.domain.errors import NoToken, SettingsError, TerminalError
from centara_giftcard.domain.secrets import AccessToken, CardNumber
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.probe.finding import Finding, Mark
from centara_giftcard.probe.run import Trial, amount_of, balance_of, card_of, changes_of, probe, write_changes
from centara_giftcard.probe.steps import Outcome
from centara_giftcard.ui.presenters.trial import Tried
from centara_giftcard.workshop import vault_of

T = TypeVar("T")


class UnderWay(Generic[T]):
    """Work of the set-up that is going on: `told` hears how it ended, unless it is called off before.

    What it raises is told as `failed` puts it: nothing ends silently.
    """

    def __init__(
        self, work: Coroutine[None, None, T], told: Callable[[T], None], failed: Callable[[BaseException], T]
    ) -> None:
        self._told = told
        self._failed = failed
        self._task = asyncio.ensure_future(work)
        self._task.add_done_callback(self._ended)

    def cancel(self) -> None:
        """Call it off."""
        self._task.cancel()

    async def finished(self) -> None:
        """Return when it has ended, in whatever way."""
        await asyncio.wait({self._task})

    def _ended(self, task: "asyncio.Task[T]") -> None:
        if not task.cancelled():
            fault = task.exception()
            self._told(task.result() if fault is None else self._failed(fault))


def sentence_of(fault: BaseException) -> str:
    """What the window tells of a fault, whatever its kind."""
    if isinstance(fault, TerminalError):
        return fault.sentence
    return Sentence("The program has a fault of its own ({kind}).", kind=type(fault).__name__)


class TrialWork:
    """A probe at the real server. What was found is written into `file`, or left in `found` without one."""

    def __init__(
        self, folder: Path, settings: Settings, token: AccessToken | None, file: Path | None = None
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._token = token
        self._file = file
        self._under_way: UnderWay[Tried] | None = None
        self._outcome: Outcome | None = None
        self.found: LoyaltySettings | None = None
        self.now_s = time.monotonic

    def judge(self, card: str, balance: str) -> str:
        """What is wrong with the card, or with the balance where that is typed; nothing if they will do."""
        try:
            card_of(CardNumber(card), self._settings)
            if balance:
                balance_of(balance, self._settings)
        except SettingsError as fault:
            return fault.sentence
        return ""

    def probe(self, card: str, balance: str, told: Callable[[Tried], None]) -> "UnderWay[Tried]":
        """Probe the server; whoever closes the window meanwhile leaves the rest to the till."""
        work = self._probed(card, balance)
        self._under_way = UnderWay(work, told, lambda fault: Tried(fault=sentence_of(fault)))
        return self._under_way

    async def _probed(self, card: str, balance: str) -> Tried:
        settings = self._settings
        token = self._token or await asyncio.to_thread(vault_of(self._folder, settings.identity).token)
        if token is None:
            raise NoToken(Sentence("This till has no access token."))
        known, net = card_of(CardNumber(card), settings), balance_of(balance, settings)
        trial = Trial(settings, self._folder, token, known, net, amount_of(None, net, settings))
        findings: list[Finding] = []
        outcome = await probe(trial, findings.append)
        self._outcome = outcome
        wrong = tuple(sentence for mark, _, sentence in findings if mark is Mark.FAIL)
        differs = sum(map(len, changes_of(settings, outcome).values()))
        return Tried(outcome.passed, differs, wrong)

    def keep(self) -> str:
        """Keep the settings that were found; why not, or nothing."""
        if self._outcome is None:
            return ""
        try:
            if self._file is not None:
                write_changes(self._file, changes_of(self._settings, self._outcome), self._outcome)
        except SettingsError as fault:
            return fault.sentence
        self.found = self._outcome.loyalty
        return ""

    async def finished(self) -> None:
        """Return when no probe is under way: what it holds must be let go, whoever closed the window."""
        if self._under_way is not None:
            await self._under_way.finished()
