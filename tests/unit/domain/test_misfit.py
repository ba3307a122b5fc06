"""Issue 10, 5: what of an answer could not be read stays with its operation, for support to go on."""

import pytest
from unit.domain import issue_samples as issues
from unit.domain.samples import after, requested, seen, unknown

from centara_giftcard.domain.dialect import EXPLAINED_BY, WireRules
from centara_giftcard.domain.issue import Kind
from centara_giftcard.domain.operation import Call, Reply
from centara_giftcard.domain.replies import Cause, Misfit, OutcomeUnknown

MISFIT = Misfit("authCode", "missing")
UNREAD = OutcomeUnknown(Cause.UNREADABLE, misfit=MISFIT)


def test_a_payment_keeps_what_of_its_answer_could_not_be_read() -> None:
    payment, _ = after(requested(), Reply(Call.PAY, UNREAD), seen(authorised=2_500))
    assert (payment.problem, payment.misfit) == (Cause.UNREADABLE, MISFIT)
    payment, _ = after(requested(), unknown(Call.PAY))
    assert payment.misfit is None


@pytest.mark.parametrize("kind", Kind)
def test_a_sale_and_its_undoing_keep_it_too(kind: Kind) -> None:
    asked = issues.sending(kind)
    call = Call[kind.name]
    issue, _ = issues.after(asked, Reply(call, UNREAD))
    assert (issue.problem, issue.misfit) == (Cause.UNREADABLE, MISFIT)
    issue, _ = issues.after(asked, Reply(call, OutcomeUnknown(Cause.LOST)))
    assert issue.misfit is None


def test_the_setting_that_would_explain_it_is_named() -> None:
    rules = WireRules(auth_code_field="hold.ref", held_field="held")
    assert rules.explaining(Cause.UNITS) == "amounts"
    assert rules.explaining(Cause.UNREADABLE, Misfit("hold.ref", "missing")) == "auth_code_field"
    assert rules.explaining(Cause.UNREADABLE, Misfit("held", "an object")) == "held_field"
    assert rules.explaining(Cause.UNREADABLE, Misfit("body", "no JSON")) == ""
    assert rules.explaining(Cause.UNREADABLE) == rules.explaining(Cause.LOST, MISFIT) == ""
    assert all(hasattr(rules, name) for name in EXPLAINED_BY.values())


def test_what_did_not_fit_makes_no_other_answer_of_it() -> None:
    plain = OutcomeUnknown(Cause.UNREADABLE)
    assert (plain, hash(plain)) == (UNREAD, hash(UNREAD))
    assert plain != OutcomeUnknown(Cause.LOST)
