"""The course line by line: which lessons there are, how far each is, and where to go on."""

from typing import TYPE_CHECKING

from tutor.errors import UsageError
from tutor.plain.lesson import LEAVING, run_lesson
from tutor.plain.lines import Lines
from tutor.plain.quiz import run_quiz
from tutor.quiz.quiz import open_quiz
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.session import Session
from tutor.statistics.completion import course_progress
from tutor.text.numbers import counted

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store
    from tutor.settings.table import Settings

WAYS = "(Enter goes on with it; a number opens that lesson; map lists all; quiz, due; quit leaves) "
"""What one may type."""


def run_home(course: "Course", store: "Store", lines: Lines, settings: "Settings") -> None:
    """Let the learner choose a lesson or a quiz, again and again, until she leaves."""
    lines.say("Chainrule, a course on neural networks.")
    if store.notice:
        lines.say(store.notice)
    while True:
        number = next_number(course, store)
        lines.say("", f"Next is lesson {number}, {course.headings[number - 1].front.title}.")
        typed = lines.ask(WAYS)
        word = "quit" if typed is None else typed.strip().lower()
        if word in LEAVING:
            return
        try:
            _go(word, number, course, store, lines, settings)
        except UsageError as error:
            lines.say(str(error))


def _go(word: str, number: int, course: "Course", store: "Store", lines: Lines, settings: "Settings") -> None:
    """Do what was typed.

    Raises:
        UsageError: it means nothing here.
    """
    if word == "map":
        lines.say("", *map_lines(course, store))
    elif word in {"quiz", "due"}:
        scope = Scope(due=word == "due")
        options = QuizOptions(scope, settings.quiz_count)
        run_quiz(open_quiz(Session(course, store, try_again=settings.try_again), options), lines, scope.empty_message)
    elif not word or (word.isascii() and word.isdigit() and 1 <= int(word) <= len(course.headings)):
        id = course.headings[int(word or number) - 1].front.id
        place = store.reading_position(id) or 0
        run_lesson(course, store, course.lesson(id), lines, place, try_again=settings.try_again)
    else:
        raise UsageError(f"Type a number from 1 to {len(course.headings)}, map, quiz, due or quit.")


def next_number(course: "Course", store: "Store") -> int:
    """The place of the lesson to go on with: the one that was left, else the first that is not done; from 1."""
    progress = course_progress(course, store)
    done = {id for id, found in progress.items() if found.is_done}
    last = store.last_reading_position()
    ids = [heading.front.id for heading in course.headings]
    if last is not None and last[0] in ids and last[0] not in done:
        return ids.index(last[0]) + 1
    return next((place for place, id in enumerate(ids, 1) if id not in done), 1)


def map_lines(course: "Course", store: "Store") -> list[str]:
    """Every lesson by its part, with how far it is."""
    progress = course_progress(course, store)
    rows: list[str] = []
    part = ""
    for place, heading in enumerate(course.headings, 1):
        front, found = heading.front, progress.get(heading.front.id)
        if front.part != part:
            part = front.part
            rows.append(f"{part}:")
        state = "not begun" if found is None else "done" if found.is_done else f"{found.share:.0%} done"
        rows.append(f"  {place}. {front.title} ({counted(front.minutes, 'minute')}, {state})")
    return rows
