"""The progress screen: what to do now, the week, what is strong and what fades, as panels or in words."""

from math import ceil
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content

from tutor.errors import ChainruleError
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.session import Session
from tutor.screens.base import MIN_WIDE_COLUMNS, Banner, CourseScreen
from tutor.screens.course.panel_view import PanelView
from tutor.screens.requests import OpenLesson, OpenQuiz
from tutor.text.sentences import join_sentences
from tutor.widgets.deferred import call_after_paint
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Static

if TYPE_CHECKING:
    from tutor.sims.engine.chart import Chart
    from tutor.statistics.figures import Figures
    from tutor.statistics.overview import Suggestion
    from tutor.statistics.panels import Panel


MAX_NUMBERED_PANELS = 9
"""The most panels that a digit leads to."""
ROWS_OF_BANNER_AND_KEYS = 2
"""Rows of the screen above and below the panels."""
WIDE_PANELS = {"weeks", "lessons", "concepts", "times"}
"""Ids of panels with long rows: they are below the others, and take more width."""
PANELS_IN_ROW = ((160, 3), (70, 2), (0, 1))
"""(fewest columns of the terminal, panels in a row), the widest first."""


def short_title(title: str) -> str:
    """The title of a panel without what follows a comma or "and", for a line with several."""
    return title.partition(",")[0].partition(" and ")[0]


class ProgressScreen(CourseScreen):
    """What is on your record. Nothing here is a mark: the weakest concept is where reading pays most."""

    also_shown = frozenset(("screen.go-on",))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "due", "Review due", id="progress.due", tooltip="Ask the questions that are due"),
        Binding("z", "weak", "Quiz: weak points", id="progress.weak", tooltip="On the concepts that are weak"),
        Binding("v", "words", "In words", id="progress.words", tooltip="Panels as sentences, and back"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="progress.down", tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="progress.up", tooltip="Scroll up"),
        Binding("space,pagedown", "page", "Screen down", show=False, id="progress.page", tooltip="A screen down"),
        *(
            Binding(
                str(number),
                f"panel({number})",
                "To a panel",
                show=False,
                id=f"progress.panel-{number}",
                tooltip=f"To the panel with the number {number}",
            )
            for number in range(1, MAX_NUMBERED_PANELS + 1)
        ),
    ]
    DEFAULT_CSS = """
    ProgressScreen {
        & #record { height: 1fr; padding: 0; scrollbar-gutter: stable; }
        &.-tall #record.-new > #top { margin-top: 4; }
        & #head { padding: 1 2; }
        & #top { height: auto; }
        & #top > PanelView { border-subtitle-color: $text-accent; }
        & #board > PanelView { height: 100%; }
        & #board, & #wide { layout: grid; grid-size: 2; grid-rows: auto; height: auto; }
        & #chart { height: auto; }
        & #chart > PictureView { width: 84; max-width: 100%; height: 12; margin: 1 1 0 1; }
        & #top.-words, & #board.-words, & #wide.-words, & #chart.-words { display: none; }
        & #words { display: none; max-width: 100; padding: 1 2; }
        & #words.-words { display: block; }
        & #below { display: none; height: 1; padding: 0 2; color: $text-muted; }
        & #below { text-wrap: nowrap; text-overflow: ellipsis; }
        & #below.-wanted { display: block; }
    }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._suggestion: Suggestion | None = None
        self._panels: list[Panel] = []
        """What is shown; empty until the record is counted."""
        self.not_shown = frozenset({"progress.due", "progress.weak"})
        """Ids of bindings that the key bar leaves out, since they would do nothing; at first those of due and weak."""

    def compose(self) -> ComposeResult:
        """Yield a line that says that the record is being counted, and empty containers to be filled after that."""
        yield Banner("Progress")
        with VerticalScroll(id="record", can_focus=False):
            yield Static("counting what is on record …", id="head")
            yield Container(id="top")
            yield Container(id="board")
            yield Container(id="wide")
            yield Container(id="chart")
            yield Static(id="words")
        yield Static(id="below")
        yield KeyBar()

    def on_mount(self) -> None:
        """Say again which panels are below whenever the page has moved or grown."""
        record = self.query_one("#record")
        self.watch(record, "scroll_y", self._say_what_is_below, init=False)
        self.watch(record, "virtual_size", self._say_what_is_below, init=False)

    def _say_what_is_below(self) -> None:
        """Name in a line at the foot the panels of which at most the frame is in sight, where the page is too long."""
        record, below = self.query_one("#record"), self.query_one("#below", Static)
        rows = self.size.height - ROWS_OF_BANNER_AND_KEYS
        below.set_class(record.virtual_size.height > rows, "-wanted")
        end = record.region.bottom if below.display else rows + 1
        titles = [short_title(str(view.border_title)) for view in self.query(PanelView) if view.region.y + 1 >= end]
        below.update(Content(f"↓ {' · '.join(titles)}" if titles else ""))

    def on_screen_resume(self) -> None:
        """Count what is on record, now and whenever a screen above this one closes, since a review adds to it."""
        call_after_paint(self, self._recount)

    async def _recount(self) -> None:
        """Count what is on record, and show it in panels, a chart and words."""
        from tutor.placement.results import load_outcome
        from tutor.statistics.charts import history_chart
        from tutor.statistics.overview import make_overview
        from tutor.statistics.panels import has_older_answers, make_panels, panel_lines

        head, store = self.query_one("#head", Static), self.session.store
        try:
            overview = make_overview(self.session.course, store, load_outcome(store).known, self.session.quiz_count)
        except ChainruleError as error:
            head.display = True
            head.update(str(error))
            return
        head.display = False
        self._suggestion = overview.suggestion
        self.query_one(Banner).note = overview.done_words
        self._hide_idle_keys(overview.figures)
        self.query_one("#record").set_class(overview.is_empty, "-new")
        panels = make_panels(overview)
        self._panels = panels
        await self._show_panels()
        figures = overview.figures
        # Without older answers, the panel of the last 7 days has all of them.
        has_chart = has_older_answers(figures) and any(day.answers for day in figures.days)
        chart = history_chart(figures) if has_chart else None
        texts = ["\n".join(panel_lines(panel)) for panel in panels]
        if chart is not None:
            texts.append(join_sentences(chart.title, chart.description))
        self.query_one("#words", Static).update("\n\n".join(texts))
        await self._show_chart(chart)

    def _hide_idle_keys(self, figures: "Figures") -> None:
        """Hide the key for due questions, or for weak concepts, from the key bar if there are none."""
        from tutor.progress.review.mastery import WEAK_LEVEL

        idle_keys = set()
        if not figures.due:
            idle_keys.add("progress.due")
        if not any(row["level"] < WEAK_LEVEL for row in figures.concepts):
            idle_keys.add("progress.weak")
        self.not_shown = frozenset(idle_keys)
        self.refresh_bindings()

    async def _show_panels(self) -> None:
        """Show the panels. Existing views are updated if they are for the same panels, so that the focus stays.

        On a wide screen a row has room for everything about a concept, so each concept is in one panel only.
        """
        from tutor.statistics.panels import without_repeats

        panels = without_repeats(self._panels) if self.size.width >= MIN_WIDE_COLUMNS else self._panels
        views = list(self.query(PanelView))
        if [view.panel.id for view in views] == [panel.id for panel in panels]:
            for number, (view, panel) in enumerate(zip(views, panels, strict=True), 1):
                view.show(number, panel)
            return
        top, board, wide = self.query_one("#top"), self.query_one("#board"), self.query_one("#wide")
        for container in (top, board, wide):
            await container.remove_children()
        first, *others = [PanelView(number, panel) for number, panel in enumerate(panels, 1)]
        await top.mount(first)
        await board.mount_all(view for view in others if view.panel.id not in WIDE_PANELS)
        await wide.mount_all(view for view in others if view.panel.id in WIDE_PANELS)
        self._fit_columns()
        first.border_subtitle = "⏎ Go on"
        first.focus(scroll_visible=False)

    async def _show_chart(self, chart: "Chart | None") -> None:
        """Show the chart of all days in its view, or in a new one; show none for `None`."""
        from tutor.widgets.plots.plot import PictureView

        container = self.query_one("#chart")
        views = list(container.query(PictureView))
        if chart is None:
            await container.remove_children()
        elif views:
            views[0].show(chart)
        else:
            await container.mount(PictureView(chart))

    def on_resize(self) -> None:
        """Rearrange the panels for the new width."""
        self._fit_columns()
        call_after_paint(self, self._say_what_is_below)
        if self._panels:
            call_after_paint(self, self._show_panels)

    def _fit_columns(self) -> None:
        """Put as many panels side by side as fit, and about as many in each row."""
        # A new record has only a few sentences, set below each other.
        is_new = self.query_one("#record").has_class("-new")
        width = 0 if is_new else self.size.width
        panels_in_row = next(count for min_width, count in PANELS_IN_ROW if width >= min_width)
        # The rows of the wide panels are longer.
        for container_id, most in (("#board", panels_in_row), ("#wide", max(1, panels_in_row - 1))):
            container = self.query_one(container_id)
            row_count = ceil(len(container.children) / most) or 1
            container.styles.grid_size_columns = ceil(len(container.children) / row_count) or 1

    async def action_go_on(self) -> None:
        """Start what the first panel suggests at once, without scrolling through the rest."""
        await self.go_further()

    async def go_further(self) -> None:
        """Start what the first panel suggests."""
        suggestion = self._suggestion
        if suggestion is None:
            return
        if suggestion.kind == "lesson":
            self.post_message(OpenLesson(suggestion.lesson, suggestion.section))
        else:
            scope = Scope(due=suggestion.kind == "due", weak=suggestion.kind == "weak")
            self.post_message(OpenQuiz(QuizOptions(scope, count=suggestion.count)))

    def action_due(self) -> None:
        """Start a quiz of what is due."""
        self.post_message(OpenQuiz(QuizOptions(Scope(due=True))))

    def action_weak(self) -> None:
        """Start a quiz on what is weak, or resume one that was left since the program was opened."""
        from tutor.quiz.quiz import choose_options

        self.post_message(OpenQuiz(choose_options(self.session, QuizOptions(Scope(weak=True)))))

    def action_words(self) -> None:
        """Switch between words and drawn panels."""
        for container in self.query("#top, #board, #wide, #chart, #words"):
            container.toggle_class("-words")

    def action_panel(self, number: int) -> None:
        """Focus the panel with this number."""
        views = list(self.query(PanelView))
        if number <= len(views):
            views[number - 1].focus()

    def action_scroll(self, lines: int) -> None:
        """Scroll so many lines down, or up if `lines` is negative."""
        self.query_one("#record").scroll_relative(y=lines, animate=False, immediate=True)

    def action_page(self) -> None:
        """Scroll by a screen."""
        self.query_one("#record").scroll_page_down(animate=False)
