"""What one learner did: by lesson, the weakest concept, and where he or she is stuck."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tutor.classroom.assignment import Assignment
from tutor.classroom.graded import GradedAnswer, GradedLearner, select_first_answers
from tutor.classroom.learners import HandedIn
from tutor.classroom.marks import ScoredAnswer
from tutor.classroom.report import LearnerRow, LessonRow, ResetRow, Stuck, WeakConcept
from tutor.errors import ChainruleError
from tutor.progress.review.mastery import level
from tutor.progress.tables.attempt import CODE
from tutor.quiz.sittings import Sitting

if TYPE_CHECKING:
    from tutor.content.course import Course

TRIES_WHEN_STUCK = 2
"""A learner who gave at least this many answers to a question, none of them right, is stuck at it."""


@dataclass(frozen=True)
class LessonItems:
    """What a lesson asks for."""

    lesson: str
    title: str
    questions: frozenset[str]
    exercises: frozenset[str]


def list_lesson_items(course: "Course", lessons: Iterable[str]) -> list[LessonItems]:
    """What each of these lessons asks for, in the order of the course; a lesson that cannot be opened is left out."""
    wanted_ids = set(lessons)
    items_of_lessons = []
    for heading in course.headings:
        lesson_id = heading.front_matter.id
        if lesson_id not in wanted_ids:
            continue
        try:
            lesson = course.lesson(lesson_id)
        except ChainruleError:
            continue
        questions = frozenset(question.id for question in lesson.questions)
        exercises = frozenset(block.id for block in lesson.exercises)
        items_of_lessons.append(LessonItems(lesson_id, heading.front_matter.short_title, questions, exercises))
    return items_of_lessons


def make_learner_row(
    graded: GradedLearner,
    lessons: Sequence[LessonItems],
    assignment: Assignment | None = None,
    unreadable: Sequence[str] = (),
    suspect: Sequence[str] = (),
) -> LearnerRow:
    """One learner's row of the report: what was done in the lessons, and for the assignment.

    `unreadable` are files that name the learner and could not be read; `suspect` are the reasons to look at the marks
    first.
    """
    mark = AssignmentMark() if assignment is None else _mark_assignment(graded, assignment)
    learner, owner, first = graded.learner, graded.learner.owner, select_first_answers(graded.answers)
    times = [answer.attempt.at for answer in graded.answers]
    lesson_rows = [_make_lesson_row(items, graded.answers) for items in lessons]
    exams_begun = exams_left_early = None  # if no exam was asked for
    if mark.exams is not None:
        exams_begun = len(mark.exams)
        exams_left_early = sum(exam.was_left_early for exam in mark.exams)
    resets = [ResetRow(reset.at.isoformat(), reset.lesson, reset.answers, reset.exams) for reset in learner.resets]
    return LearnerRow(
        name=owner.name,
        student_id=owner.student_id,
        files=list(learner.files),
        assignment=owner.assignment if mark.handed_in is None else mark.handed_in.assignment,
        handed_in=_write_moment(owner.at if assignment is None else mark.claimed),
        answers=len(first),
        right=sum(answer.is_right for answer in first),
        left_out=sum(answer.is_left_out for answer in first),
        undone=graded.undone,
        hints=sum(answer.attempt.hints for answer in graded.answers),
        seconds=round(sum(answer.attempt.seconds for answer in graded.answers), 1),
        first_seen=_write_moment(min(times, default=None)),
        last_seen=_write_moment(max(times, default=None)),
        weakest=find_weakest_concept(first),
        score=mark.score,
        late_seconds=None if mark.lateness is None else mark.lateness.total_seconds(),
        lessons=[row for row in lesson_rows if row.answers],
        stuck=find_stuck(graded.answers),
        graded=graded.report.graded,
        differences=graded.differences,
        unchecked=graded.unchecked,
        contradictions=[*learner.contradictions],
        complete_at=_write_moment(mark.complete_at),
        score_on_time=mark.score_on_time,
        score_handed_in=mark.score_handed_in,
        unlisted_id=learner.unlisted_id,
        exams_begun=exams_begun,
        exams_left_early=exams_left_early,
        unreadable=[*unreadable],
        changed_files=[*learner.changed_files],
        answered=None if assignment is None else _count_answered(graded, assignment),
        resets=resets,
        suspect=[*suspect],
    )


@dataclass(frozen=True)
class AssignmentMark:
    """What a learner has done for an assignment; by default nothing."""

    score: float | None = None
    handed_in: HandedIn | None = None
    """The file that decides when the assignment was handed in; `None` for a record, which nobody handed in."""
    complete_at: datetime | None = None
    lateness: timedelta | None = None
    score_on_time: float | None = None
    score_handed_in: float | None = None
    """The score of the answers given until `handed_in`; `None` if it is the same as `score`."""
    exams: Sequence[Sitting] | None = None
    """The exams of the assignment that were begun; `None` for an assignment in practice."""

    @property
    def claimed(self) -> datetime | None:
        """The time of handing in that the file gives."""
        return None if self.handed_in is None else self.handed_in.claimed


def _mark_assignment(graded: GradedLearner, assignment: Assignment) -> AssignmentMark:
    """The mark of an assignment, and when the learner had handed in all that adds to it.

    A record is not handed in, so for a record that is the time of the last answer that added to the mark.
    """
    learner, sittings = graded.learner, graded.learner.sittings
    marked = [ScoredAnswer(answer.attempt, answer.score) for answer in graded.answers]
    completed = assignment.find_completion(marked, sittings)
    handed_in = None if learner.is_record else learner.handed_in_for(assignment.title, completed)
    exams = assignment.select_own_sittings(sittings)
    has_own_answer = any(assignment.asks(answer.attempt) for answer in marked)
    has_own_file = handed_in is not None and handed_in.is_for(assignment.title)
    if not has_own_answer and not has_own_file:
        return AssignmentMark(exams=exams)
    score = assignment.score(marked, sittings)
    if handed_in is None:
        complete_at, score_handed_in = completed, score
    else:
        complete_at = handed_in.at if completed is None else max(handed_in.at, completed)
        answers_then = [answer for answer in marked if answer.attempt.at <= handed_in.at]
        score_handed_in = assignment.score(answers_then, sittings)
    lateness = assignment.lateness_of(complete_at)
    return AssignmentMark(
        score=score,
        handed_in=handed_in,
        complete_at=complete_at,
        lateness=lateness,
        score_on_time=None if lateness is None else assignment.score_on_time(marked, sittings),
        score_handed_in=None if score_handed_in == score else score_handed_in,
        exams=exams,
    )


def _count_answered(graded: GradedLearner, assignment: Assignment) -> int:
    """How many of the questions that an assignment wants were answered."""
    answered, _ = assignment.count_answers([answer.attempt for answer in graded.answers])
    return min(answered, assignment.wanted)  # several exams may have asked more than is wanted


def _write_moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _make_lesson_row(items: LessonItems, answers: Sequence[GradedAnswer]) -> LessonRow:
    """What a learner did in one lesson, as a row of the report."""
    lesson_answers = [answer for answer in answers if answer.lesson == items.lesson]
    first_answers = select_first_answers(lesson_answers)
    right_attempts = [answer.attempt for answer in lesson_answers if answer.is_right]
    solved_questions = {attempt.question for attempt in right_attempts if attempt.kind != CODE} & items.questions
    solved_exercises = {attempt.question for attempt in right_attempts if attempt.kind == CODE} & items.exercises
    answered = {answer.attempt.question for answer in first_answers if not answer.is_left_out} & items.questions
    return LessonRow(
        lesson=items.lesson,
        answers=len(first_answers),
        right=sum(answer.is_right for answer in first_answers),
        questions=len(items.questions),
        solved=len(solved_questions),
        score=round(100 * len(solved_questions) / len(items.questions), 1) if items.questions else 0.0,
        exercises=len(items.exercises),
        exercises_solved=len(solved_exercises),
        answered=len(answered),
    )


def find_weakest_concept(first: Iterable[GradedAnswer]) -> WeakConcept | None:
    """The concept whose next question is least likely to be answered right; `None` without a checked answer.

    Only the first answer to a question with the same numbers counts; an answer that was a guess, or given after a hint,
    has half its score.
    """
    scores: dict[str, list[float]] = defaultdict(list)  # concept → scores of its answers, the oldest first
    seen = set()
    for answer in first:
        attempt = answer.attempt
        instance_key = (attempt.question, attempt.seed)
        if not answer.is_checked or answer.is_left_out or instance_key in seen:
            continue
        seen.add(instance_key)
        weight = 0.5 if attempt.hints or attempt.confidence == "guess" else 1.0
        for concept in attempt.concepts:
            scores[concept].append(answer.score * weight)
    levels = sorted((round(level(concept_scores), 4), concept) for concept, concept_scores in scores.items())
    if not levels:
        return None
    lowest_level, concept = levels[0]
    return WeakConcept(concept, lowest_level)


def find_stuck(answers: Iterable[GradedAnswer]) -> list[Stuck]:
    """The questions that were answered more than once and never right, those with most tries first."""
    tries: dict[tuple[str, str], list[bool]] = defaultdict(list)  # question and lesson → whether each answer was right
    for answer in answers:
        if answer.is_checked and not answer.is_left_out:
            tries[answer.attempt.question, answer.lesson].append(answer.is_right)
    stuck = [
        Stuck(question, lesson, len(are_right))
        for (question, lesson), are_right in tries.items()
        if len(are_right) >= TRIES_WHEN_STUCK and not any(are_right)
    ]
    return sorted(stuck, key=lambda row: (-row.tries, row.question))
