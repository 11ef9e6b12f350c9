"""`learn` and `quiz`: the course and the self-quiz, on screen or in plain lines."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.command import Command, Conflict
from tutor.commands.launcher import open_course_with_packs, open_record, open_screen, wants_plain
from tutor.commands.parameters import NUMBER, WHOLE, complete_lessons
from tutor.errors import UsageError
from tutor.text.numbers import counted
from tutor.text.output import warn

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store
    from tutor.quiz.selection import QuizOptions, Scope

USUAL_QUESTIONS = 10
"""How many questions a quiz has if neither an option nor the settings give a number."""

PLAIN_OPTION = click.option(
    "--plain", is_flag=True, help="Line by line, for pipes and screen readers: no colour, no cursor movement."
)


@click.command(
    cls=Command,
    examples=(
        "chainrule learn adam",
        "chainrule learn node --section 2",
        "chainrule learn loss --plain",
    ),
    conflicts=(Conflict("--watch", "--plain", "--watch shows a lesson on the screen; leave --plain out"),),
)
@click.argument("lesson", metavar="ID", shell_complete=complete_lessons)
@click.option("--section", type=WHOLE, help="Open at this section, counted from 1.")
@click.option("--watch", is_flag=True, help="Reload the lesson whenever its file changes, for its author.")
@PLAIN_OPTION
@click.pass_obj
def learn(folders: tuple[Path, ...], lesson: str, section: int | None, watch: bool, plain: bool) -> None:
    """Open the lesson ID."""
    course = open_course_with_packs(folders)
    content = course.lesson(lesson)
    if section is not None and not 1 <= section <= len(content.sections):
        raise UsageError(f"--section {section} cannot be used: {lesson} has sections 1 to {len(content.sections)}")
    section_from_0 = None if section is None else section - 1
    if watch or not wants_plain(plain):
        raise SystemExit(open_screen("lesson", course, lesson=lesson, section=section_from_0, watch=watch))
    from tutor.plain.lesson import run_lesson
    from tutor.plain.lines import Lines
    from tutor.settings.file import load_settings, settings_folder

    settings, _ = load_settings(settings_folder())
    run_lesson(course, open_record(), content, Lines(), section_from_0, try_again=settings.try_again)


@click.command(
    cls=Command,
    examples=(
        "chainrule quiz",
        "chainrule quiz --lesson adam --lesson node --count 5",
        "chainrule quiz --due --plain",
        "chainrule quiz --before 4",
        "chainrule quiz --part convolutions",
        "chainrule quiz --minutes 10 --exam",
    ),
    conflicts=tuple(
        Conflict("--assignment", option, "the assignment says what is asked")
        for option in (
            "--lesson",
            "--concept",
            "--part",
            "--before",
            "--weak",
            "--read",
            "--due",
            "--flagged",
            "--count",
            "--exam",
            "--seed",
        )
    )
    + tuple(
        Conflict(first, second, "each says which lessons are asked about")
        for first, second in (("--part", "--before"), ("--part", "--lesson"), ("--before", "--lesson"))
    ),
)
@click.option(
    "--lesson",
    "lessons",
    metavar="ID",
    multiple=True,
    shell_complete=complete_lessons,
    help="Only questions of this lesson; may be repeated.",
)
@click.option(
    "--concept", "concepts", metavar="NAME", multiple=True, help="Only questions on this concept; may be repeated."
)
@click.option(
    "--part",
    metavar="PART",
    help="What a part of the course teaches, each of its lessons in turn; its number on the map, or its name.",
)
@click.option(
    "--before",
    metavar="PART",
    help="What a part of the course builds on: are you ready for it? Its number or its name.",
)
@click.option("--weak", is_flag=True, help="Only concepts that are weak on your record, the weakest first.")
@click.option("--read", is_flag=True, help="Only what you have read: your lessons up to the last page you opened.")
@click.option("--due", is_flag=True, help="Only what is due for review.")
@click.option("--flagged", is_flag=True, help="Only questions that you flagged; a flag stays until it is taken off.")
@click.option(
    "--assignment",
    "assignment",
    metavar="FILE|NAME",
    help="What an assignment asks: its lessons, number of questions, seed and mode.",
)
@click.option("--count", type=WHOLE, help=f"How many questions.  [default: that of the settings, or {USUAL_QUESTIONS}]")
@click.option("--minutes", type=NUMBER, help="Stop after this many minutes.")
@click.option("--exam", is_flag=True, help="Verdicts at the end; answers can be changed until then.")
@click.option("--confidence", is_flag=True, help="Ask how sure you are before each verdict.")
@click.option("--seed", type=WHOLE, help="The same seed gives the same questions with the same numbers.")
@PLAIN_OPTION
@click.pass_obj
def quiz(
    folders: tuple[Path, ...],
    lessons: tuple[str, ...],
    concepts: tuple[str, ...],
    part: str | None,
    before: str | None,
    weak: bool,
    read: bool,
    due: bool,
    flagged: bool,
    assignment: str | None,
    count: int | None,
    minutes: float | None,
    exam: bool,
    confidence: bool,
    seed: int | None,
    plain: bool,
) -> None:
    """Ask yourself questions, mixed, with fresh numbers each time."""
    from tutor.quiz.quiz import open_quiz
    from tutor.quiz.selection import QuizOptions, Scope
    from tutor.quiz.session import Session
    from tutor.settings.file import load_settings, settings_folder

    course = open_course_with_packs(folders)
    for lesson in lessons:
        course.lesson(lesson)  # raises if there is no such lesson
    settings, _ = load_settings(settings_folder())
    scope = Scope(lessons, concepts, due=due, weak=weak, read=read, flagged=flagged)
    if part is not None or before is not None:
        scope = _within_part(scope, course, part, before)
    usual_count = settings.quiz_count if minutes is None else None  # with a time limit only the time ends the quiz
    options = QuizOptions(
        scope,
        count=usual_count if count is None else count,
        minutes=minutes,
        exam=exam,
        asks_confidence=confidence,
        seed=seed,
    )
    store = open_record()
    if assignment is not None:
        options = _assignment_options(assignment, course, store, minutes, asks_confidence=confidence)
    # The screen opens the quiz itself. It is opened here too, so that errors are reported before the screen appears.
    quiz = open_quiz(Session(course, store, try_again=settings.try_again), options)
    if count is not None and 0 < len(quiz.items) < count:
        warn(_too_few_message(len(quiz.items), scope, count))
    if not wants_plain(plain):
        raise SystemExit(open_screen("quiz", course, options=options))
    from tutor.plain.lines import Lines
    from tutor.plain.quiz import run_quiz

    run_quiz(quiz, Lines(), scope.empty_message)


def _assignment_options(
    assignment: str, course: "Course", store: "Store", minutes: float | None, *, asks_confidence: bool
) -> "QuizOptions":
    """Print what an assignment asks and until when, and return the options of its quiz.

    If both the assignment and `minutes` limit the time, the shorter limit applies.
    """
    from dataclasses import replace

    from tutor.classroom.assignment import read_assignment
    from tutor.classroom.shelf import find_assignment
    from tutor.quiz.sittings import sittings_of

    parsed = read_assignment(find_assignment(assignment, course), course)
    warn(*parsed.opening_lines(store.clock(), sittings_of(store)))
    limits = [limit for limit in (minutes, parsed.keys.minutes) if limit is not None]
    return replace(parsed.options, minutes=min(limits, default=None), asks_confidence=asks_confidence)


def _within_part(scope: "Scope", course: "Course", part: str | None, before: str | None) -> "Scope":
    """Restrict `scope` to the lessons of a part of the course, or to those on which the part `before` builds.

    At most one of the two is given, since the command declares them as a conflict.
    """
    from dataclasses import replace

    from tutor.quiz.parts import find_part

    if before is not None:
        part_scope = find_part(course, before).entry_scope
    else:
        part_scope = find_part(course, part or "").outcome_scope
    return replace(scope, lesson=part_scope.lesson, title=part_scope.title)


def _too_few_message(question_count: int, scope: "Scope", wanted_count: int) -> str:
    """Say that there are fewer questions than `--count` asks for."""
    where = "the course" if scope.is_everything else f"this scope ({scope.describe(lambda names: names)})"
    return (
        f"chainrule: only {counted(question_count, 'question')} in {where}, fewer than --count {wanted_count} asks for"
    )
