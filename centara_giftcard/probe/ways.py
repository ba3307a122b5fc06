"""The addresses by which a server may want a hold to be committed or cancelled.

Only the probe's own hold is ever addressed, by its code: at a wrong address there is nothing to move.
"""

from typing import Any, Final, Literal

from msgspec.structs import asdict, replace

from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.sentences import Sentence

_ABOUT: Final = {
    Sentence("the card's id"): "/loyaltyGroups/{group}/instruments/{instrument}/authorizations/{code}",
    Sentence("the card's number"): "/loyaltyGroups/{group}/giftcards/{card}/authorizations/{code}",
    Sentence("the hold's code alone"): "/loyaltyGroups/{group}/authorizations/{code}",
    Sentence(
        "the card's id, as instrument"
    ): "/loyaltyGroups/{group}/instrument/{instrument}/authorizations/{code}",
}
"""What a hold may be addressed by; the singular stands on a page of Centara's about store credit."""


def ways(rules: WireRules, call: Literal["commit", "cancel"]) -> tuple[WireRules, ...]:
    """The rules as they are, then with each other address of the call."""
    name, usual = f"{call}_path", rules.path(call)
    others = (f"{about}/_{call}" for about in _ABOUT.values())
    return (rules, *(replace(rules, **{name: path}) for path in others if path != usual))


def nowhere(rules: WireRules) -> WireRules:
    """The rules with an address of the commit at which no server has anything, to see how that is told."""
    return replace(rules, commit_path=f"{rules.commit_path.rpartition('/')[0]}/_nothing")


def named(rules: WireRules, call: Literal["commit", "cancel"]) -> Sentence:
    """What a hold is addressed by under these rules, in words."""
    path = rules.path(call)
    return next(
        (name for name, about in _ABOUT.items() if path.startswith(f"{about}/")),
        Sentence("the address that is set"),
    )


def unlike(rules: WireRules, others: WireRules) -> dict[str, Any]:
    """The settings in which `others` differ."""
    return {name: value for name, value in asdict(others).items() if value != getattr(rules, name)}
