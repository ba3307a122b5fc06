"""`doctor --probe`: ask, walk, tell, and print or write the settings that were found."""

import asyncio
import sys
import textwrap
from pathlib import Path
from typing import Final

from centara_giftcard.config.amend import Changes, block
from centara_giftcard.config.settings import load, with_server
from centara_giftcard.domain.errors import EnvironmentFault, NoToken, SettingsError
from centara_giftcard.options import Options
from centara_giftcard.probe.finding import Finding, told
from centara_giftcard.probe.run import Trial, amount_of, balance_of, card_of, changes_of, probe, write_changes
from centara_giftcard.probe.steps import Outcome
from centara_giftcard.workshop import vault_of

WIDTH: Final = 100
"""Letters of a line of what is said before a probe."""


def run_probe(options: Options) -> int:
    """Probe the server; return 0 where all is as set, 1 where something was found. Raises TerminalError."""
    trial = _trial(options)
    _say(_announced(trial))
    if not (options.yes or agreed("Is it a test card, and shall it begin? [y/N] ")):
        raise EnvironmentFault("Nothing was sent: the question was not answered with y. --yes answers it.")
    outcome = asyncio.run(probe(trial, _line))
    changes = changes_of(trial.settings, outcome)
    if changes and options.write and outcome.passed:
        _write(options.settings_file(), changes, outcome)
    elif changes:
        _say(f"\n{block(changes)}\n")
    if outcome.passed and not trial.sale:
        pasted = changes and not options.write
        _say(
            "With these lines in the settings file the server is proven."
            if pasted
            else "The server is proven."
        )
    return 0 if outcome.passed and not changes else 1


def _trial(options: Options) -> Trial:
    settings = load(options.settings_file())
    if options.server is not None:
        settings = with_server(settings, options.server)
    card, balance = (
        card_of(options.probe, settings, options.issue),
        balance_of(options.balance or "", settings),
    )
    if options.issue and options.amount is not None:
        raise SettingsError("--amount does not go with --issue: what is sold is the balance.")
    amount = amount_of(options.amount, balance, settings)
    token = vault_of(options.data_folder(), settings.identity).token()
    if token is None:
        raise NoToken(
            f"There is no access token for {settings.identity}: "
            "store it with centara-giftcard doctor --store-token."
        )
    return Trial(settings, options.data_folder(), token, card, balance, amount, options.issue)


def _announced(trial: Trial) -> str:
    loyalty, balance = trial.settings.loyalty, trial.balance
    what = f"card {trial.card.number}"
    if trial.live and trial.card.series is not None:
        what = f'series {trial.card.series.number} ("{trial.card.series.name}")'
        does = (
            f"The server makes a card of it for {balance}; it is read, the sale is undone, and it is read "
            "again. Nothing is printed. Where the sale cannot be undone, the till lists the card (F5)."
        )
    elif trial.sale:
        does = (
            f"The card must not be sold yet. It is read, sold for {balance}, read, the sale is undone, and "
            "it is read again: it is left as it was."
        )
    else:
        does = (
            f"It is read; where exactly {balance} is on it and nothing is held, {trial.amount} is held, the "
            "card read, the hold let go, the card read, and the hold that is gone asked for, which the "
            "server must refuse: it is left as it was."
        )
    said = (
        f"This tries {loyalty.server}, group {loyalty.group}, with {what}.",
        "It is for a test server, or for a shop that is not open yet."
        if trial.live
        else "It is for a test card: never take a customer's.",
        does,
        "Whatever is held is in the till's journal first: the till lets it go if this is cut short.",
    )
    return "\n".join(textwrap.fill(line, WIDTH) for line in said)


def agreed(question: str) -> bool:
    """Ask on the console; only a yes is one."""
    sys.stdout.write(question)
    sys.stdout.flush()
    try:
        return sys.stdin.readline(10).strip().lower() in {"y", "yes"}
    finally:
        if not sys.stdin.isatty():
            sys.stdout.write("\n")


def _write(file: Path, changes: Changes, outcome: Outcome) -> None:
    try:
        kept = write_changes(file, changes, outcome)
    except SettingsError:
        _say(f"\n{block(changes)}\n")
        raise
    _say(f"Written into {file}; the old file is {kept}.")


def _line(finding: Finding) -> None:
    sys.stdout.write(told(finding))
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
