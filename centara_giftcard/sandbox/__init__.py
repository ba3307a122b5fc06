"""A real Loyalty server on loopback, for the demo, for tests and for integrators.

It has its own ledger and its own wire code and shares nothing with the terminal's client, so that a misread
field cannot pass on both sides; it imports no other room of the package. Any loyalty group is accepted (one
ledger serves all), and any bearer token but `refused`.

Where things are: `server` runs it, `app` is HTTP, `service` the seven calls, `ledger` the books; `dialect` is
how it speaks, `hearing` understands a request in it, `voice` says an answer in it, `spoil` says one wrong;
`faults` and `cards` are the samples. What comes from outside, judged by `strict`, is read by `seed`,
`dialect_file` and `fault_request`; `inspection` has the doors for tests and support.
"""

from centara_giftcard.sandbox.cards import SAMPLE_CARDS, SAMPLE_SERIES, SampleCard
from centara_giftcard.sandbox.errors import SandboxError
from centara_giftcard.sandbox.faults import fault_table
from centara_giftcard.sandbox.server import SandboxServer

__all__ = ["SAMPLE_CARDS", "SAMPLE_SERIES", "SampleCard", "SandboxError", "SandboxServer", "fault_table"]
