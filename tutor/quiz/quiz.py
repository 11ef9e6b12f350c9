"""A quiz in progress: its questions, the answers so far, moving between them, flags, undo and handing in."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

from tutor.errors import ChainruleError
from tutor.questions.answers.leading import can_try_again
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.quiz.item import QuizItem, combine_tries, restore_item
from tutor.quiz.selection import QuizOptions, Scope, choose_questions
from tutor.quiz.session import AnswerMode, Session
from tutor.quiz.sittings import Sitting, begin_sitting
from tutor.quiz.unfinished import (
    SavedQuestion,
    forget_unfinished_quiz,
    load_unanswered_ids,
    load_unfinished_quiz,
    save_unfinished_quiz,
)
from tutor.text.sentences import join_words


class Quiz:
    """The questions of a quiz in sequence, forward and back.

    Every answer is on record before its verdict is shown. In an exam no verdict is shown before the end, and until then
    an answer may be replaced: the replaced answer stays on record, marked as undone.
    """

    def __init__(
        self,
        session: Session,
        questions: Sequence[tuple[str, int | None]],
        *,
        exam: bool = False,
        minutes: float | None = None,
        confidence: bool = False,
        keeps_seeds: bool = False,
        options: QuizOptions | None = None,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        """Ask `questions`, given as pairs of id and seed; a seed of `None` draws the next fresh numbers.

        Args:
            session: grades and records the answers.
            questions: in the order in which they are asked.
            exam: whether verdicts are shown only at the end.
            minutes: how long the quiz may take; `None` for no limit.
            confidence: whether to ask the learner before each verdict how sure she is.
            keeps_seeds: whether to use the seeds even if they give the numbers that were answered last.
            options: what the learner chose; the record of an exam is made from them.
            timer: the seconds since any fixed moment.
        """
        self.session = session
        self.exam = exam
        self.asks_confidence = confidence
        self._minutes = minutes
        self._timer = timer
        self._keeps_seeds = keeps_seeds
        self._options: QuizOptions | None
        self.restart(questions)  # sets the other attributes
        self._options = options  # set last, since `restart` clears them

    def restart(self, questions: Sequence[tuple[str, int | None]]) -> None:
        """Start again with other questions, in the same mode; the time limit starts again as well."""
        flagged = {*self.session.store.flagged_questions()}
        self.items = [QuizItem(question, seed, is_flagged=question in flagged) for question, seed in questions]
        self.position = 0
        """The index, from 0, of the question that is shown."""
        self.is_over = not self.items
        self._was_left_early = False
        self._options = None  # the new questions do not follow the options
        self._sitting: Sitting | None = None
        self.record_error = ""
        """Why an exam's unanswered questions could not be recorded; "" when they were."""
        self._started = self._timer()

    # -- what it shows

    @property
    def current(self) -> QuizItem:
        """The question that is shown."""
        return self.items[self.position]

    @property
    def seconds_left(self) -> float | None:
        """Seconds that are left, 0 when the time is up; `None` without a limit."""
        if self._minutes is None:
            return None
        return max(0.0, self._minutes * 60 - (self._timer() - self._started))

    @property
    def is_graded(self) -> bool:
        """Whether verdicts may be seen: in practice at once, in an exam at the end."""
        return self.is_over or not self.exam

    @property
    def offers_second_try(self) -> bool:
        """Whether a second try is offered after a wrong answer: in practice, if the learner's settings allow it."""
        return self.session.try_again and not self.exam and not self.is_over

    @property
    def awaits_second_try(self) -> bool:
        """Whether the question that is shown was not answered right, and can be answered once more."""
        item = self.current
        if item.instance is None or item.grade is None or not self.offers_second_try:
            return False
        is_second_try = item.first_grade is not None
        return not is_second_try and not item.answer_was_shown and can_try_again(item.instance, item.grade)

    @property
    def is_counted(self) -> bool:
        """Whether the quiz has a result: only an exam that was left before its first answer has none.

        An exam that is left later is handed in by `leave`, so it is not marked as left early.
        """
        return not self._was_left_early or not self.exam

    @property
    def questions_to_retry(self) -> list[str]:
        """The questions that were not answered right at once, in the order they were asked."""
        return [item.question for item in self.items if not item.is_right_at_once]

    @property
    def unanswered_indices(self) -> list[int]:
        """The indices, from 0, of the questions without an answer."""
        return [index for index, item in enumerate(self.items) if item.grade is None]

    @property
    def loses_by_leaving(self) -> bool:
        """Whether leaving now would hand in unanswered questions: in an exam with some answers, but not all."""
        return self.exam and not self.is_over and 0 < len(self.unanswered_indices) < len(self.items)

    @property
    def unanswered_words(self) -> str:
        """Which questions have no answer yet, as a sentence without its full stop."""
        numbers = join_words([f"{index + 1}" for index in self.unanswered_indices])
        if len(self.unanswered_indices) == 1:
            return f"Question {numbers} has no answer yet"
        return f"Questions {numbers} have no answer yet"

    @property
    def flagged_indices(self) -> list[int]:
        """The indices, from 0, of the questions that were flagged."""
        return [index for index, item in enumerate(self.items) if item.is_flagged]

    def current_instance(self) -> Instance:
        """The question that is shown, with its numbers.

        Raises:
            ChainruleError: its numbers do not compute.
        """
        instance = self.current.instance
        if instance is None:
            # With a chosen seed a class gets the same numbers; otherwise they differ from those answered last.
            draw = self.session.make_instance if self._keeps_seeds else self.session.make_fresh_instance
            instance = draw(self.current.question, self.current.seed)
            self._update_current(instance=instance)
        return instance

    # -- answering

    def submit(self, submission: Submission) -> Grade | Unreadable:
        """Read, grade and record an answer to the question that is shown; return its grade.

        An `Unreadable` answer costs nothing. A second try is kept together with the first one; any other answer
        replaces the answer before it.

        Raises:
            ChainruleError: the record cannot be written; the verdict is then not known to anyone.
        """
        item = self.current
        mode: AnswerMode = "exam" if self.exam else "practice"
        now = self.session.clock()  # so that the sitting begins before its first answer
        outcome = self.session.submit(self.current_instance(), submission, mode=mode)
        if isinstance(outcome, Unreadable):
            return outcome
        if self.exam and self._sitting is None:  # the sitting begins with the first answer
            self._save_sitting(begin_sitting(self._options, now))
        if item.submission is not None and submission.is_retry:
            self._update_current(
                submission=combine_tries(item.submission, submission),
                grade=outcome,
                attempt_key=self.session.latest_attempt_key,
                first_grade=item.grade,
                first_attempt_key=item.attempt_key,
            )
            return outcome
        self._undo_on_record(item)  # if this answer replaces an earlier one
        self._update_current(
            submission=submission,
            grade=outcome,
            attempt_key=self.session.latest_attempt_key,
            first_grade=None,
            first_attempt_key="",
        )
        return outcome

    def _save_sitting(self, sitting: Sitting) -> None:
        """Keep the exam's sitting, and store it in the record; if that fails, the exam goes on."""
        self._sitting = sitting
        with contextlib.suppress(ChainruleError):  # the answers themselves are on record
            self.session.store.save_stored(sitting.name, sitting.value, "the exam")

    def _undo_on_record(self, item: QuizItem) -> None:
        """Mark the item's answer as undone on the record, and its first try if it has one."""
        for attempt_key in (item.attempt_key, item.first_attempt_key):
            if attempt_key:
                self.session.store.undo(attempt_key)

    def note_answer_shown(self) -> None:
        """Note that the learner has seen the right answer to the current question, so that there is no second try."""
        self._update_current(answer_was_shown=True)

    def toggle_flag(self) -> None:
        """Flag the question that is shown, or remove its flag; the record keeps the flag beyond this quiz.

        Raises:
            ChainruleError: the record cannot be written; the change lasts for this quiz only.
        """
        self._update_current(is_flagged=not self.current.is_flagged)
        self.session.store.save_question_flag(self.current.question, self.current.is_flagged)

    @property
    def can_undo(self) -> bool:
        """Whether the answer that is shown can be taken back: only in practice, and once for each question."""
        return not self.exam and not self.is_over and self.current.grade is not None and not self.current.was_undone

    def undo(self) -> None:
        """Take the answer back: the record marks it as undone, and the question comes again with fresh numbers.

        Does nothing if `can_undo` is false.

        Raises:
            ChainruleError: the record cannot be written.
        """
        if self.can_undo:
            self._undo_on_record(self.current)
            self.items[self.position] = QuizItem(
                self.current.question, None, is_flagged=self.current.is_flagged, was_undone=True
            )

    # -- going on

    def go_to(self, index: int) -> None:
        """Show the question at `index`; past the last one the quiz is over, and an exam is handed in.

        An `index` below 0 shows the first question.
        """
        if index >= len(self.items) or self._is_out_of_time(index):
            self.hand_in()
        else:
            self.position = max(0, index)

    def _is_out_of_time(self, index: int) -> bool:
        """Whether the time is up for the question at `index`: in practice, none after the shown one begins then."""
        return self.seconds_left == 0.0 and index > self.position and not self.exam

    def hand_in(self) -> None:
        """End the quiz. An exam's questions without an answer are recorded as left out.

        In a practice quiz whose time is up, the questions after the last one shown are dropped: they do not count.
        """
        if self.is_over:
            return
        self.is_over = True
        if self.exam:
            now = self.session.clock()  # before the answers that are recorded below
            self._record_unanswered()
            sitting = self._sitting or begin_sitting(self._options, now)  # none if nothing was answered
            self._save_sitting(replace(sitting, left_out=len(self.unanswered_indices)))
        elif self.seconds_left == 0.0:
            shown_indices = [index for index, item in enumerate(self.items) if item.instance is not None]
            last_shown = max(shown_indices, default=-1)  # −1: none was shown, so all are dropped
            self.items = self.items[: last_shown + 1]
            self.position = min(self.position, max(last_shown, 0))

    def leave(self) -> None:
        """Leave the quiz early. An exam with at least one answer is handed in; without any, nothing is recorded.

        A practice quiz with at least one answer is saved, so that it can be resumed.
        """
        if not self.is_over and any(item.grade is not None for item in self.items):
            if self.exam:
                self.hand_in()
            else:
                self._save_unfinished()
        self._was_left_early = self._was_left_early or not self.is_over  # `hand_in` sets `is_over`
        self.is_over = True

    def _save_unfinished(self) -> None:
        """Save the questions and their answers, to be resumed; if all are answered, delete what was saved instead."""
        questions = [SavedQuestion(item.question, item.attempt_key, item.first_attempt_key) for item in self.items]
        with contextlib.suppress(ChainruleError):  # then the quiz just cannot be resumed
            if self.unanswered_indices:
                save_unfinished_quiz(self.session.store, questions)
            else:
                forget_unfinished_quiz(self.session.store)
            self.session.has_unfinished_quiz = True  # `choose_options` checks that any are unanswered

    def resume(self) -> None:
        """Replace the questions by those of the saved quiz with their answers, and go to the first unanswered one.

        `open_quiz` calls it on a quiz without questions.
        """
        saved = load_unfinished_quiz(self.session.course, self.session.store)
        self.items = [restore_item(self.session, question) for question in saved]
        self.is_over = not self.unanswered_indices
        self.position = min(self.unanswered_indices, default=0)

    def _record_unanswered(self) -> None:
        """Record an exam's questions without an answer as left out, also those that were never shown."""
        instances = []
        for index in self.unanswered_indices:
            item = self.items[index]
            with contextlib.suppress(ChainruleError):  # a question that does not compute is not counted
                instance = item.instance or self.session.make_instance(item.question, item.seed)
                self.items[index] = replace(item, instance=instance)
                instances.append(instance)
        try:
            self.session.record_left_out(instances)
        except ChainruleError as error:
            self.record_error = str(error)

    def _update_current(self, **changes: object) -> None:
        """Set fields of the item that is shown; items are frozen, so the item is replaced by a changed copy."""
        self.items[self.position] = replace(self.current, **changes)  # type: ignore[arg-type]  # the fields of an item


def choose_options(session: Session, options: QuizOptions) -> QuizOptions:
    """The options of the next quiz: `options`, or those that resume a quiz left since the program was opened."""
    if not session.has_unfinished_quiz:
        return options
    unanswered = load_unanswered_ids(session.course, session.store)
    if not unanswered:
        return options
    return replace(options, scope=Scope(unfinished=True), count=len(unanswered))


def open_quiz(session: Session, options: QuizOptions) -> Quiz:
    """Choose the questions that `options` ask for, and begin a quiz of them.

    If `options` ask for the unfinished quiz, practice resumes it with its answers; an exam asks only the questions that
    are unanswered.

    Raises:
        UsageError: an unknown lesson or concept, or a count or time limit out of range.
    """
    count = options.question_count
    is_resumed = options.scope.unfinished and not options.exam
    questions: list[tuple[str, int]] = []
    if not is_resumed:
        questions = choose_questions(
            session.course, session.store, options.scope, count=count, seed=options.seed, clock=session.clock
        )
    quiz = Quiz(
        session,
        questions,
        exam=options.exam,
        minutes=options.minutes,
        confidence=options.asks_confidence,
        keeps_seeds=options.seed is not None,
        options=options,
    )
    session.has_unfinished_quiz = False  # `choose_options` offers it once
    if is_resumed:
        quiz.resume()
    if options.scope.unfinished:  # if the quiz is left again, it is saved again
        with contextlib.suppress(ChainruleError):  # then the same quiz is just offered again
            forget_unfinished_quiz(session.store)
    return quiz


def describe_quiz(quiz: Quiz, scope: Scope) -> str:
    """Describe in a short text what the new `quiz` of this `scope` asks; of what is due, also how much of it."""
    session = quiz.session
    if scope == Scope(due=True):
        asked, due = len(quiz.items), len(session.store.due(session.clock()))
        if 0 < asked < due:
            return f"{asked} of {due} due, the longest overdue first"
    return scope.describe(session.course.name_lessons)
