"""Builds the Sell stage from the sale as the terminal tells it: pure functions from a sale to a view."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.cards import Series, SeriesKind
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.papers import is_sold
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.events import SellShown
from centara_giftcard.terminal.sales import SaleLine, SaleStep
from centara_giftcard.ui.presenters import sell_sentences as said
from centara_giftcard.ui.presenters.first import number_entry
from centara_giftcard.ui.presenters.sell_sentences import SOLD, LineTold
from centara_giftcard.ui.presenters.sentences import UNCLEAR
from centara_giftcard.ui.presenters.stage import Note
from centara_giftcard.ui.presenters.till_views import face_number, plain
from centara_giftcard.ui.presenters.views import (
    Action,
    Band,
    CardFace,
    CardPanel,
    Entry,
    Figure,
    ListPanel,
    ListRow,
    ResultPanel,
    Role,
    ScanPrompt,
    TillView,
    Tone,
)
from centara_giftcard.words import Words

MOST_CHOICES: Final = 9
"""Keys Ctrl+1 to Ctrl+9."""

Panel = ScanPrompt | CardPanel | ResultPanel | ListPanel


class Hand(Struct, frozen=True):
    """What the cashier has done on the stage since it changed: typed, chosen, begun to drop the list.

    `keypad`: the keypad was asked for by touch. `amount` is the amount typed, if it is one; `usual`: one of
    the usual amounts was pressed, and what is typed takes its place.
    """

    typed: str = ""
    amount: Money | None = None
    usual: bool = False
    keypad: bool = False
    selected: int = 0
    dropping: bool = False

    def holding(self, typed: str, amount: Money | None = None, usual: bool = False) -> "Hand":
        """The same with `typed` in the field."""
        return replace(self, typed=typed, amount=amount, usual=usual)

    def emptied(self) -> "Hand":
        """The same with nothing typed, and the keypad put away."""
        return replace(self, typed="", amount=None, keypad=False)

    def with_keypad(self, wanted: bool) -> "Hand":
        """The same with the keypad, if it is `wanted`."""
        return replace(self, keypad=wanted)

    def choosing(self, row: int) -> "Hand":
        """The same with that row chosen."""
        return replace(self, selected=row)

    def asking_to_drop(self, asking: bool) -> "Hand":
        """The same with the question whether the list is to be dropped, or without it."""
        return replace(self, dropping=asking)


class SellViews:
    """The Sell stage of one till in one language."""

    def __init__(
        self, words: Words, currency: Currency, series: tuple[Series, ...], may_key_numbers: bool
    ) -> None:
        self._words = words
        self._currency = currency
        self._series = series
        self._may_key_numbers = may_key_numbers
        say = words.say
        self._steps = (say("Card"), say("Amount"), say("Sell"), say("Done"))
        live = [s for s in series if s.kind is SeriesKind.LIVE_PRINTED and s.sale.may_sell]
        self._buttons = self._numbered([(f"series-{s.number}", s.name) for s in live])

    def build(self, sale: SellShown, hand: Hand, waited_long: bool) -> TillView:
        """Return the stage for `sale`."""
        match sale.step:
            case SaleStep.AMOUNT if sale.pending is not None:
                return self._amount(sale, sale.pending, hand)
            case SaleStep.CHECKING | SaleStep.PACKAGE:
                return self._reading(sale, hand, waited_long)
            case SaleStep.SELLING | SaleStep.DONE:
                return self._selling(sale, hand, waited_long)
            case _:
                return self._list(sale, hand)

    def told(self, sale: SellShown) -> list[LineTold]:
        """What is said of each line."""
        return [said.line(self._words, it, sale.step) for it in sale.lines]

    def headline(self, sale: SellShown) -> Note:
        """How the sale ended; with its operation and card where there was only one."""
        told = self.told(sale)
        band, outcome = said.sale(self._words, sale.lines, told, self._sum(sold(sale)))
        only = sale.lines[0] if len(sale.lines) == 1 else None
        operation = only.issue.id if only and only.issue else None
        return Note(band, outcome, operation, masked(only) if only else None)

    # --- the list is being made ---

    def _list(self, sale: SellShown, hand: Hand) -> TillView:
        say = self._words.say
        lines, typing = sale.lines, bool(hand.typed) or hand.keypad
        waiting = not lines and bool(sale.unprinted)
        view = self._number(sale, hand) if typing or not (lines or waiting) else self._decide(sale, hand)
        panel: Panel
        if lines:
            panel = self._listing(sale, hand, say("To be sold"))
        elif waiting:
            rows = tuple(self._unprinted_row(it) for it in sale.unprinted)
            panel = ListPanel(say("Sold, but not handed over"), rows, hand.selected)
        else:
            hint = say("or type its number and press Enter") if self._may_key_numbers else ""
            panel = ScanPrompt(say("Scan a gift card to sell"), hint)
        offer = say("Or have a card printed here:") if self._buttons else ""
        return replace(view, panel=panel, band=self._band(sale, hand), offer=offer, choices=self._buttons)

    def _number(self, sale: SellShown, hand: Hand) -> TillView:
        say = self._words.say
        check = Action("check", say("Check card"), say("Enter"), Role.PRIMARY, bool(hand.typed))
        back = (Action("back", say("Back"), say("Esc")),) if hand.keypad or hand.typed else ()
        return self._stage(0, entry=self._number_entry(say("Card number"), hand), actions=(check, *back))

    def _decide(self, sale: SellShown, hand: Hand) -> TillView:
        say = self._words.say
        keypad = Action("keypad", say("Type a number"), "0 – 9", Role.PLAIN, self._may_key_numbers)
        if not sale.lines:
            actions = (*self._for_the_unprinted(sale), keypad)
            return self._stage(0, actions=actions)
        count, total = len(sale.lines), self._total(sale.lines)
        label = say("Sell {n} cards {total}", n=count, total=total)
        if count == 1:
            label = say("Sell the card {total}", total=total)
        if hand.dropping:
            drop = Action("drop_now", say("Drop the list now"), say("Esc"))
            keep = Action("keep", say("Keep the list"), say("Enter"), Role.PRIMARY)
            return self._stage(2, question=say("Drop the list?"), actions=(keep, drop))
        actions = (
            Action("sell_all", label, "F12", Role.TAKE),
            keypad,
            Action("remove", say("Remove the card"), say("Del")),
            Action("drop", say("Drop the list"), say("Esc")),
        )
        return self._stage(2, question=say("All cards on the list?"), actions=actions)

    def _band(self, sale: SellShown, hand: Hand) -> Band:
        say = self._words.say
        if hand.dropping:
            advice = say("Esc again drops it; nothing was sent. Any other key keeps it.")
            return Band(Tone.ATTENTION, say("Drop the list?"), advice)
        if sale.trouble is not None:
            return said.trouble(self._words, *sale.trouble)
        if sale.lines:
            advice = say("Scan the next card, or press F12 to sell what is on the list.")
            count = self._cards(len(sale.lines))
            return Band(Tone.INFO, say("{cards} on the list", cards=count), advice)
        if sale.unprinted:  # row 16
            advice = say("Print it and scan it back, or undo its sale. You may sell other cards meanwhile.")
            known = all(it.id in sale.printed for it in sale.unprinted)
            found = say("A card was not scanned back") if known else say("An unprinted card was found")
            return Band(Tone.ATTENTION, found, advice)
        return Band(Tone.INFO, say("Sell gift cards"), say("Nothing is sold before you press F12."))

    # --- one card in hand ---

    def _reading(self, sale: SellShown, hand: Hand, waited_long: bool) -> TillView:
        say = self._words.say
        package = sale.step is SaleStep.PACKAGE
        if package and sale.pending is not None:
            number = str(card_of(sale.pending))
            panel: Panel = ScanPrompt(
                say("Now scan the package"), say("Its number must be that of the card {card}.", card=number)
            )
            advice = say("Package and card are checked against each other, as sleeves may be swapped.")
            band = Band(Tone.ATTENTION, say("Scan the package of {card}", card=number), advice)
        else:
            number = str(sale.checking.number) if sale.checking else ""
            lines = sale.lines
            caption = say("To be sold")
            panel = self._listing(sale, hand, caption) if lines else ScanPrompt(say("One moment."), "", True)
            advice = say("Esc stops waiting.")
            if waited_long:
                advice = say("Waiting for the server's answer. Esc stops waiting; nothing was sent.")
            band = Band(Tone.INFO, say("Checking {card}", card=number), advice, busy=True)
        entry = self._number_entry(say("Package number"), hand) if package else self._amount_entry(hand)
        check = Action("check", say("Check package"), say("Enter"), Role.PRIMARY, bool(hand.typed))
        back = Action("leave", say("Back") if package else say("Stop waiting"), say("Esc"))
        return self._stage(
            0,
            panel=panel,
            band=band,
            entry=entry,
            actions=(check, back) if package else (back,),
        )

    def _amount(self, sale: SellShown, line: SaleLine, hand: Hand) -> TillView:
        say, money = self._words.say, self._words.money
        zero = Money(0, self._currency)
        limits = said.amount_limits(self._words, line.rules)
        advice = say("Type the amount, then Enter puts the card on the list.")
        if line.rules.presets:
            advice = say("Type or choose the amount, then Enter puts the card on the list.")
        facts: tuple[tuple[str, str], ...] = ()
        if sale.lines:
            on_it = f"{self._cards(len(sale.lines))} · {self._total(sale.lines)}"
            facts = ((say("On the list"), on_it),)
        presets = [(f"preset-{n}", money(it)) for n, it in enumerate(line.rules.presets)]
        return self._stage(
            1,
            panel=CardPanel(self._face(line), Figure(say("Amount"), money(hand.amount or zero)), None, facts),
            band=Band(Tone.INFO, say("For how much?"), f"{limits} {advice}".strip()),
            entry=self._amount_entry(hand),
            actions=(
                Action("price", say("Put on the list"), say("Enter"), Role.PRIMARY, bool(hand.typed)),
                Action("leave", say("Back"), say("Esc")),
            ),
            offer=say("Usual amounts:") if presets else "",
            choices=self._numbered(presets),
        )

    # --- the list is being sold, and was ---

    def _selling(self, sale: SellShown, hand: Hand, waited_long: bool) -> TillView:
        say = self._words.say
        if sale.step is SaleStep.DONE and sale.lines:
            return self._done(sale, hand)
        place = next((n for n, it in enumerate(sale.lines) if it.open or _under_way(it)), len(sale.lines) - 1)
        advice = say("One moment.")
        if waited_long:
            advice = say("Waiting for the server's answer. Please keep the cards at hand.")
        headline = say("Selling {n} of {all}", n=place + 1, all=len(sale.lines))
        total = self._total(sale.lines)
        return self._stage(
            2,
            panel=self._listing(sale, replace(hand, selected=place), say("Being sold")),
            band=Band(Tone.INFO, headline, advice, busy=True),
            question=say("The cards are sold one after the other."),
            actions=(Action("sell_all", say("Selling {total}", total=total), "F12", Role.TAKE, False),),
        )

    def _done(self, sale: SellShown, hand: Hand) -> TillView:
        say = self._words.say
        told = self.told(sale)
        unprinted = any(_unprinted(it) for it in sale.lines)
        following: tuple[Action, ...]
        hint = ""
        if unprinted:
            following = (*self._for_the_unprinted(sale), Action("leave", say("Later"), say("Esc")))
            hint = say("Until it is scanned, the card stays listed as not handed over.")
        else:
            following = (Action("leave", say("Next sale"), say("Enter"), Role.PRIMARY),)
        if any(it.outcome == UNCLEAR for it in told):
            following += (Action("holds", say("Open holds"), "F5"),)
        elif not unprinted and sold(sale):
            following += (Action("receipt", say("Show receipt"), "P"),)
        sold_all = all(it.outcome == SOLD for it in told)
        return self._stage(
            3 if sold_all else 2,  # a step that was not done has no tick
            panel=self._result(sale, hand, told),
            band=self.headline(sale).band,
            actions=following,
            hint=hint,
        )

    def _result(self, sale: SellShown, hand: Hand, told: list[LineTold]) -> Panel:
        say, money = self._words.say, self._words.money
        if len(sale.lines) > 1:
            return self._listing(sale, hand, say("Sold"), say("Sold"))
        line, it = sale.lines[0], told[0]
        amount = self._amount_of(line)
        if _unprinted(line):
            return CardPanel(self._face(line), Figure(say("Sold"), amount, Tone.ATTENTION), None)
        number = card_of(line)
        sold_now = it.outcome == SOLD and it.tone is Tone.PAID
        caption = say("Sold on {card}", card=number) if sold_now else say("To be sold on {card}", card=number)
        if number is None:
            caption = say("A card to be printed here")
        lines: tuple[tuple[str, str], ...] = ()
        if sold_now and line.issue is not None and line.issue.expires is not None:
            lines = ((say("Valid until"), self._words.date(line.issue.expires)),)
        if sold_now and line.issue is not None and line.issue.worth is not None:
            lines += ((say("On the card"), money(line.issue.worth.net)),)
        return ResultPanel(Figure(caption, amount, it.tone or Tone.INFO), lines)

    def _for_the_unprinted(self, sale: SellShown) -> tuple[Action, ...]:
        say = self._words.say
        again = any(it.id in sale.printed for it in sale.unprinted)
        return (
            Action(
                "print",
                say("Print it again") if again else say("Print the card"),
                "P",
                Role.PLAIN if again else Role.PRIMARY,
            ),
            Action("undo_card", say("Undo the sale"), "U"),
        )

    # --- parts ---

    def _stage(
        self,
        step: int,
        panel: Panel | None = None,
        band: Band | None = None,
        question: str = "",
        entry: Entry | None = None,
        actions: tuple[Action, ...] = (),
        hint: str = "",
        offer: str = "",
        choices: tuple[Action, ...] = (),
    ) -> TillView:
        return TillView(
            self._steps,
            step,
            panel or ScanPrompt("", ""),
            band or Band(Tone.INFO, ""),
            question,
            entry,
            actions,
            hint,
            offer,
            choices,
        )

    def _number_entry(self, caption: str, hand: Hand) -> Entry:
        return number_entry(self._words, caption, hand.typed, self._may_key_numbers)

    def _amount_entry(self, hand: Hand) -> Entry:
        """The field for the amount; it takes it from the moment on that a card is being checked."""
        mark = self._words.decimal_mark if self._currency.decimals else ""
        return Entry(
            caption=self._words.say("Amount of the card"),
            text=hand.typed,
            placeholder=plain(Money(0, self._currency), self._words),
            unit=self._currency.code,
            large=True,
            decimal_key=mark,
        )

    def _listing(
        self,
        sale: SellShown,
        hand: Hand,
        caption: str,
        total: str = "",
    ) -> ListPanel:
        rows = tuple(
            self._row(place, line, told)
            for place, (line, told) in enumerate(zip(sale.lines, self.told(sale), strict=True))
        )
        lines = sold(sale) if sale.step is SaleStep.DONE else sale.lines
        label = f"{total}: {self._cards(len(lines))}" if total else self._cards(len(lines))
        selected = min(hand.selected, len(rows) - 1)
        if sale.step is SaleStep.DONE and not any(_unprinted(it) for it in sale.lines):
            selected = -1  # there is nothing to be done with any of them
        return ListPanel(caption, rows, selected, (label, self._total(lines)))

    def _row(self, place: int, line: SaleLine, told: LineTold) -> ListRow:
        series = line.series
        return ListRow(
            name=f"line-{place}",
            title=self._title(line),
            card=masked(line) or self._words.say("printed here"),
            amount=self._amount_of(line),
            tone=told.tone,
            state=told.state,
            note=told.note,
            colour=series.colour if series else "",
        )

    def _unprinted_row(self, issue: Issue) -> ListRow:
        series = next((it for it in self._series if it.number == issue.series), None)
        told = said.issued(self._words, issue)
        return ListRow(
            name=f"unprinted-{issue.id}",
            title=series.name if series else issue.series,
            card=str(issue.card or ""),
            amount=self._words.money(issue.amount),
            tone=told.tone,
            state=told.state,
            note=told.note,
            colour=series.colour if series else "",
        )

    def _face(self, line: SaleLine) -> CardFace:
        until = line.issue.expires if line.issue is not None else None
        say = self._words.say
        return CardFace(
            series=self._title(line),
            kind=say("Gift card"),
            masked=face_number(card_of(line)),
            valid=say("Valid until {date}", date=self._words.date(until)) if until else "",
            issued="",
            colour=line.series.colour if line.series else "",
        )

    def _title(self, line: SaleLine) -> str:
        if line.series is not None:
            return line.series.name
        return line.sight.status.series_number if line.sight is not None else ""

    def _amount_of(self, line: SaleLine) -> str:
        amount = line.issue.amount if line.issue is not None and line.issue.amount else line.amount
        return self._words.money(amount) if amount is not None else "–"

    def _sum(self, lines: tuple[SaleLine, ...]) -> Money:
        total = Money(0, self._currency)
        for line in lines:
            total += line.issue.amount if line.issue is not None else line.amount or Money(0, self._currency)
        return total

    def _total(self, lines: tuple[SaleLine, ...]) -> str:
        """What is known of the sum: a series may fix an amount that the till is not told."""
        known = [it for it in lines if it.amount is not None or it.issue is not None]
        return self._words.money(self._sum(lines)) if known or not lines else "–"

    def _numbered(self, named: list[tuple[str, str]]) -> tuple[Action, ...]:
        return tuple(
            Action(name, label, self._words.say("Ctrl+{n}", n=n))
            for n, (name, label) in enumerate(named[:MOST_CHOICES], start=1)
        )

    def _cards(self, count: int) -> str:
        return self._words.say("1 card") if count == 1 else self._words.say("{n} cards", n=count)


def card_of(line: SaleLine) -> CardNumber | None:
    """The number of a line's card; None for one that is printed live and has none yet."""
    if line.issue is not None and line.issue.card is not None:
        return line.issue.card
    return line.sight.card.number if line.sight is not None else None


def masked(line: SaleLine) -> str | None:
    """The same as it may be shown and noted."""
    number = card_of(line)
    return None if number is None else str(number)


def sold(sale: SellShown) -> tuple[SaleLine, ...]:
    """The lines that were sold, and still are."""
    done = (it for it in sale.lines if it.issue is not None and is_sold(it.issue))
    return tuple(it for it in done if not it.undone)


def _under_way(line: SaleLine) -> bool:
    return line.issue is not None and not line.issue.told and not line.issue.doubtful


def _unprinted(line: SaleLine) -> bool:
    return line.issue is not None and line.issue.unprinted
