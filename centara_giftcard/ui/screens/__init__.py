"""The pages of the window. The first picture is the Till without a card; the rest is imported under it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from centara_giftcard.ui.screens.rest import Rest


def rest_of_it() -> "type[Rest]":
    """The classes of the pages and panes that are made when they are first shown."""
    from centara_giftcard.ui.screens.rest import Rest

    return Rest
