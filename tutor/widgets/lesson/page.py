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
from tutor.widgets.lesson.block_widgets import compute_texts, make_foot_buttons, make_widget_or_reason
from tutor.widgets.lesson.page_parts import PAGE_CSS, PageTitle
from tutor.widgets.lesson.simulation_note import SimulationNote
from tutor.widgets.lesson.targets import go_to_open, go_to_question, next_screen_row
from tutor.widgets.literal import Button, Static
from tutor.widgets.placed import EdgeScroll

if TYPE_CHECKING:
    from tutor.widgets.answers.question_card import QuestionCard
    from tutor.widgets.lesson.block_widgets import FootButton, MakeNote, MakeQuestionCard

BLOCKS_WITH_BUTTONS = (QuestionBlock, SimulationBlock, CodeBlock)
"""Blocks that are mounted after the first paint, since styling a button takes long. All blocks below one wait too."""
SETTLING_SECONDS = 0.3
"""Seconds until a page surely has its full height: its questions are laid out a moment after its text."""
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
        foot_buttons: "Sequence[FootButton]",
        make_note: "MakeNote" = SimulationNote,
        panel: Widget | None = None,
    ) -> None:
        """Show `section`, with `foot_buttons` at its foot; the last page of a lesson has a `panel` above these."""
        super().__init__()
        self.section = section
        self._make_widget = partial(make_widget_or_reason, make_question_card=make_question_card, make_note=make_note)
        self._foot_buttons = foot_buttons
        self._panel = panel
        self._was_read = False  # whether the page was reported as read to its end
        self._is_report_scheduled = False  # whether it will be in a moment, if its end is still in sight then
        self._goes_on_once_complete = False  # whether the learner pressed Enter before the page was complete
        self.target_question = ""  # the id of a question to go to as soon as the page is complete; "" for none
        self.goes_to_open = False
        """Whether to go to the first open question or task as soon as the page is complete."""
        self._is_built = False  # whether the page is complete: all blocks and the buttons at its foot are mounted
        self._seen_rows = 0  # how many rows of the page have been visible, counted from its top
        with_buttons = [index for index, block in enumerate(section.blocks) if isinstance(block, BLOCKS_WITH_BUTTONS)]
        text_block_count = with_buttons[0] if with_buttons else len(section.blocks)
        self._text_blocks, self._later_blocks = section.blocks[:text_block_count], section.blocks[text_block_count:]

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
        """The open question, or the box with open tasks, to which Enter leads next; `None` if nothing is open.

        A question that the learner has scrolled past comes after those below, but a box with tasks does not.
        """
        stops: list[Any] = list(self.query_children("QuestionCard, SimulationNote"))
        open_stops: list[QuestionCard | SimulationNote] = [stop for stop in stops if stop.is_waiting]
        first_visible_row = self.scroll_offset.y
        for stop in open_stops:
            if isinstance(stop, SimulationNote) or stop.virtual_region.bottom > first_visible_row:
                return stop
        return open_stops[0] if open_stops else None

    @property
    def _enter_action(self) -> Literal["go_on", "answer", "work", "to_open"]:
        """The action of Enter now: to the next stop if it has been visible, otherwise on, so that nothing is skipped.

        Four actions are bound to Enter; `check_action` allows only this one.
        """
        self._note_seen_rows()
        stop = self._next_stop
        first_button_action, _ = self._foot_buttons[0]
        if stop is None and first_button_action == "open" and self._is_at_end:
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
        if cards := self._answered_in_sight:
            await cards[-1].action_again()

    def on_key(self, event: Key) -> None:
        """Start the answer to the visible question, unless the screen has a binding for the key."""
        if self.has_focus and self._is_built:
            next_card = self._next_stop if self._enter_action == "answer" else None
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
            self._goes_on_once_complete = not self._is_built  # `_begin_when_complete` goes on then
        elif not self._is_laid_out:
            call_after_paint(self, self.action_go_on)  # tries again
        elif self._next_stop is not None or not self._is_at_end:
            self.scroll_to(y=next_screen_row(self), animate=False, immediate=True)
        else:
            was_read_before = self._was_read
            self._report_read()
            first_button_action, _ = self._foot_buttons[0]
            # Reporting the last page as read may change its panel and buttons, so there Enter is pressed once more.
            if was_read_before or self._panel is None or first_button_action == "open":
                self.post_message(self.PageTurnRequested(first_button_action, self))

    action_to_open = action_go_on
    """The same, under the name by which the key bar says that it leads to what the lesson still needs."""

    @property
    def _is_at_end(self) -> bool:
        """Whether all of the page, with the buttons at its foot, was in sight."""
        return self._seen_rows >= self.virtual_size.height - FOOT_MARGIN

    @property
    def _is_laid_out(self) -> bool:
        """Whether everything on the page has its region: just after a page turn or a verdict it has not."""
        stop = self._next_stop
        return self._text_end <= self.virtual_size.height and (stop is None or stop.virtual_region.height > 0)

    def take_focus(self) -> None:
        """Take the focus at once, since the target for which the page was opened may take it right after that."""
        focus_now(self)

    def go_on_once_complete(self) -> None:
        """Take the focus; if the page is not complete yet, do what Enter does as soon as it is."""
        self._goes_on_once_complete = not self._is_built
        if self._is_built and self.display:
            self.focus()

    async def go_on(self) -> None:
        """Do what Enter does, now or as soon as the page is complete."""
        if self._is_built and self.display:
            await self.run_action(self._enter_action)
        else:
            self.go_on_once_complete()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Bind Enter to the next question or task, or else to going on; Textual asks this for each action."""
        if action == "again":
            return self.has_focus and bool(self._answered_in_sight)
        if action not in {"answer", "work", "to_open", "go_on"}:
            return True
        return not self._is_answering and action == self._enter_action

    def focus_continue(self) -> None:
        """Focus the button that leads to the next lesson, or else the first button at the foot."""
        buttons = list(self.query(".turner > Button"))
        to_next_lesson = [button for button in buttons if button.name == "continue"]
        candidates = to_next_lesson or buttons
        if candidates:
            candidates[0].focus()

    @property
    def _is_answering(self) -> bool:
        """Whether the focus is in an answer, where Space types or ticks."""
        focused = self.screen.focused
        ancestors = [] if focused is None or focused is self else focused.ancestors
        return any(form in ancestors for form in self.query("AnswerForm"))

    def _note_seen_rows(self) -> None:
        """Note how many rows have been in sight; a moment after the last one was, report the page as read."""
        self._seen_rows = max(self._seen_rows, self.scroll_offset.y + self.size.height)
        if self._must_report_read and not self._is_report_scheduled:
            self._is_report_scheduled = True
            call_after(self, SETTLING_SECONDS, self._report_read_if_still_seen)

    @property
    def _must_report_read(self) -> bool:
        """Whether the page has been in sight to its end, and has not been reported as read."""
        return not self._was_read and self._is_built and self.display and self._seen_rows >= self._text_end

    def _report_read_if_still_seen(self) -> None:
        """Report the page as read if its end is in sight now that its questions have taken up their space."""
        self._is_report_scheduled = False
        self._report_read()

    def _report_read(self) -> None:
        """Report the page as read, if it was seen to its end and that was not reported before."""
        if self._must_report_read:
            self._was_read = True
            self.post_message(self.ReadToEnd(self.section, was_scrolled=self.max_scroll_y > 0))

    def note_visible(self) -> None:
        """Note which rows of the page are visible; called after a paint, when the page may have gone."""
        if self.display and is_alive(self):
            self._note_seen_rows()

    @property
    def _text_end(self) -> int:
        """The row where text and questions end and the panel, or else the buttons, begin."""
        foot_widgets = [widget for widget in (self._panel, *self.query_children(".turner")) if widget is not None]
        regions = [widget.virtual_region for widget in foot_widgets]
        return min((region.y for region in regions if region.height), default=self.virtual_size.height)

    async def set_end_buttons(self, panel: Widget | None, end_buttons: "Sequence[FootButton]") -> None:
        """Put `end_buttons` before the buttons to other pages, in place of all others, and `panel` above them."""
        if panel is not None:
            self._panel = panel
            await self.mount(panel)
        page_turns = [(action, label) for action, label in self._foot_buttons if action in {"next", "previous"}]
        await self.set_foot_buttons([*end_buttons, *page_turns])

    async def set_foot_buttons(self, foot_buttons: "Sequence[FootButton]") -> None:
        """Replace the buttons at the foot, unless they are these already."""
        if [*foot_buttons] == [*self._foot_buttons]:
            return
        self._foot_buttons = foot_buttons
        if self._is_built:
            await self.query_children(".turner").remove()
            await self.mount(make_foot_buttons(foot_buttons))
            self.refresh_bindings()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Note what has become visible; Enter may do something else now."""
        super().watch_scroll_y(old_value, new_value)
        self._note_seen_rows()
        if self.display and is_alive(self):
            self.refresh_bindings()

    def on_resize(self) -> None:
        """Recount the rows that were seen, since lines wrap differently now."""
        self._seen_rows = 0
        self._note_seen_rows()

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
        """Do nothing, where Textual would style all children again: the page looks the same with and without focus."""

    async def _add_later_blocks(self) -> None:
        """Complete the page: the first block with a button and all blocks below it, the panel, and the buttons."""
        later_widgets = [self._make_widget(block) for block in self._later_blocks]
        panels = [] if self._panel is None else [self._panel]
        await self.mount_all([*later_widgets, *panels, make_foot_buttons(self._foot_buttons)])
        if self.display:
            self.make_lazy_parts()
        self._is_built = True
        call_after_paint(self, self._begin_when_complete)

    async def _begin_when_complete(self) -> None:
        """Note what is in sight; then go to the target of the page, or do what Enter does, if that was asked before."""
        self.note_visible()
        self.refresh_bindings()
        goes_on, self._goes_on_once_complete = self._goes_on_once_complete, False
        if (self.target_question or self.goes_to_open) and self.display:  # a hidden page keeps its target till shown
            await self.go_to_target()
        elif goes_on and self.display:  # a page hidden by now drops the early Enter, meant for what was shown
            await self.go_on()

    async def go_to_target(self) -> None:
        """Go to what the page was opened for, once the page is complete."""
        if self._is_built and self.goes_to_open:
            self.goes_to_open = False
            await go_to_open(self)
            self._seen_rows = self.virtual_size.height  # all rows, since the record says that the page was read before
        elif self._is_built and self.target_question:
            go_to_question(self, self.target_question)
            self.target_question = ""

    def make_lazy_parts(self) -> None:
        """Make the contents of the lazy containers, such as pictures, now that the page is visible."""
        for container in self.query(LazyContainer):
            container.begin()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Forward what a button at the foot requests."""
        if event.button.name:
            event.stop()
            self.post_message(self.PageTurnRequested(event.button.name, self))

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Follow a link in the text to a state or a lesson."""
        event.stop()
        self.post_message(self.LinkRequested(event.href))
