"""Reading a dialect file: how a practice server speaks that is to stand in for another one.

TOML with a `[loyalty.wire]` table, as it stands in a till's settings and as `doctor --probe` prints it, and
tables `[looks]` and `[behaves]` for what needs no setting; each key is explained in `dialect.py`, and every
one may be left out. Anything else is refused with its place, such as `looks.dates`.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any

from msgspec import Struct
from msgspec.structs import fields
from pydantic import BeforeValidator, Field, create_model

from centara_giftcard.sandbox.dialect import Behaves, Dialect, Looks, Wire
from centara_giftcard.sandbox.errors import SandboxError
from centara_giftcard.sandbox.hearing import misfit
from centara_giftcard.sandbox.routes import Call
from centara_giftcard.sandbox.strict import Strict, judge
from centara_giftcard.sandbox.wire import WireError

MAX_SECONDS = 600


_JUDGED: dict[object, Any] = {
    float: Annotated[float, Field(ge=0, le=MAX_SECONDS)],
    list[Call]: list[Annotated[Call, BeforeValidator(Call)]],
}
"""What is asked of a value beyond its type."""


def _model(struct: type[Struct]) -> type[Strict]:
    """A Struct's keys and types, for pydantic to judge by: they are listed once."""
    keys: dict[str, Any] = {it.name: (_JUDGED.get(it.type, it.type), None) for it in fields(struct)}
    return create_model(struct.__name__, __base__=Strict, **keys)


class _Loyalty(Strict):
    wire: _model(Wire) | None = None  # type: ignore[valid-type]


class _File(Strict):
    loyalty: _Loyalty | None = None
    looks: _model(Looks) | None = None  # type: ignore[valid-type]
    behaves: _model(Behaves) | None = None  # type: ignore[valid-type]


def read_dialect(path: Path) -> Dialect:
    """Read a dialect file. Raises SandboxError: one sentence with the key."""
    try:
        file = judge(_File, tomllib.loads(path.read_text(encoding="utf-8")), "the file")
        return _dialect(file)
    except OSError as error:
        raise SandboxError(f"The dialect file {path} cannot be read: {error.strerror or error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SandboxError(f"The dialect file {path} is no TOML: {error}.") from None
    except WireError as error:
        raise SandboxError(f"The dialect file {path} is wrong: {error}.") from None


def _dialect(file: _File) -> Dialect:
    told = file.model_dump(exclude_unset=True)
    wire = Wire(**told.get("loyalty", {}).get("wire", {}))
    looks = Looks(**told.get("looks", {}))
    if (fault := misfit(wire)) is not None:
        raise WireError(f"loyalty.wire.{fault}")
    if not looks.base_path.startswith("/"):
        raise WireError("looks.base_path must begin with a slash")
    return Dialect(wire, looks, Behaves(**told.get("behaves", {})))
