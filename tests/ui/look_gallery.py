"""Pictures of every state in both themes and at every size: `python look_gallery.py FOLDER [SIZE ...]`."""

import os
import sys
from pathlib import Path

SIZES = {
    "1280x800": (1280, 800),
    "1024x768": (1024, 768),
    "1920x1080": (1920, 1080),
    "853x533": (853, 533),
    "800x480": (800, 480),
}


def main(folder: Path, names: list[str]) -> None:
    """Render the gallery; QT_SCALE_FACTOR in the environment gives the pictures at another scale."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from PySide6.QtWidgets import QApplication
    from ui import look_samples as samples
    from ui import sale_samples as sales
    from ui import setup_samples as setups

    from centara_giftcard.ui.shell import Shell
    from centara_giftcard.ui.theme import Mode, Theme

    app = QApplication([])
    states = {**samples.STATES, **sales.STATES, **setups.STATES}
    for language in ("de", "is"):
        others = samples.states(language) | sales.states(language)
        states |= {f"{name}_{language}": act for name, act in others.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or list(SIZES):
        for mode in (Mode.LIGHT, Mode.DARK):
            shell = Shell(Theme(mode))
            shell.resize(*SIZES[name])
            for state, act in states.items():
                shell.show_shell(samples.SHELL)
                act(shell)
                shell.show()
                app.processEvents()
                shell.grab().save(str(folder / f"{state}-{mode.value}-{name}.png"))
            shell.show_samples(samples.TRAY)
            shell.show_till(samples.READY)
            shell.grab().save(str(folder / f"demo-{mode.value}-{name}.png"))
            shell.toggle_samples()
            app.processEvents()
            shell.grab().save(str(folder / f"tray-{mode.value}-{name}.png"))
            shell.close()
            shell.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
