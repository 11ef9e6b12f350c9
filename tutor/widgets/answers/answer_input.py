"""The form in which a question is answered: by typing, choosing, ticking or ordering."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from tutor.questions.answers.leading import right_parts
from tutor.questions.base import AnswerFormat, Instance
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.answers.multi_choice import MultiChoiceList
from tutor.widgets.answers.pairs import PairList
from tutor.widgets.answers.single_choice import SingleChoiceList
from tutor.widgets.answers.verdict import ConfidencePrompt
from tutor.widgets.deferred import focus_now
from tutor.widgets.inputs import SingleLineInput
from tutor.widgets.literal import Static
from tutor.widgets.markdown.mathtext import MathText

MAX_PLACEHOLDER_LENGTH = 60
"""The longest instructions that fit into the empty answer line, in characters; longer ones get a line of their own."""
MAX_PREVIEW_CELLS = 60
"""The width of the preview of a formula that is being typed."""


@dataclass(frozen=True)
class ListFormat:
    """How an answer is given by a list: the widget, and the instructions for the learner."""

    build: Callable[[Instance], SingleChoiceList]
    nothing_picked: str
    """The message when an answer is handed in before anything was picked."""
    how: str = ""
    """Which keys to press, if that is not obvious."""
    shows_options: bool = False
    """Whether the options are shown above the list, because the lines of the list are what they are put to."""
    needs_letter_per_line: bool = False
    """Whether each line of the list needs a letter. If so, an unreadable answer is one that lacks letters."""
    has_many_solutions: bool = False
    """Whether a right answer may differ from the `solution` of the question."""


LIST_FORMATS: dict[AnswerFormat, ListFormat] = {
    "single choice": ListFormat(
        lambda instance: SingleChoiceList(instance.options),
        "Pick an option first: press its letter, or move to it. Then Enter.",
    ),
    "multiple choice": ListFormat(
        lambda instance: MultiChoiceList(instance.options, ordered=False),
        "Tick what is right first: Space or a letter. Then Enter.",
        how="Space or a letter ticks; Enter hands in.",
    ),
    "order": ListFormat(
        lambda instance: MultiChoiceList(instance.options, ordered=True),
        "Tick them in the order you want: Space or a letter. Then Enter.",
        how="Tick what belongs, in its order (Space or a letter); Enter hands in.",
        has_many_solutions=True,
    ),
    "pairs": ListFormat(
        lambda instance: PairList(instance.places, instance.options),
        "Press a letter for each line first. Then Enter.",
        how="Press the letter that belongs to the line under the cursor, which then moves on; Enter hands in.",
        shows_options=True,
        needs_letter_per_line=True,
    ),
}
"""Answer format → its list. An answer in any other format is typed on a line."""


def formula_lines(markdown: str) -> list[str]:
    """Lay out the formula of which `markdown` consists, such as `$x^2$`, in two dimensions; no lines for ""."""
    from tutor.maths.render import ascii_line, display

    latex = markdown.strip("$")
    if not latex:
        return []
    return [ascii_line(latex)] if prefers_ascii() else display(latex, MAX_PREVIEW_CELLS)


class AnswerInput(SingleLineInput):
    """The line for typed answers."""

    HELP_TITLE = "Answer line"
    HELP = "Where you type your answer. Letters are letters here; escape leaves the line for the page."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Answer", id="answer.submit", tooltip="Hand the answer in"),
    ]

    def action_delete_left(self) -> None:
        """Delete one character, even if the whole answer is selected, as it is at a second try."""
        if self.value and self.selected_text == self.value:
            self.cursor_position = len(self.value)
        super().action_delete_left()


class AnswerForm(Vertical):
    """The form for the answer to one question: a list, or a line to type on.

    Its question card calls `hold` and `release` around the confidence prompt, `retry` after a first answer that was
    not right, and `close` with the verdict. In all of these, `raw` is the answer as a learner types it.
    """

    DEFAULT_CSS = """
    AnswerForm {
        height: auto;
        & Input { border: none; height: 1; padding: 0 1; background: $boost; width: 1fr; }
        & Input:focus {
            border: none;
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            background-tint: initial;
        }
        & > .options { margin-bottom: 1; }
        & > .preview { display: none; color: $text-secondary; padding: 0 2; }
        & > .preview.-shown { display: block; }
        & > .how { color: $text-muted; }
        & > .how.-below { margin-top: 1; }
        & .answer-line { height: 1; & > Static { width: 2; color: $text-accent; } }
    }
    """

    class Submitted(Message):
        """The learner submitted `raw`."""

        def __init__(self, raw: str) -> None:
            super().__init__()
            self.raw = raw

    class Changed(Message):
        """The answer may have changed."""

    class HintRequested(Message):
        """The learner typed a request for a hint."""

    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self._instance = instance
        self._list_format = LIST_FORMATS.get(instance.answer_format)
        """The list for this answer; `None` if the answer is typed."""

    def compose(self) -> ComposeResult:
        """Yield a list for choices, or a line for typed answers."""
        if self._list_format is not None:
            yield from self._compose_list(self._list_format)
        else:
            yield from self._compose_line()

    def _compose_list(self, list_format: ListFormat) -> ComposeResult:
        """Yield the list, with its options above and its keys below where the format asks for them."""
        instance = self._instance
        if list_format.shows_options:
            options = "\n".join(f"{option.label}) {option.text}  " for option in instance.options)
            yield MathText(options, classes="options")
        yield list_format.build(instance)
        if list_format.how:
            yield Static(list_format.how, classes="how -below")

    def _compose_line(self) -> ComposeResult:
        """Yield the answer line and a preview of formulas; long instructions come above the line, short ones in it."""
        from tutor.content.plain import plain_inline

        instance = self._instance
        fits_into_line = len(instance.how) <= MAX_PLACEHOLDER_LENGTH
        if not fits_into_line:
            yield MathText(f"({instance.how})", classes="how")
        placeholder = instance.how if fits_into_line else instance.how_in_short
        if instance.scene is not None and instance.scene.allow:
            separator = ", or " if placeholder else ""
            placeholder += f"{separator}F3: set it in the simulator"
        with Horizontal(classes="answer-line"):
            yield Static("›")
            yield AnswerInput(placeholder=plain_inline(placeholder, prefers_ascii()), select_on_focus=False)
        yield Static(classes="preview")

    @property
    def raw(self) -> str:
        """The answer as it is typed or chosen now; "" for none."""
        for choice_list in self.query(SingleChoiceList):  # the loop runs once, or not at all if the answer is typed
            return choice_list.chosen or ""
        return self.query_one(Input).value

    def fill_in(self, raw: str, *, focus: bool = True) -> None:
        """Fill in an answer, for the learner to submit."""
        for field in self.query(Input):
            field.value = raw
        for choice_list in self.query(SingleChoiceList):
            choice_list.fill_in(raw)
        if focus:
            self.focus_answer()

    def explain_unreadable(self, raw: str, advice: str) -> str:
        """Say what to do about an unreadable answer: `advice`, or which keys complete a list."""
        if self._list_format is not None and (not raw or self._list_format.needs_letter_per_line):
            return self._list_format.nothing_picked
        return advice

    def focus_answer(self) -> None:
        """Focus the answer, or the confidence prompt while it is open."""
        selector = "ConfidencePrompt" if self.is_held else "Input, SingleChoiceList"
        for widget in self.query(selector):
            focus_now(widget)

    @property
    def is_held(self) -> bool:
        """Whether the answer is locked until the learner has given her confidence."""
        return bool(self.query(ConfidencePrompt))

    def hold(self, raw: str) -> ConfidencePrompt:
        """Ask how confident the learner is of `raw`, and lock the answer until then."""
        self.fill_in(raw, focus=False)  # a key may have changed the answer since it was submitted as `raw`
        prompt = ConfidencePrompt()
        self.mount(prompt)
        self.screen.set_focus(prompt)  # the focused widget is disabled next, so the focus must leave it first
        self._set_enabled(False)
        return prompt

    async def release(self) -> None:
        """Remove the confidence prompt and unlock the answer."""
        await self.query(ConfidencePrompt).remove()
        self._set_enabled(True)

    def _set_enabled(self, is_enabled: bool) -> None:
        """Unlock or lock the answer."""
        for widget in self.query("Input, SingleChoiceList"):
            widget.disabled = not is_enabled

    def retry(self, raw: str) -> None:
        """Allow one more answer after `raw`, marking which parts of it are right already."""
        for choice_list in self.query(SingleChoiceList):
            choice_list.retry(raw, right_parts(self._instance, raw))
        for field in self.query(Input):
            field.select_all()

    def close(self, raw: str, *, was_right: bool = False) -> None:
        """Accept no more answers, and show what is right beside the submitted `raw`."""
        has_many_solutions = self._list_format is not None and self._list_format.has_many_solutions
        # Compared with our solution, parts of a different right answer would be marked as wrong.
        is_another_solution = was_right and has_many_solutions
        solution = raw if is_another_solution else self._instance.solution
        for field in self.query(Input):
            field.disabled = True
        for choice_list in self.query(SingleChoiceList):
            choice_list.mark(solution, raw, self._instance.whys)
        self.query(".how").remove()

    @on(Input.Submitted)
    def _submit_typed(self, event: Input.Submitted) -> None:
        """Submit the typed answer, or request a hint if that is what was typed."""
        event.stop()
        is_hint_request = event.value.strip().lower() in {"hint", "?"}
        if is_hint_request:
            event.input.clear()
            self.post_message(self.HintRequested())
        else:
            self.post_message(self.Submitted(event.value))

    @on(Input.Changed)
    def _preview_formula(self, event: Input.Changed) -> None:
        """Show the formula in two dimensions while it is typed, as it is understood."""
        event.stop()
        for preview in self.query(".preview").results(Static):
            lines = formula_lines(self._instance.understood(event.value))
            preview.update(Content("\n".join(lines)))
            preview.set_class(bool(lines), "-shown")
        self.post_message(self.Changed())

    @on(SingleChoiceList.Changed)
    def _report_change(self, event: SingleChoiceList.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())

    @on(SingleChoiceList.Chosen)
    def _submit_chosen(self, event: SingleChoiceList.Chosen) -> None:
        event.stop()
        self.post_message(self.Submitted(event.label))
