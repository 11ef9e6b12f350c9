"""A lesson line by line: its text, its simulations as sentences, its questions asked."""

from typing import TYPE_CHECKING

from tutor.content.model import Lesson, QuestionBlock, Section, SimulationBlock
from tutor.content.plain import block_text
from tutor.errors import ChainruleError
from tutor.plain.lines import Lines, wrap
from tutor.plain.question import ask_until_graded
from tutor.plain.simulation import describe, scene_lines
from tutor.plain.tasks import ask_tasks
from tutor.progress.record.store import Store
from tutor.quiz.session import Session
from tutor.sims.engine.player import Player
from tutor.sims.table import find
from tutor.statistics.completion import lesson_progress
from tutor.statistics.words import describe_finish, missing_places

if TYPE_CHECKING:
    from tutor.content.course import Course


def run_lesson(
    course: "Course", store: Store, lesson: Lesson, lines: Lines, first: int = 0, *, try_again: bool = True
) -> None:
    """Read `lesson` with the learner section by section, from section `first` (counted from 0)."""
    if store.notice:
        lines.say(store.notice)
    session = Session(course, store, try_again=try_again)
    lines.say(lesson.heading.front.title, "(To each question type an answer, or: hint, skip, quit.)")
    last_section = store.reading_position(lesson.id)
    if last_section and not first:
        lines.say(f"(You were at section {last_section + 1} last time: --section {last_section + 1} goes there.)")
    for number, section in enumerate(lesson.sections[first:], first):
        save_position(store, lesson, number, lines)
        lines.say("", f"Section {number + 1} of {len(lesson.sections)}: {section.title}")
        if not read_section(session, section, lines):
            lines.say("", "You left the lesson here; your place is kept.")
            return
        save_read(store, lesson, number, lines)
        if (
            lines.is_interactive
            and number + 1 < len(lesson.sections)
            and lines.ask("(Enter for the next section) ") is None
        ):
            return
    ask_tasks(lesson, store, lines)
    lines.say("", *finish_lines(course, lesson, store), "", "That was the last section.")


def save_read(store: Store, lesson: Lesson, section: int, lines: Lines) -> None:
    """Save that a section was read to its end. If that fails, say so and go on reading."""
    if section in store.pages_read(lesson.id):
        return
    try:
        store.save_page_read(lesson.id, section)
    except ChainruleError as error:
        lines.say(f"({str(error)[:1].upper()}{str(error)[1:]})")


def finish_lines(course: "Course", lesson: Lesson, store: Store) -> list[str]:
    """Say what the lesson still needs and where; or that it is done, what is known, and how to go on."""
    progress = lesson_progress(lesson, store)
    if not progress.is_done:
        places = missing_places(lesson, progress)
        return [
            *wrap(f"To finish this lesson: {progress.words}."),
            *(f"  {words}: chainrule learn {lesson.id} --plain --section {place + 1}" for place, words in places),
        ]
    ids = [heading.front.id for heading in course.headings]
    later = ids[ids.index(lesson.id) + 1 :] if lesson.id in ids else []
    going_on = [f"Continue with: chainrule learn {later[0]} --plain"] if later else []
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
        lines.say(f"(Your place was not kept: {error})")


def read_section(session: Session, section: Section, lines: Lines) -> bool:
    """Write one section and ask its questions; False when the learner leaves or the input ends."""
    for block in section.blocks:
        lines.say("")
        if isinstance(block, QuestionBlock):
            instance = session.make_instance(block.question.id)
            lines.say(*scene_lines(instance, lines.ascii))
            submit = session.bind_submit(instance)
            if ask_until_graded(instance, lines, submit, tries_again=session.try_again) == "quit":
                return False
            continue
        try:
            lines.say(*block_text(block, lines.ascii))
        except ChainruleError as error:
            lines.say(f"! This text cannot be shown: {error}")
        if isinstance(block, SimulationBlock):
            player = Player(find(block.name).build(**block.values))
            player.jump(block.step)
            lines.say(*describe(player, lines.ascii))
    return True
