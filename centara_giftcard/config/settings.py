"""The settings of a till: a TOML file on the outside, frozen Structs on the inside.

Every key the program knows is read here once, in the order of `resources/settings/example.toml`, which
explains them to a shop's support person. Anything else in the file is refused.
"""

from datetime import tzinfo
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from centara_giftcard.config import checks, toml_file, zones
from centara_giftcard.config.toml_file import Fault, Source, Table
from centara_giftcard.config.wire import wire_rules
from centara_giftcard.domain.cards import MAX_NUMBER, MIN_NUMBER, CheckDigit, SaleRules, Series, SeriesKind
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.errors import AmountError, SettingsError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.sentences import BadValue, Sentence
from centara_giftcard.resources import resource

Language = Literal["system", "en", "de", "is"]
Theme = Literal["system", "light", "dark"]
Parity = Literal["none", "even", "odd"]

MAX_PRESETS: Final = 8
MAX_SUPERVISORS: Final = 100


class TillSettings(Struct, frozen=True):
    """Which till this is and how it speaks.

    `time_zone` is the store's: a name of the IANA's, or `system` for the one this computer is set to.
    """

    store: str
    pos: str
    currency: Currency
    name: str = ""
    locale: str = "en_IE"
    language: Language = "en"
    theme: Theme = "system"
    training: bool = False
    sounds: bool = True
    time_zone: str = zones.SYSTEM

    @property
    def zone(self) -> tzinfo:
        """The store's zone, for every date and time of day that a person reads."""
        return zones.zone_of(self.time_zone)


class LoyaltySettings(Struct, frozen=True):
    """The Loyalty server: https, or http on loopback; no slash at the end of `server`."""

    server: str
    group: str
    connect_timeout_s: float = 3.0
    reply_timeout_s: float = 10.0
    wire: WireRules = field(default_factory=WireRules)


class OperatorSettings(Struct, frozen=True):
    """What operators may do at this till.

    `required`: somebody has to sign on, and each may do what their group may. Without that `supervisors` are
    the numbers of those who may close an exception; empty: whoever signs with a number. After `lock_after_s`
    without a press the till locks itself; 0 is never.
    """

    may_key_numbers: bool = True
    supervisors: tuple[str, ...] = ()
    required: bool = False
    lock_after_s: int = 0


class ScannerSettings(Struct, frozen=True):
    """`prefix` and `suffix` are what the scanner puts around a number; `serial_port` may be empty.

    `baud`, `parity`, `data_bits` and `stop_bits` are for a serial scanner. `max_gap_ms`: keys of a keyboard
    wedge that follow each other so fast may be a scanner's, and a lone key is held back so long.
    """

    serial_port: str = ""
    baud: int = 9600
    parity: Parity = "none"
    data_bits: int = 8
    stop_bits: int = 1
    prefix: str = ""
    suffix: str = ""
    max_gap_ms: int = 60


class PrinterSettings(Struct, frozen=True):
    """`address` may be empty; `width_mm` is the paper's, 58 or 80; `baud` is for a serial printer.

    `automatic`: receipts of what was taken, sold and undone are printed without being asked for. `profile`
    is python-escpos's name of the printer's model; `templates` a folder of the shop's own receipt templates,
    empty for those that come with the program.
    """

    address: str = ""
    width_mm: int = 80
    baud: int = 9600
    automatic: bool = True
    profile: str = "default"
    templates: str = ""


class Settings(Struct, frozen=True):
    """Everything a settings file says."""

    till: TillSettings
    loyalty: LoyaltySettings
    series: tuple[Series, ...] = ()
    operators: OperatorSettings = field(default_factory=OperatorSettings)
    scanner: ScannerSettings = field(default_factory=ScannerSettings)
    printer: PrinterSettings = field(default_factory=PrinterSettings)

    @property
    def identity(self) -> str:
        """This till's name among all: group/store/pos; the keyring knows its token by it."""
        return f"{self.loyalty.group}/{self.till.store}/{self.till.pos}"


# What stands where a settings file says nothing; what it must say is empty here.
_TILL = TillSettings("", "", Currency.of("EUR"))
_LOYALTY = LoyaltySettings("", "")
_OPERATORS, _SCANNER, _PRINTER = OperatorSettings(), ScannerSettings(), PrinterSettings()
_SALE, _SERIES = SaleRules(), Series("", "", "", 0)


class Examined(Struct, frozen=True):
    """A settings file with all that is wrong with it. What cannot be used has a value that stands in for it.

    `wrong` is where: more than is told, for what only follows from another fault is no fault of its own.
    `readable` is False where the file is so far from TOML that nothing of it was read.
    """

    settings: Settings
    faults: tuple[Fault, ...]
    wrong: frozenset[tuple[str | int, ...]]
    readable: bool = True

    def sound(self, *path: str) -> bool:
        """Whether a part of the settings can be used as it stands, such as `"till", "time_zone"`."""
        return self.readable and not any(place[: len(path)] == path for place in self.wrong)


def load(path: Path) -> Settings:
    """Read a settings file. Raises SettingsError: one sentence with the line and the key where it can."""
    found = examine(path)
    if found.faults:
        first, *more = found.faults
        if not more:
            raise SettingsError(first.sentence)
        told = "{problem} (and {count} more: centara-giftcard doctor tells all)"
        raise SettingsError(Sentence(told, problem=first.sentence, count=len(more)))
    return found.settings


def examine(path: Path) -> Examined:
    """Read a settings file and find all its faults. Raises SettingsError where it cannot be read at all."""
    return _examined(toml_file.read(path))


def examine_text(name: str, text: str) -> Examined:
    """The same of a text that is to be written to a file called `name`."""
    return _examined(Source(name, text))


def _examined(source: Source) -> Examined:
    root = source.root()
    till, loyalty, series = root.table("till"), root.table("loyalty"), root.tables("series")
    operators, scanner, printer = root.table("operators"), root.table("scanner"), root.table("printer")
    root.done()
    this_till = _till(till)
    settings = Settings(
        this_till,
        _loyalty(loyalty),
        _all_series(series, this_till.currency if source.sound("till", "currency") else None),
        _operators(operators),
        _scanner(scanner),
        _printer(printer),
    )
    return Examined(settings, source.faults(), source.wrong, source.readable)


def with_server(settings: Settings, server: str) -> Settings:
    """Return the settings with another server, from the command line. Raises SettingsError."""
    try:
        return replace(settings, loyalty=replace(settings.loyalty, server=checks.server(server)))
    except BadValue as bad:
        raise SettingsError(Sentence("{key}: {problem}", key="--server", problem=bad.sentence)) from None


def demo_settings(server: str) -> Settings:
    """Return the settings of the demo, on a sandbox server's address."""
    euro = Currency.of("EUR")
    least, low, middle, high, most = (Money(minor, euro) for minor in (500, 2_500, 5_000, 10_000, 50_000))
    presets = (low, middle, high)
    return Settings(
        TillSettings(store="12", pos="3", currency=euro, name="Front desk", language="system"),
        LoyaltySettings(server=server, group="demo"),
        (
            Series(
                "Classic", "6091", "6091", 16, sale=SaleRules(minimum=least, maximum=most, presets=presets)
            ),
            Series("Live", "6092", "6092", 16, kind=SeriesKind.LIVE_PRINTED, sale=SaleRules(presets=presets)),
            Series("Gift box", "6093", "6093", 16, sale=SaleRules(presets=presets, package_check=True)),
            Series("Fifty", "6094", "6094", 16, sale=SaleRules(fixed=True, value=middle)),
        ),
    )


def example_toml() -> str:
    """Return the example file: complete, loadable, commented for a shop's support person."""
    return resource("settings/example.toml").read_text(encoding="utf-8")


def _till(table: Table) -> TillSettings:
    found = TillSettings(
        store=table.need("store", checks.text(20, 1), ""),
        pos=table.need("pos", checks.text(20, 1), ""),
        name=table.read("name", checks.text(40), _TILL.name),
        currency=table.need("currency", checks.currency, Currency.of("EUR")),
        locale=table.read("locale", checks.locale, _TILL.locale),
        language=table.read("language", checks.one_of("system", "en", "de", "is"), _TILL.language),
        theme=table.read("theme", checks.one_of("system", "light", "dark"), _TILL.theme),
        training=table.read("training", checks.flag, _TILL.training),
        sounds=table.read("sounds", checks.flag, _TILL.sounds),
        time_zone=table.read("time_zone", zones.checked, _TILL.time_zone),
    )
    table.done()
    return found


def _loyalty(table: Table) -> LoyaltySettings:
    found = LoyaltySettings(
        server=table.need("server", checks.server, ""),
        group=table.need("group", checks.segment, ""),
        connect_timeout_s=table.read("connect_timeout_s", checks.seconds, _LOYALTY.connect_timeout_s),
        reply_timeout_s=table.read("reply_timeout_s", checks.seconds, _LOYALTY.reply_timeout_s),
        wire=wire_rules(table.table("wire")),
    )
    table.done()
    return found


def _all_series(tables: list[Table], currency: Currency | None) -> tuple[Series, ...]:
    found: list[Series] = []
    for table in tables:
        series = _series(table, currency)
        table.done()
        if not table.sound:
            continue
        if any(series.number == other.number for other in found):
            told = '"{number}" is the number of an earlier series'
            table.fault("number", Sentence(told, number=series.number))
        if any((series.prefix, series.length) == (other.prefix, other.length) for other in found):
            told = 'an earlier series has "{prefix}" and the same length'
            table.fault("prefix", Sentence(told, prefix=series.prefix))
        found.append(series)
    return tuple(found)


def _series(table: Table, currency: Currency | None) -> Series:
    series = Series(
        name=table.need("name", checks.text(40, 1), ""),
        number=table.need("number", checks.segment, ""),
        prefix=table.need("prefix", checks.prefix, ""),
        length=table.need("length", checks.whole(MIN_NUMBER, MAX_NUMBER), MAX_NUMBER),
        check_digit=CheckDigit(table.read("check_digit", checks.one_of("none", "luhn"), "none")),
        kind=SeriesKind(table.read("kind", checks.one_of("pre_issued", "live_printed"), "pre_issued")),
        colour=table.read("colour", checks.colour, ""),
        description=table.read("description", checks.text(200), ""),
        letters=table.read("letters", checks.flag, _SERIES.letters),
        may_accept=table.read("may_accept", checks.flag, _SERIES.may_accept),
        sale=_sale(table, currency),
    )
    if not table.sound:
        return series  # what does not go together is told once each value is one
    if series.length <= len(series.prefix):
        told = "{length} counts the whole number, prefix included"
        table.fault("length", Sentence(told, length=series.length))
    if series.check_digit is CheckDigit.LUHN and not series.prefix.isdecimal():
        table.fault("check_digit", Sentence('"luhn" needs a prefix of digits'))
    if series.letters and series.check_digit is CheckDigit.LUHN:
        table.fault("letters", Sentence('true does not go with check_digit = "luhn"'))
    if series.sale.package_check and series.kind is SeriesKind.LIVE_PRINTED:
        told = "needs a series with {setting}"
        table.fault("package_check", Sentence(told, setting='kind = "pre_issued"'))
    return series


def _sale(table: Table, currency: Currency | None) -> SaleRules:
    amount = checks.amount(currency or Currency.of("EUR"))
    one, several = checks.or_none(amount), checks.listed(amount, MAX_PRESETS)
    if currency is None:  # which is told already; without it no amount can be judged
        one, several = lambda _value: None, lambda _value: ()
    found = SaleRules(
        may_sell=table.read("may_sell", checks.flag, _SALE.may_sell),
        fixed=table.read("amount", checks.one_of("any", "fixed"), "any") == "fixed",
        value=table.read("value", one, _SALE.value),
        minimum=table.read("minimum", one, _SALE.minimum),
        maximum=table.read("maximum", one, _SALE.maximum),
        presets=table.read("presets", several, _SALE.presets),
        package_check=table.read("package_check", checks.flag, _SALE.package_check),
    )
    for key in ("minimum", "maximum", "presets") if found.fixed else ("value",):
        if getattr(found, key):  # it would be ignored, and whoever wrote it meant something
            setting = f'amount = "{"any" if found.fixed else "fixed"}"'
            table.fault(key, Sentence("needs a series with {setting}", setting=setting))
    if found.minimum and found.maximum and found.maximum < found.minimum:
        table.fault("maximum", Sentence("{value} is below the minimum", value=found.maximum.decimal))
    for preset in found.presets:
        try:
            found.check(preset)
        except AmountError as error:
            value, low = preset.decimal, error.reason == "below_minimum"
            below, above = "{value} is below the minimum", "{value} is above the maximum"
            table.fault("presets", Sentence(below, value=value) if low else Sentence(above, value=value))
    return found


def _operators(table: Table) -> OperatorSettings:
    found = OperatorSettings(
        may_key_numbers=table.read("may_key_numbers", checks.flag, _OPERATORS.may_key_numbers),
        supervisors=table.read(
            "supervisors", checks.listed(checks.operator, MAX_SUPERVISORS), _OPERATORS.supervisors
        ),
        required=table.read("required", checks.flag, _OPERATORS.required),
        lock_after_s=table.read("lock_after_s", checks.whole(0, 86_400), _OPERATORS.lock_after_s),
    )
    table.done()
    return found


def _scanner(table: Table) -> ScannerSettings:
    mark = checks.text(16, printable=False)  # scanners like to send STX and ETX
    found = ScannerSettings(
        serial_port=table.read("serial_port", checks.text(200), _SCANNER.serial_port),
        baud=table.read("baud", checks.whole(300, 4_000_000), _SCANNER.baud),
        parity=table.read("parity", checks.one_of("none", "even", "odd"), _SCANNER.parity),
        data_bits=table.read("data_bits", checks.one_of(7, 8), _SCANNER.data_bits),
        stop_bits=table.read("stop_bits", checks.one_of(1, 2), _SCANNER.stop_bits),
        prefix=table.read("prefix", mark, _SCANNER.prefix),
        suffix=table.read("suffix", mark, _SCANNER.suffix),
        max_gap_ms=table.read("max_gap_ms", checks.whole(5, 500), _SCANNER.max_gap_ms),
    )
    table.done()
    return found


def _printer(table: Table) -> PrinterSettings:
    found = PrinterSettings(
        address=table.read("address", checks.printer, _PRINTER.address),
        width_mm=table.read("width_mm", checks.one_of(58, 80), _PRINTER.width_mm),
        baud=table.read("baud", checks.whole(300, 4_000_000), _PRINTER.baud),
        automatic=table.read("automatic", checks.flag, _PRINTER.automatic),
        profile=table.read("profile", checks.text(64, 1), _PRINTER.profile),
        templates=table.read("templates", checks.text(255), _PRINTER.templates),
    )
    table.done()
    return found
