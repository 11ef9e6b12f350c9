"""A quiz in progress: its questions, the answers so far, moving between them, flags, undo and handing in."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

from msgspec.structs import replace as replace_fields

from tutor.errors import ChainruleError
from tutor.questions.answers.leading import can_try_again
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.quiz.item import QuizItem, restore_item
from tutor.quiz.selection import QuizOptions, Scope, choose_questions
from tutor.quiz.session import AnswerMode, Session
from tutor.quiz.sittings import Sitting, begin_sitting
from tutor.quiz.unfinished import LeftQuestion, load_left_quiz, load_rest, save_rest
from tutor.text.sentences import join_words


class Quiz:
    """The questions of a quiz in sequence, forward and back.

    Every answer is on record before its verdict is shown. In an exam no verdict is shown before the end,
    and an answer may be replaced until then: the one before is kept on record as undone.
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
        """Ask `questions`, given as pairs of id and seed; `minutes` is how long the quiz may take.

        Numbers that were answered last are not asked again, unless the quiz `keeps_seeds`. The record keeps of an exam
        what its `options` are.
        """
        self.session = session
        self.exam = exam
        self.asks_confidence = confidence
        self._minutes = minutes
        self._timer = timer
        self._keeps_seeds = keeps_seeds
        self._options: QuizOptions | None
        self.restart(questions)
        self._options = options  # after `restart`, which forgets them

    def restart(self, questions: Sequence[tuple[str, int | None]]) -> None:
        """Start again with other questions, in the same mode."""
        flagged = {*self.session.store.flagged_questions()}
        self.items = [QuizItem(question, seed, is_flagged=question in flagged) for question, seed in questions]
        self.position = 0
        self.is_over = not self.items
        self._was_left = False
        self._options = None  # other questions than those that were asked for
        self._sitting: Sitting | None = None
        self.record_error = ""
        """Why an exam's unanswered questions could not be recorded; "" when they were."""
        self._started = self._timer()

    # -- its position

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
    def awaits_second_try(self) -> bool:
        """Whether the question that is shown was not answered right, and can be answered once more."""
        item = self.current
        if not self.session.try_again or self.exam or self.is_over or item.answer_was_shown or item.first is not None:
            return False
        return item.instance is not None and item.grade is not None and can_try_again(item.instance, item.grade)

    @property
    def was_taken(self) -> bool:
        """Whether it counts: an exam that was left before its first answer does not."""
        return not self._was_left or not self.exam

    @property
    def to_retry(self) -> list[str]:
        """The questions that were not answered right at once, in the order they were asked."""
        return [item.question for item in self.items if not item.is_right_at_once]

    @property
    def unanswered(self) -> list[int]:
        """The numbers, from 0, of the questions without an answer."""
        return [number for number, item in enumerate(self.items) if item.grade is None]

    @property
    def loses_by_leaving(self) -> bool:
        """Whether it is an exam of which some questions are answered, and leaving it hands the others in unanswered."""
        return self.exam and not self.is_over and 0 < len(self.unanswered) < len(self.items)

    @property
    def unanswered_words(self) -> str:
        """Which questions have no answer yet, as half a sentence."""
        named = join_words([f"{number + 1}" for number in self.unanswered])
        if len(self.unanswered) == 1:
            return f"Question {named} has no answer yet"
        return f"Questions {named} have no answer yet"

    @property
    def flagged(self) -> list[int]:
        """The numbers, from 0, of the questions that were flagged."""
        return [number for number, item in enumerate(self.items) if item.is_flagged]

    def current_instance(self) -> Instance:
        """The question that is shown, with its numbers.

        Raises:
            ChainruleError: its numbers do not compute.
        """
        instance = self.current.instance
        if instance is None:
            make = self.session.make_instance if self._keeps_seeds else self.session.make_fresh_instance
            instance = make(self.current.question, self.current.seed)
            self._update_current(instance=instance)
        return instance

    # -- answering

    def submit(self, submission: Submission) -> Grade | Unreadable:
        """Read, grade and record an answer to the question that is shown. What cannot be read costs nothing.

        A second try is kept beside the first; any other answer replaces the one before.

        Raises:
            ChainruleError: the record cannot be written; the verdict is then not known to anyone.
        """
        item = self.current
        mode: AnswerMode = "exam" if self.exam else "practice"
        now = self.session.clock()
        outcome = self.session.submit(self.current_instance(), submission, mode=mode)
        if isinstance(outcome, Unreadable):
            return outcome
        if self.exam and self._sitting is None:
            self._save_sitting(begin_sitting(self._options, now))
        if item.submission is not None and submission.is_retry:
            both_tries = replace_fields(
                submission,
                confidence=item.submission.confidence,
                seconds=item.submission.seconds + submission.seconds,
            )
            self._update_current(
                submission=both_tries,
                grade=outcome,
                key=self.session.latest_attempt_key,
                first=item.grade,
                first_key=item.key,
            )
            return outcome
        self._undo_on_record(item)
        self._update_current(
            submission=submission, grade=outcome, key=self.session.latest_attempt_key, first=None, first_key=""
        )
        return outcome

    def _save_sitting(self, sitting: Sitting) -> None:
        self._sitting = sitting
        with contextlib.suppress(ChainruleError):  # the answers themselves are on record
            self.session.store.save_stored(sitting.name, sitting.value, "the exam")

    def _undo_on_record(self, item: QuizItem) -> None:
        for key in filter(None, (item.key, item.first_key)):
            self.session.store.undo(key)

    def note_answer_shown(self) -> None:
        """The right answer to the question that is shown has been seen."""
        self._update_current(answer_was_shown=True)

    def toggle_flag(self) -> None:
        """Flag the question that is shown, or take its flag off; the record keeps that beyond this quiz.

        Raises:
            ChainruleError: the record cannot be written; within this quiz the flag holds.
        """
        self._update_current(is_flagged=not self.current.is_flagged)
        self.session.store.save_question_flag(self.current.question, self.current.is_flagged)

    @property
    def can_undo(self) -> bool:
        """Whether the answer shown can be taken back: in practice, once for each question."""
        return not self.exam and not self.is_over and self.current.grade is not None and not self.current.was_undone

    def undo(self) -> None:
        """Take the answer back: it is kept on record as undone, and the question comes again with fresh numbers.

        Raises:
            ChainruleError: the record cannot be written.
        """
        if self.can_undo:
            self._undo_on_record(self.current)
            self.items[self.position] = QuizItem(
                self.current.question, None, is_flagged=self.current.is_flagged, was_undone=True
            )

    # -- going on

    def go_to(self, number: int) -> None:
        """Show question `number`, counted from 0; past the last one the quiz is over, and an exam is handed in."""
        if number >= len(self.items) or self._is_out_of_time(number):
            self.hand_in()
        else:
            self.position = max(0, number)

    def _is_out_of_time(self, number: int) -> bool:
        """Whether question `number` comes too late: in practice no new question begins after the time limit."""
        return self.seconds_left == 0.0 and number > self.position and not self.exam

    def hand_in(self) -> None:
        """End the quiz. An exam's questions without an answer go on record as left out.

        In practice questions that never came, because the time was up, are not counted as left out.
        """
        if self.is_over:
            return
        self.is_over = True
        if self.exam:
            now = self.session.clock()
            self._record_unanswered()
            begun = self._sitting or begin_sitting(self._options, now)
            self._save_sitting(replace(begun, left_out=len(self.unanswered)))
        elif self.seconds_left == 0.0:
            last_asked = max((n for n, item in enumerate(self.items) if item.instance is not None), default=-1)
            self.items = self.items[: last_asked + 1]
            self.position = min(self.position, max(last_asked, 0))

    def leave(self) -> None:
        """Leave the quiz early. An exam with at least one answer is handed in; without any, nothing is recorded.

        Of practice that was begun the rest is kept, to be taken up again.
        """
        if not self.is_over and any(item.grade is not None for item in self.items):
            if self.exam:
                self.hand_in()
            else:
                self._save_rest_of_quiz()
        self._was_left = self._was_left or not self.is_over
        self.is_over = True

    def _save_rest_of_quiz(self) -> None:
        left = [LeftQuestion(item.question, item.key, item.first_key) for item in self.items]
        with contextlib.suppress(ChainruleError):  # what could not be kept is asked another time
            save_rest(self.session.store, left if self.unanswered else [])
            self.session.has_left_quiz = True

    def resume(self) -> None:
        """Go on with the quiz that was left, with the answers given then, at its first question without one.

        For a quiz that was begun without questions.
        """
        self.items = [
            restore_item(self.session, left) for left in load_left_quiz(self.session.course, self.session.store)
        ]
        self.is_over = not self.unanswered
        self.position = min(self.unanswered, default=0)

    def _record_unanswered(self) -> None:
        """Record the questions without an answer, also those that were never shown."""
        instances = []
        for number in self.unanswered:
            item = self.items[number]
            with contextlib.suppress(ChainruleError):  # a question that cannot be asked was not left out
                instance = item.instance or self.session.make_instance(item.question, item.seed)
                self.items[number] = replace(item, instance=instance)
                instances.append(instance)
        try:
            self.session.record_left_out(instances)
        except ChainruleError as error:
            self.record_error = str(error)

    def _update_current(self, **changes: object) -> None:
        self.items[self.position] = replace(self.current, **changes)  # type: ignore[arg-type]  # the fields of a item


def choose_options(session: Session, options: QuizOptions) -> QuizOptions:
    """The rest of a quiz that was left since the program was opened; otherwise what `options` ask for."""
    rest = len(load_rest(session.course, session.store)) if session.has_left_quiz else 0
    return replace(options, scope=Scope(rest=True), count=rest) if rest else options


def open_quiz(session: Session, options: QuizOptions) -> Quiz:
    """Choose the questions that `options` ask for, and begin a quiz of them.

    Raises:
        UsageError: an unknown lesson or concept, or a count or time limit out of range.
    """
    count = options.question_count
    is_resumed = options.scope.rest and not options.exam
    questions = (
        []
        if is_resumed
        else choose_questions(
            session.course, session.store, options.scope, count=count, seed=options.seed, clock=session.clock
        )
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
    session.has_left_quiz = False
    if is_resumed:
        quiz.resume()
    if options.scope.rest:
        with contextlib.suppress(ChainruleError):
            save_rest(session.store, [])
    return quiz
