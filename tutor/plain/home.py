"""The home of the course as lines: which lessons there are, how far each is, and where to go on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tutor.errors import UsageError
from tutor.placement.results import load_outcome
from tutor.plain.lesson import run_lesson
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

PROMPT = "(Enter goes on with it; a number opens that lesson; map lists all; quiz, due; quit leaves) "
STATE_WORDS: Mapping[LessonState, str] = {
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
        number = next_lesson_number(course, store)
        heading = course.headings[number - 1]
        pack = f" (the pack “{heading.pack}”)" if heading.pack else ""
        lines.say("", *wrap(f"Next is lesson {number}, {heading.front_matter.title}{pack}."))
        command = lines.ask_command(PROMPT)
        if command == "quit":
            return
        try:
            _carry_out(command, number, course, store, lines, settings)
        except UsageError as error:
            lines.say(*wrap(str(error)))


def _carry_out(
    command: str, next_number: int, course: "Course", store: "Store", lines: Lines, settings: "Settings"
) -> None:
    """Show the map, run a quiz, or run the lesson whose number was typed (`next_number` for an empty command).

    Raises:
        UsageError: no such command is known here.
    """
    if command == "map":
        lines.say("", *map_lines(course, store))
    elif command in {"quiz", "due"}:
        scope = Scope(due=command == "due")
        session = Session(course, store, try_again=settings.try_again)
        run_quiz(open_quiz(session, QuizOptions(scope, count=settings.quiz_count)), lines, scope.empty_message)
    elif not command or _is_lesson_number(command, course):
        number = int(command) if command else next_number
        id = course.headings[number - 1].front_matter.id
        run_lesson(course, store, course.lesson(id), lines, try_again=settings.try_again)
    else:
        raise UsageError(f"Type a number from 1 to {len(course.headings)}, map, quiz, due or quit.")


def _is_lesson_number(typed: str, course: "Course") -> bool:
    """Whether this is the number of a lesson of the course, counted from 1."""
    return typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(course.headings)


def next_lesson_number(course: "Course", store: "Store") -> int:
    """The number of the lesson to go on with, counted from 1; the map on the screen proposes the same."""
    last_lesson = None
    if (last_read := store.last_reading_position()) is not None:
        last_lesson, _ = last_read
    ids = [heading.front_matter.id for heading in course.headings]
    states = lesson_states(course, store)
    chosen_id = choose_next_lesson(list(zip(ids, states, strict=True)), last_lesson)
    return 1 if chosen_id is None else ids.index(chosen_id) + 1


def lesson_states(course: "Course", store: "Store") -> list[LessonState]:
    """The state of each lesson, in the order of the course."""
    progress = course_progress(course, store)  # by the id of the lesson
    known_ids = load_outcome(store).known
    ids = [heading.front_matter.id for heading in course.headings]
    return [lesson_state(progress.get(id), store.reading_position(id), known=id in known_ids) for id in ids]


def map_lines(course: "Course", store: "Store") -> list[str]:
    """Every lesson below the heading of its part, with how far it is; then the assignments."""
    progress = course_progress(course, store)  # by the id of the lesson
    lines: list[str] = []
    part = pack = ""  # the part and the pack whose headings came last
    for number, (heading, state) in enumerate(zip(course.headings, lesson_states(course, store), strict=True), 1):
        front_matter = heading.front_matter
        if heading.pack != pack:
            pack, part = heading.pack, ""  # a pack's parts get headings even if they are called like the last part
            lines += ["", f"The pack “{pack}”."]
        if front_matter.part != part:
            part = front_matter.part
            lines.append(f"{part}:")
        state_words = STATE_WORDS[state]
        if state == "begun" and front_matter.id in progress:
            state_words = f"{format_share(progress[front_matter.id].share)} done"
        lines.append(f"  {number}. {front_matter.title} ({counted(front_matter.minutes, 'minute')}, {state_words})")
    return [*lines, *assignment_lines(course, store)]


def assignment_lines(course: "Course", store: "Store") -> list[str]:
    """The assignments that are kept beside the record, as lines below a heading; no lines if there are none."""
    from tutor.classroom.shelf import describe_kept_assignments, list_kept_files

    files = list_kept_files(store.folder)
    if not files:
        return []
    states = describe_kept_assignments(files, course, store.attempts(), store.clock())
    return ["", "To do:", *(f"  {state['words']}" for state in states)]
