"""The progress screen: reviews due, answers by day, level of each concept, as charts or in words."""

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content

from tutor.errors import ChainruleError
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.base import MIN_WIDE_COLUMNS, Banner, CourseScreen
from tutor.screens.requests import GoHome, OpenQuiz
from tutor.text.numbers import counted
from tutor.text.sentences import join_sentences
from tutor.widgets.deferred import call_after_paint
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Static
from tutor.widgets.plots.bars import share_bar

if TYPE_CHECKING:
    from tutor.sims.engine.chart import Chart


CHART_ROWS = 12
"""Lines of a chart."""


class ProgressScreen(CourseScreen):
    """What is on your record. Nothing here is a mark: the weakest concept is where reading pays most."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "due", "Review due", id="progress.due", tooltip="Ask the questions that are due"),
        Binding("z", "weak", "Weak points", id="progress.weak", tooltip="Ask about the concepts that are weak"),
        Binding("v", "words", "In words", id="progress.words", tooltip="Charts as sentences, and back"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="progress.down", tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="progress.up", tooltip="Scroll up"),
        Binding("space,pagedown", "page", "Screen down", show=False, id="progress.page", tooltip="A screen down"),
    ]
    DEFAULT_CSS = """
    ProgressScreen {
        & #record { height: 1fr; padding: 1 2; }
        & #record > Static { max-width: 100; margin-bottom: 1; }
        & #charts { layout: grid; grid-size: 1; grid-rows: 12; grid-gutter: 1 3; height: 0; }
        & #charts.-words { display: none; }
        & #words { display: none; max-width: 80; }
        & #words.-words { display: block; }
        &.-wide #charts { grid-size: 2; }
    }
    """

    def compose(self) -> ComposeResult:
        """Counting a long record takes a moment, so that is said first."""
        yield Banner("Progress", str(self.session.store.path))
        with VerticalScroll(id="record"):
            yield Static("counting what is on record …", id="head")
            yield Container(id="charts")
            yield Static(id="words")
            yield Static(id="tables")
        yield KeyBar()

    def on_mount(self) -> None:
        """Up and down scroll."""
        self.query_one("#record").focus()

    def on_screen_resume(self) -> None:
        """Count when the screen stands; coming back from a review, there is more on record."""
        call_after_paint(self, self._count)

    async def _count(self) -> None:
        from tutor.statistics.charts import make_charts, summary_lines
        from tutor.statistics.figures import compute_figures

        store = self.session.store
        try:
            summary = store.summary()
            figures = compute_figures(store, summary)
        except ChainruleError as error:
            self.query_one("#head", Static).update(str(error))
            return
        self.query_one("#head", Static).update("\n".join(summary_lines(figures)))
        drawn = make_charts(figures) if figures.answers else []
        await self._draw(drawn)
        said = "\n".join(join_sentences(chart.title, chart.description) for chart in drawn)
        self.query_one("#words", Static).update(said)
        self.query_one("#tables", Static).update(_tables(summary, self._titles()))

    async def _draw(self, drawn: "list[Chart]") -> None:
        """The charts in their places, as many as there are now."""
        from tutor.widgets.plots.plot import PictureView

        room = self.query_one("#charts")
        views = list(room.query(PictureView))
        for view, chart in zip(views, drawn, strict=False):
            view.show(chart)
        await room.mount_all(PictureView(chart) for chart in drawn[len(views) :])
        self._fit(len(drawn))

    def on_resize(self) -> None:
        """Another width may have room for another number of columns."""
        self._fit(len(self.query("#charts > *")))

    def _fit(self, count: int) -> None:
        """Give the charts the height that their rows need: a grid does not find it out by itself."""
        columns = 2 if self.size.width >= MIN_WIDE_COLUMNS else 1
        self.query_one("#charts").styles.height = -(-count // columns) * (CHART_ROWS + 1)

    def _titles(self) -> dict[str, str]:
        return {heading.front.id: heading.front.title for heading in self.session.course.headings}

    async def go_further(self) -> None:
        """To what is due, or to the course map."""
        if self.session.store.due(self.session.clock()):
            self.action_due()
        else:
            self.post_message(GoHome())

    def action_due(self) -> None:
        """Ask what is due."""
        self.post_message(OpenQuiz(QuizOptions(Scope(due=True))))

    def action_weak(self) -> None:
        """Ask about what is weak."""
        self.post_message(OpenQuiz(QuizOptions(Scope(weak=True))))

    def action_words(self) -> None:
        """Say the charts in words, or draw them again."""
        for place in self.query("#charts, #words"):
            place.toggle_class("-words")

    def action_scroll(self, by: int) -> None:
        """Move by one line."""
        self.query_one("#record").scroll_relative(y=by, animate=False, immediate=True)

    def action_page(self) -> None:
        """Move by a screen."""
        self.query_one("#record").scroll_page_down(animate=False)


def _tables(summary: dict[str, Any], titles: dict[str, str]) -> Content:
    """Concepts, lessons and what is due, as lines."""
    parts: list[Content] = []
    if summary["concepts"]:
        parts += [_title("Concepts, the weakest first"), Content.styled(LEVEL_MEANING, "dim")]
        weakest = sorted(summary["concepts"], key=lambda row: (row["level"], row["id"]))
        parts += [*(_concept(row) for row in weakest), Content("")]
    if summary["lessons"]:
        parts += [_title("Lessons"), *(_lesson(row, titles.get(row["id"], "")) for row in summary["lessons"])]
    if summary["due"]:
        parts += [Content(""), _title("Due, the longest waiting first")]
        parts += [Content(f"{question}") for question in summary["due"][:20]]
    if len(summary["due"]) > 20:
        parts.append(Content(f"and {len(summary['due']) - 20:,} more"))
    return Content("\n").join(parts)


LEVEL_MEANING = "the chance that your next answer is right: what you have shown, less what is forgotten with time"


def _title(words: str) -> Content:
    return Content.styled(words, "bold $text-accent")


def _left_out(row: dict[str, Any]) -> str:
    """How many of the answers were left out of an exam."""
    return f", {row['left_out']:,} left out" if row["left_out"] else ""


def _lesson(row: dict[str, Any], title: str) -> Content:
    share = row["right"] / row["attempts"] if row["attempts"] else 0.0
    place = "" if row["section"] is None else f", page {row['section'] + 1}"
    counts = f"{row['right']:,} of {counted(row['attempts'], 'answer')} right{_left_out(row)}{place}"
    return Content.assemble(f"{row['id']:<18} ", share_bar(share), f"  {counts}", (f"\n{'':<18} {title}", "dim"))


def _concept(row: dict[str, Any]) -> Content:
    time = f", {row['seconds']:.0f} s each"
    return Content.assemble(
        f"{row['id']:<24} ",
        share_bar(row["level"]),
        f"  {row['level']:>4.0%} from {counted(row['attempts'], 'answer')}{_left_out(row)}{time}",
    )
