"""The result of a check: the verdict, printed output, hints so far, and finally the reference solution."""

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.highlight import highlight

from tutor.content.model import CodeBlock
from tutor.exercises.report import Report
from tutor.exercises.wording import format_milliseconds, is_markdown, verdict_lines, verdict_word
from tutor.sims.engine.session import escape_markdown
from tutor.text.sentences import hint_lead
from tutor.widgets.deferred import call_after_paint, wait_until_mounted
from tutor.widgets.literal import Static, literal
from tutor.widgets.markdown.mathdown import MathMarkdown
from tutor.widgets.markdown.mathtext import MathText


class PrintedPane(VerticalScroll, can_focus=False):
    """The code's printed output, if any."""

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
        """Yield the printed text, which is empty at first."""
        self.border_title = "Printed"
        yield Static()

    def show(self, printed: str) -> None:
        """Show what was printed."""
        self.set_class(bool(printed), "-shown")
        self.query_one(Static).update(literal(printed.rstrip("\n")))


class ResultPane(VerticalScroll):
    """The verdict on the last save, with hints and the reference solution."""

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
        & > Vertical { height: auto; }
        & > #drawn > PictureView { height: 16; }
        & .pane { height: auto; border: round $foreground 30%; border-title-color: $text-muted; padding: 0 1; }
        & .hint { margin: 0; color: $text-accent; }
        & MathMarkdown > MarkdownBlock:last-child { margin-bottom: 0; }
    }
    """

    def __init__(self, block: CodeBlock, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._block = block
        self._verdict = MathText("Write the function; ^s saves it and checks it.", id="verdict")
        self._details = Static(id="details")
        self._drawn, self._hints, self._solution = Vertical(id="drawn"), Vertical(id="hints"), Vertical(id="solution")

    def compose(self) -> ComposeResult:
        """Yield the parts: at first only the message that says what to do."""
        yield from (self._verdict, self._details, self._drawn, self._hints, self._solution)

    def say(self, text: str) -> None:
        """Show a message in place of a verdict."""
        self._write_verdict(escape_markdown(text), [], "")

    def _write_verdict(self, verdict: str, lines: list[str], css_class: str) -> None:
        """Show a verdict in Markdown, with plain `lines` below it."""
        self._verdict.write(verdict)
        self._verdict.set_classes(css_class)
        self._details.update(literal("\n".join(lines)))
        self._details.display = bool(lines)
        self.scroll_home(animate=False)

    async def show(self, report: Report, note: str = "") -> None:
        """Show a verdict, and a `note` about any problem with saving it."""
        # The verdict in the first line is shown as Markdown, and what the code printed in a pane of its own.
        _, *lines = verdict_lines(replace(report, printed=""), is_drawn_elsewhere=True)
        if note:
            lines.append(note)
        message = report.message if is_markdown(report) else escape_markdown(report.message)
        css_class = "-passed" if report.passed else "-failed"
        self._write_verdict(f"{verdict_word(report)}: {message}", lines, css_class)
        await self._draw_pictures(report)
        if report.passed:
            await self.show_solution(report)

    async def _draw_pictures(self, report: Report) -> None:
        """Show the pictures of the answer, if any."""
        await wait_until_mounted(self._drawn)
        await self._drawn.remove_children()
        if report.answer_display is not None:
            from tutor.widgets.plots.plot import PictureView

            await self._drawn.mount_all([PictureView(picture) for picture in report.answer_display.pictures])

    async def add_hint(self, number: int, text: str) -> None:
        """Show one more hint."""
        hint = MathMarkdown(f"**{hint_lead(number, len(self._block.exercise.hints))}** {text}", classes="hint")
        await wait_until_mounted(self._hints)
        await self._hints.mount(hint)
        call_after_paint(self, self._scroll_to_part, hint)

    def _scroll_to_part(self, part: Vertical | MathMarkdown) -> None:
        part.scroll_visible(animate=False)

    async def show_solution(self, report: Report | None) -> None:
        """Show the reference solution and the explanation; after a passed `report` also the times of both solutions."""
        await wait_until_mounted(self._solution)
        await self._solution.remove_children()
        exercise = self._block.exercise
        reference_code = highlight(exercise.reference.rstrip("\n"), language="python")
        ours = Vertical(Static(reference_code), id="ours", classes="pane")
        ours.border_title = "Ours"
        if report is not None and report.passed:
            ours.border_subtitle = literal(
                f"yours {format_milliseconds(report.seconds)}, ours {format_milliseconds(report.ours_seconds)}"
            )
        await self._solution.mount(ours, MathMarkdown(exercise.why, id="why"))
