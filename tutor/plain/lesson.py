"""A lesson line by line: its text, its simulations as sentences, its questions asked."""

from typing import TYPE_CHECKING

from tutor.content.model import Lesson, QuestionBlock, Section, SimulationBlock
from tutor.content.plain import block_text
from tutor.errors import ChainruleError
from tutor.plain.lines import Lines
from tutor.plain.question import ask_until_graded
from tutor.plain.simulation import describe, scene_lines
from tutor.progress.record.store import Store
from tutor.quiz.session import Session
from tutor.sims.engine.player import Player
from tutor.sims.table import find

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
        if (
            lines.is_interactive
            and number + 1 < len(lesson.sections)
            and lines.ask("(Enter for the next section) ") is None
        ):
            return
    lines.say("", "That was the last section.")


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
