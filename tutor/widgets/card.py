"""One question: its prompt, an answer, hints one at a time, the verdict and why."""

from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button, Input, Static

from tutor.errors import ChainruleError
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.widgets.chooser import Chooser
from tutor.widgets.mathtext import MathText
from tutor.widgets.scene import SceneView
from tutor.widgets.terminal import prefers_ascii
from tutor.widgets.verdict import Verdict, speech

Submit = Callable[[str, int, float], Grade | Unreadable]
"""`submit(raw, hints, seconds)`: reads, grades and records; it records before it returns."""


PLACEHOLDER = 60
"""The most characters that the empty answer line shows of how to answer; more get a line of their own."""


def formula_lines(markdown: str) -> list[str]:
    """The one formula that `markdown` is, in two dimensions; nothing for no formula."""
    from tutor.maths.render import ascii_line, display

    latex = markdown.strip("$")
    if not latex:
        return []
    return [ascii_line(latex)] if prefers_ascii() else display(latex, 60)


class AnswerLine(Input):
    """Where an answer is typed."""

    HELP = "Where you type your answer. Letters are letters here; escape leaves the line for the page."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Answer", show=False, id="answer.submit", tooltip="Hand the answer in"),
    ]


class QuestionCard(Vertical):
    """A question. Type or choose an answer and press Enter; what cannot be read costs nothing."""

    HELP = (
        "A question. Type or choose an answer and press Enter. What cannot be read costs nothing and stays "
        "as you typed it. Hints come one at a time. The answer is on your record before you see the verdict."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "hint", "Hint", id="card.hint", tooltip="The next hint"),
        Binding("f3", "simulate", "Simulator", id="card.simulate", tooltip="Find the answer in the simulator"),
        Binding("f4", "again", "New numbers", id="card.again", tooltip="The same question with new numbers"),
    ]
    DEFAULT_CSS = """
    QuestionCard {
        height: auto;
        margin: 0 0 1 0;
        padding: 0 1;
        border: round $panel-lighten-2;
        border-title-color: $text-accent;
        border-subtitle-color: $text-muted;
        &:focus-within { border: round $primary; }
        &:focus { border: round $primary; }
        & > .prompt { margin-bottom: 1; }
        & Input { border: none; height: 1; padding: 0 1; background: $boost; width: 1fr; }
        & Input:focus { border: none; background: $block-cursor-background; }
        & > .entries { margin-bottom: 1; }
        & > .reading { display: none; color: $text-secondary; padding: 0 2; }
        & > .reading.-shown { display: block; }
        & > .how { color: $text-muted; }
        & .answer-line { height: 1; & > Static { width: 2; color: $text-accent; } }
        & .hint { margin-top: 1; color: $foreground; border-left: outer $accent; padding: 0 1; }
        & .told { display: none; margin-top: 1; color: $text-warning; }
        & .told.-shown { display: block; }
        & .buttons { height: 1; margin-top: 1; }
        & Button { margin-right: 2; min-width: 8; }
    }
    """

    grade: reactive[Grade | None] = reactive(None, init=False)

    class Answered(Message):
        """An answer was graded, and is on record."""

        def __init__(self, card: "QuestionCard", instance: Instance, grade: Grade) -> None:
            super().__init__()
            self.card = card
            self.instance = instance
            self.grade = grade

    class SimulatorAsked(Message):
        """The learner wants to find the answer in the simulator; `card.take` brings it back."""

        def __init__(self, card: "QuestionCard", instance: Instance) -> None:
            super().__init__()
            self.card = card
            self.instance = instance

    def __init__(
        self,
        instance: Instance,
        submit: Submit,
        again: Callable[[], Instance] | None = None,
        classes: str | None = None,
    ) -> None:
        """Ask `instance`; `again` makes it anew with other numbers."""
        super().__init__(classes=classes)
        self.instance = instance
        self._submit = submit
        self._again = again
        self._reset()

    def _reset(self) -> None:
        self.hints = 0
        """How many hints were shown."""
        self._handed_in = ""
        self._started = monotonic()
        self.set_reactive(QuestionCard.grade, None)
        self.can_focus = False

    def compose(self) -> ComposeResult:
        """Scene, prompt, a place for the answer, buttons; hints and verdict come below."""
        instance = self.instance
        self.border_title = " · ".join(instance.concepts[:2])
        self.border_subtitle = instance.kind
        if instance.scene is not None and not instance.scene.allow:
            yield SceneView(instance.scene)
        yield speech(instance.prompt, classes="prompt")
        if instance.picks_one:
            yield Chooser(instance.options)
        else:
            for entries in filter(None, (instance.places, instance.options)):
                yield MathText("\n".join(f"{entry.label}) {entry.text}  " for entry in entries), classes="entries")
            fits = len(instance.how) <= PLACEHOLDER
            if not fits:
                yield MathText(f"({instance.how})", classes="how")
            with Horizontal(classes="answer-line"):
                yield Static("›")
                yield AnswerLine(placeholder=instance.how if fits else "", select_on_focus=False)
            yield Static(classes="reading")
        yield MathText(classes="told")
        with Horizontal(classes="buttons"):
            yield Button("Answer", id="answer", compact=True)
            yield Button(self._hint_words(), id="hint", compact=True, disabled=not instance.hints)
            if instance.scene is not None and instance.scene.allow:
                yield Button("Open the simulator F3", id="simulate", compact=True)

    # -- answering

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip().lower() in {"hint", "?"}:
            self.action_hint()
            event.input.clear()
            return
        self.answer(event.value)

    @on(Input.Changed)
    def _show_reading(self, event: Input.Changed) -> None:
        """Show in two dimensions how a formula is read, while it is typed."""
        event.stop()
        for place in self.query(".reading").results(Static):
            lines = formula_lines(self.instance.understood(event.value))
            place.update(Content("\n".join(lines)))
            place.set_class(bool(lines), "-shown")

    @on(Chooser.Chosen)
    def _chosen(self, event: Chooser.Chosen) -> None:
        event.stop()
        self.answer(event.label)

    @on(Button.Pressed, "#answer")
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.answer(self._raw())

    def answer(self, raw: str) -> None:
        """Hand in `raw`. Its verdict is shown once it is on record; otherwise what was typed stays."""
        if self.grade is not None:
            return
        try:
            outcome = self._submit(raw, self.hints, monotonic() - self._started)
        except ChainruleError as error:
            self._tell(str(error), "Not recorded, so not graded:")
            return
        if isinstance(outcome, Unreadable):
            self._tell(outcome.advice, "? Not graded:")
        else:
            self._handed_in = raw
            self.grade = outcome

    def take(self, raw: str) -> None:
        """Put `raw` where the answer is typed, for the learner to hand in."""
        for field in self.query(Input):
            field.value = raw
            field.focus()

    def focus_answer(self) -> None:
        """Put the cursor where the answer goes."""
        for place in self.query("Input, Chooser"):
            place.focus()

    async def watch_grade(self, grade: Grade | None) -> None:
        """Show the verdict, and what there is to do now."""
        if grade is None:
            return
        self.query_one(".told").remove_class("-shown")
        for field in self.query(Input):
            field.disabled = True
        for chooser in self.query(Chooser):
            label = self.instance.solution.partition(")")[0]
            chooser.mark(label, self._handed_in, getattr(self.instance, "whys", ()))
        await self.query_one(".buttons").remove()
        await self.mount(Verdict(self.instance, grade))
        if self._again is not None:
            again = Button("New numbers F4", id="again", compact=True)
            await self.mount(Horizontal(again, classes="buttons"))
        for scene in self.query(SceneView):
            await scene.reveal()
        self.can_focus = True
        self.focus(scroll_visible=False)
        self.post_message(self.Answered(self, self.instance, grade))
        self.call_after_refresh(self._show_verdict)

    def _show_verdict(self) -> None:
        for verdict in self.query(Verdict):
            verdict.scroll_visible(animate=False)

    @on(SceneView.Shown)
    def _keep_in_sight(self, event: SceneView.Shown) -> None:
        """A scene that came later has pushed the place of the answer down."""
        event.stop()
        focused = self.screen.focused
        if self.grade is None and focused is not None and self in focused.ancestors:
            self.call_after_refresh(focused.scroll_visible, animate=False)

    def _raw(self) -> str:
        """What is typed or chosen now."""
        for chooser in self.query(Chooser):
            return chooser.chosen or ""
        return self.query_one(Input).value

    def _tell(self, text: str, lead: str) -> None:
        told = self.query_one(".told", MathText)
        told.write(text, lead)
        told.add_class("-shown")
        self.call_after_refresh(told.scroll_visible, animate=False)

    # -- hints, simulator, again

    @on(Button.Pressed, "#hint")
    def action_hint(self) -> None:
        """Show the next hint, if there is one."""
        if self.grade is not None or self.hints >= len(self.instance.hints):
            return
        lead = f"Hint {self.hints + 1} of {len(self.instance.hints)}:"
        hint = speech(self.instance.hints[self.hints], lead=lead, classes="hint")
        self.mount(hint, before=self.query_one(".told"))
        self.hints += 1
        button = self.query_one("#hint", Button)
        button.label = self._hint_words()
        button.disabled = self.hints == len(self.instance.hints)
        self.call_after_refresh(hint.scroll_visible, animate=False)

    def _hint_words(self) -> str:
        left = len(self.instance.hints) - self.hints
        return f"Hint F2 ({left} left)" if left else "No more hints"

    @on(Button.Pressed, "#simulate")
    def action_simulate(self) -> None:
        """Ask for the simulator; the screen opens it."""
        self.post_message(self.SimulatorAsked(self, self.instance))

    @on(Button.Pressed, "#again")
    async def action_again(self) -> None:
        """Ask the same with other numbers."""
        if self._again is None or self.grade is None:
            return
        self.instance = self._again()
        self._reset()
        await self.recompose()
        self.focus_answer()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key is offered while it does something."""
        scene = self.instance.scene
        if action == "hint":
            return self.grade is None and bool(self.instance.hints)
        if action == "simulate":
            return self.grade is None and scene is not None and bool(scene.allow)
        if action == "again":
            return self.grade is not None and self._again is not None
        return True
