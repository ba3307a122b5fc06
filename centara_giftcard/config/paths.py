"""Where the program's files are when the command line does not say: the system's own folders.

Nothing is made here; whoever writes makes the folder.
"""

from pathlib import Path

from platformdirs import user_config_path, user_data_path

APP = "centara-giftcard"


def config_file() -> Path:
    """Return the settings file's place in the user's configuration folder; it need not exist."""
    return user_config_path(APP, appauthor=False) / "settings.toml"


def data_dir() -> Path:
    """Return the folder of a real till's journal and log."""
    return user_data_path(APP, appauthor=False)


def demo_data_dir() -> Path:
    """Return the demo's folder, beside the real till's and never in it."""
    return user_data_path(f"{APP}-demo", appauthor=False)
