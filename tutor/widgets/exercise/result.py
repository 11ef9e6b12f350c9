"""What came of a check: the verdict, what was printed, the hints so far, and ours beside one's own at the end."""

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.highlight import highlight
from textual.widget import Widget

from tutor.content.model import CodeBlock
from tutor.exercises.report import Report
from tutor.exercises.wording import report_lines, write_time
from tutor.widgets.deferred import call_after_paint
from tutor.widgets.literal import Static, literal
from tutor.widgets.markdown.mathdown import MathMarkdown


class PrintedPane(VerticalScroll, can_focus=False):
    """What the code printed, as long as it prints."""

    DEFAULT_CSS = """
    PrintedPane {
        display: none;
        border: round $foreground 30%;
        border-title-color: $text-muted;
        padding: 0 1;
        &.-shown { display: block; }
        & > Static { height: auto; }
    }
    """

    def compose(self) -> ComposeResult:
        """The lines."""
        self.border_title = "Printed"
        yield Static()

    def show(self, printed: str) -> None:
        """Show what was printed."""
        self.set_class(bool(printed), "-shown")
        self.query_one(Static).update(literal(printed.rstrip("\n")))


class ResultPane(VerticalScroll):
    """The verdict on what was saved last, and what belongs to it."""

    HELP_TITLE = "Result"
    HELP = "What came of the check. j and k scroll; Enter goes to your code, and back to the lesson once it passes."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "Down", show=False, id="result.down", tooltip="Scroll down"),
        Binding("up,k", "scroll_up", "Up", show=False, id="result.up", tooltip="Scroll up"),
    ]
    DEFAULT_CSS = """
    ResultPane {
        padding: 0 1;
        & > Static { height: auto; }
        & > #verdict.-passed { color: $text-success; }
        & > #verdict.-failed { color: $text-warning; }
        & > #details { color: $foreground; }
        & > .pane { height: auto; border: round $foreground 30%; border-title-color: $text-muted; padding: 0 1; }
        & > #drawn { height: auto; }
        & > #drawn > PictureView { height: 16; }
        & > .hint { margin: 0; color: $text-accent; }
        & MathMarkdown > MarkdownBlock:last-child { margin-bottom: 0; }
    }
    """

    def __init__(self, block: CodeBlock, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._block = block

    def compose(self) -> ComposeResult:
        """What to do first."""
        yield Static("Write the function; ctrl+s saves it and checks it.", id="verdict")
        yield Static(id="details")

    def say(self, text: str) -> None:
        """Show one line in place of a verdict."""
        self._write([text], "")

    def _write(self, lines: list[str], style: str) -> None:
        verdict = self.query_one("#verdict", Static)
        verdict.update(literal(lines[0]))
        verdict.set_classes(style)
        self.query_one("#details", Static).update(literal("\n".join(lines[1:])))
        self.scroll_home(animate=False)

    async def show(self, report: Report, note: str = "") -> None:
        """Show a verdict, and a `note` about what could not be done with it."""
        lines = report_lines(replace(report, printed=""), drawn=True)
        self._write([*lines, *([note] if note else [])], "-passed" if report.passed else "-failed")
        await self._draw(report)
        if report.passed:
            await self.show_solution(report)

    async def _draw(self, report: Report) -> None:
        """The pictures of the answer, where there are some."""
        await self.query_children("#drawn").remove()
        if report.reading is not None:
            from tutor.widgets.plots.plot import PictureView

            pictures = (PictureView(picture) for picture in report.reading.pictures)
            await self.mount(Vertical(*pictures, id="drawn"), after="#details")

    async def add_hint(self, number: int, text: str) -> None:
        """Show one more hint."""
        hint = MathMarkdown(f"**Hint {number} of {len(self._block.exercise.hints)}.** {text}", classes="hint")
        await self.mount(hint, after=self._last_part(number > 1))
        call_after_paint(self, self._show_end_of, hint)

    def _last_part(self, has_hints: bool) -> Widget:
        """What stands before the next hint."""
        return self.query_children(".hint" if has_hints else "#details, #drawn").last()

    def _show_end_of(self, part: Vertical | MathMarkdown) -> None:
        part.scroll_visible(animate=False)

    async def show_solution(self, report: Report | None) -> None:
        """Show the reference with the time of each, and what the finished exercise shows."""
        await self.query_children("#ours, #why").remove()
        exercise = self._block.exercise
        ours = Vertical(
            Static(highlight(exercise.reference.rstrip("\n"), language="python")), id="ours", classes="pane"
        )
        ours.border_title = "Ours"
        if report is not None and report.passed:
            ours.border_subtitle = literal(
                f"yours {write_time(report.seconds)}, ours {write_time(report.ours_seconds)}"
            )
        await self.mount(ours, MathMarkdown(exercise.why, id="why"))
