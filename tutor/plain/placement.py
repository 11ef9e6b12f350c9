"""The placement test line by line."""

from tutor.errors import ChainruleError
from tutor.placement.results import Outcome, keep
from tutor.placement.test import MOST, Placement
from tutor.plain.lines import Lines, wrap
from tutor.plain.question import converse
from tutor.plain.scene import scene_lines
from tutor.questions.base import Grade
from tutor.quiz.session import Sitting


def place(sitting: Sitting, lines: Lines, seed: int | None = None) -> None:
    """Ask until it is known where to begin; keep and say what was found."""
    if sitting.store.notice:
        lines.say(sitting.store.notice)
    test = Placement(sitting.course, sitting.store.count() if seed is None else seed)
    lines.say(*wrap(f"At most {MOST} questions. Type an answer; skip what you do not know. hint and quit work too."))
    while following := test.following():
        instance = sitting.instance(*following)
        lines.say("", f"Question {test.asked + 1} · {instance.id}", *scene_lines(instance, lines.ascii))
        answer = converse(instance, lines, sitting.submitting(instance, "placement"))
        if answer == "quit":
            lines.say("", "You left the test. What you had shown so far:")
            break
        test.take(answer if isinstance(answer, Grade) else None)
    outcome = test.outcome()
    lines.say("", *outcome_lines(outcome))
    if test.asked:
        try:
            keep(sitting.store, outcome)
        except ChainruleError as error:
            lines.say(f"({error})")


def outcome_lines(outcome: Outcome) -> list[str]:
    """What was found, in words."""
    lines = []
    if outcome.shown:
        lines += wrap("You showed that you know: " + ", ".join(outcome.shown) + ".")
    if outcome.inferred:
        lines += wrap("They build on these, which were not asked: " + ", ".join(outcome.inferred) + ".")
    if not outcome.known:
        lines.append("Nothing can be taken as known yet.")
    if outcome.open:
        lines += wrap(f"Read on with chainrule learn {outcome.open[0]}.")
    return lines
