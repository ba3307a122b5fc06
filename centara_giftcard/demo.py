"""The demo: the till on an embedded sandbox server with sample cards; without a display, one sale in text.

Nothing is simulated on this side: the window, the controller, the journal and the client are the real ones,
and the server is a real one on loopback. What the first picture does without is in `demo_till`.
"""

import os
from typing import TYPE_CHECKING, Final

from centara_giftcard.bootstrap import Plan
from centara_giftcard.bootstrap import run as run_plan
from centara_giftcard.config.settings import Settings, demo_settings, load, with_server
from centara_giftcard.display import display_problem
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.options import Options

if TYPE_CHECKING:
    from centara_giftcard.demo_till import Embedded

_BEFORE_START: Final = "http://127.0.0.1:1"
"""Stands for the sandbox's address until that is known; nothing is sent to it."""


def run(options: Options) -> int:
    """Run the demo; return the exit status. Raises TerminalError."""
    without_display = options.platform == "offscreen" or display_problem() is not None
    if without_display:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    settings = load(options.settings) if options.settings else demo_settings(_BEFORE_START)
    if options.server:
        settings = with_server(settings, options.server)
    data_dir = options.data_folder()
    servers: list[Embedded] = []

    def prepare(known: Settings) -> Settings:
        from centara_giftcard.demo_till import Embedded, offer_samples

        plan.ready = offer_samples
        if options.server:
            return known
        servers.append(Embedded(known))
        return servers[0].prepare(known, data_dir)

    plan = Plan(
        settings,
        data_dir,
        badge="DEMO",
        fill_screen=False,
        use_keyring=False,
        practice=not options.server,
        token=AccessToken(os.environ.get("CENTARA_GIFTCARD_TOKEN") or "demo"),
        prepare=prepare,
        quit_when_ready=options.quit_when_ready,
        settings_name=str(options.settings or ""),
    )
    if without_display:
        from centara_giftcard.demo_till import Walk

        walk = Walk()
        plan.drive, plan.wrap_recorder = walk.go, walk.wrap
    try:
        return run_plan(plan)
    finally:
        for server in servers:
            server.stop()
