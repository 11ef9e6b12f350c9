"""What speaks against a mark: as keys of the report that say more, and in words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from tutor.classroom.report import Copy, LearnerRow, ResetRow
from tutor.errors import clip
from tutor.progress.tables.resets import Reset
from tutor.text.numbers import counted
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.classroom.assignment import Assignment
    from tutor.classroom.graded import GradedLearner
    from tutor.classroom.learners import Learner

SIGN = "!"
"""Stands beside a mark that is suspect."""
MAX_NAMED_LEARNERS, MAX_NAME_LENGTH = 20, 28
"""How many learners a line of the legend names, and how many characters of each."""
REASONS = {
    "changed_files": "file changed after it was written",
    "contradictions": "files that contradict themselves or each other",
    "differences": "grades that differ from the recomputed ones",
    "copies": "answers shared with another learner",
    "student_id": "student_id of somebody else",
    "resets": "begun again with chainrule reset",
}
"""A key of the report → what it means for a learner, in words."""


def find_shared_ids_of_learners(learners: Iterable["Learner"]) -> set[str]:
    """The student_ids that learners of different names gave, in lower case."""
    counts = Counter(learner.owner.student_id.casefold() for learner in learners if learner.owner.student_id)
    return {student_id for student_id, count in counts.items() if count > 1}


def find_suspicions(
    graded: "GradedLearner", copies: Iterable[Copy], shared_ids: AbstractSet[str], assignment: "Assignment | None"
) -> list[str]:
    """The reasons to look at a learner's marks first, as keys of `REASONS`.

    A reset of a lesson that the assignment does not ask about is no reason. `shared_ids` are student_ids that several
    learners gave, casefolded.
    """
    learner = graded.learner
    asked_lessons = () if assignment is None else assignment.lessons  # empty: all lessons
    relevant_lessons = {"", *asked_lessons}  # "" names a reset of the whole course
    applies = {
        "changed_files": bool(learner.changed_files),
        # Each changed file is also one of the contradictions, and has a reason of its own above.
        "contradictions": len(learner.contradictions) > len(learner.changed_files),
        "differences": bool(graded.differences),
        "copies": any({*copy.files} & {*learner.files} for copy in copies),
        # Another id than that of the class list, or the id of somebody else.
        "student_id": bool(learner.unlisted_id) or learner.owner.student_id.casefold() in shared_ids,
        "resets": any(not asked_lessons or reset.lesson in relevant_lessons for reset in learner.resets),
    }
    return [reason for reason in REASONS if applies[reason]]


def choose_sign(learner: LearnerRow) -> str:
    """The sign beside the marks of a learner; "" where nothing speaks against them."""
    return SIGN if learner.suspect else ""


def legend_lines(learners: Sequence[LearnerRow]) -> list[str]:
    """Explain the sign: a line for each reason, with the learners it applies to."""
    lines = []
    for reason, words in REASONS.items():
        names = [clip(learner.name, MAX_NAME_LENGTH) for learner in learners if reason in learner.suspect]
        if names:
            more = [f"{len(names) - MAX_NAMED_LEARNERS} more"] if len(names) > MAX_NAMED_LEARNERS else []
            lines.append(f"{SIGN} {words}: {join_words([*names[:MAX_NAMED_LEARNERS], *more])}")
    return lines


def suspicion_words(learner: LearnerRow) -> str:
    """What speaks against the marks of one learner; "" for nothing."""
    return "; ".join(REASONS[reason] for reason in learner.suspect)


def reset_words(reset: ResetRow | Reset, when: str) -> str:
    """Say what was begun again, when, and after how many answers; `when` begins with a space (" on 3 May") or is ""."""
    what = f"lesson {clip(reset.lesson, 40)}" if reset.lesson else "the whole course"
    exams = f" and {counted(reset.exams, 'exam')}" if reset.exams else ""
    return f"began {what} again{when}, after {counted(reset.answers, 'answer')}{exams}"
