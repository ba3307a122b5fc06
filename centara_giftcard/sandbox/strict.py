"""What comes from outside is hostile until pydantic has judged it: seed files, dialect files, faults.

Imported only where one of them is read: pydantic costs more than all else that a practice server is made of,
and a till's demo needs none of them.
"""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from centara_giftcard.sandbox.wire import WireError

_WORDS = {
    "missing": "is required",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "list_type": "must be a list",
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
}


class Strict(BaseModel):
    """An object in which every key is known and every value of its own type; nothing is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Strict)


def judge(model: type[Model], document: object, whole: str, context: Any = None) -> Model:
    """Read a document. Raises WireError: the place, such as `cards[2].net`, and what is wrong there.

    `whole` is what the document is called where the fault is in no member of it.
    """
    try:
        return model.model_validate(document, context=context)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    # A key that is misspelt is told before the one that is missing because of it.
    first = next((it for it in faults if it["type"] == "extra_forbidden"), faults[0])
    place, kind = first["loc"], first["type"]
    if kind == "extra_forbidden":
        raise WireError(f"{_spelt(place[:-1]) or whole} has the unknown key {str(place[-1])!r}")
    told = first["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    raise WireError(f"{_spelt(place) or whole} {_WORDS.get(kind, told)}")


def _spelt(place: tuple[int | str, ...]) -> str:
    return "".join(f"[{it}]" if isinstance(it, int) else f".{it}" for it in place).removeprefix(".")
