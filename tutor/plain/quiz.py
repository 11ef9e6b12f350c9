"""A quiz line by line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tutor.plain.lines import Lines
from tutor.plain.question import converse
from tutor.plain.scene import scene_lines
from tutor.progress.store import Store
from tutor.questions.base import Grade
from tutor.session import Sitting, tally

if TYPE_CHECKING:
    from tutor.content.course import Course


def ask_all(course: "Course", store: Store, chosen: Sequence[tuple[str, int]], lines: Lines) -> None:
    """Ask the chosen questions one after the other, then say how it went."""
    if store.notice:
        lines.say(store.notice)
    if not chosen:
        lines.say("There is nothing to ask: no question is due. Try chainrule quiz --plain without --due.")
        return
    sitting = Sitting(course, store)
    grades: list[tuple[tuple[str, ...], float]] = []
    lines.say(f"{len(chosen)} questions. Type an answer, or: hint, skip, quit.")
    for number, (question, seed) in enumerate(chosen, 1):
        instance = sitting.instance(question, seed)
        lines.say("", f"Question {number} of {len(chosen)} · {question}")
        lines.say(*scene_lines(instance, lines.ascii))
        outcome = converse(sitting, instance, lines)
        if outcome is False:
            break
        if isinstance(outcome, Grade):
            grades.append((instance.concepts, outcome.score))
    lines.say("", *summary(grades))


def summary(grades: Sequence[tuple[tuple[str, ...], float]]) -> list[str]:
    """How the sitting went, by concept, the weakest first."""
    if not grades:
        return ["No answer was graded."]
    right = sum(score for _, score in grades)
    rows = [f"  {concept}: {mean:.0%} of {count}" for concept, count, mean in tally(grades)]
    return [f"{right:g} of {len(grades)} right. By concept, the weakest first:", *rows]
