"""One section of a lesson as a page."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Markdown

from tutor.content.model import CodeBlock, QuestionBlock, Section, SimulationBlock, texts_of
from tutor.widgets.deferred import call_after, call_after_paint, focus_now, is_alive, run_in_thread
from tutor.widgets.lazy_container import LazyContainer
from tutor.widgets.lesson.begin_answer import begin_answer
from tutor.widgets.lesson.block_widgets import compute_texts, make_widget_or_reason, turn_buttons
from tutor.widgets.lesson.page_parts import PAGE_CSS, PageTitle
from tutor.widgets.lesson.simulation_note import SimulationNote
from tutor.widgets.lesson.targets import go_to_open, go_to_question, row_to_go_on_to
from tutor.widgets.literal import Button, Static
from tutor.widgets.placed import EdgeScroll

if TYPE_CHECKING:
    from tutor.widgets.answers.question_card import QuestionCard
    from tutor.widgets.lesson.block_widgets import MakeNote, MakeQuestionCard

BLOCKS_WITH_BUTTONS = (QuestionBlock, SimulationBlock, CodeBlock)
"""Blocks that are mounted after the first paint, since styling a button takes long. All blocks below one wait too."""
SETTLED_AFTER = 0.3
"""Seconds until a page has its full height: its questions are laid out a moment after its text."""
FOOT_MARGIN = 1
"""Empty rows below the buttons at the foot of a page."""


class LessonPage(EdgeScroll):
    """A page of a lesson. The text is shown first, then whatever has buttons, questions above all."""

    HELP_TITLE = "Page"
    HELP = (
        "A page of the lesson. Enter or Space goes on, always: down to what you have not seen, to the next question, "
        "to a simulation with open tasks (there Enter brings you back), to the next page, to the next lesson. Scroll "
        "with j and k or the arrows."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,space", "answer", "To the question", id="page.answer", tooltip="To the next question on this page"
        ),
        Binding("enter,space", "work", "To the task", id="page.work", tooltip="To the simulation that has tasks to do"),
        Binding("enter,space", "to_open", "To what is open", id="page.open", tooltip="To what the lesson still needs"),
        Binding("enter,space", "go_on", "Go on", id="page.go-on", tooltip="To what is not seen, the next page, lesson"),
        Binding("r,f4", "again", "Again", show=False, id="page.again", tooltip="The question in sight once more"),
        Binding("down,j", "scroll_down", "Down", show=False, id="page.down", tooltip="Scroll down"),
        Binding("up,k", "scroll_up", "Up", show=False, id="page.up", tooltip="Scroll up"),
        Binding("pagedown", "page_down", "Screen down", show=False, id="page.space", tooltip="A screen down"),
        Binding("home", "scroll_home", "Top", show=False, id="page.top", tooltip="To the top of the page"),
        Binding("end", "scroll_end", "End", show=False, id="page.end", tooltip="To the end of the page"),
    ]
    DEFAULT_CSS = PAGE_CSS

    class PageTurnRequested(Message):
        """A button at the foot of the page requests another page, or what comes after the last."""

        def __init__(self, action: str, page: "LessonPage") -> None:
            super().__init__()
            self.action = action
            """`next`, `previous`, `continue`, `quiz` or `home`."""
            self.page = page
            """The page of that button; another page may be visible when the message arrives."""

    class ReadToEnd(Message):
        """Everything on the page has been visible."""

        def __init__(self, section: Section, *, was_scrolled: bool) -> None:
            super().__init__()
            self.section = section
            self.was_scrolled = was_scrolled  # whether the page is longer than the screen

    class LinkRequested(Message):
        """A link in the text leads to a state of a simulation, or to another lesson."""

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address
            """The link's target, such as `show:adam?step=3` or `lesson:adam`."""

    def __init__(
        self,
        section: Section,
        make_question_card: "MakeQuestionCard",
        turns: Sequence[tuple[str, str]],
        make_note: "MakeNote" = SimulationNote,
        foot: Widget | None = None,
    ) -> None:
        """Show `section`; `turns` are the buttons at its foot as (action, label), below `foot`."""
        super().__init__()
        self.section = section
        self._make_widget = partial(make_widget_or_reason, make_question_card=make_question_card, make_note=make_note)
        self._turns = turns
        self._foot = foot
        self._was_read = False  # whether the page was reported as read to its end
        self._is_settling = False  # whether the check that the end is in sight will soon be repeated
        self._is_hurried = False  # whether the learner pressed Enter before the page was complete
        self.target = ""
        """The id of a question to go to as soon as the page is complete."""
        self.seeks_open = False
        """Whether to go to the first open question or task as soon as the page is complete."""
        self._is_built = False  # whether the page is complete
        self._seen_rows = 0  # how many rows of the page have been visible, counted from its top
        with_buttons = [index for index, block in enumerate(section.blocks) if isinstance(block, BLOCKS_WITH_BUTTONS)]
        text_count = with_buttons[0] if with_buttons else len(section.blocks)
        self._text_blocks, self._later_blocks = section.blocks[:text_count], section.blocks[text_count:]

    def compose(self) -> ComposeResult:
        """Yield the title, and the text up to the first button, or a line that says that numbers are being computed."""
        yield PageTitle(self.section)
        if self._is_ready:
            for block in self._text_blocks:
                yield self._make_widget(block)
        else:
            yield Static("… the numbers in this text are being computed …", classes="pending")

    def on_mount(self) -> None:
        """Add the rest once the text is painted, or its numbers are computed."""
        if self._is_ready:
            call_after_paint(self, self._add_later_blocks)
        else:
            run_in_thread(self, partial(compute_texts, self.section), self._insert_text)

    @property
    def _is_ready(self) -> bool:
        """Whether the numbers in all texts are computed, and were so already when the page was composed."""
        texts = [text for block in self.section.blocks for text in texts_of(block)]
        return not self.query(".pending") and all(text.is_ready for text in texts)

    # -- going on

    @property
    def _next_stop(self) -> "QuestionCard | SimulationNote | None":
        """The open question or tasks to which Enter leads next; questions above the screen come last, tasks do not."""
        stops: list[Any] = list(self.query_children("QuestionCard, SimulationNote"))
        waiting: list[QuestionCard | SimulationNote] = [stop for stop in stops if stop.is_waiting]
        top = self.scroll_offset.y
        for stop in waiting:
            if isinstance(stop, SimulationNote) or stop.virtual_region.bottom > top:
                return stop
        return waiting[0] if waiting else None

    @property
    def _next_step(self) -> Literal["go_on", "answer", "work", "to_open"]:
        """The action of Enter now: to the next stop if it has been visible, otherwise on, so that nothing is skipped.

        Four actions are bound to Enter; `check_action` allows only this one.
        """
        self._note_seen()
        stop = self._next_stop
        first_turn, _ = self._turns[0]
        if stop is None and first_turn == "open" and self._is_at_end:
            return "to_open"
        if stop is None or not self._is_built or not stop.virtual_region.height:
            return "go_on"
        region = stop.virtual_region
        if isinstance(stop, SimulationNote):
            return "work" if self._seen_rows >= region.bottom else "go_on"
        # A question longer than the screen must have been visible to its end.
        row_to_see = region.y if region.height <= self.size.height else region.bottom
        return "answer" if self._seen_rows >= row_to_see else "go_on"

    def action_answer(self) -> None:
        """Focus the next question."""
        card = self._next_stop
        if card is not None and not isinstance(card, SimulationNote):
            card.focus_answer()
            if card.virtual_region.height <= self.size.height:
                call_after_paint(self, partial(card.scroll_visible, animate=False))

    @property
    def _answered_in_sight(self) -> "list[QuestionCard]":
        """The visible questions with a verdict that can be asked again, the lowest last."""
        cards: list[Any] = [card for card in self.query_children("QuestionCard") if card.region.overlaps(self.region)]
        return [card for card in cards if card.check_action("again", ())]

    async def action_again(self) -> None:
        """Ask the lowest visible question again, with other numbers."""
        for card in self._answered_in_sight[-1:]:
            await card.action_again()

    def on_key(self, event: Key) -> None:
        """Start the answer to the visible question, unless the screen has a binding for the key."""
        if self.has_focus and self._is_built:
            next_card = self._next_stop if self._next_step == "answer" else None
            begin_answer(self, next_card, event)

    def action_work(self) -> None:
        """Go to the simulation with the next open tasks; Enter does so only once, since tasks may be left open."""
        note = self._next_stop
        if isinstance(note, SimulationNote):
            note.scroll_visible(animate=False)
            self.post_message(SimulationNote.Opened(note.block))

    def action_go_on(self) -> None:
        """Scroll to what has not been visible; then turn the page, or press the last page's first button."""
        if not self._is_built or not self.display:
            self._is_hurried = not self._is_built  # `_do_what_waited` goes on then
        elif not self._is_laid_out:
            call_after_paint(self, self.action_go_on)  # tries again
        elif self._next_stop is not None or not self._is_at_end:
            self.scroll_to(y=row_to_go_on_to(self), animate=False, immediate=True)
        else:
            was_read_before = self._was_read
            self._report_read()
            action, _ = self._turns[0]
            # When the last page, which has a foot, is reported as read, its foot may change: Enter is pressed again.
            if was_read_before or self._foot is None or action == "open":
                self.post_message(self.PageTurnRequested(action, self))

    action_to_open = action_go_on
    """The same, under the name by which the key bar says that it leads to what the lesson still needs."""

    @property
    def _is_at_end(self) -> bool:
        """Whether all of the page, with the buttons at its foot, was in sight."""
        return self._seen_rows >= self.virtual_size.height - FOOT_MARGIN

    @property
    def _is_laid_out(self) -> bool:
        """Whether everything on the page has its place: just after a page turn or a verdict it has not."""
        stop = self._next_stop
        return self._text_end <= self.virtual_size.height and (stop is None or stop.virtual_region.height > 0)

    def take_focus(self) -> None:
        """Take the focus at once, since the target for which the page was opened may take it right after that."""
        focus_now(self)

    def hurry(self) -> None:
        """Take the focus, and go on as soon as the page is complete."""
        self._is_hurried = not self._is_built
        if self._is_built and self.display:
            self.focus()

    async def go_on(self) -> None:
        """Do what Enter does, as soon as the page is complete."""
        if self._is_built and self.display:
            await self.run_action(self._next_step)
        else:
            self.hurry()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Bind Enter to the next question or task, or else to going on; Textual asks this for each action."""
        if action == "again":
            return self.has_focus and bool(self._answered_in_sight)
        if action not in {"answer", "work", "to_open", "go_on"}:
            return True
        return not self._is_answering and action == self._next_step

    def focus_continue(self) -> None:
        """Focus the button that leads to the next lesson, or else the first button at the foot."""
        buttons = list(self.query(".turner > Button"))
        to_next_lesson = [button for button in buttons if button.name == "continue"]
        for button in (to_next_lesson or buttons)[:1]:
            button.focus()

    @property
    def _is_answering(self) -> bool:
        """Whether the focus is in an answer, where Space types or ticks."""
        focused = self.screen.focused
        ancestors = [] if focused is None or focused is self else focused.ancestors
        return any(form in ancestors for form in self.query("AnswerForm"))

    def _note_seen(self) -> None:
        """Note how many rows have been in sight; report the page as read a moment after its end was."""
        self._seen_rows = max(self._seen_rows, self.scroll_offset.y + self.size.height)
        if self._is_seen_unreported and not self._is_settling:
            self._is_settling = True
            call_after(self, SETTLED_AFTER, self._report_read_if_still_seen)

    @property
    def _is_seen_unreported(self) -> bool:
        """Whether the page has been in sight to its end and is not reported as read yet."""
        return not self._was_read and self._is_built and self.display and self._seen_rows >= self._text_end

    def _report_read_if_still_seen(self) -> None:
        """Report the page as read if its end is in sight now that its questions have taken up their space."""
        self._is_settling = False
        self._report_read()

    def _report_read(self) -> None:
        """Report the page as read, if it was seen to its end and that was not reported before."""
        if self._is_seen_unreported:
            self._was_read = True
            self.post_message(self.ReadToEnd(self.section, was_scrolled=self.max_scroll_y > 0))

    def look(self) -> None:
        """Note how much of the page is visible; called after a paint, when the page may have gone."""
        if self.display and is_alive(self):
            self._note_seen()

    @property
    def _text_end(self) -> int:
        """The row where text and questions end and the foot, or else the buttons, begin."""
        feet = [widget for widget in (self._foot, *self.query_children(".turner")) if widget is not None]
        regions = [widget.virtual_region for widget in feet]
        return min((region.y for region in regions if region.height), default=self.virtual_size.height)

    async def end_with(self, foot: Widget | None, turns: Sequence[tuple[str, str]]) -> None:
        """Replace the buttons at the end, except those to other pages, and add `foot` above them if it is given."""
        if foot is not None:
            self._foot = foot
            await self.mount(foot)
        page_turns = [(action, label) for action, label in self._turns if action in {"next", "previous"}]
        await self.turn_with([*turns, *page_turns])

    async def turn_with(self, turns: Sequence[tuple[str, str]]) -> None:
        """Replace the buttons at the foot by those for `turns`, unless they are these already."""
        if [*turns] == [*self._turns]:
            return
        self._turns = turns
        if self._is_built:
            await self.query_children(".turner").remove()
            await self.mount(turn_buttons(turns))
            self.refresh_bindings()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Note what has become visible; Enter may do something else now."""
        super().watch_scroll_y(old_value, new_value)
        self._note_seen()
        if self.display and is_alive(self):
            self.refresh_bindings()

    def on_resize(self) -> None:
        """Recount the rows that were seen, since lines wrap differently now."""
        self._seen_rows = 0
        self._note_seen()

    @property
    def is_touched(self) -> bool:
        """Whether something was answered, typed or requested on this page that must not be lost."""
        from tutor.widgets.answers.question_card import QuestionCard

        return any(card.is_touched for card in self.query(QuestionCard))

    async def _insert_text(self) -> None:
        """Insert the text now that its numbers are computed."""
        await self.query_children(".pending").remove()
        await self.mount_all([self._make_widget(block) for block in self._text_blocks])
        call_after_paint(self, self._add_later_blocks)

    def watch_has_focus(self, focused: bool) -> None:
        """Do nothing, where Textual would style all parts again: the page looks the same with and without focus."""

    async def _add_later_blocks(self) -> None:
        """Complete the page: what has buttons and all below it, then the foot."""
        foot = [] if self._foot is None else [self._foot]
        await self.mount_all([*map(self._make_widget, self._later_blocks), *foot, turn_buttons(self._turns)])
        if self.display:
            self.wake()
        self._is_built = True
        call_after_paint(self, self._do_what_waited)

    async def _do_what_waited(self) -> None:
        """Go to the target of the page, or do what Enter does if it was pressed before the page was complete."""
        self.look()
        self.refresh_bindings()
        if (self.target or self.seeks_open) and self.display:
            await self.go_to_target()
        elif self._is_hurried and self.display:
            self._is_hurried = False
            await self.go_on()

    async def go_to_target(self) -> None:
        """Go to what the page was opened for, once the page is complete."""
        if self._is_built and self.seeks_open:
            self.seeks_open = False
            await go_to_open(self)
            self._seen_rows = self.virtual_size.height  # it was read before, as the record says
        elif self._is_built and self.target:
            go_to_question(self, self.target)
            self.target = ""

    def wake(self) -> None:
        """Build the deferred parts now that the page is visible."""
        for part in self.query(LazyContainer):
            part.begin()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Forward what a button at the foot requests."""
        if event.button.name:
            event.stop()
            self.post_message(self.PageTurnRequested(event.button.name, self))

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Follow a link in the text to a state or a lesson."""
        event.stop()
        self.post_message(self.LinkRequested(event.href))
