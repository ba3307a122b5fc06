"""Strategies for what a hostile or broken server may send: documents, headers, whole answers on the wire."""

import gzip
import json
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fuzz.secrets_planted import CARD, CODE, GROUPED, HELD_CODE, INSTRUMENT, OTHER_CARD, TOKEN
from hypothesis import strategies as st

_ACCOUNT: Final = {
    "amountNet": "50.00",
    "amountOriginal": "75",
    "amountFloor": "0",
    "amountAuthorized": "5.5",
}
_DOCUMENTS: Final[Mapping[str, dict[str, str]]] = {
    "status": {
        "giftCardId": json.dumps(INSTRUMENT.reveal()),
        "created": '"2026-01-05T09:30:00Z"',
        "expiryDate": '"2027-01-05T09:30:00+01:00"',
        "startDate": "null",
        "seriesNumber": '"6091"',
        "account": "",
        "customer": '{"name": "Anna"}',
        "giftCardNumber": json.dumps(CARD.reveal()),
    },
    "named": {
        "giftCardId": json.dumps(INSTRUMENT.reveal()),
        "seriesNumber": '"6091"',
        "account": "",
        "customer": f'{{"name": "Card {GROUPED}"}}',
    },
    "pay": {"authCode": json.dumps(HELD_CODE.reveal()), "amount": "25.00", "account": ""},
    "problem": {"title": '"No"', "detail": '"Not today."', "status": "409", "code": '"x"', "message": '"m"'},
}
_ABSURD: Final = (
    "NaN",
    "Infinity",
    "-Infinity",
    "null",
    "true",
    "[]",
    "{}",
    "-1",
    "-0",
    "0",
    "1e-3",
    "25.005",
    "1E999999999",
    "1e-99999999999999999999",
    "9" * 5000,
    "0." + "0" * 5000 + "1",
    "25." + "0" * 60,
    "01",
    ".5",
    "+1",
    "0x1",
    "١",
    '""',
    '" "',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"\\u202eevil"',
    '"<b>page</b>"',
    '"two\\nlines"',
    '"25.00"',
    '"0001-01-01T00:00:00"',
    '"9999-12-31T23:59:59Z"',
    '"2026-02-30T00:00:00Z"',
    '"2026-W01-1"',
    '"0001-01-01T00:00:00+14:00"',
    '"2026-01-05T24:00:00Z"',
    '"2026-01-05T09:30:00+99:99"',
    '"x',
    "'x'",
    "[" * 3000,
    '{"a":' * 3000,
    "[" * 200 + "]" * 200,
    '{"name": "a", "name": "b"}',
    '"' + "x" * 300 + '"',
    '"../../x"',
    '"."',
)
_WORDS: Final = (
    "Card {} is blocked",
    "{}",
    "token {}!",
    "Insufficient funds",
    "{}{}",
    "é{}",
    "\u200b{}",
    "Call {}",
)
_SECRETS: Final = (
    CARD.reveal(),
    GROUPED,
    INSTRUMENT.reveal(),
    CODE.reveal(),
    HELD_CODE.reveal(),
    TOKEN.reveal(),
    OTHER_CARD.reveal(),
)
_CODINGS: Final = ("utf-8-sig", "utf-16", "utf-32", "latin-1", "utf-7")
_CANNED: Final = (
    b"",
    b" ",
    b"\x00",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"{}",
    b"<html><title>502</title></html>",
    b"OK",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"9" * 100_000,
    b'{"authCode": "',
    b'{"authCode": "x' + b'\\"' * 5_000,
    gzip.compress(b"{}" * 100_000),
    zlib.compress(b"0" * 1_000_000),
    b"\x1f\x8b\x08garbage",
    b'{"authCode": "A", "authCode": "B"}',
    b'{"detail": {"authCode": "A"}}',
    b"x" * (1024 * 1024 + 1),
)
_VALUES: Final = {
    "retry-after": (
        "0",
        "-5",
        "12",
        "1.5",
        "9" * 400,
        "nan",
        "inf",
        "soon",
        "",
        "1e9",
        "Mon, 05 Jan 2026 10:00:30 GMT",
        "Mon, 99 Foo 9999 99:99:99 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Sat, 01 Jan 0001 00:00:00 +2359",
        "١٢",
        TOKEN.reveal(),
        "1 Jan 1",
        "Mon, 05 Jan 2026 10:00:00 " + "9" * 30,
    ),
    "date": (
        "Mon, 05 Jan 2026 10:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Sat, 01 Jan 0001 00:00:00 +2359",
        "garbage",
        "",
        "0",
        "Mon, 05 Jan 99999999999 10:00:00 GMT",
    ),
    "content-type": (
        "application/json",
        "application/json; charset=utf-16",
        "text/html",
        "TEXT/HTML;charset=x",
        "application/xhtml+xml",
        "application/problem+json",
        "",
        ";;;",
        "application/json; charset=\u00ff",
    ),
    "content-encoding": ("identity", " Identity ", "gzip", "br", "deflate, gzip", "\u00ff", ""),
    "location": (f"http://evil.invalid/{CARD.reveal()}", "//", "http://[", ""),
    "set-cookie": (f"a={TOKEN.reveal()}",),
    "connection": ("close", "keep-alive", "upgrade"),
    "upgrade": ("h2c", "websocket"),
    "x-long": ("y" * 20_000,),
}
_STATUS_CODES: Final = (
    *(200,) * 20,
    201,
    202,
    204,
    205,
    299,
    300,
    301,
    302,
    304,
    307,
    308,
    400,
    401,
    402,
    403,
    404,
    405,
    408,
    409,
    410,
    418,
    422,
    429,
    451,
    499,
    500,
    502,
    503,
    504,
    599,
    600,
    999,
)
ENDS: Final = (
    TimeoutError(110, CARD.reveal()),
    BrokenPipeError(32, CODE.reveal()),
    ssl.SSLError(1, CARD.reveal()),
    ValueError(CARD.reveal()),
    ConnectionResetError(104, TOKEN.reveal()),
)
"""How a read may fail; each names a secret, as the texts of such exceptions could."""


@dataclass(frozen=True)
class Answer:
    """One answer on the wire: `pieces` as they arrive, after `after_s` seconds, then the end of the line
    or `end` raised.

    `clean` is False where the bytes were damaged on the way, so that `code`, `headers` and `body` say only
    what was meant.
    """

    code: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    pieces: tuple[bytes, ...]
    end: Exception | None
    clean: bool
    after_s: float = 0.0

    def header(self, name: str) -> str:
        """A header's value, or nothing where there is none or several."""
        found = [value for key, value in self.headers if key == name]
        return found[0] if len(found) == 1 else ""

    def __repr__(self) -> str:
        shown = b"".join(self.pieces)
        wire = repr(shown) if len(shown) < 2_000 else f"{shown[:2_000]!r}... {len(shown)} bytes"
        end = f"{len(self.pieces)} pieces, end={self.end!r}, clean={self.clean}, after_s={self.after_s}"
        return f"Answer({wire} in {end})"


_worded = st.tuples(st.sampled_from(_WORDS), st.sampled_from(_SECRETS)).map(
    lambda said: json.dumps(said[0].replace("{}", said[1]), ensure_ascii=len(said[1]) % 2 == 0)
)
raw_values = st.one_of(
    st.sampled_from(_ABSURD),
    _worded,
    _worded.map(lambda text: f'{{"firstName": {text}, "lastName": {text}}}'),
    st.integers(-5, 10**13).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    st.text(max_size=30).map(json.dumps),
)
"""JSON texts of one value: valid, absurd, or no JSON at all."""

_changes = st.tuples(st.sampled_from(("set", "set", "remove", "twice")), st.integers(0, 15), raw_values)

_many_changes = st.sampled_from((0, 1, 1, 1, 2, 3)).flatmap(
    lambda number: st.lists(_changes, min_size=number, max_size=number)
)
_DAMAGES: Final = ("",) * 9 + ("coding", "cut", "bytes")


def _written(members: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in members) + "}"


def _changed(members: list[tuple[str, str]], change: tuple[str, int, str]) -> None:
    how, place, value = change
    place %= len(members)
    name = members[place][0]
    if how == "set":
        members[place] = (name, value)
    elif how == "twice":
        members.append((name, value))
    elif len(members) > 1:
        del members[place]


@st.composite
def documents(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(_DOCUMENTS)) -> bytes:
    """A valid document with up to three things wrong with it, perhaps in another coding, cut, or damaged."""
    members = list(_DOCUMENTS[draw(st.sampled_from(kinds))].items())
    account = list(_ACCOUNT.items())
    for change in draw(_many_changes):
        inner = change[1] > 10 and members[0][0] != "title"
        _changed(account if inner else members, change)
    text = _written([(n, v if (n, v) != ("account", "") else _written(account)) for n, v in members])
    damage = draw(st.sampled_from(_DAMAGES))
    if damage == "coding":
        return text.encode(draw(st.sampled_from(_CODINGS)), errors="replace")
    body = text.encode(errors="surrogatepass")
    if damage == "cut":
        return body[: draw(st.integers(0, len(body)))]
    if damage == "bytes":
        place = draw(st.integers(0, len(body)))
        return body[:place] + draw(st.binary(min_size=1, max_size=4)) + body[place + 1 :]
    return body


_canned = st.sampled_from(_CANNED)


def bodies(kinds: tuple[str, ...] = tuple(_DOCUMENTS)) -> st.SearchStrategy[bytes]:
    """Bytes of an answer: mostly documents, else arbitrary."""
    nearly = documents(kinds)
    kinds_of_body = (nearly,) * 10 + (st.binary(max_size=60), _canned)  # one_of would not count the copies
    return st.sampled_from(kinds_of_body).flatmap(lambda kind: kind)


_named = st.sampled_from(sorted(_VALUES)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(_VALUES[name]))
)
_any_header = st.tuples(
    st.sampled_from(("retry-after", "date", "content-type", "x-y")),
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=30),
)
headers = st.sampled_from((0, 0, 1, 1, 2, 3)).flatmap(
    lambda number: st.lists(_named | _any_header, min_size=number, max_size=number).map(tuple)
)
"""Header fields, most of them absurd."""


@st.composite
def answers(
    draw: st.DrawFn, kinds: tuple[str, ...] = tuple(_DOCUMENTS), codes: tuple[int, ...] = _STATUS_CODES
) -> Answer:
    """An answer as it comes over the wire, mostly framed well, sometimes damaged, cut or ended by a fault."""
    code, fields, body = draw(st.sampled_from(codes)), draw(headers), draw(bodies(kinds))
    frame = draw(st.sampled_from(("length",) * 9 + ("chunked", "close", "short", "long", "bad chunks")))
    head = [f"HTTP/1.1 {code} {draw(st.sampled_from(('OK', '', 'No')))}"]
    head += [f"{name}: {value}" for name, value in fields]
    if frame in ("length", "short", "long"):
        size = len(body) + {"length": 0, "short": -1, "long": 7}[frame]
        head.append(f"Content-Length: {size}")
    elif frame != "close":
        head.append("Transfer-Encoding: chunked")
        body_on_wire = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    on_wire = body_on_wire if frame == "chunked" else b"ZZ\r\n" + body if frame == "bad chunks" else body
    wire = "\r\n".join([*head, "", ""]).encode("latin-1", errors="replace") + on_wire
    fault = draw(st.sampled_from(("",) * 8 + ("damaged", "cut")))
    clean = frame in ("length", "chunked", "close") and not fault and code not in (204, 205, 304)
    if fault == "damaged":
        place = draw(st.integers(0, len(wire)))
        wire = wire[:place] + draw(st.binary(max_size=4)) + wire[place + draw(st.integers(0, 3)) :]
    elif fault == "cut":
        wire = wire[: draw(st.integers(0, len(wire)))]
    ends = fault or frame in ("short", "long", "bad chunks")
    end = draw(st.sampled_from((None, *ENDS))) if ends else None
    cuts = sorted(draw(st.lists(st.integers(0, len(wire)), max_size=3)))
    pieces = tuple(wire[a:b] for a, b in zip((0, *cuts), (*cuts, len(wire)), strict=True) if a < b)
    return Answer(code, fields, body, pieces, end, clean and all(_sane(value) for _, value in fields))


def _sane(value: str) -> bool:
    """Whether a header value passes h11 unchanged; one that does not makes the answer unreadable as HTTP."""
    return value.isprintable() and value.isascii() and len(value) < 10_000


TWICE: Final = "there twice"


def as_json(body: bytes) -> Any:
    """What the standard library reads in a body, numbers as texts; None where it reads nothing.

    What is no UTF-8 costs only its letters, which `parse` says too.

    A member that is there twice with different values, or with any objects or lists, is TWICE.
    """

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(pairs)
        for name in read:
            told = [value for key, value in pairs if key == name]
            alike = all(type(it) is type(told[0]) and it == told[0] for it in told)
            if len(told) > 1 and (not alike or isinstance(told[0], dict | list)):
                read[name] = TWICE
        return read

    try:
        return json.loads(
            body.decode("utf-8-sig", errors="replace"),
            parse_int=str,
            parse_float=str,
            parse_constant=str,
            object_pairs_hook=members,
        )
    except (ValueError, RecursionError):
        return None
