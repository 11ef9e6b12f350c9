"""Leading feedback: feedback on a wrong first answer that helps without giving the right answer away."""

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
    """Feedback in Markdown on `raw`, a wrong answer, that does not reveal the right one.

    If there is nothing to say, since `raw` cannot be read or graded now, it only says that the answer is not right.
    """
    try:
        with Budget(ANSWER_BUDGET, "this answer").activate():
            answer = instance.read(raw)
            return NOT_IT if isinstance(answer, Unreadable) else instance.first_try_feedback(answer)
    except ChainruleError:
        return NOT_IT


def right_parts(instance: "Instance", raw: str) -> tuple[str, ...]:
    """The labels of the options or places that `raw` has right already."""
    answer = instance.read(raw)
    return () if isinstance(answer, Unreadable) else instance.right_parts(answer)


def is_same_answer(instance: "Instance", raw: str, earlier: str) -> bool:
    """Whether the typed texts `raw` and `earlier` mean the same answer; False if `raw` cannot be read."""
    answer = instance.read(raw)
    if isinstance(answer, Unreadable):
        return False
    return bool(answer == instance.read(earlier))
