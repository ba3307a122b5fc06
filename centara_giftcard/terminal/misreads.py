"""What of the server's answers an operation could not go by, for the flight recorder."""

from centara_giftcard.domain.dialect import EXPLAINED_BY
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.ports import Operation, Recorder


def note_misread(recorder: Recorder, before: Operation, now: Operation) -> None:
    """Note which member could not be read, or which setting a reading speaks against, where that is new."""
    problem, misfit = now.problem, now.misfit
    if problem is None or (problem, misfit) == (before.problem, before.misfit):
        return
    if problem is Cause.UNREADABLE and misfit is not None:
        recorder.event("misread", operation=now.id, member=misfit.member, shape=misfit.shape)
    elif problem in EXPLAINED_BY:
        recorder.event("misread", operation=now.id, problem=problem.value, setting=EXPLAINED_BY[problem])
