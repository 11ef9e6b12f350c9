"""A quiz line by line."""

from functools import partial

from tutor.errors import ChainruleError
from tutor.plain.lines import Lines, wrap
from tutor.plain.question import ask_until_graded, outcome_lines, question_name
from tutor.plain.signals import raising_exit_on_signals
from tutor.plain.simulation import scene_lines
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Grade, Unreadable
from tutor.quiz.quiz import Quiz
from tutor.quiz.summary import COUNTS_AS_PRACTICE, Summary, describe_calibration, describe_score, summarise
from tutor.statistics.completion import finished_since
from tutor.text.concepts import concept_name
from tutor.text.numbers import counted, format_fixed
from tutor.text.sentences import numbered

PRACTICE_COMMANDS = ("skip", "back", "flag", "undo", "quit")
"""The commands that leave a question of a practice quiz; `hint` stays at it."""
EXAM_COMMANDS = ("skip", "back", "flag", "done", "quit")
"""The commands that leave a question of an exam."""


def run_quiz(quiz: Quiz, lines: Lines, empty_message: str = "There is nothing to ask.") -> None:
    """Ask the questions of `quiz`, then write its summary; `empty_message` is shown when it has none."""
    store = quiz.session.store
    notice_at_start = store.notice
    if notice_at_start:
        lines.say(notice_at_start)
    if not quiz.items:
        lines.say(empty_message)
        return
    commands = _leaving_commands(quiz) if quiz.exam else ("hint", *_leaving_commands(quiz))
    lines.say(f"{counted(len(quiz.items), 'question')}. Type an answer, or: {', '.join(commands)}.")
    started = quiz.session.clock()
    try:
        with raising_exit_on_signals():  # so that `leave` saves or hands in the quiz
            goes_on = True
            while goes_on and not quiz.is_over and not _hand_in_if_time_is_up(quiz, lines):
                goes_on = ask_current(quiz, lines)
    finally:
        quiz.leave()
    _say_results(quiz, lines)
    if not quiz.is_counted:
        return
    questions = [item.question for item in quiz.items]
    titles = finished_since(quiz.session.course, store, questions, started)
    lines.say(*(f"You have finished the lesson: {title}" for title in titles))
    if store.notice != notice_at_start:  # something happened to the record during the quiz
        lines.say("", *wrap(store.notice))


def _say_results(quiz: Quiz, lines: Lines) -> None:
    """Write the verdicts of an exam, then the summary; for an exam without answers, that nothing is on record."""
    if not quiz.is_counted:
        lines.say("", "No answer was graded: you left the exam before its first answer, so nothing of it is on record.")
        return
    if quiz.exam:
        lines.say("", "The verdicts:")
        _say_verdicts(quiz, lines)
    if quiz.record_error:
        lines.say("", *wrap(quiz.record_error))
    summary = summarise(quiz.session.course, quiz.items, exam=quiz.exam)
    lines.say("", *summary_lines(summary))
    if quiz.exam and summary.answered:
        lines.say(*wrap(COUNTS_AS_PRACTICE))


class _TooLateError(Exception):
    """An answer came after the time of an exam was up."""


def _hand_in_if_time_is_up(quiz: Quiz, lines: Lines) -> bool:
    """Hand in an exam whose time is up; return whether that was done. A practice quiz ends by itself in `go_to`."""
    if not quiz.exam or quiz.seconds_left != 0.0:  # 0.0 exactly when the time is up; `None`: this exam has no limit
        return False
    lines.say("", "The time is up: the exam is handed in as it stands.")
    quiz.hand_in()
    return True


def _submit_in_time(quiz: Quiz, submission: Submission) -> Grade | Unreadable:
    """Submit an answer to the current question.

    Raises:
        _TooLateError: the time of the exam is up.
    """
    if quiz.exam and quiz.seconds_left == 0.0:
        raise _TooLateError
    return quiz.submit(submission)


def _describe_time_left(quiz: Quiz) -> str:
    """The time left, for the heading of a question; "" if there is no limit."""
    seconds = quiz.seconds_left
    if seconds is None:
        return ""
    time_left = counted(round(seconds), "second") if seconds < 60 else counted(round(seconds / 60), "minute")
    return f" · {time_left} left"


def _leaving_commands(quiz: Quiz) -> tuple[str, ...]:
    """The commands that end a question when typed instead of an answer, so without `hint`, which leaves it open."""
    return EXAM_COMMANDS if quiz.exam else PRACTICE_COMMANDS


def ask_current(quiz: Quiz, lines: Lines) -> bool:
    """Ask the current question and act on the reply; False when the learner leaves."""
    instance = quiz.current_instance()
    number = quiz.position + 1
    question_label = numbered("Question", number, len(quiz.items))
    mark = " · flagged" if quiz.current.is_flagged else ""
    name = question_name(instance, lines)
    lines.say("", f"{question_label} · {name}{mark}{_describe_time_left(quiz)}")
    lines.say(*scene_lines(instance, lines.ascii))
    try:
        reply = ask_until_graded(
            instance,
            lines,
            partial(_submit_in_time, quiz),
            commands=_leaving_commands(quiz),
            asks_confidence=quiz.asks_confidence,
            withholds_verdict=quiz.exam,
            tries_again=quiz.offers_second_try,
        )
    except _TooLateError:
        lines.say_verdict("not graded: this answer came after the end of the exam")
        return True
    if isinstance(reply, Grade):
        if quiz.exam:
            lines.say("kept. The verdict comes at the end; back returns to it.")
        elif number == len(quiz.items) and _ask_to_undo(lines):
            quiz.undo()
            return True  # the last question is asked again
        _go_to_next(quiz, lines)
    elif reply == "skip":
        lines.say_verdict("not graded: left out")
        _go_to_next(quiz, lines)
    else:
        return _carry_out(quiz, reply, lines)
    return True


def _ask_to_undo(lines: Lines) -> bool:
    """Ask a learner at a terminal whether to take the last answer back, since no question follows to type `undo` at."""
    return lines.is_interactive and lines.ask("(Enter, or undo) ") == "undo"


def _go_to_next(quiz: Quiz, lines: Lines) -> None:
    """Go to the next question.

    Once all questions of an exam have been shown, the next question is the next unanswered one; after the last question
    the search goes on at the first. When all are answered, the exam is over.
    """
    next_position = quiz.position + 1
    if quiz.exam and all(item.instance is not None for item in quiz.items):  # an instance is drawn when it is shown
        unanswered = quiz.unanswered_indices
        unanswered_ahead = [position for position in unanswered if position >= next_position]
        if unanswered_ahead:
            next_position = unanswered_ahead[0]
        elif unanswered:
            next_position = unanswered[0]
            lines.say("", f"{quiz.unanswered_words}; done hands the exam in as it stands.")
        else:
            next_position = len(quiz.items)  # past the last question: the exam is over
    quiz.go_to(next_position)


def _ask_to_stay(quiz: Quiz, lines: Lines) -> bool:
    """Before leaving a partly answered exam, ask for confirmation; return whether the learner stays."""
    if not quiz.loses_by_leaving:
        return False
    lines.say("", *wrap(f"{quiz.unanswered_words}, and an exam that is left is handed in as it stands."))
    return lines.ask_command("(Enter goes on; quit hands it in) ") not in {"quit", "done"}


def _carry_out(quiz: Quiz, command: str, lines: Lines) -> bool:
    """Carry out a command other than skip; False when it ends the quiz."""
    if command == "back":
        _go_back(quiz, lines)
    elif command == "flag":
        _toggle_flag(quiz, lines)
    elif command == "undo":
        _undo_last_answer(quiz, lines)
    elif command == "done":
        quiz.hand_in()
    else:
        return _ask_to_stay(quiz, lines)
    return True


def _go_back(quiz: Quiz, lines: Lines) -> None:
    """Go to the question before, if there is one."""
    if quiz.position == 0:
        lines.say("This is the first question.")
    quiz.go_to(quiz.position - 1)  # at the first question, `go_to` stays at it
    if quiz.current.grade is not None and not quiz.exam:
        lines.say("You answered this one. Answer it again if you like; both answers stay on your record.")


def _undo_last_answer(quiz: Quiz, lines: Lines) -> None:
    """Take back the answer to the question before, which is then asked again."""
    position = quiz.position
    # The last answer moved the quiz on by one, and `undo` takes back only the answer to the current question.
    quiz.position = max(0, position - 1)
    if quiz.can_undo:
        quiz.undo()
        lines.say("The last answer is taken back; your record keeps it as undone. Here is the question again.")
    else:
        quiz.position = position
        lines.say("Nothing can be taken back: only the answer just given can be, and only once.")


def _toggle_flag(quiz: Quiz, lines: Lines) -> None:
    """Flag the question, or take its flag off. If the record cannot be written, the flag lasts for this quiz only."""
    try:
        quiz.toggle_flag()
    except ChainruleError as error:
        lines.say(f"For this quiz only: {error}")
    lines.say("Flagged." if quiz.current.is_flagged else "The flag is off.")


def _say_verdicts(quiz: Quiz, lines: Lines) -> None:
    """Write the verdict on every question of an exam, each at the beginning of a line, where programs look for it."""
    for number, item in enumerate(quiz.items, 1):
        name = item.question if item.instance is None else question_name(item.instance, lines)
        lines.say("", f"Question {number} · {name}")
        if item.grade is None or item.instance is None:
            lines.say_verdict("not graded: left out")
        else:
            lines.say_verdict(*outcome_lines(item.instance, item.grade, lines.ascii))


def summary_lines(summary: Summary) -> list[str]:
    """Write the summary: scores by concept, the weakest first; calibration; pages to read."""
    if not summary.total:
        return ["No answer was graded."]
    result = f"{summary.right_at_first_try} of {summary.total} right"
    if summary.left_out:
        result += f", {summary.left_out} left out"
    if summary.right_at_second_try:
        result += f", {summary.right_at_second_try} more at the second try"
    if summary.hints or summary.right_at_second_try:  # without these, the score is just the number of right answers
        after_hints = f" after {counted(summary.hints, 'hint')}" if summary.hints else ""
        result += f" (score {format_fixed(summary.score, 1)}{after_hints})"
    lines = [f"{result}. By concept, the weakest first:"]
    lines += [f"  {concept_name(concept)}: {describe_score(mean, count)}" for concept, count, mean in summary.concepts]
    if summary.calibration:
        lines.append("How sure you were:")
        lines += [f"  {each.words}: {each.right} of {each.count} right" for each in summary.calibration]
        advice = describe_calibration(summary.calibration)
        lines += wrap(advice) if advice else []
    if summary.confident_mistakes:
        lines.append("Sure and wrong, so look at these first:")
        lines += [f"  {words}" for words in summary.mistakes_in_words]
    if summary.pages:
        lines.append("Read next:")
        lines += [
            f"  {page.title}: chainrule learn {page.lesson} --section {page.section + 1}" for page in summary.pages
        ]
    return lines
