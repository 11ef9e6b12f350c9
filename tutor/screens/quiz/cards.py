"""Question cards connected to the session and the record, and the simulator for a challenge."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tutor.questions.answers.leading import can_try_again
from tutor.questions.answers.run_settings import RunSetting
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Grade, Instance, Scene, Unreadable
from tutor.quiz.session import AnswerMode, Session
from tutor.screens.base import Banner
from tutor.text.sentences import furthest_step_in
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.modal import Modal

if TYPE_CHECKING:
    from tutor.widgets.simulator.simulator import Simulator

UNCHANGED_RUN = "steps=0"
"""The answer text of a simulator in which nothing was changed and no step taken."""


def make_question_card(
    session: Session, question_id: str, seed: int | None = None, *, renew: bool = True, mode: AnswerMode = "lesson"
) -> QuestionCard:
    """Make the card that asks a question; with `renew` it can be asked again with new numbers.

    On a lesson's page (`mode` is "lesson") the second try at a question may still be open after a wrong first answer
    today. Then the card shows that answer, and the question has the same numbers as before. With a `seed` for the
    numbers, the question is always asked without an earlier answer.

    Raises:
        ChainruleError: the numbers of the question cannot be computed.
    """
    first_answer = session.find_attempt_to_retry(question_id) if mode == "lesson" and seed is None else None
    instance = session.make_instance(question_id, first_answer.seed if first_answer is not None else seed)
    card: QuestionCard  # assigned below, since the card needs `submit`, and `submit` refers to the card

    def submit(submission: Submission) -> Grade | Unreadable:
        return session.submit(card.instance, submission, mode=mode)

    redraw = session.redraw_instance if renew else None
    tries_again = session.try_again and mode != "placement"
    if first_answer is None:
        card = QuestionCard(instance, submit, redraw, tries_again=tries_again)
    else:
        card = ResumedCard(instance, submit, redraw, tries_again=tries_again)
        card.earlier = Submission(first_answer.answer, first_answer.hints)
    return card


class ResumedCard(QuestionCard):
    """A question whose first answer was wrong, and whose second try is still open."""

    earlier = Submission("")
    """The first answer, as it was recorded."""

    def on_mount(self) -> None:
        """Show the first answer and its verdict, so that the second try can be made."""
        first_answer, self.earlier = self.earlier, Submission("")  # cleared, since the card may be mounted again
        answer = self.instance.read(first_answer.raw)
        if isinstance(answer, Unreadable):  # an earlier version of the program recorded it and could read it
            return
        grade = self.instance.grade(answer)
        if can_try_again(self.instance, grade):
            self.show_earlier(first_answer, grade, retry=True)


HOW_TO_HAND_IN = "F3 brings your settings back as the answer"
"""The note beside the title until the goal is reached."""
GOAL_REACHED = "Goal reached: F3 hands it in"


class ChallengeScreen(Modal[str | None]):
    """The simulator of a challenge: reach the goal, then bring the settings back as your answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f3", "bring", "Use this", id="challenge.bring", tooltip="Bring these settings and steps back as the answer"
        ),
        Binding(
            "enter",
            "go_on",
            "Go on",
            show=False,
            id="challenge.go-on",
            tooltip="Back to the question, with what you have set",
        ),
        Binding("escape", "dismiss", "Back", id="challenge.back", tooltip="Back to the question without an answer"),
    ]

    def __init__(self, instance: Instance, scene: Scene, typed: str = "") -> None:
        """Open the simulator that `scene` describes; `typed` is the answer so far, from which the run continues."""
        super().__init__()
        self._instance = instance
        self._scene = scene
        self._typed = typed

    def compose(self) -> ComposeResult:
        """Yield the banner, the goal, the simulator and the keys."""
        from tutor.sims.table import find_simulation
        from tutor.widgets.markdown.mathtext import MathText
        from tutor.widgets.simulator.simulator import Simulator

        rules = find_simulation(self._scene.simulation).build(**self._scene.values)
        yield Banner(f"Challenge: {rules.title}", HOW_TO_HAND_IN)
        yield MathText(self._instance.prompt, id="goal")
        simulator = Simulator(rules, step=self._scene.step, allow=self._scene.allow, has_heading=False)
        simulator.named_step = furthest_step_in(self._instance.prompt)
        yield simulator
        yield KeyBar()

    def on_mount(self) -> None:
        """Continue from the answer on the card."""
        setting = self._instance.read(self._typed) if self._typed.strip() else None
        if isinstance(setting, RunSetting):
            self._simulator.take_up(setting.simulation, setting.steps)

    def on_simulator_moved(self, event: "Simulator.Moved") -> None:
        """Say beside the title whether the run, as it is now, has reached the goal."""
        event.stop()
        banner, instance = self.query_one(Banner), self._instance
        is_reached = getattr(instance, "is_reached", None)  # only an instance of a challenge has a goal
        if is_reached is None or not is_reached(event.player.simulation, event.player.state):
            banner.note = HOW_TO_HAND_IN
        elif banner.note != GOAL_REACHED:
            # The learner may have changed parameters during this run. The answer is graded by a run that has these
            # parameters from the start, so the grade decides.
            answer = instance.read(self._simulator.answer_text())
            is_right = not isinstance(answer, Unreadable) and instance.grade(answer).verdict == "right"
            banner.note = GOAL_REACHED if is_right else HOW_TO_HAND_IN

    def action_bring(self) -> None:
        """Close, with the settings and the step as the answer; a value that is being typed must be valid first."""
        if self._simulator.apply_typed():
            self.dismiss(self._simulator.answer_text())

    def action_go_on(self) -> None:
        """Close, with the settings and the step as the answer; without an answer if nothing was changed."""
        answer = self._simulator.answer_text()
        self.dismiss(None if answer == UNCHANGED_RUN else answer)

    @property
    def _simulator(self) -> "Simulator":
        from tutor.widgets.simulator.simulator import Simulator

        return self.query_one(Simulator)
