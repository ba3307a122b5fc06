"""A real Loyalty server on loopback, for the demo, for tests and for integrators.

It has its own ledger and its own wire code and shares nothing with the terminal's client, so that a misread
field cannot pass on both sides; it imports no other room of the package. Any loyalty group is accepted (one
ledger serves all), and any bearer token but `refused`.

Where things are: `server` runs it, `app` is HTTP, `service` the seven calls, `ledger` the books, `wire` and
`spoil` the bytes, `faults` and `cards` the samples, `seed` the file of one's own cards, `inspection` the
doors for tests and support.
"""

from centara_giftcard.sandbox.cards import SAMPLE_CARDS, SAMPLE_SERIES, SampleCard
from centara_giftcard.sandbox.errors import SandboxError
from centara_giftcard.sandbox.faults import fault_table
from centara_giftcard.sandbox.server import SandboxServer

__all__ = ["SAMPLE_CARDS", "SAMPLE_SERIES", "SampleCard", "SandboxError", "SandboxServer", "fault_table"]
