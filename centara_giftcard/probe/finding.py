"""What a check or a probe found: a mark, what it is about, one sentence. Never a secret in it."""

from enum import Enum

from centara_giftcard.domain.sentences import printable


class Mark(Enum):
    """How a check ended."""

    OK = "ok"
    FAIL = "FAIL"
    LEFT_OUT = "--"  # something it needs failed before, or there is nothing to check


Finding = tuple[Mark, str, str]
"""Mark, what was checked, one sentence."""


def told(finding: Finding) -> str:
    """A finding as a line of the doctor's: a server, a setting or a file may have put anything into it."""
    mark, subject, sentence = finding
    return f"{mark.value:<4} {subject:<9} {printable(sentence)}\n"
