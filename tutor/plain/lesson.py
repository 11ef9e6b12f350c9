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
from tutor.quiz.coding import record_hint
from tutor.quiz.parts import part_that_begins, part_that_ends
from tutor.quiz.session import Session
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.statistics.completion import lesson_progress
from tutor.statistics.words import describe_finish, missing_pages
from tutor.text.sentences import numbered

if TYPE_CHECKING:
    from tutor.content.course import Course


def run_lesson(
    course: "Course",
    store: Store,
    lesson: Lesson,
    lines: Lines,
    first_section: int | None = None,
    *,
    try_again: bool = True,
) -> None:
    """Read `lesson` with the learner from `first_section` (counted from 0) to its end, then what she chooses next.

    Without `first_section`, a learner at a terminal who has been in the lesson before is asked where to begin.
    """
    if store.notice:
        lines.say(store.notice)
    session = Session(course, store, try_again=try_again)
    section = ask_where_to_begin(lesson, store, lines) if first_section is None else first_section
    while section is not None:
        reached_end = read_sections(session, lesson, section, lines)
        chosen_next = ask_what_next(course, store, lesson, lines) if reached_end else None
        if chosen_next is None:
            return
        lesson, section = chosen_next


def ask_where_to_begin(lesson: Lesson, store: Store, lines: Lines) -> int | None:
    """Return the section to begin at, counted from 0; `None` when the learner leaves.

    A person at a terminal is offered the section that she reached last. A pipe begins at the first.
    """
    last_read = store.reading_position(lesson.id) or 0
    can_go_on_there = 0 < last_read < len(lesson.sections)  # the lesson may have become shorter since
    if not lines.is_interactive or not can_go_on_there:
        return 0
    title = lesson.sections[last_read].title
    lines.say(*wrap(f"{lesson.heading.front_matter.title}: you were at section {last_read + 1}, {title}."))
    while True:
        command = lines.ask_command(
            "(Enter goes on there; a number begins at that section, 1 at the start; quit leaves) "
        )
        if command == "quit":
            return None
        if not command:
            return last_read
        if _is_section_number(command, lesson):
            return int(command) - 1
        lines.say(*wrap(f"Type Enter, a section from 1 to {len(lesson.sections)}, or quit."))


def _is_section_number(typed: str, lesson: Lesson) -> bool:
    """Whether this is the number of a section of `lesson`, counted from 1."""
    return typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(lesson.sections)


def read_sections(session: Session, lesson: Lesson, first_section: int, lines: Lines) -> bool:
    """Read a lesson from `first_section` (counted from 0) to its end, and say what it still needs.

    Returns False when the learner leaves.
    """
    store = session.store
    lines.say(lesson.heading.front_matter.title, "(To each question type an answer, or: hint, skip, quit.)")
    if first_section == 0:
        _say_before_first_section(session, lesson, lines)
    for index, section in enumerate(lesson.sections[first_section:], first_section):
        save_position(store, lesson, index, lines)
        section_label = numbered("Section", index + 1, len(lesson.sections))
        lines.say("", f"{section_label}: {section.title}", *wrap(section.note))
        if not read_section(session, lesson, section, lines):
            lines.say("", "You left the lesson here; your place is kept.")
            return False
        save_section_read(store, lesson, index, lines)
        is_last = index + 1 == len(lesson.sections)
        if lines.is_interactive and not is_last and not ask_to_continue("the next section", lines):
            return False
    # At a terminal each section asked its tasks, so only those before the first remain; through a pipe all remain.
    sections_with_open_tasks = lesson.sections[:first_section] if lines.is_interactive else lesson.sections
    ask_tasks(lesson, simulations_of(sections_with_open_tasks), store, lines, "Tasks left to do.")
    lines.say("", *finish_lines(session.course, lesson, store), "", "That was the last section.")
    return True


def _say_before_first_section(session: Session, lesson: Lesson, lines: Lines) -> None:
    """Mention the quiz before a part if the lesson begins one, and to a pipe also the section that was read last."""
    beginning_part = part_that_begins(session.course, lesson.id)
    if beginning_part is not None:
        command = f"chainrule quiz --plain --before {beginning_part.number}"
        lines.say(*wrap(f"(Ready for “{beginning_part.name}”? {command})"))
    last_read = session.store.reading_position(lesson.id)
    if last_read and not lines.is_interactive:
        lines.say(f"(You were at section {last_read + 1} last time: --section {last_read + 1} goes there.)")


def ask_to_continue(next_thing: str, lines: Lines) -> bool:
    """Wait for Enter before `next_thing`, such as "the next section"; False when the learner leaves instead."""
    return lines.ask_command(f"(Enter for {next_thing}; quit leaves) ") != "quit"


def ask_what_next(course: "Course", store: Store, lesson: Lesson, lines: Lines) -> tuple[Lesson, int] | None:
    """Let the learner choose what follows the end of `lesson`: return a lesson and its section, counted from 0.

    She may choose the next lesson, or a section of this one, and is told in which sections something is missing. `None`
    when she leaves, when there is nothing to choose, and through a pipe, which asks for one lesson only.
    """
    if not lines.is_interactive:
        return None
    next_lesson = course.front_matter_after(lesson.id)
    open_sections = [str(page + 1) for page, _ in missing_pages(lesson, lesson_progress(lesson, store))]
    while next_lesson is not None or open_sections:
        choices = []
        if next_lesson is not None:
            choices.append(f"Enter for the next lesson, {next_lesson.short_title}")
        if open_sections:
            choices.append(f"a number for that section: {', '.join(open_sections)}")
        command = lines.ask_command(f"({'; '.join([*choices, 'quit leaves'])}) ")
        if command == "quit":
            return None
        if _is_section_number(command, lesson):
            return lesson, int(command) - 1
        if not command and next_lesson is not None:
            return course.lesson(next_lesson.id), 0
    return None


def save_section_read(store: Store, lesson: Lesson, section: int, lines: Lines) -> None:
    """Save that a section (counted from 0) was read to its end. If that fails, say so and go on reading."""
    if section in store.pages_read(lesson.id):
        return
    try:
        store.save_page_read(lesson.id, section)
    except ChainruleError as error:
        message = str(error)
        capitalised = f"{message[:1].upper()}{message[1:]}"  # error messages begin in lower case; this is a sentence
        lines.say(*wrap(f"({capitalised})"))


def finish_lines(course: "Course", lesson: Lesson, store: Store) -> list[str]:
    """Say what the lesson still needs and where, or that it is done, what is known, and how to go on."""
    progress = lesson_progress(lesson, store)
    if progress.is_done:
        descriptions = [line for description in describe_finish(progress) for line in wrap(description)]
        return ["You have finished this lesson.", *descriptions, *_continue_lines(course, lesson)]
    lines = wrap(f"To finish this lesson: {progress.words}.")
    open_sections = missing_pages(lesson, progress, "Section")
    for _, description in open_sections:
        lines += wrap(description, "  ", "    ")
    if open_sections:
        first_open, _ = open_sections[0]
        lines += wrap(f"Open one with: chainrule learn {lesson.id} --plain --section {first_open + 1}")
    return lines


def _continue_lines(course: "Course", lesson: Lesson) -> list[str]:
    """The commands by which to go on after `lesson`: the next lesson, and quizzes where a part ends or begins."""
    lines = []
    ending_part = part_that_ends(course, lesson.id)
    if ending_part is not None:
        lines.append(f"The part “{ending_part.name}” ends here: chainrule quiz --plain --part {ending_part.number}")
    next_lesson = course.front_matter_after(lesson.id)
    if next_lesson is None:
        return lines
    lines.append(f"Continue with: chainrule learn {next_lesson.id} --plain")
    next_part = part_that_begins(course, next_lesson.id)
    if next_part is not None:
        lines.append(f"Ready for “{next_part.name}”? chainrule quiz --plain --before {next_part.number}")
    return lines


def save_position(store: Store, lesson: Lesson, section: int, lines: Lines) -> None:
    """Save the reading position, a section counted from 0. If that fails, say so and go on reading."""
    saved = store.reading_position(lesson.id)
    if section == saved or (section == 0 and saved is None):  # a lesson that was only opened has no position
        return
    try:
        store.save_reading_position(lesson.id, section)
    except ChainruleError as error:
        lines.say(*wrap(f"(Your place was not kept: {error})"))


def read_section(session: Session, lesson: Lesson, section: Section, lines: Lines) -> bool:
    """Write one section and ask its questions and tasks; return False when the learner leaves or the input ends.

    Through a pipe the tasks are asked only at the end of the lesson, and hints of exercises are not offered. If a block
    cannot be shown, its error is printed and the section continues.
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
        if isinstance(block, SimulationBlock) and not _describe_simulation(session, lesson, block, lines):
            return False
        if isinstance(block, CodeBlock) and lines.is_interactive and not ask_for_hints(session, block, lines):
            return False
    return True


def ask_for_hints(session: Session, block: CodeBlock, lines: Lines) -> bool:
    """Give the hints of an exercise one by one, as long as the learner asks, and count them; False when she leaves."""
    for number in range(1, len(block.exercise.hints) + 1):
        command = lines.ask_command("(Enter goes on; hint; quit leaves) ")
        if command == "quit":
            return False
        if command not in {"hint", "?"}:
            return True
        lines.say(*hint_lines(block, number, lines.ascii))
        _record_hint(session, block, number, lines)
    return True


def _record_hint(session: Session, block: CodeBlock, number: int, lines: Lines) -> None:
    """Record that hint `number` was seen. If that fails, say so and go on reading."""
    try:
        record_hint(session, block, number)
    except ChainruleError as error:
        lines.say(*wrap(f"(This hint is not counted: {error})"))


def _describe_simulation(session: Session, lesson: Lesson, block: SimulationBlock, lines: Lines) -> bool:
    """Write the state of a simulation at the step that the lesson shows, and the findings of tasks already done.

    A person at a terminal then tries its open tasks; False when she leaves.
    """
    player = Player(find_simulation(block.name).build(**block.values))
    player.jump(block.step)
    lines.say(*state_lines(player, lines.ascii))
    say_findings(done_tasks(lesson, block, session.store), lines)
    if not lines.is_interactive:
        return True
    return ask_tasks(lesson, [block], session.store, lines, "Your turn.")


def _ask_question(session: Session, block: QuestionBlock, lines: Lines) -> bool:
    """Ask a question until it is graded; False when the learner leaves."""
    instance = session.make_instance(block.question.id)
    lines.say(*scene_lines(instance, lines.ascii))
    submit = session.bind_submit(instance)
    return ask_until_graded(instance, lines, submit, tries_again=session.try_again) != "quit"


def simulations_of(sections: Iterable[Section]) -> list[SimulationBlock]:
    """The simulations of `sections`, in reading order."""
    return [block for section in sections for block in section.blocks if isinstance(block, SimulationBlock)]
