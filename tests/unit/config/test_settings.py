"""What a settings file becomes: values of the domain, defaults, the example, the demo."""

import tomllib
from pathlib import Path

import pytest
from msgspec import to_builtins

from centara_giftcard.config.settings import (
    Settings,
    TillSettings,
    demo_settings,
    example_toml,
    load,
    with_server,
)
from centara_giftcard.domain.cards import CheckDigit, SaleRules, Series, SeriesKind, identify
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.sandbox import SAMPLE_CARDS, SAMPLE_SERIES

LEAST = """
[till]
store = "12"
pos = "3"
currency = "ISK"
[loyalty]
server = "https://centara.online/loyalty/api/v1/pos/"
group = "acme"
"""


def loaded(folder: Path, text: str) -> Settings:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_the_least_a_till_needs_gets_defaults_for_all_else(tmp_path: Path) -> None:
    settings = loaded(tmp_path, LEAST)
    assert settings.till == TillSettings("12", "3", Currency("ISK", 0))
    assert (settings.till.locale, settings.till.language, settings.till.theme) == ("en_IE", "en", "system")
    assert settings.loyalty.server == "https://centara.online/loyalty/api/v1/pos"
    assert (settings.loyalty.connect_timeout_s, settings.loyalty.reply_timeout_s) == (3.0, 10.0)
    assert settings.loyalty.wire == WireRules()
    assert settings.series == ()
    assert settings.operators.may_key_numbers
    assert settings.operators.supervisors == ()
    assert (settings.scanner.baud, settings.scanner.max_gap_ms) == (9600, 60)
    assert (settings.printer.address, settings.printer.width_mm) == ("", 80)
    assert (settings.printer.profile, settings.printer.templates) == ("default", "")
    assert settings.identity == "acme/12/3"


def test_the_example_loads_and_names_every_setting(tmp_path: Path) -> None:
    settings = loaded(tmp_path, example_toml())
    written = tomllib.loads(example_toml())
    known = to_builtins(settings)
    assert set(written) == set(known)
    assert set(written["till"]) == set(known["till"])
    assert set(written["loyalty"]) == set(known["loyalty"])
    assert set(written["loyalty"]["wire"]) == set(known["loyalty"]["wire"])
    series = known["series"][0]
    rules = set(series.pop("sale")) - {"fixed"} | {"amount"}
    assert set(written["series"][0]) == set(series) | rules
    assert set(written["scanner"]) == set(known["scanner"])
    assert set(written["printer"]) == set(known["printer"])
    assert set(written["operators"]) == set(known["operators"]) | {"required"}


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    settings, least = loaded(tmp_path, example_toml()), loaded(tmp_path, LEAST)
    assert (settings.loyalty, settings.operators) == (least.loyalty, least.operators)
    assert (settings.scanner, settings.printer) == (least.scanner, least.printer)
    assert settings.till.locale == least.till.locale
    assert settings.till.theme == least.till.theme
    assert settings.series == (Series("Classic", "6091", "6091", 16),)


def test_series_become_the_domain_s(tmp_path: Path) -> None:
    series = """
[[series]]
name = "Classic"
number = "1"
prefix = "6091"
length = 16
check_digit = "luhn"
colour = "#1f6FEB"
[[series]]
name = "Live"
number = "2"
prefix = "GC"
length = 9
kind = "live_printed"
amount = "fixed"
may_accept = false
"""
    settings = loaded(tmp_path, LEAST + series)
    assert settings.series == (
        Series("Classic", "1", "6091", 16, CheckDigit.LUHN, colour="#1f6FEB"),
        Series(
            "Live", "2", "GC", 9, kind=SeriesKind.LIVE_PRINTED, may_accept=False, sale=SaleRules(fixed=True)
        ),
    )


def sale_rules(folder: Path, currency: str, rules: str) -> SaleRules:
    series = f'[[series]]\nname = "C"\nnumber = "1"\nprefix = "6091"\nlength = 16\n{rules}\n'
    return loaded(folder, LEAST.replace("ISK", currency) + series).series[0].sale


def test_how_a_series_is_sold_is_told_in_amounts_of_the_till(tmp_path: Path) -> None:
    def eur(minor: int) -> Money:
        return Money(minor, Currency("EUR", 2))

    any_amount = 'minimum = "5"\nmaximum = 500\npresets = [25, 50.10, "100,00"]\npackage_check = true'
    assert sale_rules(tmp_path, "EUR", any_amount) == SaleRules(
        minimum=eur(500),
        maximum=eur(50_000),
        presets=(eur(2_500), eur(5_010), eur(10_000)),
        package_check=True,
    )
    fixed = 'amount = "fixed"\nvalue = "50.00"\nmay_sell = false'
    assert sale_rules(tmp_path, "EUR", fixed) == SaleRules(may_sell=False, fixed=True, value=eur(5_000))


@pytest.mark.parametrize(
    ("currency", "written", "minor"),
    [
        ("EUR", "0.07", 7),
        ("EUR", "9_007_199_254.01", 900_719_925_401),  # no binary fraction comes near enough to some of these
        ("KWD", "1.005", 1_005),
        ("ISK", "5000", 5_000),
        ("ISK", '"5000"', 5_000),
    ],
)
def test_an_amount_is_read_as_it_is_written(tmp_path: Path, currency: str, written: str, minor: int) -> None:
    minimum = sale_rules(tmp_path, currency, f"minimum = {written}").minimum
    assert minimum is not None
    assert minimum == Money(minor, Currency.of(currency))


def test_supervisors_are_numbers_with_their_leading_zeros(tmp_path: Path) -> None:
    settings = loaded(tmp_path, LEAST + '[operators]\nsupervisors = ["007", "12345678"]\n')
    assert settings.operators.supervisors == ("007", "12345678")


def test_a_printer_has_a_profile_and_templates_of_the_shop(tmp_path: Path) -> None:
    text = '[printer]\nprofile = "TM-T88V"\ntemplates = "/srv/till/receipts"\n'
    printer = loaded(tmp_path, LEAST + text).printer
    assert (printer.profile, printer.templates) == ("TM-T88V", "/srv/till/receipts")


def test_keys_may_be_written_in_any_way_toml_allows(tmp_path: Path) -> None:
    text = """
till = {store = "12", "pos" = '3', currency = "KWD"}
loyalty.server = "http://127.0.0.1:8080"
loyalty . group = "a"
loyalty.wire.net_excludes_holds = true
"""
    settings = loaded(tmp_path, text)
    assert settings.till.currency.decimals == 3
    assert settings.loyalty.wire.net_excludes_holds


def test_a_file_of_a_windows_editor_loads(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode())
    assert load(path).till.store == "12"


@pytest.mark.parametrize(
    "server", ["http://localhost:8080", "http://127.0.0.1/x", "http://[::1]:80", "https://exämple.is/a"]
)
def test_the_command_line_may_name_another_server(server: str) -> None:
    settings = with_server(demo_settings("http://127.0.0.1:1"), server)
    assert settings.loyalty.server == server
    assert settings.loyalty.group == "demo"


@pytest.mark.parametrize(
    "server",
    [
        "",
        "centara.online",
        "ftp://centara.online",
        "https://",
        "https://host:99999",
        "https://[::1",
        "https://user:secret@host/",
        "https://host/?a=b",
        "https://host/#a",
        "https://host /",
        "https://host\\@other",
        "https://host\n/",
        "http://centara.online",
        "http://0.0.0.0",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://localhost@evil.example",
    ],
)
def test_a_server_that_is_none_or_not_safe_is_refused(server: str) -> None:
    with pytest.raises(SettingsError, match=r"^--server: ") as refusal:
        with_server(demo_settings("http://127.0.0.1:1"), server)
    assert "secret" not in str(refusal.value)


def test_the_demo_knows_the_sandbox_s_cards() -> None:
    settings = demo_settings("http://127.0.0.1:1")
    card = identify("6091 0000 0000 0017", settings.series)
    assert card.series is not None
    assert card.series.name == "Classic"
    assert settings.identity == "demo/12/3"


def test_the_demo_sells_by_the_rules_of_the_sandbox_s_series() -> None:
    settings = demo_settings("http://127.0.0.1:1")
    ours = {one.number: one for one in settings.series}
    assert list(ours) == [one.number for one in SAMPLE_SERIES]
    for theirs in SAMPLE_SERIES:
        series = ours[theirs.number]
        assert series.name == theirs.name
        assert (series.kind is SeriesKind.LIVE_PRINTED) is theirs.live_printed
        assert (series.sale.value.minor if series.sale.value else None) == theirs.fixed
        assert series.sale.fixed is (theirs.fixed is not None)
    for sample in SAMPLE_CARDS:
        card = identify(sample.number, settings.series)
        assert card.series is ours[sample.series]
    unsold = {sample.series for sample in SAMPLE_CARDS if not sample.issued}
    assert unsold == {number for number, one in ours.items() if one.kind is SeriesKind.PRE_ISSUED}
    assert {one.name for one in ours.values() if one.sale.package_check} == {"Gift box"}
