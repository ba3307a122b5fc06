"""What became of the hold? The rules of taking and releasing it, and the proof of either.

A hold is resolved once, and the decision never flips. A yes of the server counts when the reading after it
does not contradict (row 28b); without an answer, or with a no, only such a reading can tell. What is compared
is *under the hold* (S1) with *now*: a commit lowers both figures by what was held, a release and a hold that
lapsed only the authorised one. The same call with the same code may always be made again.
"""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    LONGEST_WISH_S,
    PROOF_S,
    Call,
    Doubt,
    Effect,
    Overtaken,
    StatusSeen,
    Unread,
    pause_s,
    quiet_left_s,
)
from centara_giftcard.domain.payment_data import (
    Decision,
    Payment,
    Release,
    State,
    Step,
    Take,
    for_a_person,
    repeated,
)
from centara_giftcard.domain.replies import Accepted, Cause, NotSent, OutcomeUnknown, Refused, StatusFailed

_NOES: Final = 3
"""A server that says so often that there is no such hold does not hold it."""


def take(payment: Payment, _: Take) -> Step:
    decided = replace(payment, state=State.COMMITTING, decision=Decision.TAKE, attempts=0)
    return decided, Effect(Call.COMMIT)


def release(payment: Payment, _: object = None) -> Step:
    """Let the hold go. Of one whose answer came late, the last reading may have been one under the hold."""
    held, seen = payment.held, payment.seen
    risen = None if seen is None else seen.risen_since(payment.before)
    shown = held is not None and risen is not None and risen >= held
    decided = replace(
        payment,
        holding=seen if payment.holding is None and shown else payment.holding,
        state=State.CANCELLING,
        decision=Decision.RELEASE,
        attempts=0,
        doubt=None,
        seen=None,
        watched=True,
        closed=None,
    )
    return decided, Effect(Call.CANCEL)


def release_known(payment: Payment, _: Release) -> Step:
    if not payment.releasable:
        raise IllegalTransition(f"payment {payment.id} has no hold that could be released")
    return release(payment)


def overtaken(payment: Payment, _: Overtaken) -> Step:
    return replace(payment, overtaken=True), None


def resolving_call(payment: Payment) -> Call:
    return Call.COMMIT if payment.decision is Decision.TAKE else Call.CANCEL


# --- the answers -------------------------------------------------------------------------------------------


def accepted(payment: Payment, _: Accepted) -> Step:
    """Row 28b: a yes is shown when a reading agrees, or when none can be had for PROOF_S."""
    attempts = payment.attempts if payment.contradicted else 0
    said = replace(payment, doubt=Doubt.ACCEPTED, lost=True, attempts=attempts, noes=0, quiet_since_s=None)
    return said, Effect(Call.STATUS, unread_s=None if payment.contradicted else PROOF_S)


def unread(payment: Payment, _: Unread) -> Step:
    """The server's word has to do; the reading is tried on, and may yet contradict.

    There is no word for a payment whose amount was neither said nor seen.
    """
    unsaid = payment.guessed and payment.decision is Decision.TAKE
    if unsaid or payment.doubt is not Doubt.ACCEPTED or payment.contradicted:
        return payment, None
    return _believed(payment), None


def _believed(payment: Payment) -> Payment:
    taken = payment.decision is Decision.TAKE
    return replace(payment, state=State.COMMITTED if taken else State.CANCELLED)


def not_answered(payment: Payment, reply: NotSent | OutcomeUnknown) -> Step:
    """Rows 28 and 31: the same call with the same code again, growing pauses, a person after six.

    What may have been carried out is looked at first: both figures are proof, and the server that does the
    work without answering for it would be asked for ever.
    """
    troubled = _troubled(payment, reply.cause)
    if isinstance(reply, NotSent):
        return repeated(troubled, resolving_call(payment))
    wish_s = min(reply.retry_after_s or 0.0, LONGEST_WISH_S)  # row 10: a busy server is left alone first
    # Where the server has said yes before, a conflict tells of the release that is done already.
    done = payment.contradicted and payment.decision is Decision.RELEASE and reply.cause is Cause.CONFLICT
    doubt = Doubt.REFUSED if done else Doubt.LOST
    noes = payment.noes + 1 if reply.cause is Cause.CONFLICT else 0
    return replace(troubled, lost=True, doubt=doubt, noes=noes), Effect(Call.STATUS, wish_s)


def not_accepted(payment: Payment, reply: Refused) -> Step:
    """Rows 29 to 31: compare first. A refused token (row 9) proves nothing and is mended by a person."""
    refused = replace(_troubled(payment, reply.cause), words=reply.words)
    if reply.cause is Cause.NOT_ACCEPTED:
        return repeated(replace(refused, doubt=None), resolving_call(payment))
    said = replace(refused, doubt=Doubt.REFUSED, noes=payment.noes + 1, quiet_since_s=None)
    return said, Effect(Call.STATUS)


def _troubled(payment: Payment, cause: Cause) -> Payment:
    """Note why an answer was not clean; a release keeps the reason for which it was begun."""
    begun_for_a_reason = payment.decision is Decision.RELEASE and cause is not Cause.NOT_ACCEPTED
    if begun_for_a_reason or payment.problem is Cause.WRONG_CARD:
        return payment
    return replace(payment, problem=cause)


def status_failed(payment: Payment, reply: StatusFailed) -> Step:
    """No reading. After a lost answer the call itself is tried again: it may work where reading does not."""
    if payment.doubt is Doubt.LOST:
        return repeated(replace(payment, doubt=None), resolving_call(payment), reply.retry_after_s)
    if payment.unread:  # told already, on the server's word
        tried = replace(payment, attempts=payment.attempts + 1)
        return tried, Effect(Call.STATUS, pause_s(tried.attempts, reply.retry_after_s))
    return repeated(payment, Call.STATUS, reply.retry_after_s)


# --- the comparison ----------------------------------------------------------------------------------------


class _Moves(Struct, frozen=True):
    """What changed on the card since it was read under the hold.

    `gone`: so little is held now that ours cannot be open, whatever other tills did. `fallen`: as much less
    is held as ours was; it may have been another till's, where others hold as much. `taken` is how far the
    net balance fell, `still` whether as much is held, `more` whether as much or more. `unsaid`: no reading
    under the hold says how much ours is, and more is held than before it.
    `untold`: the server does not tell what is held.
    """

    gone: bool
    fallen: bool
    taken: Money
    still: bool
    more: bool
    unsaid: bool = False
    untold: bool = False

    @property
    def both(self) -> bool:
        """Whether the hold is not there any more."""
        return self.gone or self.fallen


def _moves(payment: Payment, held: Money, now: Balance) -> _Moves:
    base = payment.holding or payment.before
    was, under, left = payment.before.authorised, base.authorised, now.authorised
    taken = base.net - now.net
    if was is None or under is None or left is None:
        return _net_alone(payment, held, taken)
    if (
        payment.guessed and payment.decision is Decision.RELEASE
    ):  # row 25: it may be a part; it is gone where nothing is held, or as much as before
        back = now == payment.before
        return _Moves(gone=not left, fallen=back, taken=taken, still=False, more=bool(left))
    # Both figures as they were before the request: nothing was taken, whatever the settings say of the net;
    # and what the hold had added, as much as that was, is gone.
    as_before = now == payment.before
    back = as_before and under != was
    if under == was:  # not read under the hold, or it was gone before it was
        under += held
    # The server's word for how much ours is does not do: the reading under the hold says, or, without one,
    # that no more is held than before it. Where nothing is held at all, ours is not.
    unsaid = payment.holding is None and left > was
    gone = not left or (left < min(held, under) and not unsaid)
    return _Moves(
        gone=gone,
        fallen=back or under - left == held,
        taken=_nothing(held) if back or (gone and as_before) else taken,
        still=left == under,
        more=left >= under,
        unsaid=unsaid,
    )


def _net_alone(payment: Payment, held: Money, taken: Money) -> _Moves:
    """What can be said where the server does not tell what is held.

    That ours was taken shows the net, where it stood under the hold as before it. That ours was let go shows
    nothing: there the server's yes has to do.
    """
    ours = payment.holding is not None and taken == held
    if payment.decision is Decision.RELEASE:
        ours = payment.doubt is Doubt.ACCEPTED
    return _Moves(gone=False, fallen=ours, taken=taken, still=not taken, more=True, untold=True)


def settle(payment: Payment, status: StatusSeen) -> Step:
    """Rows 28 to 31: what became of the hold, by comparing with the reading under it."""
    if payment.held is None:
        raise IllegalTransition(f"payment {payment.id} was decided without a hold")
    seen = replace(payment, seen=status.balance)
    moves = _moves(payment, payment.held, status.balance)
    if payment.problem is Cause.WRONG_CARD:  # row 26: the hold may be on a card that nobody can read
        if payment.doubt is not Doubt.ACCEPTED:
            return for_a_person(seen)
        return _ask_again(seen) if moves.more and seen.attempts < _NOES else _agreed(seen)
    # A hold that was gone when the quiet time began stays gone, whatever others hold by now.
    began = payment.seen if payment.quiet_since_s is not None else None
    hidden = began is not None and not moves.gone and _moves(payment, payment.held, began).gone
    moves = replace(moves, gone=moves.gone or hidden)
    same_again = _same(payment.seen, status.balance, moves.gone)
    if payment.decision is Decision.RELEASE:
        return _released(seen, moves, same_again)
    then, effect = _taken(seen, payment.held, moves, same_again, status.at_s)
    waits = hidden and then.state is State.COMMITTING and then.quiet_since_s is not None
    return (replace(then, seen=began) if waits else then), effect


def _same(before: Balance | None, now: Balance, gone: bool) -> bool:
    """Whether this reading is the last one over again; what others hold is no matter once ours is gone."""
    return before is not None and (now == before or (gone and now.net == before.net))


def _taken(seen: Payment, held: Money, moves: _Moves, same_again: bool, at_s: float) -> Step:
    sure = moves.gone or same_again  # else another till may hold as much: the same call again tells
    if moves.both and not moves.taken:
        # Nothing was taken, and nothing is held that could be: not paid. But a server may book the commit a
        # while after it let the hold go, so that only a quiet card is believed (rows 28b and 29).
        return _quiet(seen, held, same_again, at_s) if sure else _ask_again(seen)
    less_taken = _nothing(held) < moves.taken < held
    if less_taken and seen.attempts >= (_NOES if moves.both else ATTEMPTS - 1):
        # Less than was held by the server's own word: asking it once more tells nothing else.
        return for_a_person(seen)
    if seen.doubt is Doubt.ACCEPTED:
        # The server said yes, so what other tills did is no reason for doubt; but our commit lowers the
        # balance by all of ours, and nothing puts money back on a card. Where the hold was never read and as
        # much is held as it alone would be, a net that is set wrongly falls so by the hold itself.
        hold_alone = seen.holding is None and moves.still
        # Of a hold that no reading has shown only exactly as much is proof: the server may have held less
        # than it said, or not said how much, and the rest be what others took.
        unseen = seen.guessed or seen.holding is None
        fell = moves.taken == held if unseen else moves.taken >= held
        # What this till took of the card since is not told from ours, and so no proof for what was in doubt.
        blurred = seen.overtaken and (unseen or seen.contradicted)
        if fell and not hold_alone and not blurred:
            return _agreed(seen)
        # Yes after yes, the hold does not stand, and nothing changes: one more tells nothing else.
        vain = seen.attempts >= ATTEMPTS and same_again and not moves.still
        return for_a_person(seen) if vain else _ask_again(seen)
    if moves.both and moves.taken == held:
        # Exactly ours was taken and exactly ours is held no more. After an answer that was lost this is our
        # commit (row 30). Where no answer was ever lost the server's no stands, and so our hold may have
        # lapsed and another till have taken as much (row 29), or this one for another sale.
        if not seen.lost or seen.overtaken:
            return for_a_person(seen)
        return _agreed(seen) if sure else _ask_again(seen)
    if seen.doubt is Doubt.LOST:
        # Not carried out, or not yet, or hidden by what other tills did: the commit is made again. Where the
        # server answers each time that nobody can say, it says no more after six, unless the hold stands; and
        # where it is gone, and so can be taken no more, after four.
        often = seen.attempts + 1 >= ATTEMPTS or (moves.gone and seen.noes > _NOES)
        vain = seen.problem is Cause.CONFLICT and often and not moves.still
        return for_a_person(seen) if vain else _ask_again(seen)
    # The server says no and the hold stands, or others moved the card: no reading can tell.
    return for_a_person(seen)


def _nothing(like: Money) -> Money:
    return Money(0, like.currency)


def _released(seen: Payment, moves: _Moves, same_again: bool) -> Step:
    debited = moves.taken > _nothing(moves.taken)  # net rises at a release where a setting is wrong
    if moves.both and not debited and (moves.gone or same_again or seen.doubt is Doubt.ACCEPTED):
        return _agreed(seen)
    if seen.doubt is Doubt.ACCEPTED:
        if moves.both:  # and as much was taken: perhaps ours. Anything else is another till's doing.
            return for_a_person(seen) if moves.taken == seen.held else _agreed(seen)
        # Not done, or hidden by another till's doing: a second yes is believed. What was so before the yes
        # is not of its doing, and takes more of them; readings that failed after the first are none.
        often = seen.contradicted and (seen.attempts >= _NOES or not same_again)
        part = moves.unsaid and not moves.more and seen.attempts + 1 < ATTEMPTS  # of ours, perhaps
        hidden = often and not (moves.still or part or seen.guessed)
        return _agreed(seen) if hidden else _ask_again(seen)
    # A yes at first and a no to the repeats: another's new hold hides the release, perhaps of as much. What
    # is held may be ours all the same where no reading under it has said how much ours is.
    hidden = seen.noes >= _NOES or not (moves.still or moves.unsaid or seen.guessed)
    if seen.contradicted and seen.doubt is Doubt.REFUSED and hidden:
        return _agreed(seen)
    # Where nobody knows how much ours is a reading says little while anything is held: it is asked six times.
    unknown = (moves.unsaid or seen.guessed) and not debited and seen.noes < ATTEMPTS
    unmoved = moves.still or unknown
    if seen.doubt is Doubt.LOST and seen.noes >= ATTEMPTS and not moves.still:
        return for_a_person(seen)  # conflict upon conflict, and what else is held hides whether ours is
    untellable = (moves.gone and debited) or (moves.untold and seen.doubt is Doubt.REFUSED)
    if untellable and seen.attempts + 1 >= ATTEMPTS:
        return for_a_person(seen)  # no answer ever tells whether it is gone, or whether somebody took it
    if unmoved or (moves.fallen and not debited) or seen.doubt is Doubt.LOST:
        return _ask_again(seen)
    return for_a_person(seen)


def _agreed(seen: Payment) -> Step:
    return replace(_believed(seen), after=seen.seen, doubt=None, attempts=0), None


def _doubted_yes(seen: Payment) -> Payment:
    """A yes that did not come true: what was told is taken back, and from now on only a reading counts."""
    taken = seen.decision is Decision.TAKE
    state = seen.state if not seen.unread else State.COMMITTING if taken else State.CANCELLING
    attempts = seen.attempts if seen.contradicted else 0  # readings in vain do not count against the call
    return replace(seen, state=state, attempts=attempts, contradicted=True)


def _ask_again(seen: Payment) -> Step:
    if seen.doubt is Doubt.ACCEPTED:
        seen = _doubted_yes(seen)
    return repeated(replace(seen, doubt=None, quiet_since_s=None), resolving_call(seen))


def _quiet(seen: Payment, held: Money, same_again: bool, at_s: float) -> Step:
    """Believe that nothing was taken only after two equal readings, QUIET_S apart.

    Nor then where the hold itself may have lowered the balance: by a net that is set wrongly, while another
    till took something. After a no it did not.
    """
    since_s = seen.quiet_since_s if same_again else None
    left_s = quiet_left_s(since_s, at_s)
    fell = seen.holding is not None and seen.before.net - seen.holding.net >= held
    if not left_s and fell and seen.doubt is not Doubt.REFUSED:
        return for_a_person(seen)
    if not left_s:
        return replace(seen, state=State.NOT_HELD, after=seen.seen, doubt=None), None
    doubted = _doubted_yes(seen) if seen.doubt is Doubt.ACCEPTED else seen
    return replace(doubted, quiet_since_s=at_s if since_s is None else since_s), Effect(Call.STATUS, left_s)
