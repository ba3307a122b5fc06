"""Every page of the first set-up, made by its own presenter, in each language."""

from collections.abc import Callable, Mapping
from typing import Any

from ui.till_samples import payment

from centara_giftcard.config.first import Verdict, judge, normal
from centara_giftcard.config.settings import demo_settings, examine_text
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, OutcomeUnknown, StatusFailed
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.probe.run import card_of
from centara_giftcard.probe.sentences import left_behind, to_set, why
from centara_giftcard.ui.presenters.fault import FaultPresenter
from centara_giftcard.ui.presenters.setup import SetupPresenter
from centara_giftcard.ui.presenters.setup_work import Kept, ServerSaid
from centara_giftcard.ui.presenters.trial import TrialPresenter, Tried
from centara_giftcard.ui.presenters.views import LockView, ShellView
from centara_giftcard.ui.shell import Shell
from centara_giftcard.words import Words

CARD = "6091000000000017"
FILE = "/home/till/.config/centara-giftcard/settings.toml"
BROKEN = """\
[till]
store = 12
pos = "3"
currency = "EURO"
time_zone = "Dublin"
theme = "blue"
[loyalty]
server = "http://shop.example"
group =
[printer]
templates = "C:\\shop\\templates"
"""
FAULTS = [it.sentence for it in examine_text("settings.toml", BROKEN).faults]

_THIS_TILL = ["12", "3", "Front desk", "EUR"]
_SERVER = [*_THIS_TILL, "https://centara.online/loyalty/api/v1/pos", "acme", "secret-token"]


class _Silent:
    def cancel(self) -> None:
        """Nothing was under way."""


class _Work:
    """The real judge; a server and a disk that answer as `server` and `kept` say, or not at all."""

    now_s = staticmethod(lambda: 0.0)

    def __init__(self) -> None:
        self.told: dict[str, Callable[[Any], None]] = {}

    def judge(self, name: str, typed: str, answers: Mapping[str, str]) -> Verdict:
        return judge(name, typed, answers)

    def normal(self, name: str, typed: str) -> str:
        return normal(name, typed)

    def check_server(self, _answers: object, told: Callable[[Any], None]) -> _Silent:
        self.told["server"] = told
        return _Silent()

    def try_server(self, _answers: object, _found: object) -> None:
        """No probe is made."""

    def listen(self, _answers: object) -> None:
        """There is no scanner."""

    def keep(self, _file: str, _answers: object, told: Callable[[Any], None]) -> _Silent:
        self.told["kept"] = told
        return _Silent()

    def later(self, _seconds: float, call: Callable[[], None]) -> _Silent:
        self.told["late"] = lambda _: call()
        return _Silent()


def page(language: str, *acts: str | tuple[str, Any]) -> tuple[ShellView, LockView]:
    """What stands there after answers (a text and Enter), keys (">enter"), scans and what was told."""
    shown: list[tuple[ShellView, LockView]] = []
    work = _Work()
    presenter = SetupPresenter(
        work,
        lambda spoken: Words(language if spoken == "system" else spoken),
        lambda bars, view: shown.append((bars, view)),
        lambda _title: None,
        lambda: "",
        lambda _finished: None,
        file=FILE,
        answers={"loyalty.server": "https://centara.online/loyalty/api/v1/pos"},
        ask_token=True,
    )
    for act in acts:
        if isinstance(act, tuple):
            what, told = act
            if what == "scan":
                presenter.scanned(told)
            elif what == "port":
                presenter.port_told(told)
            else:
                work.told[what](told)
        elif act.startswith(">"):
            presenter.key(act[1:])
        else:
            presenter.key("delete")
            for sign in act.removesuffix("\n"):
                presenter.key("space" if sign == " " else sign)
            if not act.endswith("\n"):
                presenter.key("enter")
    presenter.render()
    return shown[-1]


def fault(language: str) -> tuple[ShellView, LockView]:
    """A till that cannot start."""
    shown: list[tuple[ShellView, LockView]] = []
    FaultPresenter(
        Words(language), FAULTS, lambda bars, view: shown.append((bars, view)), lambda _: None
    ).render()
    return shown[-1]


def trial(language: str, *acts: str, tried: Tried | None = None) -> tuple[ShellView, LockView]:
    """A probe of the server after these keys (">…" are named ones), and as it ended."""
    shown: list[tuple[ShellView, LockView]] = []
    work = _Trial()
    presenter = TrialPresenter(
        work, Words(language), lambda *page: shown.append(page), lambda _title: None, lambda: None
    )
    for act in acts:
        for key in [act[1:]] if act.startswith(">") else act:
            presenter.key(key)
    if tried is not None:
        work.told(tried)
    presenter.render()
    return shown[-1]


class _Trial:
    now_s = staticmethod(lambda: 0.0)
    told: Callable[[Tried], None]

    def judge(self, card: str, _balance: str) -> str:
        try:
            card_of(CardNumber(card), demo_settings("https://shop.example"))
        except SettingsError as fault:
            return fault.sentence
        return ""

    def probe(self, _card: str, _balance: str, told: Callable[[Tried], None]) -> _Silent:
        self.told = told
        return _Silent()

    def keep(self) -> str:
        return ""


_BEGUN: tuple[str, ...] = (CARD, ">enter", "50.00", ">enter", ">enter")
_DIFFERS: tuple[str, ...] = (
    to_set(Sentence("amounts are in minor units"), 'loyalty.wire.amounts = "minor"'),
    to_set(Sentence("the net amount is without what is held"), "loyalty.wire.net_excludes_holds = true"),
)
_LETTING_GO = "letting the hold go did not work: {reason}; the reading shows it still held"
_LEFT: tuple[str, ...] = (
    Sentence(_LETTING_GO, reason=why(OutcomeUnknown(Cause.TIMEOUT))),
    left_behind(payment(State.CANCELLING)),
)
TRIALS: dict[str, tuple[tuple[str, ...], Tried | None]] = {
    "card": ((CARD,), None),
    "card_wrong": ((CARD[:-1], ">enter"), None),
    "balance": ((CARD, ">enter", "50.0"), None),
    "begin": (_BEGUN[:-1], None),
    "running": (_BEGUN, None),
    "proven": (_BEGUN, Tried(passed=True)),
    "differs": (_BEGUN, Tried(passed=True, differs=2, findings=_DIFFERS)),
    "left": (_BEGUN, Tried(findings=_LEFT)),
}


_SERIES: list[str | tuple[str, Any]] = [">enter", *_SERVER, ("server", ServerSaid()), ">enter"]
_SCANNER: list[str | tuple[str, Any]] = [*_SERIES, "Classic", "6091", "16", "7", ">enter", ""]

PAGES: dict[str, list[str | tuple[str, Any]]] = {
    "language": [],
    "store": [">enter"],
    "store_wrong": [">enter", f"{'x' * 21}\n"],
    "currency_wrong": [">enter", *_THIS_TILL[:3], "eux\n"],
    "server_plain": [">enter", *_THIS_TILL, "http://shop\n"],
    "token": [">enter", *_SERVER[:-1], "secret-token\n"],
    "asking": [">enter", *_SERVER, ("late", None)],
    "answers": [">enter", *_SERVER, ("server", ServerSaid())],
    "not_accepted": [">enter", *_SERVER, ("server", ServerSaid(StatusFailed(Cause.NOT_ACCEPTED)))],
    "unsure": [">enter", *_SERVER, ("server", ServerSaid(StatusFailed(Cause.NOT_FOUND), True))],
    "stopped": [">enter", *_SERVER, ">escape"],
    "series": _SERIES,
    "prefix": [*_SERIES, "Classic", ("scan", CARD)],
    "length": [*_SERIES, "Classic", "6091"],
    "another": [*_SERIES, "Classic", "6091", "16", "7"],
    "printer": [*_SERIES, ""],
    "width": [*_SERIES, "", "tcp://printer:9100"],
    "scanner": _SCANNER,
    "scanned": [*_SCANNER, ("scan", CARD)],
    "port": [*_SCANNER, ">2"],
    "port_lost": [*_SCANNER, ">2", "COM9", ("port", False)],
    "keeping": [*_SCANNER, ">enter", ("late", None)],
    "not_written": [*_SCANNER, ">enter", ("kept", Kept(Sentence("the disk is full")))],
    "no_keyring": [*_SCANNER, ">enter", ("kept", Kept(token=False))],
    "elsewhere": [
        *_SCANNER,
        *(
            ">enter",
            ("kept", Kept(Sentence("permission denied"))),
            "/media/usb/settings.toml",
            ("kept", Kept()),
        ),
    ],
}


def _show(
    make: Callable[..., tuple[ShellView, LockView]], *what: Any, **more: Any
) -> Callable[[Shell], None]:
    """Shows a page that is made only then: most runs show none of them."""

    def show(shell: Shell) -> None:
        bars, view = make(*what, **more)
        shell.show_shell(bars)
        shell.show_lock(view)

    return show


STATES: dict[str, Callable[[Shell], None]] = (
    {
        f"setup_{name}_{language}": _show(page, language, *acts)
        for language in ("en", "de", "is")
        for name, acts in PAGES.items()
    }
    | {
        f"trial_{name}_{language}": _show(trial, language, *acts, tried=tried)
        for language in ("en", "de", "is")
        for name, (acts, tried) in TRIALS.items()
    }
    | {f"setup_fault_{language}": _show(fault, language) for language in ("en", "de", "is")}
)
