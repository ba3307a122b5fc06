"""`[loyalty.wire]`: how a server words what Centara's API page leaves open.

Beyond what a single value may be, the settings must go together: a call that could not say what it is about,
one that would be taken for another, and a name that nothing uses are refused.
"""

import re
from collections.abc import Callable
from itertools import combinations
from typing import Any, Final

from centara_giftcard.config import checks, zones
from centara_giftcard.config.toml_file import Table, show
from centara_giftcard.domain.addresses import call_address
from centara_giftcard.domain.dialect import EVERYWHERE, NEEDS, PLACES, Call, Condition, Place, WireRules
from centara_giftcard.domain.sentences import BadValue, Sentence, either

MAX_CONDITIONS: Final = 20
MAX_NAME: Final = 64
MAX_NAMES: Final = 3
"""Objects are looked into no deeper than this, and one that wraps the whole answer."""

MAX_PATH: Final = 200

_USUAL: Final = WireRules()
_PARAMETER: Final = re.compile(r"[A-Za-z0-9_.~-]+")
_CALLED: Final[dict[Place, str]] = {
    "card": Sentence("the card's number"),
    "instrument": Sentence("the card's id"),
    "code": Sentence("the hold's code"),
    "series": Sentence("the series' number"),
}


def wire_rules(table: Table) -> WireRules:
    """Read the table. What cannot be used is told to it, and stood in for by what is usual."""
    paths = {f"{call}_path": table.read(f"{call}_path", _path(call), _USUAL.path(call)) for call in PLACES}
    names = {key: table.read(key, _or_none(member), "") for key in _sent_keys().values()}
    found = WireRules(
        auth_header=table.read("auth_header", checks.header, _USUAL.auth_header),
        auth_scheme=table.read("auth_scheme", checks.scheme, _USUAL.auth_scheme),
        auth_query=table.read("auth_query", _or_none(_parameter), _USUAL.auth_query),
        amounts=table.read("amounts", checks.one_of("major", "minor"), _USUAL.amounts),
        net_excludes_holds=table.read("net_excludes_holds", checks.flag, _USUAL.net_excludes_holds),
        issued_when=table.read(
            "issued_when", checks.one_of("created", "start_date", "value"), _USUAL.issued_when
        ),
        time_zone=table.read("time_zone", zones.named, _USUAL.time_zone),
        amount_field=table.read("amount_field", member, _USUAL.amount_field),
        auth_code_field=table.read("auth_code_field", member, _USUAL.auth_code_field),
        held_field=table.read("held_field", _or_none(member), _USUAL.held_field),
        instrument_field=table.read("instrument_field", member, _USUAL.instrument_field),
        new_number_field=table.read("new_number_field", _or_none(member), _USUAL.new_number_field),
        refused_when=table.read(
            "refused_when", checks.listed(condition, MAX_CONDITIONS), _USUAL.refused_when
        ),
        **paths,
        **names,
    )
    table.done()
    if table.sound:  # what does not go together is told once each value is one
        _token(table, found)
        _fields(table, found)
        _refusals(table, found)
        _calls(table, found)
    return found


def member(value: Any) -> str:
    """The name of a member, or the names on the way to it with dots between."""
    name = checks.text(MAX_NAME, 1)(value)
    if name.count(".") >= MAX_NAMES:
        raise BadValue(Sentence("{value} has more than {most} names", value=show(name), most=MAX_NAMES))
    if not all(any(map(str.isalnum, it)) for it in name.split(".")):
        told = '{value} must be a name such as "amount", or names such as "data.amount"'
        raise BadValue(Sentence(told, value=show(name)))
    return name


def condition(value: Any) -> str:
    """`path = value` or `path != value`."""
    text = checks.text(2 * MAX_NAME, 1)(value)
    try:
        found = Condition.of(text)
    except BadValue as bad:
        raise BadValue(checks.about(text, bad)) from None
    member(found.path)
    return text


def _path(call: Call) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        text = checks.text(MAX_PATH, 1)(value)
        try:
            return call_address(text, EVERYWHERE | PLACES[call])
        except BadValue as bad:
            raise BadValue(checks.about(text, bad)) from None

    return check


def _or_none(check: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "" if value == "" else check(value)


def _parameter(value: Any) -> str:
    name = checks.text(MAX_NAME, 1)(value)
    if not _PARAMETER.fullmatch(name):
        raise BadValue(Sentence("{value} cannot be the name of a parameter in an address", value=show(name)))
    return name


def _sent_keys() -> dict[Place, str]:
    return {place: f"{place}_sent_as" for place in _CALLED}


def _token(table: Table, rules: WireRules) -> None:
    for key in ("auth_header", "auth_scheme"):
        if rules.auth_query and getattr(rules, key) != getattr(_USUAL, key):
            table.fault(key, Sentence("does not go with auth_query: the token stands in one place"))


def _fields(table: Table, rules: WireRules) -> None:
    """Two values cannot stand under one name, and none within another."""
    read = ["amount_field", "auth_code_field", "held_field"]
    for group in (read, ["amount_field", *_sent_keys().values()]):
        named = [(key, getattr(rules, key).split(".")) for key in group if getattr(rules, key)]
        for (key, one), (other_key, other) in combinations(named, 2):
            least = min(len(one), len(other))
            if [it.casefold() for it in one[:least]] == [it.casefold() for it in other[:least]]:
                table.fault(other_key, Sentence("must differ from {key}", key=key))


def _refusals(table: Table, rules: WireRules) -> None:
    """Two conditions must leave some answer that is a success."""
    for one, other in combinations(map(Condition.of, rules.refused_when), 2):
        covered = one.value != other.value if not (one.equal or other.equal) else one.value == other.value
        if one.path.casefold() == other.path.casefold() and not (one.equal and other.equal) and covered:
            told = "says no to whatever stands at {path}"
            table.fault("refused_when", Sentence(told, path=one.path))


def _calls(table: Table, rules: WireRules) -> None:
    used: set[Place] = set()
    shapes: dict[str, Call] = {}
    for call in PLACES:
        path, sent = rules.path(call), rules.sent(call)
        used.update(sent)
        if not any(f"{{{it}}}" in path or it in sent for it in NEEDS[call]):
            places = either([f"{{{it}}}" for it in sorted(NEEDS[call])])
            told = "has no place for the card: {places}"
            if call == "issue_live":
                told = "has no place for the series: {places}"
            elif "code" in NEEDS[call]:
                told = "has no place for the hold: {places}"
            table.fault(f"{call}_path", Sentence(told, places=places))
        shape = re.sub(r"\{[^{}]*\}", "{}", path)
        if call != "status" and shapes.setdefault(shape, call) != call:
            other = f"{shapes[shape]}_path"
            table.fault(f"{call}_path", Sentence("cannot be told apart from {key}", key=other))
    for place, key in _sent_keys().items():
        if getattr(rules, key) and place not in used:  # whoever wrote it meant something
            told = "is not used: {called} stands in the address of each call"
            table.fault(key, Sentence(told, called=_CALLED[place]))
