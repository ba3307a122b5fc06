"""What a deliberate bug is: its name, what it replaces, and how it is put into the program and out again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from centara_giftcard.domain import issue as issuing
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.operation import Call, Reply
from centara_giftcard.domain.payment import Event, Payment, Step
from centara_giftcard.terminal import operations as core

_ABSENT: Final = object()


@dataclass(frozen=True)
class Mutant:
    """A bug: its name, and what it replaces (owner, attribute, replacement)."""

    name: str
    patches: tuple[tuple[Any, str, Any], ...]


@contextmanager
def applied(mutant: Mutant) -> Iterator[None]:
    """Have the bug in the program, and then no more."""
    kept = [(owner, name, owner.__dict__.get(name, _ABSENT)) for owner, name, _ in mutant.patches]
    for owner, name, replacement in mutant.patches:
        setattr(owner, name, replacement)
    try:
        yield
    finally:
        for owner, name, original in kept:
            if original is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, original)


def is_reply(event: Event, call: Call, *results: type) -> bool:
    return isinstance(event, Reply) and event.call is call and isinstance(event.result, results)


def in_machine(name: str, bug: Callable[[Payment, Event], Step | None]) -> Mutant:
    """A bug in the payment machine: `bug` returns what it does wrong, or None where it does nothing wrong."""
    return _in_step(name, Payment, bug)


def in_issues(name: str, bug: Callable[[Issue, Any], issuing.Step | None]) -> Mutant:
    """The same in the issue machine."""
    return _in_step(name, Issue, bug)


def _in_step(name: str, kind: type, bug: Callable[[Any, Any], Any]) -> Mutant:
    right = core.step

    def step(operation: Any, event: Any) -> Any:
        wrong = bug(operation, event) if isinstance(operation, kind) else None
        return right(operation, event) if wrong is None else wrong

    return Mutant(name, ((core, "step", step),))
