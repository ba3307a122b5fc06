"""Whatever is wrong with a settings file is told in each of the till's languages, to its last word.

Every sentence that the settings' reader has is brought about here by a file; one that is added without a file
that brings it about fails this, and so does one without its translation.
"""

import ast
import re
import sys
from pathlib import Path
from typing import Final

import pytest
from unit.test_translations import PACKAGE, TRANSLATED, patterns, sentences_in, untranslated

from centara_giftcard.config.settings import examine
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.words import Words

READERS: Final = (
    *(f"config/{name}.py" for name in ("checks", "settings", "toml_file", "wire", "zones")),
    *("domain/addresses.py", "domain/dialect.py"),
)
FROM_ELSEWHERE = {
    "{problem} (and {count} more: centara-giftcard doctor tells all)",  # on standard error only
    "this cannot be read ({reason})",  # what a later Python may say of a line
}
if sys.platform == "win32":  # where a path below a file is merely not there
    FROM_ELSEWHERE |= {"The settings file {file} cannot be read: {reason}."}

TILL: Final = '[till]\nstore = "12"\npos = "3"\ncurrency = "EUR"\n'
LOYALTY: Final = '[loyalty]\nserver = "https://shop.example/x"\ngroup = "acme"\n'
SERIES: Final = '[[series]]\nname = "Classic"\nnumber = "6091"\nprefix = "6091"\nlength = 16\n'
WIRE: Final = f"{TILL}{LOYALTY}[loyalty.wire]\n"
GOOD: Final = TILL + LOYALTY + SERIES


def with_series(*lines: str) -> str:
    """A file whose series has these lines in place of its own of the same names."""
    names = [line.partition(" ")[0] for line in lines]
    kept = [line for line in SERIES.splitlines() if line.partition(" ")[0] not in names]
    return f"{TILL}{LOYALTY}" + "\n".join([*kept, *lines]) + "\n"


FILES: Final = (
    # no TOML
    *(f"{GOOD}{line}\n" for line in ("x 1", "x = ", "x = [", "x = 1 2", 'x = "a', "x = '''a", 'x = "\x07"')),
    *(f"{GOOD}{line}\n" for line in (r'x = "C:\shop"', r'x = "\ud800"', "x = 1979-02-31", "[x", "[[x]", "]")),
    *(
        f"{GOOD}{line}\n"
        for line in ("[till]", "x = {a = 1, a = 2}", "x = {a = 1", "length = 17", "= 1", "x. = 1")
    ),
    "x = 1" + "0" * 5000,
    "x = " + "[" * 30_000,
    # no settings of ours
    "till = 3",
    "series = 3",
    GOOD.replace("pos", "pso"),
    GOOD.replace("pos", "zzz"),
    # single values
    *(TILL.replace('"12"', it) + LOYALTY for it in ("12", "[]", "{}", '" "', f'"{"x" * 21}"', r'"a\u0007"')),
    TILL.replace('"12"', r'"C:\new"') + LOYALTY,
    TILL.replace('"12"', "0x" + "f" * 5000) + LOYALTY,
    *(TILL.replace("EUR", it) + LOYALTY for it in ("EURO", "eur")),
    *(
        f"{TILL}{line}\n{LOYALTY}"
        for line in (
            'theme = "blue"',
            'locale = "xx_YY"',
            'training = "yes"',
            "time_zone = 3",
            'time_zone = "Dublin"',
            'time_zone = "Mars/Olympus"',
        )
    ),
    *(
        TILL + LOYALTY.replace("https://shop.example/x", it)
        for it in (
            "shop.example",
            "https://a:b@shop.example",
            "https://shop.example/?x",
            "http://shop.example",
        )
    ),
    TILL + LOYALTY.replace("acme", ".."),
    f"{TILL}{LOYALTY}reply_timeout_s = 0\n",
    *(f'{GOOD}[printer]\naddress = "{it}"\n' for it in ("tcp://x", "tcp://:1")),
    *(f"{GOOD}[operators]\n{it}\n" for it in ("required = true", "supervisors = [7]", "supervisors = 7")),
    f'{GOOD}[operators]\nsupervisors = ["7", "7"]\n',
    f"{GOOD}[operators]\nsupervisors = {[*map(str, range(101))]}\n",
    # series
    with_series("length = 3"),
    with_series("length = 4"),
    with_series('prefix = "60 91"'),
    with_series('colour = "red"'),
    with_series('prefix = "GC"', 'check_digit = "luhn"'),
    with_series("letters = true", 'check_digit = "luhn"'),
    with_series("package_check = true", 'kind = "live_printed"'),
    *(with_series(f"minimum = {it}") for it in ("true", '"x"', "5.001", "0", "99999999999999")),
    with_series("value = 5"),
    with_series("minimum = 5", 'amount = "fixed"', "value = 5"),
    with_series("minimum = 5", "maximum = 4"),
    with_series("minimum = 5", "maximum = 6", "presets = [4, 7]"),
    GOOD + SERIES,
    # how the server speaks
    *(
        f"{WIRE}{line}\n"
        for line in (
            'auth_header = "Host"',
            'auth_scheme = "a b"',
            'auth_query = "a b"',
            'auth_query = "token"\nauth_scheme = "Token"',
            "time_zone = 3",
            'amount_field = "a.b.c.d"',
            'amount_field = "a..b"',
            'amount_field = "authCode"',
            'refused_when = ["x"]',
            'refused_when = ["a != 1", "A = 1"]',
            'refused_when = ["a = 1", "A != 1"]',
            'card_sent_as = "number"',
            'instrument_sent_as = "number"\ncode_sent_as = "code"\nseries_sent_as = "series"',
            'status_path = "cards/{card}"',
            'status_path = "//{card}"',
            'status_path = "/x"',
            'commit_path = "/x"',
            'issue_live_path = "/x"',
            'status_path = "/{number}"',
            'commit_path = "/{code}"\ncancel_path = "/{code}"',
        )
    ),
)


def faults(folder: Path, content: str | bytes) -> list[str]:
    """What is wrong with a file of this content."""
    path = folder / "settings.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return faults_at(path)


def faults_at(path: Path) -> list[str]:
    try:
        return [it.sentence for it in examine(path).faults]
    except SettingsError as fault:
        return [fault.sentence]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Every fault, with the text of its file."""
    folder = tmp_path_factory.mktemp("faults")
    found = [(told, text) for text in FILES for told in faults(folder, text)]
    for content in (b"", b"x = '\xff'", b"#" * (64 * 1024 + 1)):
        found += [(told, "") for told in faults(folder, content)]
    for path in (folder / "none.toml", folder, folder / "settings.toml" / "x"):
        found += [(told, str(path)) for told in faults_at(path)]
    return found


def test_every_sentence_of_the_settings_reader_is_brought_about(walked: list[tuple[str, str]]) -> None:
    trees = {name: ast.parse((PACKAGE / name).read_text(encoding="utf-8")) for name in READERS}
    known = {pattern: name for name, tree in trees.items() for pattern in patterns(tree)}
    told = {it.pattern for sentence, _ in walked for it in sentences_in(sentence)}
    assert {pattern: name for pattern, name in known.items() if pattern not in told | FROM_ELSEWHERE} == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_fault_is_told_in_the_window_s_language(walked: list[tuple[str, str]], language: str) -> None:
    words = Words(language)
    assert {text for fault, _ in walked for text in untranslated(fault, words)} == set()


def test_nothing_that_fills_a_sentence_is_english_of_ours(walked: list[tuple[str, str]]) -> None:
    """A text without a pattern is what stands in the file, or a name of a setting."""
    for fault, text in walked:
        for sentence in sentences_in(fault):
            plain = [
                it for it in sentence.fields.values() if isinstance(it, str) and not isinstance(it, Sentence)
            ]
            assert [it for it in plain if re.search(r"[a-z] [a-z]", it) and it.strip('"') not in text] == []
