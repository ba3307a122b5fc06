"""A sentence as the place that knows the fault makes it, for a face that may speak another language.

It is a text in English, for the command line, logs and tests; the pattern and the values that it was made of
stay with it, so that `words.Words.tell` can make it anew. What fills it may be a sentence itself.
"""

import errno
import sys
from collections.abc import Mapping, Sequence
from typing import Final

LONGEST: Final = 40
"""Letters of a value that somebody wrote, within a sentence about it."""


class Sentence(str):
    """`pattern` in English with its `{fields}` filled in. A text that has no pattern, such as the system's
    words for a fault, fills a field of another."""

    __slots__ = ("fields", "pattern")
    pattern: str
    fields: Mapping[str, object]

    def __new__(cls, pattern: str, /, **fields: object) -> "Sentence":
        made = super().__new__(cls, pattern.format(**fields))
        made.pattern = pattern
        made.fields = fields
        return made


class BadValue(ValueError):
    """What is wrong with a value that somebody wrote: the end of a sentence that begins with its name."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def either(texts: Sequence[str]) -> str:
    """Several texts as a choice: `a, b or c`; there is at least one."""
    *most, last = texts
    return Sentence("{texts} or {last}", texts=", ".join(most), last=last) if most else last


def together(texts: Sequence[str]) -> str:
    """Several texts as a list: `a, b and c`; there is at least one."""
    *most, last = texts
    return Sentence("{texts} and {last}", texts=", ".join(most), last=last) if most else last


def reason_of(error: Exception) -> str:
    """Why the system refused something, for the middle of a sentence; the rare ones in its own words."""
    if getattr(error, "winerror", None) in _LOCKED:
        return LOCKED
    if sys.platform == "win32" and isinstance(error, PermissionError):
        return _NOT_PERMITTED
    if sys.platform == "win32" and isinstance(error, FileNotFoundError) and _too_long(error.filename):
        return _OF_THE_SYSTEM[errno.ENAMETOOLONG]
    own = getattr(error, "strerror", None) or str(error)
    return _OF_THE_SYSTEM.get(getattr(error, "errno", None) or 0) or own.lower()


LOCKED: Final = Sentence("another program keeps it locked")


def _too_long(path: object) -> bool:
    """Whether Windows may have taken a path for one that is not there because of its length alone."""
    return len(str(path)) >= _LONGEST_PATH


_LONGEST_PATH: Final = 248
"""Windows' limit of letters for a folder, unless it is set to long paths; 12 more for a file."""

_LOCKED: Final = (32, 33)
"""Windows' ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION."""

_NOT_PERMITTED: Final = Sentence("permission denied, or another program keeps it locked")
"""All that Windows tells where a file is opened or replaced."""

_OF_THE_SYSTEM: Final = {
    errno.EACCES: Sentence("permission denied"),
    errno.EPERM: Sentence("permission denied"),
    errno.ENOENT: Sentence("no such file or directory"),
    errno.ENOTDIR: Sentence("not a directory"),
    errno.EISDIR: Sentence("is a directory"),
    errno.EEXIST: Sentence("file exists"),
    errno.ENAMETOOLONG: Sentence("file name too long"),
    errno.ENOSPC: Sentence("the disk is full"),
    errno.EROFS: Sentence("read-only file system"),
    errno.EIO: Sentence("the disk fails"),
}


def printable(text: str) -> str:
    """A text of others' in one line, without what could drive a terminal."""
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def shortened(text: str) -> str:
    """A text of others', printable and not too long to stand in a sentence."""
    plain = printable(text)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
