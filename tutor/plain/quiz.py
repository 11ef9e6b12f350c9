"""A quiz line by line."""

from functools import partial

from tutor.errors import ChainruleError
from tutor.plain.lines import Lines, wrap
from tutor.plain.question import ask_until_graded, outcome_lines, question_name
from tutor.plain.signals import ending_in_order
from tutor.plain.simulation import scene_lines
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Grade, Unreadable
from tutor.quiz.quiz import Quiz
from tutor.quiz.summary import COUNTS_AS_PRACTICE, Summary, describe_calibration, describe_score, summarise
from tutor.statistics.completion import finished_since
from tutor.statistics.words import concept_name
from tutor.text.numbers import counted, format_fixed

PRACTICE_COMMANDS = ("skip", "back", "flag", "undo", "quit")
EXAM_COMMANDS = ("skip", "back", "flag", "done", "quit")


def run_quiz(quiz: Quiz, lines: Lines, empty_message: str = "There is nothing to ask.") -> None:
    """Ask the questions of `quiz`, then write its summary; `empty_message` is shown when it has none."""
    store = quiz.session.store
    notice = store.notice
    if store.notice:
        lines.say(store.notice)
    if not quiz.items:
        lines.say(empty_message)
        return
    hint = "" if quiz.exam else "hint, "
    lines.say(f"{counted(len(quiz.items), 'question')}. Type an answer, or: {hint}{', '.join(_commands(quiz))}.")
    since = quiz.session.clock()
    try:
        with ending_in_order():
            while not quiz.is_over and not _ends_by_time(quiz, lines) and ask_current(quiz, lines):
                pass
    finally:
        quiz.leave()
    if not quiz.was_taken:
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
    titles = finished_since(quiz.session.course, store, [item.question for item in quiz.items], since)
    lines.say(*(f"You have finished the lesson: {title}" for title in titles))
    if store.notice != notice:
        lines.say("", *wrap(store.notice))


class _TooLateError(Exception):
    """An answer came when the time of an exam was up."""


def _ends_by_time(quiz: Quiz, lines: Lines) -> bool:
    """Hand in an exam whose time is up; return whether it was."""
    if not quiz.exam or quiz.seconds_left != 0.0:
        return False
    lines.say("", "The time is up: the exam is handed in as it stands.")
    quiz.hand_in()
    return True


def _submit_in_time(quiz: Quiz, submission: Submission) -> Grade | Unreadable:
    """Hand an answer in, unless the time of the exam is up."""
    if quiz.exam and quiz.seconds_left == 0.0:
        raise _TooLateError
    return quiz.submit(submission)


def _describe_time_left(quiz: Quiz) -> str:
    if (seconds := quiz.seconds_left) is None:
        return ""
    left = counted(round(seconds), "second") if seconds < 60 else counted(round(seconds / 60), "minute")
    return f" · {left} left"


def _commands(quiz: Quiz) -> tuple[str, ...]:
    return EXAM_COMMANDS if quiz.exam else PRACTICE_COMMANDS


def ask_current(quiz: Quiz, lines: Lines) -> bool:
    """Ask the current question and act on the reply; False when the learner leaves."""
    instance = quiz.current_instance()
    number = quiz.position + 1
    mark = " · flagged" if quiz.current.is_flagged else ""
    name = question_name(instance, lines)
    lines.say("", f"Question {number} of {len(quiz.items)} · {name}{mark}{_describe_time_left(quiz)}")
    lines.say(*scene_lines(instance, lines.ascii))
    try:
        reply = ask_until_graded(
            instance,
            lines,
            partial(_submit_in_time, quiz),
            commands=_commands(quiz),
            asks_confidence=quiz.asks_confidence,
            withholds_verdict=quiz.exam,
            tries_again=quiz.session.try_again and not quiz.exam,
        )
    except _TooLateError:
        lines.say_verdict("not graded: this answer came after the end of the exam")
        return True
    if isinstance(reply, Grade):
        if quiz.exam:
            lines.say("kept. The verdict comes at the end; back returns to it.")
        if (
            lines.is_interactive
            and not quiz.exam
            and number == len(quiz.items)
            and lines.ask("(Enter, or undo) ") == "undo"
        ):
            quiz.undo()
            return True
        _go_to_next(quiz, lines)
    elif reply == "skip":
        lines.say_verdict("not graded: left out")
        _go_to_next(quiz, lines)
    else:
        return _carry_out(quiz, reply, lines)
    return True


def _go_to_next(quiz: Quiz, lines: Lines) -> None:
    """Go to the next question; in an exam, once all were shown, to the next without an answer until there is none."""
    following = quiz.position + 1
    if quiz.exam and all(item.instance is not None for item in quiz.items):
        unanswered = quiz.unanswered
        following = next((number for number in unanswered if number >= following), len(quiz.items))
        if unanswered and following == len(quiz.items):
            following = unanswered[0]
            lines.say("", f"{quiz.unanswered_words}; done hands the exam in as it stands.")
    quiz.go_to(following)


def _ask_to_stay(quiz: Quiz, lines: Lines) -> bool:
    """Ask before an exam is left with some of its questions answered; whether the learner goes on with it."""
    if not quiz.loses_by_leaving:
        return False
    lines.say("", *wrap(f"{quiz.unanswered_words}, and an exam that is left is handed in as it stands."))
    typed = lines.ask("(Enter goes on; quit hands it in) ")
    return typed is not None and typed.strip().lower() not in {"quit", "q", "done"}


def _carry_out(quiz: Quiz, word: str, lines: Lines) -> bool:
    """Carry out a command other than skip; False when it ends the quiz."""
    if word == "back":
        if not quiz.position:
            lines.say("This is the first question.")
        quiz.go_to(quiz.position - 1)
        if quiz.current.grade is not None and not quiz.exam:
            lines.say("You answered this one. Answer it again if you like; both answers stay on your record.")
    elif word == "flag":
        _toggle_flag(quiz, lines)
    elif word == "undo":
        position = quiz.position
        quiz.position = max(0, position - 1)  # only the answer to the question that is shown can be undone
        if quiz.can_undo:
            quiz.undo()
            lines.say("The last answer is taken back; your record keeps it as undone. Here is the question again.")
        else:
            quiz.position = position
            lines.say("Nothing can be taken back: only the answer just given can be, and only once.")
    elif word == "done":
        quiz.hand_in()
    else:
        return _ask_to_stay(quiz, lines)
    return True


def _toggle_flag(quiz: Quiz, lines: Lines) -> None:
    """Flag the question, or take its flag off; where the record cannot be written, it holds within this quiz."""
    try:
        quiz.toggle_flag()
    except ChainruleError as error:
        lines.say(f"For this quiz only: {error}")
    lines.say("Flagged." if quiz.current.is_flagged else "The flag is off.")


def _say_verdicts(quiz: Quiz, lines: Lines) -> None:
    """Write the verdict on every answer of an exam, each at the beginning of a line."""
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
    after = f" after {counted(summary.hints, 'hint')}" if summary.hints else ""
    score = f" (score {format_fixed(summary.score, 1)}{after})" if summary.hints or summary.second else ""
    left_out = f", {summary.left_out} left out" if summary.left_out else ""
    second = f", {summary.second} more at the second try" if summary.second else ""
    rows = [f"{summary.right} of {summary.total} right{left_out}{second}{score}. By concept, the weakest first:"]
    rows += [f"  {concept_name(concept)}: {describe_score(mean, count)}" for concept, count, mean in summary.concepts]
    if summary.calibration:
        rows.append("How sure you were:")
        rows += [f"  {row.words}: {row.right} of {row.count} right" for row in summary.calibration]
        rows += wrap(describe_calibration(summary.calibration)) if describe_calibration(summary.calibration) else []
    if summary.confident_mistakes:
        rows.append("Sure and wrong, so look at these first:")
        rows += [f"  {words}" for words in summary.mistakes_in_words]
    if summary.pages:
        rows.append("Read next:")
        rows += [
            f"  {read.title}: chainrule learn {read.lesson} --section {read.section + 1}" for read in summary.pages
        ]
    return rows
