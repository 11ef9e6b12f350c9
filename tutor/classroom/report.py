"""The report on a class: the objects of `chainrule class --json`, from which its schema, table and page are made."""

from typing import Literal

import msgspec

REPORT_VERSION = 1
"""The number of the form of this report; it rises when a key goes or changes its meaning."""


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grade."""

    score: float
    """0 … 1."""
    verdict: str
    """`right`, `partly`, `wrong` or `left out`."""


class GradeDifference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer whose grade in the file is not the one that it deserves."""

    question: str
    seed: int
    answer: str
    """As typed; for code its first lines."""
    at: str
    key: str
    """The answer's key in the file."""
    program: str
    """The version of the program that says it graded it."""
    claimed: Outcome
    """What the file says."""
    found: Outcome
    """What the present grader says, from seed and answer."""


class Unchecked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many answers could not be graded again, by reason. They earn nothing in this report."""

    gone: int = 0
    """To questions that this course does not have."""
    rewritten: int = 0
    """To questions that were rewritten since, or whose version was not kept."""
    unreadable: int = 0
    """Which the present grader cannot read."""
    refused: int = 0
    """In code that this machine cannot shut in."""
    slow: int = 0
    """In code that was not run, since the learner's code before it had taken too long."""


class LessonRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a learner did in a lesson."""

    lesson: str
    answers: int
    right: int
    """Of them; second tries are not counted."""
    questions: int
    """That the lesson has."""
    solved: int
    """Questions that were answered right at least once."""
    score: float
    """`solved / questions` in percent."""
    exercises: int
    """In code, that the lesson has."""
    exercises_solved: int
    answered: int = 0
    """Of its questions, how many were answered at all; the others are a part of `score` too."""


class ResetRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lesson, or the whole course, that a learner began again with `chainrule reset`."""

    at: str
    lesson: str
    """"" for the whole record."""
    answers: int
    """That were on record until then, second tries and answers that were taken back included."""
    exams: int
    """That were on record; those of a single lesson stay there."""


class WeakConcept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The concept that a learner knows least."""

    concept: str
    known: float
    """The chance that the next question on it is answered right, as docs/record.md computes `known`."""


class Stuck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question that a learner answered at least twice, and never right."""

    question: str
    lesson: str
    tries: int


class LearnerRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One learner."""

    name: str
    student_id: str
    files: list[str]
    """Empty for a learner who is only on the list of the class: there was nothing that could be read."""
    assignment: str
    """What the file of `handed_in` was handed in for; "" when it does not say."""
    handed_in: str | None
    """When, as the newest file says; of an assignment the first file for it that has all that counts. Null where there
    is nothing for that assignment."""
    answers: int
    """That count: not taken back, and no second tries or drafts."""
    right: int
    left_out: int
    """Of an exam."""
    undone: int
    """How many answers were taken back."""
    hints: int
    seconds: float
    first_seen: str | None
    last_seen: str | None
    weakest: WeakConcept | None
    score: float | None
    """Of the assignment, out of 100; null where none was named, and for a learner who did nothing for it: no answer of
    its own and no file that names it."""
    late_seconds: float | None
    """How long after its deadline that file was handed in: as it says, or later when something in it is later; in a
    record, how long after it the last answer was given that added to the score. Null where that was not late."""
    lessons: list[LessonRow]
    stuck: list[Stuck]
    graded: int
    """How many answers were graded again."""
    differences: list[GradeDifference]
    unchecked: Unchecked
    contradictions: list[str] = []
    """What the files say that cannot all be true, in words; for moments a clock that was wrong may be the reason."""
    exams_begun: int | None = None
    """How often the exam of the assignment was begun (its first answer given); null where none was named, or it is
    practice."""
    exams_left_early: int | None = None
    """How many of these ended with questions unanswered, or never ended."""
    given_id: str = ""
    """The student_id that the files give, where the list of the class has another, which is then `student_id`."""
    complete_at: str | None = None
    """The moment that decides whether the assignment is late: when its file, with all that adds to the score, was
    there, or the last such answer given. Null where no assignment was named, or there is neither."""
    score_on_time: float | None = None
    """What the answers that were given before the deadline earn alone; null where the assignment is not late."""
    score_handed_in: float | None = None
    """What the answers until `handed_in` earn alone; null where that is all of `score`."""
    unreadable: list[str] = []
    """Files that name this learner and could not be read."""
    changed_files: list[str] = []
    """Those of `files` that were changed after they were written: the digest is not theirs, or was taken out."""
    answered: int | None = None
    """Of the questions that the assignment wants, how many were answered; null where none was named."""
    resets: list[ResetRow] = []
    """What was begun again, the earliest first. Answers that no other file has are lost to this report."""
    suspect: list[str] = []
    """Why the marks are to be looked at first: the keys that say more, `changed_files`, `contradictions`,
    `differences`, `copies` (of the class), `student_id` (of somebody else, or not that of the list), `resets`."""

    @property
    def is_empty(self) -> bool:
        """Whether there is no answer to look over, not even one that was taken back."""
        return not self.answers and not self.undone


class WrongAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer that was not right, and how many learners gave it."""

    answer: str
    """As typed."""
    means: str
    """What it picked, where an answer is picked; "" else."""
    learners: int


class QuestionRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question, over the whole class."""

    question: str
    lesson: str
    kind: str
    learners: int
    """Who answered it."""
    failed: int
    """Of them, who never answered it right."""
    first_right: float
    """The share whose first answer was right: its facility, 0 … 1."""
    discrimination: float | None
    """The corrected point-biserial correlation; null where it cannot be computed."""
    wrong: list[WrongAnswer]
    """The commonest wrong answers, at most five."""


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two hand-ins with the same answers: one was copied, or both are of one record."""

    learners: list[str]
    files: list[str]
    answers: int
    """How many answers have the same key, or the same question, answer and moment."""
    of: list[int]
    """How many each of them has."""


class FileFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that could not be read."""

    file: str
    error: str
    learner: str = ""
    """Whose it is, as its first line says, or the settings beside a record; "" where that cannot be read."""


class ClassReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class, as its hand-ins show it."""

    chainrule: Literal["class"]
    version: Literal[1]
    program: str
    made_at: str
    files: int
    """How many were checked."""
    assignment: str
    """The title of the assignment that was named; "" without one."""
    learners: list[LearnerRow]
    """By name."""
    questions: list[QuestionRow]
    """Those that most learners fail first."""
    copies: list[Copy]
    faults: list[FileFault]
    remarks: list[str]
    """What else is to be known, in words."""
    deadline: str | None = None
    """Of the assignment, as its file gives it; null without one."""
    wanted: int | None = None
    """How many questions the assignment wants answered; null without one."""
