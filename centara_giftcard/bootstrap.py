"""The start: settings -> the first picture -> the till that is composed under it.

Whoever starts a till waits for what is imported here, so that is only what the first picture shows: the rest
is imported under the painted window, in `serving`.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from centara_giftcard import __version__
from centara_giftcard.config.settings import Settings
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.journal.instance import InstanceLock
from centara_giftcard.started import seconds_since_start
from centara_giftcard.ui.app import App, system_language
from centara_giftcard.ui.presenters.first import ThisTill, first_shell, first_till
from centara_giftcard.ui.shell import Shell
from centara_giftcard.words import LANGUAGES, Words

if TYPE_CHECKING:
    from centara_giftcard.serving import Till
    from centara_giftcard.terminal.ports import Recorder

TITLE: Final = "Centara gift cards"
TRIAL, SUPPORT = -1, -2
"""What `run` returns where the till was closed for its server to be tried, or for support: it opens again."""


class Plan(Struct):
    """How to run a till. `prepare` runs in a thread after the first paint and may complete the settings.

    `token` is None where the vault has it; `practice`: the server is part of this program, and needs no
    proof; `drive` is given the till once it is ready and returns the exit status, otherwise the till runs
    until its window is closed.
    """

    settings: Settings
    data_dir: Path
    badge: str = ""
    fill_screen: bool = True
    use_keyring: bool = True
    practice: bool = False
    token: AccessToken | None = None
    prepare: Callable[[Settings], Settings] = lambda settings: settings
    ready: "Callable[[Till], None]" = lambda till: None
    drive: "Callable[[Till], Awaitable[int]] | None" = None
    wrap_recorder: "Callable[[Recorder], Recorder]" = lambda recorder: recorder
    quit_when_ready: bool = False
    settings_name: str = ""


def run(plan: Plan) -> int:
    """Run one till to its end; one for each data folder. Raises TerminalError."""
    lock = InstanceLock(plan.data_dir)
    lock.acquire()
    try:
        words = _words(plan.settings)
        app = App(TITLE, plan.settings.till.theme)

        def fill(shell: Shell) -> None:
            shell.show_shell(first_shell(words, this_till_of(plan, words)))
            shell.show_till(first_till(words, plan.settings.operators.may_key_numbers))

        app.open(fill, plan.fill_screen)
        painted_s = seconds_since_start()
        return app.run(lambda: _serve(app, plan, words, painted_s))
    finally:
        lock.release()


async def _serve(app: App, plan: Plan, words: Words, painted_s: float) -> int:
    """Import the till in a thread, so that the window lives meanwhile, and run it."""
    import asyncio

    def imported() -> "Callable[[App, Plan, Words, float], Awaitable[int]]":
        from centara_giftcard.serving import serve

        return serve

    serve = await asyncio.to_thread(imported)
    return await serve(app, plan, words, painted_s)


def _words(settings: Settings) -> Words:
    wanted = settings.till.language
    language = system_language() if wanted == "system" else wanted
    return Words(language if language in LANGUAGES else "en", settings.till.locale, settings.till.zone)


def this_till_of(plan: Plan, words: Words) -> ThisTill:
    """What the bars say of this till."""
    return ThisTill(
        store=plan.settings.till.store,
        pos=plan.settings.till.pos,
        badge=words.say(plan.badge) if plan.badge else "",
        scanner_configured=bool(plan.settings.scanner.serial_port),
        settings=_facts(plan),
        name=plan.settings.till.name,
    )


def _facts(plan: Plan) -> tuple[tuple[str, str], ...]:
    """What support asks for first, as (name of the setting, value); no secrets among them."""
    till, loyalty, scanner = plan.settings.till, plan.settings.loyalty, plan.settings.scanner
    printer = plan.settings.printer
    return (
        ("settings", plan.settings_name or "–"),
        ("data", str(plan.data_dir)),
        ("version", __version__),
        ("till.store", till.store),
        ("till.pos", till.pos),
        ("till.name", till.name or "–"),
        ("till.currency", till.currency.code),
        ("till.locale", till.locale),
        ("till.time_zone", till.time_zone),
        ("loyalty.server", loyalty.server),
        ("loyalty.group", loyalty.group),
        ("series", ", ".join(f"{s.name} ({s.prefix}…)" for s in plan.settings.series) or "–"),
        ("scanner.serial_port", scanner.serial_port or "–"),
        ("printer.address", f"{printer.address} ({printer.width_mm} mm)" if printer.address else "–"),
    )
