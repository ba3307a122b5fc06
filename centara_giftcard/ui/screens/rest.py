"""The pages and panes that the first picture does without; the start imports them under it."""

from centara_giftcard.ui.screens.card import CardPane
from centara_giftcard.ui.screens.holds import HoldsPage
from centara_giftcard.ui.screens.listing import ListPane
from centara_giftcard.ui.screens.lock import LockPage
from centara_giftcard.ui.screens.page import Page
from centara_giftcard.ui.screens.reading import TextPage
from centara_giftcard.ui.screens.receipt import ReceiptScreen
from centara_giftcard.ui.screens.result import ResultPane
from centara_giftcard.ui.screens.table import TablePage
from centara_giftcard.ui.screens.writing import WritingPanel
from centara_giftcard.ui.widgets.choices import ChoiceStrip
from centara_giftcard.ui.widgets.tray import Tray


class Rest:
    """Their classes, by what the window calls them."""

    page = Page
    table = TablePage
    holds = HoldsPage
    text = TextPage
    receipt = ReceiptScreen
    lock = LockPage
    tray = Tray
    writing = WritingPanel
    card = CardPane
    result = ResultPane
    listing = ListPane
    choices = ChoiceStrip
