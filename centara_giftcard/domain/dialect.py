"""What Centara's API page leaves open and an integrator may set: the [A] lines of the wire contract.

One model for the settings and for the client: a rule that is added is read, shown and obeyed under one name.
"""

from typing import Literal

from msgspec import Struct

IssuedWhen = Literal["created", "start_date", "value"]
"""What makes a card count as issued: `created` or `startDate` is there, or `amountOriginal` is above zero."""


class WireRules(Struct, frozen=True):
    """The settings of `[loyalty.wire]`, by their own names; the settings' reader has checked them.

    `auth_scheme` may be empty: then the token stands alone in its header. `net_excludes_holds` says that the
    server's `amountNet` has open holds already taken off.
    """

    auth_header: str = "Authorization"
    auth_scheme: str = "Bearer"
    amount_field: str = "amount"
    auth_code_field: str = "authCode"
    net_excludes_holds: bool = False
    issued_when: IssuedWhen = "created"
