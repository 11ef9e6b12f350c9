"""The placement test line by line."""

from typing import TYPE_CHECKING

from tutor.errors import ChainruleError
from tutor.placement.results import PlacementOutcome, save_outcome
from tutor.placement.test import MAX_PLACEMENT_QUESTIONS, PlacementTest
from tutor.plain.lines import Lines, wrap
from tutor.plain.question import ask_until_graded, question_name
from tutor.plain.simulation import scene_lines
from tutor.questions.base import Grade
from tutor.quiz.session import Session

if TYPE_CHECKING:
    from tutor.content.course import Course


def run_placement(session: Session, lines: Lines, seed: int | None = None) -> None:
    """Run the placement test, then report and save its outcome."""
    if session.store.notice:
        lines.say(session.store.notice)
    test = PlacementTest(session.course, session.store.quiz_seed() if seed is None else seed)
    lines.say(
        *wrap(
            f"At most {MAX_PLACEMENT_QUESTIONS} questions, easy ones first. Type an answer, or skip what you do not "
            "know. hint and quit work too."
        )
    )
    while question := test.next_question():
        question_id, question_seed = question
        instance = session.make_instance(question_id, question_seed)
        heading = f"Question {test.asked_count + 1} · {question_name(instance, lines)}"
        lines.say("", heading, *scene_lines(instance, lines.ascii))
        reply = ask_until_graded(instance, lines, session.bind_submit(instance, "placement"))
        if reply == "quit":
            lines.say("", "You left the test. What you had shown so far:")
            break
        test.record_grade(reply if isinstance(reply, Grade) else None)  # `None`: the question was skipped
    outcome = test.outcome()
    lines.say("", *outcome_lines(outcome, session.course))
    if test.asked_count:
        try:
            save_outcome(session.store, outcome)
        except ChainruleError as error:
            lines.say(f"({error})")


def outcome_lines(outcome: PlacementOutcome, course: "Course") -> list[str]:
    """Say which lessons the learner knows (shown by her answers, or inferred from them), and where to read on."""
    lines = []
    if outcome.shown:
        lines += wrap(f"You showed that you know: {', '.join(course.name_lessons(outcome.shown))}.")
    if outcome.inferred:
        inferred = ", ".join(course.name_lessons(outcome.inferred))
        lines += wrap(f"They build on these, which were not asked: {inferred}.")
    if not outcome.known:
        lines.append("Nothing can be taken as known yet.")
    if outcome.open:
        lines += wrap(f"Read on with: chainrule learn {outcome.open[0]} --plain")
    return lines
