"""The course line by line: which lessons there are, how far each is, and where to go on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tutor.errors import UsageError
from tutor.placement.results import load_outcome
from tutor.plain.lesson import LEAVING, run_lesson
from tutor.plain.lines import Lines, wrap
from tutor.plain.quiz import run_quiz
from tutor.quiz.quiz import open_quiz
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.session import Session
from tutor.statistics.completion import course_progress
from tutor.statistics.next_lesson import LessonState, choose_next_lesson, lesson_state
from tutor.text.numbers import counted, format_share

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store
    from tutor.settings.table import Settings

WAYS = "(Enter goes on with it; a number opens that lesson; map lists all; quiz, due; quit leaves) "
"""What one may type."""
PLAIN_STATES: Mapping[LessonState, str] = {
    "new": "not begun",
    "begun": "begun",
    "done": "done",
    "known": "known by the placement test",
    "coming": "coming",
}


def run_home(course: "Course", store: "Store", lines: Lines, settings: "Settings") -> None:
    """Let the learner choose a lesson or a quiz, again and again, until she leaves."""
    lines.say("Chainrule, a course on neural networks.")
    if store.notice:
        lines.say(store.notice)
    while True:
        number = next_number(course, store)
        heading = course.headings[number - 1]
        pack = f" (the pack “{heading.pack}”)" if heading.pack else ""
        lines.say("", *wrap(f"Next is lesson {number}, {heading.front_matter.title}{pack}."))
        typed = lines.ask(WAYS)
        word = "quit" if typed is None else typed.strip().lower()
        if word in LEAVING:
            return
        try:
            _carry_out(word, number, course, store, lines, settings)
        except UsageError as error:
            lines.say(*wrap(str(error)))


def _carry_out(word: str, number: int, course: "Course", store: "Store", lines: Lines, settings: "Settings") -> None:
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
        id = course.headings[int(word or number) - 1].front_matter.id
        run_lesson(course, store, course.lesson(id), lines, try_again=settings.try_again)
    else:
        raise UsageError(f"Type a number from 1 to {len(course.headings)}, map, quiz, due or quit.")


def next_number(course: "Course", store: "Store") -> int:
    """The place of the lesson to go on with, from 1; the map's rule chooses it."""
    last = store.last_reading_position()
    ids = [heading.front_matter.id for heading in course.headings]
    chosen = choose_next_lesson([*zip(ids, lesson_states(course, store), strict=True)], last[0] if last else None)
    return ids.index(chosen) + 1 if chosen is not None else 1


def lesson_states(course: "Course", store: "Store") -> list[LessonState]:
    """The state of each lesson, in the order of the course."""
    progress, known = course_progress(course, store), load_outcome(store).known
    ids = [heading.front_matter.id for heading in course.headings]
    return [lesson_state(progress.get(id), store.reading_position(id), known=id in known) for id in ids]


def map_lines(course: "Course", store: "Store") -> list[str]:
    """Every lesson by its part, with how far it is."""
    progress, states = course_progress(course, store), lesson_states(course, store)
    rows: list[str] = []
    part = pack = ""
    for place, heading in enumerate(course.headings, 1):
        front, found = heading.front_matter, progress.get(heading.front_matter.id)
        if heading.pack != pack:
            pack, part = heading.pack, ""
            rows += ["", f"The pack “{pack}”."]
        if front.part != part:
            part = front.part
            rows.append(f"{part}:")
        state = states[place - 1]
        note = f"{format_share(found.share)} done" if state == "begun" and found is not None else PLAIN_STATES[state]
        rows.append(f"  {place}. {front.title} ({counted(front.minutes, 'minute')}, {note})")
    return [*rows, *assignment_lines(course, store)]


def assignment_lines(course: "Course", store: "Store") -> list[str]:
    """The assignments that are kept beside the record, below a heading; nothing without one."""
    from tutor.classroom.shelf import describe_kept, list_kept_files

    files = list_kept_files(store.folder)
    if not files:
        return []
    states = describe_kept(files, course, store.attempts(), store.clock())
    return ["", "To do:", *(f"  {state['words']}" for state in states)]
