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
    """The grade in the file."""
    found: Outcome
    """The grade that the present grader gives for the same seed and answer."""


class Unchecked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many answers could not be graded again, by reason; such answers earn nothing in this report."""

    gone: int = 0
    """Answers to questions that this course does not have."""
    rewritten: int = 0
    """Answers to questions that were rewritten since, or whose version was not kept."""
    unreadable: int = 0
    """Answers that the present grader cannot read."""
    refused: int = 0
    """Answers in code that was not run, since the sandbox lacks a guard on this machine."""
    slow: int = 0
    """Answers in code that was not run, since the learner's earlier code had taken too long."""


class LessonRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a learner did in a lesson."""

    lesson: str
    answers: int
    right: int
    """How many of the answers are right; second tries are not counted."""
    questions: int
    """How many questions the lesson has."""
    solved: int
    """Questions that were answered right at least once."""
    score: float
    """`solved / questions` in percent."""
    exercises: int
    """How many exercises in code the lesson has."""
    exercises_solved: int
    answered: int = 0
    """How many of the lesson's questions were answered at all; in `score` the others count as not solved."""


class ResetRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lesson, or the whole course, that a learner began again with `chainrule reset`."""

    at: str
    lesson: str
    """"" for the whole record."""
    answers: int
    """That were on record until then, second tries and answers that were taken back included."""
    exams: int
    """How many exams were on record until then; 0 for a single lesson, whose exams stay on record."""


class WeakConcept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The concept that a learner knows least."""

    concept: str
    known: float
    """The chance that the next question on it is answered right: `known` in docs/record.md."""


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
    """The files that could be read, the newest first; empty for a learner who is only on the class list."""
    assignment: str
    """The assignment named in the file that `handed_in` is about; "" if it names none."""
    handed_in: str | None
    """When the newest file was handed in, as it says. With an assignment, this is about the first file for it that has
    every answer that counts; null if there is no file for it."""
    answers: int
    """How many answers count: without those taken back, second tries and drafts."""
    right: int
    left_out: int
    """How many questions of exams were left out."""
    undone: int
    """How many answers were taken back."""
    hints: int
    seconds: float
    first_seen: str | None
    last_seen: str | None
    weakest: WeakConcept | None
    score: float | None
    """The score of the assignment out of 100; null if no assignment was named, or if the learner has neither an answer
    to it nor a file that names it."""
    late_seconds: float | None
    """How long after the deadline the file of `handed_in` was handed in. The time that the file gives counts, or the
    time of the latest thing in it if that is later. For a record, the time of the last answer that added to the score
    counts. Null if nothing is late."""
    lessons: list[LessonRow]
    stuck: list[Stuck]
    graded: int
    """How many answers were graded again."""
    differences: list[GradeDifference]
    unchecked: Unchecked
    contradictions: list[str] = []
    """What the files say that cannot all be true, in words; where times contradict each other, a wrong clock may be
    the reason."""
    exams_begun: int | None = None
    """How often the exam of the assignment was begun (its first answer given); null without an assignment, and for one
    in practice."""
    exams_left_early: int | None = None
    """How many of these ended with questions unanswered, or never ended."""
    unlisted_id: str = ""
    """The student_id in the files, if the class list has a different one, which is then in `student_id`."""
    complete_at: str | None = None
    """The moment that decides whether the assignment is late: when its file was handed in, or when the last answer that
    adds to the score was given, whichever is later. Null without an assignment, or if there is neither."""
    score_on_time: float | None = None
    """The score of the answers given until the deadline; null if the assignment is not late."""
    score_handed_in: float | None = None
    """The score of the answers given until `handed_in`; null if it is the same as `score`."""
    unreadable: list[str] = []
    """Files that name this learner and could not be read."""
    changed_files: list[str] = []
    """Those of `files` that were changed after they were written: their digest does not match, or was removed."""
    answered: int | None = None
    """How many of the questions that the assignment wants were answered; null without an assignment."""
    resets: list[ResetRow] = []
    """What was begun again, the earliest first. Answers from before a reset are missing here unless another file has
    them."""
    suspect: list[str] = []
    """Why the marks are to be looked at first, each as the key that says more: `changed_files`, `contradictions`,
    `differences`, `copies` (a key of the class), `student_id` (somebody else gave it too, or the class list has
    another), `resets`."""

    @property
    def is_empty(self) -> bool:
        """Whether there is no answer at all, not even one that was taken back."""
        return not self.answers and not self.undone


class WrongAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer that was not right, and how many learners gave it."""

    answer: str
    """As typed."""
    means: str
    """The text of the options that it picked; "" for a question without options."""
    learners: int


class QuestionRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question, over the whole class."""

    question: str
    lesson: str
    kind: str
    learners: int
    """How many learners answered it."""
    failed: int
    """How many of these learners never answered it right."""
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
    """How many answers each of the two has in all."""


class FileFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that could not be read."""

    file: str
    error: str
    learner: str = ""
    """The learner's name from the first line of the file, or from the settings beside a record; "" if unreadable."""


class ClassReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class, as its hand-ins show it."""

    chainrule: Literal["class"]
    version: Literal[1]
    program: str
    made_at: str
    files: int
    """How many files were checked."""
    assignment: str
    """The title of the assignment that was named; "" without one."""
    learners: list[LearnerRow]
    """By name."""
    questions: list[QuestionRow]
    """Those that most learners fail first."""
    copies: list[Copy]
    faults: list[FileFault]
    remarks: list[str]
    """Further remarks for the teacher, in words."""
    deadline: str | None = None
    """The deadline of the assignment, as its file gives it; null without one."""
    wanted: int | None = None
    """How many questions the assignment wants answered; null without one."""
