"""The till window on the settings of this machine: first-run set-up where there are none yet."""

from centara_giftcard.bootstrap import TITLE, Plan, run
from centara_giftcard.config.settings import load, with_server
from centara_giftcard.options import Options


def run_till(options: Options) -> int:
    """Open the till window with the settings; return the exit status. Raises TerminalError."""
    file = options.settings_file()
    if options.settings is None and not file.exists():
        from centara_giftcard.first_run import run_first

        if not run_first(file, options, TITLE):
            return 0
    settings = load(file)
    if options.server is not None:
        settings = with_server(settings, options.server)
    return run(
        Plan(
            settings,
            options.data_folder(),
            badge="TRAINING" if settings.till.training else "",
            quit_when_ready=options.quit_when_ready,
            settings_name=str(file),
        )
    )
