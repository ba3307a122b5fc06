"""Who is at the till and what they may do: the lock, signing on, and somebody else's leave for one action.

A till without operators (`operators.required = false`) has no locksmith: any number unlocks it, and everybody
may do everything. Whether something is allowed is asked in its turn, so that it is about whoever is signed on
by then; what was allowed by somebody else is done once, there and then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import ParamSpec

from msgspec import Struct

from centara_giftcard.domain.operators import Denial, Denied, Need, Operator
from centara_giftcard.domain.secrets import Pin
from centara_giftcard.terminal.events import (
    OperatorChanged,
    OverrideAsked,
    OverrideOver,
    SignOnDenied,
    TerminalEvent,
)
from centara_giftcard.terminal.ports import Locksmith, Recorder
from centara_giftcard.terminal.tasks import where
from centara_giftcard.terminal.turns import Turns

P = ParamSpec("P")


class _Asked(Struct, frozen=True):
    """What waits for somebody's leave; `keys` know by then who may give it."""

    needs: tuple[Need, ...]
    go_on: Callable[[], Awaitable[None]]
    keys: Locksmith


class Access:
    """The use case of the lock. Its public methods are handled in the one queue's turn."""

    def __init__(
        self,
        locksmith: Locksmith | None,
        turns: Turns,
        publish: Callable[[TerminalEvent], None],
        recorder: Recorder,
    ) -> None:
        self._locksmith = locksmith
        self._put = turns.put
        self._publish = publish
        self._recorder = recorder
        self._signed_on = ""
        self._locked = locksmith is not None
        self._asked: _Asked | None = None
        self._proving: asyncio.Task[None] | None = None
        self._leave_by = ""

    # --- what is asked for ---

    def lock(self) -> None:
        """Lock the till until somebody signs on; what is on it stays, and what is under way goes on."""
        self._put(self._lock)

    def sign_on(self, operator: str, pin: Pin | None = None) -> None:
        """Let the operator of that number in: by their PIN, where the till knows its operators."""
        self._put(self._sign_on, operator, pin)

    def badge(self, code: str) -> None:
        """A badge was scanned, where a number and a PIN are asked for."""
        self._put(self._badge, code)

    def give_up(self) -> None:
        """Nobody's leave is asked any more: nothing is done."""
        self._put(self._give_up)

    def ask(
        self,
        needs: Sequence[Need],
        handle: Callable[P, Awaitable[None]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Have `handle` called in its turn if whoever is at the till then may do all of `needs`, or somebody
        else allows it."""
        self._put(self._if_allowed, tuple(needs), partial(handle, *args, **kwargs))

    # --- what the rest of the terminal asks ---

    @property
    def operator(self) -> str:
        """The number of whoever is at the till; empty for nobody."""
        return self._signed_on

    @property
    def locked(self) -> bool:
        """Whether somebody must sign on before anything else."""
        return self._locked

    @property
    def busy(self) -> bool:
        """Whether a person is being asked for leave: no card is taken meanwhile."""
        return self._asked is not None

    @property
    def known(self) -> bool:
        """Whether this till knows its operators, and what each of them may do."""
        return self._locksmith is not None

    def answers(self, supervisor: str) -> str:
        """Who answers for what is being done: whoever gave leave, else who is at the till, else the number
        that was typed."""
        return self._leave_by or (self._signed_on if self.known else supervisor)

    async def unless_denied(
        self,
        needs: Sequence[Need],
        handle: Callable[P, Awaitable[None]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """The same as `ask`, within a turn."""
        await self._if_allowed(tuple(needs), partial(handle, *args, **kwargs))

    def begin(self) -> None:
        """The till starts: where it knows its operators, somebody has to sign on first."""
        if self._locked:
            self._publish(OperatorChanged("", locked=True))

    # --- in their turns ---

    async def _if_allowed(self, needs: tuple[Need, ...], go_on: Callable[[], Awaitable[None]]) -> None:
        keys = self._locksmith
        if keys is None or keys.staff.may_all(self._signed_on, needs):
            return await go_on()
        self._asked = _Asked(needs, go_on, keys)
        return self._publish(OverrideAsked(needs, keys.staff.groups_that_may(needs)))

    async def _lock(self) -> None:
        self._locked = True
        await self._give_up()
        self._publish(OperatorChanged("", locked=True))

    async def _sign_on(self, number: str, pin: Pin | None) -> None:
        if self._locksmith is None:
            self._signed_on, self._locked = number, False
            return self._publish(OperatorChanged(number, locked=False))
        return self._prove(partial(self._locksmith.by_pin, number, pin if pin is not None else Pin("")))

    async def _badge(self, code: str) -> None:
        if self._locksmith is not None:
            self._prove(partial(self._locksmith.by_badge, code))

    async def _give_up(self) -> None:
        if self._proving is not None:
            self._proving.cancel()
            self._proving = None
        if self._asked is not None:
            self._asked = None
            self._publish(OverrideOver())

    def _prove(self, proof: Callable[[], Awaitable[Operator | Denied]]) -> None:
        """Wait for the proof beside the queue; one at a time, and only where one is asked for."""
        if self._proving is not None or not (self._locked or self.busy):
            return

        async def prove() -> None:
            result: Operator | Denied
            try:
                result = await proof()
            except Exception as fault:  # noqa: BLE001 - a bug in an adapter lets nobody in
                self._recorder.event("fault", fault=where(fault))
                result = Denied(Denial.DISK)
            self._put(self._proved, task, result)

        task = self._proving = asyncio.ensure_future(prove())

    async def _proved(self, task: asyncio.Task[None], result: Operator | Denied) -> None:
        if self._proving is not task:  # given up meanwhile
            return None
        self._proving = None
        if isinstance(result, Denied):
            self._recorder.event("sign_on_denied", why=result.why.value)
            return self._publish(SignOnDenied(result))
        if self._asked is not None:
            return await self._overridden(self._asked, result)
        self._signed_on, self._locked = result.id, False
        self._recorder.event("signed_on", operator=result.id)
        return self._publish(OperatorChanged(result.id, locked=False, name=result.name))

    async def _overridden(self, asked: _Asked, by: Operator) -> None:
        what = " ".join(need.permission.value for need in asked.needs)
        if not asked.keys.staff.may_all(by.id, asked.needs):
            self._recorder.event("override_denied", operator=self._signed_on, by=by.id, needs=what)
            return self._publish(SignOnDenied(Denied(Denial.NOT_ALLOWED)))
        self._recorder.event("override", operator=self._signed_on, by=by.id, needs=what)
        self._asked, self._leave_by = None, by.id
        self._publish(OverrideOver(by.id))
        try:
            return await asked.go_on()
        finally:
            self._leave_by = ""
