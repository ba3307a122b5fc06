"""Where the program's files are when the command line does not say: the system's own folders.

Nothing is made here; whoever writes makes the folder.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platformdirs import PlatformDirs

APP = "centara-giftcard"


def config_file() -> Path:
    """Return the settings file's place in the user's configuration folder; it need not exist."""
    return _home(APP).user_config_path / "settings.toml"


def data_dir() -> Path:
    """Return the folder of a real till's journal and log."""
    return _home(APP).user_data_path


def demo_data_dir() -> Path:
    """Return the demo's folder, beside the real till's and never in it."""
    return _home(f"{APP}-demo").user_data_path


def _home(name: str) -> "PlatformDirs":
    from platformdirs import PlatformDirs  # the start does without, where the command line says it all

    return PlatformDirs(name, appauthor=False)
