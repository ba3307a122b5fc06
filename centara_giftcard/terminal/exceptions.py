"""What a person may do about an operation that is not settled: have it asked again, release it, close it."""

from collections.abc import Awaitable, Callable

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.operators import Need, Permission
from centara_giftcard.domain.secrets import without_numbers
from centara_giftcard.terminal.access import Access
from centara_giftcard.terminal.desk import Put
from centara_giftcard.terminal.events import Refusal, TerminalEvent, Why
from centara_giftcard.terminal.operations import Operations


class Exceptions:
    """The use cases of the list of open holds and exceptions; each press waits its turn in the one queue."""

    def __init__(
        self,
        operations: Operations,
        access: Access,
        supervisors: frozenset[str],
        put: Put,
        publish: Callable[[TerminalEvent], None],
    ) -> None:
        self._operations = operations
        self._access = access
        self._supervisors = supervisors
        self._put = put
        self._publish = publish

    def ask_again(self, id: str) -> None:
        """Ask the server about it now, instead of at its time or never."""
        self._put(self._unless_met, self._operations.ask_again, id)

    def release(self, id: str) -> None:
        """Let go a hold that does not fit what was asked and that nobody decided about (row 26)."""
        self._access.ask([Need(Permission.RELEASE)], self._unless_met, self._operations.let_go, id)

    def close(self, id: str, supervisor: str, reason: str) -> None:
        """Take it off the list: `supervisor` answers for it, and says why.

        Where the till knows its operators it is whoever is at it, or gives leave, who answers.
        """
        self._access.ask([Need(Permission.CLOSE)], self._close, id, supervisor, without_numbers(reason))

    async def _unless_met(self, go_on: Callable[[str], Awaitable[None]], id: str) -> None:
        """Not while something else of this till is on its way for that card: both move what the other's
        readings are compared with."""
        here = {it.id: it for it in self._operations.unsettled()}
        asked = here.pop(id, None)
        card = asked.card if asked is not None else None
        if card is not None and any(it.card == card and not it.told for it in here.values()):
            return self._publish(Refusal(Why.CARD_UNDER_WAY))
        return await go_on(id)

    async def _close(self, id: str, supervisor: str, reason: str) -> None:
        closed = Closed(self._access.answers(supervisor), reason)
        if not self._access.known and self._supervisors and supervisor not in self._supervisors:
            return self._publish(Refusal(Why.NOT_A_SUPERVISOR))
        if not any(record.id == id for record in self._operations.damaged):
            return await self._operations.apply(id, closed)
        try:
            await self._operations.write_off(id, closed)
        except JournalError:
            self._publish(Refusal(Why.NOT_CLOSED))
