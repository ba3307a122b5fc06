"""What is wrong with a settings file is told in one sentence with the line and the key."""

import re
import time
from pathlib import Path

import pytest

from centara_giftcard.config.settings import examine, example_toml, load
from centara_giftcard.domain.errors import SettingsError

GOOD = """[till]
store = "12"
pos = "3"
currency = "EUR"
[loyalty]
server = "https://centara.online/x"
group = "acme"
[[series]]
name = "Classic"
number = "6091"
prefix = "6091"
length = 16
[scanner]
[printer]
"""


def fault(folder: Path, content: str | bytes) -> str:
    path = folder / "settings.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingsError) as caught:
        load(path)
    sentence = re.sub(r" \(and \d+ more: .*\)$", "", str(caught.value))
    assert sentence.isprintable()
    assert len(sentence) < 200 + len(str(path))
    return sentence


@pytest.mark.parametrize(
    ("written", "instead", "line", "problem"),
    [
        ('"EUR"', '"EURO"', 4, 'till.currency: "EURO" is not an ISO 4217 currency code'),
        ('"EUR"', '"eur"', 4, 'till.currency: "eur" is not an ISO 4217 currency code'),
        ('"12"', "12", 2, 'till.store: 12 must be a text, in quotes: "12"'),
        ('"12"', '"  "', 2, "till.store: must not be empty"),
        ('"12"', '"a\\u0007b"', 2, 'till.store: "a\ufffdb" holds a character that cannot be printed'),
        ('"12"', f'"{"x" * 21}"', 2, f'till.store: "{"x" * 21}" is longer than 20 characters'),
        ('"12"', "1979-05-27", 2, "till.store: 1979-05-27 must be a text in quotes"),
        ('"12"', '["12"]', 2, "till.store: a list must be a text in quotes"),
        ("pos =", "pso =", 3, "till.pso is not a setting: did you mean pos?"),
        ("pos =", 'locale = "xx_YY"\npos =', 3, 'till.locale: "xx_YY" is not a locale such as "en_IE"'),
        ("pos =", 'language = "fr"\npos =', 3, 'till.language: "fr" must be "system", "en", "de" or "is"'),
        (
            "pos =",
            'time_zone = "Dublin"\npos =',
            3,
            'till.time_zone: "Dublin" is not a time zone: did you mean "Europe/Dublin"?',
        ),
        (
            "pos =",
            'time_zone = "europe/berlin"\npos =',
            3,
            'till.time_zone: "europe/berlin" is not a time zone: did you mean "Europe/Berlin"?',
        ),
        (
            "pos =",
            'time_zone = "Mars/Olympus"\npos =',
            3,
            'till.time_zone: "Mars/Olympus" is not a time zone',
        ),
        (
            "pos =",
            'time_zone = "../etc/passwd"\npos =',
            3,
            'till.time_zone: "../etc/passwd" is not a time zone',
        ),
        ("pos =", 'time_zone = "Europe"\npos =', 3, 'till.time_zone: "Europe" is not a time zone'),
        (
            "pos =",
            'time_zone = ""\npos =',
            3,
            'till.time_zone: "" must be a time zone such as "Europe/Dublin", or "system"',
        ),
        ("pos =", "time_zone = 1\npos =", 3, "till.time_zone: 1 must be a time zone"),
        ("pos =", "training = 1\npos =", 3, "till.training: 1 must be true or false, without quotes"),
        ("[loyalty]", "[loyality]", 5, "loyality is not a setting: did you mean loyalty?"),
        ("group =", "colour = 1\ngroup =", 7, "loyalty.colour is not a setting"),
        ('"acme"', '".."', 7, 'loyalty.group: ".." cannot be used in an address'),
        (
            "group =",
            "reply_timeout_s = 0\ngroup =",
            7,
            "loyalty.reply_timeout_s: 0 must be a number of seconds",
        ),
        ("group =", "reply_timeout_s = nan\ngroup =", 7, "loyalty.reply_timeout_s: nan must be a number"),
        ("group =", "reply_timeout_s = inf\ngroup =", 7, "loyalty.reply_timeout_s: inf must be a number"),
        ("group =", "reply_timeout_s = true\ngroup =", 7, "loyalty.reply_timeout_s: true must be a number"),
        ("group =", 'wire.auth_header = "Host"\ngroup =', 7, "loyalty.wire.auth_header: "),
        ("group =", 'wire.auth_header = "A B"\ngroup =', 7, "loyalty.wire.auth_header: "),
        ("group =", 'wire.auth_scheme = "A\\r\\nB"\ngroup =', 7, "loyalty.wire.auth_scheme: "),
        ("group =", 'wire = {amount_field = "authCode"}\ngroup =', 7, "loyalty.wire"),
        ("https://", "http://", 6, 'loyalty.server: "http://centara.online/x" must begin with https://'),
        ("length = 16", "length = 65", 12, "series.length: 65 must be a whole number from 4 to 64"),
        ("length = 16", "length = 16.0", 12, "series.length: 16.0 must be a whole number from 4 to 64"),
        ("length = 16", "length = 4", 12, "series.length: 4 counts the whole number, prefix included"),
        ("length = 16", 'length = """\n\n"""', 12, "series.length: "),
        ("length = 16", 'length = 16\ncolour = "red"', 13, 'series.colour: "red" must be a colour'),
        ('prefix = "6091"', 'prefix = "60-91"', 11, 'series.prefix: "60-91" must be digits or plain letters'),
        ('prefix = "6091"\n', "", 8, "series.prefix is missing"),
        ("length = 16", f"length = 16.{'0' * 60}", 12, f"series.length: 16.{'0' * 36}… must be a whole"),
        (
            "length = 16",
            f"length = 0x{'f' * 5000}",
            12,
            "series.length: a number of thousands of digits must",
        ),
        ("length = 16", "length = 16\nmay_sell = 0", 13, "series.may_sell: 0 must be true or false"),
        ("length = 16", 'length = 16\nmay_accept = "no"', 13, 'series.may_accept: "no" must be true or'),
        ("[scanner]", "[scanner]\nbaud = 1", 14, "scanner.baud: 1 must be a whole number from 300"),
        ("[printer]", "[printer]\nwidth_mm = 81", 15, "printer.width_mm: 81 must be 58 or 80"),
        ("[printer]", '[printer]\naddress = "tcp://a"', 15, 'printer.address: "tcp://a" must be an address'),
        ("[printer]", '[printer]\nprofile = ""', 15, "printer.profile: must not be empty"),
        (
            "[printer]",
            "[printer]\ntemplates = 1.50",
            15,
            'printer.templates: 1.50 must be a text, in quotes: "1',
        ),
        ("[printer]", "[operators]\nsupervisors = 7", 15, "operators.supervisors: 7 must be a list in [ ]"),
        ("[printer]", "[operators]\nsupervisors = [7]", 15, "operators.supervisors: 7 must be an operator's"),
        (
            "[printer]",
            '[operators]\nsupervisors = ["123456789"]',
            15,
            'operators.supervisors: "123456789" must be an operator\'s number: 1 to 8 digits, in quotes',
        ),
        (
            "[printer]",
            '[operators]\nsupervisors = ["7", "7"]',
            15,
            'operators.supervisors: "7" is listed twice',
        ),
        ("[printer]", "[operators]\nrequired = 1", 15, "operators.required: 1 must be true or false"),
        ("[printer]", "printer = 3", 14, "scanner.printer is not a setting"),
        ("[till]", "till]", 1, "expected '=' after a key in a key/value pair"),
        ('"acme"', '"acme', 7, "a text has no quotes at its end"),
        ("[printer]", "[scanner]", 14, "this heading is there twice"),
        ("[printer]", "x = [", 14, "invalid value"),
    ],
)
def test_a_fault_is_told_with_its_line(
    tmp_path: Path, written: str, instead: str, line: int, problem: str
) -> None:
    assert GOOD.count(written) >= 1
    sentence = fault(tmp_path, GOOD.replace(written, instead, 1))
    assert sentence.startswith(f"settings.toml, line {line}: {problem}")


AN_AMOUNT = 'must be an amount such as "25.00"'


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ("minimum = 5.005", "minimum: 5.005 has more than the 2 decimals of EUR"),
        ("minimum = 5.000", "minimum: 5.000 has more than the 2 decimals of EUR"),
        ('minimum = "5.005"', 'minimum: "5.005" has more than the 2 decimals of EUR'),
        ("minimum = 0", "minimum: 0 must be above zero"),
        ('minimum = "0,00"', 'minimum: "0,00" must be above zero'),
        ("minimum = -5", f"minimum: -5 {AN_AMOUNT}"),
        ("minimum = true", f"minimum: true {AN_AMOUNT}"),
        ("minimum = nan", f"minimum: nan {AN_AMOUNT}"),
        ("minimum = inf", f"minimum: inf {AN_AMOUNT}"),
        ("minimum = 1e3", f"minimum: 1E+3 {AN_AMOUNT}"),
        ("minimum = 1e999999999", f"minimum: 1E+999999999 {AN_AMOUNT}"),
        ('minimum = "EUR 5"', f'minimum: "EUR 5" {AN_AMOUNT}'),
        ("minimum = [5]", f"minimum: a list {AN_AMOUNT}"),
        ("minimum = 10000000000", "minimum: 10000000000 is too large"),
        (f"minimum = 0x{'f' * 5000}", f"minimum: a number of thousands of digits {AN_AMOUNT}"),
        ("minimum = 5\nmaximum = 4.99", "maximum: 4.99 is below the minimum"),
        ("presets = 25", "presets: 25 must be a list in [ ]"),
        ("presets = [1,2,3,4,5,6,7,8,9]", "presets: must not list more than 8"),
        ('presets = [25, ""]', f'presets: "" {AN_AMOUNT}'),
        ('presets = [25, "25.00"]', 'presets: "25.00" is listed twice'),
        ("minimum = 5\npresets = [25, 4]", "presets: 4.00 is below the minimum"),
        ("maximum = 50\npresets = [25, 50.01]", "presets: 50.01 is above the maximum"),
        ("value = 50", 'value: needs a series with amount = "fixed"'),
        ('amount = "fixed"\nvalue = 0', "value: 0 must be above zero"),
        ('amount = "fixed"\npresets = [25]', 'presets: needs a series with amount = "any"'),
        ('amount = "fixed"\nminimum = 25', 'minimum: needs a series with amount = "any"'),
        ('amount = "fixed"\nmaximum = 25', 'maximum: needs a series with amount = "any"'),
        (
            'kind = "live_printed"\npackage_check = true',
            'package_check: needs a series with kind = "pre_issued"',
        ),
    ],
)
def test_a_fault_in_how_a_series_is_sold_is_told_with_its_line(
    tmp_path: Path, rules: str, problem: str
) -> None:
    line = 12 + len(rules.split("\n"))
    sentence = fault(tmp_path, GOOD.replace("length = 16", f"length = 16\n{rules}"))
    assert sentence == f"settings.toml, line {line}: series.{problem}"


def test_an_amount_in_a_currency_without_decimals_has_none(tmp_path: Path) -> None:
    text = GOOD.replace("EUR", "ISK").replace("length = 16", "length = 16\nminimum = 500.50")
    assert fault(tmp_path, text).endswith("series.minimum: 500.50 has more than the 0 decimals of ISK")
    assert fault(tmp_path, text.replace("500.50", '""" """')).endswith('" " must be an amount such as "25"')


@pytest.mark.parametrize(
    ("second", "line", "problem"),
    [
        ('name="b"\nnumber="6091"\nprefix="1"\nlength=9', 15, '"6091" is the number of an earlier series'),
        (
            'name="b"\nnumber="2"\nprefix="6091"\nlength=16',
            16,
            'an earlier series has "6091" and the same length',
        ),
        ('name="b"\nnumber="2"\nprefix="1"\nlength=3', 17, "3 must be a whole number from 4 to 64"),
        (
            'name="b"\nnumber="2"\nprefix="G"\nlength=9\ncheck_digit="luhn"',
            18,
            '"luhn" needs a prefix of digits',
        ),
    ],
)
def test_a_fault_in_a_later_series_is_found_there(
    tmp_path: Path, second: str, line: int, problem: str
) -> None:
    text = GOOD.split("[scanner]")[0].rstrip("\n") + f"\n[[series]] # another\n{second}\n"
    assert fault(tmp_path, text).startswith(f"settings.toml, line {line}: series.")
    assert problem in fault(tmp_path, text)


def test_the_same_key_in_other_tables_does_not_confuse_the_line(tmp_path: Path) -> None:
    text = GOOD.replace("[scanner]", '# prefix = ""\n[scanner]\nsuffix = """\nprefix = "x"\n"""\nprefix = 3')
    assert fault(tmp_path, text).startswith("settings.toml, line 18: scanner.prefix: 3 must be a text")


@pytest.mark.parametrize("key", ["store", "pos", "currency"])
def test_a_missing_key_is_told_with_its_table_s_line(tmp_path: Path, key: str) -> None:
    text = "".join(line for line in GOOD.splitlines(True) if not line.startswith(f"{key} "))
    assert fault(tmp_path, text) == f"settings.toml, line 1: till.{key} is missing"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("# nothing yet", "settings.toml: till.store is missing"),
        (b"[till]\nstore = '\xff'", "settings.toml, line 2: not UTF-8 text, save the file as UTF-8"),
        (GOOD.encode("utf-16"), "settings.toml, line 1: not UTF-8 text, save the file as UTF-8"),
        ("a = " + "1" * 5000, "settings.toml: a number has too many digits"),
        ("a = 1e" + "9" * 30, "settings.toml: a number has too many digits"),
        ("a = " + "[" * 30000, "settings.toml: the values are nested too deeply"),
        ('"' + "k" * 300 + '" = 1', f'settings.toml, line 1: "{"k" * 39}…" is not a setting'),
        ("series = [1]", "settings.toml, line 1: series: must be tables, each under a [[…]] of its own"),
        ("till = 3", "settings.toml, line 1: till: 3 must be a table, under a heading in [ ]"),
    ],
)
def test_a_file_that_is_no_settings_is_refused(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    assert fault(tmp_path, content) == sentence


def test_a_file_of_64_kib_loads_and_a_larger_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(GOOD.ljust(64 * 1024, "\n").encode())
    assert load(path).till.pos == "3"
    assert "is larger than 64 KiB" in fault(tmp_path, GOOD.ljust(64 * 1024 + 1, "\n"))


def test_a_long_hostile_value_is_refused_without_a_long_search(tmp_path: Path) -> None:
    text = "till = '''\n" + "x\n" * 30000 + "'''\n"
    assert fault(tmp_path, text).startswith("settings.toml: till: ")


def test_a_missing_file_a_folder_and_an_impossible_path_are_told_apart(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "none.toml", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / "x\0y", "cannot be read"),
        (tmp_path / ("n" * 300), "cannot be read|does not exist"),  # the latter on Windows
    ):
        with pytest.raises(SettingsError, match=reason):
            load(path)


def test_a_token_in_the_settings_is_not_repeated(tmp_path: Path) -> None:
    sentence = fault(tmp_path, example_toml().replace("group =", 'token = "s3cret"\ngroup =', 1))
    assert "loyalty.token is not a setting" in sentence
    assert "s3cret" not in sentence


# --- all at once -------------------------------------------------------------------------------------------


def all_faults(folder: Path, content: str | bytes) -> list[str]:
    path = folder / "settings.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [fault.sentence.removeprefix("settings.toml, ") for fault in examine(path).faults]


BROKEN = """[till]
store = 12
pos = "3"
currency = "EURO"
theme = "blue"
[loyalty]
server = "http://shop.example"
group =
[[series]]
name = "Classic"
number = "6091"
prefix = "60 91"
length = 16
minimum = "25"
maximum = "5.001"
[printer]
width = 80
templates = "C:\\shop\\templates"
"""


def test_all_faults_are_told_at_once_each_with_key_and_line(tmp_path: Path) -> None:
    assert all_faults(tmp_path, BROKEN) == [
        'line 2: till.store: 12 must be a text, in quotes: "12"',
        'line 4: till.currency: "EURO" is not an ISO 4217 currency code',
        'line 5: till.theme: "blue" must be "system", "light" or "dark"',
        'line 7: loyalty.server: "http://shop.example" must begin with https://: '
        "plain http is for this computer only",
        "line 8: invalid value",
        'line 12: series.prefix: "60 91" must be digits or plain letters',
        "line 17: printer.width is not a setting: did you mean width_mm?",
        r"""line 18: write a backslash twice ("C:\\shop"), or use single quotes ('C:\shop')""",
    ]


def test_the_till_s_own_sentence_tells_the_first_fault_and_how_many_more(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(BROKEN)
    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "settings.toml")
    assert str(caught.value) == (
        'settings.toml, line 2: till.store: 12 must be a text, in quotes: "12" '
        "(and 7 more: centara-giftcard doctor tells all)"
    )


def test_a_misspelt_heading_is_not_told_as_missing_settings_too(tmp_path: Path) -> None:
    told = all_faults(tmp_path, GOOD.replace("[loyalty]", "[loyality]"))
    assert told == ["line 5: loyality is not a setting: did you mean loyalty?"]
    assert all_faults(tmp_path, GOOD.replace("[loyalty]", "[loyalty"))[0].startswith("line 5: ")
    assert len(all_faults(tmp_path, GOOD.replace("[loyalty]", "[loyalty"))) == 1


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a mark"])
@pytest.mark.parametrize("end", [b"\r\n", b"\r"], ids=["Windows", "old Mac"])
def test_a_file_with_another_system_s_line_ends_is_read_and_told_alike(
    tmp_path: Path, mark: bytes, end: bytes
) -> None:
    def as_there(text: str) -> bytes:
        return mark + text.encode().replace(b"\n", end)

    assert all_faults(tmp_path, as_there(GOOD)) == []
    assert all_faults(tmp_path, as_there(BROKEN)) == all_faults(tmp_path, BROKEN)
    assert all_faults(tmp_path, as_there(example_toml())) == []


@pytest.mark.parametrize(
    "value", [r"C:\shop", r"C:\users\till", r"C:\xerox", r"C:\new\table", r"\\server\printer", r"COM\3"]
)
def test_a_path_as_windows_writes_it_is_told_with_the_way_out(tmp_path: Path, value: str) -> None:
    (told,) = all_faults(tmp_path, f'{GOOD}templates = "{value}"\n')
    assert told.startswith("line 15: ")
    assert told.endswith(r"""write a backslash twice ("C:\\shop"), or use single quotes ('C:\shop')""")
    assert all_faults(tmp_path, f"{GOOD}templates = '{value}'\n") == []


def test_an_empty_file_and_a_folder_are_told_as_such(tmp_path: Path) -> None:
    for content in ("", " \r\n\n"):
        assert fault(tmp_path, content).endswith("is empty: delete it to be asked for the settings anew.")
    with pytest.raises(SettingsError, match="is a folder"):
        load(tmp_path)


def test_hundreds_of_faults_are_told_without_a_long_search(tmp_path: Path) -> None:
    text = GOOD + "".join(f"x{n} = {n}\n" for n in range(900))
    began = time.perf_counter()
    assert len(all_faults(tmp_path, text)) == 900
    assert time.perf_counter() - began < 10
