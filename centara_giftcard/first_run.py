"""The first-run set-up: where there are no settings yet, ask for them in the window and write them down."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from centara_giftcard.config.first import DEFAULT_SERVER, check_answer, write_first
from centara_giftcard.config.vault import TOKEN_VARIABLE, SystemVault
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.options import Options
from centara_giftcard.scanner.keyboard import WedgeDetector
from centara_giftcard.ui.app import App, system_language, system_locale
from centara_giftcard.ui.keys import KeyRouter
from centara_giftcard.ui.presenters.setup import QUESTIONS, TOKEN, SetupPresenter, empty_shell
from centara_giftcard.ui.shell import Shell
from centara_giftcard.words import LANGUAGES, Words

Answers = Mapping[str, str]


def run_first(file: Path, options: Options, title: str) -> bool:
    """Ask, write `file`, keep the token; False when the window was closed before the end.

    Raises SettingsError where the file cannot be written, VaultError where no keyring can keep the token:
    the settings are written by then.
    """
    language = system_language()
    words = Words(language if language in LANGUAGES else "en")
    server = options.server or DEFAULT_SERVER
    questions = tuple(replace(q, default=server) if q.name == "loyalty.server" else q for q in QUESTIONS)
    if not os.environ.get(TOKEN_VARIABLE):
        questions += (TOKEN,)
    answers: list[Answers | None] = []
    answered = asyncio.Event()

    def done(given: Answers | None) -> None:
        answers.append(given)
        answered.set()

    app = App(title, "system")
    presenter = SetupPresenter(questions, words, check_answer, app.shell.show_lock, app.clipboard, done)

    def fill(shell: Shell) -> None:
        shell.show_shell(empty_shell(words))
        shell.show_lock(presenter.view())

    async def ask() -> int:
        app.attach(presenter, KeyRouter(app.qt, WedgeDetector()), presenter.text)
        waiting = {asyncio.ensure_future(app.closed()), asyncio.ensure_future(answered.wait())}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        return 0

    app.open(fill, fill_screen=True)
    app.run(ask)
    given = answers[0] if answers else None
    if given is None:
        return False
    answers_to_keep = {name: answer for name, answer in given.items() if name != TOKEN.name}
    write_first(file, {**answers_to_keep, **_ways_of_speaking()})
    if TOKEN.name in given:
        till = f"{given['loyalty.group']}/{given['till.store']}/{given['till.pos']}"
        SystemVault(options.data_folder(), till).store_token(AccessToken(given[TOKEN.name]))
    return True


def _ways_of_speaking() -> dict[str, str]:
    """The language and the locale of this machine's user, where the till knows them."""
    locale = system_locale()
    try:
        check_answer("till.locale", locale)
    except SettingsError:
        return {"till.language": "system"}
    return {"till.locale": locale, "till.language": "system"}
