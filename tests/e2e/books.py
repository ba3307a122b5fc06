"""Three books are kept of every payment: the server's ledger, the till's journal, the till's screen."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from e2e.program import Hold

SETTLED: Final = {"committed", "cancelled", "refused", "not_held"}

_HOLD_OF: Final[Mapping[str, set[str | None]]] = {
    "requesting": {None, "open", "cancelled"},
    "held": {"open"},
    "committing": {"open", "committed"},
    "committed": {"committed"},
    "cancelling": {"open", "cancelled"},
    "cancelled": {"cancelled"},
    "refused": {None},
    "not_held": {None, "cancelled"},
    "orphan_hold": {"open"},
    "unclear": {None, "open", "committed", "cancelled"},
}
"""What the server's hold of a payment in each state of the journal may be; None is no hold at all."""

_OUTCOMES_OF: Final[Mapping[str, set[str | None]]] = {
    "requesting": {None, "unclear"},
    "held": {None},
    "committing": {None, "unclear"},
    "committed": {None, "unclear", "paid"},
    "cancelling": {None, "unclear", "not_paid"},
    "cancelled": {None, "unclear", "not_paid"},
    "refused": {None, "unclear", "not_paid"},
    "not_held": {None, "unclear", "not_paid"},
    "orphan_hold": {None, "unclear"},
    "unclear": {None, "unclear"},
}
"""What a screen may have said last of a payment; less than the journal knows, where the cashier had left."""


def disagreements(
    holds: Iterable[Hold], journal: Mapping[str, Mapping[str, Any]], screens: Iterable[Mapping[str, Any]]
) -> list[str]:
    """One sentence for everything that one of the three books says against another."""
    by_operation: dict[str, list[Hold]] = {}
    for hold in holds:
        if hold.operation is not None:
            by_operation.setdefault(hold.operation, []).append(hold)
    told: dict[str, list[str]] = {}
    for line in screens:
        if "outcome" in line and "operation" in line:
            told.setdefault(line["operation"], []).append(line["outcome"])
    found = [f"No journal entry for the hold of {name}." for name in by_operation.keys() - journal.keys()]
    found += [
        f"No journal entry for what the screen told of {name}." for name in told.keys() - journal.keys()
    ]
    for name, row in journal.items():
        found += _about(name, row, by_operation.get(name, []), told.get(name, []))
    return found


def _about(name: str, row: Mapping[str, Any], holds: list[Hold], told: list[str]) -> list[str]:
    state, found = row["state"], []
    if len(holds) > 1:
        found.append(f"{len(holds)} holds were placed for {name}: {holds}.")
    hold = holds[0] if holds else None
    if (hold.state if hold else None) not in _HOLD_OF[state]:
        found.append(f"The journal says {state} of {name}, the server {hold}.")
    # unclear, too, is an amount that the server itself tells wrongly (row 26)
    if hold is not None and hold.amount != row["amount_minor"] and state != "unclear":
        found.append(f"The journal says {row['amount_minor']} of {name}, the server {hold}.")
    if hold is not None and not row["card"].endswith(hold.number[-4:]):
        found.append(f"The journal names {row['card']} for {name}, the server {hold}.")
    if (told[-1] if told else None) not in _OUTCOMES_OF[state]:
        found.append(f"The journal says {state} of {name}, the screen said {told}.")
    committed = hold is not None and hold.state == "committed"
    if "paid" in told and not committed:
        found.append(f'The screen said "paid" of {name}; the server never took it: {hold}.')
    if "not_paid" in told and committed:
        found.append(f'The screen said "not paid" of {name}; the server took it: {hold}.')
    return found


def card_errors(books: Mapping[str, Any], full: int) -> list[str]:
    """Plain cards whose balance is not what their holds make of it."""
    taken: dict[str, int] = {}
    held: dict[str, int] = {}
    for hold in books["holds"]:
        sums = {"committed": taken, "open": held}.get(hold["state"])
        if sums is not None:
            sums[hold["number"]] = sums.get(hold["number"], 0) + hold["amount"]
    return [
        f"Card {card['number']} has {card['net']}, of which {card['authorised']} held."
        for card in books["cards"]
        if card["original"] == full
        and (card["net"], card["authorised"])
        != (full - taken.get(card["number"], 0), held.get(card["number"], 0))
    ]
