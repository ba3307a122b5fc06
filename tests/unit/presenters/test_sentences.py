"""What the till says: always something, and never more than it knows."""

from itertools import product
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace
from unit.presenters.face import (
    CARD,
    CLASSIC,
    CODE,
    EUR,
    INSTRUMENT,
    NOON,
    NUMBER,
    WORDS,
    payment,
    shown,
    status,
)

from centara_giftcard.domain.cards import Balance, Standing
from centara_giftcard.domain.issue import Ending, Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Closed, Doubt
from centara_giftcard.domain.papers import paper_of_payment
from centara_giftcard.domain.payment import SETTLED, Decision, Payment, State
from centara_giftcard.domain.replies import Cause, Misfit
from centara_giftcard.printing.templates import load_templates
from centara_giftcard.printing.typesetter import Typesetter
from centara_giftcard.terminal.events import Checking, Refusal, ScanRefused, StatusMissing, Why
from centara_giftcard.ui.presenters import card_sentences, open_items, sell_sentences, sentences
from centara_giftcard.ui.presenters.stage import Note
from centara_giftcard.ui.presenters.till_views import TillViews, Typing
from centara_giftcard.ui.presenters.views import Action, Band, Role, Tone

IDLE = Note(Band(Tone.INFO, "Ready"))


def every_payment() -> list[Payment]:
    """Every state with every decision, doubt and problem, also where the machine would never go."""
    combinations = product(
        State, (None, *Decision), (None, *Doubt), (None, *Cause), (0, 3), (True, False), (None, 2_500)
    )
    return [
        payment(
            state,
            decision=decision,
            doubt=doubt,
            problem=problem,
            attempts=attempts,
            watched=watched,
            held=None if held is None else Money(held, EUR),
            seen=Balance(Money(10_000, EUR), Money(2_500, EUR)) if held else None,
            after=Balance(Money(7_500, EUR), Money(0, EUR)) if held == 2_500 else None,
        )
        for state, decision, doubt, problem, attempts, watched, held in combinations
    ]


EVERY = every_payment()


def spoken(band: Band) -> str:
    return f"{band.headline}. {band.advice}".lower()


def texts(value: Any) -> list[str]:
    """Every text anywhere in a view."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Struct):
        return [text for name in value.__struct_fields__ for text in texts(getattr(value, name))]
    if isinstance(value, (tuple, list)):
        return [text for part in value for text in texts(part)]
    return []


def test_every_payment_has_a_headline_and_an_advice() -> None:
    for it in EVERY:
        band, outcome = sentences.payment(WORDS, shown(it))
        assert band.headline
        assert band.advice
        assert "{" not in spoken(band)
        assert outcome in {None, "paid", "not_paid", "unclear"}


def test_paid_is_said_of_committed_payments_and_of_no_other() -> None:
    for it in EVERY:
        band, outcome = sentences.payment(WORDS, shown(it))
        committed = it.state is State.COMMITTED
        assert (outcome == "paid") is committed
        assert (band.tone is Tone.PAID) is committed
        assert (band.headline == "Paid") is committed


def test_nothing_was_taken_is_never_said_while_it_may_be() -> None:
    for it in EVERY:
        if it.decision is Decision.TAKE and it.state not in SETTLED and it.state is not State.ORPHAN_HOLD:
            said = spoken(sentences.payment(WORDS, shown(it))[0]) + sentences.known(WORDS, it).lower()
            assert "nothing was taken" not in said, it
            assert "not paid" not in said, it
            assert "not taken, but" not in said, it


def test_not_paid_is_the_outcome_of_exactly_what_ended_without_money() -> None:
    for it in EVERY:
        _, outcome = sentences.payment(WORDS, shown(it))
        ended = it.state in SETTLED - {State.COMMITTED}
        assert (outcome == "not_paid") is ended


def test_what_is_not_settled_is_unclear_or_going_on() -> None:
    for it in EVERY:
        _, outcome = sentences.payment(WORDS, shown(it))
        if it.state in {State.UNCLEAR, State.ORPHAN_HOLD}:
            assert outcome == "unclear"
        elif it.state not in SETTLED:
            assert outcome in {None, "unclear"}


def test_a_payment_that_may_have_been_taken_never_invites_to_charge_again() -> None:
    views = TillViews(WORDS, may_key_numbers=True, currency=EUR)
    for it in EVERY:
        if it.decision is Decision.TAKE and it.state in {State.COMMITTING, State.UNCLEAR}:
            view = views.build(shown(it), Typing(), IDLE).view
            said = [action.label for action in view.actions] + [view.band.advice]
            assert not [text for text in said if "another" in text.lower()], it


def test_no_secret_stands_in_any_view_or_record() -> None:
    views = TillViews(WORDS, may_key_numbers=True, currency=EUR)
    typesetter = Typesetter(WORDS, load_templates(), "12", "3")
    for it in EVERY:
        built = views.build(shown(it), Typing(), IDLE)
        table = open_items.row(WORDS, it, NOON), open_items.summary(WORDS, it, NOON)
        paper = paper_of_payment(it, CLASSIC)
        receipt = texts(typesetter.set(paper)) if paper is not None else []
        said = " ".join([*texts(built), *texts(table), *receipt])
        assert not [secret for secret in (NUMBER, INSTRUMENT, CODE) if secret in said]
    for stage in (Checking(CARD), StatusMissing(CARD, Cause.NOT_FOUND, "")):
        assert NUMBER not in " ".join(texts(views.build(stage, Typing(), IDLE)))


def test_one_action_at_most_is_heavy_and_only_f12_takes() -> None:
    views = TillViews(WORDS, may_key_numbers=True, currency=EUR)
    for it in EVERY:
        actions: tuple[Action, ...] = views.build(shown(it), Typing(), IDLE).view.actions
        assert len([a for a in actions if a.role is not Role.PLAIN]) <= 1
        for action in actions:
            assert (action.role is Role.TAKE) is (action.key == "F12") is (action.name == "take")
            assert action.name != "take" or not action.enabled or it.state is State.HELD


@pytest.mark.parametrize("cause", Cause)
def test_every_missing_status_is_explained(cause: Cause) -> None:
    band = card_sentences.no_status(WORDS, cause, "")
    assert band.headline
    assert band.advice
    assert card_sentences.no_status(WORDS, cause, "So says the server").advice == "So says the server"


def test_an_answer_that_cannot_be_read_names_what_did_not_fit() -> None:
    misfit = Misfit("account.amountNet", "too many decimals")
    band = card_sentences.no_status(WORDS, Cause.UNREADABLE, "", misfit)
    assert band.headline == "Answer unreadable"
    assert "(account.amountNet: too many decimals)" in band.advice


@pytest.mark.parametrize("why", Why)
def test_every_refusal_is_explained(why: Why) -> None:
    band = sentences.refusal(WORDS, Refusal(why))
    assert band.headline
    assert band.advice


@pytest.mark.parametrize(
    ("reason", "wrong"),
    [
        ("empty", "No number"),
        ("malformed", "not a card number"),
        ("length", "too short or too long"),
        ("one_missing", "one digit too short"),
        ("one_extra", "one digit too long"),
        ("too_short", "too few digits"),
        ("too_long", "too many digits"),
        ("letter", "a letter"),
        ("check_digit", "check digit"),
        ("unknown_series", "No series"),
    ],
)
def test_every_scan_that_names_no_card_says_what_was_wrong(reason: str, wrong: str) -> None:
    scanned, typed = (card_sentences.no_card(WORDS, ScanRefused(reason, keyed)) for keyed in (False, True))
    assert scanned.headline.startswith("Scan again")
    assert wrong in scanned.advice
    assert typed.headline.startswith("Check the number")
    assert wrong in typed.advice


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("changed", [True, False])
def test_every_card_says_whether_it_can_pay(standing: Standing, changed: bool) -> None:
    band = card_sentences.card_standing(WORDS, status(), standing, changed)
    assert band.headline
    assert (band.tone is Tone.REFUSED) is (standing is not Standing.GOOD)
    assert "{" not in band.advice


@pytest.mark.parametrize(
    ("known", "headline"),
    [
        ({"state": State.NOT_HELD, "problem": Cause.CONNECT}, "Not paid. No connection"),
        ({"state": State.NOT_HELD, "problem": Cause.TLS}, "Not paid. No safe connection"),
        ({"state": State.NOT_HELD, "problem": Cause.BUSY}, "Not paid. The server is busy"),
        ({"state": State.NOT_HELD, "problem": Cause.LOST}, "Not paid. No hold was placed"),
        ({"state": State.NOT_HELD, "decision": Decision.TAKE}, "Not paid. The hold is gone"),
        ({"state": State.REFUSED, "problem": Cause.REFUSED}, "Not paid. The server refused"),
        ({"state": State.REFUSED, "problem": Cause.NOT_ACCEPTED}, "Not paid. This till is not accepted"),
        ({"state": State.CANCELLED}, "Not paid. The hold was released"),
        ({"state": State.CANCELLED, "problem": Cause.TIMEOUT}, "Not paid. The answer came too late"),
        ({"state": State.CANCELLED, "problem": Cause.UNREADABLE}, "Not paid. Answer unreadable"),
        ({"state": State.ORPHAN_HOLD}, "Not paid. An amount may be held"),
        ({"state": State.UNCLEAR, "decision": Decision.TAKE}, "Unclear. It may have been taken"),
        ({"state": State.UNCLEAR, "decision": Decision.RELEASE}, "Not taken, but it may still be held"),
        ({"state": State.UNCLEAR, "problem": Cause.AMOUNT_DIFFERS}, "Mismatch. Nothing was taken"),
        ({"state": State.UNCLEAR, "watched": False}, "Unclear. Nothing was taken"),
        ({"state": State.UNCLEAR}, "Not known yet. Nothing was taken"),
        ({"state": State.REQUESTING, "doubt": Doubt.LOST}, "Checking the card"),
        ({"state": State.COMMITTING, "decision": Decision.TAKE}, "Taking €25.00"),
        (
            {"state": State.COMMITTING, "decision": Decision.TAKE, "attempts": 1},
            "Confirming. Do not charge again",
        ),
        ({"state": State.CANCELLING, "decision": Decision.RELEASE, "attempts": 1}, "Releasing the hold"),
        (
            {"state": State.COMMITTING, "attempts": 1, "problem": Cause.NOT_ACCEPTED},
            "This till is not accepted",
        ),
        (
            {"state": State.REQUESTING, "doubt": Doubt.LOST, "problem": Cause.BUSY},
            "Server busy. Checking the card",
        ),
    ],
)
def test_the_catalogues_sentences(known: dict[str, Any], headline: str) -> None:
    assert sentences.payment(WORDS, shown(payment(**known)))[0].headline == headline


@pytest.mark.parametrize("words", ["Card blocked by its issuer", "Card blocked by its issuer."])
def test_a_refusal_says_what_to_do_after_the_servers_own_words(words: str) -> None:
    refused = payment(State.REFUSED, problem=Cause.REFUSED, words=words)
    advice = sentences.payment(WORDS, shown(refused))[0].advice
    assert advice == "Card blocked by its issuer. Nothing was taken. Ask for another tender."


def test_the_list_of_open_ones_says_what_is_known() -> None:
    for words, it in (
        ("does not fit", payment(State.UNCLEAR, problem=Cause.WRONG_CARD, watched=False)),
        ("in another way", payment(State.UNCLEAR, watched=False)),
        ("finding out", payment(State.REQUESTING, doubt=Doubt.LOST)),
        ("code was lost", payment(State.ORPHAN_HOLD)),
        ("was released", payment(State.CANCELLING, decision=Decision.RELEASE)),
    ):
        assert words in sentences.known(WORDS, it)


def test_an_orphan_tells_its_story() -> None:
    seen = Balance(Money(10_000, EUR), Money(2_500, EUR))
    story = sentences.known(WORDS, payment(State.ORPHAN_HOLD, seen=seen))
    assert "€0.00" in story
    assert "€25.00" in story


def test_what_the_server_does_not_tell_is_not_guessed() -> None:
    untold = payment(State.UNCLEAR, problem=Cause.HOLDS_UNTOLD, watched=False)
    band = sentences.payment(WORDS, shown(untold))[0]
    assert band.headline == "Unclear. Nothing was taken"
    assert band.advice.startswith("The server does not tell what is held.")
    assert "does not tell what is held" in sentences.known(WORDS, untold)
    assert "cannot be known here" in open_items.known(WORDS, untold)
    orphan = payment(State.ORPHAN_HOLD, seen=Balance(Money(10_000, EUR), None))
    assert "its code was lost" in sentences.known(WORDS, orphan)
    assert sentences.held(WORDS, Balance(Money(10_000, EUR), None)) == "not known"


def issue(kind: Kind, state: IssueState, **known: Any) -> Issue:
    sold = Issue(
        id="sale",
        kind=kind,
        series="6091",
        amount=Money(2_500, EUR),
        operator="7",
        created_at=NOON,
        card=CARD.number,
        state=state,
    )
    return replace(sold, **known)


UNUSED, USED = (Balance(Money(net, EUR), Money(0, EUR)) for net in (2_500, 100))


@pytest.mark.parametrize(
    ("ended", "headline", "outcome"),
    [
        (issue(Kind.ISSUE, IssueState.DONE), "Sold", "sold"),
        (issue(Kind.ISSUE_LIVE, IssueState.DONE, ending=Ending.HANDED_OVER), "Sold", "sold"),
        (issue(Kind.ISSUE, IssueState.REFUSED), "Not sold", "not_sold"),
        (issue(Kind.UNISSUE, IssueState.DONE), "Sale undone", "undone"),
        (issue(Kind.UNISSUE, IssueState.REFUSED, worth=UNUSED), "Not undone", "not_undone"),
        (issue(Kind.UNISSUE, IssueState.REFUSED, worth=USED), "Not undone. The card was used", "not_undone"),
        (issue(Kind.ISSUE, IssueState.UNCLEAR, closed=Closed("1", "why")), "Closed", None),
        (issue(Kind.ISSUE_LIVE, IssueState.DONE, closed=Closed("1", "why")), "Closed", None),
        (issue(Kind.ISSUE, IssueState.DONE, closed=Closed("1", "why")), "Sold", "sold"),
        (payment(State.UNCLEAR, closed=Closed("1", "why")), "Closed", None),
        (payment(State.ORPHAN_HOLD, closed=Closed("1", "why")), "Closed", None),
        (payment(State.COMMITTED, closed=Closed("1", "why")), "Paid", "paid"),
        (payment(State.CANCELLED), "Not paid. The hold was released", "not_paid"),
    ],
    ids=str,
)
def test_how_an_operation_ended_that_was_left_behind(
    ended: Payment | Issue, headline: str, outcome: str | None
) -> None:
    band, told = sentences.settled(WORDS, ended)
    assert (band.headline, told) == (f"•••• 1111: {headline}", outcome)
    assert band.advice


def test_a_live_card_without_a_number_ends_without_one() -> None:
    band, _ = sentences.settled(WORDS, issue(Kind.ISSUE_LIVE, IssueState.REFUSED, card=None))
    assert band.headline == "Not sold"


NO_CODE: Any = {"problem": Cause.UNREADABLE, "misfit": Misfit("authCode", "missing")}


@pytest.mark.parametrize(
    "known",
    [
        {"state": State.ORPHAN_HOLD},
        {"state": State.NOT_HELD},
        {"state": State.CANCELLED, "decision": Decision.RELEASE},
        {"state": State.UNCLEAR},
        {"state": State.REQUESTING, "doubt": Doubt.LOST},
        {"state": State.COMMITTING, "decision": Decision.TAKE, "doubt": Doubt.LOST, "attempts": 1},
    ],
)
def test_of_an_answer_that_cannot_be_read_support_is_told_what_did_not_fit(known: dict[str, Any]) -> None:
    """Issue 10, 5: which member and what shape reach the sentence of a payment too."""
    band, _ = sentences.payment(WORDS, shown(payment(**known, **NO_CODE)))
    assert band.advice.endswith(" For support: authCode: missing.")
    told, _ = sentences.payment(WORDS, shown(payment(**known, **(NO_CODE | {"problem": Cause.TIMEOUT}))))
    assert "authCode" not in told.advice


@pytest.mark.parametrize(
    "known",
    [
        {"state": IssueState.UNCLEAR},
        {"state": IssueState.REFUSED},
        {"state": IssueState.SENDING, "doubt": Doubt.LOST},
    ],
)
def test_and_in_that_of_a_sale_and_its_undoing(known: dict[str, Any]) -> None:
    told = sell_sentences.issued(WORDS, issue(Kind.ISSUE, **known, **NO_CODE))
    assert told.note.endswith(" For support: authCode: missing.")
    band, _ = sell_sentences.undoing(WORDS, issue(Kind.UNISSUE, **known, **NO_CODE))
    assert band.advice.endswith(" For support: authCode: missing.")


@pytest.mark.parametrize(
    ("problem", "setting"),
    [
        (Cause.UNITS, "amounts"),
        (Cause.NET_FELL, "net_excludes_holds"),
        (Cause.NET_ROSE, "net_excludes_holds"),
        (Cause.LESS_SHOWN, "held_field"),
        (Cause.NOT_SHOWN, "refused_when"),
    ],
)
def test_a_hold_that_is_not_as_it_should_be_names_the_setting(problem: Cause, setting: str) -> None:
    for state in (State.CANCELLED, State.UNCLEAR):
        band, _ = sentences.payment(WORDS, shown(payment(state, problem=problem)))
        assert f"the setting {setting}" in band.advice


def test_what_is_in_front_and_was_closed_on_the_list_is_closed_there_too() -> None:
    closed = Closed("Anna", "the customer was paid out")
    paying, paid = sentences.payment(WORDS, shown(payment(State.UNCLEAR, closed=closed)))
    selling = sell_sentences.issued(WORDS, replace(issue(Kind.ISSUE, IssueState.UNCLEAR), closed=closed))
    undoing, undone = sell_sentences.undoing(
        WORDS, replace(issue(Kind.UNISSUE, IssueState.UNCLEAR), closed=closed)
    )

    assert (paying.headline, paid) == ("•••• 1111: Closed", None)
    assert (selling.state, selling.outcome) == ("Closed", None)
    assert (undoing.headline, undone) == ("•••• 1111: Closed", None)
