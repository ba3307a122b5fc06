"""Every property of the fuzz."""

from typing import Final

from fuzz import fingers, machine, replies, scans
from fuzz.hunt import Property

PROPERTIES: Final[tuple[Property, ...]] = (
    *replies.PROPERTIES,
    *scans.PROPERTIES,
    *fingers.PROPERTIES,
    *machine.PROPERTIES,
)
