"""The till window on the settings of this machine: first-run set-up where there are none yet.

A till that is started from an icon has nobody who reads standard error: what keeps it from starting stands in
a window, with a way to try again. Whoever names a settings file or a platform calls it from a command line,
and gets the one sentence and the exit status that scripts rely on.
"""

import sys

from msgspec.structs import replace

from centara_giftcard.bootstrap import SUPPORT, TITLE, TRIAL, Plan, run
from centara_giftcard.config.settings import Language, Settings, examine, load, with_server
from centara_giftcard.domain.errors import EnvironmentFault, NoToken, SettingsError
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.options import Options

CLOSED, NOT_STARTED = 0, 2


def run_till(options: Options) -> int:
    """Open the till window with the settings; return the exit status. Raises TerminalError."""
    if options.settings is not None or options.platform is not None or options.quit_when_ready:
        return _open(_settings(options), options, None)
    token: AccessToken | None = None
    while True:
        try:
            if not options.settings_file().exists():
                from centara_giftcard.first_run import run_first

                set_up = run_first(options, TITLE)
                if set_up is None:
                    return CLOSED
                options, token = replace(options, settings=set_up.file), set_up.token
            return _open(_settings(options), options, token)
        except EnvironmentFault as fault:
            from centara_giftcard.first_run import ask_token, show_fault

            sys.stderr.write(f"centara-giftcard: {fault}\n")
            if isinstance(fault, NoToken):
                set_up = ask_token(_settings(options), options, TITLE)
                if set_up is None:
                    return NOT_STARTED
                token = set_up.token
            elif not show_fault(*_in_full(fault, options), TITLE):
                return NOT_STARTED


def _settings(options: Options) -> Settings:
    settings = load(options.settings_file())
    return settings if options.server is None else with_server(settings, options.server)


def _in_full(fault: EnvironmentFault, options: Options) -> tuple[list[str], Language]:
    """The fault, of a settings file all of them; and the language to tell them in, as far as it is known."""
    try:
        found = examine(options.settings_file())
    except SettingsError:
        return [fault.sentence], "system"
    faults: list[str] = [it.sentence for it in found.faults] if isinstance(fault, SettingsError) else []
    named = found.sound("till", "language")
    return faults or [fault.sentence], found.settings.till.language if named else "system"


def _open(settings: Settings, options: Options, token: AccessToken | None) -> int:
    """Run the till, again after it was closed for support or for a trial, whose findings are read then."""
    while True:
        status = run(
            Plan(
                settings,
                options.data_folder(),
                badge="TRAINING" if settings.till.training else "",
                token=token,
                quit_when_ready=options.quit_when_ready,
                settings_name=str(options.settings_file()),
            )
        )
        if status not in {TRIAL, SUPPORT}:
            return status
        from centara_giftcard.first_run import show_bundle, try_server

        if status == SUPPORT:
            show_bundle(options, settings, TITLE)
        else:
            try_server(options, settings, token, TITLE)
        settings = _settings(options)
