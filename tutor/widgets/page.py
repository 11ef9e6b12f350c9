"""One section of a lesson as a page."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from tutor.content.model import Block, Erratum, Prose, QuestionBlock, Section, SimulationBlock
from tutor.errors import ChainruleError
from tutor.widgets.card import QuestionCard
from tutor.widgets.mathdown import MathMarkdown
from tutor.widgets.mathtext import MathText

MakeCard = Callable[[str], QuestionCard]
"""Question id → its card."""


class ErratumBox(Vertical):
    """Where the notes this course grew from are wrong."""

    DEFAULT_CSS = """
    ErratumBox {
        height: auto;
        border: round $warning;
        border-title-color: $text-warning;
        padding: 0 1;
        margin-bottom: 1;
        & MathMarkdown > *:last-child { margin-bottom: 0; }
    }
    """

    def __init__(self, erratum: Erratum) -> None:
        super().__init__()
        number = f" {erratum.number}" if erratum.number else ""
        self.border_title = f"! Erratum{number}"
        self._text = erratum.text

    def compose(self) -> ComposeResult:
        """What the notes say, and how to check it."""
        yield MathMarkdown(self._text)


class SimulationNote(Vertical):
    """Where a simulation stands in the text: its name, where it is to be found, and what to try."""

    DEFAULT_CSS = """
    SimulationNote {
        height: auto;
        border: round $primary;
        border-title-color: $text-primary;
        padding: 0 1;
        margin-bottom: 1;
        & > .where { color: $text-muted; }
        & > Button { margin-top: 1; }
    }
    """

    class Opened(Message):
        """The learner wants to go to the simulation."""

        def __init__(self, block: SimulationBlock) -> None:
            super().__init__()
            self.block = block

    def __init__(self, block: SimulationBlock) -> None:
        super().__init__()
        self._block = block
        self.border_title = f"▶ Simulation: {block.name}"

    def compose(self) -> ComposeResult:
        """The tasks, and a button that goes to the simulation."""
        for number, task in enumerate(self._block.tries, 1):
            yield MathText(task, lead=f"Try {number}.")
        yield Button("Go to the simulation (s)", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Go there."""
        event.stop()
        self.post_message(self.Opened(self._block))


class Page(VerticalScroll):
    """A page of the lesson. The text comes first; questions follow when it has been painted."""

    HELP = "A page of the lesson. Scroll with j and k or the arrows; Tab goes to the questions on it."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "Down", show=False, id="page.down", tooltip="Scroll down"),
        Binding("up,k", "scroll_up", "Up", show=False, id="page.up", tooltip="Scroll up"),
        Binding("space,pagedown", "page_down", "Screen down", show=False, id="page.space", tooltip="A screen down"),
        Binding("g,home", "scroll_home", "Top", show=False, id="page.top", tooltip="To the top of the page"),
        Binding("G,end", "scroll_end", "End", show=False, id="page.end", tooltip="To the end of the page"),
    ]
    DEFAULT_CSS = """
    Page {
        padding: 1 2 0 2;
        scrollbar-gutter: stable;
        & > * { max-width: 80; }
        & > .section-title { text-style: bold; color: $text-accent; margin-bottom: 1; }
        & > .turner { height: 1; margin: 1 0; }
        & > .turner > Button { margin-right: 2; min-width: 8; }
    }
    """

    class TurnAsked(Message):
        """A button at the foot of the page asks for another page, or for what comes after the last."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action
            """`next`, `previous`, `quiz` or `leave`."""

    def __init__(self, section: Section, make_card: MakeCard, turns: Sequence[tuple[str, str]]) -> None:
        """Show `section`; `turns` are the buttons at its foot as (action, words)."""
        super().__init__()
        self.section = section
        self._make_card = make_card
        self._turns = turns
        first = next(
            (index for index, block in enumerate(section.blocks) if isinstance(block, QuestionBlock)),
            len(section.blocks),
        )
        self._text, self._rest = section.blocks[:first], section.blocks[first:]

    def compose(self) -> ComposeResult:
        """The title, and the text up to the first question."""
        yield Static(self.section.title, markup=False, classes="section-title")
        for block in self._text:
            yield self._widget(block)

    def on_mount(self) -> None:
        """The rest comes when the text has been painted."""
        self.call_after_refresh(self._finish)

    def watch_has_focus(self, focused: bool) -> None:
        """Restyle nothing: a page looks the same either way, and its many parts would be restyled with it."""

    async def _finish(self) -> None:
        if not self.is_attached:
            return
        buttons = [Button(words, name=action, compact=True) for action, words in self._turns]
        await self.mount_all([*(self._widget(block) for block in self._rest), Horizontal(*buttons, classes="turner")])

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Pass on what a button at the foot asks for."""
        if event.button.name:
            event.stop()
            self.post_message(self.TurnAsked(event.button.name))

    def _widget(self, block: Block) -> Widget:
        if isinstance(block, Prose):
            return MathMarkdown(block.text)
        if isinstance(block, Erratum):
            return ErratumBox(block)
        if isinstance(block, SimulationBlock):
            return SimulationNote(block)
        try:
            return self._make_card(block.question.id)
        except ChainruleError as error:
            return Static(f"! This question cannot be asked: {error}", markup=False)
