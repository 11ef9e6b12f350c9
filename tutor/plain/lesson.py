"""A lesson line by line: its text, its simulations as sentences, its questions asked."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tutor.content.model import CodeBlock, Lesson, QuestionBlock, Section, SimulationBlock
from tutor.content.plain import block_lines, hint_lines
from tutor.errors import ChainruleError
from tutor.plain.lines import Lines, wrap
from tutor.plain.question import ask_until_graded
from tutor.plain.simulation import scene_lines, state_lines
from tutor.plain.tasks import ask_tasks, done_tasks, say_findings
from tutor.progress.record.store import Store
from tutor.quiz.coding import count_hint
from tutor.quiz.parts import part_that_begins, part_that_ends
from tutor.quiz.session import Session
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.statistics.completion import lesson_progress
from tutor.statistics.words import describe_finish, missing_pages

if TYPE_CHECKING:
    from tutor.content.course import Course

LEAVING = ("quit", "q")
"""What one types to leave."""


def run_lesson(
    course: "Course", store: Store, lesson: Lesson, lines: Lines, first: int | None = None, *, try_again: bool = True
) -> None:
    """Read `lesson` with the learner section by section, from section `first` (counted from 0), then those after it.

    Without `first` it is asked where to begin, if a person at a terminal has been in the lesson before.
    """
    if store.notice:
        lines.say(store.notice)
    session = Session(course, store, try_again=try_again)
    place = first if first is not None else ask_where_to_begin(lesson, store, lines)
    following = None if place is None else (lesson, place)
    while following is not None and read_sections(session, *following, lines):
        following = ask_what_next(course, store, following[0], lines)


def ask_where_to_begin(lesson: Lesson, store: Store, lines: Lines) -> int | None:
    """Offer the section that the learner reached last; `None` when she leaves. A pipe begins at the first section."""
    last = store.reading_position(lesson.id) or 0
    if not lines.is_interactive or not 0 < last < len(lesson.sections):
        return 0
    lines.say(
        *wrap(f"{lesson.heading.front_matter.title}: you were at section {last + 1}, {lesson.sections[last].title}.")
    )
    while True:
        typed = lines.ask("(Enter goes on there; a number begins at that section, 1 at the start; quit leaves) ")
        word = "quit" if typed is None else typed.strip().lower()
        if word in LEAVING:
            return None
        if not word:
            return last
        if word.isascii() and word.isdigit() and 1 <= int(word) <= len(lesson.sections):
            return int(word) - 1
        lines.say(*wrap(f"Type Enter, a section from 1 to {len(lesson.sections)}, or quit."))


def read_sections(session: Session, lesson: Lesson, first: int, lines: Lines) -> bool:
    """Read a lesson to its end, and say what it still needs; False when the learner leaves."""
    store = session.store
    lines.say(lesson.heading.front_matter.title, "(To each question type an answer, or: hint, skip, quit.)")
    if not first and (begun := part_that_begins(session.course, lesson.id)) is not None:
        lines.say(*wrap(f"(Ready for “{begun.name}”? chainrule quiz --plain --before {begun.number})"))
    last_section = store.reading_position(lesson.id)
    if last_section and not first and not lines.is_interactive:
        lines.say(f"(You were at section {last_section + 1} last time: --section {last_section + 1} goes there.)")
    for number, section in enumerate(lesson.sections[first:], first):
        save_position(store, lesson, number, lines)
        lines.say("", f"Section {number + 1} of {len(lesson.sections)}: {section.title}", *wrap(section.note))
        if not read_section(session, lesson, section, lines):
            lines.say("", "You left the lesson here; your place is kept.")
            return False
        save_section_read(store, lesson, number, lines)
        if (
            lines.is_interactive
            and number + 1 < len(lesson.sections)
            and not ask_to_continue("the next section", lines)
        ):
            return False
    ask_tasks(
        lesson,
        simulations_of(lesson.sections[: first if lines.is_interactive else None]),
        store,
        lines,
        "Tasks left to do.",
    )
    lines.say("", *finish_lines(session.course, lesson, store), "", "That was the last section.")
    return True


def ask_to_continue(what: str, lines: Lines) -> bool:
    """Wait for Enter before `what` comes; False when the learner leaves instead."""
    typed = lines.ask(f"(Enter for {what}; quit leaves) ")
    return typed is not None and typed.strip().lower() not in LEAVING


def ask_what_next(course: "Course", store: Store, lesson: Lesson, lines: Lines) -> tuple[Lesson, int] | None:
    """Let the learner go on from the end of `lesson`: the next lesson, or a section where something is missing.

    `None` when she leaves, after the last lesson, and through a pipe, which asks for one lesson.
    """
    if not lines.is_interactive:
        return None
    following = course.front_matter_after(lesson.id)
    places = [place + 1 for place, _ in missing_pages(lesson, lesson_progress(lesson, store))]
    while following is not None or places:
        ways = [f"Enter for the next lesson, {following.short_title}"] if following is not None else []
        ways += [f"a number for that section: {', '.join(map(str, places))}"] if places else []
        typed = lines.ask(f"({'; '.join([*ways, 'quit leaves'])}) ")
        word = "quit" if typed is None else typed.strip().lower()
        if word in LEAVING:
            return None
        if word.isascii() and word.isdigit() and 1 <= int(word) <= len(lesson.sections):
            return lesson, int(word) - 1
        if not word and following is not None:
            return course.lesson(following.id), 0
    return None


def save_section_read(store: Store, lesson: Lesson, section: int, lines: Lines) -> None:
    """Save that a section was read to its end. If that fails, say so and go on reading."""
    if section in store.pages_read(lesson.id):
        return
    try:
        store.save_page_read(lesson.id, section)
    except ChainruleError as error:
        lines.say(*wrap(f"({str(error)[:1].upper()}{str(error)[1:]})"))


def finish_lines(course: "Course", lesson: Lesson, store: Store) -> list[str]:
    """Say what the lesson still needs and where, or that it is done, what is known, and how to go on."""
    progress = lesson_progress(lesson, store)
    if not progress.is_done:
        places = missing_pages(lesson, progress, "Section")
        return [
            *wrap(f"To finish this lesson: {progress.words}."),
            *(line for _, words in places for line in wrap(words, "  ", "    ")),
            *(
                wrap(f"Open one with: chainrule learn {lesson.id} --plain --section {places[0][0] + 1}")
                if places
                else ()
            ),
        ]
    following = course.front_matter_after(lesson.id)
    going_on = [] if following is None else [f"Continue with: chainrule learn {following.id} --plain"]
    if (ended := part_that_ends(course, lesson.id)) is not None:
        going_on.insert(0, f"The part “{ended.name}” ends here: chainrule quiz --plain --part {ended.number}")
    coming = None if following is None else part_that_begins(course, following.id)
    if coming is not None:
        going_on.append(f"Ready for “{coming.name}”? chainrule quiz --plain --before {coming.number}")
    return [
        "You have finished this lesson.",
        *(row for said in describe_finish(progress) for row in wrap(said)),
        *going_on,
    ]


def save_position(store: Store, lesson: Lesson, section: int, lines: Lines) -> None:
    """Save the reading position. If that fails, say so and go on reading."""
    if section == store.reading_position(lesson.id) or (section == 0 and store.reading_position(lesson.id) is None):
        return
    try:
        store.save_reading_position(lesson.id, section)
    except ChainruleError as error:
        lines.say(*wrap(f"(Your place was not kept: {error})"))


def read_section(session: Session, lesson: Lesson, section: Section, lines: Lines) -> bool:
    """Write one section and ask its questions and tasks; False when the learner leaves or the input ends.

    Through a pipe the tasks are asked at the end of the lesson.
    """
    for block in section.blocks:
        lines.say("")
        if isinstance(block, QuestionBlock):
            if not _ask_question(session, block, lines):
                return False
            continue
        try:
            lines.say(*block_lines(block, lines.ascii))
        except ChainruleError as error:
            lines.say(*wrap(f"! This text cannot be shown: {error}"))
        if isinstance(block, SimulationBlock) and not _tell_simulation(session, lesson, block, lines):
            return False
        if isinstance(block, CodeBlock) and lines.is_interactive and not ask_for_hints(session, block, lines):
            return False
    return True


def ask_for_hints(session: Session, block: CodeBlock, lines: Lines) -> bool:
    """Give the hints of an exercise one by one, as long as the learner asks, and count them; False when she leaves."""
    for number in range(1, len(block.exercise.hints) + 1):
        typed = lines.ask("(Enter goes on; hint; quit leaves) ")
        word = "quit" if typed is None else typed.strip().lower()
        if word in LEAVING:
            return False
        if word not in {"hint", "?"}:
            return True
        lines.say(*hint_lines(block, number, lines.ascii))
        _count_hint(session, block, number, lines)
    return True


def _count_hint(session: Session, block: CodeBlock, number: int, lines: Lines) -> None:
    try:
        count_hint(session, block, number)
    except ChainruleError as error:
        lines.say(*wrap(f"(This hint is not counted: {error})"))


def _tell_simulation(session: Session, lesson: Lesson, block: SimulationBlock, lines: Lines) -> bool:
    """Say where a simulation stands, and let a person at a terminal try its tasks; False when she leaves."""
    player = Player(find_simulation(block.name).build(**block.values))
    player.jump(block.step)
    lines.say(*state_lines(player, lines.ascii))
    say_findings(done_tasks(lesson, block, session.store), lines)
    return not lines.is_interactive or ask_tasks(lesson, [block], session.store, lines, "Your turn.")


def _ask_question(session: Session, block: QuestionBlock, lines: Lines) -> bool:
    """Ask a question until it is graded; False when the learner leaves."""
    instance = session.make_instance(block.question.id)
    lines.say(*scene_lines(instance, lines.ascii))
    return ask_until_graded(instance, lines, session.bind_submit(instance), tries_again=session.try_again) != "quit"


def simulations_of(sections: Iterable[Section]) -> list[SimulationBlock]:
    """The simulations of `sections`, in reading order."""
    return [block for section in sections for block in section.blocks if isinstance(block, SimulationBlock)]
