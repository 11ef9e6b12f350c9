"""Puts a learner's code on record, whole, before its verdict is shown.

A function that passes is an answer like any other. Code that was saved but does not pass yet is a draft: it is kept
with its score, the share of the cases that are right, but does not count, since nobody writes a function in one go. If
the learner asks for the solution instead of going on, the draft counts, as an answer that is partly right. A file that
does not load, or a function that is not written yet, is no answer and is not kept.
"""

from typing import TYPE_CHECKING

from tutor import __version__
from tutor.progress.tables.attempt import CODE, RETRY, Attempt
from tutor.progress.tables.hints import stored_hints_name
from tutor.questions.base import revision_of
from tutor.quiz.session import MAX_RECORDED_SECONDS, Session

if TYPE_CHECKING:
    from tutor.content.model import CodeBlock
    from tutor.exercises.exercise import Exercise
    from tutor.exercises.report import Report

COUNTED_MODE = "lesson"
"""The mode of code that counts."""


def exercise_revision(exercise: "Exercise") -> str:
    """The version of an exercise, as an answer is recorded with it."""
    return revision_of(CODE, exercise)


def record_hint(session: Session, block: "CodeBlock", number: int) -> None:
    """Record that hint `number` was read outside the exercise's screen, so that it counts when the function passes.

    Raises:
        ChainruleError: the record cannot be read or written.
    """
    if number > hints_read_elsewhere(session, block):
        session.store.save_stored(_hints_name(session, block), str(number), "the hint you have read")


def hints_read_elsewhere(session: Session, block: "CodeBlock") -> int:
    """The number of the last hint that was read outside the exercise's screen since it last counted; 0 if none was."""
    text = session.store.stored(_hints_name(session, block)) or ""
    # An imported record may hold any text, so only a few digits are accepted, and no more hints than there are.
    is_count = text.isascii() and text.isdecimal() and len(text) < 4
    count = int(text) if is_count else 0
    return min(count, len(block.exercise.hints))


def _hints_name(session: Session, block: "CodeBlock") -> str:
    """The name of the text in the record that stores how many hints of an exercise were read."""
    _, lesson = session.course.question(block.id)
    return stored_hints_name(lesson, block.id)


def is_on_record(session: Session, block: "CodeBlock", source: str, report: "Report") -> bool:
    """Whether `source` is the newest code on record for the exercise, with the same verdict as in `report`.

    The verdict may differ: code that calls earlier functions can pass later although it did not before.

    Raises:
        ChainruleError: the record cannot be read.
    """
    if session.store.newest_code(block.id) != source:
        return False
    return session.store.newest_code(block.id, passed=report.passed) == source


def record_code(
    session: Session,
    block: "CodeBlock",
    source: str,
    report: "Report",
    *,
    hints: int = 0,
    seconds: float = 0.0,
    gives_up: bool = False,
) -> bool:
    """Record `source` with its verdict, unless it did not run or is on record already; return whether it was recorded.

    Call this before the verdict is shown. `hints` is the number of hints read on the exercise's screen; hints that were
    read elsewhere count as well. With `gives_up` a draft counts as an answer, since the learner asks for the solution.

    Raises:
        ChainruleError: the record cannot be written.
    """
    if not report.has_run:
        return False
    is_counted = report.passed or gives_up
    # A draft is recorded once more when the learner gives up: it counts from then on.
    if not gives_up and is_on_record(session, block, source, report):
        return False
    _, lesson = session.course.question(block.id)
    hints_elsewhere = hints_read_elsewhere(session, block)
    attempt = Attempt(
        question=block.id,
        lesson=lesson,
        kind=CODE,
        concepts=(block.exercise.concept,),
        seed=session.store.count_tries(block.id),
        answer=source,
        score=report.score,
        verdict=report.verdict,
        hints=max(hints, hints_elsewhere),
        seconds=min(seconds, MAX_RECORDED_SECONDS),
        at=session.clock(),
        program=__version__,
        mode=COUNTED_MODE if is_counted else RETRY,
        revision=exercise_revision(block.exercise),
    )
    session.store.add(attempt)
    session.latest_attempt_key = attempt.key
    if is_counted and hints_elsewhere:  # the next answer starts without hints
        session.store.save_stored(_hints_name(session, block), "0", "that the hints have been counted")
    return True
