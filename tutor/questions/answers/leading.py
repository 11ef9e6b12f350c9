"""The feedback on a wrong first answer, which helps without giving anything away."""

from typing import TYPE_CHECKING

from tutor.budget import ANSWER_BUDGET, Budget
from tutor.errors import ChainruleError
from tutor.reading.outcome import Unreadable
from tutor.text.giveaways import NOT_IT

if TYPE_CHECKING:
    from tutor.questions.base import Grade, Instance


def can_try_again(instance: "Instance", grade: "Grade") -> bool:
    """Whether a second try is worth offering after `grade`."""
    return grade.verdict != "right" and instance.can_try_again


def leading_feedback(instance: "Instance", raw: str) -> str:
    """Feedback in Markdown on `raw`, a wrong answer, that never gives the right one."""
    try:
        with Budget(ANSWER_BUDGET, "this answer").activate():
            answer = instance.read(raw)
            return NOT_IT if isinstance(answer, Unreadable) else instance.lead(answer)
    except ChainruleError:
        return NOT_IT


def right_parts(instance: "Instance", raw: str) -> tuple[str, ...]:
    """The labels of the parts of `raw` that are right already."""
    answer = instance.read(raw)
    return () if isinstance(answer, Unreadable) else instance.right_parts(answer)


def is_same_answer(instance: "Instance", raw: str, earlier: str) -> bool:
    """Whether `raw` is read as `earlier` was: an answer that is given twice is no second try."""
    answer = instance.read(raw)
    return not isinstance(answer, Unreadable) and bool(answer == instance.read(earlier))
