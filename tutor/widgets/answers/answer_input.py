"""Where the answer to a question is typed, chosen, ticked or put together."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from tutor.questions.base import Instance
from tutor.widgets.answers.line_input import SingleLineInput
from tutor.widgets.answers.multi_choice import MultiChoiceList
from tutor.widgets.answers.pairs import PairList
from tutor.widgets.answers.single_choice import SingleChoiceList
from tutor.widgets.literal import Static
from tutor.widgets.markdown.mathtext import MathText
from tutor.widgets.terminal import prefers_ascii

PLACEHOLDER = 60
"""The most characters that the empty answer line shows of how to answer; more get a line of their own."""
LISTS = {
    "several": "Space or a letter ticks; Enter hands in.",
    "order": "Tick what belongs, in its order (Space or a letter); Enter hands in.",
    "pairs": "Press the letter that belongs to the line under the cursor, which then moves on; Enter hands in.",
}

NOTHING_PICKED = {
    "one": "Pick an option first: press its letter, or move to it. Then Enter.",
    "several": "Tick what is right first: Space or a letter. Then Enter.",
    "order": "Tick them in the order you want: Space or a letter. Then Enter.",
    "pairs": "Press a letter for each line first. Then Enter.",
}


def formula_lines(markdown: str) -> list[str]:
    """The one formula that `markdown` is, in two dimensions; nothing for no formula."""
    from tutor.maths.render import ascii_line, display

    latex = markdown.strip("$")
    if not latex:
        return []
    return [ascii_line(latex)] if prefers_ascii() else display(latex, 60)


class AnswerInput(SingleLineInput):
    """Where an answer is typed."""

    HELP_TITLE = "Answer line"
    HELP = "Where you type your answer. Letters are letters here; escape leaves the line for the page."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Answer", id="answer.submit", tooltip="Hand the answer in"),
    ]


class AnswerForm(Vertical):
    """The place of the answer to one question, as its kind wants it."""

    DEFAULT_CSS = """
    AnswerForm {
        height: auto;
        & Input { border: none; height: 1; padding: 0 1; background: $boost; width: 1fr; }
        & Input:focus { border: none; background: $block-cursor-background; }
        & > .entries { margin-bottom: 1; }
        & > .reading { display: none; color: $text-secondary; padding: 0 2; }
        & > .reading.-shown { display: block; }
        & > .how { color: $text-muted; }
        & > .how.-below { margin-top: 1; }
        & .answer-line { height: 1; & > Static { width: 2; color: $text-accent; } }
    }
    """

    class Submitted(Message):
        """The learner hands `raw` in."""

        def __init__(self, raw: str) -> None:
            super().__init__()
            self.raw = raw

    class HintRequested(Message):
        """The learner typed that a hint is wanted."""

    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self._instance = instance

    def compose(self) -> ComposeResult:
        """A list for what is picked, a line for what is typed."""
        instance = self._instance
        if instance.picks:
            if instance.picks == "pairs":
                yield MathText(
                    "\n".join(f"{each.label}) {each.text}  " for each in instance.options), classes="entries"
                )
            yield self._list()
            if instance.picks in LISTS:
                yield Static(LISTS[instance.picks], classes="how -below")
            return
        from tutor.content.plain import plain_inline

        fits = len(instance.how) <= PLACEHOLDER
        if not fits:
            yield MathText(f"({instance.how})", classes="how")
        with Horizontal(classes="answer-line"):
            yield Static("›")
            yield AnswerInput(
                placeholder=plain_inline(instance.how, prefers_ascii()) if fits else "", select_on_focus=False
            )
        yield Static(classes="reading")

    def _list(self) -> SingleChoiceList:
        instance = self._instance
        if instance.picks == "pairs":
            return PairList(instance.places, instance.options)
        if instance.picks == "one":
            return SingleChoiceList(instance.options)
        return MultiChoiceList(instance.options, ordered=instance.picks == "order")

    @property
    def raw(self) -> str:
        """What is typed or chosen now."""
        for chooser in self.query(SingleChoiceList):
            return chooser.chosen or ""
        return self.query_one(Input).value

    def put(self, raw: str, focus: bool = True) -> None:
        """Put `raw` where the answer is given, for the learner to hand in."""
        for field in self.query(Input):
            field.value = raw
        for chooser in self.query(SingleChoiceList):
            chooser.put(raw)
        if focus:
            self.focus_answer()

    def focus_answer(self) -> None:
        """Put the cursor where the answer goes."""
        for place in self.query("Input, SingleChoiceList"):
            place.focus()

    def close(self, raw: str, *, was_right: bool = False) -> None:
        """Take no more answers: `raw` was handed in, and what is right is shown beside it."""
        # Items may stand in more than one right order: the learner's is shown when it is one of them.
        right = raw if was_right and self._instance.picks == "order" else self._instance.solution
        for field in self.query(Input):
            field.disabled = True
        for chooser in self.query(SingleChoiceList):
            chooser.mark(right, raw, getattr(self._instance, "whys", ()))
        self.query(".how").remove()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip().lower() in {"hint", "?"}:
            event.input.clear()
            self.post_message(self.HintRequested())
        else:
            self.post_message(self.Submitted(event.value))

    @on(Input.Changed)
    def _show_reading(self, event: Input.Changed) -> None:
        """Show in two dimensions how a formula is read, while it is typed."""
        event.stop()
        for place in self.query(".reading").results(Static):
            lines = formula_lines(self._instance.understood(event.value))
            place.update(Content("\n".join(lines)))
            place.set_class(bool(lines), "-shown")

    @on(SingleChoiceList.Chosen)
    def _chosen(self, event: SingleChoiceList.Chosen) -> None:
        event.stop()
        self.post_message(self.Submitted(event.label))
