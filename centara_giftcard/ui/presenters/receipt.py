"""The receipt of a payment, as a document and as a page to read."""

from centara_giftcard.domain.receipts import Pair, Receipt, Rule, Text
from centara_giftcard.terminal.events import PaymentShown
from centara_giftcard.ui.presenters.views import TextView
from centara_giftcard.words import Words


def payment_receipt(words: Words, event: PaymentShown, store: str, pos: str) -> Receipt:
    """The receipt of a payment that was taken."""
    say, payment = words.say, event.payment
    title = event.card.series.name if event.card.series else say("Gift card")
    lines: list[Text | Pair | Rule] = [
        Text(say("Store {store}", store=store), strong=True),
        Text(
            say("Till {pos}", pos=pos)
            + f" · {words.date(payment.created_at.astimezone())} {words.time(payment.created_at)}"
        ),
        Rule(),
        Text(title),
        Pair(say("Card"), str(event.card.number)),
        Pair(say("Paid"), words.money(payment.amount), strong=True),
    ]
    if event.left is not None:
        lines.append(Pair(say("Left on the card"), words.money(event.left)))
    if event.rest:
        lines.append(Pair(say("Left to pay"), words.money(event.rest), strong=True))
    if event.status.expires is not None:
        lines.append(Pair(say("Valid until"), words.date(event.status.expires)))
    lines += [Rule(), Text(payment.id)]
    return Receipt(payment.id, tuple(lines))


def receipt_page(words: Words, receipt: Receipt) -> TextView:
    """The same receipt as a page of the stage."""
    headings = [line.text for line in receipt.lines if isinstance(line, Text)]
    pairs = tuple((line.label, line.value) for line in receipt.lines if isinstance(line, Pair))
    return TextView(words.say("Receipt"), headings[1], ((headings[2], pairs), ("", ((headings[-1], ""),))))
